/** What things of work have to do with others, over two production kernels: what two people say apart meets, links into other fragments are found from their other end, and a rule on them binds. */
import { expect, test } from 'vitest';
import type { Op } from '#os/api';
import { GOAL, LINKED, TASK } from '#domain/goals';
import { beginGoal, goalNodeOf, linkNoLonger, linkWith, makeOther, makeWork, meantDays, preparedFor, SCHEDULED_FOR, scheduleFor, scheduleNoLonger, treeOf, type Work } from '#domain/goals/work';
import { assignTask } from '#domain/goals/words';
import { beginCourse, COURSE, SERVES } from '#domain/learn';
import { courseNodeOf, readCourse, serveGoal, serveNoLonger } from '#domain/learn/course';
import { equal, meet, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';
import { valueOf } from '#tests/support/value-of';
import { worksOf } from './support/works-of.ts';


test('{C5}{V3} said apart: one task for two events, one link said by both, one that answers; taken away by one while the other says it anew it stays; a rule on such links binds', async () => {
  const { world, space, tabs } = await meet({ seed: 974 }, ['anna', 'boris']);
  const [a, b] = tabs as [SimTab, SimTab];
  const graph = a.api.graph(space);
  const goal = async (title: string): Promise<string> => {
    const fragment = await world.wait(graph.createFragment({ type: GOAL, title }));
    await graph.transact(beginGoal(fragment), { fragment });
    return fragment;
  };
  const [fair, house] = [await goal('Fair'), await goal('House')];
  const make = async (ops: Op[], fragment: string): Promise<string> => (await graph.transact(ops, { fragment })).ids[0]!;
  const tent = await make(valueOf(makeWork({ title: 'Tent' }, 'next')), house);
  const party = await make(valueOf(makeOther('event', { title: 'Party', due: '2026-12-10' }, '2026-11-27')), fair);
  const ready = await make(valueOf(makeOther('milestone', { title: 'Ready', due: '2026-12-08' }, '2026-11-27')), fair);
  await world.wait(a.api.saved());
  await equal(world, tabs, space);
  const act = async (tab: SimTab, fragment: string, ops: (all: Map<string, Work>) => Op[]): Promise<void> => void (await tab.api.graph(space).transact(ops(await worksOf(tab, space)), { fragment }));
  const say = (tab: SimTab, to: string): Promise<void> => act(tab, house, (all) => valueOf(scheduleFor(all.get(tent)!, all.get(to)!)));

  b.offline(true);
  await say(a, party);
  await say(b, party);
  await say(b, ready);
  await act(a, house, () => assignTask(goalNodeOf(house), a.api.identity.get()!.uid));
  await act(b, house, () => assignTask(goalNodeOf(house), b.api.identity.get()!.uid));
  await act(b, house, (all) => valueOf(linkWith(all.get(tent)!, { node: ready, fragment: fair })));
  await world.wait(b.api.saved());
  b.offline(false);
  await equal(world, tabs, space);
  for (const tab of tabs) {
    const all = await worksOf(tab, space);
    expect(all.get(tent)!.meant.map(({ to, at, edges }) => [to, at, edges.length]).sort()).toEqual([[party, fair, 1], [ready, fair, 1]].sort());
    expect([meantDays(all, treeOf([...all.values()])).get(tent), preparedFor(party, all, treeOf([...all.values()]))]).toMatchObject([{ day: '2026-12-08', of: ready }, { works: [{ id: tent }], done: 0, all: 1 }]);
    // From the other end, by the id of what is linked, in another fragment.
    expect((await tab.api.graph(space).query({ type: TASK, edges: { type: LINKED, to: ready } })).map(({ id }) => id)).toEqual([tent]);
    expect(await tab.api.graph(space).query({ type: TASK, edges: { type: SCHEDULED_FOR, to: tent } })).toEqual([]);
  }
  const answers = await Promise.all(tabs.map(async (tab) => (await worksOf(tab, space)).get(goalNodeOf(house))!.assignee));
  expect(answers[0]).not.toBeNull();
  expect(answers[1]).toBe(answers[0]);

  // One takes away what the other says anew meanwhile: it was said after all.
  b.offline(true);
  await act(a, house, (all) => scheduleNoLonger(all.get(tent)!.meant.find(({ to }) => to === party)!));
  await act(b, house, (all) => scheduleNoLonger(all.get(tent)!.meant.find(({ to }) => to === party)!));
  await say(b, party);
  await act(a, house, (all) => linkNoLonger(all.get(tent)!.linked[0]!));
  await world.wait(b.api.saved());
  b.offline(false);
  await equal(world, tabs, space);
  expect((await worksOf(a, space)).get(tent)).toMatchObject({ meant: [{ to: expect.any(String) }, { to: expect.any(String) }], linked: [] });
  // The event is gone: the link dangles, gives no day and can be taken away.
  await act(a, fair, () => [{ op: 'node.delete', id: ready }]);
  await equal(world, tabs, space);
  const left = await worksOf(b, space);
  const here = new Map([...left].filter(([, { deleted }]) => !deleted));
  expect(meantDays(here, treeOf([...here.values()])).get(tent)).toEqual({ day: '2026-12-10', of: party });
  await act(b, house, (all) => scheduleNoLonger(all.get(tent)!.meant.find(({ to }) => to === ready)!));
  await world.wait(b.api.saved());
  await equal(world, tabs, space);
  expect((await worksOf(a, space)).get(tent)!.meant.map(({ to }) => to)).toEqual([party]);

  await world.wait(a.api.access.setRules(space, { ops: { [SCHEDULED_FOR]: 'admin' } }));
  await equal(world, tabs, space);
  await until(world, () => b.running.parts.kernel.spaces.get(space)!.rights.view().state.policy.ops.size === 1, 10_000, 'boris has the rule');
  const again: Op[] = [{ op: 'edge.add', type: SCHEDULED_FOR, from: tent, to: [fair, ready] }];
  await expect(b.api.graph(space).transact(again, { fragment: house })).rejects.toMatchObject({ code: 'rules' });
  // Control: another link he may make, and an Owner this one.
  await act(b, house, (all) => valueOf(linkWith(all.get(tent)!, { node: party, fragment: fair })));
  await graph.transact(again, { fragment: house });
});

test('{C6}{V3} a course that two say apart serves two goals: both stand at both ends, and one is taken away', async () => {
  const { world, space, tabs } = await meet({ seed: 975 }, ['anna', 'boris']);
  const [a, b] = tabs as [SimTab, SimTab];
  const graph = a.api.graph(space);
  const [one, two] = [await world.wait(graph.createFragment({ type: GOAL, title: 'Fair' })), await world.wait(graph.createFragment({ type: GOAL, title: 'House' }))];
  const fragment = await world.wait(graph.createFragment({ type: COURSE, title: 'Straps' }));
  await graph.transact(beginCourse(courseNodeOf(fragment)), { fragment });
  await world.wait(a.api.saved());
  await equal(world, tabs, space);
  const course = async (tab: SimTab) => readCourse(fragment, await tab.api.graph(space).query({ fragment }), new Map());
  b.offline(true);
  await graph.transact(valueOf(serveGoal(await course(a), one)), { fragment });
  for (const goal of [one, two]) await b.api.graph(space).transact(valueOf(serveGoal(await course(b), goal)), { fragment });
  await world.wait(b.api.saved());
  b.offline(false);
  await equal(world, tabs, space);
  for (const tab of tabs) expect((await course(tab)).serves.map(({ at, edges }) => [at, edges.length]).sort()).toEqual([[one, 1], [two, 1]].sort());
  const serving = async (tab: SimTab, goal: string): Promise<string[]> => (await tab.api.graph(space).query({ type: COURSE, edges: { type: SERVES, to: goalNodeOf(goal) } })).map((node) => node.fragment);
  expect([await serving(b, one), await serving(a, two)]).toEqual([[fragment], [fragment]]);
  await graph.transact(serveNoLonger((await course(a)).serves.find(({ at }) => at === one)!), { fragment });
  await world.wait(a.api.saved());
  await equal(world, tabs, space);
  expect([await serving(b, one), await serving(b, two)]).toEqual([[], [fragment]]);
});
