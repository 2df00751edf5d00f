/** A vite plugin that lifts one limit where the code uses it, so that a test which holds the limit must fail. */
import type { Plugin } from 'vite';
import { LIMIT_FILES } from './limit-caps.ts';
import { ROOT } from './run.ts';

/** How far a limit is lifted. */
const FACTOR = 64;

const IMPORT = /^import [^;]*;$/gm;

/** The expression that stands for a lifted limit: numbers, lists of numbers and small objects of numbers alike. */
function lifted(expression: string): string {
  return `((v) => typeof v === 'number' ? v * ${FACTOR} : Array.isArray(v) ? v.map((n) => n * ${FACTOR}) : Object.fromEntries(Object.entries(v).map(([k, n]) => [k, n * ${FACTOR}])))(${expression})`;
}

/** The source with every use of the limit lifted; null when it uses it nowhere. `code` is as in limit-caps: LINK_LIMITS.hello, MAX_DEPS. */
export function liftedSource(source: string, code: string): string | null {
  const [group, key] = code.split('.') as [string, string?];
  const use = key === undefined
    ? new RegExp(`(?<![\\w.])${group}\\b(?!\\s*[:=][^=])`, 'g')
    // A group can be handed on as `limits`, with smaller values in tests.
    : new RegExp(`(?<![\\w.])(?:${group}|this\\.#limits|(?:this\\.|deps\\.|this\\.deps\\.|[a-z]+\\.)?limits)\\.${key}\\b(?!\\s*=[^=])`, 'g');
  if (key !== undefined && group !== 'LIMITS' && group !== 'GUARD_LIMITS' && !source.includes(group)) return null;
  const kept: string[] = [];
  const masked = source.replaceAll(IMPORT, (line) => `\0${kept.push(line) - 1}\0`);
  const changed = masked.replaceAll(use, (match) => lifted(match));
  return changed === masked ? null : changed.replaceAll(/\0(\d+)\0/g, (_, no: string) => kept[Number(no)]!);
}

/** Lifts the limit in every file of the shipped code but the limits file itself. */
export function liftPlugin(code: string): Plugin {
  const skip = new Set(LIMIT_FILES.map(([file]) => `${ROOT}/${file}`));
  const folders = code.startsWith('LIMITS.') ? ['signaling'] : ['src', 'workers', 'signaling'];
  return {
    name: 'lift-limit',
    enforce: 'pre',
    transform(source, id) {
      const file = id.split('?')[0]!;
      if (skip.has(file) || !folders.some((folder) => file.startsWith(`${ROOT}/${folder}/`))) return null;
      return liftedSource(source, code);
    },
  };
}
