/** Notices of the system: what is new in the Inbox while nobody looks, within the hours of this device, and nothing that was there before. */
import { afterEach, expect, test, vi } from 'vitest';
import type { JsonValue } from '#os/api';
import type { Item } from '#domain/hub';
import { NO_RULES } from '#domain/shared';
import { isQuietAt, readChoice } from '#view/kit/notice-choice.ts';
import type { HubState } from '#view/hub/feed.ts';
import { Notices } from '#view/hub/notices.ts';
import { NoticeDoor, type Notice, type NoticePort } from '#view/kit/system-notices.ts';
import { tellReminders, type ReminderLine } from '#view/goals/tell-reminders.ts';

const NOON = new Date(2026, 4, 19, 12).getTime();

const item = (id: string, { at = NOON, unread = true, until = null as number | null, is = 'inbox', space = 's' } = {}): Item => ({
  entry: { id, space, fragment: 'f', kind: 'message', by: 'anna', at, title: `words of ${id}`, given: null, place: null, params: { m: id } }, reasons: ['mention'], is, unread, saved: false, until, silent: false,
}) as unknown as Item;

function portOf(around: { now: number; looked: boolean; allowed: boolean }, fleeting = false): { port: NoticePort; shown: Notice[] } {
  const shown: Notice[] = [];
  return { shown, port: { fleeting, allowed: () => around.allowed, looked: async () => around.looked, show: (notice) => void shown.push(notice), now: () => around.now } };
}

function kit(choice: JsonValue = { on: true, quiet: null }, fleeting = false) {
  const around = { now: NOON, looked: false, allowed: true, choice };
  const spaceList = [{ id: 's', rules: NO_RULES }, { id: 'kept nowhere', rules: { ...NO_RULES, keep: 'nothing' } }];
  let state = { settled: false, items: [], indexes: new Map(), personal: 'p', spaces: spaceList } as unknown as HubState;
  let told = (): void => undefined;
  const { port, shown } = portOf(around, fleeting);
  const local = { get: async () => around.choice };
  const spaces = { members: async () => [{ uid: 'anna', name: 'Anna' }] };
  new Notices({ local, spaces } as never, { state: () => state, subscribe: (on) => ((told = on), () => undefined) }, port, () => ({ t: (key, params) => `${key} ${JSON.stringify(params)}` }));
  const set = async (items: Item[], settled = true): Promise<void> => {
    state = { ...state, items, settled };
    told();
    for (let i = 0; i < 10; i++) await Promise.resolve();
    await new Promise((next) => setImmediate(next));
  };
  return { around, shown, set };
}

test('{C2} what comes in is told once: who and the first line, and it leads to the place; what was there, was read, or comes with a look at the past is not', async () => {
  const { shown, set } = kit();
  await set([item('half')], false);
  await set([item('before')]);
  expect(shown).toEqual([]);
  await set([item('before'), item('new'), item('read', { unread: false }), item('done', { is: 'done' }), item('old', { at: NOON - 3_600_000 })]);
  expect(shown).toEqual([{ tag: 'lgos/new', title: 'hub.reasonMention {"name":"Anna"}', body: 'words of new', route: { space: 's', lens: 'chat', object: 'f', params: { m: 'new' } } }]);
  await set([item('before'), item('new')]);
  expect(shown).toHaveLength(1);
  // What was put off and comes back is news however old it is.
  await set([item('back', { at: NOON - 86_400_000, until: NOON - 1 })]);
  expect(shown.map(({ tag }) => tag)).toEqual(['lgos/new', 'lgos/back']);
});

test('{C2} none while a tab is looked at, in quiet hours, switched off, or not allowed; what came then is not told later', async () => {
  const { around, shown, set } = kit();
  await set([]);
  const tries: [string, Partial<typeof around>][] = [['looked', { looked: true }], ['refused', { allowed: false }], ['off', { choice: { on: false } }], ['quiet', { choice: { on: true, quiet: [11, 13] } }], ['junk', { choice: 'yes' }]];
  for (const [id, part] of tries) {
    const before = { ...around };
    Object.assign(around, part);
    await set([item(id)]);
    Object.assign(around, before);
    await set([item(id)]);
  }
  expect(shown).toEqual([]);
  // The control.
  await set([item('told')]);
  expect(shown.map(({ tag }) => tag)).toEqual(['lgos/told']);
});

test('{C2} what is told is not told again when it is gone for a while and comes back: a read failed, a mark was taken back; put off anew it is', async () => {
  const { shown, set } = kit();
  await set([item('before')]);
  await set([item('new'), item('before')]);
  await set([]);
  await set([item('new'), item('before')]);
  await set([item('new', { unread: false })]);
  await set([item('new')]);
  // It woke before this tab began, in a space that could not be read at first: no news either.
  await set([item('woken before', { at: NOON - 86_400_000, until: NOON - 3_600_000 })]);
  expect(shown.map(({ tag }) => tag)).toEqual(['lgos/new']);
  await set([item('new', { until: NOON + 5 })]);
  expect(shown.map(({ tag }) => tag)).toEqual(['lgos/new', 'lgos/new']);
});

