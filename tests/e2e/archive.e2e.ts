/**
 * An archive on the gun package's own server, unpatched (its files' bytes: tests/contract/adapters/stock-relay.test.ts): two browsers that are never
 * open together share a space through it, while a stranger spoils what he can. What the relay wrote to its disk is scanned.
 */
import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startGunServer, type GunServer } from '#tests/support/gun-server';
import { valueHash } from '#vm/protocol/gun-names';
import { closeAll, digest, has, inviteTo, join, launch, newSpace, person, ready, say, until } from './support/acts.ts';
import { formsOf } from './support/scan.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
let relay: GunServer;
beforeAll(async () => {
  server = await startServer();
  relay = await startGunServer();
});
afterEach((context) => closeAll(context));
afterAll(async () => {
  await relay?.stop();
  await server?.stop();
});

const LONG_MS = 90_000;
const found = (bytes: Uint8Array, text: string): string[] => formsOf(text).filter(({ form }) => Buffer.from(bytes).includes(form)).map(({ name }) => name);

/** Nothing is missing on either side: a round, or a put of what was new, ended after `since`. */
const even = (page: Page, since: number): Promise<number> =>
  until(page, (at) => window.lifegraph.network.status().archives.some((one) => one.state === 'open' && one.even !== null && one.even > at), since, 'the archive holds everything', LONG_MS);

/** Writes, and waits until it lies in the archive. */
async function sayAndPut(page: Page, space: string, ...texts: string[]): Promise<void> {
  await say(page, space, ...texts);
  await even(page, await page.evaluate(() => Date.now()));
}

