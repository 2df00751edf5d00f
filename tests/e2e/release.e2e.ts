/** Signed releases in a real browser: what the installed service worker takes from its server, and what not. The keys are made here. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { sha384 } from '#boot/release-manifest';
import { asKill, factsOf, killRelease, makeReleaseKey, signRelease, writeRelease, type ReleaseFacts } from '#scripts/lib/release';
import { closeAll, composer, inviteTo, join as joins, kept, launch, linked, newSpace, ready, say, SOON_MS, until } from './support/acts.ts';
import type { Peer } from './support/peer.ts';
import { DIST, ROOT, startPlainServer, startServer } from './support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'lifegraph-release-'));
const site = join(folder, 'site');
const keys: { pub: string; file: string }[] = [];
let plain: Awaited<ReturnType<typeof startPlainServer>>;

interface Build {
  readonly version: string;
  readonly sequence: number;
  readonly signers: readonly number[];
  readonly pinned?: boolean;
  /** Changes the folder before it is listed. */
  readonly edit?: (at: string) => void;
}

/** Of this checkout, asked for once: it is the same for all. */
const here = factsOf(ROOT);
const facts = ({ version, sequence }: Pick<Build, 'version' | 'sequence'>): ReleaseFacts => ({ ...here, version, sequence, notBefore: 0 });

/** What no step here opens: all that is in a release is read at every step, and this is nine tenths of it. */
const ASIDE = /\.(?:br|gz|woff2)$|ort-wasm|(?:decks|import|export|preview|proof|models|media)\.worker|pdf|docx/;

/** A build of its own: the same app with its version in the page, without what is aside. */
async function build(name: string, { version, sequence, signers, pinned = true, edit }: Build): Promise<string> {
  const at = join(folder, name);
  cpSync(DIST, at, { recursive: true, filter: (path) => !ASIDE.test(path.slice(DIST.length)) });
  const page = join(at, 'index.html');
  writeFileSync(page, readFileSync(page, 'utf8').replace('<title>', `<meta name="build" content="${version}"><title>`));
  edit?.(at);
  await writeRelease(at, pinned ? keys.map(({ pub }) => pub) : [], facts({ version, sequence }));
  for (const one of signers) await signRelease(at, keys[one]!.file, facts({ version, sequence }));
  return at;
}

function serve(at: string): void {
  rmSync(site, { force: true });
  symlinkSync(at, site);
}

const asset = (at: string): string => `assets/${readdirSync(join(at, 'assets')).find((name) => /^shell-.*\.js$/.test(name))!}`;

