/** Parts of others' recovery keys are kept as they come (KEYP2): whoever gave one must not depend on a screen that its keeper never opens. What keeps them is loaded when there is one. */
import type { KernelEvent } from '#os/api';
import type { KernelParts } from './kernel.ts';
import { PART, ROOT_KEY } from './spaces.ts';
import type { Kernel } from './state.ts';

/** What came within so many ms is kept at once; who sends parts without end has them looked at no more often. */
const GATHER_MS = 5_000;

/** Kernels whose look is planned. */
const planned = new WeakSet<Kernel>();

/** Something happened: was it a part? */
export function partHeard(parts: KernelParts, { type, space: id, fragment, node }: KernelEvent): void {
  if (type !== 'node_created' || fragment !== ROOT_KEY) return;
  const graph = parts.kernel.spaces.get(id ?? '')?.fragments.get(ROOT_KEY)?.graph;
  if (node === undefined || graph?.node(node)?.type === PART) keepSoon(parts);
}

/** Looks soon, in the tab that leads. */
export function keepSoon(parts: KernelParts): void {
  const { kernel } = parts;
  if (planned.has(kernel)) return;
  planned.add(kernel);
  kernel.deps.clock.setTimer(GATHER_MS, () => {
    planned.delete(kernel);
    if (!kernel.leader || !kernel.profile || kernel.loading || kernel.reading || kernel.revoked !== null || kernel.deps.beacon) return;
    if (![...kernel.spaces.values()].some(({ fragments }) => (fragments.get(ROOT_KEY)?.graph.byType(PART).size ?? 0) > 0)) return;
    void import('./key-parts.ts').then(({ keepArrived }) => keepArrived(parts)).catch((error: unknown) => kernel.fault('parts', error));
  });
}