/** A client of the relay that hears what is passed on and writes what it likes. */
async function stranger(url: string): Promise<{ spoil(): Promise<number>; put(soul: string, key: string, value: string): Promise<void>; close(): void }> {
  const socket = new WebSocket(url);
  const heard: string[] = [];
  socket.on('message', (data) => heard.push(String(data)));
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let no = 0;
  const id = (): string => `hostile${String(++no).padStart(17, '0')}`;
  const put = (soul: string, fields: readonly (readonly [string, string, number])[]): void =>
    socket.send(JSON.stringify({
      '#': id(),
      put: { [soul]: { _: { '#': soul, '>': Object.fromEntries(fields.map(([key, , state]) => [key, state])) }, ...Object.fromEntries(fields.map(([key, value]) => [key, value])) } },
    }));
  /** Asks for a value until the relay gives it: it does not acknowledge every put. */
  const given = (soul: string, key: string, value: string): Promise<void> => expect.poll(async () => {
    const question = id();
    const from = heard.length;
    const answer = (): string | undefined => heard.slice(from).find((text) => text.includes(`"@":"${question}"`));
    socket.send(JSON.stringify({ '#': question, get: { '#': soul, '.': key } }));
    await expect.poll(answer, { timeout: LONG_MS, interval: 5, message: `an answer about ${key}` }).toBeDefined();
    return answer();
  }, { timeout: LONG_MS, message: `the relay took ${key}` }).toContain(JSON.stringify(value));
  return {
    close: () => socket.close(),
    async put(soul, key, value) {
      put(soul, [[key, value, 1]]);
      await given(soul, key, value);
    },
    /** Every head poisoned for ever, 10,000 entries of junk where records are looked for; the number of souls he knows. */
    async spoil() {
      socket.send(JSON.stringify({ '#': id(), get: { '#': { '*': 'lg/' }, '%': 90_000 } }));
      const soulsHeard = (): string[] => [...new Set(heard.join('').match(/lg\/[A-Za-z0-9_-]{24}#?/g))];
      await expect.poll(() => [true, false].map((hashed) => soulsHeard().filter((soul) => soul.endsWith('#') === hashed).length), { timeout: LONG_MS }).toSatisfy(([pages, heads]: number[]) => pages! > 3 && heads! > 0);
      const souls = soulsHeard();
      const names = [...new Set(heard.join('').match(/"[A-Za-z0-9_-]{24}":/g))].map((name) => name.slice(1, -2));
      const heads = souls.filter((soul) => !soul.endsWith('#'));
      const pages = souls.filter((soul) => soul.endsWith('#'));
      for (const soul of heads) put(soul, names.map((name) => [name, 'poison', 999_999]));
      // The last of each hundred, by soul: what the relay gives of them again it has taken.
      const last: (readonly [soul: string, key: string, value: string])[] = [];
      for (let i = 0; i < 100; i++) {
        const soul = pages[i % pages.length]!;
        const fields = Array.from({ length: 100 }, (_, j) => {
          const value = `junk ${i} ${j}`;
          return [`${String(j).padStart(10, '0')}#${valueHash(value)}`, value, 1] as const;
        });
        put(soul, fields);
        last.push([soul, fields.at(-1)![0], fields.at(-1)![1]]);
      }
      for (const one of last) await given(...one);
      return heads.length === 0 ? 0 : pages.length;
    },
  };
}

test('{V3}{V9} [ARC1] [ARC3] two browsers whose lives do not overlap have equal seals through a stock GUN relay with a stranger on it; its disk has nothing in clear', async () => {
  const canary = `canary-${randomBytes(9).toString('hex')}`;
  let [anna, boris] = await Promise.all([person({ name: 'AnnabellaQuietwater', url: server.url }), person({ name: 'BorisQuietwater', url: server.url })]);
  const space = await newSpace(anna, 'Quiet Harbour');
  await join(boris, await inviteTo(anna, space));
  const enemy = await stranger(relay.url);

  // The owner turns it on, on the screen; the sentence stands on the switch.
  await anna.page.goto(`${server.url}/#/${space}/access`);
  await anna.page.getByRole('switch', { name: 'Keep an archive on public relays' }).click();
  await anna.page.getByLabel('Addresses of the relays').fill('http://not.a.relay');
  await anna.page.getByRole('button', { name: 'Save' }).click();
  await anna.page.getByText('begins with ws:// or wss://').waitFor();
  await anna.page.getByLabel('Addresses of the relays').fill(relay.url);
  await anna.page.getByRole('button', { name: 'Save' }).click();
  await Promise.all([even(anna.page, 0), even(boris.page, 0)]);
  await anna.page.getByText('cannot be taken back').waitFor();
  await anna.page.getByLabel('Relays of the archive').getByText('connected').waitFor();
  expect(await boris.page.evaluate((id) => window.lifegraph.spaces.archive(id), space)).toEqual({ urls: [relay.url], mayChange: false });
  expect(await boris.page.evaluate((id) => window.lifegraph.spaces.setArchive(id, []).catch((error: { code: string }) => error.code), space)).toBe('owner-only');

  await boris.close({ keep: true });
  await sayAndPut(anna.page, space, 'one', 'two', canary);
  await anna.expectClean();
  await anna.close({ keep: true });
  expect(await enemy.spoil()).toBeGreaterThan(3);

  boris = await launch({ name: 'Boris', url: server.url, profile: boris.profile });
  await ready(boris.page);
  await has(boris.page, space, ['one', 'two', canary], LONG_MS);
  expect((await boris.page.evaluate(() => window.lifegraph.network.status())).peers).toEqual([]);
  await sayAndPut(boris.page, space, 'an answer nobody hears', 'and another');
  const his = await digest(boris.page, space);
  await boris.expectClean();
  await boris.close({ keep: true });

  anna = await launch({ name: 'Anna', url: `${server.url}/#/open/system/network`, profile: anna.profile });
  await ready(anna.page);
  await has(anna.page, space, ['an answer nobody hears', 'and another'], LONG_MS);
  expect((await anna.page.evaluate(() => window.lifegraph.network.status())).peers).toEqual([]);
  expect(await digest(anna.page, space)).toEqual(his);
  const metrics = await anna.page.evaluate(() => window.lifegraph.metrics());
  expect(metrics['archive.junk'], 'the stranger was there').toBeGreaterThan(1_000);

  // What lies on the relay's disk.
  const stored = relay.stored();
  expect(stored.length).toBeGreaterThan(10_000);
  for (const secret of [canary, 'Quiet Harbour', 'Quietwater', 'an answer nobody hears']) expect(found(stored, secret), secret).toEqual([]);
  expect(stored.includes(Buffer.from(space))).toBe(false);
  await enemy.put('lg/plain#', `0000000000#${valueHash(canary)}`, canary);
  await expect.poll(() => found(relay.stored(), canary), { timeout: 15_000, message: 'control' }).toContain('utf-8');

  // The relay goes: the state says so, and what is written stays here.
  await relay.kill();
  await until(anna.page, () => {
    const [one] = window.lifegraph.network.status().archives;
    return one?.state === 'closed' && one.retryInMs !== null;
  }, null, 'the relay is gone, and is tried again', LONG_MS);
  enemy.close();
  await anna.expectClean([/WebSocket connection to .* failed/]);
}, 300_000);
