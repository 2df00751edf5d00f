/** What the compiler made is kept: another source, another flag and a spoilt file are compiled anew. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compileAssembly } from '#scripts/lib/assembly';

const folder = mkdtempSync(join(tmpdir(), 'lifegraph-assembly-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [source, kept] = [join(folder, 'loops.as'), join(folder, 'kept')];
/** The least right module. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

function made(words: string, ...flags: string[]): Promise<Uint8Array<ArrayBuffer>> {
  writeFileSync(source, words);
  return compileAssembly(source, ['-O0', ...flags], kept);
}
const SEVEN = 'export function said(): i32 { return 7; }';

test('the same source is compiled once; another one, other flags and a file that is no module any more are compiled', async () => {
  const seven = await made(SEVEN);
  expect(((await WebAssembly.instantiate(seven)).instance.exports as { said(): number }).said()).toBe(7);
  const [first] = readdirSync(kept);
  writeFileSync(join(kept, first!), EMPTY);
  expect(await made(SEVEN), 'as it lies there').toEqual(EMPTY);
  // Neither of these compiles, which is what shows that they were not taken for it.
  await expect(made(SEVEN, '--enable', 'nonsense')).rejects.toThrow('nonsense');
  await expect(made(SEVEN.replace('7', '"no"'))).rejects.toThrow('loops.as');
  expect(readdirSync(kept), 'nothing is kept of them').toHaveLength(1);
  writeFileSync(join(kept, first!), 'half a file');
  expect(await made(SEVEN)).toEqual(seven);
});
