/** Goals over two production kernels: what two people plan apart meets field by field; a circle that comes by it is named alike, mended by one, and the plan is the same for both. */
import { expect, test } from 'vitest';
import type { Op } from '#os/api';
import { deleteTask, EVENT, GOAL, goalsOf, RESOURCE, TASK, tickTask } from '#domain/goals';
import { planOf, WORK_WEEK, type PlanAnswer } from '#domain/goals/planning';
import { addLabel, beginGoal, dependOn, goalNodeOf, makeWork, moveTo, partOf, NEEDS, planOfWorks, readResource, readWork, setEstimate, setPriority, thingOfPoint, treeOf, waitNoLonger, waitsForNothing, type Work } from '#domain/goals/work';
import { againId, beginNext, setAgain, tickAgain } from '#domain/goals/again';
import { calendarRights, makeFromCalendar, readCalendar, takeCalendar } from '#domain/goals/ical';
import { setDue } from '#domain/goals/words';
import { FRAGMENT, mayMake, ROOT } from '#domain/shared';
// What a tick loads when it needs it is here: a load takes no virtual time, and so must take no other.
import '#view/kit/tick-again.ts';
import { tickNode } from '#view/kit/tick.ts';
import { bringIn } from '#view/goals/calendar-files.ts';
import { equal, meet, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';
import { valueOf } from '#tests/support/value-of';
import { worksOf } from './support/works-of.ts';

const plan = async (tab: SimTab, space: string): Promise<PlanAnswer> => planOf(planOfWorks([...(await worksOf(tab, space)).values()], { calendar: WORK_WEEK, today: '2026-11-27', seed: space, target: '2026-12-11' }));

test('{C5}{V3} planned apart: fields of one task meet; a circle of waits is named alike and mended by one; path and forecast are the same for both', async () => {
  const { world, space, tabs } = await meet({ seed: 947 }, ['anna', 'boris']);
  const [a, b] = tabs as [SimTab, SimTab];
  const graph = a.api.graph(space);
  const fragment = await world.wait(graph.createFragment({ type: GOAL, title: 'First ten stations' }));
  await graph.transact(beginGoal(fragment), { fragment });
  const ids: string[] = [];
  for (const title of ['Order gaskets', 'Assemble boxes', 'Mount stations']) ids.push((await graph.transact(valueOf(makeWork({ title }, 'next')), { fragment })).ids[0]!);
  const [order, assemble, mount] = ids as [string, string, string];
  await world.wait(a.api.saved());
  await equal(world, tabs, space);
  expect(goalsOf(await b.api.graph(space).query({ type: FRAGMENT, fragment: ROOT })).map(({ title }) => title)).toEqual(['First ten stations']);
  const act = async (tab: SimTab, ops: (all: Map<string, Work>) => Op[]): Promise<void> => void (await tab.api.graph(space).transact(ops(await worksOf(tab, space)), { fragment }));

  b.offline(true);
  await act(a, () => valueOf(setEstimate(mount, { unit: 'day', low: 2, likely: 3, high: 8 })));
  await act(a, (all) => valueOf(dependOn(all.get(mount)!, all.get(assemble)!, { lag: 4 }, all)));
  await act(a, (all) => valueOf(addLabel(all.get(mount)!, 'field')));
  await act(b, () => setPriority(mount, 'urgent'));
  await act(b, (all) => moveTo(all.get(mount)!, 'doing'));
  await act(b, (all) => valueOf(addLabel(all.get(mount)!, 'river')));
  await act(b, (all) => valueOf(dependOn(all.get(assemble)!, all.get(mount)!, { kind: 'SS' }, all)));
  await act(b, (all) => valueOf(dependOn(all.get(assemble)!, all.get(order)!, {}, all)));
  await act(b, (all) => valueOf(partOf(all.get(order)!, all.get(assemble)!, all)));
  await world.wait(b.api.saved());
  b.offline(false);
  await equal(world, tabs, space);

  expect((await worksOf(a, space)).get(mount)).toMatchObject({ estimate: { unit: 'day', low: 2, likely: 3, high: 8 }, priority: 'urgent', status: 'doing', labels: ['field', 'river'] });
  const met = await plan(a, space);
  expect(await plan(b, space)).toEqual(met);
  expect(met.circles).toHaveLength(1);
  expect(new Set(met.circles[0]!.map(thingOfPoint))).toEqual(new Set(ids));
  // Whoever sees it takes one wait away; then the other counts again.
  const before = await worksOf(b, space);
  await act(b, () => waitNoLonger(before.get(assemble)!.waits.find(({ on }) => on === mount)!.edge));
  await world.wait(b.api.saved());
  await equal(world, tabs, space);
  const mended = await plan(a, space);
  expect(mended.circles).toEqual([]);
  expect(mended.path.filter((id) => ids.includes(id))).toEqual([order, assemble, mount]);
  expect(await plan(b, space)).toEqual(mended);
  expect(mended.forecast!.p80).toBeGreaterThan(mended.forecast!.p10);
  const { progress, parts } = treeOf([...(await worksOf(b, space)).values()]);
  expect(parts.get(assemble)!.map(({ id }) => id)).toEqual([order]);
  expect(progress.get(goalNodeOf(fragment))).toEqual({ done: 0, all: 2 });
});

test('{C5} one deletes a task while the other lets another wait for it: both see that wait, hold nothing up by it, know what it was called, and one takes it away for both', async () => {
  const { world, space, tabs } = await meet({ seed: 957 }, ['anna', 'boris']);
  const [a, b] = tabs as [SimTab, SimTab];
  const fragment = await world.wait(a.api.graph(space).createFragment({ type: GOAL, title: 'First ten stations' }));
  await a.api.graph(space).transact(beginGoal(fragment), { fragment });
  const [order, mount] = await Promise.all(['Order gaskets', 'Mount stations'].map(async (title) => (await a.api.graph(space).transact(valueOf(makeWork({ title }, 'next')), { fragment })).ids[0]!)) as [string, string];
  await world.wait(a.api.saved());
  await equal(world, tabs, space);
  b.offline(true);
  await b.api.graph(space).transact(deleteTask(order), { fragment });
  const all = await worksOf(a, space);
  await a.api.graph(space).transact(valueOf(dependOn(all.get(mount)!, all.get(order)!, {}, all)), { fragment });
  await world.wait(b.api.saved());
  b.offline(false);
  await equal(world, tabs, space);
  const loose = async (tab: SimTab) => {
    const here = await worksOf(tab, space);
    return waitsForNothing([...here.values()], here);
  };
  for (const tab of tabs) {
    expect((await loose(tab)).map(({ work, wait }) => [work.title, wait.on])).toEqual([['Mount stations', order]]);
    const was = await tab.api.graph(space).get(order);
    expect(was.state === 'here' && [was.deleted, readWork(was)?.title]).toEqual([true, 'Order gaskets']);
    const answer = await plan(tab, space);
    expect([answer.circles, answer.tasks.find(({ id }) => id === mount)!.start]).toEqual([[], 0]);
  }
  await b.api.graph(space).transact(waitNoLonger((await loose(b))[0]!.wait.edge), { fragment });
  await world.wait(b.api.saved());
  await equal(world, tabs, space);
  for (const tab of tabs) expect(await loose(tab)).toEqual([]);
});

test('{C5} two who tick a task that comes again while apart make one next task, and two who read one file one set of things', async () => {
  const { world, space, tabs } = await meet({ seed: 948 }, ['anna', 'boris']);
  const [a, b] = tabs as [SimTab, SimTab];
  const fragment = await world.wait(a.api.graph(space).createFragment({ type: GOAL, title: 'House' }));
  await a.api.graph(space).transact(beginGoal(fragment), { fragment });
  const herbs = (await a.api.graph(space).transact(valueOf(makeWork({ title: 'Water the herbs' }, 'next')), { fragment })).ids[0]!;
  const act = async (tab: SimTab, ops: (all: Map<string, Work>) => Op[]): Promise<void> => void (await tab.api.graph(space).transact(ops(await worksOf(tab, space)), { fragment }));
  await act(a, () => valueOf(setDue(herbs, '2026-12-06')));
  await act(a, (all) => valueOf(setAgain(all.get(herbs)!, 'FREQ=WEEKLY')));
  await act(a, (all) => valueOf(addLabel(all.get(herbs)!, 'home')));
  await world.wait(a.api.saved());
  await equal(world, tabs, space);

  b.offline(true);
  const file = valueOf(readCalendar(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//EN', 'BEGIN:VEVENT', 'UID:party', 'DTSTART;VALUE=DATE:20261224', 'SUMMARY:Party', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n')));
  const next = againId(herbs);
  for (const [tab, today] of [[a, '2026-12-06'], [b, '2026-12-15']] as const) {
    await act(tab, (all) => tickAgain(all.get(herbs)!, true, today, (id) => all.has(id)));
    // What is changed before the other ticks is not written over by that, which comes later; what is not changed is alike.
    if (tab === a) await act(a, () => [{ op: 'node.set', id: next, props: { title: 'Water the garden', due: '2026-12-14' } }]);
    await act(tab, () => file.things.flatMap((thing) => makeFromCalendar(thing, fragment, 'Untitled')));
    await world.wait(tab.api.saved());
  }
  b.offline(false);
  await equal(world, tabs, space);
  for (const tab of [a, b]) {
    const all = [...(await worksOf(tab, space)).values()].filter(({ kind }) => kind !== 'goal');
    expect(all.map(({ title, due, start, done, labels }) => [title, due ?? start, done, labels]).sort()).toEqual([['Party', '2026-12-24', false, []], ['Water the garden', '2026-12-14', false, ['home']], ['Water the herbs', '2026-12-06', true, ['home']]]);
    expect(all.find(({ id }) => id === next)).toMatchObject({ again: 'FREQ=WEEKLY', row: { root: herbs, first: '2026-12-06' } });
    // Who ticks it again later makes nothing anew.
    expect(tickAgain(all.find(({ id }) => id === herbs)!, true, '2026-12-20', () => false)).toHaveLength(1);
  }
});

test('{C5} a calendar file that names resources, read by who may make tasks and no resources: the tasks come, and need what is there', async () => {
  const { world, space, tabs } = await meet({ seed: 955 }, ['anna', 'boris']);
  const [anna, boris] = tabs as [SimTab, SimTab];
  const fragment = await world.wait(anna.api.graph(space).createFragment({ type: GOAL, title: 'House' }));
  await anna.api.graph(space).transact([...beginGoal(fragment), { op: 'node.create', type: RESOURCE, props: { title: 'Van' } }], { fragment });
  await world.wait(anna.api.access.setRules(space, { ops: { 'goals/resource@': 'admin' } }));
  await world.wait(anna.api.saved());
  await equal(world, tabs, space);
  await until(world, () => boris.running.parts.kernel.spaces.get(space)!.rights.view().state.policy.ops.size === 1, 10_000, 'boris has the rule');
  const file = valueOf(readCalendar(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//EN', 'BEGIN:VTODO', 'UID:lift', 'SUMMARY:Lift the roof', 'RESOURCES:Crane,Van', 'END:VTODO', 'END:VCALENDAR', ''].join('\r\n')));
  const take = async (tab: SimTab, asIfFree: boolean) => {
    const { rules, role } = (await tab.api.spaces.list()).find(({ id }) => id === space)!;
    const may = (type: string, ...on: string[]): boolean => asIfFree || mayMake({ role, rules }, type, fragment, ...on);
    const resources = (await tab.api.graph(space).query({ type: RESOURCE })).flatMap((node) => readResource(node) ?? []);
    return takeCalendar(file, { fragment, known: await worksOf(tab, space), trashed: new Set<string>(), resources, untitled: 'Untitled', may: { task: may(TASK), event: may(EVENT), resource: may(RESOURCE), need: (of) => may(NEEDS, of), label: true, own: null } });
  };
  // Control: as if there were no rule, his kernel refuses it.
  await expect(boris.api.graph(space).transact([...(await take(boris, true)).resources], { fragment })).rejects.toMatchObject({ code: 'rules' });
  const taken = await take(boris, false);
  expect([taken.resources, taken.without, taken.things.length]).toEqual([[], ['Crane'], 1]);
  await world.wait(boris.api.graph(space).transact(taken.things.flat(), { fragment }));
  await world.wait(boris.api.saved());
  await equal(world, tabs, space);
  const [van] = await anna.api.graph(space).query({ type: RESOURCE });
  expect([...(await worksOf(anna, space)).values()].filter(({ kind }) => kind === 'task').map(({ title, needs }) => [title, needs.map(({ of }) => of)])).toEqual([['Lift the roof', [van!.id]]]);
  expect((await take(anna, false)).known).toBe(1);
});

test('{C5} a calendar file in a goal where rules let only Admins change what is there, or ask for something of a thing: each is judged by itself, and what may not come is told', async () => {
  const { world, space, tabs } = await meet({ seed: 953 }, ['anna', 'boris']);
  const [anna, boris] = tabs as [SimTab, SimTab];
  const fragment = await world.wait(anna.api.graph(space).createFragment({ type: GOAL, title: 'House' }));
  await anna.api.graph(space).transact(beginGoal(fragment), { fragment });
  await world.wait(anna.api.access.setRules(space, { on: { thing: fragment, ops: { change: 'admin' } }, shapes: { [EVENT]: { due: 'number' } } }));
  await world.wait(anna.api.saved());
  await equal(world, tabs, space);
  await until(world, () => boris.running.parts.kernel.spaces.get(space)!.rights.view().state.policy.things.size === 1, 10_000, 'boris has the rule');
  const file = valueOf(readCalendar(['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VTODO', 'UID:lift', 'SUMMARY:Lift the roof', 'CATEGORIES:roof', 'RESOURCES:Crane', 'END:VTODO', 'BEGIN:VEVENT', 'UID:short', 'DTSTART;VALUE=DATE:20261201', 'SUMMARY:Short', 'END:VEVENT', 'BEGIN:VEVENT', 'UID:long', 'DTSTART;VALUE=DATE:20261201', 'DTEND;VALUE=DATE:20261204', 'SUMMARY:Long', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n')));
  const take = async (tab: SimTab, bound = true) => {
    const here = (await tab.api.spaces.list()).find(({ id }) => id === space)!;
    const resources = (await tab.api.graph(space).query({ type: RESOURCE })).flatMap((node) => readResource(node) ?? []);
    return takeCalendar(file, { fragment, known: await worksOf(tab, space), trashed: new Set<string>(), resources, untitled: 'Untitled', may: calendarRights(bound ? here : { ...here, role: 'admin' }, fragment, tab.api.identity.get()!.uid) });
  };
  // Control: as if he were an Admin, his kernel lets nothing of it come.
  const asAdmin = await bringIn(boris.api.graph(space), await take(boris, false), fragment);
  expect([asAdmin.things, asAdmin.refused, asAdmin.without]).toEqual([[], { task: 1, event: 2 }, ['Crane']]);
  const taken = await bringIn(boris.api.graph(space), await take(boris), fragment);
  expect([taken.things.length, taken.refused, taken.without, taken.unlabelled]).toEqual([2, { task: 0, event: 1 }, [], 1]);
  await world.wait(boris.api.saved());
  await equal(world, tabs, space);
  const [crane] = await anna.api.graph(space).query({ type: RESOURCE });
  expect([...(await worksOf(anna, space)).values()].filter(({ kind }) => kind !== 'goal').map(({ title, needs, labels }) => [title, needs.map(({ of }) => of), labels]).sort()).toEqual([['Lift the roof', [crane!.id], []], ['Short', [], []]]);
  expect((await take(boris)).known).toBe(2);
});

test('{C5} a Guest ticks what they made and what comes again: the tick holds, and who may make the next one makes it', async () => {
  const { world, space, tabs } = await meet({ seed: 949 }, ['anna', 'clara'], 'guest');
  const [anna, clara] = tabs as [SimTab, SimTab];
  const fragment = await world.wait(anna.api.graph(space).createFragment({ type: GOAL, title: 'House' }));
  await anna.api.graph(space).transact(beginGoal(fragment), { fragment });
  await world.wait(anna.api.access.setRules(space, { ops: { 'goals/': 'guest' } }));
  await equal(world, tabs, space);
  await until(world, () => clara.running.parts.kernel.spaces.get(space)!.rights.view().state.policy.ops.size === 1, 10_000, 'clara may');
  const graph = clara.api.graph(space);
  const herbs = (await world.wait(graph.transact(valueOf(makeWork({ title: 'Water the herbs', due: '2026-12-06' }, 'next')), { fragment }))).ids[0]!;
  const own = async (tab: SimTab): Promise<Work> => (await worksOf(tab, space)).get(herbs)!;
  await world.wait(graph.transact(valueOf(setAgain(await own(clara), 'FREQ=WEEKLY'))));
  // Control: the next one with it is refused.
  await expect(world.wait(graph.transact(tickAgain(await own(clara), true, '2026-12-06', () => false), { fragment }))).rejects.toMatchObject({ code: 'rules' });
  const node = await graph.get(herbs);
  if (node.state !== 'here') throw new Error('not here');
  await world.wait(tickNode(clara.api, node, true, tickTask(herbs, true)));
  await world.wait(clara.api.saved());
  await equal(world, tabs, space);
  expect((await own(anna)).done).toBe(true);
  expect((await worksOf(anna, space)).has(againId(herbs))).toBe(false);
  const next = beginNext(await own(anna), '2026-12-06', () => false);
  await world.wait(anna.api.graph(space).transact(next, { fragment }));
  await world.wait(anna.api.saved());
  await equal(world, tabs, space);
  expect((await worksOf(clara, space)).get(againId(herbs))).toMatchObject({ title: 'Water the herbs', due: '2026-12-13', done: false });
});
