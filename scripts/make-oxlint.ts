/**
 * Generates `.oxlintrc.json` from tests/tidy/layers.ts. Ways of oxlint that shape it (STYLE.md §7): no look-around and no negation in
 * patterns, so everything forbidden is spelled out; a later override replaces a rule's options, so each layer gets the whole rule; rules
 * see the written specifier, so `../` is banned everywhere.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALIASES, AMBIENT, BANNED_MANTINE, DOMAIN_DOORS, LAYERS, MAX_FILE_LINES, MAX_FUNCTION_LINES, VIEW_FOLDERS, type Layer } from '#tests/tidy/layers';
import { ROOT } from './lib/run.ts';

/** The generated file. */
export const CONFIG_FILE = '.oxlintrc.json';

interface Pattern {
  readonly regex: string;
  readonly message: string;
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const anyOf = (names: readonly string[]): string => `^(${names.map(escape).join('|')})(/|$)`;

/** Packages of package.json that the row does not list. */
function otherPackages(row: Layer): string[] {
  if (row.packages.includes('*')) return [];
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
  const all = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const listed = (name: string): boolean => row.packages.some((item) => item === name || (item.endsWith('/*') && name.startsWith(item.slice(0, -1))));
  return all.filter((name) => !listed(name)).sort();
}

/** Alias prefixes the row may not import; aliases with doors (domain, view) are spelled out per folder where only some are open. */
function otherAliases(row: Layer): string[] {
  return ALIASES.flatMap((alias) => {
    const name = `#${alias}`;
    if (row.may.includes(name)) return [];
    const inside = row.may.filter((item) => item.startsWith(`${name}/`));
    if (inside.length === 0) return [name];
    const folders = alias === 'domain' ? Object.keys(DOMAIN_DOORS) : ['kit', 'i18n', ...VIEW_FOLDERS];
    return folders.map((folder) => `${name}/${folder}`).filter((item) => !inside.includes(item));
  });
}

function patterns(row: Layer): Pattern[] {
  const out: Pattern[] = [{ regex: '(^|/)\\.\\.(/|$)', message: 'Use an alias (#layer/…) instead of ../' }];
  const aliases = otherAliases(row);
  if (aliases.length > 0) out.push({ regex: anyOf(aliases), message: `${row.name} may not import this layer (tests/tidy/layers.ts)` });
  const packages = otherPackages(row);
  if (packages.length > 0) out.push({ regex: anyOf(packages), message: `${row.name} may not import this package (tests/tidy/layers.ts)` });
  if (!row.node) out.push({ regex: '^node:', message: `${row.name} runs in browsers: no modules of Node` });
  return out;
}

function rules(row: Layer): Record<string, unknown> {
  const view = row.folder.startsWith('src/view') || row.folder === 'src/boot';
  const paths = view ? { paths: [{ name: '@mantine/core', importNames: BANNED_MANTINE, message: 'Puts styles into the page (DESIGN §9): use own CSS' }] } : {};
  const out: Record<string, unknown> = { 'no-restricted-imports': ['error', { ...paths, patterns: patterns(row) }] };
  if (row.pure) {
    out['no-restricted-globals'] = ['error', ...AMBIENT];
    out['no-restricted-properties'] = [
      'error', { object: 'Math', property: 'random' }, { object: 'Date', property: 'now' },
      ...['Date', ...AMBIENT].map((property) => ({ object: 'globalThis', property })),
    ];
  }
  if (row.folder === 'tests') out['max-lines-per-function'] = 'off';
  return out;
}

/** The text of the generated file. `ignore` leaves the canary out, as the real lint does. */
export function configText(ignore: readonly string[] = ['tests/tidy/canary/**']): string {
  const config = {
    plugins: ['typescript', 'import', 'unicorn', 'oxc'],
    categories: { correctness: 'error' },
    ignorePatterns: ['dist/**', 'out/**', ...ignore],
    rules: {
      'import/no-cycle': 'error',
      'import/no-default-export': 'error',
      'max-lines': ['error', { max: MAX_FILE_LINES }],
      'max-lines-per-function': ['error', { max: MAX_FUNCTION_LINES, skipBlankLines: true, skipComments: true }],
      'no-var': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // Copies before a collection changes under the loop are meant; so are control characters in the patterns that refuse them.
      'unicorn/no-useless-spread': 'off',
      'unicorn/no-new-array': 'off',
      'no-control-regex': 'off',
      'typescript/no-this-alias': 'off',
      'typescript/no-explicit-any': 'error',
    },
    overrides: LAYERS.map((row) => ({ files: [`**/${row.folder}/**`], rules: rules(row) })),
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  writeFileSync(join(ROOT, CONFIG_FILE), configText());
  console.log(`${CONFIG_FILE}: ${LAYERS.length} layers`);
}
