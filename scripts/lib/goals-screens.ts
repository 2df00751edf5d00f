/** Screens of Goals: a list, a board, a timeline, a tree, the details of a task. */
import type { Page } from 'playwright-core';
import { goalNodeOf } from '#domain/goals';
import '#view/kit/goal-views-words.ts';
import '#view/kit/goals-words.ts';
import '#view/kit/task-words.ts';
import { settled, team, type Screen } from './screen.ts';

/** Title, days it takes, day it is due from today, status, what it waits for. */
const WORKS: readonly (readonly [string, number, number | null, string, number | null])[] = [
  ['Landowner, weir path', 4, 12, 'doing', null],
  ['Lid drawing, revision C', 2, null, 'review', null],
  ['Order 40 gaskets', 3, null, 'next', 1],
  ['Assemble boxes 1 to 10', 5, 9, 'next', 2],
  ['Calibrate gauges 4 to 7 against the reference', 3, -2, 'next', null],
  ['Mount stations 1 to 5', 3, 40, 'next', 3],
];

/** Tasks with estimates, days and links by the console API. */
const plan = (page: Page): Promise<void> => page.evaluate(async (works) => {
  const api = (globalThis as unknown as { lifegraph: { identity: { get(): { uid: string } }; spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { query(q: object): Promise<{ props: { fragment: string } }[]>; transact(ops: object[], options?: object): Promise<{ ids: string[] }> } } }).lifegraph;
  const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
  const [channel] = await graph.query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
  const { fragment } = channel!.props;
  const ids: string[] = [];
  for (const [title, days, due, status, on] of works) {
    const day = due === null ? null : new Date(Date.now() + due * 86_400_000).toISOString().slice(0, 10);
    const made = await graph.transact([{ op: 'node.create', type: 'goals/task@1', props: { title, status, assignee: api.identity.get().uid, estimate: ['day', days, days, days * 2], ...(day === null ? {} : { due: day }) } }], { fragment });
    ids.push(made.ids[0]!);
    if (on !== null) await graph.transact([{ op: 'edge.add', type: 'goals/depends-on@1', from: made.ids[0], to: ids[on], props: { kind: 'FS', lag: 0 } }], { fragment });
  }
}, WORKS);

const shown = (view: string, ready: string): NonNullable<Screen['go']> => async (page) => {
  await plan(page);
  await team(page, 'goals', `?view=${view}`);
  await page.locator(ready).nth(3).waitFor();
};

/** Three hundred tasks, an eighth of them done. */
const crowd = (page: Page): Promise<void> => page.evaluate(async () => {
  const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { query(q: object): Promise<{ props: { fragment: string } }[]>; transact(ops: object[], options?: object): Promise<unknown> } } }).lifegraph;
  const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
  const [channel] = await graph.query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
  const status = ['next', 'doing', 'review', 'next', 'next', 'done', 'next', 'doing'];
  const ops = Array.from({ length: 300 }, (_, n) => ({ op: 'node.create', type: 'goals/task@1', props: { title: `Station ${n + 1}: ${n % 4 === 0 ? 'calibrate the gauge against the reference and write down what it says' : 'look at the seal'}`, status: status[n % 8], due: new Date(Date.now() + ((n % 40) - 5) * 86_400_000).toISOString().slice(0, 10) } }));
  await graph.transact(ops, { fragment: channel!.props.fragment });
});

const crowded = (view: string, ready: string): Screen => ({ name: `goals-${view}-crowded`, scenario: 'seeded', go: async (page) => (await crowd(page), await team(page, 'goals', `?view=${view}`), page.locator(ready).nth(5).waitFor()) });

/** Title, days from today on which it is due, and what its properties say: how many, where, paid. */
const GIVEN: readonly (readonly [string, number, number | null, string | null, boolean | null])[] = [
  ['Order gaskets', 2, 2, 'Weir yard', true], ['Assemble boxes 1 to 10', 4, 4, 'Workshop', false], ['Mount stations 1 to 5', 3, 3, 'Upper river, both banks', null], ['Calibrate gauges', 9, null, null, null],
];
const property = (id: string, kind: string, name: string, value: unknown, ord: number): object => (value === null ? {} : { [`property/${id}`]: [kind, name, ord], [`property/${id}/value`]: value });

