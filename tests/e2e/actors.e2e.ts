/** Actors in the built app: the sandbox they run in reaches nothing, what never ends is ended, memory has its end, and the answer is the one Node gives; between two, only what was allowed runs. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { toBase64url, utf8 } from '#base/bytes';
import { ACTOR_LIMITS } from '#os/actor-limits';
import { actorName, encodePiece } from '#os/actors/piece';
import { inspectActor } from '#os/actors/inspect';
import type { ConsentChange } from '#os/compute-api';
import { runActor } from '#os/actors/run';
import { buildActor } from '#scripts/lib/actor-build';
import { ACTOR_FRAME_POLICY } from '#signaling/headers';
import { GROW, LOOP, moduleBytes } from '#tests/support/wasm-bytes';
import { closeAll } from './support/acts.ts';
import { LONG_MS, two } from './support/documents.ts';
import { launchPeer } from './support/peer.ts';
import { ROOT, startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** A frame that asks for the address behind its hash. */
const SWAPPED = "<script>fetch(decodeURIComponent(location.hash.slice(1)), { mode: 'no-cors' })</script>";
const SECURITY = { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Resource-Policy': 'cross-origin' };

/** Somewhere that things could be sent to. It notes every ask, also for a WebSocket. */
async function outside(): Promise<{ url: string; hits: string[]; stop(): void }> {
  const hits: string[] = [];
  const http = createServer((request, response) => {
    hits.push(request.url ?? '');
    const swapped = request.url === '/swapped';
    response.writeHead(200, { 'Content-Type': request.url === '/' || swapped ? 'text/html' : 'text/javascript', 'Access-Control-Allow-Origin': '*', ...(swapped ? SECURITY : {}) }).end(swapped ? SWAPPED : '');
  });
  http.on('upgrade', (request, socket) => {
    hits.push(request.url ?? '');
    socket.destroy();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, hits, stop: () => (http.closeAllConnections(), void http.close()) };
}

/** What a hostile thread would try; says of each whether it came through. */
const PROBES = `onmessage = async ({ data: { url } }) => {
  const out = {};
  const attempt = async (name, act) => { try { await act(); out[name] = 'done'; } catch { out[name] = 'refused'; } };
  const opens = (thing) => new Promise((ok, no) => { thing.onopen = thing.onsuccess = ok; thing.onerror = thing.onclose = no; });
  await attempt('fetch', () => fetch(url + '/fetch', { mode: 'no-cors' }));
  await attempt('xhr', () => new Promise((ok, no) => { const ask = new XMLHttpRequest(); ask.onload = ok; ask.onerror = no; ask.open('GET', url + '/xhr'); ask.send(); }));
  await attempt('socket', () => opens(new WebSocket(url.replace('http', 'ws') + '/socket')));
  await attempt('events', () => opens(new EventSource(url + '/events')));
  await attempt('scripts', () => importScripts(url + '/scripts'));
  await attempt('import', () => import(url + '/import'));
  await attempt('eval', () => { if ((0, eval)('1 + 1') !== 2) throw 0; });
  await attempt('function', () => { if (new Function('return 2')() !== 2) throw 0; });
  await attempt('database', () => opens(indexedDB.open('probe')));
  await attempt('caches', () => caches.open('probe'));
  await attempt('files', () => navigator.storage.getDirectory());
  await attempt('peer', () => new RTCPeerConnection());
  await attempt('channel', () => { new BroadcastChannel('probe').postMessage(typeof origin === 'string' ? origin : '?'); });
  await attempt('wasm', () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
  postMessage(out);
};`;
const REFUSED = { fetch: 'refused', xhr: 'refused', socket: 'refused', events: 'refused', scripts: 'refused', import: 'refused', eval: 'refused', function: 'refused', database: 'refused', caches: 'refused', files: 'refused', peer: 'refused' };
const ASKS = ['/events', '/fetch', '/import', '/scripts', '/socket', '/xhr'];

test('[row 25] {K10} ACTR6 the sandbox of actors: whatever a thread in it tries is refused and no server is asked, the same outside is seen', { timeout: 240_000 }, async () => {
  const away = await outside();
  const peer = await launchPeer({ name: 'probes', url: server.url, violates: true });
  const { page } = peer;
  await page.waitForSelector('#root > *');
  // The control first: a thread of another page, without the sandbox.
  const free = await page.context().newPage();
  await free.goto(away.url);
  const outsideSaid = await free.evaluate(([code, url]) => new Promise<Record<string, string>>((resolve) => {
    const worker = new Worker(URL.createObjectURL(new Blob([code!], { type: 'text/javascript' })));
    worker.onmessage = ({ data }) => resolve(data as Record<string, string>);
    worker.postMessage({ url });
  }), [PROBES, away.url]);
  expect(outsideSaid).toMatchObject({ fetch: 'done', xhr: 'done', scripts: 'done', import: 'done', eval: 'done', function: 'done', database: 'done', caches: 'done', files: 'done', channel: 'done', wasm: 'done' });
  expect([...new Set(away.hits)].filter((hit) => ASKS.includes(hit)).sort()).toEqual(ASKS);
  // A page has connections to peers; a thread has none, in the sandbox or out of it.
  expect(await free.evaluate(() => typeof RTCPeerConnection)).toBe('function');
  away.hits.length = 0;
  // The frame as the app makes it.
  const said = await page.evaluate(([code, url]) => new Promise<{ said: Record<string, string>; heard: unknown[] }>((resolve) => {
    const heard: unknown[] = [];
    new BroadcastChannel('probe').onmessage = ({ data }) => heard.push(data);
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.src = 'actor.html';
    frame.onload = () => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve({ said: data as Record<string, string>, heard });
      frame.contentWindow!.postMessage({ code, task: { url } }, '*', [port2]);
    };
    document.body.append(frame);
  }), [PROBES, away.url]);
  expect(said.said).toMatchObject({ ...REFUSED, wasm: 'done' });
  // A channel can be made there; nobody of this origin hears it.
  await page.evaluate(() => new Promise<void>((heard) => {
    new BroadcastChannel('probe').onmessage = () => heard();
    new BroadcastChannel('probe').postMessage('own');
  }));
  expect(said.heard).toEqual([]);
  // From the frame itself: the page stays where it is.
  const frame = page.frames().find((one) => one.url().endsWith('/actor.html'))!;
  expect(await frame.evaluate(() => origin)).toBe('null');
  const navigated = await frame.evaluate((url) => new Promise<string>((resolve) => setTimeout(() => {
    try {
      top!.location.href = `${url}/top`;
      resolve('done');
    } catch {
      resolve('refused');
    }
  })), away.url);
  expect([navigated, new URL(page.url()).origin]).toEqual(['refused', new URL(server.url).origin]);
  expect(await frame.evaluate(async (url) => {
    const tries: Record<string, () => unknown> = {
      fetch: () => fetch(`${url}/frame`, { mode: 'no-cors' }), eval: () => (Reflect.get(globalThis, 'eval') as (code: string) => unknown)('1'), storage: () => localStorage, database: () => indexedDB.open('probe'), caches: () => caches.open('probe'),
      peer: () => new RTCPeerConnection(), import: () => import(/* @vite-ignore */ `${url}/frame`), popup: () => { if (!open(url)) throw new Error('no window'); },
      picture: () => new Promise((ok, no) => Object.assign(new Image(), { onload: ok, onerror: no, src: `${url}/frame` })),
    };
    const came: string[] = [];
    // What a debugger evaluates may evaluate more, in its first turn.
    await new Promise((turn) => setTimeout(turn));
    for (const [name, act] of Object.entries(tries)) await Promise.resolve().then(act).then(() => came.push(name), () => undefined);
    return came;
  }, away.url)).toEqual([]);
  expect(away.hits).toEqual([]);
  await free.evaluate((url) => void (location.href = `${url}/top`), away.url);
  await expect.poll(() => away.hits).toContain('/top');
  // A host that gives another file for the frame: it is held to the policy the page demands. Where none is demanded, or the browser does not know that word, it is free.
  await page.route('**/actor.html*', (route) => route.continue({ url: `${away.url}/swapped` }));
  for (const [name, policy] of [['held', ACTOR_FRAME_POLICY], ['free', null]] as const) {
    await page.evaluate(([to, csp]) => new Promise<void>((resolve) => {
      const swapped = document.createElement('iframe');
      swapped.setAttribute('sandbox', 'allow-scripts');
      if (csp) swapped.setAttribute('csp', csp);
      swapped.onload = () => resolve();
      swapped.src = `actor.html#${encodeURIComponent(to)}`;
      document.body.append(swapped);
    }), [`${away.url}/${name}`, policy] as const);
  }
  await expect.poll(() => away.hits).toContain('/free');
  expect(away.hits).not.toContain('/held');
  await peer.close();
  away.stop();
});

const go = (page: Page, hash: string): Promise<unknown> => page.evaluate((to) => void (location.hash = to), hash);
/** Puts a module into the chat's channel of the space; the node of its file. */
const bring = (page: Page, space: string, name: string, module: Uint8Array): Promise<string> => page.evaluate(async ([id, called, bytes]) => {
  const [channel] = await window.lifegraph.graph(id).query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
  return window.lifegraph.files!.add(id, String(channel!.props['fragment']), new Blob([Uint8Array.from(bytes)]), { name: called, mime: 'application/wasm' });
}, [space, name, [...module]] as const);
/** Has pieces done; the answers with who gave each, or what went wrong, and how long it took. */
const ask = (page: Page, space: string, pieces: readonly Uint8Array[], probes: readonly Uint8Array[] = []) => page.evaluate(async ([id, all, more]) => {
  const from = performance.now();
  const bytes = (list: readonly (readonly number[])[]): Uint8Array[] => list.map((one) => Uint8Array.from(one));
  const done = await window.lifegraph.compute!.act({ do: 'run', space: id, kind: 'actor', pieces: bytes(all), probes: bytes(more), ms: 20_000 }).catch(String);
  return { ms: performance.now() - from, failed: typeof done === 'string' ? done : null, results: typeof done === 'string' ? [] : done.results.map((one) => ({ by: one.by.length, bytes: [...(one.bytes ?? [])] })) };
}, [space, pieces.map((one) => [...one]), probes.map((one) => [...one])] as const);

const FULL = process.env['LGOS_FULL'] === '1';

test('[row 23] [row 24] [limit ACTOR.runMs] {K10} {K3} ACTR2 ACTR4 ACTR5 an actor written in AssemblyScript gives in a tab what it gives in Node; one that never ends is ended, one that wants more memory gets none; another device runs what it allowed', { timeout: 400_000 }, async () => {
  const module = await buildActor(join(ROOT, 'docs', 'actors', 'word-lengths.as'));
  expect(inspectActor(module)).toMatchObject({ ok: true, facts: { asks: [] } });
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  // A page computes when something of shared work is on it.
  await go(a, `#/${space}/settings/compute`);
  await a.getByRole('switch', { name: 'Let people in my spaces use this device' }).waitFor();
  const file = await bring(a, space, 'words.wasm', module);
  const piece = (input: string, of = module, at = file) => encodePiece({ actor: actorName(of), file: at, grants: [], input: utf8(input) });
  const here = (input: string): number[] => [...runActor({ module, input: utf8(input), grants: [], resultBytes: 61_440, logChars: 0 }).result!];
  const own = await ask(a, space, [piece('to be or not to be'), piece('Привет, мир')]);
  expect(own).toMatchObject({ failed: null, results: [{ by: 0, bytes: here('to be or not to be') }, { by: 0, bytes: here('Привет, мир') }] });
  expect(here('to be or not to be').slice(0, 4)).toEqual([6, 0, 0, 0]);
  // The frame that the app made for it.
  const frame = a.frames().find((one) => one.url().endsWith('/actor.html'))!;
  const element = await frame.frameElement();
  expect([await element.getAttribute('sandbox'), await element.getAttribute('csp'), await frame.evaluate(() => origin)]).toEqual(['allow-scripts', ACTOR_FRAME_POLICY, 'null']);
  // It never ends: it is ended, and the next one runs.
  const loop = moduleBytes({ run: LOOP });
  const loops = await bring(a, space, 'loop.wasm', loop);
  const ended = await ask(a, space, [piece('x', loop, loops)]);
  expect(ended.failed).toContain('did not compute');
  expect(ended.ms).toBeGreaterThan(ACTOR_LIMITS.runMs - 100);
  expect(ended.ms).toBeLessThan(2_000 * (FULL ? 1 : 5));
  const grow = moduleBytes({ run: GROW });
  const grows = await bring(a, space, 'grow.wasm', grow);
  expect((await ask(a, space, [piece('x', grow, grows)])).results).toEqual([{ by: 0, bytes: [255, 255, 255, 255] }]);
  // A piece that names a file with other bytes runs nothing: this one would give its input back.
  expect((await ask(a, space, [piece('x', moduleBytes(), file)])).failed).toContain('did not compute');
  // Boris helps, and allowed nothing of this: nothing of it comes to him.
  const change = (by: ConsentChange): Promise<void> => b.evaluate((one) => window.lifegraph.compute!.act({ do: 'consent', change: one }), by);
  await change({ on: true, share: 100, busy: true });
  await expect.poll(async () => (await b.evaluate((id) => window.lifegraph.graph(id).query({ type: 'file@1' }), space)).length, { timeout: LONG_MS }).toBe(3);
  await go(b, `#/${space}/settings/compute`);
  await expect.poll(async () => (await a.evaluate(() => window.lifegraph.compute!.act({ do: 'state' }))).workers.filter(({ offers }) => offers).length, { timeout: LONG_MS }).toBe(1);
  const words = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name} ${'x'.repeat(i % 30)} ${i}`);
  const probes = words('probe', 24).map((input) => piece(input));
  const ledger = async (): Promise<string[]> => (await b.evaluate(() => window.lifegraph.compute!.act({ do: 'state' }))).ledger.map(({ kind, how }) => `${kind} ${how}`);
  expect((await ask(a, space, words('alone', 3).map((input) => piece(input)), probes)).results.map(({ by }) => by)).toEqual([0, 0, 0]);
  expect(await ledger()).toEqual([]);
  let round = 0;
  // He looks at it and allows it on the screen, where the newest stand first.
  const looks = b.getByRole('button', { name: /^Look at .*wasm$/ });
  await looks.first().waitFor();
  expect(await looks.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))).toEqual(['grow', 'loop', 'words'].map((name) => `Look at ${name}.wasm`));
  await b.getByRole('button', { name: 'Look at words.wasm' }).click();
  await b.getByText(/memory up to .*, asks for: nothing/).waitFor();
  await b.getByRole('button', { name: 'Allow words.wasm' }).click();
  const allowed = b.getByRole('list', { name: 'Allowed actors' });
  await allowed.getByText(actorName(module).slice(0, 12)).waitFor();
  await allowed.getByText('words.wasm').waitFor();
  expect((await b.evaluate(() => window.lifegraph.compute!.act({ do: 'state' }))).consent.actors).toEqual([actorName(module)]);
  await expect.poll(async () => {
    const inputs = words(`both ${round++}`, 12);
    const done = await ask(a, space, inputs.map((input) => piece(input)), probes);
    expect(done.results.map(({ bytes }) => toBase64url(Uint8Array.from(bytes)))).toEqual(inputs.map((input) => toBase64url(Uint8Array.from(here(input)))));
    return done.results.some(({ by }) => by > 0);
  }, { timeout: LONG_MS }).toBe(true);
  expect(new Set(await ledger())).toContain('actor done');
  // Two that are taken back in a row, before the screen shows the first as gone, stay taken back.
  await change({ allow: { actor: actorName(loop), called: 'loop.wasm' } });
  await allowed.getByText('loop.wasm').waitFor();
  await allowed.getByRole('button').evaluateAll((all) => all.forEach((one) => (one as HTMLElement).click()));
  const actors = async (): Promise<readonly string[]> => (await b.evaluate(() => window.lifegraph.compute!.act({ do: 'state' }))).consent.actors;
  await expect.poll(actors).toEqual([]);
  await allowed.waitFor({ state: 'detached' });
  expect(await actors()).toEqual([]);
  // As a browser that does not know the attribute: it says so, offers nothing to look at, and runs none for its own person either.
  expect((await ask(b, space, [piece('own')])).results).toEqual([{ by: 0, bytes: here('own') }]);
  await b.evaluate(() => void delete (HTMLIFrameElement.prototype as { csp?: string }).csp);
  await change({ allow: { actor: actorName(module), called: 'words.wasm' } });
  await b.getByText('No actor runs here').waitFor();
  expect([await looks.count(), await allowed.getByRole('button').count()]).toEqual([0, 1]);
  expect((await ask(b, space, [piece('own')])).failed).toContain('did not compute');
  // It was not run at all: that is not the answer of the actor.
  expect((await b.evaluate(() => window.lifegraph.compute!.act({ do: 'state' }))).asked[0]).toMatchObject({ kind: 'actor', own: 0, over: true });
});