beforeAll(async () => {
  for (let i = 0; i < 3; i++) keys.push(await makeReleaseKey(folder));
  serve(await build('first', { version: '1.0.0', sequence: 10, signers: [0, 1] }));
  plain = await startPlainServer(site);
}, 60_000);
afterEach((context) => closeAll(context));
afterAll(async () => {
  await plain?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** No signaling stands behind a plain file server; a refused worker and a refused file are said in the console. */
const ALLOW = [/WebSocket connection to .* failed/, /status of (?:404|503)/, /net::ERR_FAILED/, /NotInstalled/];

/** Version of the page that is open. */
const shown = (page: Page): Promise<string | null> => page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[name=build]')?.content ?? null);

async function again({ page }: Peer): Promise<void> {
  await page.reload();
  await ready(page);
}

/** Puts something else into the cache of the release, as a script of the page could. */
const swap = (peer: Peer, path: string, text: string): Promise<void> =>
  peer.page.evaluate(async ([name, body]) => {
    for (const key of await caches.keys()) {
      const cache = await caches.open(key);
      if (await cache.match(new URL(name, location.href).href)) await cache.put(new URL(name, location.href).href, new Response(body, { headers: { 'Content-Type': name.endsWith('.js') ? 'text/javascript' : 'text/html' } }));
    }
  }, [path, text] as const);

const SWAPPED = 'globalThis.stolen = true;';
/** Of a file in each cache that has it. */
const lengths = (peer: Peer, path: string): Promise<number[]> =>
  peer.page.evaluate(async (name) => {
    const out: number[] = [];
    for (const key of await caches.keys()) {
      const found = await (await caches.open(key)).match(new URL(name, location.href).href);
      if (found) out.push((await found.text()).length);
    }
    return out;
  }, path);

/** A draft in the channel of the space, which is kept. */
async function begin(page: Page, space: string): Promise<void> {
  await page.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
  await composer(page).waitFor({ timeout: SOON_MS });
  await composer(page).fill('half a sentence');
  await until(page, async (id) => {
    const { fragment } = (await window.lifegraph.graph(id).query({ type: 'chat/message@1', limit: 1 }))[0]!;
    return String(await window.lifegraph.local.get(`draft:${id}/${fragment}`)).startsWith('half a');
  }, space, 'the draft is kept');
}

const goesOn = (page: Page) => page.waitForFunction(() => document.querySelector('textarea')?.value === 'half a sentence', undefined, { timeout: SOON_MS, polling: 50 });

async function runsTwo(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector<HTMLMetaElement>('meta[name=build]')?.content === '2.0.0', undefined, { timeout: SOON_MS, polling: 50 });
  await ready(page);
}

async function refusesAll(peer: Peer): Promise<void> {
  const { page } = peer;
  const altered = await build('altered', { version: '2.0.0', sequence: 20, signers: [0, 1] });
  // A file that is another one in this release: those that did not change are not fetched at all.
  writeFileSync(join(altered, 'index.html'), '<title>stolen</title>');
  const offers: [at: string, words: RegExp][] = [
    [await build('unsigned', { version: '2.0.0', sequence: 20, signers: [], pinned: false }), /Nobody has signed it/],
    [await build('one', { version: '2.0.0', sequence: 20, signers: [2] }), /Fewer than two release keys/],
    [await build('older', { version: '0.9.0', sequence: 9, signers: [0, 2] }), /It is older than this one/],
    [altered, /Its file index.html is not what its list says/],
  ];
  for (const [at, words] of offers) {
    serve(at);
    await again(peer);
    // Told when two looks in a row say so.
    if (at === altered) await again(peer);
    await page.getByText('A new version was offered and not taken.').waitFor({ timeout: SOON_MS });
    await page.getByRole('button', { name: 'Why' }).click();
    await page.getByText(words).waitFor({ timeout: SOON_MS });
    await again(peer);
    expect(await shown(page), at).toBe('1.0.0');
  }
  await page.getByText('Signed by 2 of 3 release keys.').waitFor();
}

test('[row 26] [row 27] an installed release takes only what two of its keys signed, in order and unaltered; a swapped file is not run; a signed end takes it away', { timeout: 300_000 }, async () => {
  const peer = await launch({ name: 'release', url: plain.url, offline: true });
  const { page } = peer;
  await ready(page);
  await page.evaluate(() => window.lifegraph.identity.create({ name: 'Anna' }));
  const space = await newSpace(peer);
  await say(page, space, 'begin');
  await kept(page);
  await again(peer);
  await refusesAll(peer);

  // Control: the same update as the altered one, as it was signed. A draft outlives it.
  const second = await build('second', { version: '2.0.0', sequence: 20, signers: [0, 2] });
  serve(second);
  await begin(page, space);
  await again(peer);
  await page.getByText('A newer version is ready').waitFor({ timeout: SOON_MS });
  expect(await shown(page)).toBe('1.0.0');
  await page.getByRole('button', { name: 'Reload' }).click();
  await runsTwo(page);
  await goesOn(page);

  // A swapped script: fetched anew, and the cache is as it was.
  const script = asset(second);
  await swap(peer, script, SWAPPED);
  expect(await lengths(peer, script)).toEqual([SWAPPED.length, SWAPPED.length]);
  await again(peer);
  expect(await page.evaluate(() => 'stolen' in globalThis)).toBe(false);
  expect(await lengths(peer, script), 'in the caches of the release before and of this one').toEqual([SWAPPED.length, readFileSync(join(second, script), 'utf8').length]);
  // Without a network there is nothing to mend it with: words instead.
  await swap(peer, 'index.html', '<title>stolen</title>');
  await peer.context.setOffline(true);
  await page.reload();
  await page.getByRole('heading', { name: 'LifeGraph cannot open' }).waitFor({ timeout: SOON_MS });
  await peer.context.setOffline(false);
  await again(peer);
  expect(await shown(page)).toBe('2.0.0');

  const end = await build('end', { version: '2.0.1', sequence: 30, signers: [] });
  killRelease(end);
  for (const one of [0, 1]) await signRelease(end, keys[one]!.file, asKill(facts({ version: '2.0.1', sequence: 30 })));
  serve(end);
  await page.reload();
  await until(page, async () => (await navigator.serviceWorker.getRegistrations()).length === 0 && (await caches.keys()).length === 0, null, 'worker and caches are gone');
  await peer.expectClean(ALLOW);
});

/** A worker that, when it is told to, gives a linked device other bytes than the ones asked for. */
const LIAR = `let lie=null;addEventListener('message',({data})=>{if(data&&'lie' in data)lie=data.lie});addEventListener('fetch',(event)=>{if(lie&&event.request.url.endsWith('kept/'+lie.name)){event.stopImmediatePropagation();event.respondWith(new Response(new Uint8Array(lie.bytes)))}});\n`;
/** Files of the second build that are others, some large: code that does the same. */
const CHANGED = /^(?:shell|index|kernel-thread)-.*\.(?:js|css)$/;

const lies = (page: Page, lie: { name: string; bytes: number[] } | null): Promise<void> => page.evaluate((data) => navigator.serviceWorker.controller!.postMessage({ lie: data }), lie);

/** Files in the cache of a release that are as listed, and those that a linked device gave, of all listed ones that are kept. */
const heldOf = (page: Page, files: Readonly<Record<string, { sha384: string }>>): Promise<{ right: number; given: string[]; wrong: string[] }> =>
  page.evaluate(async (listed) => {
    const out = { right: 0, given: [] as string[], wrong: [] as string[] };
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      if (!(await (await cache.match(new URL('index.html', location.href).href.split('#')[0]!))?.text())?.includes('content="2.0.0"')) continue;
      for (const [path, { sha384: wanted }] of Object.entries(listed)) {
        const found = await cache.match(new URL(path, location.origin).href);
        if (!found) continue;
        if (found.headers.has('x-lifegraph-from-device')) out.given.push(path);
        const digest = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-384', await found.arrayBuffer())))).replaceAll('+', '-').replaceAll('/', '_');
        if (digest === wanted) out.right += 1;
        else out.wrong.push(path);
      }
    }
    return out;
  }, files);

