/** What tests of the search over the production kernel share: its port, and the waiting for what comes over it. */
import type { RpcPort } from '#adapters/worker-rpc/rpc';
import type { SimWorld } from './sim-world.ts';

/** Two ends of a port; each message arrives in a turn of its own. */
export function ports(): [RpcPort, RpcPort] {
  const one: RpcPort = { onmessage: null, postMessage: (data) => void setTimeout(() => two.onmessage?.({ data: structuredClone(data) } as MessageEvent), 0) };
  const two: RpcPort = { onmessage: null, postMessage: (data) => void setTimeout(() => one.onmessage?.({ data: structuredClone(data) } as MessageEvent), 0) };
  return [one, two];
}

/** Waits until it fits: virtual time for the kernels, real turns for the ports and the timers of the index. */
export async function comes(world: SimWorld, what: string, fits: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1_000; i++) {
    if (await fits()) return;
    await world.clock.run(20);
    await new Promise((next) => setTimeout(next, 5));
  }
  throw new Error(`did not come: ${what}`);
}
