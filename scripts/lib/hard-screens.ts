/** Screens of Goals and Learn that are seldom seen: what was answered wrong, certificates, circles, plans that did not come, and very much of everything. */
import type { Page } from 'playwright-core';
import { certificateId } from '#domain/learn/course';
import { PAPER_FILE } from '#tests/support/fake-papers';
import '#view/kit/goals-words.ts';
import '#view/kit/learn-words.ts';
import { settled, team, type Screen } from './screen.ts';

type Words = (key: string) => string;

interface Api {
  identity: { get(): { uid: string } };
  spaces: { list(): Promise<{ id: string; kind: string }[]>; members(space: string): Promise<{ uid: string }[]> };
  graph(id: string): { createFragment(what: object): Promise<string>; query(q: object): Promise<{ id: string; fragment: string; props: { fragment: string; title: string } }[]>; transact(ops: object[], options?: object): Promise<{ ids: string[] }> };
}

const QUESTIONS = [
  { kind: 'choice', ask: 'How far is the strap tightened?', answers: [['As far as it goes', false, 'Then the box bends, and the lid does not close.'], ['12 mm', true, 'So it holds, and the box keeps its form.'], ['It hangs loose', false, '']], why: 'The strap holds the box by its own spring.' },
  { kind: 'cloze', ask: 'The {{gland}} is where the {{cable}} enters the box.', why: 'Water comes in there first.' },
  { kind: 'order', ask: 'In which order is a box closed?', answers: ['Look at the gasket', 'Lay the lid on it', 'Turn the screws crosswise'], why: '' },
  { kind: 'free', ask: 'What is turned?', answers: ['nut', 'the nut'], why: 'The screw is held with the other hand.' },
];

/** A course whose step asks this; where to it stands. */
const course = (page: Page, questions: readonly object[]): Promise<{ fragment: string; step: string }> => page.evaluate(async (all) => {
  const api = (globalThis as unknown as { lifegraph: Api }).lifegraph;
  const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
  const fragment = await graph.createFragment({ type: 'learn/course@1', title: 'Field installation basics' });
  const { ids: [step] } = await graph.transact([{ op: 'node.create', type: 'learn/lesson@1', props: { title: 'Straps and torque' } }], { fragment });
  for (const one of all) {
    const { ids: [id] } = await graph.transact([{ op: 'node.create', type: 'learn/question@1', props: one }], { fragment });
    await graph.transact([{ op: 'pos.set', id, parent: step }], { fragment });
  }
  return { fragment, step: step! };
}, questions);

/** The step with its questions. */
async function quiz(page: Page, questions: readonly object[]): Promise<void> {
  const { fragment, step } = await course(page, questions);
  await team(page, 'learn', `/${fragment}?s=${step}`);
  await page.locator('.learn-ask form').waitFor();
}

/** One question answered wrong, with what would have been right; `end`: and what that means for the step. */
const verdict = (at: number, answer: (page: Page) => Promise<void>, end = false): NonNullable<Screen['go']> => async (page, words) => {
  await quiz(page, [QUESTIONS[at]!]);
  await answer(page);
  await page.getByRole('button', { name: words('learn.check') }).click();
  await page.locator('.learn-verdict p').first().waitFor();
  if (!end) return settled(page);
  await page.getByRole('button', { name: words('learn.nextQuestion') }).click();
  await page.getByRole('region', { name: words('learn.result') }).waitFor();
};
const option = (at: number) => (page: Page): Promise<void> => page.locator('.learn-option input').nth(at).check();
const fill = (page: Page): Promise<void> => page.locator('.learn-ask input.field').first().fill('hole');
const nothing = (): Promise<void> => Promise.resolve();

/** A course with a certificate of mine and of two others, one of them confirmed. */
async function certificates(page: Page): Promise<void> {
  const { fragment } = await course(page, []);
  const people = await page.evaluate(async () => {
    const api = (globalThis as unknown as { lifegraph: Api }).lifegraph;
    const space = (await api.spaces.list()).find((one) => one.kind === 'team')!.id;
    return [api.identity.get().uid, ...(await api.spaces.members(space)).map(({ uid }) => uid)];
  });
  await page.evaluate(async ([of, id]) => {
    const api = (globalThis as unknown as { lifegraph: Api }).lifegraph;
    const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
    await graph.transact([{ op: 'node.create', id, type: 'learn/certificate@1', verb: 'learn/certificate.create@1', props: { steps: 9, at: Date.now(), paper: 'a paper' } }], { fragment: of });
  }, [fragment, certificateId(fragment, people[0]!)] as const);
  await team(page, 'learn', `/${fragment}`);
  await page.locator('.learn-module .learn-row button').first().waitFor();
}

/** The record behind a certificate. */
async function record(page: Page, words: Words): Promise<void> {
  await certificates(page);
  await page.getByRole('button', { name: words('learn.checkOf').split('{')[0]!.trim() }).first().click();
  await page.getByRole('dialog').locator('code').first().waitFor();
}

