/** Learn over two production kernels: a course edited by two who are apart, progress that a change of it does not take, and cards whose answers are given and taken back. */
import { beforeAll, expect, test } from 'vitest';
import type { Op } from '#os/api';
import { beginCourse, CARD, COURSE, DECK, PROGRESS } from '#domain/learn';
import { answerCard, makeCard, readCard, scheduleOf, takeAnswerBack, type Card } from '#domain/learn/cards';
import { addModule, addNeed, addQuestion, addStep, answerOf, changeQuestion, courseNodeOf, deletePart, isDone, lastSeen, markAnswer, markRead, markSeen, moveStep, NO_PROGRESS, readCourse, readProgress, wayOf, type Course, type Draft, type Progress, type Progresses, type Way } from '#domain/learn/course';
import { equal, meet, standing, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';
import { valueOf } from '#tests/support/value-of';

// Asked for when they are used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await Promise.all([import('#os/kernel/recovery-key'), import('#os/kernel/returns'), import('#os/kernel/device-acts')])));

const NO_TITLES = new Map<string, string>();
const ID = (n: number): string => Buffer.alloc(16, n).toString('base64url');
const free = (ask: string, answer: string): Draft => ({ kind: 'free', ask, why: '', options: [], answers: [answer] });

test('{C6} a course that two write apart is one; a learner who passed it has passed, whatever they change; needs that meet as a circle lock nothing', async () => {
  const { world, space, tabs } = await meet({ seed: 953 }, ['anna', 'boris']);
  const [a, b] = tabs as [SimTab, SimTab];
  const fragment = await world.wait(a.api.graph(space).createFragment({ type: COURSE, title: 'Field basics' }));
  const course = async (tab: SimTab): Promise<Course> => readCourse(fragment, await tab.api.graph(space).query({ fragment }), NO_TITLES);
  const write = async (tab: SimTab, make: (course: Course) => Op[]): Promise<void> => void (await tab.api.graph(space).transact(make(await course(tab)), { fragment }));
  await a.api.graph(space).transact(beginCourse(courseNodeOf(fragment)), { fragment });
  await write(a, (one) => valueOf(addModule(one, ID(1), 'Bench')));
  for (const n of [11, 12, 13]) await write(a, (one) => valueOf(addStep(one, { id: ID(n), title: `Step ${n}`, module: ID(1) })));
  await write(a, (one) => valueOf(addQuestion(one.steps[0]!, ID(21), free('How far?', '12 mm'))));
  await world.wait(a.api.saved());
  await equal(world, tabs, space);
  expect((await course(b)).steps.map(({ id }) => id)).toEqual([ID(11), ID(12), ID(13)]);
  // Boris passes the first step, in his Personal space.
  const personal = (await b.api.spaces.list()).find(({ kind }) => kind === 'personal')!.id;
  const own = async (step: string): Promise<Progress> => (await b.api.graph(personal).query({ type: PROGRESS })).map((node) => readProgress(node, space, fragment)).find((one) => one?.[0] === step)?.[1] ?? NO_PROGRESS;
  const first = { ...(await course(b)).steps[0]!, kind: 'lesson' as const };
  await b.api.graph(personal).transact(markAnswer({ space, course: { fragment }, step: first, progress: await own(ID(11)), at: 1_000 }, { id: ID(21) }, true));
  expect(isDone(first, await own(ID(11)))).toBe(true);
  // Apart: one takes the question out, asks two others and moves the step; the other words it anew. Each closes half of a circle.
  b.offline(true);
  await write(a, () => deletePart(ID(21)));
  for (const n of [22, 23]) await write(a, (one) => valueOf(addQuestion(one.steps[0]!, ID(n), free(`Question ${n}`, 'yes'))));
  await write(a, (one) => moveStep(one, one.steps[0]!, 1));
  await write(a, (one) => valueOf(addNeed(one, one.steps.find(({ id }) => id === ID(12))!, ID(13))));
  await write(b, () => valueOf(changeQuestion(ID(21), free('How far up?', '12 mm'))));
  await write(b, (one) => valueOf(addNeed(one, one.steps.find(({ id }) => id === ID(13))!, ID(12))));
  await world.wait(b.api.saved());
  b.offline(false);
  await equal(world, tabs, space);
  for (const tab of tabs) {
    const one = await course(tab);
    expect(one.steps.map(({ id, questions }) => [id, questions.map((question) => question.id)])).toEqual([[ID(12), []], [ID(11), [ID(22), ID(23)]], [ID(13), []]]);
    const way = wayOf(one, new Map());
    expect(way.circles).toHaveLength(2);
    expect([...way.states.values()].map(({ is }) => is)).toEqual(['open', 'open', 'open']);
  }
  const mine = await own(ID(11));
  expect(isDone({ ...(await course(b)).steps.find(({ id }) => id === ID(11))!, kind: 'lesson' }, mine)).toBe(true);
  expect(mine.right.has(ID(21))).toBe(true);
  expect(await a.api.graph(space).query({ type: PROGRESS })).toEqual([]);
});

test('{C6}{K7} what one did of a course on one device, Continue opens on the other: the step that was begun last, at the question where one stopped; done apart on both, both count', async () => {
  const { world, space, tabs: [first] } = await meet({ seed: 956 }, ['anna']);
  const a = first as SimTab;
  const personal = (await a.api.spaces.list()).find(({ kind }) => kind === 'personal')!.id;
  const fragment = await world.wait(a.api.graph(space).createFragment({ type: COURSE, title: 'Field basics' }));
  const course = async (tab: SimTab): Promise<Course> => readCourse(fragment, await tab.api.graph(space).query({ fragment }), NO_TITLES);
  const write = async (make: (course: Course) => Op[]): Promise<void> => void (await a.api.graph(space).transact(make(await course(a)), { fragment }));
  await a.api.graph(space).transact(beginCourse(courseNodeOf(fragment)), { fragment });
  await write((one) => valueOf(addModule(one, ID(1), 'Bench')));
  for (const n of [11, 12, 13]) await write((one) => valueOf(addStep(one, { id: ID(n), title: `Step ${n}`, module: ID(1), document: { fragment: ID(n + 40), node: ID(n + 60) } })));
  for (const n of [21, 22]) await write((one) => valueOf(addQuestion(one.steps[1]!, ID(n), free(`Question ${n}`, 'yes'))));
  await world.wait(a.api.saved());
  // Another device of the same person.
  const words = (await world.wait(a.api.recovery.phrase())).join(' ');
  const b = await world.open(world.device('anna-2'));
  await world.wait(b.api.recovery.fromPhrase(words));
  await until(world, () => [space, personal].every((id) => standing(b, id) === 'member'), 60_000, 'the second device is in');
  await world.wait(b.api.recovery.finish());
  for (const id of [space, personal]) await equal(world, [a, b], id);
  const progresses = async (tab: SimTab): Promise<Progresses> => new Map((await tab.api.graph(personal).query({ type: PROGRESS, where: { space } })).flatMap((node) => { const one = readProgress(node, space, fragment); return one ? [one] : []; }));
  const way = async (tab: SimTab): Promise<Way> => wayOf(await course(tab), await progresses(tab));
  const mark = async (tab: SimTab, n: number, make: (where: Parameters<typeof markSeen>[0]) => Op[], at: number): Promise<void> => {
    const step = (await course(tab)).steps.find(({ id }) => id === ID(n))!;
    await tab.api.graph(personal).transact(make({ space, course: { fragment }, step, progress: (await progresses(tab)).get(ID(n)) ?? NO_PROGRESS, at }));
    await world.wait(tab.api.saved());
  };
  // Control: before anything was done, the other begins with the first.
  expect((await way(b)).next).toMatchObject({ no: 1, is: 'open' });
  await mark(a, 11, markRead, 1_000);
  await mark(a, 12, markSeen, 2_000);
  await mark(a, 12, (where) => markAnswer(where, { id: ID(21) }, true), 3_000);
  await equal(world, [a, b], personal);
  const there = await way(b);
  expect([there.done, there.next!.no, there.next!.is]).toEqual([1, 2, 'begun']);
  const mine = (await progresses(b)).get(ID(12))!;
  expect([answerOf(mine, ID(21)), answerOf(mine, ID(22)), lastSeen(await progresses(b))]).toEqual(['right', null, 2_000]);
  // Apart: the one finishes the step, the other begins the next. Nothing is lost, and both go on with the same.
  b.offline(true);
  await mark(a, 12, (where) => markAnswer(where, { id: ID(22) }, true), 4_000);
  await mark(b, 13, markSeen, 5_000);
  b.offline(false);
  await equal(world, [a, b], personal);
  for (const tab of [a, b]) expect([(await way(tab)).done, (await way(tab)).next!.step.id, (await way(tab)).next!.is]).toEqual([2, ID(13), 'begun']);
}, 60_000);

test('{C6} answers of a card are rows of one set: given, taken back, and the schedule follows', async () => {
  const { world, tabs: [a] } = await meet({ seed: 954 }, ['anna']);
  const { api } = a as SimTab;
  const personal = (await api.spaces.list()).find(({ kind }) => kind === 'personal')!.id;
  const graph = api.graph(personal);
  const fragment = await world.wait(graph.createFragment({ type: DECK, title: 'My cards' }));
  await graph.transact(valueOf(makeCard(ID(5), { front: 'Gland', back: 'where the cable enters' }, { space: personal, fragment: ID(7), node: ID(8), block: 'b' })), { fragment });
  const seen: string[] = [];
  const stop = graph.subscribe({ type: CARD }, ({ changed }) => void seen.push(...changed.map((node) => String(node.sets['reviews']?.length ?? 0))));
  const card = async (): Promise<Card> => readCard((await graph.query({ type: CARD }))[0]!)!;
  const now = (await card()).made;
  await graph.transact(answerCard(await card(), { at: now + 1, grade: 1 }), { fragment });
  expect((await card()).reviews).toEqual([{ at: now + 1, grade: 1 }]);
  await graph.transact(takeAnswerBack(await card(), { at: now + 1, grade: 1 }), { fragment });
  expect((await card()).reviews).toEqual([]);
  for (const at of [now + 2, now + 3]) await graph.transact(answerCard(await card(), { at, grade: 3 }), { fragment });
  expect(scheduleOf(await card()).stage).toBe('review');
  await world.wait(api.saved());
  stop();
  expect(seen).toContain('0');
  expect(seen.at(-1)).toBe('2');
});
