/** Days in a question, among its words: `before:2026-11-01` and `after:2026-11-01`, in Russian `до:` and `после:`. Pure. */
import { isDay } from '#domain/shared';

export interface AskedDays {
  /** The question without them. */
  readonly text: string;
  /** Last changed before this day begins, YYYY-MM-DD. */
  readonly before: string | null;
  /** Last changed on this day, or later. */
  readonly after: string | null;
  /** What stands in the place of a day and is none: it narrows nothing, and is told. */
  readonly bad: readonly string[];
}

/** What is quoted is looked for as it stands, whatever it says. */
const WORD = /["“”„«»][^"“”„«»]*(?:["“”„«»]|$)|(^|\s)(before|after|до|после):(\S*)/giu;
const BEFORE = new Set(['before', 'до']);
/** Of what is no day so much is told back. */
const BAD_MAX = 40;

/** Reads the days of a question. Of several all hold; a word without a value narrows nothing. */
export function readDays(question: string): AskedDays {
  const days: { before: string | null; after: string | null } = { before: null, after: null };
  const bad: string[] = [];
  let found = false;
  const rest = question.replace(WORD, (all: string, space: string | undefined, word: string | undefined, value = '') => {
    if (word === undefined) return all;
    found = true;
    const day = value.replace(/[,.;]+$/, '');
    if (!isDay(day)) {
      if (day !== '') bad.push(day.slice(0, BAD_MAX));
    } else if (BEFORE.has(word.toLowerCase())) days.before = days.before === null || day < days.before ? day : days.before;
    else days.after = days.after === null || day > days.after ? day : days.after;
    return space ?? '';
  });
  return { text: found ? rest.replace(/\s+/g, ' ').trim() : question, ...days, bad };
}
