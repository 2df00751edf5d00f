/** A channel with a long history, and what tests of baselines look at. */
import { must } from '#base/assert';
import { toBase64url } from '#base/bytes';
import type { HistoryView } from '#os/api';
import type { Fragment } from '#os/kernel/state';
import type { SimTab, SimWorld, WorldOptions } from './sim-world.ts';
import { equal, meet, until, type Meeting } from './walks.ts';

export const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
export const fragmentOf = (tab: SimTab, space: string, channel: string): Fragment => must(tab.running.parts.kernel.spaces.get(space)?.fragments.get(channel), 'fragment');
export const metric = (tab: SimTab, name: string): number => tab.running.parts.metrics.get(name) ?? 0;
/** As Access shows it there. */
export const look = (world: SimWorld, tab: SimTab, space: string, channel: string): Promise<HistoryView> => world.wait(tab.api.access.history(space, channel));
/** Does nothing of what it covers lie there any more? */
export const stands = (tab: SimTab, space: string, channel: string): boolean => tab.running.parts.kernel.spaces.get(space)?.fragments.get(channel)?.base?.row.gone === true;

export interface Old extends Meeting {
  readonly channel: string;
  /** A node that was edited often, and one that only is there. */
  readonly ids: readonly string[];
}

/** A channel with a long history by the first two of them, held by all. */
export async function old(seed: number, names: readonly string[], options: Omit<WorldOptions, 'seed'> = {}): Promise<Old> {
  const m = await meet({ ...options, seed }, names);
  const { world, space, tabs } = m;
  const [anna, boris] = tabs as [SimTab, SimTab];
  const channel = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'old' }));
  const { ids } = await anna.api.graph(space).transact([{ op: 'node.create', type: 'bench/note@1', props: { title: 'first' } }, { op: 'node.create', type: 'bench/note@1', props: { title: 'stays' } }], { fragment: channel });
  await until(world, () => (boris.running.parts.kernel.spaces.get(space)?.fragments.get(channel)?.graph.size ?? 0) === 2, 20_000, 'boris has the channel');
  for (let n = 0; n < 20; n++) {
    const tab = n % 2 === 0 ? anna : boris;
    await tab.api.graph(space).transact([{ op: 'node.set', id: ids[0]!, props: { title: `title ${n}`, pad: 'x'.repeat(300) } }, { op: 'text.splice', id: ids[1]!, at: 0, remove: 0, insert: `${n} ` }], { fragment: channel });
    await world.wait(tab.api.saved());
    await world.clock.run(300);
  }
  await equal(world, tabs, space);
  return { ...m, channel, ids };
}

/** Bytes of its records on the disk. */
export const bytesOf = (tab: SimTab, channel: string): number => tab.device.disk.records().filter(({ fragment }) => toBase64url(fragment) === channel).reduce((sum, { bytes }) => sum + bytes.length, 0);
