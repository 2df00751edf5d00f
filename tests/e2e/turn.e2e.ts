/**
 * UDP blocked altogether, in network namespaces: a TURN server over TCP carries the direct link; without it the sealed relay of the signaling server takes
 * over; with it again the direct link comes back. The ways are read from the engine's own getStats(), and the state says which.
 */
import { afterEach, expect, test } from 'vitest';
import { channelStats, closeAll, closeNetwork, has, inviteTo, join, launch, linked, newSpace, ready, say, status, wellAndEqual } from './support/acts.ts';
import { createNetwork, type Network } from './support/netns.ts';
import type { Peer } from './support/peer.ts';
import { startServer } from './support/server.ts';
import { startTurn, TURN_PORT } from './support/turn.ts';

afterEach((context) => closeAll(context));

const LOGIN = { user: 'lifegraph', password: 'only-for-this-test' };

async function inNetwork(network: Network, port: number, side: 'a' | 'b', name: string): Promise<Peer> {
  const peer = await launch({ name, executable: network.executable(side), flags: network.flags(side, port), url: network.url(side, port) });
  await ready(peer.page);
  await peer.page.evaluate((who) => window.lifegraph.identity.create({ name: who }).then(() => undefined), name);
  return peer;
}

/** Frames that the relay of the signaling server passed on. */
const relayed = (peer: Peer): Promise<number> =>
  peer.page.evaluate(async () => Number(/lifegraph_relay_frames (\d+)/.exec(await (await fetch('./metrics', { cache: 'no-store' })).text())![1]));

/** What the page shows of the way to the other. */
async function shownWay(peer: Peer, words: string): Promise<void> {
  await peer.page.getByRole('table', { name: 'Links' }).getByText(words, { exact: true }).waitFor({ timeout: 20_000 });
}

test('{V9} no UDP at all: the link goes through TURN over TCP; TURN away: the sealed relay takes over; TURN back: direct again; the state says which', async () => {
  const network = createNetwork();
  const turn = { prefix: network.serverPrefix, addresses: network.routers, ...LOGIN };
  let coturn = await startTurn(turn);
  const inner = await startServer({
    prefix: network.serverPrefix, host: '0.0.0.0',
    args: ['--turn', `turn:${network.routers[0]}:${TURN_PORT}?transport=tcp`, '--turn-user', LOGIN.user, '--turn-password', LOGIN.password],
  });
  try {
    network.blockUdp(true);
    network.blockUdpToRouter(true);
    const [anna, boris] = await Promise.all([inNetwork(network, inner.port, 'a', 'Anna'), inNetwork(network, inner.port, 'b', 'Boris')]);
    const space = await newSpace(anna);
    const joining = join(boris, await inviteTo(anna, space));
    const took = await linked(boris.page, 'direct', 1, 20_000);
    await joining;
    console.log(`no UDP → TURN over TCP: ${Math.round(took)} ms`);
    expect((await channelStats(boris.page)).pairs[0], 'the engine says so').toMatch(/relay/);
    await expect.poll(async () => (await status(boris.page)).peers[0]?.pair, { timeout: 10_000 }).toMatch(/relay/);
    const before = await relayed(anna);
    await say(anna.page, space, 'through TURN');
    await has(boris.page, space, ['through TURN']);
    expect(await relayed(anna), 'the sealed relay carried nothing of it').toBe(before);
    await boris.page.goto(`${network.url('b', inner.port)}/#/${space}/system`);
    await shownWay(boris, 'through a TURN server');

    await coturn.kill();
    await say(anna.page, space, 'TURN is gone');
    const back = await has(boris.page, space, ['TURN is gone'], 30_000);
    console.log(`TURN gone → the words are there: ${Math.round(back)} ms`);
    await linked(boris.page, 'relay', 1, 20_000);
    await shownWay(boris, 'through a relay');
    expect(await relayed(anna)).toBeGreaterThan(before);
    expect((await channelStats(boris.page)).pairs, 'no direct pair').toEqual([]);

    coturn = await startTurn(turn);
    const again = await linked(boris.page, 'direct', 1, 150_000);
    console.log(`TURN back → direct: ${Math.round(again)} ms`);
    expect((await channelStats(boris.page)).pairs.some((pair) => pair.includes('relay'))).toBe(true);
    await wellAndEqual(space, anna, boris);
  } finally {
    await closeNetwork(network, () => inner.stop(), () => coturn.kill());
  }
}, 300_000);
