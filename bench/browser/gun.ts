/** Stock GUN beside the others: two browsers and a stock relay of its own process. It has no store here and loses what is in flight, so it appears beside, never as the better one. */
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { launch } from '#tests/e2e/support/acts';
import type { Peer } from '#tests/e2e/support/peer';
import type { GunPagePeer } from './gun-page/main.ts';
import { PAGES } from './pages.ts';

declare global {
  // eslint-disable-next-line no-var
  var gunPeer: GunPagePeer;
}

/** The relay as its package ships it, without what it would write beside itself. */
const RELAY = `
const server = require('http').createServer();
require(process.argv[1])({ web: server, radisk: false, localStorage: false, multicast: false, axe: false, stats: false });
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
`;

export interface GunServers {
  readonly url: string;
  readonly relay: string;
  stop(): void;
}

export async function startGun(): Promise<GunServers> {
  const child = spawn(process.execPath, ['-e', RELAY, createRequire(import.meta.url).resolve('gun')], { stdio: ['ignore', 'pipe', 'ignore'], cwd: mkdtempSync(join(tmpdir(), 'lifegraph-gun-')) });
  let port = '';
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('port ')) continue;
    port = line.slice(5);
    break;
  }
  child.stdout.resume();
  const files = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://x').pathname;
    const file = join(PAGES.gun, name === '/' ? 'index.html' : name);
    if (name.includes('..') || !existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': extname(file) === '.js' ? 'text/javascript' : 'text/html' });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(files.address() as AddressInfo).port}/`, relay: `http://127.0.0.1:${port}/gun`,
    stop() {
      child.kill('SIGKILL');
      files.close();
      files.closeAllConnections();
    },
  };
}

async function openGun(name: string, server: GunServers): Promise<Peer> {
  const made = await launch({ name, url: server.url });
  const { page } = made;
  await page.waitForFunction(() => 'gunPeer' in globalThis);
  await page.evaluate((url) => gunPeer.open(url), server.relay);
  await page.waitForFunction(() => gunPeer.linked(), undefined, { timeout: 15_000, polling: 20 });
  return made;
}

/** `count` nodes at once from A, or `gap` ms apart: ms until all are in B, and the latency of each. */
export async function runGun(count: number, gap: number, patience: number): Promise<{ allMs: number; each: number[] }> {
  const server = await startGun();
  const peers: Peer[] = [];
  try {
    peers.push(await openGun('ga', server), await openGun('gb', server));
    const [a, b] = [peers[0]!.page, peers[1]!.page];
    await a.evaluate(() => gunPeer.fill(1_000_000, 20));
    await b.evaluate(([n, ms]) => Promise.race([gunPeer.reached(n!), new Promise<never>((_, fail) => setTimeout(() => fail(new Error('nothing comes through')), ms))]), [20, 10_000]);
    const sending = gap === 0
      ? a.evaluate(async (n) => [[0, gunPeer.fill(0, n)] as [number, number]], count)
      : a.evaluate(async ([n, pause]) => {
        const out: [number, number][] = [];
        for (let i = 0; i < n!; i++) {
          out.push([i, gunPeer.fill(i, 1)]);
          await new Promise((next) => setTimeout(next, pause));
        }
        return out;
      }, [count, gap]);
    const [sent, to] = await Promise.all([sending, b.evaluate(([n, ms]) => Promise.race([gunPeer.reached(n!), new Promise<never>((_, fail) => setTimeout(() => fail(new Error(`${gunPeer.arrivals().length} of ${n} nodes after ${ms} ms`)), ms))]), [count + 20, patience])]);
    const at = new Map(await b.evaluate(() => gunPeer.arrivals()));
    return { allMs: to - sent[0]![1], each: sent.flatMap(([n, from]) => (at.has(n) ? [at.get(n)! - from] : [])) };
  } finally {
    await Promise.all(peers.map((one) => one.close()));
    server.stop();
  }
}
