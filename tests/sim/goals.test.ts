/** Goals over two production kernels: what two people plan apart meets field by field; a circle that comes by it is named alike, mended by one, and the plan is the same for both. */
import { expect, test } from 'vitest';
import type { Op } from '#os/api';
import { EVENT, GOAL, goalsOf, MILESTONE, TASK } from '#domain/goals';
import { planOf, WORK_WEEK, type PlanAnswer } from '#domain/goals/planning';
import { addLabel, beginGoal, dependOn, goalNodeOf, makeWork, moveTo, partOf, planOfWorks, readWork, setEstimate, setPriority, thingOfPoint, treeOf, waitNoLonger, type Work } from '#domain/goals/work';
import { FRAGMENT, ROOT } from '#domain/shared';
import { equal, meet } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const works = async (tab: SimTab, space: string): Promise<Map<string, Work>> =>
  new Map((await tab.api.graph(space).query({ type: [TASK, GOAL, MILESTONE, EVENT] })).flatMap((node) => readWork(node) ?? []).map((work) => [work.id, work]));
const plan = async (tab: SimTab, space: string): Promise<PlanAnswer> => planOf(planOfWorks([...(await works(tab, space)).values()], { calendar: WORK_WEEK, today: '2026-11-27', seed: space, target: '2026-12-11' }));
const value = <T>(made: { ok: true; value: T } | { ok: false }): T => {
  if (!made.ok) throw new Error('refused');
  return made.value;
};

test('{C5}{V3} planned apart: fields of one task meet; a circle of waits is named alike and mended by one; path and forecast are the same for both', async () => {
  const { world, space, tabs } = await meet({ seed: 947 }, ['anna', 'boris']);
  const [a, b] = tabs as [SimTab, SimTab];
  const graph = a.api.graph(space);
  const fragment = await world.wait(graph.createFragment({ type: GOAL, title: 'First ten stations' }));
  await graph.transact(beginGoal(fragment), { fragment });
  const ids: string[] = [];
  for (const title of ['Order gaskets', 'Assemble boxes', 'Mount stations']) ids.push((await graph.transact(value(makeWork({ title }, 'next')), { fragment })).ids[0]!);
  const [order, assemble, mount] = ids as [string, string, string];
  await world.wait(a.api.saved());
  await equal(world, tabs, space);
  expect(goalsOf(await b.api.graph(space).query({ type: FRAGMENT, fragment: ROOT })).map(({ title }) => title)).toEqual(['First ten stations']);
  const act = async (tab: SimTab, ops: (all: Map<string, Work>) => Op[]): Promise<void> => void (await tab.api.graph(space).transact(ops(await works(tab, space)), { fragment }));

  b.offline(true);
  await act(a, () => value(setEstimate(mount, { unit: 'day', low: 2, likely: 3, high: 8 })));
  await act(a, (all) => value(dependOn(all.get(mount)!, all.get(assemble)!, { lag: 4 }, all)));
  await act(a, (all) => value(addLabel(all.get(mount)!, 'field')));
  await act(b, () => setPriority(mount, 'urgent'));
  await act(b, (all) => moveTo(all.get(mount)!, 'doing'));
  await act(b, (all) => value(addLabel(all.get(mount)!, 'river')));
  await act(b, (all) => value(dependOn(all.get(assemble)!, all.get(mount)!, { kind: 'SS' }, all)));
  await act(b, (all) => value(dependOn(all.get(assemble)!, all.get(order)!, {}, all)));
  await act(b, (all) => value(partOf(all.get(order)!, all.get(assemble)!, all)));
  await world.wait(b.api.saved());
  b.offline(false);
  await equal(world, tabs, space);

  expect((await works(a, space)).get(mount)).toMatchObject({ estimate: { unit: 'day', low: 2, likely: 3, high: 8 }, priority: 'urgent', status: 'doing', labels: ['field', 'river'] });
  const met = await plan(a, space);
  expect(await plan(b, space)).toEqual(met);
  expect(met.circles).toHaveLength(1);
  expect(new Set(met.circles[0]!.map(thingOfPoint))).toEqual(new Set(ids));
  // Whoever sees it takes one wait away; then the other counts again.
  const before = await works(b, space);
  await act(b, () => waitNoLonger(before.get(assemble)!.waits.find(({ on }) => on === mount)!.edge));
  await world.wait(b.api.saved());
  await equal(world, tabs, space);
  const mended = await plan(a, space);
  expect(mended.circles).toEqual([]);
  expect(mended.path.filter((id) => ids.includes(id))).toEqual([order, assemble, mount]);
  expect(await plan(b, space)).toEqual(mended);
  expect(mended.forecast!.p80).toBeGreaterThan(mended.forecast!.p10);
  const { progress, parts } = treeOf([...(await works(b, space)).values()]);
  expect(parts.get(assemble)!.map(({ id }) => id)).toEqual([order]);
  expect(progress.get(goalNodeOf(fragment))).toEqual({ done: 0, all: 2 });
});
