/** What people do in the app, by the words on the screen, and what is asked of the console API (window.lifegraph). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import type { Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import type { NetworkStatus } from '#os/api';
import { killAtExit, killHard, launchPeer, reusePeer, takesWiped, wipe, type Peer, type PeerSetup } from './peer.ts';
import { databasesOf, keepProfile } from './profiles.ts';
import { ROOT } from './server.ts';

/** How long a test waits for something that should be there, ms: ends what would never come, measures nothing. Three files run beside each other, also on a machine a third as fast. */
export const SOON_MS = 30_000;

const open = new Set<Peer>();

/** Browsers of earlier tests in which nothing is left of them: to launch one costs a fifth of what a short test does. With LGOS_FULL=1 every one is launched. */
const spare: Peer[] = [];
const MOST_SPARE = process.env['LGOS_FULL'] === '1' ? 0 : 3;

// Before their folders are removed: a browser that runs writes them anew.
process.prependOnceListener('exit', () => spare.forEach(({ profile }) => killAtExit(profile)));

/** Launches a browser that `closeAll` ends, or takes one that an earlier test is done with. */
export async function launch(setup: PeerSetup): Promise<Peer> {
  const used = takesWiped(setup) ? spare.pop() : undefined;
  const peer = used === undefined ? await launchPeer(setup, true) : await reusePeer(setup, used);
  open.add(peer);
  return peer;
}

/** Ends the browser, or keeps it for a later test. */
async function end(peer: Peer, failed: boolean): Promise<void> {
  if (!failed && spare.length < MOST_SPARE && (await wipe(peer)) && spare.length < MOST_SPARE) spare.push(peer);
  else await peer.close().catch(() => undefined);
}

/**
 * Closes every browser that `launch` opened; for afterEach. Of a failed test the screens and the status stay in out/e2e. Throws when a page of any of them,
 * also of one that was killed, violated its policy.
 */
