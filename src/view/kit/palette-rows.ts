/** Which rows of the palette stand for what was typed, in which order, and when Enter takes one. Pure. */
import type { Snippet } from '#domain/search';
import type { IconName } from '#view/kit/icons.tsx';
import { fits } from '#view/kit/picker.tsx';

export interface PaletteEntry {
  id: string;
  group: 'things' | 'go' | 'do' | 'others' | 'create';
  label: string;
  note?: string;
  /** Places of the label to mark, where the query does not stand in it as it was typed. */
  marks?: Snippet['marks'];
  icon: IconName;
  hue?: string;
  keys?: string[];
  /** Shown whatever the query is (create "…"). */
  always?: boolean;
  /** Offered first where nothing fits, and nowhere else. */
  otherwise?: boolean;
  run(): void;
}

export const GROUPS: readonly PaletteEntry['group'][] = ['things', 'go', 'do', 'others', 'create'];
const SHOWN = 24;

/** Did the words find it? What stands there whatever was typed is no hit, nor is the row that says the words themselves. */
const isHit = ({ group, label, otherwise }: PaletteEntry, words: string): boolean => otherwise !== true && group !== 'others' && (group !== 'create' || fits(words, label) > 0);

/** How many of them the words found. */
export const hitsOf = (rows: readonly PaletteEntry[], words: string): number => rows.filter((row) => isHit(row, words)).length;

/** The rows, the best first. `busy`: more may be found yet. */
export function ranked(words: string, entries: readonly PaletteEntry[], busy: boolean): PaletteEntry[] {
  const fitting = entries.filter(({ otherwise }) => !otherwise).map((entry) => ({ entry, fit: entry.always ? 1 : fits(words, entry.label) })).filter((one) => one.fit > 0);
  fitting.sort((a, b) => GROUPS.indexOf(a.entry.group) - GROUPS.indexOf(b.entry.group) || b.fit - a.fit);
  const rows = fitting.slice(0, SHOWN).map((one) => one.entry);
  return busy || words === '' || hitsOf(rows, words) > 0 ? rows : [...entries.filter(({ otherwise }) => otherwise), ...rows];
}

/** Does Enter wait for the answer? What was found for other words is not opened, and nothing is made of words that may be found yet. */
export const enterWaits = (busy: boolean, row: PaletteEntry | undefined, words: string): boolean => busy && (row === undefined || row.group === 'things' || (row.group !== 'others' && !isHit(row, words)));
