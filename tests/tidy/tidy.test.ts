import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONFIG_FILE, configText } from '#scripts/make-oxlint';
import { circles, imports, layerFaults, resolve, sources, type Source } from './import-scan.ts';
import { COMPONENT_FILES, DOMAIN_DOORS, MAX_FILE_LINES, NO_COMPONENTS } from './layers.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SHIPPED = ['src', 'workers', 'signaling'];
const all = sources(ROOT, [...SHIPPED, 'scripts', 'tests', 'bench'], (file) => file.startsWith('tests/tidy/canary/'));
const shipped = all.filter((source) => SHIPPED.some((folder) => source.file.startsWith(`${folder}/`)));
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string>; dependencies: Record<string, string> };

/** Packages the project was specified with whose time has come: each must be imported by shipped code (or build it). */
const DUE = ['gun', 'simple-peer', 'idb', 'react', 'mammoth', 'pdfjs-dist', '@xenova/transformers', 'onnxruntime-web'];

/** Files that nothing imports because a tool or the browser starts them. */
function entryPoints(): string[] {
  const started = Object.values(manifest.scripts).flatMap((line) => line.match(/[\w./-]+\.tsx?/g) ?? []);
  const workers = all.filter((source) => /^workers\/[^/]+\.worker\.ts$/.test(source.file)).map((source) => source.file);
  const tools = all.filter((source) => /^(tests|bench|scripts)\//.test(source.file)).map((source) => source.file);
  return ['src/boot/start.ts', ...started, ...workers, ...tools];
}

/** Workers and pages are also reached by `new URL('…', import.meta.url)`. */
const urls = (source: Source): string[] => [...source.code.matchAll(/new URL\(\s*(['"])([^'"]+)\1\s*,\s*import\.meta\.url/g)].map((match) => match[2]!);

/** Files the app or the server reaches; tools count as roots for files of their own folders only. */
function reached(roots: readonly string[]): Set<string> {
  const known = new Set(all.map((source) => source.file));
  const byFile = new Map(all.map((source) => [source.file, source]));
  const seen = new Set<string>();
  const open = [...roots];
  while (open.length > 0) {
    const file = open.pop()!;
    const source = byFile.get(file);
    if (source === undefined || seen.has(file)) continue;
    seen.add(file);
    for (const specifier of [...imports(source), ...urls(source)]) {
      const next = resolve(file, specifier, known);
      if (next !== null) open.push(next);
    }
  }
  return seen;
}

describe('tidy: layers', () => {
  test('the scan looks at the whole house', () => {
    expect(shipped.length).toBeGreaterThan(100);
    expect(shipped.reduce((sum, source) => sum + imports(source).length, 0)).toBeGreaterThan(200);
  });

  test('the linter configuration is what the layer table says', () => {
    expect(readFileSync(join(ROOT, CONFIG_FILE), 'utf8')).toBe(configText());
  });

  test('imports and ambient names agree with the layer table', () => {
    expect(layerFaults(all)).toEqual([]);
  });

  test('no file imports itself by a detour', () => {
    expect(circles(all)).toEqual([]);
  });
});

describe('tidy: files', () => {
  test(`no file is longer than ${MAX_FILE_LINES} lines`, () => {
    const long = all.filter((source) => source.text.split('\n').length - 1 > MAX_FILE_LINES);
    expect(long.map((source) => source.file)).toEqual([]);
  });

  test('nothing is left for later', () => {
    // The words are put together here so that this file does not find itself.
    const words = new RegExp(`\\b(${['TO', 'FIX', 'XX'].map((head, i) => head + ['DO', 'ME', 'X'][i]).join('|')})\\b`);
    expect(all.filter((source) => words.test(source.text)).map((source) => source.file)).toEqual([]);
  });

  test('no test is left out or run alone', () => {
    const skipped = new RegExp(`\\b(?:test|it|describe)\\.(?:${['skip', 'only', 'open', 'fails'].join('|')})(?:If)?\\s*[(.]|\\b${'x'}(?:it|describe)\\s*\\(`);
    expect(all.filter((source) => source.file.startsWith('tests/') && skipped.test(source.code)).map((source) => source.file)).toEqual([]);
  });

  test('every shipped file is reached from the page, a worker or the server', () => {
    const roots = entryPoints().filter((file) => !/^(tests|bench|scripts)\//.test(file));
    const alive = reached([...roots, 'scripts/start.ts']);
    const typesOnly = (source: Source): boolean => source.file.endsWith('.d.ts');
    expect(shipped.filter((source) => !alive.has(source.file) && !typesOnly(source)).map((source) => source.file)).toEqual([]);
  });

  test('shipped code names no machine, no person and no absolute path', () => {
    const path = new RegExp(`['"\`]/(?:home|root|Users|${'work'})/`);
    expect(all.filter((source) => path.test(source.text)).map((source) => source.file)).toEqual([]);
  });
});

describe('tidy: styles', () => {
  const folder = join(ROOT, 'src', 'view');
  const styles = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'));
  // A sheet of paper has one screen on it.
  const looks = (css: string): string[] => [...css.replaceAll(/@media print \{[^]*?\n\}/g, '').matchAll(/^\s*\.([\w-]+)(?:[:[][^\s,{]*)?(?=\s*[,{])/gm)].map((match) => match[1]!);

  test('a class by itself has its look from one folder: styles that came with one screen stay in force on all others', () => {
    const folders = new Map<string, Set<string>>();
    for (const file of styles) for (const name of looks(readFileSync(join(folder, file), 'utf8'))) folders.set(name, (folders.get(name) ?? new Set()).add(file.split('/')[0]!));
    expect(folders.size).toBeGreaterThan(500);
    expect([...folders].filter(([, all]) => all.size > 1).map(([name, all]) => `${name}: ${[...all].join(', ')}`)).toEqual([]);
  });

  test('control: what counts as the look of a class by itself', () => {
    expect(looks('.a {\n}\n.b:hover,\n.c[data-x] {\n}\n.d > .e {\n}\n.f.g {\n}\n@media (max-width: 1em) {\n  .h {\n  }\n}\n@media print {\n  .i {\n  }\n}\n')).toEqual(['a', 'b', 'c', 'h']);
  });
});

describe('tidy: components', () => {
  const folders = readdirSync(join(ROOT, 'src', 'domain'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);

  test('every component stands in the layer table', () => {
    expect(folders.filter((name) => !(name in DOMAIN_DOORS))).toEqual([]);
  });

  test.each(folders.filter((name) => !NO_COMPONENTS.includes(name)).map((name) => [name]))('the component %s has its six files', (name) => {
    expect(COMPONENT_FILES.filter((file) => !existsSync(join(ROOT, 'src', 'domain', name, file)))).toEqual([]);
  });
});

describe('tidy: packages', () => {
  const used = new Set(shipped.flatMap((source) => imports(source)));
  const uses = (name: string): boolean => [...used].some((specifier) => specifier === name || specifier.startsWith(`${name}/`));

  test.each(DUE.map((name) => [name]))('shipped code imports %s, which the project was specified with', (name) => {
    expect(uses(name)).toBe(true);
  });

  test('vite, which the project was specified with, builds what is shipped', () => {
    expect(manifest.scripts.build).toBe('vite build');
    expect(readFileSync(join(ROOT, 'vite.config.ts'), 'utf8')).toContain("from 'vite'");
  });

  test('every dependency is imported by shipped code, and is pinned', () => {
    const css = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.css'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
    expect(Object.keys(manifest.dependencies).filter((name) => !uses(name) && !css.includes(name))).toEqual([]);
    expect(Object.values(manifest.dependencies).filter((version) => !/^(?:npm:\S+@)?\d/.test(version))).toEqual([]);
  });

  test('every command of package.json leads to a file that is there', () => {
    const files = Object.values(manifest.scripts).flatMap((line) => line.match(/[\w./-]+\.ts\b/g) ?? []);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});
