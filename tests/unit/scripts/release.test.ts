/** `npm run release`: keys, signatures and what is said about a built folder. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asKill, differences, factsOf, killRelease, makeReleaseKey, pinnedKeys, signRelease, verifyRelease, writeRelease } from '#scripts/lib/release';

const FACTS = { version: '1.0.0', commit: 'dev', sequence: 10, notBefore: 0, minProto: 0, kill: false };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifegraph-release-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function built(name: string): string {
  const at = join(folder, name);
  mkdirSync(join(at, 'assets'), { recursive: true });
  writeFileSync(join(at, 'index.html'), 'page');
  writeFileSync(join(at, 'assets', 'a-1.js'), 'script');
  writeFileSync(join(at, 'assets', 'a-1.js.gz'), gzipSync('script'));
  writeFileSync(join(at, 'sw.js'), 'const pins = `lifegraph-release-keys:;`;');
  return at;
}

test('[row 27] a folder with pinned keys is right with two signatures; with a changed file, a foreign one or a changed compressed form it is not, and is not signed', async () => {
  const keys = [await makeReleaseKey(folder), await makeReleaseKey(folder), await makeReleaseKey(folder)];
  expect(statSync(keys[0]!.file).mode & 0o077).toBe(0);
  const at = built('dist');
  await writeRelease(at, keys.map(({ pub }) => pub), FACTS);
  expect((await verifyRelease(at)).ok).toBe(false);
  await signRelease(at, keys[0]!.file, FACTS);
  await signRelease(at, keys[0]!.file, FACTS);
  expect((await verifyRelease(at)).lines.at(-1)).toBe('1 valid signatures of the 3 pinned keys, 2 are needed');
  await signRelease(at, keys[2]!.file, FACTS);
  expect(await verifyRelease(at)).toEqual({ ok: true, lines: ['version 1.0.0, commit dev, sequence 10, 3 files', '2 valid signatures of the 3 pinned keys, 2 are needed'] });
  const tamper = async (path: string, bytes: string | Uint8Array, words: string): Promise<void> => {
    const before = (() => { try { return readFileSync(join(at, path)); } catch { return null; } })();
    writeFileSync(join(at, path), bytes);
    expect(await verifyRelease(at)).toMatchObject({ ok: false, lines: expect.arrayContaining([words]) as unknown });
    await expect(signRelease(at, keys[1]!.file, FACTS)).rejects.toThrow(words);
    if (before) writeFileSync(join(at, path), before);
    else rmSync(join(at, path));
  };
  await tamper('assets/a-1.js.gz', gzipSync('evil'), 'assets/a-1.js.gz is another one');
  await tamper('index.html', 'evil', 'index.html is another one');
  await tamper('evil.js', 'evil', 'evil.js is not listed');
  expect((await verifyRelease(at)).ok).toBe(true);
  for (const [fact, other] of Object.entries({ version: '2.0.0', sequence: 9, notBefore: 1, commit: 'a'.repeat(40), minProto: 1 })) await expect(signRelease(at, keys[1]!.file, { ...FACTS, [fact]: other }), fact).rejects.toThrow(`Not signed: ${fact} is`);
  expect(killRelease(at)).toMatchObject({ kill: true, sequence: 11 });
  expect((await verifyRelease(at)).ok).toBe(false);
  await expect(signRelease(at, keys[1]!.file, FACTS)).rejects.toThrow('Say --kill');
  for (const { file } of keys) await signRelease(at, file, asKill(FACTS));
  expect((await verifyRelease(at)).ok).toBe(true);
});

test('two folders of the same files give the same release.json, without keys an unsigned build; where they differ the file is named', async () => {
  const [one, two] = [built('one'), built('two')];
  for (const at of [one, two]) await writeRelease(at, [], FACTS);
  expect(await differences(one, two)).toEqual([]);
  expect((await verifyRelease(one)).lines.at(-1)).toBe('unsigned build: its service worker pins no keys');
  writeFileSync(join(two, 'assets', 'a-1.js'), 'other');
  expect(await differences(one, two)).toEqual(['assets/a-1.js']);
});

test("a host's own files are not listed and no fault; a name that cannot be listed is named; with pinned keys and no commit there is no release", async () => {
  const at = built('dist');
  mkdirSync(join(at, '.well-known'));
  for (const path of ['_headers', '_redirects', 'CNAME', '.nojekyll', '.well-known/security.txt', '_headers.gz']) writeFileSync(join(at, path), path.endsWith('.gz') ? gzipSync('_headers') : path);
  await writeRelease(at, [], FACTS);
  expect(await verifyRelease(at)).toMatchObject({ ok: true, lines: [expect.stringContaining(', 3 files'), expect.anything()] as unknown });
  writeFileSync(join(at, 'my picture.png'), 'x');
  await expect(writeRelease(at, [], FACTS)).rejects.toThrow('my picture.png: a release cannot list this name');
  const pins = [await makeReleaseKey(folder), await makeReleaseKey(folder)].map(({ pub }) => pub);
  await expect(writeRelease(built('two'), pins, { ...FACTS, sequence: 0 })).rejects.toThrow('there is no commit here');
});

test('release-keys.json lists two or more different keys; none means an unsigned build', async () => {
  const [a, b] = [await makeReleaseKey(folder), await makeReleaseKey(folder)];
  const file = join(folder, 'release-keys.json');
  expect(pinnedKeys(file)).toEqual([]);
  for (const bad of [[a.pub], [a.pub, a.pub], [a.pub, b.pub, 'x'], 'x']) {
    writeFileSync(file, JSON.stringify({ keys: bad }));
    expect(() => pinnedKeys(file), String(bad)).toThrow('different public keys');
  }
  writeFileSync(file, JSON.stringify({ keys: [a.pub, b.pub] }));
  expect(pinnedKeys(file)).toEqual([a.pub, b.pub]);
  writeFileSync(join(folder, 'package.json'), '{"version":"1.0.0"}');
  expect(factsOf(folder)).toMatchObject({ commit: 'dev', sequence: 0 });
});