/** A goal with tasks that have properties, by the console API. Answers its fragment. */
function goal(page: Page): Promise<string> {
  const works = GIVEN.map(([title, due, crew, where, paid]) => ({ title, due: new Date(Date.now() + 86_400_000 * due).toISOString().slice(0, 10), ...property('crewcrew', 'number', 'Crew', crew, 1), ...property('wherewhe', 'text', 'Where', where, 2), ...property('paidpaid', 'check', 'Paid', paid, 3) }));
  return page.evaluate(async (all) => {
    const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { createFragment(what: object): Promise<string>; transact(ops: object[], options?: object): Promise<{ ids: string[] }> } } }).lifegraph;
    const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
    const fragment = await graph.createFragment({ type: 'goals/goal@1', title: 'Second ten stations' });
    await graph.transact(all.map((props) => ({ op: 'node.create', type: 'goals/task@1', props })), { fragment });
    return fragment;
  }, works);
}

/** Opens it; as a template it is one that the screen made of it. */
async function openGoal(page: Page, words: (key: string) => string, template: boolean): Promise<void> {
  await team(page, 'goals', `/${await goal(page)}?view=list`);
  await page.locator('.work-row').nth(3).waitFor();
  if (!template) return;
  await page.locator('.goals-bar button[aria-haspopup="menu"]').click();
  await page.getByRole('menuitem', { name: words('goal.saveTemplate') }).click();
  await page.getByRole('dialog').getByRole('textbox').press('Enter');
  await page.locator('.template-note').waitFor();
}

/** Two resources that tasks need, one of them away for some days, by the console API. */
const resources = (page: Page): Promise<void> => page.evaluate(async () => {
  const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { query(q: object): Promise<{ id: string; props: { fragment: string } }[]>; transact(ops: object[], options?: object): Promise<{ ids: string[] }> } } }).lifegraph;
  const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
  const [channel] = await graph.query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
  const { fragment } = channel!.props;
  const tasks = await graph.query({ type: 'goals/task@1' });
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  for (const [title, capacity] of [['Crane with a jib of 24 m, hired by the day', 1], ['Van', 2]] as const) {
    const { ids: [id] } = await graph.transact([{ op: 'node.create', type: 'goals/resource@1', props: { title, capacity, from: day(-3) } }], { fragment });
    await graph.transact([{ op: 'set.add', id, prop: 'away', value: `${day(2)}/${day(4)}` }], { fragment });
    for (const task of tasks.slice(0, 3)) await graph.transact([{ op: 'edge.add', type: 'goals/needs@1', from: task.id, to: id, props: { amount: 1 } }], { fragment });
  }
});

/** The workload with its resources; the first of them is opened when asked for. */
const ofResources = (opened: boolean): NonNullable<Screen['go']> => async (page) => {
  await plan(page);
  await resources(page);
  await team(page, 'goals', '?view=workload');
  const first = page.locator('.workload-resources .work-open').first();
  await first.waitFor();
  await first.scrollIntoViewIfNeeded();
  if (!opened) return;
  await first.click();
  await page.locator('.task-panel').waitFor();
};

/** The details of one that was moved to the trash, as its address shows them. */
async function goneResource(page: Page, words: (key: string) => string): Promise<void> {
  await ofResources(true)(page, words);
  const hash = await page.evaluate(() => location.hash);
  await page.locator('.task-panel').getByRole('button', { name: words('task.toTrash') }).click();
  await page.locator('.task-panel').waitFor({ state: 'detached' });
  await page.evaluate((to) => void (location.hash = to), hash);
  await page.locator('.task-panel').getByRole('button', { name: words('task.bringBack') }).waitFor();
}

/** A goal that is part of another, with a third beside it; `whole`: the one they are part of is opened. */
const goalsIn = (whole: boolean): NonNullable<Screen['go']> => async (page) => {
  const fragments = [await goal(page), await goal(page), await goal(page)] as [string, string, string];
  await page.evaluate(async (ids) => {
    const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { transact(ops: object[], options?: object): Promise<unknown> } } }).lifegraph;
    const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
    for (const [fragment, id] of ids) await graph.transact([{ op: 'node.create', type: 'goals/goal@1', id, props: {} }], { fragment });
    for (const [fragment, id] of ids.slice(1)) await graph.transact([{ op: 'edge.add', type: 'goals/part-of@1', from: id, to: [ids[0]![0], ids[0]![1]] }], { fragment });
  }, fragments.map((fragment) => [fragment, goalNodeOf(fragment)] as [string, string]));
  await team(page, 'goals', `/${fragments[whole ? 0 : 1]}?view=list`);
  await page.locator('.goal-whole button').first().waitFor();
  await settled(page);
};

