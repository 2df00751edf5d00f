/** Searching on other devices of a Guild over the production kernel and index: what one did not open is found at who did, opened from there, and told to nobody with a part. */
import { expect, test } from 'vitest';
import { createRpcClient } from '#adapters/worker-rpc/rpc-client';
import { answerOthers, askOthers } from '#boot/search-elsewhere';
import { serveSearch, type FeedCalls, type FeedStreams } from '#boot/search-feed';
import { SearchIndexer } from '#boot/search-indexer';
import type { Feed } from '#boot/search-rows';
import { ASKING, type ElsewhereState } from '#domain/search';
import { toBase64url } from '#base/bytes';
import { born, meet, noFaults, standing, texts, until as virtually } from './support/walks.ts';
import { comes as until, ports } from './support/search-ports.ts';
import type { SimTab, SimWorld } from './support/sim-world.ts';

interface Searching {
  readonly indexer: SearchIndexer;
  readonly feed: Feed;
  /** Questions of others that reached it. */
  readonly heard: string[];
}

let names = 0;
async function searching(world: SimWorld, tab: SimTab): Promise<Searching> {
  const [page, kernel] = ports();
  serveSearch(kernel, tab.running);
  const feed = createRpcClient<FeedCalls, FeedStreams>(page);
  const indexer = new SearchIndexer(feed, () => `o${names++}`);
  const heard: string[] = [];
  feed.subscribe('questions', [] as never, ({ ask }) => void heard.push(ask.text));
  answerOthers(feed, indexer.now, () => indexer.whenRead());
  void indexer.start(true);
  await until(world, 'the index', () => indexer.state().phase === 'ready' && indexer.state().left === 0);
  return { indexer, feed, heard };
}

async function ask(world: SimWorld, { feed, indexer }: Searching, space: string, text: string): Promise<ElsewhereState> {
  let state = ASKING;
  const stop = askOthers(feed, indexer.now, { text, limit: 30, now: world.clock.now() }, [space], (now) => (state = now));
  await until(world, `answers to ${text}`, () => state.phase === 'done');
  stop();
  return state;
}

const here = ({ indexer }: Searching, text: string): number => indexer.find({ text, limit: 30, now: 0 }).total;
const said = ({ hits }: ElsewhereState): unknown[] => hits.map(({ hit, from }) => [hit.snippet.text, hit.place, from.map(({ name }) => name).sort()]);
const sayIn = (tab: SimTab, space: string, fragment: string, text: string) => tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text }, verb: 'chat/message.send@1' }], { fragment });

test('{K5} FIND1 FIND2 in a Guild what one did not open is found at who has it, all of it by several, and opened from there; a guest with a part asks nobody and is told nothing', async () => {
  const m = await meet({ seed: 5201 }, ['anna', 'boris', 'vera'], 'member', 'guild');
  const { world, space } = m;
  const [anna, boris, vera] = m.tabs as [SimTab, SimTab, SimTab];
  const altos = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'Altos' }));
  const bass = await world.wait(vera.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'Bass' }));
  await sayIn(anna, space, altos, 'Seventeen lanterns for the altos');
  await sayIn(vera, space, bass, 'A lantern for the bass');
  await world.clock.run(4_000);
  const [his, hers, theirs] = [await searching(world, boris), await searching(world, anna), await searching(world, vera)];
  expect([here(his, 'lantern'), here(hers, 'lantern'), here(theirs, 'lantern')], 'each has what they wrote').toEqual([0, 1, 1]);
  const found = await ask(world, his, space, 'lanterns');
  expect([found.devices, found.answered]).toEqual([2, 2]);
  expect(said(found)).toEqual(expect.arrayContaining([['Seventeen lanterns for the altos', 'Altos', ['anna']], ['A lantern for the bass', 'Bass', ['vera']]]));
  expect(found.hits).toHaveLength(2);
  // Opened as any channel is: it comes from who has it, and is no longer somebody else's.
  await world.wait(boris.api.graph(space).query({ fragment: altos }));
  await until(world, 'the channel', () => here(his, 'lantern') === 1);
  expect(said(await ask(world, his, space, 'lanterns'))).toEqual([['A lantern for the bass', 'Bass', ['vera']]]);

  const device = world.device('clara');
  await born(world, await world.open(device));
  const clara = device.tabs[0]!;
  const link = await world.wait(anna.api.spaces.invite(space, { role: 'guest', scope: [bass] }));
  await world.wait(clara.api.spaces.join(link));
  await virtually(world, () => standing(clara, space) === 'member', 30_000, 'clara is in');
  await world.clock.run(6_000);
  const guest = await searching(world, clara);
  const before = [hers.heard.length, theirs.heard.length];
  const none = await ask(world, guest, space, 'lanterns');
  expect([none.devices, none.hits, [hers.heard.length, theirs.heard.length]]).toEqual([0, [], before]);
  expect(texts(clara, space).filter((text) => text.includes('altos'))).toEqual([]);
  // The control: with all of the space she asks, and is told.
  await world.wait(anna.api.access.setScope(space, toBase64url(clara.running.parts.kernel.profile!.uid), null));
  await virtually(world, () => clara.running.parts.kernel.spaces.get(space)!.rights.memberOf(clara.running.parts.kernel.profile!.uid)?.scope === null, 20_000, 'all of it');
  await world.clock.run(6_000);
  expect(said(await ask(world, guest, space, 'lanterns'))).toContainEqual(['Seventeen lanterns for the altos', 'Altos', expect.arrayContaining(['anna'])]);
  noFaults([anna, boris, vera, clara]);
}, 60_000);
