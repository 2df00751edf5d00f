/** Whether an answer is right, and what is said of it. */
import { clozeOf, type Question } from './things.ts';

/** What a person gave: chosen options by number, words for the holes of a cloze or of a free text, lines of an order by number. */
export type Given = { readonly chosen: readonly number[] } | { readonly words: readonly string[] } | { readonly order: readonly number[] };

export interface Verdict {
  readonly right: boolean;
  /** Of each part that was given: was it right? */
  readonly parts: readonly boolean[];
}

/** Words as they are compared: case, spaces, accents written in two ways, ё, quotes and a full stop at the end make no difference. */
export const sameWords = (a: string, b: string): boolean => plain(a) === plain(b);
const plain = (words: string): string => words.normalize('NFKC').toLowerCase().replace(/ё/g, 'е').replace(/[«»“”„"]/g, '"').replace(/[’‘]/g, "'").replace(/[–—−]/g, '-').replace(/\s+/gu, ' ').trim().replace(/[.!…]+$/u, '').trim();

/** The verdict; what does not answer the question is wrong. */
export function judge(question: Question, given: Given): Verdict {
  if (question.kind === 'choice') {
    const chosen = new Set('chosen' in given ? given.chosen : []);
    const parts = question.options.map(({ right }, at) => chosen.has(at) === right);
    return { right: chosen.size > 0 && parts.every(Boolean), parts };
  }
  if (question.kind === 'order') {
    const order = 'order' in given ? given.order : [];
    const parts = question.answers.map((line, at) => order[at] !== undefined && question.answers[order[at]] === line);
    return { right: parts.length > 0 && parts.every(Boolean), parts };
  }
  const words = 'words' in given ? given.words : [];
  const fits = question.kind === 'cloze' ? clozeOf(question.ask).holes : [question.answers];
  const parts = fits.map((wanted, at) => wanted.some((one) => sameWords(one, words[at] ?? '')));
  return { right: parts.length > 0 && parts.every(Boolean), parts };
}

/** The lines of an order as they are shown: never as they belong, and the same on every device. */
export function shuffled(question: Pick<Question, 'id' | 'answers'>): number[] {
  const out = question.answers.map((_, at) => at);
  let seed = [...question.id].reduce((sum, sign) => (Math.imul(sum, 31) + sign.charCodeAt(0)) >>> 0, 7);
  for (let at = out.length - 1; at > 0; at--) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const other = seed % (at + 1);
    [out[at], out[other]] = [out[other]!, out[at]!];
  }
  const same = out.every((one, at) => question.answers[one] === question.answers[at]);
  return same ? [...out.slice(1), ...out.slice(0, 1)] : out;
}

/** A question and what is right, as the two sides of a card. */
export function rightOf({ kind, ask, options, answers }: Pick<Question, 'kind' | 'ask' | 'options' | 'answers'>): { front: string; back: string } {
  if (kind === 'choice') return { front: ask, back: options.filter(({ right }) => right).map(({ text }) => text).join('\n') };
  if (kind !== 'cloze') return { front: ask, back: kind === 'order' ? answers.join('\n') : (answers[0] ?? '') };
  const { texts, holes } = clozeOf(ask);
  const filled = (hole: (at: number) => string): string => texts.map((text, at) => text + (at < holes.length ? hole(at) : '')).join('');
  return { front: filled(() => '…'), back: filled((at) => holes[at]![0]!) };
}
