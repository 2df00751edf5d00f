/**
 * `npm run verify:clean`: what a stranger does. A fresh clone of the committed state in a temporary folder, then both commands of the
 * README: `npm ci && npm start` (the address must answer with the app) and `npm ci && npm test` (`--no-test` leaves that one out).
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT, run } from './lib/run.ts';

/** Time for building and starting, ms. */
const START_MS = 120_000;

async function starts(folder: string): Promise<boolean> {
  const child = spawn('npm', ['start', '--', '--port', '0'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const end = (): void => void process.kill(-child.pid!, 'SIGTERM');
  const timer = setTimeout(end, START_MS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /"url":"([^"]+)"/.exec(line)?.[1];
      if (address === undefined) continue;
      const page = await fetch(address);
      const health = await fetch(`${address}/health`);
      console.log(`${address}: page ${page.status}, health ${health.status}`);
      return page.ok && (await page.text()).includes('id="root"') && health.ok;
    }
    return false;
  } finally {
    clearTimeout(timer);
    if (child.exitCode === null) end();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'lifegraph-clean-'));
const failures: string[] = [];
try {
  const clone = join(folder, 'clone');
  if ((await run('git', ['clone', '--quiet', ROOT, clone])) !== 0) failures.push('git clone');
  else if ((await run('npm', ['ci'], { cwd: clone })) !== 0) failures.push('npm ci');
  else {
    if (!(await starts(clone))) failures.push('npm start');
    if (!process.argv.includes('--no-test') && (await run('npm', ['test'], { cwd: clone })) !== 0) failures.push('npm test');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures.length === 0 ? 'verify:clean: the commands work on a fresh clone' : `verify:clean: failed: ${failures.join(', ')}`);
process.exitCode = failures.length === 0 ? 0 : 1;
