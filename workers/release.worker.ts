/** The service worker (`sw.js` of the build): serves the app's files of a verified release, and nothing but them. */
import { createReleaseKeeper, NotInstalled } from '#boot/release-keeper';
import { readKeys } from '#boot/release-manifest';
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
  readonly clients: { matchAll(options: { type: 'window'; includeUncontrolled: true }): Promise<readonly { postMessage(message: unknown): void }[]> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: Asked) => void): void;
  addEventListener(type: 'message', listener: (event: WorkerEvent & MessageEvent<unknown>) => void): void;
}

const world = globalThis as unknown as World;
const scope = new URL('./', location.href).href;
/** The build writes the pinned keys here (scripts/lib/release.ts). */
const PINS = 'lifegraph-release-keys:;';
/** Answered by the server itself, also where somebody types such an address. */
const SERVER = /^(?:health(?:\/\w+)?|metrics|signal)$/;

const keeper = createReleaseKeeper({
  caches, scope, pins: readKeys(PINS), fetch: (url, init) => fetch(url, init), now: () => Math.floor(Date.now() / 1000), unregister: () => world.registration.unregister(),
});
const windows = () => world.clients.matchAll({ type: 'window', includeUncontrolled: true });
const tell = async (type: 'release' | 'taken'): Promise<void> => {
  const status = await keeper.status();
  for (const page of await windows()) page.postMessage({ type, status });
};

/** A release took everything away: pages that are still open go on from the network. */
const isGone = (error: unknown): boolean => error instanceof NotInstalled && error.refused?.reason === 'kill';

async function page(request: Request, path: string): Promise<Response> {
  // As any service worker: with no page open, what waits is taken.
  if ((await windows()).length === 0 && (await keeper.waits())) await keeper.take();
  try {
    return (await keeper.give(path)) ?? (await keeper.give('index.html')) ?? refusedPage(navigator.languages);
  } catch (error) {
    return isGone(error) ? fetch(request) : refusedPage(navigator.languages);
  }
}

async function part(request: Request, path: string | null): Promise<Response> {
  try {
    const found = path === null ? null : await keeper.give(path);
    // Scripts, styles and pictures are of the release or are not at all; what the app asks for by itself goes to the network.
    return found ?? (request.destination === '' ? await fetch(request) : Response.error());
  } catch (error) {
    return isGone(error) ? fetch(request) : Response.error();
  }
}

world.addEventListener('install', (event) => event.waitUntil(keeper.install().finally(() => tell('release'))));
world.addEventListener('activate', (event) => event.waitUntil(keeper.activate()));
world.addEventListener('message', (event) => {
  const type = (event.data as { type?: unknown } | null)?.type;
  if (type === 'check') event.waitUntil(keeper.check().then(() => tell('release')));
  if (type === 'status') event.waitUntil(keeper.status().then((status) => event.ports[0]?.postMessage(status)));
  if (type === 'SKIP_WAITING') event.waitUntil(keeper.take().then(() => world.skipWaiting()).then(() => tell('taken')));
});
world.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  const address = url.origin + url.pathname;
  const path = address.startsWith(scope) ? address.slice(scope.length) || 'index.html' : null;
  if (request.mode === 'navigate') {
    if (path !== null && !SERVER.test(path)) event.respondWith(page(request, path));
    return;
  }
  event.respondWith(part(request, path));
});
