import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configText } from '#scripts/make-oxlint';
import { circles, layerFaults, sources } from './import-scan.ts';

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
});
