/** Bad networks: no network, no server, no UDP. Separate browser processes; in the last test each in a network namespace of its own. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { channelStats, closeAll, closeNetwork, has, inviteTo, join, kept, launch, linked, newSpace, person, ready, sameSeal, say, status, texts, until, wellAndEqual, within } from './support/acts.ts';
import { createNetwork, type Network } from './support/netns.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const pause = (peer: Peer): Promise<unknown> => peer.page.evaluate(() => window.lifegraph.network.pause()).then(() => peer.page.waitForFunction(() => window.lifegraph.network.status().peers.length === 0, undefined, { polling: 30 }));
const resume = (peer: Peer): Promise<void> => peer.page.evaluate(() => window.lifegraph.network.resume());

/** Two people in one space. */
async function two(): Promise<{ anna: Peer; boris: Peer; space: string; link: string }> {
  const [anna, boris] = await Promise.all([person({ name: 'Anna', url: server.url }), person({ name: 'Boris', url: server.url })]);
  const space = await newSpace(anna);
  const link = await inviteTo(anna, space, { uses: 5 });
  await join(boris, link);
  return { anna, boris, space, link };
}

test('{V7}{V9} records travel on a data channel: its own getStats() counts the bytes both ways', async () => {
  const { anna, boris, space } = await two();
  await Promise.all([linked(anna.page, 'direct'), linked(boris.page, 'direct')]);
  const before = await channelStats(anna.page);
  // Words that do not compress: what is counted below are their bytes.
  const notes = Array.from({ length: 20 }, () => randomBytes(300).toString('base64'));
  await say(boris.page, space, ...notes);
  await has(anna.page, space, notes);
  // The engine renews its counters only every so often.
  const counted = <T>(read: () => Promise<T>): ReturnType<typeof expect.poll<Promise<T>>> => expect.poll(read, { timeout: 5_000 });
  await counted(async () => (await channelStats(anna.page)).bytesIn - before.bytesIn).toBeGreaterThan(20 * 300);
  await counted(async () => (await channelStats(boris.page)).bytesOut).toBeGreaterThan(20 * 300);
  const a = await channelStats(anna.page);
  expect(a.pairs).toHaveLength(1);
  expect(a.pairs[0]).toMatch(/^(host|prflx)\/(host|prflx)$/);
  await anna.page.waitForFunction(() => {
    const peer = window.lifegraph.network.status().peers[0];
    return peer !== undefined && peer.via === 'direct' && peer.bytesIn > 6_000 && peer.bytesOut > 0;
  });
  expect((await server.metrics()).get('relay_bytes'), 'the relay carried nothing').toBe(0);
  await anna.expectClean();
  await boris.expectClean();
});

test('{V3}{V4}{V8} edits of both sides offline, then equal seals; a late joiner gets all; the seal differs while they are apart', async () => {
  const { anna, boris, space, link } = await two();
  await say(anna.page, space, 'together');
  await has(boris.page, space, ['together']);
  await Promise.all([pause(anna), pause(boris)]);
  await expect(has(boris.page, space, ['a1'], 300), 'control: nothing comes while apart').rejects.toThrow('not within');
  await say(anna.page, space, 'a1', 'a2', 'a3');
  await say(boris.page, space, 'b1', 'b2');
  expect(await texts(anna.page, space)).toEqual(['together', 'a1', 'a2', 'a3']);
  await expect(sameSeal(anna.page, boris.page, space, 300), 'control: the seals differ').rejects.toThrow('seals differ');
  const from = performance.now();
  await Promise.all([resume(anna), resume(boris)]);
  await Promise.all([has(anna.page, space, ['b1', 'b2']), has(boris.page, space, ['a1', 'a2', 'a3'])]);
  console.log(`resume → both sides have all: ${Math.round(performance.now() - from)} ms`);
  await sameSeal(anna.page, boris.page, space);

  const late = await person({ name: 'Clara', url: server.url });
  const took = await join(late, link);
  await has(late.page, space, ['together', 'a1', 'a2', 'a3', 'b1', 'b2']);
  await sameSeal(late.page, boris.page, space);
  console.log(`late joiner: ${Math.round(took)} ms`);
  for (const peer of [anna, boris, late]) await peer.expectClean();
});

