/** One of two pages: a worker with links and calls, and beside it a data channel of the page that says back what it hears. */
import { createPageDialer } from '#adapters/simple-peer/page-dialer';
import type { DialPort } from '#adapters/simple-peer/dial-protocol';
import type { CallsWorker } from './worker.ts';

const BYTES = 64;

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const wires = new MessageChannel();
createPageDialer(wires.port1 as unknown as DialPort);
const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
let count = 0;

/** Signals for the other page: of a lane of the worker, or of the raw channel. */
const relay = (of: number | 'raw', data: unknown): void => void (globalThis as unknown as { relay(of: number | 'raw', data: string): void }).relay(of, JSON.stringify(data));

worker.onmessage = ({ data }: MessageEvent<{ signal?: [number, unknown]; no: number; value: never; failed?: string }>) => {
  if (data.signal) return relay(...data.signal);
  const one = waiting.get(data.no);
  waiting.delete(data.no);
  if (data.failed === undefined) one?.resolve(data.value);
  else one?.reject(new Error(data.failed));
};
worker.postMessage(wires.port2, [wires.port2]);

/** What the worker does, from the page. */
const ask = <N extends keyof CallsWorker>(name: N, ...args: Parameters<CallsWorker[N]>): Promise<Awaited<ReturnType<CallsWorker[N]>>> => new Promise((resolve, reject) => {
  waiting.set(++count, { resolve, reject });
  worker.postMessage({ no: count, name, args });
});

const raw = new RTCPeerConnection();
const channel = raw.createDataChannel('raw', { negotiated: true, id: 1, ordered: true });
channel.binaryType = 'arraybuffer';
let heard: (bytes: Uint8Array) => void = (bytes) => channel.send(bytes as Uint8Array<ArrayBuffer>);
channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => heard(new Uint8Array(data));
raw.onicecandidate = ({ candidate }) => candidate && relay('raw', { candidate });

const page = {
  ask,
  async hear(of: number | 'raw', text: string): Promise<void> {
    const data = JSON.parse(text) as { sdp?: RTCSessionDescriptionInit; candidate?: RTCIceCandidateInit };
    if (of !== 'raw') return void ask('signal', of, data);
    if (data.candidate) return raw.addIceCandidate(data.candidate);
    await raw.setRemoteDescription(data.sdp!);
    if (data.sdp!.type === 'answer') return;
    await raw.setLocalDescription();
    relay('raw', { sdp: raw.localDescription });
  },
  async openRaw(initiator: boolean): Promise<void> {
    const open = new Promise<void>((resolve) => (channel.readyState === 'open' ? resolve() : (channel.onopen = () => resolve())));
    if (initiator) {
      await raw.setLocalDescription();
      relay('raw', { sdp: raw.localDescription });
    }
    await open;
  },
  /** Round trips in turn: one on the raw channel, one call, and again; no more of them a second than a link takes. */
  async echoes(rounds: number, lanes: number, gapMs: number): Promise<{ raw: number[]; calls: (number | string)[] }> {
    const out: { raw: number[]; calls: (number | string)[] } = { raw: [], calls: [] };
    const from = performance.now();
    for (let i = 0; i < rounds; i++) {
      const early = i * gapMs - (performance.now() - from);
      if (early > 0) await new Promise((next) => setTimeout(next, early));
      const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
      const at = performance.now();
      await new Promise<void>((resolve) => {
        heard = () => resolve();
        channel.send(bytes);
      });
      out.raw.push(performance.now() - at);
      out.calls.push(await ask('echo', i % lanes, BYTES));
    }
    return out;
  },
  /** What stands in a channel that nobody holds back: all of it. */
  flood(parts: number, partBytes: number): number {
    let most = 0;
    for (let i = 0; i < parts; i++) {
      channel.send(new Uint8Array(partBytes));
      most = Math.max(most, channel.bufferedAmount);
    }
    return most;
  },
  quiet(): void {
    heard = () => undefined;
  },
};

export type CallsPage = typeof page;
Object.assign(globalThis, { calls: page });