test('{C2} of a space that asks to be kept nowhere, one that is not known, and in a tab that keeps nothing, the system is told no name and no word', async () => {
  const bare = { tag: 'lgos/bare', title: 'notices.bare undefined', body: '' };
  const { shown, set } = kit();
  await set([]);
  await set([item('a', { space: 'kept nowhere' }), item('b', { space: 'not in the list' }), item('c')]);
  expect(shown).toMatchObject([bare, bare, { tag: 'lgos/c', body: 'words of c' }]);
  const fleeting = kit(undefined, true);
  await fleeting.set([]);
  await fleeting.set([item('c')]);
  expect(fleeting.shown).toMatchObject([bare]);
});

test('reminders go through the same door: switched off, quiet, not allowed or looked at they are told in the app, in a tab that is seen', async () => {
  const around = { now: NOON, looked: false, allowed: true };
  const line: ReminderLine = { text: 'Water the herbs: today', route: { space: 's', lens: 'goals' }, tag: 't' };
  const tell = async ({ choice = { on: true, quiet: null }, seen = false, fleeting = false, secret = false, ...part }: Partial<typeof around> & { choice?: JsonValue; seen?: boolean; fleeting?: boolean; secret?: boolean } = {}) => {
    const { port, shown } = portOf({ ...around, ...part }, fleeting);
    const told: { toast: string[]; posted: number } = { toast: [], posted: 0 };
    await tellReminders([line], { secret, bare: 'A reminder' }, { door: new NoticeDoor({ get: async () => choice }, port), seen: () => seen, toast: ({ text }) => void told.toast.push(text), post: () => void told.posted++ });
    return { shown: shown.map(({ title, body }) => `${title} ${body}`), ...told };
  };
  const inApp = { shown: [], toast: [line.text], posted: 1 };
  expect(await tell()).toEqual({ shown: [`LifeGraph ${line.text}`], toast: [], posted: 0 });
  expect(await Promise.all([tell({ secret: true }), tell({ fleeting: true })])).toEqual(Array(2).fill({ shown: ['A reminder '], toast: [], posted: 0 }));
  expect(await Promise.all([tell({ choice: null }), tell({ choice: { on: false } }), tell({ choice: { on: true, quiet: [11, 13] } }), tell({ allowed: false }), tell({ looked: true, seen: true })])).toEqual(Array(5).fill(inApp));
  // Out of sight, while another tab is looked at: that one shows it.
  expect(await tell({ looked: true })).toEqual({ shown: [], toast: [], posted: 1 });
});

afterEach(() => vi.unstubAllGlobals());

test('who looks at a tab of another person of this browser looks at none of this one', async () => {
  const held: string[] = [];
  const page = { visibilityState: 'visible', hasFocus: () => true, addEventListener: () => undefined };
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('navigator', { locks: { request: async (name: string) => void held.push(name), query: async () => ({ held: held.map((name) => ({ name })) }) } });
  const looked = async (name: string): Promise<boolean> => {
    vi.resetModules();
    return (await import('#view/kit/system-notices.ts')).noticePort({ name, begun: null, open: () => undefined, restart: () => false }).looked();
  };
  expect(await looked('lgos')).toBe(true);
  page.visibilityState = 'hidden';
  expect([await looked('lgos-aaaaaaaaaa'), await looked('lgos')]).toEqual([false, true]);
});

test('many at once are one notice', async () => {
  const { shown, set } = kit();
  await set([]);
  await set(['a', 'b', 'c', 'd'].map((id) => item(id)));
  expect(shown).toEqual([{ tag: 'lgos/inbox', title: 'notices.more {"n":4}', body: '', route: { space: 'p', lens: 'hub', object: 'inbox' } }]);
});

test('quiet hours go over midnight; from an hour to itself is the whole day; what is kept and is no choice is off', () => {
  const at = (quiet: [number, number]): number[] => [0, 7, 8, 12, 21, 22, 23].filter((hour) => isQuietAt({ on: true, quiet }, hour));
  expect(at([22, 8])).toEqual([0, 7, 22, 23]);
  expect(at([8, 22])).toEqual([8, 12, 21]);
  expect(at([8, 8])).toHaveLength(7);
  expect(readChoice({ on: true, quiet: [22, 8] })).toEqual({ on: true, quiet: [22, 8] });
  for (const value of [undefined, null, 7, [], { on: 'yes', quiet: [1] }, { on: 1, quiet: [22, 24] }, { quiet: ['22', 8] }] as JsonValue[]) expect(readChoice(value)).toEqual({ on: false, quiet: null });
});