test('{V8} signaling server killed: links live on and words pass; server back: redialled without a hand', async () => {
  const own = await startServer();
  const [anna, boris] = await Promise.all(['Anna', 'Boris'].map((name) => person({ name, url: own.url, offline: true }))) as [Peer, Peer];
  const space = await newSpace(anna);
  const link = await inviteTo(anna, space, { uses: 5 });
  await join(boris, link);
  await linked(anna.page, 'direct');
  // A build of which half is kept would say that the rest cannot be fetched.
  await Promise.all([kept(anna.page), kept(boris.page)]);
  await own.kill();
  await say(anna.page, space, 'without a server');
  await has(boris.page, space, ['without a server']);
  await say(boris.page, space, 'back without a server');
  await has(anna.page, space, ['back without a server']);
  await until(anna.page, () => window.lifegraph.network.status().signaling[0]?.state === 'closed', null, 'the server is seen to be gone');
  const down = await status(anna.page);
  expect(down.peers.map((peer) => peer.via)).toEqual(['direct']);
  expect(down.online).toBe(true);

  const again = await startServer({ port: own.port });
  const from = performance.now();
  await Promise.all([anna, boris].map((peer) => peer.page.waitForFunction(() => window.lifegraph.network.status().signaling.some((one) => one.state === 'open'), undefined, { timeout: 30_000, polling: 50 })));
  console.log(`server back → redialled: ${Math.round(performance.now() - from)} ms`);
  const clara = await person({ name: 'Clara', url: again.url });
  await join(clara, link);
  await has(clara.page, space, ['without a server', 'back without a server']);
  const allow = [/WebSocket connection to .* failed/];
  for (const peer of [anna, boris, clara]) await peer.expectClean(allow);
  await closeAll();
  await again.stop();
});

/** Counters of a server that only the browsers can reach. */
const metricsOf = (peer: Peer): Promise<Record<string, number>> =>
  peer.page.evaluate(async () => {
    const lines = (await (await fetch('./metrics', { cache: 'no-store' })).text()).trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(' ')).map(([name, value]) => [name!.replace('lifegraph_', ''), Number(value)]));
  });

async function inNetwork(network: Network, port: number, side: 'a' | 'b', name: string): Promise<Peer> {
  const peer = await launch({ name, executable: network.executable(side), flags: network.flags(side, port), url: network.url(side, port) });
  await ready(peer.page);
  await peer.page.evaluate((who) => window.lifegraph.identity.create({ name: who }).then(() => undefined), name);
  return peer;
}

/** System → Network → Check where no UDP leaves the browser, then once more where it does: both ends of the direct connection that is tried are in this browser. */
async function directCheck(network: Network, { page }: Peer, space: string): Promise<void> {
  network.blockUdpOf('a', true);
  await page.evaluate((id) => void (location.hash = `#/${id}/system?tab=network`), space);
  const check = page.getByRole('region', { name: 'Network check' });
  const direct = check.getByRole('listitem').filter({ hasText: /^Direct connection/ });
  const run = page.getByRole('button', { name: 'Check the network' });
  await run.click();
  await direct.getByText('Failed').waitFor();
  await direct.getByText(/No direct connection can be made here; everything goes over the relay\. Reason: \S+\./).waitFor();
  await check.getByRole('listitem').filter({ hasText: /^Relay/ }).getByText('In order').waitFor();
  network.blockUdpOf('a', false);
  await run.click();
  await direct.getByText('In order').waitFor();
}

test('{V9} UDP blocked: relay in ≤ 5 s with the server counting and no direct pair; unblocked: direct again; cut in mid-talk: relay again; the check of the network says so, and again when it is well', async () => {
  const network = createNetwork();
  const inner = await startServer({ prefix: network.serverPrefix, host: '0.0.0.0' });
  try {
    network.blockUdp(true);
    const [anna, boris] = await Promise.all([inNetwork(network, inner.port, 'a', 'Anna'), inNetwork(network, inner.port, 'b', 'Boris')]);
    const space = await newSpace(anna);
    const link = await inviteTo(anna, space);
    const joining = join(boris, link);
    const toRelay = await linked(boris.page, 'relay');
    await joining;
    within('UDP blocked → relay', toRelay, 5_000);
    const before = await metricsOf(anna);
    await say(anna.page, space, 'through the relay');
    await has(boris.page, space, ['through the relay']);
    const after = await metricsOf(anna);
    expect(after['relay_frames']!).toBeGreaterThan(before['relay_frames']!);
    expect(after['relay_bytes']!).toBeGreaterThan(before['relay_bytes']!);
    expect((await channelStats(boris.page)).pairs, 'no direct pair').toEqual([]);
    expect((await status(boris.page)).peers.map((peer) => peer.via)).toEqual(['relay']);

    network.blockUdp(false);
    const toDirect = await linked(boris.page, 'direct', 1, 60_000);
    console.log(`UDP passes → direct: ${Math.round(toDirect)} ms`);
    await say(anna.page, space, 'direct now');
    await has(boris.page, space, ['direct now']);
    expect((await channelStats(boris.page)).pairs).toHaveLength(1);

    network.blockUdp(true);
    await say(anna.page, space, 'cut in mid-talk');
    const again = await has(boris.page, space, ['cut in mid-talk'], 20_000);
    console.log(`cut in mid-talk → the words are there: ${Math.round(again)} ms`);
    await directCheck(network, anna, space);
    await wellAndEqual(space, anna, boris);
  } finally {
    await closeNetwork(network, () => inner.stop());
  }
});
