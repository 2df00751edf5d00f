/** Direct links for the kernel worker: the Dialer port over a MessagePort to the page (page-dialer.ts). */
import type { Channel, Dialer, DialOptions, Dialing, Wire, WireStats } from '#ports/wire';
import { WIRE_AHEAD, WIRE_LOW_WATER, WIRE_MAX_FRAME, WIRE_TAKEN_STEP } from '#adapters/limits';
import { toTransferable, type DialPort, type ToPage, type ToWorker } from './dial-protocol.ts';

/** A Dialer whose attempts and wires live on the page at the other end of the port. */
export function createPortDialer(port: DialPort): Dialer {
  const attempts = new Map<number, Attempt>();
  let next = 1;
  const post = (message: ToPage, transfer: Transferable[] = []): void => port.postMessage(message, transfer);
  port.onmessage = (event: MessageEvent) => {
    const message = event.data as ToWorker | null;
    const attempt = message && attempts.get(message.id);
    if (!attempt) return;
    if (message.t === 'gone') attempts.delete(message.id);
    attempt.hear(message);
  };
  port.start?.();
  return {
    dial(options): Dialing {
      const id = next++;
      const attempt = createAttempt(id, options, post, () => attempts.delete(id));
      attempts.set(id, attempt);
      post({ t: 'dial', id, initiator: options.initiator, iceServers: options.iceServers, whole: options.whole === true, relayOnly: options.relayOnly === true });
      return {
        signal: (data) => void (attempts.has(id) && post({ t: 'signal', id, data })),
        abort: () => attempt.abort(),
      };
    },
  };
}

interface Attempt {
  hear(message: ToWorker): void;
  abort(): void;
}

function createAttempt(id: number, options: DialOptions, post: (message: ToPage, transfer?: Transferable[]) => void, forget: () => void): Attempt {
  let wire: PortWire | null = null;
  let ended = false;
  return {
    hear(message) {
      if (ended) return;
      if (message.t === 'signal') options.onSignal(message.data);
      else if (message.t === 'open' && wire === null) {
        wire = createPortWire(id, options.initiator, message.binding, post, () => {
          ended = true;
          forget();
        });
        options.onOpen(wire.wire);
      } else if (message.t === 'gone') {
        ended = true;
        if (wire) wire.gone(message.reason);
        else options.onFail(message.reason);
      } else wire?.hear(message);
    },
    abort() {
      if (ended || wire) return;
      ended = true;
      forget();
      post({ t: 'close', id, reason: 'aborted' });
      options.onFail('aborted');
    },
  };
}

interface PortWire {
  readonly wire: Wire;
  hear(message: ToWorker): void;
  gone(reason: string): void;
}

/** Counts what came in and tells now and then how much more was taken. */
function createInbound(tell: (bytes: number) => void): { bytes: number; took(bytes: number): void } {
  let told = 0;
  const inbound = {
    bytes: 0,
    took(bytes: number): void {
      inbound.bytes += bytes;
      if (inbound.bytes - told < WIRE_TAKEN_STEP) return;
      tell(inbound.bytes - told);
      told = inbound.bytes;
    },
  };
  return inbound;
}

/** Bytes that were handed to the page and did not leave it; of bulk a part is no concern of the worker. */
function createUnsent(drain: (channel: Channel) => void) {
  const unsent = { live: 0, bulk: 0 };
  const waiting = (channel: Channel): number => Math.max(0, unsent[channel] - WIRE_AHEAD[channel]);
  return {
    waiting,
    add: (channel: Channel, bytes: number): void => void (unsent[channel] += bytes),
    credit(channel: Channel, bytes: number): void {
      const before = waiting(channel);
      unsent[channel] = Math.max(0, unsent[channel] - bytes);
      if (before > WIRE_LOW_WATER && waiting(channel) <= WIRE_LOW_WATER) drain(channel);
    },
    clear: (): void => void (unsent.live = unsent.bulk = 0),
  };
}

function createPortWire(id: number, initiator: boolean, binding: Uint8Array, post: (message: ToPage, transfer?: Transferable[]) => void, forget: () => void): PortWire {
  const unsent = createUnsent((channel) => wire.onDrain?.(channel));
  const calls = new Map<number, (stats: WireStats) => void>();
  let bytesOut = 0;
  let lastStats: WireStats = { bytesIn: 0, bytesOut: 0, rttMs: null, pair: null };
  let nextCall = 1;
  const inbound = createInbound((bytes) => post({ t: 'taken', id, bytes }));
  let closed = false;

  const shut = (reason: string): void => {
    closed = true;
    unsent.clear();
    for (const resolve of calls.values()) resolve(lastStats);
    calls.clear();
    wire.onClose?.(reason);
  };
  const wire: Wire = {
    kind: 'rtc',
    binding,
    initiator,
    onFrame: null,
    onDrain: null,
    onClose: null,
    onState: null,
    send(channel, frame) {
      if (closed) return;
      unsent.add(channel, frame.length);
      bytesOut += frame.length;
      const data = toTransferable(frame);
      post({ t: 'frame', id, channel, data }, [data]);
    },
    buffered: unsent.waiting,
    close(reason) {
      if (closed) return;
      forget();
      post({ t: 'close', id, reason });
      shut(reason);
    },
    stats: () => new Promise((resolve) => {
      if (closed) return resolve(lastStats);
      const call = nextCall++;
      calls.set(call, resolve);
      post({ t: 'stats', id, call });
    }),
  };
  return {
    wire,
    gone(reason) {
      if (!closed) shut(reason);
    },
    hear(message) {
      if (closed) return;
      if (message.t === 'frame') {
        if (message.data.byteLength > WIRE_MAX_FRAME) return wire.close('frame too long');
        inbound.took(message.data.byteLength);
        wire.onFrame?.(message.channel, new Uint8Array(message.data));
      } else if (message.t === 'credit') unsent.credit(message.channel, message.bytes);
      else if (message.t === 'state') wire.onState?.(message.state);
      else if (message.t === 'stats') {
        // Engines without data-channel statistics: what passed here is the payload of both channels all the same.
        lastStats = { ...message.stats, bytesIn: message.stats.bytesIn || inbound.bytes, bytesOut: message.stats.bytesOut || bytesOut };
        calls.get(message.call)?.(lastStats);
        calls.delete(message.call);
      }
    },
  };
}
