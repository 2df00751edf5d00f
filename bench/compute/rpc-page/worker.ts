/** Calls as the product makes them: the links, the dialer and the calls of the kernel, in a worker, without a kernel beside them. */
import { createSystemClock } from '#adapters/system-clock/system-clock';
import type { DialPort } from '#adapters/simple-peer/dial-protocol';
import { createPortDialer } from '#adapters/simple-peer/port-dialer';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import { concat, toBase64url, type Bytes } from '#base/bytes';
import type { Dialing } from '#ports/wire';
import { createLink } from '#vm/mesh/link';
import { loadCurve } from '#vm/protocol/curve';
import type { Link } from '#vm/mesh/link-types';
import { createRpc, type Rpc, type RpcEnd, type Served } from '#vm/rpc/calls';
import { serviceOf } from '#vm/rpc/subject';

/** Total bytes at a time of the wall clock. */
export type Progress = readonly (readonly [at: number, total: number])[];

export interface CallsWorker {
  /** Opens so many links; signals go by `signal` messages. */
  open(initiator: boolean, lanes: number): Promise<void>;
  signal(lane: number, data: unknown): void;
  /** One echo; ms, or why not. */
  echo(lane: number, size: number): Promise<number | string>;
  /** A call that never ends by itself: by its deadline, or called off after `cancelAfter`. Wall times of its begin, of its answer, and of what called it off. */
  idle(lane: number, ms: number, cancelAfter: number | null): Promise<{ readonly key: string; readonly code: string; readonly from: number; readonly to: number; readonly off: number | null }>;
  /** When each call that never ends was stopped at this end, by its key; and how many run still. */
  stopped(): { readonly at: Readonly<Record<string, number>>; readonly running: number };
  /** So many parts to a reader that takes its time (or from here to one), as both saw it. */
  upload(parts: number): Promise<{ readonly same: boolean; readonly written: Progress; readonly ms: number }>;
  download(parts: number): Promise<{ readonly same: boolean; readonly taken: Progress; readonly ms: number }>;
  progress(): Progress;
}

const PART = 65_536;
const REST_MS = 2;
const LATTICE = new Uint8Array(32).fill(7);
const [clock, random, keys] = [createSystemClock(), createWebRandom(crypto), createWebCrypto(crypto.subtle)];
const wall = (): number => performance.timeOrigin + performance.now();
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const nameOf = (fn: string) => ({ version: 1, interface: 'bench:calls', function: fn });
const digest = async (parts: readonly Uint8Array[]): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...parts)));
const made = (count: number): Bytes[] => Array.from({ length: count }, (_, i) => new Uint8Array(PART).fill(i % 251));

const lanes: { readonly rpc: Rpc; readonly end: RpcEnd; readonly link: Link }[] = [];
const dialings: Dialing[] = [];
const early: (readonly [number, unknown])[] = [];
const stops: Record<string, number> = {};
let running = 0;
let seen: [number, number][] = [];

function serve(rpc: Rpc): void {
  rpc.serve(serviceOf(nameOf('echo')), async ({ params }) => params);
  rpc.serve(serviceOf(nameOf('idle')), ({ params, signal }: Served) => new Promise((_, reject) => {
    running += 1;
    signal.addEventListener('abort', () => {
      running -= 1;
      stops[toBase64url(params)] = wall();
      reject(new Error('stopped'));
    });
  }));
  rpc.serve(serviceOf(nameOf('sink')), async ({ next }: Served) => {
    const parts: Uint8Array[] = [];
    seen = [];
    for (let part = await next(); part !== null; part = await next()) {
      parts.push(part);
      seen.push([wall(), parts.length * PART]);
      await rest(REST_MS);
    }
    return digest(parts);
  });
  rpc.serve(serviceOf(nameOf('source')), async ({ params, write }: Served) => {
    const parts = made(params[0]!);
    seen = [];
    for (const [i, part] of parts.entries()) {
      await write(part);
      seen.push([wall(), (i + 1) * PART]);
    }
    return digest(parts);
  });
}

