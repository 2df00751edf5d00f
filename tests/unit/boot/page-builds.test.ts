/** The page between its service worker and its kernel: whom it lets be asked, and when again. */
import { describe, expect, test } from 'vitest';
import { createRpcServer, type RpcPort } from '#adapters/worker-rpc/rpc';
import { createBuildShelf, type ShelfHost } from '#boot/build-files';
import { lateShelf } from '#boot/build-shelf';
import { kernelRuns } from '#boot/kernel-runs';
import { createPageBuilds, AGAIN_MS } from '#boot/page-builds';
import { utf8 } from '#base/bytes';
import { sha384 } from '#boot/release-manifest';
import { SCOPE, signedList } from '#tests/support/release-kit';

const turns = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await new Promise((next) => setTimeout(next, 0));
};

/** A kernel that is linked with whom it is told. */
function kernel(files: Readonly<Record<string, string>> = {}) {
  let tell: (devices: readonly string[]) => void = () => undefined;
  const give = (port: MessagePort): void => void createRpcServer(port as RpcPort, {
    calls: { lists: async (above: number) => [`above ${above}`], file: async ({ sha384: name }: { sha384: string }) => (files[name] === undefined ? null : utf8(files[name])) },
    streams: { devices: (emit: (devices: readonly string[]) => void) => ((tell = emit), () => undefined) },
  });
  return { give, linked: async (...devices: string[]) => (await turns(), tell(devices), turns()) };
}

function page() {
  const runs = kernelRuns();
  let [looks, again] = [0, (): void => undefined];
  const builds = createPageBuilds(runs, () => void (looks += 1), (ms, act) => void (again = ms === AGAIN_MS ? act : again));
  return { runs, builds, looks: () => looks, again: () => again() };
}

describe('{K9} when linked devices are asked', () => {
  test('while the host is away: each device that comes once, who went and came again once more, and all of them again every ten minutes; never while the host is there', async () => {
    const { runs, builds, looks, again } = page();
    const one = kernel();
    runs.now(one.give);
    await one.linked('anna');
    again();
    expect(looks(), 'the host is there').toBe(0);
    builds.away(true);
    expect(looks()).toBe(1);
    builds.away(true);
    await one.linked('anna');
    expect(looks(), 'she was asked').toBe(1);
    await one.linked('anna', 'boris');
    expect(looks()).toBe(2);
    await one.linked('boris');
    await one.linked('anna', 'boris');
    expect(looks()).toBe(3);
    again();
    expect(looks()).toBe(4);
    await one.linked();
    again();
    expect(looks(), 'nobody is there').toBe(4);
    builds.away(false);
    await one.linked('clara');
    expect(looks()).toBe(4);
  });

  test('questions go to the kernel that is there now; without one, and of one that stopped, the answer is none', async () => {
    const { runs, builds } = page();
    const said: unknown[] = [];
    const port = { postMessage: (message: unknown) => void said.push(message) };
    await builds.answer(port, { no: 1, above: 10 });
    await builds.answer(port, { no: 2, wanted: { sha384: 'a', size: 1 } });
    runs.now(kernel({ a: 'old' }).give);
    runs.now(kernel({ a: 'new' }).give);
    await builds.answer(port, { no: 3, above: 10 });
    await builds.answer(port, { no: 4, wanted: { sha384: 'a', size: 3 } });
    await builds.answer(port, { no: 5, wanted: { sha384: 'b', size: 3 } });
    expect(said).toEqual([{ no: 1, lists: [] }, { no: 2, bytes: null }, { no: 3, lists: ['above 10'] }, { no: 4, bytes: utf8('new').buffer }, { no: 5, bytes: null }]);
  });
});

describe('{K9} what a kernel gives', () => {
  const site = new Map([['index.html', 'page']]);
  const host = (more: Partial<ShelfHost>): ShelfHost => ({ scope: SCOPE, saves: () => false, fetch: async () => new Response('', { status: 404 }), ...more });

  test('what its service worker keeps; nothing where there is none, where a host answers with a page, and where the network is to be saved', async () => {
    const text = await signedList(site, { version: '2', sequence: 20, signers: [0, 1] });
    const asked: string[] = [];
    const fetch = async (url: string): Promise<Response> => (asked.push(url), new Response(url.endsWith('release.json') ? text : 'page'));
    const shelf = lateShelf(async () => ({ createBuildShelf: () => createBuildShelf(host({ fetch })) }));
    expect([await shelf.list(), await shelf.file('A')]).toEqual([{ sequence: 20, text }, utf8('page')]);
    expect([asked, await shelf.digest(utf8('page'))]).toEqual([[`${SCOPE}kept/release.json`, `${SCOPE}kept/A`], await sha384(utf8('page'))]);
    for (const more of [{}, { fetch: async () => new Response('<!doctype html>') }, { fetch: () => Promise.reject(new TypeError('no network')) }, { fetch, saves: () => true }]) expect(await createBuildShelf(host(more)).list()).toBeNull();
    expect(await createBuildShelf(host({ fetch, saves: () => true })).file('A')).toBeNull();
  });

  test('code that does not come is asked for again', async () => {
    let tries = 0;
    const shelf = lateShelf(() => (tries++ === 0 ? Promise.reject(new Error('no network')) : Promise.resolve({ createBuildShelf: () => createBuildShelf(host({})) })));
    await expect(shelf.list()).rejects.toThrow('no network');
    expect(await shelf.list()).toBeNull();
  });
});
