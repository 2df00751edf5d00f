/** What the service worker takes of linked devices while its host is away, and of which liars nothing. The same in browsers: tests/e2e/release.e2e.ts. */
import { beforeEach, describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '#base/bytes';
import { packFiles } from '#base/pack';
import { bestOf, peersBy, type PeersAnswer, type PeersAsk, type PeersPort, type ReleasePeers } from '#boot/release-peers';
import { createReleaseKeeper, type ReleaseKeeper } from '#boot/release-keeper';
import { readRelease, sha384 } from '#boot/release-manifest';
import type { State } from '#boot/release-store';
import type { WantedFile } from '#os/builds-api';
import { Caches, PINS, SCOPE, signedList, signedRelease } from '#tests/support/release-kit';

const BOTH = [0, 1];
const NOW = 1_000;
type Site = Map<string, string>;

const build = (version: string): Site => new Map([['index.html', `page ${version}`], ['sw.js', 'worker'], ['assets/same-AAAAAAAA.js', 'same'], [`assets/app-${version.padEnd(8, 'x')}.js`, `app ${version}`], ['assets/ort-run.wasm', 'run']]);

let caches: Caches;
/** What the host gives; null: it does not answer. */
let host: ((path: string) => Promise<Response> | Response) | null;
let asked: string[];
let fetched: string[];
let late: Promise<void>;

const serve = (site: ReadonlyMap<string, string>) => (path: string): Response =>
  site.has(path) ? new Response(site.get(path)!, { headers: { 'Content-Type': path.endsWith('.js') ? 'text/javascript' : 'text/html', 'Content-Security-Policy': `of ${path}` } }) : new Response('', { status: 404 });

const worker = (pins: readonly string[] = PINS): ReleaseKeeper => createReleaseKeeper({
  caches: caches as unknown as CacheStorage, scope: SCOPE, pins, now: () => NOW, unregister: async () => undefined, late: () => late,
  fetch: async (url) => {
    const path = url.slice(SCOPE.length);
    fetched.push(path);
    if (!host) throw new TypeError('no network');
    return host(path);
  },
});

/** Linked devices that give these lists and the files of this build. */
function devices(lists: readonly string[], site: ReadonlyMap<string, string> = new Map(), bytesOf = (text: string): Uint8Array<ArrayBuffer> => utf8(text)): ReleasePeers {
  return {
    lists: async () => lists,
    file: async ({ sha384: name }: WantedFile) => {
      for (const [path, text] of site) {
        if ((await sha384(utf8(text))) !== name) continue;
        asked.push(path);
        return bytesOf(text).buffer;
      }
      return null;
    },
  };
}

const list = (site: ReadonlyMap<string, string>, version: string, sequence: number, signers: readonly number[] = BOTH, more: { notBefore?: number; kill?: boolean } = {}) => signedList(site, { version, sequence, signers, ...more });
const text = async (keeper: ReleaseKeeper, path: string): Promise<string | null> => (await keeper.give(path))?.text() ?? null;

beforeEach(() => {
  [caches, host, asked, fetched, late] = [new Caches(), null, [], [], new Promise(() => undefined)];
});

/** Version 1, number 10, from the host, which then goes away. */
async function installed(pins: readonly string[] = PINS, signers: readonly number[] = BOTH): Promise<ReleaseKeeper> {
  const site = build('1');
  site.set('release.json', await list(site, '1', 10, signers));
  host = serve(site);
  const keeper = worker(pins);
  await keeper.install();
  await keeper.activate();
  host = null;
  return keeper;
}

describe('{K9} [row 27] the host is away', () => {
  test('the newest list that counts is taken from linked devices with what changed, waits as any other, and is served without host and devices; where it came from is told', async () => {
    const keeper = await installed();
    const [two, three] = [build('2'), build('3')];
    await keeper.check(devices([await list(two, '2', 20), await list(three, '3', 30), await list(two, '2', 25, [0])], three));
    expect(asked.sort()).toEqual(['assets/app-3xxxxxxx.js', 'index.html']);
    expect(await keeper.status()).toMatchObject({ version: '1', next: '3', refused: null, fromDevices: 0, nextFromDevices: 2, away: true });
    await keeper.take();
    await keeper.tidy();
    expect([await text(worker(), 'index.html'), await text(worker(), 'assets/app-3xxxxxxx.js'), await text(worker(), 'assets/same-AAAAAAAA.js')]).toEqual(['page 3', 'app 3', 'same']);
    expect(await keeper.status()).toMatchObject({ version: '3', next: null, fromDevices: 2, nextFromDevices: 0, signed: 2 });
    // From the host again: it is no longer theirs.
    const four = build('4');
    four.set('release.json', await list(four, '4', 40));
    host = serve(four);
    await keeper.check(devices([]));
    expect(await keeper.status()).toMatchObject({ next: '4', fromDevices: 2, nextFromDevices: 0, away: false });
  });

  test('headers are those of the host, of the same file of the release before, else of its page; nothing of what a device says, and no mark of ours', async () => {
    const keeper = await installed();
    const two = new Map([...build('2'), ['assets/new-BBBBBBBB.js', 'new']]);
    await keeper.check(devices([await list(two, '2', 20)], two));
    await keeper.take();
    const headers = async (path: string) => [...(await keeper.give(path))!.headers];
    expect(await headers('assets/app-2xxxxxxx.js')).toEqual([['content-security-policy', 'of assets/app-1xxxxxxx.js'], ['content-type', 'text/javascript']]);
    expect(await headers('assets/new-BBBBBBBB.js')).toEqual([['content-security-policy', 'of index.html'], ['content-type', 'text/javascript']]);
    expect(await headers('index.html')).toEqual([['content-security-policy', 'of index.html'], ['content-type', 'text/html']]);
  });

  test('small files that lay in one file get the type of what they are: styles that came from a device are styles', async () => {
    const pack = fromUtf8(packFiles([['assets/a-AAAAAAAA.css', utf8('a')]]));
    const [one, two] = [new Map([...build('1'), ['assets/a-AAAAAAAA.css', 'a'], ['assets/small-1.bin', pack]]), new Map([...build('1'), ['assets/a-BBBBBBBB.css', 'b']])];
    one.set('release.json', await list(one, '1', 10));
    host = serve(one);
    const keeper = worker();
    await keeper.install();
    await keeper.activate();
    host = null;
    await keeper.check(devices([await list(two, '2', 20)], two));
    await keeper.take();
    expect((await keeper.give('assets/a-BBBBBBBB.css'))!.headers.get('content-type')).toBe('text/css; charset=utf-8');
  });

  test('an interrupted one goes on: what has come is not asked for again', async () => {
    const keeper = await installed();
    const two = build('2');
    const offer = await list(two, '2', 20);
    await keeper.check(devices([offer], new Map([['index.html', 'page 2']])));
    expect(await keeper.status()).toMatchObject({ next: null, away: true, refused: null });
    await keeper.check(devices([offer], two));
    expect([asked, (await keeper.status())!.next, (await keeper.status())!.nextFromDevices]).toEqual([['index.html', 'assets/app-2xxxxxxx.js'], '2', 2]);
  });

  test('REL3 nothing is asked while the host gives everything; nobody is asked for what comes when it is asked for', async () => {
    const keeper = await installed();
    const two = build('2');
    two.set('release.json', await list(two, '2', 20));
    host = serve(two);
    await keeper.check({ lists: () => Promise.reject(new Error('asked')), file: () => Promise.reject(new Error('asked')) });
    expect(await keeper.status()).toMatchObject({ next: '2', nextFromDevices: 0, away: false });
    expect(asked).toEqual([]);
  });

  test('REL3 what the host does not give of its own list, gives as another one, or is silent about, comes from linked devices; without them the host is told of as before', async () => {
    const two = build('2');
    const offer = await list(two, '2', 20);
    const app = 'assets/app-2xxxxxxx.js';
    const faults: [(path: string) => Response | Promise<Response>, string | undefined][] = [
      [() => new Response('', { status: 404 }), undefined], [() => new Response('evil'), 'altered'], [() => new Promise<Response>(() => undefined), undefined],
    ];
    for (const [fault, reason] of faults) {
      caches = new Caches();
      const keeper = await installed();
      host = (path) => (path === 'release.json' ? new Response(offer) : path === app ? fault(path) : serve(two)(path));
      if (reason !== undefined) {
        await keeper.check(devices([]));
        await keeper.check(devices([]));
        expect((await keeper.status())!).toMatchObject({ refused: { reason, file: app }, next: null, away: true });
      }
      asked = [];
      late = reason === undefined ? Promise.resolve() : new Promise(() => undefined);
      await keeper.check(devices([], two));
      expect(await keeper.status()).toMatchObject({ next: '2', refused: null, away: false });
      expect(asked).toContain(app);
    }
  });

  test('a host that is silent about its list is waited for, then linked devices are asked; it is heard all the same when they have none', async () => {
    const keeper = await installed();
    const two = build('2');
    const offer = await list(two, '2', 20);
    let answer!: (response: Response) => void;
    host = (path) => (path === 'release.json' ? new Promise<Response>((resolve) => (answer = resolve)) : serve(two)(path));
    late = Promise.resolve();
    const looks = keeper.check({ ...devices([]), lists: async () => (queueMicrotask(() => answer(new Response(offer))), []) });
    await looks;
    expect(await keeper.status()).toMatchObject({ next: '2', nextFromDevices: 0 });
  });
});

describe('{K9} [row 27] liars among linked devices', () => {
  test.each<[string, () => Promise<string>]>([
    ['nobody signed', () => list(build('2'), '2', 20, [])], ['one key signed', () => list(build('2'), '2', 20, [2])], ['one key signed twice', () => list(build('2'), '2', 20, [0, 0])],
    ['is older', () => list(build('0'), '0', 9)], ['is as old', () => list(build('2'), '2', 10)], ['comes before its time', () => list(build('2'), '2', 20, BOTH, { notBefore: NOW + 1 })],
    ['ends the app', () => list(build('2'), '2', 20, BOTH, { kill: true })], ['has another form', async () => `${await list(build('2'), '2', 20)} `], ['is no list', async () => '<!doctype html>'], ['names files as no host does', async () => (await list(build('2'), '2', 20)).replace('index.html', '../evil.js')],
    ['was changed after it was signed', async () => (await list(build('2'), '2', 20)).replace('"sequence":20', '"sequence":21')],
  ])('REL2 REL3 a list that %s is not taken, and nothing is fetched or told; the good one beside it is', async (_name, bad) => {
    const keeper = await installed();
    const before = [...caches.all.keys()];
    await keeper.check(devices([await bad()], build('2')));
    expect([asked, [...caches.all.keys()], await keeper.waits(), await text(keeper, 'index.html')]).toEqual([[], before, false, 'page 1']);
    expect((await keeper.status())!.refused).toBeNull();
    await keeper.check(devices([await bad(), await list(build('2'), '2', 20)], build('2')));
    expect(await keeper.status()).toMatchObject({ next: '2' });
  });

  test('what waits is not followed by something older than it, though that is newer than what runs', async () => {
    const keeper = await installed();
    await keeper.check(devices([await list(build('3'), '3', 30)], build('3')));
    await keeper.check(devices([await list(build('2'), '2', 20)], build('2')));
    expect((await keeper.status())!.next).toBe('3');
  });

  test('without pinned keys the host alone is believed: of devices nothing is taken, and to them nothing is given', async () => {
    const keeper = await installed([], []);
    let questions = 0;
    await keeper.check({ lists: async () => ((questions += 1), [await list(build('2'), '2', 20)]), file: async () => ((questions += 1), null) });
    expect([questions, await keeper.waits(), await keeper.shelved('release.json')]).toEqual([0, false, null]);
  });

  test('[row 26] a changed, longer, shorter or empty file of a good list is refused, however often: the version that runs stays, and what was right is kept for the next try', async () => {
    const keeper = await installed();
    const two = build('2');
    const offer = await list(two, '2', 20);
    for (const change of [(bytes: Uint8Array<ArrayBuffer>) => bytes.map((byte) => byte ^ 1), (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array([...bytes, 0]), (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(1), () => new Uint8Array()]) {
      await keeper.check(devices([offer], two, (words) => (words === 'app 2' ? change(utf8(words)) : utf8(words)) as Uint8Array<ArrayBuffer>));
      await keeper.take();
      expect([await keeper.waits(), await text(keeper, 'index.html')]).toEqual([false, 'page 1']);
    }
    expect(asked.filter((path) => path === 'index.html')).toHaveLength(1);
    await keeper.check(devices([offer], two));
    await keeper.take();
    expect(await text(keeper, 'index.html'), 'control').toBe('page 2');
  });

  test('[limit BUILD.listBytes BUILD.files BUILD.fileBytes BUILD.allBytes] a list that is too long, names too many files, or too many bytes, is none, whoever signed it', async () => {
    await installed();
    const current = { signed: { release: readRelease(await list(build('1'), '1', 10))!.release, signatures: [] }, cache: '' };
    const state = { kept: {}, current, previous: null, next: null } as unknown as State;
    const digest = await sha384(utf8('x'));
    const release = (count: number, size: number, version = '2') => signedRelease({ version, commit: 'dev', sequence: 20, notBefore: 0, minProto: 0, kill: false, files: Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, { sha384: digest, size }])) }, BOTH);
    const taken = async (offer: string): Promise<boolean> => (await bestOf(devices([offer]), { pins: PINS, now: () => NOW }, state)) !== null;
    expect([await taken(await release(2_000, 1)), await taken(await release(2_001, 1))]).toEqual([true, false]);
    expect([await taken(await release(8, 16_000_000)), await taken(await release(9, 16_000_000))]).toEqual([true, false]);
    // What is larger than that is asked of the host alone.
    expect(await taken(await release(9, 16_000_001))).toBe(true);
    const long = (name: string) => signedRelease({ version: '2', commit: 'dev', sequence: 20, notBefore: 0, minProto: 0, kill: false, files: Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${name}${i}`, { sha384: digest, size: 1 }])) }, BOTH);
    expect([await taken(await long('a'.repeat(100))), await taken(await long('a'.repeat(200)))]).toEqual([true, false]);
  });
});

describe('{K9} what is given to linked devices', () => {
  test('the newest list that is whole here and its files by digest, out of the cache and never out of the network; a swapped file is not given', async () => {
    const keeper = await installed();
    const digest = await sha384(utf8('app 1'));
    expect([await (await keeper.shelved('release.json'))!.text(), await (await keeper.shelved(digest))!.text()]).toEqual([await list(build('1'), '1', 10), 'app 1']);
    expect([await keeper.shelved('index.html'), await keeper.shelved('A'.repeat(64)), await keeper.shelved('release-state')]).toEqual([null, null, null]);
    caches.swap('assets/app-1xxxxxxx.js', 'evil');
    host = serve(build('1'));
    fetched = [];
    expect([await keeper.shelved(digest), fetched]).toEqual([null, []]);
    const two = build('2');
    two.set('release.json', await list(two, '2', 20));
    host = serve(two);
    await keeper.check();
    expect([await (await keeper.shelved('release.json'))!.text(), await (await keeper.shelved(await sha384(utf8('page 2'))))!.text(), await (await keeper.shelved(await sha384(utf8('page 1'))))!.text()]).toEqual([two.get('release.json'), 'page 2', 'page 1']);
  });
});

describe('{K9} a page that is asked', () => {
  function porting() {
    const timers = new Map<() => void, number>();
    const said: PeersAsk[] = [];
    const port: PeersPort = { onmessage: null, onclose: null, postMessage: (message: unknown) => void said.push(message as PeersAsk) };
    let open = true;
    const peers = peersBy(port, (ms, act) => (timers.set(act, ms), () => void timers.delete(act)), async () => open);
    return { close: () => void (open = false), peers, port, said, timers, answer: (data: unknown) => port.onmessage!({ data } as MessageEvent) };
  }
  const turn = (): Promise<void> => new Promise((next) => setTimeout(next, 0));

  test('[limit BUILD.devices] is asked one thing after another; answers to other questions, and of other forms, are none', async () => {
    const { peers, said, answer } = porting();
    const [lists, file] = [peers.lists(10), peers.file({ sha384: 'A'.repeat(64), size: 5 })];
    await turn();
    expect(said).toEqual([{ no: 1, above: 10 }]);
    answer({ no: 2, lists: ['early'] } satisfies PeersAnswer);
    answer(null);
    answer({ no: 1, lists: ['a', 5, ...Array.from({ length: 9 }, () => 'b')] });
    expect(await lists).toEqual(['a', 'b', 'b', 'b', 'b', 'b', 'b']);
    await turn();
    expect(said[1]).toEqual({ no: 2, wanted: { sha384: 'A'.repeat(64), size: 5 } });
    answer({ no: 2, bytes: 'evil' });
    expect(await file).toBeNull();
  });

  test('[limit BUILD.listMs BUILD.fileMs] one that went, or says nothing in its time, has none', async () => {
    const { peers, port, timers } = porting();
    const silent = peers.lists(10);
    await turn();
    for (const [act, ms] of timers) if (ms === 40_000) act();
    expect([await silent, timers.size]).toEqual([[], 0]);
    const [open, later] = [peers.file({ sha384: 'A', size: 5 }), peers.file({ sha384: 'B', size: 5 })];
    await turn();
    port.onclose!();
    expect(await Promise.all([open, later])).toEqual([null, null]);
    // A page that was left, of which no port says so.
    const left = porting();
    const asks = left.peers.file({ sha384: 'A', size: 5 });
    const look = async (): Promise<void> => {
      for (const [act, ms] of [...left.timers]) {
        if (ms !== 1_000) continue;
        left.timers.delete(act);
        act();
      }
      await turn();
    };
    await turn();
    await look();
    expect([...left.timers.values()].sort(), 'it is there').toEqual([1_000, 480_000]);
    left.close();
    await look();
    expect([await asks, await left.peers.lists(10), left.timers.size]).toEqual([null, [], 0]);
  });
});
