/** The Hub of a tab over graphs in memory: what it asks for, counts and writes. */
import { expect, test, vi } from 'vitest';
import type { KernelEvent, LifegraphApi, NodeView, Query, SpaceView } from '#os/api';
import { CHANNEL, chatManifest, MESSAGE } from '#domain/chat';
import { goalsManifest } from '#domain/goals';
import { markDone, putOff, setSaved } from '#domain/hub';
import { CALL, messengerManifest } from '#domain/messenger';
import { FRAGMENT, HUB_LIMITS, NO_RULES } from '#domain/shared';
import { FakeGraph, fakeId } from '#tests/support/fake-graph';
import { soon } from '#tests/support/soon';
import { feedOf, type Feed } from '#view/hub/feed.ts';

const ME = { uid: fakeId('me'), writer: fakeId('writer of me', 32) };
const ANNA = { uid: fakeId('anna'), writer: fakeId('writer of anna', 32) };
const TALK = fakeId('talk');
const spaces = [{ id: 'own', name: '', kind: 'personal', role: 'owner', rules: NO_RULES }, { id: 'team', name: 'River Watch', kind: 'team', role: 'owner', rules: NO_RULES }] as SpaceView[];

interface World {
  own: FakeGraph;
  team: FakeGraph;
  api(): LifegraphApi;
  /** Messages that a query does not find: they are older than what is looked at. */
  hidden: Set<string>;
  tell(event: Partial<KernelEvent>): void;
  status: { state: string; runs: number };
  /** Of the second space: as what this person is there, and since when. */
  mine: { role: SpaceView['role']; since: number };
}

function world(): World {
  const [own, team] = ['own', 'team'].map((id) => new FakeGraph(id, ME)) as [FakeGraph, FakeGraph];
  const ears = new Set<(event: KernelEvent) => void>();
  const hidden = new Set<string>();
  const status = { state: 'running', runs: 1 };
  const mine: World['mine'] = { role: 'owner', since: 0 };
  team.apply([{ op: 'node.create', type: FRAGMENT, props: { fragment: TALK, type: CHANNEL, title: 'talk', created: 1 } }], ANNA);
  const graph = (of: FakeGraph) => ({ ...of.api(), query: async (query: Query): Promise<NodeView[]> => of.query(query).filter(({ id }) => !hidden.has(id)) });
  const api = () => ({
    identity: { get: () => ({ uid: ME.uid, device: 'd', name: 'me' }) }, supervision: { status: () => status }, on: (ear: (event: KernelEvent) => void) => (ears.add(ear), () => ears.delete(ear)),
    spaces: { list: async () => [spaces[0]!, { ...spaces[1]!, role: mine.role }], waiting: async () => [], members: async () => [{ ...mine, self: true }] }, reports: { list: async () => ({ reports: [], sealed: 0 }) }, graph: (id: string) => graph(id === 'own' ? own : team),
  }) as unknown as LifegraphApi;
  return { own, team, api, hidden, status, mine, tell: (event) => ears.forEach((ear) => ear(event as KernelEvent)) };
}

const say = (team: FakeGraph, text: string, props: Record<string, string | string[]> = {}, as = ANNA): string => team.apply([{ op: 'node.create', type: MESSAGE, props: { text, ...props } }], as, Date.now(), TALK)[0]!;
const begin = (of: World): Promise<Feed> => feedOf(of.api(), [chatManifest, goalsManifest]);
const titles = (feed: Feed): string[] => feed.state().items.filter(({ is }) => is === 'inbox').map(({ entry }) => entry.title).sort();
const becomes = (feed: Feed, ...wanted: string[]): Promise<void> => soon(() => expect([feed.state().spaces !== null, titles(feed)]).toEqual([true, wanted]));

test('{C2} what comes is counted, what is done is written once and holds for another device', async () => {
  const of = world();
  say(of.team, 'before', { mentions: [ME.uid] });
  say(of.team, 'for nobody');
  const feed = await begin(of);
  await becomes(feed, 'before');
  expect(feed.state().unread).toBe(1);
  say(of.team, 'news', { mentions: [ME.uid] });
  await becomes(feed, 'before', 'news');
  const { items, known, marks } = feed.state();
  expect(await feed.write(markDone(items, known, marks))).toBe(true);
  await becomes(feed);
  expect(of.own.query({ type: 'hub@1' }).map(({ max, sets }) => [Object.keys(max), sets])).toEqual([[[ANNA.writer], {}]]);
  // Another device of mine reads the same nodes.
  await becomes(await begin(of));
});

