import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeAll, kept, killAndReopen, launch, person } from './support/acts.ts';
import { createNetwork } from './support/netns.ts';
import { killHard, launchPeer, processTree, runs } from './support/peer.ts';
import { ROOT, startPlainServer, startServer, type TestServer } from './support/server.ts';

/** What the service worker fetches and keeps at the first visit: small files lie in one, and what nobody may ever need comes when it is asked for. */
const MOST_KEPT_FILES = 60;
const FULL = process.env['LGOS_FULL'] === '1';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe('the built app in a browser', () => {
  test('[row 22] {V0} is isolated, obeys its policy, and works again without the network', async () => {
    const peer = await launchPeer({ name: 'shell', url: server.url, offline: true });
    await peer.page.waitForSelector('#root > *');
    expect(await peer.page.evaluate(() => crossOriginIsolated)).toBe(true);
    await kept(peer.page);
    const files = await peer.page.evaluate(async () => {
      const found: string[] = [];
      for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
      return found;
    });
    expect(files, 'control: the page is among them').toContain('/index.html');
    expect(files.length).toBeLessThanOrEqual(MOST_KEPT_FILES);
    await peer.context.setOffline(true);
    await peer.page.reload();
    await peer.page.waitForSelector('#root > *');
    await peer.context.setOffline(false);
    await peer.expectClean([/Failed to load resource: net::ERR_INTERNET_DISCONNECTED/, /WebSocket connection/]);
    await peer.close();
  });

  test('[row 22] control: a violation of the policy is seen by the harness, and fails whoever closes the browser, also after the page was left', async () => {
    const peer = await launch({ name: 'control', url: server.url });
    await peer.page.waitForSelector('#root > *');
    // In a timer: code run by the debugger itself may use eval whatever the policy says.
    const refused = await peer.page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const acts = [() => (document.createElement('div').innerHTML = '<b>x</b>'), () => new Worker('https://example.org/x.js'), () => new Function('return 1')];
          const attempt = (act: () => unknown): string => {
            try {
              act();
              return 'done';
            } catch {
              return 'refused';
            }
          };
          setTimeout(() => resolve(acts.map(attempt)));
        }),
    );
    expect(refused).toEqual(['refused', 'refused', 'refused']);
    expect((await peer.violations()).length).toBeGreaterThanOrEqual(2);
    await expect(peer.expectClean()).rejects.toThrow('policy violation');
    await peer.page.goto('about:blank');
    await expect(closeAll()).rejects.toThrow(/^control: policy violation:\n[^]*<b>x<\/b>/);
  });

  test('{V8} runs from a folder of any static host', async () => {
    const plain = await startPlainServer(undefined, '/some/folder/');
    const peer = await launchPeer({ name: 'static', url: plain.url, violates: true });
    await peer.page.waitForSelector('#root > *');
    expect(await peer.page.evaluate(() => crossOriginIsolated)).toBe(false);
    expect(await peer.page.evaluate(() => (document.createElement('a').href = 'x'))).toBe('x');
    await expect(peer.page.evaluate(() => void (document.createElement('div').innerHTML = '<b>x</b>'))).rejects.toThrow('TrustedHTML');
    await peer.close();
    await plain.stop();
  });
});

