/** The same acts in the page with Yjs. */
import type { Page } from 'playwright-core';
import { launch } from '#tests/e2e/support/acts';
import type { Peer } from '#tests/e2e/support/peer';
import type { YjsServer } from './servers.ts';
import type { Splice, YjsPeer } from './yjs-page/main.ts';

declare global {
  // eslint-disable-next-line no-var
  var peer: YjsPeer;
}

/** How the browsers with Yjs are joined. */
export type Via = 'ws' | 'rtc';

export async function openYjs(name: string, server: YjsServer): Promise<Peer> {
  const made = await launch({ name, url: server.url });
  await made.page.waitForFunction(() => 'peer' in globalThis);
  return made;
}

/** Opens the room in a page; the time of the call. */
export function enterRoom(page: Page, server: YjsServer, room: string, via: Via | 'none'): Promise<number> {
  return page.evaluate(async ([name, way, address]) => {
    const at = performance.timeOrigin + performance.now();
    await peer.open(name, way, address);
    return at;
  }, [room, via, via === 'rtc' ? server.rtc : server.ws] as const);
}

/** Waits until the page has another one (rtc) or the server (ws). */
export async function linkedYjs(page: Page): Promise<void> {
  await page.waitForFunction(() => peer.linked(), undefined, { timeout: 15_000, polling: 20 });
}

/** Opens the room in both pages and waits for the link. */
export async function pairYjs(a: Page, b: Page, server: YjsServer, room: string, via: Via): Promise<void> {
  await Promise.all([enterRoom(a, server, room, via), enterRoom(b, server, room, via)]);
  await Promise.all([linkedYjs(a), linkedYjs(b)]);
}

export const fillYjs = (page: Page, from: number, count: number, each: number): Promise<number> => page.evaluate(([first, all, size]) => peer.fill(first, all, size), [from, count, each] as const);
export const reachedYjs = (page: Page, count: number, patience: number): Promise<number> => page.evaluate(([all, ms]) => Promise.race([peer.reached(all), new Promise<never>((_, fail) => setTimeout(() => fail(new Error(`not ${all} nodes in ${ms} ms`)), ms))]), [count, patience] as const);
export const splicesYjs = (page: Page, edits: readonly Splice[]): Promise<number> => page.evaluate((all) => peer.splices(all), edits);
export const textReachedYjs = (page: Page, length: number): Promise<number> => page.evaluate((all) => peer.textReached(all), length);
export const storedYjs = (page: Page): Promise<void> => page.evaluate(() => peer.stored());
export const closeYjs = (page: Page): Promise<void> => page.evaluate(() => peer.close());

/** Navigation → the store is read and all nodes are there, ms. The page itself comes from the cache of the browser. */
export async function coldOpenYjs(page: Page, server: YjsServer, room: string, count: number, patience: number): Promise<number> {
  await page.reload({ waitUntil: 'commit' });
  await page.waitForFunction(() => 'peer' in globalThis, undefined, { polling: 5 });
  return page.evaluate(async ([name, address, all, ms]) => {
    await peer.open(name, 'none', address);
    const late = new Promise<never>((_, fail) => setTimeout(() => fail(new Error(`not ${all} nodes in ${ms} ms`)), ms));
    return (await Promise.race([peer.reached(all), late])) - performance.timeOrigin;
  }, [room, server.ws, count, patience] as const);
}
