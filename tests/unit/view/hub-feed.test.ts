/** The Hub of a tab over graphs in memory: what it asks for, counts and writes. */
import { expect, test, vi } from 'vitest';
import type { KernelEvent, LifegraphApi, NodeView, Query, SpaceView } from '#os/api';
import { CHANNEL, chatManifest, MESSAGE } from '#domain/chat';
import { goalsManifest } from '#domain/goals';
import { markDone, putOff, setSaved } from '#domain/hub';
import { FRAGMENT } from '#domain/shared';
import { FakeGraph, fakeId } from '#tests/support/fake-graph';
import { feedOf, type Feed } from '#view/hub/feed.ts';

const ME = { uid: fakeId('me'), writer: fakeId('writer of me', 32) };
const ANNA = { uid: fakeId('anna'), writer: fakeId('writer of anna', 32) };
const TALK = fakeId('talk');
const spaces = [{ id: 'own', name: '', kind: 'personal', role: 'owner' }, { id: 'team', name: 'River Watch', kind: 'team', role: 'owner' }] as SpaceView[];

interface World {
  own: FakeGraph;
  team: FakeGraph;
  api(): LifegraphApi;
  /** Messages that a query does not find: they are older than what is looked at. */
  hidden: Set<string>;
  tell(event: Partial<KernelEvent>): void;
  status: { state: string; runs: number };
}

function world(): World {
  const [own, team] = ['own', 'team'].map((id) => new FakeGraph(id, ME)) as [FakeGraph, FakeGraph];
  const ears = new Set<(event: KernelEvent) => void>();
  const hidden = new Set<string>();
  const status = { state: 'running', runs: 1 };
  team.apply([{ op: 'node.create', type: FRAGMENT, props: { fragment: TALK, type: CHANNEL, title: 'talk', created: 1 } }], ANNA);
  const graph = (of: FakeGraph) => ({ ...of.api(), query: async (query: Query): Promise<NodeView[]> => of.query(query).filter(({ id }) => !hidden.has(id)) });
  const api = () => ({
    identity: { get: () => ({ uid: ME.uid, device: 'd', name: 'me' }) }, supervision: { status: () => status }, on: (ear: (event: KernelEvent) => void) => (ears.add(ear), () => ears.delete(ear)),
    spaces: { list: async () => spaces, waiting: async () => [] }, reports: { list: async () => ({ reports: [], sealed: 0 }) }, graph: (id: string) => graph(id === 'own' ? own : team),
  }) as unknown as LifegraphApi;
  return { own, team, api, hidden, status, tell: (event) => ears.forEach((ear) => ear(event as KernelEvent)) };
}

const say = (team: FakeGraph, text: string, props: Record<string, string | string[]> = {}, as = ANNA): string => team.apply([{ op: 'node.create', type: MESSAGE, props: { text, ...props } }], as, Date.now(), TALK)[0]!;
const begin = (of: World): Promise<Feed> => feedOf(of.api(), [chatManifest, goalsManifest]);
const titles = (feed: Feed): string[] => feed.state().items.filter(({ is }) => is === 'inbox').map(({ entry }) => entry.title).sort();
const becomes = (feed: Feed, ...wanted: string[]): Promise<void> => vi.waitFor(() => expect([feed.state().spaces !== null, titles(feed)]).toEqual([true, wanted]), { timeout: 5_000 });

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