describe('the harness', () => {
  test('{V5} kill -9 ends the whole browser, and its profile opens again with what was committed', async () => {
    const peer = await launchPeer({ name: 'kill', url: server.url });
    await peer.page.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const open = indexedDB.open('harness', 1);
          open.onupgradeneeded = () => open.result.createObjectStore('kept');
          open.onerror = () => reject(open.error ?? new Error('open'));
          open.onsuccess = () => {
            const tx = open.result.transaction('kept', 'readwrite', { durability: 'strict' });
            tx.objectStore('kept').put('here', 'key');
            tx.oncomplete = () => resolve();
          };
        }),
    );
    const tree = processTree(peer.pid);
    expect(tree.length).toBeGreaterThan(2);
    await killHard(peer);
    const again = await launchPeer({ name: 'kill', profile: peer.profile, url: server.url });
    const kept = await again.page.evaluate(
      () =>
        new Promise<unknown>((resolve) => {
          const open = indexedDB.open('harness', 1);
          open.onsuccess = () => {
            const get = open.result.transaction('kept').objectStore('kept').get('key');
            get.onsuccess = () => resolve(get.result);
          };
        }),
    );
    expect(kept).toBe('here');
    await again.close();
  });

  test('{V5} a profile that opens without its person says what lay on the disk before and after, and one that was taken away says so', async () => {
    const emptied = await person({ name: 'emptied', url: server.url });
    const gone = (profile: string): void => rmSync(join(profile, 'Default', 'IndexedDB'), { recursive: true });
    const said = await killAndReopen(emptied, server.url, gone).catch((error: Error) => error.message);
    expect(said).toMatch(/^emptied: the profile opened without its identity; a copy is kept in \S+\nbefore the start:\n\S+leveldb: (?:\S+ \d+, )*\S+ \d+[^]*\nafter it:\n/);
    const copy = /kept in (\S+)/.exec(said as string)![1]!;
    expect(existsSync(join(copy, 'Default'))).toBe(true);
    rmSync(copy, { recursive: true });

    const taken = await person({ name: 'taken', url: server.url });
    await expect(killAndReopen(taken, server.url, (profile) => rmSync(profile, { recursive: true, maxRetries: 5 }))).rejects.toThrow(/^taken: the profile folder \S+ was taken away since it was made:/);

    const kept = await person({ name: 'kept', url: server.url });
    const again = await killAndReopen(kept, server.url);
    expect(await again.page.evaluate(() => window.lifegraph.identity.get()?.name), 'control: one that nobody touched').toBe('kept');
    await closeAll();
  });

  test('a browser that an earlier test is done with holds nothing of it, and complains of nothing of it; control: before, it held all that was looked for. One of which a test asked for what stays is not used again', async () => {
    const place = { name: 'first', url: `${server.url}/manifest.webmanifest` };
    const kinds = (page: Page): Promise<Record<string, number>> => page.evaluate(async () => {
      let files = 0;
      for await (const _name of (await navigator.storage.getDirectory()).keys()) files++;
      return { databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length, local: localStorage.length, session: sessionStorage.length, cookies: document.cookie.length, files };
    });
    const first = await launch(place);
    await first.page.evaluate(async () => {
      await new Promise<void>((done) => (indexedDB.open('left', 1).onsuccess = () => done()));
      await caches.open('left');
      await (await navigator.storage.getDirectory()).getFileHandle('left', { create: true });
      localStorage.setItem('left', 'x');
      sessionStorage.setItem('left', 'x');
      document.cookie = 'left=x;max-age=600';
      console.error('left');
    });
    expect(await kinds(first.page), 'control').toEqual({ databases: 1, caches: 1, local: 1, session: 1, cookies: 6, files: 1 });
    await expect.poll(() => first.complaints.console.length).toBe(1);
    await closeAll();
    const second = await launch({ ...place, name: 'second' });
    if (!FULL) expect([second.pid, second.profile]).toEqual([first.pid, first.profile]);
    expect(await kinds(second.page)).toEqual({ databases: 0, caches: 0, local: 0, session: 0, cookies: 0, files: 0 });
    await second.expectClean();
    await second.context.addInitScript(() => void ((globalThis as unknown as { planted: boolean }).planted = true));
    await closeAll();
    const third = await launch({ ...place, name: 'third' });
    expect(third.pid).not.toBe(second.pid);
    expect(await third.page.evaluate(() => 'planted' in globalThis)).toBe(false);
    await closeAll();
  });

  test('a process of tests that ends takes the browsers it kept along before their folders are removed, and leaves neither', async () => {
    // What listens first hears it last of those that stand in front.
    const code = `
      let tell = () => ({});
      process.prependOnceListener('exit', () => console.log(JSON.stringify(tell())));
      const { closeAll, launch } = await import('./tests/e2e/support/acts.ts');
      const { runs } = await import('./tests/e2e/support/peer.ts');
      const { pid, profile } = await launch({ name: 'spare' });
      await closeAll();
      const before = runs(pid);
      tell = () => ({ pid, profile, before, after: runs(pid) });
      process.exit();`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { cwd: ROOT, env: { ...process.env, LGOS_FULL: '' } });
    const { pid, profile, ...ran } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { pid: number; profile: string; before: boolean; after: boolean };
    expect(ran, 'control: before the end it ran').toEqual({ before: true, after: false });
    expect([runs(pid), existsSync(profile)]).toEqual([false, false]);
  });

  test('in a network of its own the browser reaches the server, and not when unplugged', async () => {
    const network = createNetwork();
    const inner = await startServer({ prefix: network.serverPrefix, host: '0.0.0.0' });
    const peer = await launchPeer({
      name: 'netns', executable: network.executable('a'), flags: network.flags('a', inner.port), url: network.url('a', inner.port),
    });
    expect(await peer.page.evaluate(() => isSecureContext)).toBe(true);
    const reach = (): Promise<boolean> => peer.page.evaluate(() => fetch('./health', { signal: AbortSignal.timeout(1_500) }).then((r) => r.ok, () => false));
    await expect.poll(reach).toBe(true);
    network.unplug('a', true);
    expect(await reach()).toBe(false);
    network.unplug('a', false);
    await expect.poll(reach).toBe(true);
    network.blockUdp(true);
    network.blockUdp(false);
    await peer.close();
    await inner.stop();
    network.stop();
  });

  test('the server stops on SIGTERM with code 0', async () => {
    const other = await startServer({ noStatic: true });
    expect(await other.stop()).toBe(0);
  });
});