/** A file of a certificate, or of something else. */
const check = (text: string | null, ready: string): NonNullable<Screen['go']> => async (page, words) => {
  await course(page, []);
  await team(page, 'learn');
  await page.getByRole('button', { name: words('learn.checkFile') }).click();
  await page.getByRole('dialog').locator(ready).waitFor();
  if (text === null) return;
  await page.getByRole('dialog').locator('input[type="file"]').setInputFiles({ name: 'certificate.lgcert', mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
  await page.getByRole('dialog').locator(text === PAPER_FILE ? '.learn-signer' : '[role="alert"]').first().waitFor();
};

/** Tasks that wait for each other, and some that are part of each other, as a merge may bring them. */
const circles = (page: Page): Promise<void> => page.evaluate(async () => {
  const api = (globalThis as unknown as { lifegraph: Api }).lifegraph;
  const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
  const fragment = await graph.createFragment({ type: 'goals/goal@1', title: 'Second ten stations' });
  const { ids } = await graph.transact(['Talk with the landowner about the key of the upper gate', 'Mount the stations along the weir path before the ground freezes', 'Calibrate gauges 4 to 7 against the reference', 'Mount stations', 'Stations 1 to 5'].map((title) => ({ op: 'node.create', type: 'goals/task@1', props: { title, assignee: api.identity.get().uid, estimate: ['day', 1, 2, 3] } })), { fragment });
  await graph.transact([...[0, 1, 2].map((at) => ({ op: 'edge.add', type: 'goals/depends-on@1', from: ids[at], to: ids[(at + 1) % 3], props: { kind: 'FS', lag: 0 } })), ...[[3, 4], [4, 3]].map(([from, to]) => ({ op: 'edge.add', type: 'goals/part-of@1', from: ids[from!], to: ids[to!] }))], { fragment });
});

/** Six hundred tasks of everybody and nobody, many of them late, with resources that all of them need. */
const crowd = (page: Page): Promise<void> => page.evaluate(async () => {
  const api = (globalThis as unknown as { lifegraph: Api }).lifegraph;
  const space = (await api.spaces.list()).find((one) => one.kind === 'team')!.id;
  const graph = api.graph(space);
  const people = (await api.spaces.members(space)).map(({ uid }) => uid);
  const fragment = await graph.createFragment({ type: 'goals/goal@1', title: 'All stations of the river' });
  const status = ['next', 'doing', 'review', 'next', 'next', 'done', 'next', 'doing'];
  const { ids } = await graph.transact(Array.from({ length: 600 }, (_, n) => ({
    op: 'node.create', type: 'goals/task@1',
    props: { title: `Station ${n + 1}: ${n % 4 === 0 ? 'calibrate the gauge against the reference and write down what it says' : 'look at the seal'}`, status: status[n % 8], ...(n % 8 === 5 ? { done: true } : {}), estimate: ['day', 1, 2, 4], due: new Date(Date.now() + ((n % 40) - 20) * 86_400_000).toISOString().slice(0, 10), ...(n % 9 === 0 ? {} : { assignee: people[n % people.length] }) },
  })), { fragment });
  const { ids: needed } = await graph.transact(Array.from({ length: 12 }, (_, n) => ({ op: 'node.create', type: 'goals/resource@1', props: { title: n === 0 ? 'Crane with a jib of 24 m, hired by the day' : `Van ${n}`, capacity: 1 } })), { fragment });
  await graph.transact(ids.slice(0, 120).map((from, n) => ({ op: 'edge.add', type: 'goals/needs@1', from, to: needed[n % needed.length], props: { amount: 1 } })), { fragment });
});

const crowded = (view: string, ready: string): Screen => ({ name: `goals-${view}-crowded`, scenario: 'seeded', go: async (page) => (await crowd(page), await team(page, 'goals', `?view=${view}`), page.locator(ready).first().waitFor()) });

/** No plan comes: the code of the engine is not to be had. */
const failed = (view: string): NonNullable<Screen['go']> => async (page) => {
  await page.route(/plan\.worker/, (route) => route.abort());
  await circles(page);
  await team(page, 'goals', `?view=${view}`);
  await page.locator('.goals .note[role="alert"] button').first().waitFor();
};

export const HARD_SCREENS: Screen[] = [
  { name: 'learn-verdict-choice', scenario: 'seeded', go: verdict(0, option(0)) },
  { name: 'learn-verdict-right', scenario: 'seeded', go: verdict(0, option(1)) },
  { name: 'learn-verdict-cloze', scenario: 'seeded', go: verdict(1, fill) },
  { name: 'learn-verdict-order', scenario: 'seeded', go: verdict(2, nothing) },
  { name: 'learn-verdict-free', scenario: 'seeded', go: verdict(3, fill) },
  { name: 'learn-not-passed', scenario: 'seeded', go: verdict(3, fill, true) },
  { name: 'learn-passed', scenario: 'seeded', go: verdict(0, option(1), true) },
  { name: 'learn-certificates', scenario: 'seeded', go: certificates },
  { name: 'learn-certificate-record', scenario: 'seeded', go: record },
  { name: 'learn-check', scenario: 'seeded', go: check(null, '.learn-drop') },
  { name: 'learn-check-proven', scenario: 'seeded', go: check(PAPER_FILE, '.learn-drop') },
  { name: 'learn-check-refused', scenario: 'seeded', go: check('something else', '.learn-drop') },
  { name: 'goals-circles', scenario: 'seeded', go: async (page) => (await circles(page), await team(page, 'goals', '?view=list'), page.locator('.goals .note[role="alert"]').nth(1).waitFor()) },
  { name: 'goals-plan-failed', scenario: 'seeded', go: failed('list') },
  { name: 'goals-timeline-failed', scenario: 'seeded', go: failed('timeline') },
  crowded('workload', '.load[data-over]'), crowded('dashboard', '.chart'),
];