async function dial(port: DialPort, initiator: boolean, count: number): Promise<void> {
  await loadCurve();
  const dialer = createPortDialer(port);
  const opened = Array.from({ length: count }, async (_, lane) => {
    const deviceKey = await keys.generateSigning();
    return new Promise<void>((resolve, reject) => {
      const rpc = createRpc({ clock, actor: deviceKey.pub, admits: () => true, metric: () => undefined });
      serve(rpc);
      const onOpen = (link: Link): void => {
        lanes[lane] = { rpc, link, end: { id: String(lane), link } };
        resolve();
      };
      dialings[lane] = dialer.dial({
        initiator, iceServers: [], onFail: (reason) => reject(new Error(reason)),
        onSignal: (data) => postMessage({ signal: [lane, data] }),
        onOpen: (wire) => void createLink({ wire, clock, random, crypto: keys, deviceKey, uid: new Uint8Array(0), handlers: {
          onOpen, onMessage: (_link, message) => void rpc.onMessage(lanes[lane]!.end, message), onClose: (_link, code) => reject(new Error(code)),
          onDrain: () => undefined, onOffset: () => undefined, onState: () => undefined,
        } }),
      });
      for (const [to, data] of early) if (to === lane) dialings[lane]!.signal(data);
    });
  });
  await Promise.all(opened);
}

const call = (lane: number, fn: string, params: Uint8Array, options: Parameters<Rpc['call']>[3]) => {
  const { rpc, end, link } = lanes[lane]!;
  return rpc.call(end, { ...nameOf(fn), lattice: LATTICE, actor: link.device }, params, options);
};

const worker = (port: DialPort): CallsWorker => ({
  open: (initiator, count) => dial(port, initiator, count),
  signal(lane, data) {
    if (dialings[lane]) dialings[lane].signal(data);
    else early.push([lane, data]);
  },
  async echo(lane, size) {
    const params = random.bytes(size);
    const from = performance.now();
    const answer = await call(lane, 'echo', params, { ms: 10_000 });
    const ms = performance.now() - from;
    return !answer.ok ? answer.error.code : toBase64url(answer.value) === toBase64url(params) ? ms : 'other bytes';
  },
  async idle(lane, ms, cancelAfter) {
    const key = random.bytes(12);
    const over = new AbortController();
    let off: number | null = null;
    if (cancelAfter !== null) setTimeout(() => ((off = wall()), over.abort()), cancelAfter);
    const from = wall();
    const answer = await call(lane, 'idle', key, { ms, signal: over.signal });
    return { key: toBase64url(key), code: answer.ok ? 'done' : answer.error.code, from, to: wall(), off };
  },
  stopped: () => ({ at: stops, running }),
  async upload(count) {
    const [parts, written]: [Bytes[], [number, number][]] = [made(count), []];
    const from = performance.now();
    const answer = await call(0, 'sink', new Uint8Array(0), { ms: 60_000, channel: 'bulk', input: async (write) => {
      for (const [i, part] of parts.entries()) {
        await write(part);
        written.push([wall(), (i + 1) * PART]);
      }
    } });
    const ms = performance.now() - from;
    return { same: answer.ok && toBase64url(answer.value) === toBase64url(await digest(parts)), written, ms };
  },
  async download(count) {
    const [parts, taken]: [Uint8Array[], [number, number][]] = [[], []];
    const from = performance.now();
    const answer = await call(0, 'source', Uint8Array.of(count), { ms: 60_000, channel: 'bulk', onPart: async (part) => {
      parts.push(part);
      taken.push([wall(), parts.length * PART]);
      await rest(REST_MS);
    } });
    const ms = performance.now() - from;
    return { same: answer.ok && parts.length === count && toBase64url(answer.value) === toBase64url(await digest(parts)), taken, ms };
  },
  progress: () => seen,
});

onmessage = ({ data: port }: MessageEvent<DialPort>) => {
  const serves = worker(port);
  onmessage = async ({ data: { no, name, args } }: MessageEvent<{ no: number; name: keyof CallsWorker; args: never[] }>) => {
    try {
      postMessage({ no, value: await (serves[name] as (...args: never[]) => unknown)(...args) });
    } catch (error) {
      postMessage({ no, failed: String(error) });
    }
  };
};
