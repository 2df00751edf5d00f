import { describe, expect, it } from 'vitest';
import { createPageDialer, isSignal, type PeerLike } from '#adapters/simple-peer/page-dialer';
import { createPortDialer } from '#adapters/simple-peer/port-dialer';
import type { DialPort } from '#adapters/simple-peer/dial-protocol';
import type { Wire } from '#ports/wire';
import { soon } from '#tests/support/soon';

const SDP = (byte: string): string => `v=0\r\na=fingerprint:sha-256 ${Array.from({ length: 32 }, () => byte).join(':')}\r\n`;

/** A data channel in memory; drain() lets bytes out. */
class FakeChannel {
  readyState = 'open';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  binaryType = '';
  sent: number[] = [];
  holding = false;
  far: ((data: ArrayBuffer) => void) | null = null;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  low: (() => void)[] = [];
  addEventListener(_type: string, fn: () => void): void {
    this.low.push(fn);
  }
  send(data: ArrayBuffer): void {
    this.sent.push(data.byteLength);
    if (this.holding) this.bufferedAmount += data.byteLength;
    else this.far?.(data);
  }
  drain(): void {
    this.bufferedAmount = 0;
    for (const fn of this.low) fn();
  }
}

class FakePeer {
  readonly bulk = new FakeChannel();
  readonly _channel = new FakeChannel();
  destroyed = false;
  signals: unknown[] = [];
  listeners = new Map<string, ((value: unknown) => void)[]>();
  readonly _pc = {
    localDescription: { sdp: SDP('0A') },
    remoteDescription: { sdp: SDP('0b') },
    createDataChannel: () => this.bulk,
    getStats: async () => new Map<string, object>([
      ['d1', { type: 'data-channel', id: 'd1', bytesSent: 5, bytesReceived: 7 }], ['d2', { type: 'data-channel', id: 'd2', bytesSent: 50, bytesReceived: 70 }],
      ['t', { type: 'transport', id: 't', selectedCandidatePairId: 'p' }], ['p', { type: 'candidate-pair', id: 'p', currentRoundTripTime: 0.025, localCandidateId: 'l', remoteCandidateId: 'r' }],
      ['l', { type: 'local-candidate', id: 'l', candidateType: 'host' }], ['r', { type: 'remote-candidate', id: 'r', candidateType: 'relay' }],
    ]),
  };
  on(event: string, fn: (value: never) => void): this {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), fn as (value: unknown) => void]);
    return this;
  }
  emit(event: string, value?: unknown): void {
    for (const fn of this.listeners.get(event) ?? []) fn(value);
  }
  signal(data: unknown): void {
    this.signals.push(data);
  }
  destroy(): void {
    this.destroyed = true;
  }
}

/** Both ends of a port, called at once; buffers are detached as a transfer would. */
function portPair(): [DialPort, DialPort] {
  const make = (other: () => DialPort): DialPort => ({
    onmessage: null,
    postMessage: (message, transfer) => other().onmessage?.({ data: structuredClone(message, { transfer: transfer as ArrayBuffer[] }) } as MessageEvent),
  });
  const a: DialPort = make(() => b);
  const b: DialPort = make(() => a);
  return [a, b];
}

async function opened(initiator = true) {
  const [page, worker] = portPair();
  const peer = new FakePeer();
  const events: string[] = [];
  const host = createPageDialer(page, () => peer as unknown as PeerLike);
  const signals: unknown[] = [];
  const result: { wire?: Wire; failed?: string } = {};
  const dialing = createPortDialer(worker).dial({
    initiator, iceServers: [], onSignal: (s) => signals.push(s), onOpen: (w) => (result.wire = w), onFail: (r) => (result.failed = r),
  });
  const open = async (): Promise<Wire> => {
    peer.emit('connect');
    await soon(() => expect(result.wire).toBeDefined());
    const wire = result.wire!;
    wire.onClose = (r) => events.push(`close ${r}`);
    wire.onState = (s) => events.push(s);
    wire.onDrain = (c) => events.push(`drain ${c}`);
    return wire;
  };
  return { peer, host, dialing, signals, result, events, open };
}