/** A goal that somebody answers for, that is for an event as two of its tasks are, and is linked with a message and with what is gone; `edit`: the fields of the goal, else the details of the event. */
const tied = (edit: boolean): NonNullable<Screen['go']> => async (page, words) => {
  const fragment = await goal(page);
  const event = await page.evaluate(async ([of, node]) => {
    type Node = { id: string; fragment: string; props: { fragment: string; title: string } };
    const api = (globalThis as unknown as { lifegraph: { identity: { get(): { uid: string } }; spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { createFragment(what: object): Promise<string>; query(q: object): Promise<Node[]>; transact(ops: object[], options?: object): Promise<{ ids: string[] }> } } }).lifegraph;
    const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
    const [message] = await graph.query({ type: 'chat/message@1', limit: 1 });
    const [task, other] = await graph.query({ type: 'goals/task@1', fragment: of });
    const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const { ids: [event] } = await graph.transact([{ op: 'node.create', type: 'goals/event@1', props: { title: 'Open day at the weir, with the council and the school', start: day(6) } }], { fragment: of });
    await graph.transact([
      { op: 'node.create', type: 'goals/goal@1', id: node, props: { assignee: api.identity.get().uid } },
      ...[node, task!.id, other!.id].map((from) => ({ op: 'edge.add', type: 'goals/scheduled-for@1', from, to: event })),
      { op: 'edge.add', type: 'goals/linked@1', from: node, to: [message!.fragment, message!.id] },
      // What is gone is told as that.
      { op: 'edge.add', type: 'goals/linked@1', from: node, to: [of, `AAA${task!.id.slice(3)}`] },
    ], { fragment: of });
    return event!;
  }, [fragment, goalNodeOf(fragment)] as const);
  await team(page, 'goals', `/${fragment}?view=list${edit ? '' : `&panel=details&t=${event}`}`);
  await page.locator(edit ? '.goal-whole .work-linked button' : '.task-panel section .work-open').first().waitFor();
  if (!edit) return page.locator('.task-panel section').first().scrollIntoViewIfNeeded();
  await page.locator('.goals-bar button[aria-haspopup="menu"]').click();
  await page.getByRole('menuitem', { name: words('goal.tiesAct') }).click();
  await page.locator('.goal-ties').waitFor();
};

/** A chain of tasks longer than what is drawn. */
const chain = (page: Page): Promise<void> => page.evaluate(async () => {
  const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { query(q: object): Promise<{ id: string; fragment: string }[]>; transact(ops: object[], options?: object): Promise<unknown> } } }).lifegraph;
  const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
  const all = await graph.query({ type: 'goals/task@1' });
  await graph.transact(all.slice(1, 160).map((one, at) => ({ op: 'edge.add', type: 'goals/depends-on@1', from: one.id, to: all[at - (at % 3)]!.id, props: { kind: at % 7 === 0 ? 'SS' : 'FS', lag: at % 7 === 0 ? 8 : 0 } })), { fragment: all[0]!.fragment });
});

/** A plan that goes on for years, with waits for what was deleted and for what nobody here has. */
async function beyond(page: Page): Promise<void> {
  await plan(page);
  await page.evaluate(async () => {
    const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { query(q: object): Promise<{ id: string; fragment: string; props: { title: string } }[]>; transact(ops: object[], options?: object): Promise<unknown> } } }).lifegraph;
    const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
    const all = await graph.query({ type: 'goals/task@1' });
    const of = (title: string): string => all.find(({ props }) => props.title === title)!.id;
    const { fragment } = all.find(({ id }) => id === of('Order 40 gaskets'))!;
    await graph.transact([{ op: 'node.set', id: of('Landowner, weir path'), props: { estimate: ['day', 1_200, 1_200, 1_500] } }], { fragment });
    await graph.transact([{ op: 'edge.add', type: 'goals/depends-on@1', from: of('Mount stations 1 to 5'), to: 'AAAAAAAAAAAAAAAAAAAAAA', props: { kind: 'FS', lag: 0 } }], { fragment });
    await graph.transact([{ op: 'node.delete', id: of('Order 40 gaskets') }], { fragment });
  });
  await team(page, 'goals', '?view=timeline');
  await page.locator('.timeline-note').waitFor();
  await page.locator('.note[role="status"]').nth(1).waitFor();
}

