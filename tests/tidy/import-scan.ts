/** Our own reading of imports and of ambient names, independent of oxlint: what the linter says is checked against this. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { AMBIENT, BANNED_MANTINE, CLOCK, layerOf, type Layer } from './layers.ts';

/** A source file: path relative to the scanned root (with `/`), text without comments, and text as it is. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly code: string;
}

/** One fault found. */
export interface Fault {
  readonly file: string;
  readonly what: string;
}

/** Comments become blanks; strings, templates and regular expressions are stepped over, so that `//` inside them stays. */
export function withoutComments(text: string): string {
  const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|(?<=[=(,:;!&|?{}[]\s*)\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;
  return text.replaceAll(token, (match) => (match.startsWith('//') || match.startsWith('/*') ? match.replaceAll(/[^\n]/g, ' ') : match));
}

/** Every TypeScript file under the folders, in a stable order. */
export function sources(root: string, folders: readonly string[], skip: (file: string) => boolean = () => false): Source[] {
  const out: Source[] = [];
  for (const folder of folders) {
    let entries;
    try {
      entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    } catch {
      continue;
    }
    for (const entry of entries) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      const file = relative(root, path).split(sep).join('/');
      if (skip(file)) continue;
      const text = readFileSync(path, 'utf8');
      out.push({ file, text, code: withoutComments(text) });
    }
  }
  return out.sort((a, b) => (a.file < b.file ? -1 : 1));
}

const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])([^'"\s|=]+)\1/g;

/** The specifiers a file imports or re-exports, static and dynamic. */
export function imports(source: Source): string[] {
  return [...source.code.matchAll(SPECIFIER)].map((match) => match[2]!);
}

/** The specifiers a file needs when it runs: `import type` and `export type` leave no trace. */
export function runtimeImports(source: Source): string[] {
  const code = source.code.replaceAll(/\b(?:import|export)\s+type\s[^'";]*?\bfrom\s*(['"])[^'"\n]+\1/g, '').replaceAll(/\bimport\s*\{\s*(?:type\s+[\w$]+\s*,?\s*)+\}\s*from\s*(['"])[^'"\n]+\1/g, '');
  return imports({ ...source, code });
}

/** File an import leads to (relative to the root) among the known files; null for packages and what is not there. */
export function resolve(from: string, specifier: string, known: ReadonlySet<string>): string | null {
  const clean = specifier.replace(/\?.*$/, '');
  let path: string;
  if (clean.startsWith('.')) path = posix.normalize(posix.join(dirname(from), clean));
  else if (clean.startsWith('#')) {
    const rest = clean.slice(1);
    const folder = /^(signaling|tests|scripts|workers|bench)\//.test(rest) ? '' : 'src/';
    path = `${folder}${rest}`;
  } else return null;
  const candidates = clean.startsWith('#domain/') ? [`${path}/index.ts`] : [path, `${path}.ts`, `${path}.tsx`];
  return candidates.find((candidate) => known.has(candidate)) ?? null;
}

const packageName = (specifier: string): string => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');

function importFault(row: Layer, specifier: string): string | null {
  if (/(^|\/)\.\.(\/|$)/.test(specifier)) return `climbs: ${specifier}`;
  if (specifier.startsWith('.') || specifier.startsWith('/')) return null;
  if (specifier.startsWith('node:')) return row.node ? null : `Node module: ${specifier}`;
  if (specifier.startsWith('virtual:')) return null;
  if (specifier.startsWith('#')) {
    return row.may.some((open) => specifier === open || specifier.startsWith(`${open}/`)) ? null : `layer: ${specifier}`;
  }
  const name = packageName(specifier);
  const listed = row.packages.some((item) => item === '*' || item === name || item === specifier || (item.endsWith('/*') && name.startsWith(item.slice(0, -1))));
  return listed ? null : `package: ${specifier}`;
}

// A name as a value: not a property, not a key, not a declaration of that name, not inside a longer word.
const AMBIENT_USE = new RegExp(`(?<![\\w$.'"\`#-])(?:globalThis\\s*\\.\\s*)?(${AMBIENT.join('|')})(?![\\w$'"\`-])(?=\\s*(?:\\.(?!\\.)|\\(|\\[))(?!\\s*\\([^()]*\\)\\s*(?::[^;{]*[{;]|\\{))`, 'g');
const STRINGS = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.|\$(?!\{))*`/g;

function ambientFaults(source: Source): string[] {
  const code = source.code.replaceAll(STRINGS, "''");
  const found = [...code.matchAll(AMBIENT_USE)].map((match) => match[1]!);
  const declared = (name: string): boolean => new RegExp(`\\b(?:const|let|function|class|private|readonly|public)\\s+${name}\\b|[(,{]\\s*${name}\\s*[:,})]`).test(code);
  const out = found.filter((name) => !declared(name) || code.includes(`globalThis.${name}`)).map((name) => `ambient: ${name}`);
  if (CLOCK.test(code)) out.push('ambient: Date');
  if (/\bMath\s*\.\s*random\b/.test(code)) out.push('ambient: Math.random');
  return out;
}

/** Faults of the sources against the layer table. */
export function layerFaults(all: readonly Source[]): Fault[] {
  return all.flatMap((source) => {
    const row = layerOf(source.file);
    if (row === null) return [{ file: source.file, what: 'stands outside the layer table' }];
    const what = imports(source).map((specifier) => importFault(row, specifier)).filter((fault) => fault !== null);
    if (row.pure) what.push(...ambientFaults(source));
    const names = [...source.code.matchAll(/import\s*\{([^}]*)\}\s*from\s*'@mantine\/core'/g)].flatMap((match) => match[1]!.split(','));
    for (const name of names) if (BANNED_MANTINE.includes(name.trim())) what.push(`mantine: ${name.trim()}`);
    return what.map((item) => ({ file: source.file, what: item }));
  });
}

/** Files that import each other in a circle when they run. */
export function circles(all: readonly Source[]): Fault[] {
  const known = new Set(all.map((source) => source.file));
  const next = new Map(all.map((source) => [source.file, runtimeImports(source).map((item) => resolve(source.file, item, known)).filter((item) => item !== null)]));
  const reach = (from: string): Set<string> => {
    const seen = new Set<string>();
    const open = [...(next.get(from) ?? [])];
    while (open.length > 0) {
      const file = open.pop()!;
      if (seen.has(file)) continue;
      seen.add(file);
      open.push(...(next.get(file) ?? []));
    }
    return seen;
  };
  return all.filter((source) => reach(source.file).has(source.file)).map((source) => ({ file: source.file, what: 'circle' }));
}
