import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { secretOf } from '#signaling/key-file';

/** What `existsSync` says of a path, where a test says it. */
const says = vi.hoisted(() => ({ exists: null as ((path: string) => boolean) | null }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  return { ...real, existsSync: (path: string) => says.exists?.(path) ?? real.existsSync(path) };
});

const folder = fs.mkdtempSync(join(tmpdir(), 'lifegraph-key-'));
afterEach(() => {
  says.exists = null;
  fs.rmSync(folder, { recursive: true, force: true });
});

test('of two first starts of a server at once both have the key that is in the file, and nothing else is left there', () => {
  fs.mkdirSync(folder, { recursive: true });
  const file = join(folder, 'relay.key');
  const first = secretOf(file, 'the key of a server');
  // The second one looked before the first had made it.
  says.exists = (path) => path !== file;
  expect(secretOf(file, 'the key of a server')).toEqual(first);
  says.exists = null;
  expect(new Uint8Array(fs.readFileSync(file))).toEqual(first);
  expect([fs.readdirSync(folder), fs.statSync(file).mode & 0o077]).toEqual([['relay.key'], 0]);
});

test('a file that is no key is refused and stays as it is', () => {
  fs.mkdirSync(folder, { recursive: true });
  const file = join(folder, 'words.txt');
  fs.writeFileSync(file, 'words');
  expect(() => secretOf(file, 'the key of a server')).toThrow('is not the key of a server');
  expect(fs.readFileSync(file, 'utf8')).toBe('words');
});
