/**
 * A signaling server and relay that lies, as a proxy before the real one: it changes fingerprints in offers, puts itself between two browsers with
 * connections of its own to both (made in a page of another browser), or changes frames of the relay.
 */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import { decodeSignal, encodeSignal, type SignalMessage } from '#ports/signaling';

/** fingerprint: another one in every offer and answer · between: both ends connect to the liar, who passes on what is said · rewrite: and makes what each says of the connection fit · relay: one frame in six is changed. */
export type Lie = 'none' | 'fingerprint' | 'between' | 'rewrite' | 'relay';

/** One message of a data channel that passed the liar. */
export interface Heard {
  readonly channel: 'live' | 'bulk';
  readonly bytes: Buffer;
}

/** The liar. */
export interface LyingServer {
  /** Its address, to be used instead of the server's. */
  readonly url: string;
  lie: Lie;
  /** Lies told so far. */
  told: number;
  /** What it could read of the connections that it stands between, and how many of those were open on both sides. */
  between(): Promise<{ readonly open: number; readonly heard: readonly Heard[] }>;
  stop(): Promise<void>;
}

type Rtc = { type: 'offer' | 'answer'; sdp: string } | { type: 'candidate'; candidate: RTCIceCandidateInit };

/** Runs in the liar's page: what it does with the connections. */
const MIDDLE = (): void => {
  interface Side { pc: RTCPeerConnection; live: RTCDataChannel | null; bulk: RTCDataChannel; waits: [('live' | 'bulk'), ArrayBuffer][]; up: boolean }
  const attempts = new Map<string, { near: Side; far: Side }>();
  const heard: { channel: 'live' | 'bulk'; bytes: number[] }[] = [];
  const finger = (sdp: string): number[] => /a=fingerprint:sha-256 (\S+)/i.exec(sdp)![1]!.split(':').map((hex) => Number.parseInt(hex, 16));
  const gathered = (pc: RTCPeerConnection): Promise<unknown> => new Promise((done) => {
    if (pc.iceGatheringState === 'complete') done(null);
    pc.onicegatheringstatechange = () => void (pc.iceGatheringState === 'complete' && done(null));
  });
  const replaced = (data: Uint8Array, from: number[], to: number[]): void => {
    for (let at = 0; at + from.length <= data.length; at++) if (from.every((byte, no) => data[at + no] === byte)) data.set(to, at);
  };
  const pass = (attempt: string, to: 'near' | 'far', channel: 'live' | 'bulk', data: ArrayBuffer, rewrite: boolean): void => {
    const { near, far } = attempts.get(attempt)!;
    heard.push({ channel, bytes: [...new Uint8Array(data)] });
    if (rewrite) {
      const seen = { near: [...finger(near.pc.remoteDescription!.sdp), ...finger(near.pc.localDescription!.sdp)], far: [...finger(far.pc.localDescription!.sdp), ...finger(far.pc.remoteDescription!.sdp)] };
      replaced(new Uint8Array(data), to === 'far' ? seen.near : seen.far, seen[to]);
    }
    const side = to === 'far' ? far : near;
    const target = channel === 'live' ? side.live : side.bulk;
    if (target?.readyState === 'open') target.send(data);
    else side.waits.push([channel, data]);
  };
  const opened = (side: Side, name: 'live' | 'bulk', channel: RTCDataChannel): void => {
    const ready = side.waits.filter(([of]) => of === name);
    side.waits = side.waits.filter(([of]) => of !== name);
    for (const [, data] of ready) channel.send(data);
  };
  const side = (attempt: string, other: 'near' | 'far', rewrite: boolean): Side => {
    const pc = new RTCPeerConnection();
    const made: Side = { pc, live: null, bulk: pc.createDataChannel('bulk', { negotiated: true, id: 64 }), waits: [], up: false };
    const wire = (channel: RTCDataChannel, name: 'live' | 'bulk'): void => {
      channel.binaryType = 'arraybuffer';
      channel.onmessage = ({ data }) => pass(attempt, other, name, data as ArrayBuffer, rewrite);
      channel.onopen = () => {
        made.up ||= name === 'live';
        opened(made, name, channel);
      };
    };
    wire(made.bulk, 'bulk');
    if (other === 'near') wire((made.live = pc.createDataChannel('live')), 'live');
    else pc.ondatachannel = ({ channel }) => wire((made.live = channel), 'live');
    return made;
  };
  Object.assign(globalThis, {
    middle: {
      async offer(attempt: string, sdp: string, rewrite: boolean): Promise<string> {
        const both = { near: side(attempt, 'far', rewrite), far: side(attempt, 'near', rewrite) };
        attempts.set(attempt, both);
        await both.near.pc.setRemoteDescription({ type: 'offer', sdp });
        await Promise.all([both.near.pc.setLocalDescription(), both.far.pc.setLocalDescription()]);
        await Promise.all([gathered(both.near.pc), gathered(both.far.pc)]);
        return both.far.pc.localDescription!.sdp;
      },
      async answer(attempt: string, sdp: string): Promise<string | null> {
        const both = attempts.get(attempt);
        await both?.far.pc.setRemoteDescription({ type: 'answer', sdp });
        return both?.near.pc.localDescription!.sdp ?? null;
      },
      async candidate(attempt: string, from: 'near' | 'far', candidate: RTCIceCandidateInit): Promise<void> {
        await attempts.get(attempt)?.[from].pc.addIceCandidate(candidate).catch(() => undefined);
      },
      heard: () => heard,
      open: () => [...attempts.values()].filter(({ near, far }) => near.up && far.up).length,
    },
  });
};