test('{K9} [row 26] [row 27] with its host gone a browser takes the next release from one that has it, over WebRTC, file by file as it was signed; one changed byte is refused and the version that runs stays', { timeout: 300_000 }, async () => {
  const signal = await startServer({ noStatic: true });
  const edit = (at: string): void => writeFileSync(join(at, 'sw.js'), LIAR + readFileSync(join(at, 'sw.js'), 'utf8'));
  serve(await build('begun', { version: '1.0.0', sequence: 10, signers: [0, 1], edit }));
  const host = await startPlainServer(site);
  const [anna, boris] = await Promise.all(['Anna', 'Boris'].map(async (name) => {
    const peer = await launch({ name, url: host.url, offline: true });
    await ready(peer.page);
    await peer.page.evaluate(async ([who, url]) => {
      await window.lifegraph.identity.create({ name: who });
      await window.lifegraph.network.setServers([url]);
    }, [name, signal.signalUrl] as const);
    await kept(peer.page);
    return peer;
  })) as [Peer, Peer];
  const space = await newSpace(anna);
  await say(anna.page, space, 'begin');
  await joins(boris, await inviteTo(anna, space));

  // One of them has taken the next release while the host was there.
  const changed: string[] = [];
  const second = await build('next', { version: '2.0.0', sequence: 20, signers: [1, 2], edit: (at) => {
    edit(at);
    for (const name of readdirSync(join(at, 'assets')).filter((one) => CHANGED.test(one))) {
      changed.push(`assets/${name}`);
      writeFileSync(join(at, 'assets', name), `${readFileSync(join(at, 'assets', name), 'utf8')}\n/* 2.0.0 */`);
    }
  } });
  serve(second);
  await again(anna);
  await anna.page.getByRole('button', { name: 'Reload' }).click();
  await runsTwo(anna.page);
  await host.stop();
  await begin(boris.page, space);

  // What she gives is another one by a byte.
  const page = readFileSync(join(second, 'index.html'));
  await lies(anna.page, { name: await sha384(new Uint8Array(page)), bytes: [...page].map((byte, at) => (at === 9 ? byte ^ 1 : byte)) });
  await again(boris);
  await until(boris.page, () => (window.lifegraph.metrics()['builds.refused'] ?? 0) > 0, null, 'the changed byte is refused', 60_000);
  await linked(boris.page, 'direct');
  const { release } = JSON.parse(readFileSync(join(second, 'release.json'), 'utf8')) as { release: { files: Record<string, { sha384: string }> } };
  expect([await shown(boris.page), await boris.page.getByText('A newer version is ready').count(), (await heldOf(boris.page, release.files)).right]).toEqual(['1.0.0', 0, 0]);

  // Control: she gives what it is.
  await lies(anna.page, null);
  await again(boris);
  await boris.page.getByText('A newer version is ready').waitFor({ timeout: 60_000 });
  expect(await shown(boris.page)).toBe('1.0.0');
  await boris.page.getByRole('button', { name: 'Reload' }).click();
  await runsTwo(boris.page);
  await goesOn(boris.page);
  const held = await heldOf(boris.page, release.files);
  expect(await boris.page.evaluate(() => [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')].map(({ sheet }) => (sheet?.cssRules.length ?? 0) > 0)), 'styles of a device are styles').toContain(true);
  expect(await boris.page.evaluate(() => [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')].filter(({ sheet }) => sheet === null).map(({ href }) => href))).toEqual([]);
  expect([held.wrong, held.given.sort()]).toEqual([[], ['index.html', ...changed].sort()]);
  expect(held.right).toBeGreaterThan(20);
  await boris.page.evaluate((id) => void (location.hash = `#/${id}/settings/about`), space);
  await boris.page.getByText(`Files that came from linked devices: ${held.given.length}.`).waitFor({ timeout: SOON_MS });
  const away = [...ALLOW, /ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED/, /Failed to load resource/];
  await Promise.all([anna.expectClean(away), boris.expectClean(away)]);
  await signal.stop();
});
