/** Screens of Learn: no courses, a course that is made, its lesson and questions, the course as it is learned, cards. */
import type { Page } from 'playwright-core';
import '#view/kit/documents-words.ts';
import '#view/kit/learn-words.ts';
import { settled, team, type Screen } from './screen.ts';

type Words = (key: string) => string;

const press = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name, exact: true }).first().click();

/** A course by the screen, being edited. */
async function course(page: Page, words: Words): Promise<void> {
  await team(page, 'learn');
  await press(page, words('learn.new'));
  await page.getByRole('dialog').getByRole('textbox').fill('Field installation basics');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: words('learn.addLesson'), exact: true }).waitFor();
}

/** With two lessons, of which the second one's panel is open. */
async function lessons(page: Page, words: Words): Promise<void> {
  await course(page, words);
  for (const title of ['Straps and torque', 'Sealing the gland']) {
    // On a phone the panel of the one before lies over the course.
    if ((await page.locator('.panel-head .icon-button').count()) > 0) await page.locator('.panel-head .icon-button').first().click();
    await page.getByRole('button', { name: words('learn.addLesson'), exact: true }).last().click();
    await page.getByRole('dialog').getByRole('textbox', { name: words('learn.stepName') }).fill(title);
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: words('learn.lesson') }).getByText(title).first().waitFor();
  }
}

/** A question of own words about the lesson whose panel is open. */
async function question(page: Page, words: Words): Promise<void> {
  await page.getByRole('button', { name: words('learn.addQuestion'), exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: words('learn.kind') }).selectOption('free');
  await dialog.getByRole('textbox', { name: words('learn.ask') }).fill('What is turned?');
  await dialog.getByRole('textbox', { name: words('learn.answersFree') }).fill('nut\nthe nut');
}

/** The course as somebody learns it, with a question in its second lesson. */
async function learned(page: Page, words: Words): Promise<void> {
  await lessons(page, words);
  await question(page, words);
  await page.getByRole('dialog').getByRole('button', { name: words('act.save'), exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.evaluate(() => void (location.hash = location.hash.split('?')[0]!));
  await page.locator('.learn-row').nth(1).waitFor();
}

/** A lesson that waits for what is no step any more, as who writes the course sees it. */
async function waits(page: Page, words: Words): Promise<void> {
  await lessons(page, words);
  await page.evaluate(async () => {
    const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { query(q: object): Promise<{ id: string; fragment: string }[]>; transact(ops: object[], options?: object): Promise<unknown> } } }).lifegraph;
    const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
    const [lesson] = await graph.query({ type: 'learn/lesson@1' });
    await graph.transact([{ op: 'edge.add', type: 'learn/needs@1', from: lesson!.id, to: 'AAAAAAAAAAAAAAAAAAAAAA', props: {} }], { fragment: lesson!.fragment });
  });
  await page.locator('.panel-head .icon-button').first().click();
  await page.locator('.learn-warn').waitFor();
}

/** Cards in the Personal space, by the console API. */
const cards = (page: Page): Promise<void> => page.evaluate(async () => {
  const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { createFragment(what: object): Promise<string>; transact(ops: object[], options?: object): Promise<unknown> } } }).lifegraph;
  const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'personal')!.id);
  const fragment = await graph.createFragment({ type: 'learn/deck@1', title: 'Field' });
  for (const [front, back] of [['Gland', 'where the cable enters'], ['Strap', 'what holds the box to its post'], ['How far up?', '12 mm']]) await graph.transact([{ op: 'node.create', type: 'learn/card@1', props: { front, back }, verb: 'learn/card.create@1' }], { fragment });
});

/** A deck of which only a part came, as a page that was closed leaves it. */
const halfDeck: NonNullable<Screen['go']> = async (page) => {
  await cards(page);
  await page.evaluate(async () => {
    const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { createFragment(what: object): Promise<string>; query(q: object): Promise<{ id: string; props: { ref: string; title: string } }[]>; transact(ops: object[], options?: object): Promise<unknown> } } }).lifegraph;
    const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'personal')!.id);
    await graph.createFragment({ type: 'learn/deck@1', title: 'Spanish, the first two thousand words' });
    const { id } = (await graph.query({ type: 'fragment@1' })).find(({ props }) => props.title.startsWith('Spanish'))!;
    await graph.transact([{ op: 'node.set', id, props: { half: true } }, { op: 'node.delete', id }]);
  });
  await team(page, 'learn', '/cards');
  await page.locator('.note[role="status"]').waitFor();
};

/** All cards, with those found by the words. */
const find = (text: string, ready: string): NonNullable<Screen['go']> => async (page) => {
  await cards(page);
  await team(page, 'learn', '/cards');
  await page.getByRole('main').getByRole('searchbox').fill(text);
  await page.locator(ready).first().waitFor();
};

