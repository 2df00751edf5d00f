/** Worlds whose devices make snapshots, for the tests of them. */
import { toBase64url } from '#base/bytes';
import type { KernelDeps } from '#os/kernel/deps';
import { SNAPS_ROW } from '#os/kernel/snapshot-names';
import type { RecordStore } from '#ports/record-store';
import type { SimTab, SimWorld, WorldOptions } from './sim-world.ts';
import { until } from './walks.ts';

export const metric = (tab: SimTab, name: string): number => tab.api.metrics()[`snapshots.${name}`] ?? 0;
export const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);

/** Tabs of devices called `plain` find no snapshot: they replay. Rows that a start reads are counted. */
export function worldOf(options: WorldOptions): WorldOptions & { readonly read: Map<string, number> } {
  const read = new Map<string, number>();
  const mutate = (deps: KernelDeps, tab: string): KernelDeps => {
    const store = Object.create(deps.store) as RecordStore;
    const count = async (rows: Promise<Awaited<ReturnType<RecordStore['scan']>>>): ReturnType<RecordStore['scan']> => {
      read.set(tab, (read.get(tab) ?? 0) + (await rows).filter(({ records }) => records.length > 0).length);
      return rows;
    };
    Object.defineProperties(store, {
      get: { value: (key: string) => (key === SNAPS_ROW && tab.startsWith('plain') ? Promise.resolve(undefined) : deps.store.get(key)) },
      scan: { value: (after: number, limit: number) => count(deps.store.scan(after, limit)) },
      // As a store of large rows does: a few at once.
      segments: { value: (arrivals: readonly number[]) => count(deps.store.segments(arrivals).then((rows) => rows.slice(0, 3))) },
      onClosed: {
        get: () => deps.store.onClosed,
        set(on: RecordStore['onClosed']) {
          deps.store.onClosed = on;
        },
      },
    });
    return { ...deps, store };
  };
  return { ...options, mutate, read };
}

export async function made({ world, tab }: { readonly world: SimWorld; readonly tab: SimTab }, times = 1): Promise<void> {
  await until(world, () => metric(tab, 'made') >= times, 20_000, 'a snapshot is made while nothing happens');
}