export const GOALS_SCREENS: Screen[] = [
  { name: 'goals-resources', scenario: 'seeded', go: ofResources(false) },
  { name: 'goals-resource', scenario: 'seeded', go: async (page, words) => (await ofResources(true)(page, words), page.locator('.task-panel').getByRole('button', { name: words('goal.awayAdd') }).click()) },
  { name: 'goals-resource-gone', scenario: 'seeded', go: goneResource },
  { name: 'goals-in-goal', scenario: 'seeded', go: goalsIn(true) },
  { name: 'goals-of-goal', scenario: 'seeded', go: goalsIn(false) },
  { name: 'goals-ties', scenario: 'seeded', go: tied(false) },
  { name: 'goals-ties-edit', scenario: 'seeded', go: tied(true) },
  { name: 'goals-diagram-crowded', scenario: 'seeded', go: async (page) => (await crowd(page), await chain(page), await team(page, 'goals', '?view=diagram'), page.locator('.diagram-thing').nth(20).waitFor()) },
  {
    name: 'goals-several-properties', scenario: 'seeded',
    go: async (page, words) => {
      await openGoal(page, words, false);
      await page.locator('.goals-bar button[aria-haspopup="menu"]').click();
      await page.getByRole('menuitemcheckbox', { name: words('goal.pickSeveral') }).click();
      for (const at of [0, 1]) await page.locator('.work-pick').nth(at).check();
    },
  },
  { name: 'goals-empty', scenario: 'seeded', go: async (page) => (await team(page, 'goals'), page.locator('.goals .empty').waitFor()) },
  { name: 'goals-list', scenario: 'seeded', go: shown('list', '.work-row') },
  { name: 'goals-board', scenario: 'seeded', go: shown('board', '.board [data-work]') },
  { name: 'goals-timeline', scenario: 'seeded', go: shown('timeline', '.bar') },
  { name: 'goals-beyond', scenario: 'seeded', go: beyond },
  { name: 'goals-calendar', scenario: 'seeded', go: async (page) => (await plan(page), await team(page, 'goals', '?view=calendar'), page.locator('.calendar-bar').waitFor()) },
  {
    name: 'goals-several', scenario: 'seeded',
    go: async (page, words) => {
      await shown('list', '.work-row')(page, words);
      await page.locator('.goals-bar button[aria-haspopup="menu"]').click();
      await page.getByRole('menuitemcheckbox', { name: words('goal.pickSeveral') }).or(page.getByRole('menuitem', { name: words('goal.pickSeveral') })).click();
      await page.locator('.work-pick').first().check();
    },
  },
  {
    name: 'goals-proposals', scenario: 'seeded',
    go: async (page, words) => {
      await shown('list', '.work-row')(page, words);
      await page.locator('.plan-bar').first().waitFor();
      await page.locator('.goals-bar button[aria-haspopup="menu"]').click();
      await page.getByRole('menuitem', { name: words('goal.proposals') }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'goals-diagram', scenario: 'seeded', go: shown('diagram', '.diagram-thing') },
  { name: 'goals-dashboard', scenario: 'seeded', go: async (page) => (await plan(page), await team(page, 'goals', '?view=dashboard'), page.locator('.chart').nth(2).waitFor()) },
  { name: 'goals-charts', scenario: 'seeded', go: async (page) => (await plan(page), await team(page, 'goals', '?view=dashboard'), await page.locator('.chart').nth(2).waitFor(), page.locator('.chart-box').last().scrollIntoViewIfNeeded()) },
  { name: 'goals-workload', scenario: 'seeded', go: async (page) => (await plan(page), await team(page, 'goals', '?view=workload'), page.locator('.load[data-over]').first().waitFor()) },
  { name: 'goals-tree', scenario: 'seeded', go: shown('tree', '.goals [data-work]') },
  crowded('list', '.work-row'), crowded('board', '.board [data-work]'), crowded('calendar', '.calendar [data-work], .calendar button'),
  { name: 'goals-new', scenario: 'seeded', go: async (page) => (await team(page, 'goals'), await page.locator('main').focus(), await page.keyboard.press('KeyC'), page.getByRole('dialog').waitFor()) },
  { name: 'goals-filter', scenario: 'seeded', go: async (page, words) => (await shown('list', '.work-row')(page, words), page.locator('.goals-bar').getByRole('button', { name: words('goal.filter') }).click()) },
  { name: 'goals-columns', scenario: 'seeded', go: async (page, words) => (await openGoal(page, words, false), page.locator('.work-cell').first().waitFor()) },
  {
    name: 'goals-properties', scenario: 'seeded',
    go: async (page, words) => {
      await openGoal(page, words, false);
      await page.locator('.work-row .work-title').first().click();
      await page.locator('.task-panel .properties').scrollIntoViewIfNeeded();
    },
  },
  { name: 'goals-template', scenario: 'seeded', go: (page, words) => openGoal(page, words, true) },
  {
    name: 'goals-begin-with', scenario: 'seeded',
    go: async (page, words) => {
      await openGoal(page, words, true);
      await page.getByRole('button', { name: words('goal.beginWith') }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'goals-guest', scenario: 'guest', go: shown('list', '.work-row') },
  { name: 'goals-offline', scenario: 'offline', go: shown('list', '.work-row') },
  {
    name: 'goals-details', scenario: 'seeded',
    go: async (page, words) => {
      await shown('list', '.work-row')(page, words);
      await page.locator('.work-row .work-title').first().click();
      await page.locator('.task-panel').waitFor();
    },
  },
];
