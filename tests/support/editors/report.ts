/** The comparison as a table, and as the section of docs/EDITING.md that the full run writes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './main.ts';
import type { Profile } from './script.ts';

/** What a profile came to over all of its seeds. */
export interface Row {
  readonly profile: Profile;
  readonly words: number;
  readonly ours: Sums;
  readonly theirs: Sums;
}

export interface Sums {
  readonly lost: number;
  readonly doubled: number;
  readonly unmarked: number;
  readonly torn: number;
  readonly differ: number;
  readonly threw: number;
}

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'EDITING.md');
const MARKS = ['<!-- editors: written by the full run -->', '<!-- /editors -->'] as const;

function sums(outcomes: readonly Outcome[], side: 'ours' | 'theirs'): Sums {
  const sum = (of: (one: Outcome['ours']) => number): number => outcomes.reduce((all, one) => all + of(one[side]), 0);
  return { lost: sum(({ lost }) => lost.length), doubled: sum(({ doubled }) => doubled.length), unmarked: sum(({ unmarked }) => unmarked.length), torn: sum(({ torn }) => torn.length), differ: sum(({ differ }) => differ), threw: sum(({ threw }) => threw.length) };
}

export const rowOf = (profile: Profile, outcomes: readonly Outcome[]): Row => ({ profile, words: outcomes.reduce((all, { ours }) => all + ours.words, 0), ours: sums(outcomes, 'ours'), theirs: sums(outcomes, 'theirs') });

const number = (n: number): string => n.toLocaleString('en-US');
/** The three figures, and what else is to be said. */
function cells({ lost, doubled, unmarked, torn, differ, threw }: Sums, marks: boolean): string {
  const twice = `${doubled}${marks && doubled > 0 ? ` (${unmarked} not marked)` : ''}`;
  return `${lost} | ${twice} | ${torn}${differ > 0 ? `; ${differ} see something else` : ''}${threw > 0 ? `; ${threw} acts threw` : ''}`;
}

/** The table, both columns. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ profile, words, ours, theirs }) => `| ${profile} | ${number(words)} | ${cells(ours, true)} | ${cells(theirs, false)} |`);
  return ['| What they do | Words | Ours: lost | twice | torn | y-tiptap: lost | twice | torn |', '|---|---|---|---|---|---|---|---|', ...lines].join('\n');
}

/** Puts the table into its place. */
export function writeTable(rows: readonly Row[], seeds: number): void {
  const page = readFileSync(PAGE, 'utf8');
  const [from, to] = [page.indexOf(MARKS[0]), page.indexOf(MARKS[1])];
  if (from < 0 || to < from) throw new Error('docs/EDITING.md has lost its marks');
  writeFileSync(PAGE, `${page.slice(0, from)}${MARKS[0]}\n${seeds} seeds a row.\n\n${table(rows)}\n${page.slice(to)}`);
}
