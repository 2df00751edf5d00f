/** How a beacon begins and ends as a process: its key, who may read what it writes, and the shell it was started in. */
import { spawn } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test, vi } from 'vitest';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { beaconKeys } from '#signaling/beacon/keys';
import { endWithUs, filesUnder } from '#tests/support/child-processes';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const crypto = createWebCrypto(webcrypto.subtle as SubtleCrypto);

/** What `existsSync` says of a path, where a test says it. */
const says = vi.hoisted(() => ({ exists: null as ((path: string) => boolean) | null }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  return { ...real, existsSync: (path: string) => says.exists?.(path) ?? real.existsSync(path) };
});

const ends: (() => unknown)[] = [];
afterEach(() => {
  says.exists = null;
  for (const end of ends.splice(0).reverse()) end();
});
function folder(): string {
  const path = fs.mkdtempSync(join(tmpdir(), 'lifegraph-start-'));
  ends.push(() => fs.rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

test('of two first starts at once both have the key that is in the file, and nothing else is left there', async () => {
  const data = folder();
  const file = join(data, 'beacon.key');
  const first = await beaconKeys(crypto, file, 'tower');
  const held = fs.readFileSync(file);
  // The second one looked before the first had made it.
  says.exists = (path) => path !== file && fs.readdirSync(data).length > 0;
  const second = await beaconKeys(crypto, file, 'tower');
  says.exists = null;
  expect([second.macKey, second.profile.uid, fs.readFileSync(file)]).toEqual([first.macKey, first.profile.uid, held]);
  expect(fs.readdirSync(data)).toEqual(['beacon.key']);
  expect(fs.statSync(file).mode & 0o077).toBe(0);
});

test('what it writes is its owner’s alone, and it ends when the shell that npm started it in is killed', async () => {
  const data = folder();
  const line = `umask 022; "${process.execPath}" --import tsx signaling/beacon/main.ts --server ws://127.0.0.1:1/signal --data "${data}" --relay-only & wait`;
  const shell = spawn('sh', ['-c', line], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, npm_lifecycle_event: 'beacon' }, detached: true });
  ends.push(() => {
    try {
      process.kill(-shell.pid!, 'SIGKILL');
    } catch {
      // Nobody of its group is left, as it should be.
    }
  });
  const gone = endWithUs(shell);
  const said: { event: string; reason?: string }[] = [];
  const lines = createInterface({ input: shell.stdout! });
  lines.on('line', (text) => said.push(JSON.parse(text) as (typeof said)[number]));
  const over = new Promise<void>((resolve) => lines.once('close', resolve));
  await expect.poll(() => said.map(({ event }) => event), { timeout: 60_000 }).toContain('beacon.address');
  const files = filesUnder(data);
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((path) => (fs.statSync(path).mode & 0o077) !== 0)).toEqual([]);
  shell.kill('SIGKILL');
  await gone;
  await over;
  expect(said.slice(-2)).toMatchObject([{ event: 'beacon.stopping', reason: 'npm' }, { event: 'beacon.stopped' }]);
}, 120_000);