interface Middle {
  offer(attempt: string, sdp: string, rewrite: boolean): Promise<string>;
  answer(attempt: string, sdp: string): Promise<string | null>;
  candidate(attempt: string, from: 'near' | 'far', candidate: RTCIceCandidateInit): Promise<void>;
  heard(): { channel: 'live' | 'bulk'; bytes: number[] }[];
  open(): number;
}
declare const middle: Middle;

const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer));
const otherFinger = (sdp: string): string => sdp.replaceAll(/(a=fingerprint:sha-256 )\S+/gi, (_all, head: string) => head + [...randomBytes(32)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':'));

/** Starts the liar before the server at `target`; `page` is where it makes its connections. */
export async function startLyingServer(target: string, page: Page): Promise<LyingServer> {
  await page.evaluate(MIDDLE);
  let frames = 0;
  /** The ends that began attempts, by attempt. */
  const began = new Map<string, WebSocket>();

  /** What the other end is told instead; null = nothing. */
  const rtc = async (client: WebSocket, attempt: string, data: Rtc): Promise<Rtc | null> => {
    if (data.type === 'candidate') {
      if (liar.lie === 'fingerprint') return data;
      await page.evaluate(([name, from, candidate]) => middle.candidate(name, from, candidate), [attempt, began.get(attempt) === client ? 'near' : 'far', data.candidate] as const);
      return null;
    }
    liar.told += 1;
    if (liar.lie === 'fingerprint') return { ...data, sdp: otherFinger(data.sdp) };
    if (data.type === 'offer') {
      began.set(attempt, client);
      return { ...data, sdp: await page.evaluate(([name, sdp, rewrite]) => middle.offer(name, sdp, rewrite), [attempt, data.sdp, liar.lie === 'rewrite'] as const) };
    }
    const sdp = await page.evaluate(([name, answer]) => middle.answer(name, answer), [attempt, data.sdp] as const);
    return sdp === null ? data : { ...data, sdp };
  };
  const forward = async (client: WebSocket, bytes: Buffer): Promise<Uint8Array | null> => {
    const message = decodeSignal(bytes);
    if (!message.ok || message.value.type !== 'signal:forward:v1:requested' || !['fingerprint', 'between', 'rewrite'].includes(liar.lie)) return bytes;
    const said = JSON.parse(Buffer.from(message.value.data).toString()) as { k: string; a: string; d: Rtc };
    if (said.k !== 'rtc') return bytes;
    const told = await rtc(client, said.a, said.d);
    return told === null ? null : encodeSignal({ ...message.value, data: Buffer.from(JSON.stringify({ ...said, d: told })) } as SignalMessage);
  };
  const relayed = (bytes: Buffer): Uint8Array => {
    const message = decodeSignal(bytes);
    if (liar.lie !== 'relay' || !message.ok || message.value.type !== 'relay:frame:v1:completed' || frames++ % 6 !== 5) return bytes;
    liar.told += 1;
    const frame = message.value.frame.slice();
    frame[frame.length >> 1]! ^= 1;
    return encodeSignal({ ...message.value, frame });
  };

  const proxy = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => proxy.once('listening', resolve));
  proxy.on('connection', (client) => {
    const server = new WebSocket(target);
    let turn: Promise<unknown> = new Promise((resolve) => server.once('open', resolve));
    client.on('message', (data) => {
      turn = turn.then(async () => {
        const said = await forward(client, bytesOf(data));
        if (said !== null && server.readyState === WebSocket.OPEN) server.send(said);
      }).catch(() => client.terminate());
    });
    server.on('message', (data) => client.send(relayed(bytesOf(data))));
    for (const [one, other] of [[client, server], [server, client]] as const) {
      one.on('close', () => other.close());
      one.on('error', () => other.terminate());
    }
  });
  const liar: LyingServer = {
    url: `ws://127.0.0.1:${(proxy.address() as AddressInfo).port}/signal`,
    lie: 'none',
    told: 0,
    async between() {
      const { open, heard } = await page.evaluate(() => ({ open: middle.open(), heard: middle.heard() }));
      return { open, heard: heard.map(({ channel, bytes }) => ({ channel, bytes: Buffer.from(bytes) })) };
    },
    stop: () =>
      new Promise((resolve) => {
        for (const client of proxy.clients) client.terminate();
        proxy.close(() => resolve());
      }),
  };
  return liar;
}
