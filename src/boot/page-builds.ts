/** The page between its service worker, which has the pinned keys, and its kernel, which has the links: passes questions on, and lets the worker look again when somebody else can be asked. */
import type { RpcPort } from '#adapters/worker-rpc/rpc';
import { createRpcClient, type RpcClient } from '#adapters/worker-rpc/rpc-client';
import type { BuildCalls, BuildStreams } from './build-feed.ts';
import type { KernelRuns } from './kernel-runs.ts';
import type { PeersAnswer, PeersAsk } from './release-peers.ts';

/** While the host is away and somebody is linked, it is looked so often whether they have something newer by now, ms. */
export const AGAIN_MS = 600_000;

export interface PageBuilds {
  /** A question of the service worker on this port. */
  answer(port: Pick<MessagePort, 'postMessage'>, question: unknown): Promise<void>;
  /** Whether the host was away at the last look. */
  away(is: boolean): void;
}

/** `check` lets the service worker look. */
export function createPageBuilds(runs: KernelRuns, check: () => void, every: (ms: number, act: () => void) => void = (ms, act) => void setInterval(act, ms)): PageBuilds {
  let client: RpcClient<BuildCalls, BuildStreams> | null = null;
  let [devices, asked, away]: [readonly string[], readonly string[], boolean] = [[], [], false];
  const look = (): void => {
    // Who went and came again is asked again.
    asked = asked.filter((one) => devices.includes(one));
    if (!away || devices.every((one) => asked.includes(one))) return;
    asked = devices;
    check();
  };
  runs.each((give) => {
    client?.close();
    const { port1, port2 } = new MessageChannel();
    give(port2, 'builds');
    client = createRpcClient<BuildCalls, BuildStreams>(port1 as RpcPort);
    client.subscribe('devices', [] as never, (now) => {
      devices = now;
      look();
    });
  });
  every(AGAIN_MS, () => {
    asked = [];
    look();
  });
  return {
    async answer(port, question) {
      const ask = question as PeersAsk;
      // A page without a kernel, or with one that stopped, knows nobody.
      if ('above' in ask) {
        const lists = (await client?.call('lists', ask.above).catch(() => null)) ?? [];
        return port.postMessage({ no: ask.no, lists } satisfies PeersAnswer);
      }
      const bytes = ((await client?.call('file', ask.wanted).catch(() => null)) ?? null)?.buffer ?? null;
      port.postMessage({ no: ask.no, bytes } satisfies PeersAnswer, bytes ? [bytes] : []);
    },
    away(is) {
      away = is;
      look();
    },
  };
}
