/** The service worker (`sw.js` of the build): serves the app's files of a verified release and what a page of it holds, and nothing but them. */
import { giveHeld, heldToken } from '#boot/held-answers';
import { pressNotice, type PressedPage } from '#boot/notice-press';
import { createReleaseKeeper, NotInstalled } from '#boot/release-keeper';
import { readKeys } from '#boot/release-manifest';
import { peersBy } from '#boot/release-peers';
import { SHELF } from '#boot/build-shelf';
import { refusedPage } from '#boot/release-page';

/** The part of a service worker's world that is used here. */
interface WorkerEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Asked extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface World {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { matchAll(options: { type: 'window'; includeUncontrolled: true }): Promise<readonly (PressedPage & { readonly id: string; readonly url: string })[]>; openWindow(url: string): Promise<unknown>; claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: Asked) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: WorkerEvent & { readonly notification: Pick<Notification, 'close' | 'data'> }) => void): void;
  addEventListener(type: 'message', listener: (event: WorkerEvent & MessageEvent<unknown>) => void): void;
}

const world = globalThis as unknown as World;
const scope = new URL('./', location.href).href;
/** The build writes the pinned keys here (scripts/lib/release.ts). */
const PINS = 'lifegraph-release-keys:;';
/** Answered by the server itself, also where somebody types such an address. */
const SERVER = /^(?:health(?:\/\w+)?|metrics|signal)$/;

/** A host that was silent for so long may be away, ms. */
const LATE_MS = 20_000;
const after = (ms: number, act: () => void): (() => void) => {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
};

const pins = readKeys(PINS);
const keeper = createReleaseKeeper({
  caches, scope, pins, fetch: (url, init) => fetch(url, init), now: () => Math.floor(Date.now() / 1000), late: () => new Promise((resolve) => void after(LATE_MS, resolve)), unregister: () => world.registration.unregister(),
});
/** Of this app: others may lie in other folders of the same origin. */
const windows = async () => (await world.clients.matchAll({ type: 'window', includeUncontrolled: true })).filter(({ url }) => url.startsWith(scope));
const tell = async (type: 'release' | 'taken'): Promise<void> => {
  const status = await keeper.status().catch(() => null);
  for (const page of await windows()) page.postMessage({ type, status });
};

/** Is the page that asked still open? */
const stands = async (page: MessageEventSource | null): Promise<boolean> => (await windows()).some(({ id }) => page !== null && 'id' in page && page.id === id);

/** A release took everything away: pages that are still open go on from the network. */
const isGone = (error: unknown): boolean => error instanceof NotInstalled && error.refused?.reason === 'kill';

/** As any service worker: with no page open, what waits is taken. Where that cannot be written down (a full disk), the one that runs is served on. */
async function takeAtStart(event: Asked): Promise<void> {
  try {
    if ((await windows()).length > 0 || !(await keeper.waits())) return;
    await keeper.take();
    event.waitUntil(keeper.tidy());
  } catch {
    // The keeper says so in its status.
  }
}

async function page(event: Asked, path: string): Promise<Response> {
  const { request } = event;
  await takeAtStart(event);
  try {
    return (await keeper.give(path)) ?? (await keeper.give('index.html')) ?? refusedPage(navigator.languages);
  } catch (error) {
    return isGone(error) ? fetch(request) : refusedPage(navigator.languages);
  }
}

async function part(request: Request, path: string | null): Promise<Response> {
  try {
    const found = path === null ? null : await keeper.give(path);
    // Where keys are pinned, scripts, styles and pictures are of the release or are not at all. Else the server is believed: tabs of an older build find their parts there.
    return found ?? (request.destination === '' || pins.length === 0 ? await fetch(request) : Response.error());
  } catch (error) {
    return isGone(error) ? fetch(request) : Response.error();
  }
}

/** For the kernel of a page, which gives it to linked devices: never out of the network. */
async function shelved(name: string): Promise<Response> {
  const found = await keeper.shelved(name).catch(() => null);
  return new Response(found?.body ?? null, { status: found ? 200 : 404, headers: { 'Content-Type': 'application/octet-stream', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } });
}

async function takeNow(): Promise<void> {
  try {
    await keeper.take();
  } catch {
    return tell('release');
  }
  await world.skipWaiting();
  await tell('taken');
  await keeper.tidy();
}

world.addEventListener('install', (event) => event.waitUntil(keeper.install().finally(() => tell('release'))));
// The page of the first visit, too: what it loads later is here, and nowhere else without a network.
world.addEventListener('activate', (event) => event.waitUntil(keeper.activate().then(() => world.clients.claim())));
world.addEventListener('message', (event) => {
  const type = (event.data as { type?: unknown } | null)?.type;
  // Where keys are pinned, a page that can ask its linked devices gives a port for that.
  if (type === 'check') event.waitUntil(keeper.check(event.ports[0] && pins.length > 0 ? peersBy(event.ports[0], after, () => stands(event.source)) : null).then(() => tell('release')));
  if (type === 'status') event.waitUntil(keeper.status().catch(() => null).then((status) => event.ports[0]?.postMessage(status)));
  if (type === 'SKIP_WAITING') event.waitUntil(takeNow());
});
world.addEventListener('notificationclick', (event) => {
  const { notification } = event;
  notification.close();
  event.waitUntil(windows().then((pages) => pressNotice(notification.data, pages, (hash) => world.clients.openWindow(scope + hash))));
});
world.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  const address = url.origin + url.pathname;
  const path = address.startsWith(scope) ? address.slice(scope.length) || 'index.html' : null;
  const token = path === null ? null : heldToken(path);
  if (token !== null) return event.respondWith(windows().then((pages) => giveHeld(token, request.headers.get('range'), pages, request.mode === 'navigate')));
  if (path?.startsWith(SHELF) && request.mode !== 'navigate') return event.respondWith(shelved(path.slice(SHELF.length)));
  if (request.mode === 'navigate') {
    if (path !== null && !SERVER.test(path)) event.respondWith(page(event, path));
    return;
  }
  event.respondWith(part(request, path));
});
