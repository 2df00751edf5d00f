/** What the service worker keeps, serves and refuses; with caches in memory and a server that can be changed. The same in a browser: tests/e2e/release.e2e.ts. */
import { beforeEach, describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '#base/bytes';
import { packFiles } from '#base/pack';
import { createReleaseKeeper, type ReleaseKeeper } from '#boot/release-keeper';
import { Caches, PINS, SCOPE, signedList } from '#tests/support/release-kit';

const BOTH = [0, 1];

let caches: Caches;
let site: Map<string, string>;
let asked: string[];
let gone: number;
let now: number;
/** Resolves when a silent host has been waited for. */
let late: Promise<void>;
/** Comes before the server answers. */
let before: (path: string) => Promise<void> | void;

/** The server offers this build from now on. */
async function offer(version: string, sequence: number, signers: readonly number[], more: { files?: Record<string, string>; kill?: boolean; notBefore?: number } = {}): Promise<void> {
  site = new Map(Object.entries({ 'index.html': `page ${version}`, 'sw.js': 'worker', 'assets/same-1.js': 'same', [`assets/app-${version}.js`]: `app ${version}`, ...more.files }));
  site.set('release.json', await signedList(site, { version, sequence, signers, notBefore: more.notBefore ?? 0, kill: more.kill ?? false }));
}

/** A worker; another one is what the browser makes when it was ended, or when the script is another. */
const worker = (pins: readonly string[] = PINS): ReleaseKeeper =>
  createReleaseKeeper({
    caches: caches as unknown as CacheStorage, scope: SCOPE, pins, now: () => now,
    unregister: async () => void (gone += 1), late: () => late,
    fetch: async (url) => {
      const path = url.slice(SCOPE.length);
      asked.push(path);
      await before(path);
      if (site.size === 0) throw new TypeError('no network');
      return site.has(path) ? new Response(site.get(path)!, { headers: { 'Content-Type': 'text/plain', Refresh: '0;url=https://evil.example' } }) : new Response('', { status: 404 });
    },
  });

const text = async (keeper: ReleaseKeeper, path: string): Promise<string | null> => (await keeper.give(path))?.text() ?? null;

beforeEach(() => {
  [caches, site, asked, gone, now, before, late] = [new Caches(), new Map(), [], 0, 1_000, () => undefined, new Promise(() => undefined)];
});

async function installed(pins: readonly string[] = PINS, signers: readonly number[] = BOTH): Promise<ReleaseKeeper> {
  await offer('1', 10, signers);
  const keeper = worker(pins);
  await keeper.install();
  await keeper.activate();
  return keeper;
}

describe('[row 26] what is served', () => {
  test('only listed files, out of the cache, also to a worker that was ended; of what the host says about them only what belongs to them', async () => {
    await installed();
    site = new Map();
    const keeper = worker();
    expect(await text(keeper, 'index.html')).toBe('page 1');
    expect([await keeper.give('evil.js'), await keeper.give('constructor')]).toEqual([null, null]);
    expect([...(await keeper.give('index.html'))!.headers.keys()]).toEqual(['content-type']);
    // Put there by a page: the right bytes with words of its own around them.
    for (const cache of caches.all.values()) if (cache.has(`${SCOPE}index.html`)) cache.set(`${SCOPE}index.html`, new Response('page 1', { status: 203, headers: { 'Content-Type': 'text/html', Refresh: '0;url=https://evil.example' } }));
    const page = (await keeper.give('index.html'))!;
    expect([page.status, [...page.headers.keys()], await page.text()]).toEqual([200, ['content-type'], 'page 1']);
  });

  test('a swapped file is fetched anew, compared and kept again; where that cannot be, nothing is served', async () => {
    const keeper = await installed();
    caches.swap('assets/app-1.js', 'evil');
    expect(await text(keeper, 'assets/app-1.js')).toBe('app 1');
    const fetched = asked.length;
    expect(await text(keeper, 'assets/app-1.js')).toBe('app 1');
    expect(asked.length).toBe(fetched);
    caches.swap('assets/app-1.js', 'evil');
    site.set('assets/app-1.js', 'evil too');
    await expect(keeper.give('assets/app-1.js')).rejects.toThrow('is not what the release says');
    site = new Map();
    await expect(keeper.give('assets/app-1.js')).rejects.toThrow('no network');
  });

  test('a list of files that nobody signed, put where the worker keeps its own, is not believed', async () => {
    await installed();
    const real = site;
    await offer('evil', 99, []);
    for (const cache of caches.all.values()) if (cache.has(`${SCOPE}release-state`)) cache.set(`${SCOPE}release-state`, new Response(JSON.stringify({ current: site.get('release.json'), previous: null, next: null, pins: [], refused: null })));
    await expect(worker().give('index.html')).rejects.toThrow('unsigned');
    site = real;
    expect(await text(worker(), 'index.html')).toBe('page 1');
  });

  test('the runtime of models comes when it is asked for, and then goes along into the next release: there without a network', async () => {
    const runtime = 'assets/ort-run-1.wasm';
    await offer('1', 10, BOTH, { files: { [runtime]: 'run', 'assets/ort-never-1.mjs': 'never' } });
    const keeper = worker();
    await keeper.install();
    await keeper.activate();
    expect(asked).not.toContain(runtime);
    expect(await text(keeper, runtime)).toBe('run');
    await offer('2', 11, BOTH, { files: { [runtime]: 'run', 'assets/ort-never-1.mjs': 'never' } });
    await keeper.check();
    await keeper.take();
    await keeper.tidy();
    site = new Map();
    expect(await text(worker(), runtime)).toBe('run');
    expect(asked.filter((path) => path.startsWith('assets/ort-'))).toEqual([runtime]);
  });

  /** As the build makes it: small files of the release, and what stands there instead of them. */
  const PACK = 'assets/small-1.bin';
  const SMALL = { 'assets/a.js': 'a', 'assets/b.css': 'b' };
  const packed = (files: Readonly<Record<string, string>>): Record<string, string> => ({ ...SMALL, [PACK]: fromUtf8(packFiles(Object.entries(files).map(([path, words]) => [path, utf8(words)]))) });

  test('small files come in one file and are served out of it with their own types, without a network and to a worker that was ended; the next release takes it along', async () => {
    await offer('1', 10, BOTH, { files: packed(SMALL) });
    const keeper = worker();
    await keeper.install();
    await keeper.activate();
    expect(asked.filter((path) => path in SMALL || path === PACK)).toEqual([PACK]);
    await offer('2', 11, BOTH, { files: packed(SMALL) });
    await keeper.check();
    await keeper.take();
    await keeper.tidy();
    expect(asked.filter((path) => path in SMALL || path === PACK), 'it is the same').toEqual([PACK]);
    site = new Map();
    const again = worker();
    const [a, b] = [(await again.give('assets/a.js'))!, (await again.give('assets/b.css'))!];
    expect([await a.text(), [...a.headers], await b.text(), [...b.headers]]).toEqual(['a', [['content-type', 'text/javascript; charset=utf-8']], 'b', [['content-type', 'text/css; charset=utf-8']]]);
    expect(await text(again, 'index.html'), 'control: others come one by one').toBe('page 2');
  });

  test('of what lies in the one file only that which the release lists is served: another file is fetched by itself, an unlisted one never, and so is each where the whole was swapped', async () => {
    await offer('1', 10, BOTH, { files: packed({ 'assets/a.js': 'evil', 'assets/b.css': 'b', 'assets/c.js': 'not listed' }) });
    const keeper = worker();
    await keeper.install();
    expect(asked.filter((path) => path in SMALL)).toEqual(['assets/a.js']);
    expect([await text(keeper, 'assets/a.js'), await text(keeper, 'assets/b.css'), await keeper.give('assets/c.js')]).toEqual(['a', 'b', null]);
    for (const other of [packed({ 'assets/a.js': 'evil', 'assets/b.css': 'evil' })[PACK]!, 'no pack']) {
      caches.swap(PACK, other);
      asked = [];
      expect(await text(worker(), 'assets/b.css')).toBe('b');
      expect(asked).toEqual(['assets/b.css']);
      for (const cache of caches.all.values()) cache.delete(`${SCOPE}assets/b.css`);
    }
    caches.swap(PACK, 'no pack');
    site = new Map();
    await expect(worker().give('assets/b.css')).rejects.toThrow('no network');
  });

  test('a first install is refused when a file is not what the list says, and when its keys did not sign', async () => {
    await offer('1', 10, BOTH);
    site.set('assets/app-1.js', 'evil');
    await expect(worker().install()).rejects.toThrow('altered 1 assets/app-1.js');
    await offer('1', 10, [0]);
    await expect(worker().install()).rejects.toThrow('signatures');
    await offer('1', 10, []);
    await expect(worker([]).install()).resolves.toBeUndefined();
  });
});

describe('a full disk', () => {
  test('a release that waits and cannot be written down is told of, and the one that runs is served on; with room it is taken', async () => {
    const keeper = await installed();
    await offer('2', 20, BOTH);
    await keeper.check();
    caches.full = /./;
    await expect(keeper.take()).rejects.toThrow('no room');
    expect([await text(keeper, 'index.html'), (await keeper.status())!.refused]).toEqual(['page 1', { reason: 'full', version: '2', file: '' }]);
    caches.full = null;
    await keeper.take();
    expect([await text(keeper, 'index.html'), (await keeper.status())!.refused]).toEqual(['page 2', null]);
  });

  test('a file that has come and is right is served, also where it cannot be kept', async () => {
    const keeper = await installed();
    caches.swap('assets/app-1.js', 'evil');
    caches.full = /./;
    expect(await text(keeper, 'assets/app-1.js')).toBe('app 1');
  });

  test('half a release does not stay, what is kept whole does', async () => {
    const keeper = await installed();
    const whole = [...caches.all.keys()];
    await offer('2', 20, BOTH);
    caches.full = /app-2/;
    await keeper.check();
    expect([[...caches.all.keys()], (await keeper.status())!.refused?.reason, await keeper.waits()]).toEqual([whole, 'full', false]);
    caches.full = null;
    await keeper.check();
    expect([(await keeper.status())!.refused, await keeper.waits()]).toEqual([null, true]);
  });
});

describe('[row 27] what is taken', () => {
  test('a newer one that two keys signed waits until it is taken; what did not change is not fetched; older tabs load their later parts on', async () => {
    const keeper = await installed();
    await offer('2', 20, [1, 2]);
    asked = [];
    await keeper.check();
    expect(asked.sort()).toEqual(['assets/app-2.js', 'index.html', 'release.json']);
    expect([await text(keeper, 'index.html'), (await keeper.status())!.next, await keeper.waits()]).toEqual(['page 1', '2', true]);
    await keeper.take();
    expect([await text(keeper, 'index.html'), await text(keeper, 'assets/app-1.js'), await keeper.waits()]).toEqual(['page 2', 'app 1', false]);
    expect(await keeper.status()).toEqual({ version: '2', commit: 'dev', sequence: 20, signed: 2, pinned: 3, next: null, refused: null, fromDevices: 0, nextFromDevices: 0, away: false });
    await offer('3', 30, BOTH);
    await keeper.check();
    await keeper.take();
    await keeper.tidy();
    expect([await keeper.give('assets/app-1.js'), await text(keeper, 'assets/app-2.js')]).toEqual([null, 'app 2']);
    expect(caches.all.size).toBe(3);
  });

  test.each([
    ['unsigned', () => offer('2', 20, [])], ['signatures', () => offer('2', 20, [0])], ['signatures', () => offer('2', 20, [0, 0])], ['rolled-back', () => offer('0', 9, BOTH)], ['rolled-back', () => offer('1b', 10, BOTH)],
    ['early', () => offer('2', 20, BOTH, { notBefore: 1_001 })], ['altered', () => offer('2', 20, BOTH).then(() => void site.set('assets/app-2.js', 'evil'))],
    ['form', () => offer('2', 20, BOTH).then(() => void site.set('release.json', `${site.get('release.json')!} `))], ['signatures', () => offer('2', 20, [0], { kill: true })],
  ] as const)('%s: refused with its reason, what runs stays; the good one is taken after it', async (reason, act) => {
    const keeper = await installed();
    await act();
    await keeper.check();
    // Half-way through an upload files are others too: told at the second look in a row.
    if (reason === 'altered') {
      expect((await keeper.status())!.refused).toBeNull();
      await keeper.check();
    }
    expect((await keeper.status())!.refused?.reason).toBe(reason);
    await keeper.take();
    expect([await text(keeper, 'index.html'), gone]).toEqual(['page 1', 0]);
    await offer('2', 20, BOTH);
    await keeper.check();
    await keeper.take();
    expect([await text(keeper, 'index.html'), (await keeper.status())!.refused]).toEqual(['page 2', null]);
  });

  test('another worker that pins other keys, or none, takes only what the keys of the one before have signed too', async () => {
    const first = await installed(PINS.slice(0, 2));
    await offer('2', 20, []);
    await expect(worker([]).install()).rejects.toThrow('unsigned');
    await offer('2', 20, [1, 2]);
    await expect(worker(PINS.slice(1)).install()).rejects.toThrow('signatures');
    await first.check();
    expect([await text(first, 'index.html'), (await first.status())!.refused?.reason]).toEqual(['page 1', 'signatures']);
    await offer('2', 20, [0, 1, 2]);
    const second = worker(PINS.slice(1));
    await second.install();
    expect(await text(first, 'index.html')).toBe('page 1');
    await second.activate();
    expect(await text(second, 'index.html')).toBe('page 2');
    await offer('3', 30, [1, 2]);
    await second.check();
    expect((await second.status())!.next).toBe('3');
  });

  test('what waits is taken while a look fills the cache of the one after it: that one is whole, also without a network', async () => {
    const keeper = await installed();
    await offer('2', 20, BOTH);
    await keeper.check();
    await offer('3', 30, BOTH);
    before = async (path) => {
      if (path !== 'assets/app-3.js') return;
      before = () => undefined;
      await keeper.take();
      void keeper.tidy();
    };
    await keeper.check();
    await keeper.tidy();
    expect([(await keeper.status())!.version, (await keeper.status())!.next]).toEqual(['2', '3']);
    await keeper.take();
    site = new Map();
    expect([await text(keeper, 'index.html'), await text(keeper, 'assets/app-3.js'), await text(keeper, 'assets/same-1.js')]).toEqual(['page 3', 'app 3', 'same']);
  });

  test('taken while a look finds the same one again, nothing waits any more', async () => {
    const keeper = await installed();
    await offer('2', 20, BOTH);
    await keeper.check();
    caches.swap('assets/app-2.js', 'evil');
    before = (path) => (path === 'assets/app-2.js' ? keeper.take() : undefined);
    await keeper.check();
    expect([(await keeper.status())!.version, (await keeper.status())!.next, await keeper.waits()]).toEqual(['2', null, false]);
  });

  test('a server that gives no file, or a page of words for the list, has offered nothing; keys that a page wrote into the entry ask for nothing', async () => {
    const keeper = await installed();
    for (const act of [() => site.delete('assets/app-2.js'), () => site.set('release.json', '<!doctype html>')]) {
      await offer('2', 20, BOTH);
      act();
      await keeper.check();
      await keeper.check();
      expect([(await keeper.status())!.refused, await keeper.waits()]).toEqual([null, false]);
    }
    for (const cache of caches.all.values()) {
      const found = cache.get(`${SCOPE}release-state`);
      if (found) cache.set(`${SCOPE}release-state`, new Response(JSON.stringify({ ...((await found.clone().json()) as object), pins: ['A'.repeat(43), 'B'.repeat(43)] })));
    }
    await offer('2', 20, BOTH);
    await keeper.check();
    expect([(await keeper.status())!.refused, await keeper.waits()]).toEqual([null, true]);
  });

  test('without pinned keys what the server offers is taken, file by file as listed; without a network nothing happens', async () => {
    const keeper = await installed([], []);
    await offer('0', 1, []);
    await keeper.check();
    await keeper.take();
    expect([await text(keeper, 'index.html'), (await keeper.status())!.pinned]).toEqual(['page 0', 0]);
    site = new Map();
    await keeper.check();
    expect((await keeper.status())!.refused).toBeNull();
  });

  test('a signed end takes caches and worker away, and nothing comes back', async () => {
    const keeper = await installed();
    await offer('2', 20, BOTH, { kill: true });
    await keeper.check();
    expect([gone, await keeper.status(), caches.all.size]).toEqual([1, null, 0]);
    await expect(keeper.give('index.html')).rejects.toThrow('kill');
    await expect(worker().install()).rejects.toThrow('kill');
  });
});
