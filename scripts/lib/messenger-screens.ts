/** Screens of the Messenger: the list, a conversation, calls. */
import type { Page } from 'playwright-core';
import '#view/kit/messenger-words.ts';
import { chat, settled, team, type Screen } from './screen.ts';

type Words = (key: string) => string;

/** Rooms of the team with calls that were held in the first of them; the fragment of that one. */
const rooms = (page: Page, titles: readonly string[]): Promise<string> => page.evaluate(async (names) => {
  const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]>; members(space: string): Promise<{ uid: string }[]> }; graph(id: string): { createFragment(of: object): Promise<string>; transact(ops: object[], options?: object): Promise<{ ids: string[] }> } } }).lifegraph;
  const space = (await api.spaces.list()).find((one) => one.kind === 'team')!.id;
  const graph = api.graph(space);
  const made: string[] = [];
  for (const title of names) made.push(await graph.createFragment({ type: 'messenger/room@1', title }));
  const [fragment] = made;
  for (const minutes of [23, 1, null]) {
    const { ids } = await graph.transact([{ op: 'node.create', type: 'messenger/call@1', props: minutes === null ? {} : { ended: Date.now() + minutes * 60_000 } }], { fragment });
    for (const { uid } of (await api.spaces.members(space)).slice(0, 2)) await graph.transact([{ op: 'edge.add', type: 'messenger/in@1', from: ids[0], to: [fragment, uid], personal: true }], { fragment });
  }
  for (const text of ['The crane is booked for Thursday morning.', 'Then we talk it through at nine. https://example.org/crane']) await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text } }], { fragment });
  return fragment!;
}, titles);

const SOME = ['Crane on Thursday', 'Site office', 'A room with a long name that says what it is about before anybody has said a word in it'];

/** The list is there. */
async function list(page: Page, titles = SOME): Promise<string> {
  const fragment = await rooms(page, titles);
  await team(page, 'messenger');
  await page.locator('.list-row').first().waitFor();
  return fragment;
}

async function room(page: Page): Promise<string> {
  const fragment = await rooms(page, SOME);
  await team(page, 'messenger', `/${fragment}`);
  await page.locator('.message').first().waitFor();
  return fragment;
}

interface Desk {
  begin(place: object, how?: string): void;
  hear(place: object, how: string): void;
}

/** A call that is held in a room, on the fake desk. */
async function call(page: Page, how?: string): Promise<void> {
  await tell(page, await room(page), 'begin', how);
  await page.locator('.stage .tile').first().waitFor();
  await settled(page);
}

const tell = (page: Page, fragment: string, act: 'begin' | 'hear', how?: string): Promise<void> => page.evaluate(async ([to, what, as]) => {
  const { lifegraph, fakeCalls } = globalThis as unknown as { fakeCalls: Desk; lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> } } };
  const space = (await lifegraph.spaces.list()).find((one) => one.kind === 'team')!.id;
  fakeCalls[what]({ space, fragment: to }, as!);
}, [fragment, act, how] as const);

const create = async (page: Page, words: Words): Promise<void> => {
  await team(page, 'messenger');
  await page.locator('.empty').getByRole('button', { name: words('room.create') }).click();
  await page.getByRole('dialog').waitFor();
};

/** Everything of the Messenger. */
export const MESSENGER_SCREENS: readonly Screen[] = [
  { name: 'messenger-empty', scenario: 'seeded', go: async (page) => (await team(page, 'messenger'), page.locator('.empty').waitFor()) },
  { name: 'messenger', scenario: 'seeded', go: async (page) => void (await list(page)) },
  { name: 'messenger-crowded', scenario: 'seeded', go: async (page) => void (await list(page, Array.from({ length: 120 }, (_, n) => `Room ${n + 1} of the long list`))) },
  { name: 'messenger-offline', scenario: 'offline', go: async (page) => void (await list(page)) },
  { name: 'messenger-guest', scenario: 'guest', go: async (page) => void (await list(page)) },
  { name: 'messenger-room', scenario: 'seeded', go: async (page) => void (await room(page)) },
  { name: 'messenger-missing', scenario: 'seeded', go: async (page) => (await team(page, 'messenger', '/AAAAAAAAAAAAAAAAAAAAAA'), page.locator('.empty, .error').first().waitFor()) },
  { name: 'messenger-create', scenario: 'seeded', go: create },
  {
    name: 'messenger-create-direct', scenario: 'seeded',
    go: async (page, words) => {
      await create(page, words);
      await page.getByRole('combobox', { name: words('room.kind'), exact: true }).selectOption('direct');
      await page.getByRole('combobox', { name: words('room.person'), exact: true }).waitFor();
    },
  },
  { name: 'call', scenario: 'seeded', go: (page) => call(page) },
  { name: 'call-alone', scenario: 'seeded', go: (page) => call(page, 'alone') },
  { name: 'call-trouble', scenario: 'seeded', go: (page) => call(page, 'trouble') },
  { name: 'call-pictures', scenario: 'seeded', go: async (page) => (await call(page, 'pictures'), page.locator('.stage video').first().waitFor()) },
  ...(['devices', 'check', 'task'] as const).map((part): Screen => ({
    name: `call-${part}`, scenario: 'seeded',
    go: async (page, words) => {
      await call(page);
      if (part === 'check') await page.locator('.call-fact').click();
      else await page.locator('.call-bar').getByRole('button', { name: words(part === 'task' ? 'act.makeTask' : 'call.devices') }).click();
      await page.getByRole('dialog').first().waitFor();
    },
  })),
  ...([false, true] as const).map((hears): Screen => ({
    name: hears ? 'call-captions' : 'call-captions-none', scenario: 'seeded',
    go: async (page, words) => {
      if (hears) await page.evaluate(() => void ((globalThis as unknown as { fakeModels: boolean }).fakeModels = true));
      await call(page);
      await page.locator('.call-bar').getByRole('button', { name: words('call.captions'), exact: true }).click();
      await page.locator('.captions').waitFor();
    },
  })),
  {
    name: 'call-rings', scenario: 'seeded',
    go: async (page) => {
      await tell(page, await room(page), 'hear', 'rings');
      await page.locator('.call-card').waitFor();
    },
  },
  { name: 'call-on', scenario: 'seeded', go: async (page) => tell(page, await room(page), 'hear', 'full') },
  {
    name: 'call-elsewhere', scenario: 'seeded',
    go: async (page) => {
      await call(page);
      await team(page, 'chat');
      await chat(page);
      await page.locator('.call-card[data-going]').waitFor();
    },
  },
];
