/** Formulas in Markdown: `$$` around lines, `$` around words. What stands between them is no Markdown: before it is read, blocks become code in `math`, words a code span with their signs. */
import { FORMULA_FREE, FORMULA_WORDS } from '#domain/editor/model';

/** Beside it: addresses and tags, in which a `$` is one. */
const SEEN = new RegExp(String.raw`\]\([^()\n]{0,2000}\)|(?<!\\)<[a-z/!?][^<>\n]{0,2000}>|(?:https?://|mailto:|www\.)\S+|${FORMULA_FREE.before}(${FORMULA_WORDS})${FORMULA_FREE.behind}`, 'gi');
const FENCE = /^[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}(?=[^`]*$)|~{3,})/;
const ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/;
const SIGNS = /^([ \t]*)\$\$[ \t]*$/;

/** Could words written as they are be read as formulas? */
export const looksLikeFormulas = (text: string): boolean => /^\$\$|\$[^\s$][^$\n]*(?<=\S)\$/m.test(text);

/** Words so written that they are none, but for addresses, which have no such signs. */
export const noFormulas = (text: string): string => text.replace(/(?:https?:\/\/|mailto:|www\.)\S+|\$/g, (one) => (one === '$' ? '\\$' : one));

/** The same text with its formulas as code. */
export function formulasAsCode(source: string): string {
  if (!source.includes('$')) return source;
  const lines = source.split('\n');
  const [out, held]: [string[], string[]] = [[], []];
  let [fence, list]: [string | null, boolean] = [null, false];
  const flush = (): void => void out.push(...(held.length === 0 ? [] : [spans(held.splice(0).join('\n'))]));
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (fence !== null) {
      out.push(line);
      const end = /^[ \t>]*(`{3,}|~{3,})[ \t\r]*$/.exec(line)?.[1];
      if (end !== undefined && end.startsWith(fence)) fence = null;
      continue;
    }
    if (ITEM.test(line)) list = true;
    else if (/^\S/.test(line) && (lines[at - 1] ?? '').trim() === '') list = false;
    const code = !list && /^(?: {4}| {0,3}\t)/.test(line);
    const block = code ? null : blockAt(lines, at);
    fence = block || code ? null : (FENCE.exec(line)?.[1] ?? null);
    if (!block && fence === null && !code && line.trim() !== '') {
      held.push(line);
      continue;
    }
    flush();
    out.push(...(block?.made ?? [line]));
    at += block ? block.count - 1 : 0;
  }
  flush();
  return out.join('\n');
}

/** A block between two lines of `$$`, or in one line. */
function blockAt(lines: readonly string[], at: number): { made: string[]; count: number } | null {
  const one = /^([ \t]*)\$\$([^$]+)\$\$[ \t\r]*$/.exec(lines[at]!);
  if (one) return { made: fenced(one[1]!, [one[1]! + one[2]!.trim()]), count: 1 };
  const indent = SIGNS.exec(lines[at]!.replace(/\r$/, ''))?.[1];
  if (indent === undefined) return null;
  for (let end = at + 1; end < Math.min(lines.length, at + BLOCK_LINES); end++) {
    const inner = lines[end]!;
    if (SIGNS.test(inner.replace(/\r$/, ''))) return { made: fenced(indent, lines.slice(at + 1, end)), count: end - at + 1 };
    if (inner.includes('$$')) return null;
  }
  return null;
}

/** A formula of more lines is none; what is not closed is looked at no further. */
const BLOCK_LINES = 500;

function fenced(indent: string, lines: readonly string[]): string[] {
  const longest = lines.reduce((most, line) => Math.max(most, /^[ \t]*(`+)/.exec(line)?.[1]!.length ?? 0), 2);
  const fence = '`'.repeat(longest + 1);
  return [`${indent}${fence}math`, ...lines, `${indent}${fence}`];
}

/** Behind an odd number of backslashes: two of them are one that is meant. */
function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text[from - 1] === '\\') from--;
  return (at - from) % 2 === 1;
}

/** Formulas of one paragraph, but for those in code. */
function spans(text: string): string {
  if (!text.includes('$')) return text;
  // In code a backslash is one; before it, it takes the first sign for itself.
  const ticks = [...text.matchAll(/`+/g)].map(({ 0: run, index }) => ({ from: index + (isEscaped(text, index) ? 1 : 0), to: index + run.length, size: run.length }));
  const next = new Map<number, number>();
  const closing = ticks.map(() => -1);
  for (let at = ticks.length - 1; at >= 0; at--) {
    const { from, to, size } = ticks[at]!;
    closing[at] = next.get(to - from) ?? -1;
    next.set(size, at);
  }
  // Signs that no other in the paragraph could be taken for the end of.
  const sizes = new Set(ticks.flatMap(({ from, to, size: all }) => [all, to - from]));
  let size = 1;
  while (sizes.has(size)) size++;
  let [out, from] = ['', 0];
  const plain = (to: number): void => {
    const part = text.slice(from, to);
    // Right beside a code span it would be a part of that.
    const beside = (at: number, end: number): boolean => (at === 0 && from > 0) || (end === part.length && to < text.length);
    out += part.replace(SEEN, (all: string, formula: string | undefined, at: number) => (formula === undefined || beside(at, at + all.length) ? all : `${'`'.repeat(size)}${formula}${'`'.repeat(size)}`));
  };
  for (let at = 0; at < ticks.length; at++) {
    const [open, close] = [ticks[at]!, ticks[closing[at]!]];
    if (!close || open.from === open.to) continue;
    plain(open.from);
    out += text.slice(open.from, close.to);
    [from, at] = [close.to, closing[at]!];
  }
  plain(text.length);
  return out;
}