export async function closeAll(context?: TestContext): Promise<void> {
  const all = [...open];
  open.clear();
  if (context?.task.result?.state === 'fail') await Promise.all(all.map((peer) => keepScreens(peer).catch(() => undefined)));
  const faults = (await Promise.all(all.map((peer) => peer.violated()))).filter((fault) => fault !== null);
  await Promise.all(all.map((peer) => end(peer, context?.task.result?.state === 'fail' || faults.length > 0)));
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

async function keepScreens(peer: Peer): Promise<void> {
  const folder = joinPath(ROOT, 'out', 'e2e');
  mkdirSync(folder, { recursive: true });
  for (const [at, page] of peer.context.pages().entries()) {
    const name = joinPath(folder, `${peer.name}-${at}`);
    await page.screenshot({ path: `${name}.png` });
    const words = await page.evaluate(() => document.body.innerText);
    // A locked page has no kernel that could answer.
    const facts = await page.evaluate(async (ms) => {
      const told = await Promise.race([window.lifegraph.diagnostics().then((file) => file.text()), new Promise((done) => setTimeout(() => done('no answer'), ms))]);
      return JSON.stringify([window.lifegraph.network.status(), window.lifegraph.metrics(), told], null, 1);
    }, SOON_MS / 3).catch(String);
    writeFileSync(`${name}.txt`, [page.url(), words, facts, ...peer.complaints.console, ...peer.complaints.page].join('\n'));
  }
}

/**
 * Holds a time against its bound. `npm test` shares two cores with other browsers, and a machine that stands still for seconds says nothing about the app: five times the bound there,
 * the bound itself with LGOS_FULL=1.
 */
export function within(what: string, took: number, ms: number): void {
  console.log(`${what}: ${Math.round(took)} ms`);
  const most = process.env['LGOS_FULL'] === '1' ? ms : 5 * ms;
  if (took > most) throw new Error(`${what}: ${Math.round(took)} ms, more than ${most} ms`);
}

/** Time between two looks, ms: at first, and after `LONG_WAIT_MS`, when nobody measures any more. */
const LOOK_MS = 20;
const LATER_LOOK_MS = 100;
const LONG_WAIT_MS = 1_000;

/**
 * Looks until the answer is true; the ms it took. Unlike waitForFunction it waits for the answer of an async look (a promise is
 * true to Playwright, whatever comes of it).
 */
export async function until<A>(page: Page, look: (arg: A) => Promise<boolean | number> | boolean, arg: A, what: string, timeout = SOON_MS): Promise<number> {
  const from = performance.now();
  while (!(await page.evaluate(look as never, arg as never))) {
    if (performance.now() - from > timeout) throw new Error(`not within ${timeout} ms: ${what}`);
    await new Promise((next) => setTimeout(next, performance.now() - from < LONG_WAIT_MS ? LOOK_MS : LATER_LOOK_MS));
  }
  return performance.now() - from;
}

/** The kernel of a page has loaded. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => 'lifegraph' in window, undefined, { timeout: SOON_MS, polling: 30 });
  await page.evaluate(() => window.lifegraph.ready);
}

/** The whole build is kept for offline use, and this page loads the rest of it from there, also at the first visit. Of a peer that was launched with `offline`. */
export const kept = (page: Page): Promise<void> => page.evaluate(async () => {
  const { serviceWorker } = navigator;
  await serviceWorker.ready;
  if (serviceWorker.controller === null) await new Promise((served) => serviceWorker.addEventListener('controllerchange', served, { once: true }));
});

/** A browser with a person in it, by the console API. */
export async function person(setup: PeerSetup): Promise<Peer> {
  const peer = await launch(setup);
  await ready(peer.page);
  await peer.page.evaluate(async (name) => {
    if (!window.lifegraph.identity.get()) await window.lifegraph.identity.create({ name });
  }, setup.name);
  return peer;
}

/**
 * Kills a browser with a person in it by -9 and starts it again on its profile. When the person is gone, it fails with what lay on the disk before and
 * after, and keeps the profile. `meanwhile` is what happens to the disk in between.
 */
export async function killAndReopen(peer: Peer, url: string, meanwhile = (_profile: string): void => undefined): Promise<Peer> {
  await killHard(peer);
  const before = databasesOf(peer.profile);
  meanwhile(peer.profile);
  const again = await launch({ name: peer.name, url, profile: peer.profile });
  await ready(again.page);
  if (await again.page.evaluate(() => window.lifegraph.identity.get() !== null)) return again;
  const after = databasesOf(peer.profile);
  throw new Error(`${peer.name}: the profile opened without its identity; a copy is kept in ${keepProfile(peer.profile)}\nbefore the start:\n${before.join('\n')}\nafter it:\n${after.join('\n')}`);
}

/** A team space by the console API. */
export function newSpace(peer: Peer, name = 'River Watch'): Promise<string> {
  return peer.page.evaluate((title) => window.lifegraph.spaces.create({ name: title }), name);
}

/** An invite link by the console API. */
export function inviteTo(peer: Peer, space: string, options: { uses?: number; expiresInMs?: number; role?: 'member' | 'guest' } = {}): Promise<string> {
  return peer.page.evaluate(([id, how]) => window.lifegraph.spaces.invite(id, how), [space, options] as const);
}

/** Joins by the console API and waits until the content is there; the ms it took. */
export function join(peer: Peer, link: string): Promise<number> {
  return peer.page.evaluate(async (url) => {
    const from = performance.now();
    const { state } = await window.lifegraph.spaces.join(url);
    let last = '';
    for await (const step of state) {
      last = `${step.step} ${step.state} ${step.reason ?? ''}`;
      if (step.step === 'done') return performance.now() - from;
    }
    throw new Error(`the join ended at: ${last}`);
  }, link);
}

/** Writes messages by the console API, each an act of its own; resolves when they are saved. */
export function say(page: Page, space: string, ...texts: string[]): Promise<unknown> {
  return page.evaluate(async ([id, all]) => {
    const graph = window.lifegraph.graph(id);
    const channel = (await graph.query({ type: 'fragment@1' }))[0];
    const fragment = channel?.props['fragment'] ?? channel?.id;
    for (const text of all) {
      await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text }, verb: 'chat/message.send@1' }], typeof fragment === 'string' ? { fragment } : {});
    }
    return window.lifegraph.saved();
  }, [space, texts] as const);
}

/** Texts of all messages of a space, in order. */
export function texts(page: Page, space: string): Promise<string[]> {
  return page.evaluate(async (id) => (await window.lifegraph.graph(id).query({ type: 'chat/message@1' })).map((node) => String(node.props['text'])), space);
}

/** Waits until the kernel of the page has messages with all these texts; the ms it took. */
export function has(page: Page, space: string, wanted: readonly string[], timeout = SOON_MS): Promise<number> {
  return until(
    page,
    async ([id, all]) => {
      const held = new Set((await window.lifegraph.graph(id).query({ type: 'chat/message@1' })).map((node) => node.props['text']));
      return all.every((text) => held.has(text));
    },
    [space, wanted] as const,
    `messages ${wanted.join(', ').slice(0, 200)}`,
    timeout,
  );
}

/** Status of the network as it is now. */
export function status(page: Page): Promise<NetworkStatus> {
  return page.evaluate(async () => {
    window.lifegraph.network.status();
    await window.lifegraph.spaces.list();
    return window.lifegraph.network.status();
  });
}

/** A dial is given up after 20 s and tried again later: so long a link may be on its way, ms. */
const DIAL_MS = 60_000;

