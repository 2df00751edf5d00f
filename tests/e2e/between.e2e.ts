/**
 * A signaling server and relay that lies (TRUST §3 rows 12 and 14), met by real browsers: no word is said on a connection that was changed, the alarm is on both
 * screens, and what was written goes another way. Control: a build that does not compare fingerprints tells the liar everything.
 */
import { afterEach, beforeAll, afterAll, expect, test } from 'vitest';
import { closeAll, has, inviteTo, join, launch, linked, newSpace, ready, say, texts } from './support/acts.ts';
import { startLyingServer, type Heard, type Lie, type LyingServer } from './support/lying-server.ts';
import { buildMutant } from './support/mutant-build.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
let liar: LyingServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach(async (context) => {
  await closeAll(context);
  await liar.stop();
});
afterAll(() => server?.stop());

const ALARM = 'Somebody changes connections on their way';

/** Two people whose only server is one that tells this lie; `url` = where the app comes from. */
async function two(lie: Lie, { url = server.url, before }: { url?: string; before?: () => void } = {}): Promise<[Peer, Peer]> {
  const mallory = await launch({ name: 'Mallory' });
  liar = await startLyingServer(server.signalUrl, mallory.page);
  liar.lie = lie;
  const one = async (name: string): Promise<Peer> => {
    const peer = await launch({ name, url: `${url}/#/open?signal=${encodeURIComponent(liar.url)}`, ...(before && { before }) });
    await ready(peer.page);
    await peer.page.evaluate((who) => window.lifegraph.identity.create({ name: who }).then(() => undefined), name);
    return peer;
  };
  return [await one('Anna'), await one('Boris')];
}

const alarm = (peer: Peer) => peer.page.getByRole('alert').filter({ hasText: ALARM });
/** Whoever hears the other first ends the connection, and then the other end has seen no more than one that ended: it sees the change at a next try. */
async function alarmed(peer: Peer, both: readonly Peer[]): Promise<void> {
  for (let tries = 0; tries < 8; tries++) {
    if (await alarm(peer).waitFor({ timeout: 8_000 }).then(() => true, () => false)) return;
    for (const { page } of both) await page.evaluate(() => window.lifegraph.network.retry());
  }
}

/** Form of what may be said before the ends know each other: the hello, and the 64 bytes of an auth, each behind the 5 bytes of a frame. */
const kindOf = ({ channel, bytes }: Heard): string => (channel === 'live' && bytes.includes('lgos/link/1') && bytes.length < 300 ? 'hello' : channel === 'live' && bytes.length === 69 ? 'auth' : 'application');

test.each([
  ['between', ['hello']],
  ['rewrite', ['auth', 'hello']],
] as const)('[row 12] a server that puts itself between by offers of its own (%s): 0 application bytes, the alarm on both screens, the words go by relay', async (lie, said) => {
  const [anna, boris] = await two(lie);
  const space = await newSpace(anna);
  await join(boris, await inviteTo(anna, space));
  await linked(boris.page, 'relay');
  await say(anna.page, space, 'not for the liar');
  await has(boris.page, space, ['not for the liar']);
  // Its connections to both take longer than the relay at times: it did stand between, and heard no more than this.
  await expect.poll(async () => {
    const { open, heard } = await liar.between();
    return [open > 0, [...new Set(heard.map(kindOf))].sort()];
  }, { timeout: 60_000 }).toEqual([true, said]);
  for (const peer of [anna, boris]) {
    await alarmed(peer, [anna, boris]);
    await alarm(peer).filter({ hasText: 'before anything was said' }).waitFor();
    expect(await alarm(peer).textContent()).toContain(liar.url.replace('ws://', ''));
    expect(await peer.page.evaluate(() => window.lifegraph.network.status().altered[0]?.via)).toBe('direct');
    await peer.expectClean();
  }
});

test('[row 12] a server that swaps fingerprints: both ends fail, no channel opens, the alarm is on the screen; it tells the truth again: direct', async () => {
  const [anna, boris] = await two('fingerprint');
  const space = await newSpace(anna);
  await join(boris, await inviteTo(anna, space));
  await linked(boris.page, 'relay');
  await expect.poll(() => liar.told, { timeout: 60_000 }).toBeGreaterThan(1);
  await Promise.any([anna, boris].map((peer) => alarm(peer).waitFor()));
  liar.lie = 'none';
  await anna.page.evaluate(() => window.lifegraph.network.retry());
  await boris.page.evaluate(() => window.lifegraph.network.retry());
  await Promise.all([anna, boris].map((peer) => linked(peer.page, 'direct')));
  for (const peer of [anna, boris]) await peer.expectClean();
});

test('[row 12] control: a build that does not compare fingerprints tells the same liar what is synced', async () => {
  const dist = await buildMutant({
    name: 'any-fingerprint', file: 'src/vm/protocol/handshake.ts', find: "if (!equalBytes(own.binding, other.binding)) return 'binding';", replace: '',
  });
  const wrong = await startServer({ dist });
  try {
    const [anna, boris] = await two('between', { url: wrong.url });
    const space = await newSpace(anna);
    await join(boris, await inviteTo(anna, space));
    await linked(boris.page, 'direct');
    // It reads the envelopes.
    await expect.poll(async () => {
      const { heard } = await liar.between();
      return [heard.filter((one) => kindOf(one) === 'application').length > 2, heard.some(({ bytes }) => bytes.includes('sync:'))];
    }, { timeout: 60_000 }).toEqual([true, true]);
  } finally {
    await closeAll();
    await wrong.stop();
  }
});

test('[row 14] a relay that changes frames: nothing of it is taken, the alarm is on the screen, and everything arrives', async () => {
  const [anna, boris] = await two('none', { before: () => ['RTCPeerConnection', 'webkitRTCPeerConnection'].forEach((name) => Reflect.deleteProperty(globalThis, name)) });
  const space = await newSpace(anna);
  await join(boris, await inviteTo(anna, space));
  await linked(boris.page, 'relay');
  expect(await alarm(anna).count(), 'control: an honest relay raises no alarm').toBe(0);
  liar.lie = 'relay';
  const lines = Array.from({ length: 12 }, (_, no) => `line ${no}`);
  for (const line of lines) await say(anna.page, space, line);
  await Promise.any([anna, boris].map((peer) => alarm(peer).filter({ hasText: 'over the relay' }).waitFor()));
  expect(liar.told).toBeGreaterThan(0);
  liar.lie = 'none';
  await boris.page.evaluate(() => window.lifegraph.network.retry());
  await has(boris.page, space, lines, 40_000);
  expect((await texts(boris.page, space)).sort()).toEqual([...lines].sort());
  for (const peer of [anna, boris]) await peer.expectClean();
});
