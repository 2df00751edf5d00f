/** Settings, Network: the own network address hidden from other people, and a TURN server of one's own. What leaves a browser is read before the signaling server. */
import { networkInterfaces } from 'node:os';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { decodeInviteLink, encodeInviteLink } from '#vm/protocol/invite-link';
import { channelStats, closeAll, has, inviteTo, join, linked, newSpace, person, say } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';
import { startTap, type Tap } from './support/tap.ts';
import { startTurn, TURN_PORT, type TurnServer } from './support/turn.ts';

let server: TestServer;
let turn: TurnServer;
const taps: Tap[] = [];
const LOGIN = { user: 'anna', password: 'only-for-this-test' };
/** An address of this machine that is not its loop: candidates of that one are left out by engines. */
const address = Object.values(networkInterfaces()).flat().find((one) => one!.family === 'IPv4' && !one!.internal)!.address;
const SLOW_MS = 60_000;

beforeAll(async () => {
  [server, turn] = await Promise.all([startServer(), startTurn({ prefix: [], addresses: [address], ...LOGIN })]);
});
afterEach((context) => closeAll(context));
afterAll(async () => {
  for (const tap of taps) await tap.stop();
  await server?.stop();
  await turn?.kill();
});

async function toNetwork(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Network' }).click();
}

/** The invite without the tap: only this browser may speak through it. */
function pastTap(link: string): string {
  const read = decodeInviteLink(link);
  if (!read.ok) throw new Error(read.error);
  return encodeInviteLink({ ...read.value, signaling: [server.signalUrl] });
}

/** Kinds of candidates in what was said after a place. */
const kinds = (tap: Tap, from: number): string[] => [...new Set([...tap.said().subarray(from).toString('latin1').matchAll(/ typ (host|srflx|prflx|relay)\b/g)].map((one) => one[1]!))].sort();

test('[row 28] {V9} hidden: no candidate of this browser leaves it and the link goes over the relay; with a TURN server entered and checked only its candidates do; shown again the control leaves', async () => {
  const tap = await startTap(server.signalUrl);
  taps.push(tap);
  const [anna, boris] = await Promise.all([person({ name: 'Anna', url: `${server.url}/#/open?signal=${encodeURIComponent(tap.url)}` }), person({ name: 'Boris', url: server.url })]);
  const { page } = anna;
  const space = await newSpace(anna);
  await join(boris, `${server.url}/${pastTap(await inviteTo(anna, space))}`);
  await linked(page, 'direct', 1, SLOW_MS);
  expect(kinds(tap, 0), 'control: by default the addresses of this machine leave').toContain('host');

  await toNetwork(page);
  const hide = page.getByRole('switch', { name: 'Hide my network address from other people' });
  let from = tap.said().length;
  await hide.click();
  await page.getByText('No TURN server is entered here').waitFor();
  await linked(page, 'relay', 1, SLOW_MS);
  await say(page, space, 'hidden');
  await has(boris.page, space, ['hidden'], SLOW_MS);
  expect(kinds(tap, from), 'nothing of an address leaves').toEqual([]);
  expect((await channelStats(page)).pairs, 'and no direct connection stands').toEqual([]);

  from = tap.said().length;
  const add = page.getByRole('button', { name: 'Add server' });
  await page.getByRole('textbox', { name: 'STUN or TURN server' }).fill('http://example.org');
  await add.click();
  await page.getByRole('alert').filter({ hasText: 'begins with stun: or turn:' }).waitFor();
  await page.getByRole('textbox', { name: 'STUN or TURN server' }).fill(`turn:${address}:${TURN_PORT}?transport=udp`);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(LOGIN.user);
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await add.click();
  const row = page.getByRole('listitem').filter({ hasText: `turn:${address}` });
  await row.getByRole('button', { name: 'Check' }).click();
  await row.getByText('No answer').waitFor({ timeout: SLOW_MS });
  await row.getByRole('button', { name: 'Remove' }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByRole('textbox', { name: 'STUN or TURN server' }).fill(`turn:${address}:${TURN_PORT}?transport=udp`);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(LOGIN.user);
  await page.getByLabel('Password', { exact: true }).fill(LOGIN.password);
  await add.click();
  await row.getByRole('button', { name: 'Check' }).click();
  await row.getByText('In order').waitFor({ timeout: SLOW_MS });
  await page.getByText('Direct links go through the TURN server only').waitFor();
  // Looked for again at once, and not after the pause of a link that stands.
  await page.evaluate(() => { window.lifegraph.network.pause(); window.lifegraph.network.resume(); });
  await linked(page, 'direct', 1, SLOW_MS);
  expect(kinds(tap, from)).toEqual(['relay']);
  expect((await channelStats(page)).pairs.every((pair) => pair.startsWith('relay/')), 'the engine says so').toBe(true);
  await say(page, space, 'through TURN');
  await has(boris.page, space, ['through TURN'], SLOW_MS);

  from = tap.said().length;
  await hide.click();
  await linked(page, 'direct', 1, SLOW_MS);
  await expect.poll(() => kinds(tap, from), { timeout: SLOW_MS }).toContain('host');
  await anna.expectClean();
  await boris.expectClean();
}, 240_000);
