/** Screens of what things of work have to do with others: events they are for, courses that serve a goal, documents and messages. */
import type { Page } from 'playwright-core';
import { textNodeOf } from '#domain/editor';
import { goalNodeOf } from '#domain/goals';
import { courseNodeOf } from '#domain/learn/course';
import '#view/kit/goals-words.ts';
import '#view/kit/learn-words.ts';
import { chat, settled, team, type Screen } from './screen.ts';

type Words = (key: string) => string;

interface Api {
  identity: { get(): { uid: string } };
  spaces: { list(): Promise<{ id: string; kind: string }[]> };
  graph(id: string): { createFragment(what: object): Promise<string>; query(q: object): Promise<{ id: string; fragment: string; props: { fragment: string; title: string } }[]>; transact(ops: object[], options?: object): Promise<{ ids: string[] }> };
}

interface Tied {
  readonly goal: string;
  readonly course: string;
  readonly document: string;
  readonly task: string;
  readonly event: string;
  /** An assignment that is still to be taken. */
  readonly step: string;
}

/** A goal of mine for an event, as one of its tasks is; a document, a message and a course have to do with it. By the console API. */
async function tied(page: Page): Promise<Tied> {
  const made = await page.evaluate(async () => {
    const api = (globalThis as unknown as { lifegraph: Api }).lifegraph;
    const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
    const [goal, course, document] = [await graph.createFragment({ type: 'goals/goal@1', title: 'Second ten stations' }), await graph.createFragment({ type: 'learn/course@1', title: 'Field installation basics' }), await graph.createFragment({ type: 'editor/document@1', title: 'Minutes of the site meeting' })];
    const day = new Date(Date.now() + 6 * 86_400_000).toISOString().slice(0, 10);
    const { ids } = await graph.transact([{ op: 'node.create', type: 'goals/event@1', props: { title: 'Open day at the weir', start: day } }, { op: 'node.create', type: 'goals/task@1', props: { title: 'Order gaskets', assignee: api.identity.get().uid } }], { fragment: goal });
    const { ids: [step] } = await graph.transact([{ op: 'node.create', type: 'learn/assignment@1', props: { title: 'Mount a box', about: 'At the school, with somebody who has done it.' } }], { fragment: course });
    return { goal, course, document, event: ids[0]!, task: ids[1]!, step: step! };
  });
  await page.evaluate(async ([{ goal, course, document, event, task }, node, school, text]) => {
    const api = (globalThis as unknown as { lifegraph: Api }).lifegraph;
    const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
    const [channel] = (await graph.query({ type: 'fragment@1' })).filter(({ props }) => props.title === 'housing');
    const [message] = await graph.query({ type: 'chat/message@1', fragment: channel!.props.fragment, order: '-stamp', limit: 1 });
    await graph.transact([
      { op: 'node.create', type: 'goals/goal@1', id: node, props: { assignee: api.identity.get().uid } },
      ...[node, task].map((from) => ({ op: 'edge.add', type: 'goals/scheduled-for@1', from, to: event })),
      ...[node, task].flatMap((from) => [[document, text], [message!.fragment, message!.id]].map((to) => ({ op: 'edge.add', type: 'goals/linked@1', from, to }))),
    ], { fragment: goal });
    await graph.transact([{ op: 'node.create', type: 'learn/course@1', id: school, props: {} }, { op: 'edge.add', type: 'learn/serves@1', from: school, to: [goal, node] }], { fragment: course });
  }, [made, goalNodeOf(made.goal), courseNodeOf(made.course), textNodeOf(made.document)] as const);
  return made;
}

async function goal(page: Page): Promise<Tied> {
  const made = await tied(page);
  await team(page, 'goals', `/${made.goal}?view=list`);
  await page.locator('.goal-whole .work-linked button').nth(1).waitFor();
  return made;
}

/** The details of the task, at the field that links one thing more; what is typed there. */
const linking = (text: string, ready: string): NonNullable<Screen['go']> => async (page, words) => {
  const made = await tied(page);
  await team(page, 'goals', `/${made.goal}?view=list&panel=details&t=${made.task}`);
  const field = page.getByRole('combobox', { name: words('goal.linkAdd') });
  await page.locator('.task-panel .work-linked button').nth(1).waitFor();
  await field.fill(text);
  await page.locator(ready).first().waitFor();
  await field.scrollIntoViewIfNeeded();
};

async function course(page: Page, rest: string): Promise<void> {
  const made = await tied(page);
  await team(page, 'learn', `/${made.course}${rest.replace('STEP', made.step)}`);
}

/** An assignment as it is, and as it was taken. */
const assignment = (taken: boolean): NonNullable<Screen['go']> => async (page, words) => {
  await course(page, '?s=STEP');
  const take = page.getByRole('button', { name: words('learn.takeWork') });
  await take.waitFor();
  if (!taken) return;
  await take.click();
  await page.locator('.learn-work .object-tick').waitFor();
  await settled(page);
};

const linkedWith = async (page: Page, words: Words): Promise<void> => {
  const { document } = await tied(page);
  await team(page, 'documents', `/${document}?panel=links`);
  await page.getByRole('region', { name: words('ref.links') }).getByRole('button').nth(1).waitFor();
};

export const TIE_SCREENS: Screen[] = [
  { name: 'ties-goal', scenario: 'seeded', go: async (page) => void (await goal(page)) },
  { name: 'ties-task', scenario: 'seeded', go: linking('', '.task-panel .work-linked button') },
  { name: 'ties-found', scenario: 'seeded', go: linking('lid', '.person-list [role="option"]') },
  { name: 'ties-none', scenario: 'seeded', go: linking('xylophone', '.person-list') },
  { name: 'ties-elsewhere', scenario: 'seeded', go: linking('#/elsewhere/documents/somewhere', '.task-panel .field-error') },
  { name: 'ties-guest', scenario: 'guest', go: async (page) => void (await goal(page)) },
  { name: 'ties-course', scenario: 'seeded', go: async (page) => (await course(page, ''), page.locator('.learn-goals button').waitFor()) },
  { name: 'ties-course-edit', scenario: 'seeded', go: async (page, words) => (await course(page, '?edit=on'), page.getByText(words('learn.serves')).waitFor()) },
  { name: 'ties-assignment', scenario: 'seeded', go: assignment(false) },
  { name: 'ties-assignment-taken', scenario: 'seeded', go: assignment(true) },
  { name: 'ties-document', scenario: 'seeded', go: linkedWith },
  { name: 'ties-message', scenario: 'seeded', go: async (page) => (await tied(page), await team(page), await page.locator('.rail-sub a, .list a').first().waitFor({ state: 'attached' }), await chat(page), page.locator('.tasks-of .object-tick').first().scrollIntoViewIfNeeded()) },
  { name: 'ties-hub', scenario: 'seeded', go: async (page) => (await tied(page), await team(page, 'hub', '/overview'), page.locator('.hub-tasks li').first().waitFor()) },
];