/** A file is brought in, and what it would make is shown, or why it makes nothing. */
const bring = (name: string, text: string, ready: string): NonNullable<Screen['go']> => async (page) => {
  await cards(page);
  await team(page, 'learn', '/cards');
  await page.locator('input[type="file"]').first().setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByRole('dialog').locator(ready).waitFor();
};

const PROSE = '# Straps\nA strap is a band of steel that holds the box to its post. It is tightened to 12 mm.\nThe gland is the part of the box where the cable enters.\n# Sealing\nA gasket is a ring of rubber that keeps water out of the box. The first box was mounted in 1997.';

/** What a page of prose would be as a course; `made`: the course, with the questions that wait for somebody. */
const prose = (made: boolean): NonNullable<Screen['go']> => async (page, words) => {
  await team(page, 'documents');
  await page.getByRole('button', { name: words('document.new') }).first().click();
  await page.getByRole('textbox', { name: words('document.name') }).fill('How a box is mounted');
  await page.keyboard.press('Enter');
  await page.locator('.doc-text:focus').waitFor();
  await page.keyboard.type(PROSE);
  await settled(page);
  const fragment = await page.evaluate(() => location.hash.split('/')[3]!.split('?')[0]!);
  await team(page, 'learn', `?from=${fragment}`);
  await page.getByRole('button', { name: words('learn.makeIt') }).waitFor();
  if (!made) return;
  await page.getByRole('button', { name: words('learn.makeIt') }).click();
  await page.locator('.learn-approve').waitFor();
};

/** Everything of Learn. */
export const LEARN_SCREENS: Screen[] = [
  { name: 'learn-empty', scenario: 'seeded', go: async (page) => (await team(page, 'learn'), page.locator('.empty').waitFor()) },
  { name: 'learn-guest', scenario: 'guest', go: async (page) => (await team(page, 'learn'), page.locator('.empty').waitFor()) },
  { name: 'learn-missing', scenario: 'seeded', go: async (page) => (await team(page, 'learn', '/AAAAAAAAAAAAAAAAAAAAAA'), settled(page)) },
  { name: 'learn-new', scenario: 'seeded', go: course },
  { name: 'learn-lesson', scenario: 'seeded', go: lessons },
  { name: 'learn-question', scenario: 'seeded', go: async (page, words) => (await lessons(page, words), question(page, words)) },
  { name: 'learn-waits', scenario: 'seeded', go: waits },
  { name: 'learn-course', scenario: 'seeded', go: learned },
  { name: 'learn-board', scenario: 'seeded', go: async (page, words) => (await learned(page, words), page.getByRole('tab', { name: words('learn.board') }).click()) },
  { name: 'learn-step', scenario: 'seeded', go: async (page, words) => (await learned(page, words), await page.locator('.learn-row').nth(1).click(), page.locator('.learn-step').waitFor()) },
  { name: 'learn-manual', scenario: 'seeded', go: async (page) => (await team(page, 'learn'), await page.locator('.learn-manual').click(), page.locator('.learn-row').nth(3).waitFor()) },
  { name: 'learn-courses', scenario: 'offline', go: async (page, words) => (await learned(page, words), await team(page, 'learn'), page.locator('a.learn-card').waitFor()) },
  { name: 'learn-no-cards', scenario: 'seeded', go: async (page) => (await team(page, 'learn', '/cards'), settled(page)) },
  { name: 'learn-cards', scenario: 'seeded', go: async (page) => (await cards(page), await team(page, 'learn', '/cards'), await page.locator('.learn-open').first().click(), page.locator('.learn-row').first().waitFor()) },
  { name: 'learn-half', scenario: 'seeded', go: halfDeck },
  { name: 'learn-find', scenario: 'seeded', go: find('cable', '.learn-other') },
  { name: 'learn-find-none', scenario: 'seeded', go: find('xylophone', '.learn-find .empty') },
  { name: 'learn-deck', scenario: 'seeded', go: bring('field.csv', 'Which nut?,The small one\nWhich strap?,The long one\n', '.learn-parts') },
  { name: 'learn-deck-refused', scenario: 'seeded', go: bring('nothing.csv', '\n', '[role="alert"]') },
  { name: 'learn-make', scenario: 'seeded', go: prose(false) },
  { name: 'learn-approve', scenario: 'seeded', go: prose(true) },
  { name: 'learn-review', scenario: 'seeded', go: async (page) => (await cards(page), await team(page, 'learn', '/review'), await page.locator('.learn-card-face').waitFor(), await page.keyboard.press('Space'), page.locator('.learn-grades').waitFor()) },
];
