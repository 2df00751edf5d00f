/** A goal and a course that serves it, in every place that shows one of them. */
import type { Locator, Page } from 'playwright-core';
import { textNodeOf } from '#domain/editor';
import { goalNodeOf } from '#domain/goals';
import { courseNodeOf } from '#domain/learn/course';
import { LONG_MS } from './documents.ts';

interface Around {
  readonly space: string;
  readonly document: string;
  readonly channel: string;
  readonly room: string;
  readonly course: string;
}

/** A place that shows a goal or a course: where it is, and what has the title there. */
interface Shown {
  readonly name: string;
  readonly hash: string;
  words(page: Page): Locator;
}

const go = (page: Page, hash: string): Promise<unknown> => page.evaluate((to) => void (location.hash = to), hash);
const heading = (page: Page): Locator => page.locator('.header h1');

/** The goal is the other's to answer for, has to do with the document and is served by the course; both are named in the channel and in the room. The fragment of the goal. */
async function make(page: Page, { space, document, channel, room, course }: Around): Promise<string> {
  const goal = await page.evaluate((id) => window.lifegraph.graph(id).createFragment({ type: 'goals/goal@1', title: 'Forty boxes' }), space);
  await page.evaluate(async ([id, fragment, node, to, school, own, places]) => {
    const graph = window.lifegraph.graph(id);
    const assignee = (await window.lifegraph.spaces.members(id)).find(({ uid }) => uid !== window.lifegraph.identity.get()!.uid)!.uid;
    await graph.transact([{ op: 'node.create', type: 'goals/goal@1', id: node, props: { assignee } }, { op: 'edge.add', type: 'goals/linked@1', from: node, to }], { fragment });
    await graph.transact([{ op: 'node.create', type: 'learn/course@1', id: own, props: {} }, { op: 'edge.add', type: 'learn/serves@1', from: own, to: [fragment, node] }], { fragment: school });
    const links = [`goals/${fragment}`, `learn/${school}`].map((rest) => `${location.href.split('#')[0]!}#/${id}/${rest}`);
    for (const place of places) await graph.transact(links.map((text) => ({ op: 'node.create', type: 'chat/message@1', props: { text }, verb: 'chat/message.send@1' })), { fragment: place });
  }, [space, goal, goalNodeOf(goal), [document, textNodeOf(document)] as [string, string], course, courseNodeOf(course), [channel, room]] as const);
  return goal;
}

/** Named anew in their places by who answers for the goal, both are called so in every place of the other; links lead from each to the other. */
export async function goalAndCourse(a: Page, b: Page, around: Around): Promise<void> {
  const { space, document, channel, room, course } = around;
  const goal = await make(a, around);
  const at = { goal: `#/${space}/goals/${goal}`, course: `#/${space}/learn/${course}` };
  const named: readonly (readonly [hash: string, title: string])[] = [[at.goal, 'Sixty boxes'], [at.course, 'Housing for beginners']];
  for (const [hash, title] of named) {
    await go(b, hash);
    await b.locator('.header .title-button').click({ timeout: LONG_MS });
    await b.locator('.header-rename input').fill(title);
    await b.keyboard.press('Enter');
    await heading(b).getByText(title, { exact: true }).waitFor({ timeout: LONG_MS });
  }
  const [first, second] = [named[0]![1], named[1]![1]];
  const both = (name: string, hash: string, around_: string): Shown[] => [first, second].map((title) => ({ name: `${name}: ${title}`, hash, words: (page) => page.locator(around_).getByText(title) }));
  const places: readonly Shown[] = [
    { name: 'goal', hash: at.goal, words: (page) => heading(page).getByText(first) },
    { name: 'goals of the space', hash: at.goal, words: (page) => page.locator('.rail-sub a').getByText(first) },
    { name: 'course at its goal', hash: at.goal, words: (page) => page.locator('.goal-whole').getByText(second) },
    { name: 'course', hash: at.course, words: (page) => heading(page).getByText(second) },
    { name: 'goal at its course', hash: at.course, words: (page) => page.locator('.learn-goals').getByText(first) },
    { name: 'courses of the space', hash: `#/${space}/learn`, words: (page) => page.locator('a.learn-card').getByText(second) },
    ...both('channel', `#/${space}/chat/${channel}`, '.message-text'),
    ...both('room', `#/${space}/messenger/${room}`, '.message-text'),
    { name: 'what leads to the document', hash: `#/${space}/documents/${document}?panel=links`, words: (page) => page.locator('.linked').getByText(first) },
    { name: 'search', hash: `#/${space}/search?q=sixty&kind=goal`, words: (page) => page.locator('.hit').getByText(first) },
    { name: 'search for courses', hash: `#/${space}/search?q=beginners&kind=course`, words: (page) => page.locator('.hit').getByText(second) },
  ];
  for (const { name, hash, words } of places) {
    await go(a, hash);
    await words(a).first().waitFor({ timeout: LONG_MS }).catch((error: unknown) => Promise.reject(new Error(name, { cause: error })));
  }
  // Who answers for the goal has it in the Hub; from there to the goal, from that to its course and back, and from a message to the course.
  await go(b, `#/${space}/hub/overview`);
  await b.locator('.hub-tasks').getByText(first).click({ timeout: LONG_MS });
  await b.locator('.goal-whole').getByRole('button', { name: second }).click({ timeout: LONG_MS });
  await b.locator('.learn-goals').getByRole('button', { name: first }).click({ timeout: LONG_MS });
  await heading(b).getByText(first).waitFor({ timeout: LONG_MS });
  await go(b, `#/${space}/chat/${channel}`);
  await b.locator('.message-text').getByText(second).click({ timeout: LONG_MS });
  await heading(b).getByText(second).waitFor({ timeout: LONG_MS });
}
