/**
 * `npm run size`: gzip size of what the browser must have before the first screen (page, scripts and styles it names; target 350 kB), and how soon
 * an empty profile can type into the first field with the kernel ready (median of 5 fresh browsers; target 1.5 s). Only the size decides the exit
 * code; `--no-time` leaves the times out.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { launchPeer } from '#tests/e2e/support/peer';
import { startServer } from '#tests/e2e/support/server';
import { ensureBuilt } from './lib/build.ts';
import { ROOT } from './lib/run.ts';

/** Target in bytes (1 kB = 1,000 bytes). */
const TARGET = 350_000;
const DIST = join(ROOT, 'dist');

/** Files the page needs at once: its scripts and styles, and what those import statically, and the workers they start. */
function initial(): string[] {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const first = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map((match) => match[1]!);
  const seen = new Set<string>(first);
  for (const file of seen) {
    if (!file.endsWith('.js')) continue;
    const code = readFileSync(join(DIST, file), 'utf8');
    const named = [...code.matchAll(/(?:from|import)\s*["'](\.\/[^"']+\.js)["']/g)].map((match) => match[1]!);
    const workers = [...code.matchAll(/["'`](?:\.\/|\/)?((?:assets\/)?[\w.-]*(?:worker|kernel)[\w.-]*\.js)["'`]/g)].map((match) => match[1]!);
    for (const name of [...named, ...workers]) {
      for (const candidate of [join(dirname(file), name), join('assets', name), name]) {
        if (existsSync(join(DIST, candidate))) {
          seen.add(candidate);
          break;
        }
      }
    }
  }
  return [...seen];
}

/** ms from the start of the navigation to a focused first field and a ready kernel, in a browser with an empty profile. */
async function interactiveMs(url: string): Promise<number> {
  const peer = await launchPeer({ name: 'size', url: 'about:blank' });
  try {
    await peer.page.goto(url, { waitUntil: 'commit' });
    await peer.page.waitForFunction(() => document.activeElement instanceof HTMLInputElement && 'lifegraph' in window);
    return await peer.page.evaluate(async () => {
      await window.lifegraph.ready;
      return performance.now();
    });
  } finally {
    await peer.close();
  }
}

async function printInteractive(): Promise<void> {
  const server = await startServer();
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push(await interactiveMs(server.url));
  await server.stop();
  const sorted = [...times].sort((a, b) => a - b);
  console.log(`interactive with an empty profile: median ${Math.round(sorted[2]!)} ms of ${sorted.map(Math.round).join(', ')} ms, target 1500 ms`);
}

if (await ensureBuilt()) {
  const rows = initial().map((file) => {
    const bytes = readFileSync(join(DIST, file));
    return { file, bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  });
  for (const row of rows.sort((a, b) => b.gzip - a.gzip)) {
    console.log(`${row.file.padEnd(48)} ${(row.bytes / 1000).toFixed(1).padStart(9)} kB ${(row.gzip / 1000).toFixed(1).padStart(9)} kB gzip`);
  }
  const total = rows.reduce((sum, row) => sum + row.gzip, 0);
  console.log(`${'shell'.padEnd(48)} ${''.padStart(12)} ${(total / 1000).toFixed(1).padStart(9)} kB gzip, target ${TARGET / 1000} kB`);
  if (total > TARGET) console.error(`size: ${(total / 1000).toFixed(1)} kB is over the target`);
  process.exitCode = total <= TARGET ? 0 : 1;
  if (!process.argv.includes('--no-time')) await printInteractive();
} else {
  process.exitCode = 1;
}
