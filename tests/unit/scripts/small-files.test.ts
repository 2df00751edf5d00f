/** The small files of a build in one file beside them, and the tables of pdf.js. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromUtf8 } from '#base/bytes';
import { readPack } from '#base/pack';
import { pdfTables } from '#scripts/lib/pdf-tables';
import { ROOT } from '#scripts/lib/run';
import { packSmallFiles } from '#scripts/lib/small-files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifegraph-small-'));
  mkdirSync(join(folder, 'assets'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, words: string): void => writeFileSync(join(folder, 'assets', name), words);
const packs = (): string[] => readdirSync(join(folder, 'assets')).filter((name) => /^small-[\w-]{8}\.bin$/.test(name));

test('scripts, styles and fonts are in it by their paths; workers, which need headers, what is large, and other kinds are not; its name says what is in it', () => {
  const files = { 'a-1.js': 'a', 'b-1.css': 'b', 'c-1.woff2': 'c', 'kernel.worker-1.js': 'worker', 'pdf.worker.min-1.mjs': 'pdf', 'd-1.wasm': 'd', 'e-1.svg': 'e', 'worker-words-1.js': 'words', 'large-1.js': 'x'.repeat(65_537), 'just-1.js': 'x'.repeat(65_536) };
  for (const [name, words] of Object.entries(files)) put(name, words);
  packSmallFiles(folder, 'assets');
  const [first] = packs();
  const held = readPack(new Uint8Array(readFileSync(join(folder, 'assets', first!))))!;
  expect([...held.keys()]).toEqual(['a-1.js', 'b-1.css', 'c-1.woff2', 'just-1.js', 'worker-words-1.js'].map((name) => `assets/${name}`));
  expect(fromUtf8(held.get('assets/b-1.css')!)).toBe('b');
  packSmallFiles(folder, 'assets');
  expect(packs(), 'the same files').toEqual([first]);
  put('a-1.js', 'other');
  packSmallFiles(folder, 'assets');
  expect(packs()).toHaveLength(2);
});

test('the tables of East Asian writing are all in one file, byte for byte', () => {
  const from = join(ROOT, 'node_modules/pdfjs-dist/cmaps');
  const names = readdirSync(from).filter((name) => name.endsWith('.bcmap'));
  const tables = readPack(pdfTables(ROOT))!;
  expect(names.length).toBeGreaterThan(100);
  expect([...tables.keys()].sort()).toEqual(names.sort());
  for (const name of names) expect(Buffer.compare(tables.get(name)!, readFileSync(join(from, name))), name).toBe(0);
});
