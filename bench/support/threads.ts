/** Two peers in two threads, and the signaling hub in this one, which is idle otherwise. */
import { MessageChannel, MessagePort, Worker, type TransferListItem } from 'node:worker_threads';
import type { Answer, Call, PeerThread, ThreadData } from './peer-thread.ts';
import { serveThreadSockets } from './thread-net.ts';
import { createHub } from './world.ts';

/** The calls of a peer thread, each answered by a message. */
export type Remote = { readonly [K in keyof PeerThread]: (...args: Parameters<PeerThread[K]>) => Promise<Awaited<ReturnType<PeerThread[K]>>> };

export interface Pair {
  readonly a: Remote;
  readonly b: Remote;
  /** Runs the work as a phase of both threads. */
  phase<T>(name: string, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Starts both threads on the file of this process. They are kept for all rounds of a suite: what runs is compiled, as after a minute of use. */
export function startPair(): Pair {
  const wires = new MessageChannel();
  const hub = createHub();
  const start = (name: string, port: ThreadData['wires']) => {
    const sockets = new MessageChannel();
    serveThreadSockets(sockets.port1, hub.port);
    const data: ThreadData = { name, wires: port, sockets: sockets.port2 };
    return remote(new Worker(process.argv[1]!, { workerData: data, transferList: [port, sockets.port2] }));
  };
  const [a, b] = [start('a', wires.port1), start('b', wires.port2)];
  return {
    a: a.calls, b: b.calls,
    async phase(name, work) {
      await Promise.all([a.calls.begin(name), b.calls.begin(name)]);
      try {
        return await work();
      } finally {
        await a.calls.end();
        await b.calls.end();
      }
    },
    async close() {
      await Promise.all([a.worker.terminate(), b.worker.terminate()]);
    },
  };
}

function remote(worker: Worker): { worker: Worker; calls: Remote } {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let counter = 0;
  worker.on('message', ({ id, value, error }: Answer) => {
    const call = waiting.get(id)!;
    waiting.delete(id);
    if (error === undefined) call.resolve(value);
    else call.reject(new Error(error));
  });
  worker.on('error', (error) => {
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  });
  const calls = new Proxy({}, {
    get: (_, name) => (...args: unknown[]) => new Promise((resolve, reject) => {
      const call: Call = { id: counter++, name: name as keyof PeerThread, args };
      waiting.set(call.id, { resolve, reject });
      worker.postMessage(call, args.filter((arg) => arg instanceof MessagePort) as TransferListItem[]);
    }),
  }) as Remote;
  return { worker, calls };
}