describe('direct links over a port', () => {
  it('FORMATS §8: binding = fingerprint of the initiator ‖ of the responder', async () => {
    const a = await opened(true);
    const b = await opened(false);
    expect([...(await a.open()).binding]).toEqual([...Array<number>(32).fill(10), ...Array<number>(32).fill(11)]);
    expect([...(await b.open()).binding]).toEqual([...Array<number>(32).fill(11), ...Array<number>(32).fill(10)]);
  });

  it('[row 12] fails where the SDP has no SHA-256 fingerprint or the certificate is another', async () => {
    for (const spoil of [
      (p: FakePeer) => (p._pc.remoteDescription.sdp = 'v=0'),
      (p: FakePeer) => (p._pc.remoteDescription.sdp = SDP('0b').replace('sha-256', 'sha-1')),
      (p: FakePeer) => (p._pc.remoteDescription.sdp = SDP('0b') + SDP('0c')),
      (p: FakePeer) => Object.assign(p._pc, { sctp: { transport: { getRemoteCertificates: () => [new ArrayBuffer(10)] } } }),
    ]) {
      const t = await opened();
      spoil(t.peer);
      t.peer.emit('connect');
      await soon(() => expect(t.result.failed).toBe('fingerprint'));
      expect(t.peer.destroyed).toBe(true);
    }
  });

  it('[row 12] the engine itself refuses another certificate than the signal named: said as such; a connection that was open and then fails is not', async () => {
    const met = async (open: boolean): Promise<unknown> => {
      const t = await opened();
      const transport = Object.assign(new EventTarget(), { state: 'connecting' });
      Object.assign(t.peer._pc, { sctp: { transport } });
      t.peer.emit('iceStateChange', 'connected');
      if (open) await t.open();
      transport.state = 'failed';
      transport.dispatchEvent(new Event('statechange'));
      if (!open) await soon(() => expect(t.result.failed).toBeDefined());
      t.peer.emit('error', { code: 'ERR_CONNECTION_FAILURE' });
      await soon(() => expect(t.peer.destroyed).toBe(true));
      if (open) await soon(() => expect(t.events).not.toEqual([]));
      return open ? t.events : t.result.failed;
    };
    expect(await met(false)).toBe('fingerprint');
    expect(await met(true)).toEqual(['close err_connection_failure']);
  });

  it('carries frames both ways on two channels, without losing early ones', async () => {
    const t = await opened();
    t.peer.emit('data', new Uint8Array([1, 2]));
    const got: string[] = [];
    t.peer.emit('connect');
    await soon(() => {
      if (t.result.wire) t.result.wire.onFrame ??= (c, f) => got.push(`${c} ${[...f].join()}`);
      expect(t.result.wire).toBeDefined();
    });
    const wire = t.result.wire!;
    wire.onFrame = (c, f) => got.push(`${c} ${[...f].join()}`);
    t.peer.emit('data', new Uint8Array([3]));
    t.peer.bulk.onmessage!({ data: new Uint8Array([4, 5]).buffer });
    expect(got.slice(-2)).toEqual(['live 3', 'bulk 4,5']);
    wire.send('live', new Uint8Array([9, 9, 9]));
    wire.send('bulk', new Uint8Array(10).subarray(2, 6));
    expect(t.peer._channel.sent).toEqual([3]);
    expect(t.peer.bulk.sent).toEqual([4]);
  });

  it('[limit WIRE_HIGH_WATER WIRE_LOW_WATER WIRE_AHEAD] FORMATS §2: bulk waits above 256 KiB, live goes on; 768 KiB may wait on the page before buffered() counts them; drain is told while more is there', async () => {
    const t = await opened();
    const wire = await t.open();
    t.peer.bulk.holding = true;
    for (let i = 0; i < 20; i++) wire.send('bulk', new Uint8Array(60_000));
    expect(t.peer.bulk.sent.length).toBe(5);
    expect(wire.buffered('bulk')).toBe(19 * 60_000 - 768 * 1024);
    wire.send('live', new Uint8Array(10));
    expect(t.peer._channel.sent).toEqual([10]);
    expect(wire.buffered('live')).toBe(0);
    // What left is told with the first drain already: there is room for more before the channel stands empty.
    t.peer.bulk.drain();
    expect([t.peer.bulk.sent.length, wire.buffered('bulk')]).toEqual([10, 15 * 60_000 - 768 * 1024]);
    t.peer.bulk.drain();
    expect([t.events, t.peer.bulk.sent.length]).toEqual([['drain bulk'], 15]);
    for (let i = 0; i < 10; i++) t.peer.bulk.drain();
    expect(t.peer.bulk.sent.length).toBe(20);
    expect(wire.buffered('bulk')).toBe(0);
    expect(t.events).toEqual(['drain bulk']);
  });

  it('[limit WIRE_QUEUE_BYTES] closes a wire whose user ignores buffered()', async () => {
    const t = await opened();
    const wire = await t.open();
    t.peer.bulk.holding = true;
    for (let i = 0; i < 400; i++) wire.send('bulk', new Uint8Array(60_000));
    expect(t.events).toEqual(['close overflow']);
    expect(t.peer.destroyed).toBe(true);
  });

  it('gives statistics of the data channels and the selected pair', async () => {
    const t = await opened();
    const wire = await t.open();
    expect(await wire.stats()).toEqual({ bytesIn: 77, bytesOut: 55, rttMs: 25, pair: 'host/relay' });
    wire.close('done');
    expect(await wire.stats()).toMatchObject({ bytesIn: 77 });
  });

  it('SPIKE §6: ERR_DATA_CHANNEL is an ordinary close; other errors keep their name; each ends once', async () => {
    for (const [code, reason] of [['ERR_DATA_CHANNEL', 'closed'], ['ERR_CONNECTION_FAILURE', 'err_connection_failure']] as const) {
      const t = await opened();
      await t.open();
      t.peer.emit('error', { code });
      t.peer.emit('close');
      expect(t.events).toEqual([`close ${reason}`]);
    }
    const t = await opened();
    t.peer.emit('error', { code: 'ERR_ICE_CONNECTION_FAILURE' });
    t.peer.emit('close');
    expect(t.result.failed).toBe('err_ice_connection_failure');
  });

  it('tells of disconnected and connected', async () => {
    const t = await opened();
    await t.open();
    t.peer.emit('iceStateChange', 'disconnected');
    t.peer.emit('iceStateChange', 'completed');
    expect(t.events).toEqual(['disconnected', 'connected']);
  });

  it('abort, close and a closed page destroy the connection', async () => {
    const a = await opened();
    a.dialing.abort();
    expect([a.peer.destroyed, a.result.failed]).toEqual([true, 'aborted']);
    const b = await opened();
    (await b.open()).close('bye');
    expect([b.peer.destroyed, b.events]).toEqual([true, ['close bye']]);
    const c = await opened();
    await c.open();
    c.host.close();
    expect(c.events).toEqual(['close page closed']);
  });

  it('reports missing WebRTC as a failed attempt', () => {
    const [page, worker] = portPair();
    createPageDialer(page, () => {
      throw new Error('No WebRTC support');
    });
    let failed = '';
    createPortDialer(worker).dial({ initiator: true, iceServers: [], onSignal: () => {}, onOpen: () => {}, onFail: (r) => (failed = r) });
    expect(failed).toBe('unsupported');
  });

  it('[row 6] [limit WIRE_MAX_FRAME] drops frames over the size of a wire frame by closing', async () => {
    const t = await opened();
    await t.open();
    t.peer.emit('data', new Uint8Array(60_006));
    expect(t.events).toEqual(['close frame too long']);
  });
});

