/** What several people do to one document, drawn from a seed: the same acts for every editor that is compared. */
import { prng } from '#tests/support/prng';

export type What = 'type' | 'mark' | 'move' | 'heading' | 'list' | 'table' | 'row' | 'column' | 'split';

/** An act. Where and how it is done say four numbers from 0 to below 1, which each editor applies to what stands in it. */
export interface Act {
  readonly what: What;
  readonly by: readonly [number, number, number, number];
  /** What somebody else does when they have heard of the first half of the word that is typed here, and before the second is. */
  readonly meanwhile?: { readonly no: number; readonly act: Act };
}

export interface Script {
  readonly seed: number;
  readonly people: number;
  /** What the first person does before the others come. */
  readonly begin: readonly Act[];
  /** By round and person: in a round nobody hears of the others. */
  readonly rounds: readonly (readonly (readonly Act[])[])[];
  /** Letters come as key events of the browser. */
  readonly keys: boolean;
}

/** The acts of each profile, as often as they stand here; `alike`: all words begin and end with the same letters. */
export const PROFILES = {
  typing: ['type'],
  marks: ['type', 'mark'],
  move: ['type', 'move'],
  heading: ['type', 'heading'],
  list: ['type', 'list'],
  table: ['type', 'type', 'table', 'row', 'column'],
  split: ['type', 'split'],
  alike: ['type', 'mark'],
} as const satisfies Record<string, readonly What[]>;
export type Profile = keyof typeof PROFILES;

const ROUNDS = 6;
const ACTS = 4;
/** Of so many words the second half is typed after others have done something. */
const HALVES = 0.3;
/** Behind everything that stands there. */
export const LAST = 0.999_999;

/** Letters of a word that no other word has, so that each can be looked for by itself. */
export const LETTERS = 3;
const FIRST_LETTER = 0x4e00;

/** The letters that only the nth of all words has. */
export const lettersOf = (n: number): string[] => Array.from({ length: LETTERS }, (_, at) => String.fromCharCode(FIRST_LETTER + n * LETTERS + at));

/** The nth of all words that are typed, from a small letter to a large one. Those two are drawn: were they the same as its neighbours', a binding that only compares texts would see each word put in a letter further on. */
export function wordOf([, , last, first]: Act['by'], n: number): string {
  const letter = (part: number): string => String.fromCharCode(97 + Math.floor(part * 26));
  return `${letter(first)}${lettersOf(n).join('')}${letter(last).toUpperCase()}`;
}

/** A script: two or three people, at first three lines and in the profile of tables one of those. */
export function scriptOf(profile: Profile, seed: number): Script {
  const roll = prng(seed * 1_000 + Object.keys(PROFILES).indexOf(profile));
  const part = (): number => roll(1_000_000) / 1_000_000;
  const act = (what: What, at = part()): Act => ({ what, by: profile === 'alike' && what === 'type' ? [at, 0, 0, 0] : [at, part(), part(), part()] });
  const acts: readonly What[] = PROFILES[profile];
  const people = 2 + (seed % 2);
  const lines: What[] = ['type', 'split', 'type', 'split', 'type', ...(profile === 'table' ? (['split', 'table'] as const) : [])];
  const drawn = (): Act => act(acts[roll(acts.length)]!);
  const withOther = (no: number, one: Act): Act => (one.what === 'type' && part() < HALVES ? { ...one, meanwhile: { no: (no + 1 + roll(people - 1)) % people, act: drawn() } } : one);
  const rounds = Array.from({ length: ROUNDS }, () => Array.from({ length: people }, (_, no) => Array.from({ length: ACTS }, () => withOther(no, drawn()))));
  return { seed, people, begin: lines.map((what) => act(what, LAST)), rounds, keys: profile === 'typing' };
}