test('{C2} an answer to what is older than what is looked at is recognised; saved things stay however old they are; a new kernel is asked anew', async () => {
  const of = world();
  const old = say(of.team, 'mine, long ago', {}, ME);
  const named = say(of.team, 'named long ago', { mentions: [ME.uid] });
  const feed = await begin(of);
  await becomes(feed, 'named long ago');
  await feed.write(setSaved(feed.state().items, true, feed.state().marks)!);
  of.hidden.add(old).add(named);
  const later = await begin(of);
  say(of.team, 'answer', { replyTo: old });
  await becomes(later, 'answer', 'named long ago');
  expect(later.state().items.find(({ entry }) => entry.title === 'answer')!.reasons).toEqual(['reply']);
  of.status.runs = 2;
  of.tell({ type: 'kernel' });
  await becomes(later, 'answer', 'named long ago');
});

test('{C2} what was put off comes back by itself at its time', async () => {
  const of = world();
  say(of.team, 'named', { mentions: [ME.uid] });
  const feed = await begin(of);
  await becomes(feed, 'named');
  await feed.write(putOff(feed.state().items, Date.now() + 700, feed.state().marks));
  await becomes(feed);
  await becomes(feed, 'named');
});

test('[limit HUB.looked] it says when there is more of a kind than is looked at', async () => {
  const few = world();
  say(few.team, 'one', { mentions: [ME.uid] });
  const feed = await begin(few);
  await becomes(feed, 'one');
  expect(feed.state().cut).toBe(false);
  const many = world();
  for (let i = 0; i < HUB_LIMITS.looked; i++) say(many.team, `word ${i}`);
  say(many.team, 'one', { mentions: [ME.uid] });
  const full = await begin(many);
  await becomes(full, 'one');
  expect(full.state().cut).toBe(true);
});

test('{C2} a call that rang in vain is in the Inbox; one from before this person came, or where they are a Guest, did not ring', async () => {
  const calls = async (mine: World['mine']): Promise<number> => {
    const of = world();
    Object.assign(of.mine, mine);
    of.team.apply([{ op: 'node.create', type: CALL, props: { ended: 2_000 } }], ANNA, 1_000, TALK);
    say(of.team, 'named', { mentions: [ME.uid] });
    const feed = await feedOf(of.api(), [chatManifest, messengerManifest]);
    await soon(() => expect(feed.state().settled && titles(feed)).toContain('named'));
    // What this person is there has been asked and counted: the next change is counted after it.
    say(of.team, 'named after it', { mentions: [ME.uid] });
    await soon(() => expect(titles(feed)).toContain('named after it'));
    return feed.state().items.filter(({ reasons }) => reasons[0] === 'missed').length;
  };
  expect(await Promise.all([calls({ role: 'member', since: 0 }), calls({ role: 'member', since: 1_500 }), calls({ role: 'guest', since: 0 })])).toEqual([1, 0, 0]);
});

test('{C2} a request to join that could not be asked for once more stays in the Inbox', async () => {
  const of = world();
  const api = of.api();
  let fails = false;
  const request = { uid: 'clara', invite: 'i', name: 'Clara', words: '', since: 5, role: 'member' };
  Object.assign(api.spaces, { waiting: async (id: string) => { if (fails) throw new Error('busy'); return id === 'team' ? [request] : []; } });
  const feed = await feedOf(api, [chatManifest, goalsManifest]);
  const joins = () => feed.state().items.filter(({ reasons }) => reasons[0] === 'join').length;
  await soon(() => expect(joins()).toBe(1));
  fails = true;
  let asked = 0;
  const failing = api.spaces.waiting;
  Object.assign(api.spaces, { waiting: (id: string) => (asked++, failing(id)) });
  of.tell({ type: 'network' });
  await soon(() => expect(asked).toBeGreaterThan(0));
  say(of.team, 'named', { mentions: [ME.uid] });
  await soon(() => expect(titles(feed)).toContain('named'));
  expect(joins()).toBe(1);
});

test('{C2} what could not be read is read again until it is answered, without a new kernel', async () => {
  // What comes later of the build is loaded before time stands still.
  await begin(world());
  vi.useFakeTimers();
  try {
    const of = world();
    say(of.team, 'named', { mentions: [ME.uid] });
    const api = of.api();
    const down = { list: true, query: true };
    const { graph, spaces: { list } } = api;
    Object.assign(api.spaces, { list: () => (down.list ? Promise.reject(new Error('busy')) : list()) });
    Object.assign(api, { graph: (id: string) => ({ ...graph(id), query: (query: Query) => (down.query ? Promise.reject(new Error('busy')) : graph(id).query(query)) }) });
    const feed = await begin({ ...of, api: () => api });
    await vi.advanceTimersByTimeAsync(500);
    expect([feed.state().failed, feed.state().spaces]).toEqual([true, null]);
    down.list = false;
    await vi.advanceTimersByTimeAsync(3_000);
    expect([feed.state().failed, titles(feed)]).toEqual([false, []]);
    down.query = false;
    await vi.advanceTimersByTimeAsync(9_000);
    expect(titles(feed)).toEqual(['named']);
  } finally {
    vi.useRealTimers();
  }
});