describe('caps of the page', () => {
  it('[limit WIRE_EARLY_FRAMES DIAL_MAX_WIRES] keeps a bounded number of early frames and of wires', async () => {
    const t = await opened();
    for (let i = 0; i < 257; i++) t.peer.emit('data', new Uint8Array([1]));
    expect(t.result.failed).toBe('too early');
    const [page, worker] = portPair();
    createPageDialer(page, () => new FakePeer() as unknown as PeerLike);
    const dialer = createPortDialer(worker);
    const failed: string[] = [];
    for (let i = 0; i < 66; i++) dialer.dial({ initiator: true, iceServers: [], onSignal: () => {}, onOpen: () => {}, onFail: (r) => failed.push(r) });
    expect(failed).toEqual(['too many', 'too many']);
  });
});

describe('a far end that sends without pause', () => {
  /** Sends 64 MiB in; `follows`: the worker takes them as they come, else they wait in the port. */
  async function flood(follows: boolean): Promise<{ most: number; ended: string | undefined; heard: number }> {
    const [page, worker] = portPair();
    const peer = new FakePeer();
    createPageDialer(page, () => peer as unknown as PeerLike);
    let [heard, ended] = [0, undefined as string | undefined];
    let open = false;
    createPortDialer(worker).dial({
      initiator: true, iceServers: [], onSignal: () => {}, onFail: () => {},
      onOpen: (wire) => {
        open = true;
        wire.onFrame = (_channel, frame) => (heard += frame.length);
        wire.onClose = (reason) => (ended = reason);
      },
    });
    peer.emit('connect');
    await soon(() => expect(open).toBe(true));
    const hear = worker.onmessage!;
    let [waiting, most] = [0, 0];
    if (!follows) {
      worker.onmessage = (event) => {
        const { t, data } = event.data as { t: string; data?: ArrayBuffer };
        if (t !== 'frame') return hear(event);
        waiting += data!.byteLength;
        most = Math.max(most, waiting);
      };
    }
    for (let i = 0; i < 1_200 && ended === undefined; i++) peer.bulk.onmessage?.({ data: new ArrayBuffer(56_000) });
    return { most, ended, heard };
  }

  it('[limit WIRE_INBOUND_BYTES WIRE_TAKEN_STEP] is closed when the worker does not follow, before its frames fill the memory; else it goes on', async () => {
    const stuck = await flood(false);
    expect([stuck.ended, stuck.heard]).toEqual(['inbound flood', 0]);
    expect(stuck.most).toBeLessThanOrEqual(32 * 1024 * 1024);
    expect(await flood(true)).toEqual({ most: 0, ended: undefined, heard: 1_200 * 56_000 });
  });
});

