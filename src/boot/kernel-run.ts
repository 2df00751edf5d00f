/** One kernel worker and all that is bound to it: its ports, the connections the page holds for it, and the signs that it lives. */
import { createSystemClock } from '#adapters/system-clock/system-clock';
import type { RpcPort } from '#adapters/worker-rpc/rpc';
import { nameOfFault } from '#base/fault-words';
import type { PasskeyAsk, UnlockRequest } from '#os/lock-api';
import { loadAgain } from '#view/kit/load-again.ts';
import { watchScript } from './store-wait.ts';
import { createUnlock } from './unlock.ts';
import type { LockMessage } from './locked.ts';
import type { Ears, Run } from './supervisor.ts';

/** What is handed to every worker of a page. */
export interface RunSetup {
  readonly servers: string[];
  readonly version: string;
  /** Its RPC port: the client is bound here; resolves when the kernel has loaded. */
  bind(port: RpcPort): Promise<void>;
  /** An error that the worker survived. */
  onFault(detail: string): void;
  /** It waits for what opens this browser. */
  onLocked(unlock: (request: UnlockRequest) => Promise<void>, passkey: PasskeyAsk | null): void;
  /** The kernel has loaded: `give` hands it the port of a search, or of who asks linked devices for releases. */
  onRun?(give: GivePort): void;
  /** Another device looks for something in it, and nobody searched here yet. */
  onAsked?(): void;
  /** It waits for a storage that gives no answer or takes data of an earlier version over, or for its own script. */
  onWait(what: StartWait): void;
}

/** What a start can stand still at. */
export type StartWait = 'store' | 'upgrade' | 'script';

/** What the page and the entry of a worker say to each other beside the RPC (workers/kernel.worker.ts); 'here': the script of the kernel runs. */
export type FromWorker = 'up' | 'here' | 'beat' | 'store' | 'upgrade' | 'search' | LockMessage | { readonly failed: string };

/** Ports on which a search, or who asks linked devices for releases, asks the kernel. */
export type GivenPort = Readonly<Record<'search' | 'builds', MessagePort>>;
export type GivePort = (port: MessagePort, of?: keyof GivenPort) => void;

/** Gives a worker what it waits for. */
export function startRun(worker: Worker, setup: RunSetup, ears: Ears): Run {
  const rpc = new MessageChannel();
  const wires = new MessageChannel();
  const gone = new AbortController();
  const lock = `lgos/kernel/${crypto.randomUUID()}`;
  let dialer: { close(): void } | null = null;
  let up = false;
  let arrived!: () => void;
  watchScript(new Promise<void>((resolve) => (arrived = resolve)), createSystemClock(), () => setup.onWait('script'));
  const opener = createUnlock((message) => worker.postMessage(message), setup.onLocked);
  // WebRTC is no part of the first screen: its code comes beside it, and what the worker orders meanwhile waits in the port.
  void loadAgain(() => import('#adapters/simple-peer/page-dialer')).then(({ createPageDialer }) => {
    if (!gone.signal.aborted) dialer = createPageDialer(wires.port1);
  }, () => undefined);
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    ears.onBeat();
    if (data === 'up') {
      up = true;
      // Granted when the worker is gone, whatever ended it; no event says so.
      navigator.locks.request(lock, { signal: gone.signal }, () => ears.onEnd('ended', '')).catch(() => undefined);
    } else if (data === 'here') arrived();
    else if (data === 'search') setup.onAsked?.();
    else if (data === 'store' || data === 'upgrade') setup.onWait(data);
    else if (typeof data === 'object' && data !== null && 'lock' in data) opener.heard(data);
    else if (typeof data === 'object' && data !== null) ears.onEnd('error', nameOfFault(String(data.failed)));
  };
  worker.onerror = (event) => {
    const detail = event instanceof ErrorEvent ? event.message : 'the script of the worker was not loaded';
    // A worker that throws in one turn goes on with the next; whether it still works is for the heartbeat to say.
    if (up) setup.onFault(detail);
    else ears.onEnd('error', event instanceof ErrorEvent ? nameOfFault(detail) : detail);
  };
  worker.onmessageerror = () => setup.onFault('a message could not be read');
  worker.postMessage({ servers: setup.servers, version: setup.version, lock, rpc: rpc.port2, wires: wires.port2 }, [rpc.port2, wires.port2]);
  const ready = setup.bind(rpc.port1 as RpcPort);
  ready.then(() => setup.onRun?.((port, of = 'search') => worker.postMessage({ [of]: port } satisfies Partial<GivenPort>, [port])), () => undefined);
  return {
    ready,
    held: () => opener.held(),
    ping: () => worker.postMessage('beat'),
    end() {
      arrived();
      gone.abort();
      dialer?.close();
      worker.onmessage = worker.onerror = worker.onmessageerror = null;
      worker.terminate();
      rpc.port1.close();
      wires.port1.close();
    },
  };
}
