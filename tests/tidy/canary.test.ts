import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configText } from '#scripts/make-oxlint';
import { circles, imports, layerFaults, sources, withoutComments } from './import-scan.ts';
import { CLOCK } from './layers.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CANARY = join(import.meta.dirname, 'canary');

/** Every planted file is wrong, except those named clean. */
const planted = (): string[] =>
  readdirSync(CANARY, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'clean.ts')
    .map((entry) => relative(CANARY, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();

/** Report of oxlint over a copy of the planted tree that stands by itself, so that the row of tests/ does not cover it. */
function oxlint(folder: string): Promise<string> {
  const config = join(folder, '.oxlintrc.json');
  writeFileSync(config, configText([]));
  return new Promise((resolve) => {
    execFile(join(ROOT, 'node_modules', '.bin', 'oxlint'), ['-c', config, '--format', 'json', '.'], { cwd: folder, maxBuffer: 1e8 }, (_, stdout) => resolve(stdout));
  });
}

describe('canary: planted faults', () => {
  test('a checker that looked at nothing turns red: oxlint reports exactly the planted files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lifegraph-canary-'));
    try {
      cpSync(CANARY, folder, { recursive: true });
      const report = JSON.parse(await oxlint(folder)) as { diagnostics: { filename: string; code: string }[] };
      const files = new Set(report.diagnostics.map((item) => item.filename.split(sep).join('/')));
      expect([...files].sort()).toEqual(planted());
      expect(files.size).toBe(23);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('our own scan reports exactly the planted files', () => {
    const all = sources(CANARY, ['src', 'signaling']);
    const files = new Set([...layerFaults(all), ...circles(all)].map((fault) => fault.file));
    expect([...files].sort()).toEqual(planted());
  });

  test.each(['Date.now()', 'new Date()', 'new Date().getTime()', 'Date()', 'new Date', 'globalThis.Date.now()'])('%s reads the clock', (code) => {
    expect(CLOCK.test(code)).toBe(true);
  });

  test.each(['new Date(ms)', 'new Date(at).toISOString()', 'const d: Date = x', 'toDate(x)', 'x.Date()'])('%s does not read the clock', (code) => {
    expect(CLOCK.test(code)).toBe(false);
  });

  test('words in comments and strings are not imports, and comments hide nothing after them', () => {
    const text = "// import 'a';\n/* from 'b' */ const url = 'http://x'; // from 'c'\nimport { d } from 'e'; export * from \"f\"; await import('g');";
    expect(imports({ file: 'x.ts', text, code: withoutComments(text) })).toEqual(['e', 'f', 'g']);
  });
});