describe('signals of strangers', () => {
  it('[limit DIAL_MAX_SIGNAL_CHARS DIAL_MAX_CANDIDATE_CHARS] lets offers, answers and candidates through, nothing else', () => {
    expect(isSignal({ type: 'offer', sdp: 'v=0' })).toBe(true);
    expect(isSignal({ type: 'candidate', candidate: { candidate: 'candidate:1 1 udp', sdpMLineIndex: 0, sdpMid: '0' } })).toBe(true);
    for (const bad of [null, 1, 'x', [], {}, { type: 'offer' }, { type: 'offer', sdp: 'x'.repeat(70_000) }, { type: 'rollback', sdp: 'x' }, { type: 'renegotiate', renegotiate: true },
      { type: 'transceiverRequest', transceiverRequest: { kind: 'video' } }, { type: 'offer', sdp: 'x', renegotiate: true }, { type: 'candidate', candidate: 'x' },
      { type: 'candidate', candidate: { candidate: 'x'.repeat(3000) } }, { type: 'candidate', candidate: { candidate: 'x', sdpMLineIndex: 1e9 } }]) {
      expect(isSignal(bad), JSON.stringify(bad)?.slice(0, 60)).toBe(false);
    }
  });

  it('[limit DIAL_MAX_SIGNALS] ends the attempt on a bad signal or too many', async () => {
    const bad = await opened();
    bad.dialing.signal({ type: 'renegotiate', renegotiate: true });
    expect([bad.result.failed, bad.peer.signals.length]).toEqual(['bad signal', 0]);
    const flood = await opened();
    for (let i = 0; i < 300; i++) flood.dialing.signal({ type: 'candidate', candidate: { candidate: '' } });
    expect([flood.result.failed, flood.peer.signals.length]).toEqual(['bad signal', 256]);
  });
});