/** Waits until the page has links to `peers` devices by this way; the ms it took. */
export async function linked(page: Page, via: 'direct' | 'relay', peers = 1, timeout = DIAL_MS): Promise<number> {
  const from = performance.now();
  await page
    .waitForFunction(([way, n]) => window.lifegraph.network.status().peers.filter((peer) => peer.via === way).length >= n, [via, peers] as const, { timeout, polling: 30 })
    .catch(async (error: unknown) => {
      throw new Error(`no ${via} link: ${JSON.stringify(await status(page))}`, { cause: error });
    });
  return performance.now() - from;
}

/** Set hash and words of a space. */
export function digest(page: Page, space: string): Promise<{ set: string; state: string; words: string[] }> {
  return page.evaluate((id) => window.lifegraph.graph(id).digest(), space);
}

/** Waits until both pages show the same seal. */
export async function sameSeal(a: Page, b: Page, space: string, timeout = SOON_MS): Promise<void> {
  const until = performance.now() + timeout;
  for (;;) {
    const [one, two] = await Promise.all([digest(a, space), digest(b, space)]);
    if (one.set === two.set && one.state === two.state && one.words.join() === two.words.join()) return;
    if (performance.now() > until) throw new Error(`seals differ: ${JSON.stringify([one, two])}`);
    // The next look comes after a frame of the page, not after a guess.
    await a.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
}

/** What the engine itself counted, not the app: payload bytes of all open data channels and the kinds of the chosen candidates. */
export function channelStats(page: Page): Promise<{ bytesIn: number; bytesOut: number; pairs: string[] }> {
  return page.evaluate(async () => {
    const out = { bytesIn: 0, bytesOut: 0, pairs: [] as string[] };
    for (const connection of (globalThis as unknown as { __connections: RTCPeerConnection[] }).__connections) {
      if (connection.connectionState === 'closed') continue;
      const reports = new Map<string, Record<string, unknown>>();
      (await connection.getStats()).forEach((report: Record<string, unknown>) => reports.set(String(report['id']), report));
      for (const report of reports.values()) {
        if (report['type'] === 'data-channel') {
          out.bytesIn += Number(report['bytesReceived']);
          out.bytesOut += Number(report['bytesSent']);
        } else if (report['type'] === 'transport' && connection.connectionState === 'connected') {
          const pair = reports.get(String(report['selectedCandidatePairId']));
          const kind = (id: unknown): string => String(reports.get(String(id))?.['candidateType']);
          if (pair !== undefined) out.pairs.push(`${kind(pair['localCandidateId'])}/${kind(pair['remoteCandidateId'])}`);
        }
      }
    }
    return out;
  });
}

/** Both show the same seal, and no page complained. */
export async function wellAndEqual(space: string, a: Peer, b: Peer): Promise<void> {
  await sameSeal(a.page, b.page, space);
  for (const peer of [a, b]) await peer.expectClean();
}

/** The end of a test in a network of its own: the browsers first, then what they talked to, the network last. */
export async function closeNetwork(network: { stop(): void }, ...servers: (() => Promise<unknown>)[]): Promise<void> {
  try {
    await closeAll();
  } finally {
    for (const stop of servers) await stop();
    network.stop();
  }
}

// ---- by the screen -------------------------------------------------------------------------------------------------------------------

/** Types the name on Welcome or Join and goes on. */
export async function typeName(page: Page, name: string, act: 'Start' | 'Join' = 'Start'): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: act, exact: true }).click();
}

/** The composer of the open channel. */
export const composer = (page: Page) => page.getByRole('textbox', { name: /^Message / });

/** Types a message key by key and sends it with Enter. */
export async function chat(page: Page, text: string): Promise<void> {
  await composer(page).click();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

/** Waits until a message with this text is on the screen. */
export async function reads(page: Page, text: string, timeout = SOON_MS): Promise<void> {
  await page.getByRole('listitem').filter({ hasText: text }).first().waitFor({ timeout });
}

/** Makes a space through the switcher of the rail. */
export async function makeSpaceByHand(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Space: / }).click();
  await page.getByRole('menuitem', { name: 'New space' }).click();
  await page.getByRole('textbox', { name: 'Name of the space' }).fill(name);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('button', { name: new RegExp(`^Space: ${name}`) }).waitFor({ timeout: SOON_MS });
}

/** Opens Share in the header, chooses for how many, and reads the link. */
export async function shareByHand(page: Page, people: string): Promise<string> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await page.getByLabel('For at most').selectOption({ label: people });
  await page.getByRole('button', { name: 'Show the code' }).click();
  const field = page.getByRole('textbox', { name: 'Invite link' });
  await page.waitForFunction(() => [...document.querySelectorAll('input')].some((input) => input.value.includes('#/join/')), undefined, { timeout: SOON_MS });
  const link = await field.inputValue();
  await page.keyboard.press('Escape');
  return link;
}
