/** What of a text could be asked: definitions by their term, facts by their number, and sentences by the word the text is about. By rules that can be read; nothing is made up. English and Russian. */
import { atOnce, type Steps } from '#base/steps';
import { oneLine } from '#domain/shared';
import { keywordSteps } from './keywords.ts';
import { cutSentences } from './sentences.ts';

export interface QuestionFound {
  /** The sentence with a gap. */
  readonly ask: string;
  readonly answer: string;
  /** Code of the rule. */
  readonly why: 'ask-term' | 'ask-number' | 'ask-word';
}

/** With the place of its text. */
export type QuestionOf = QuestionFound & { readonly source: number };

/** Letters of an answer, and of a sentence that can be asked. */
const ANSWER = 60;
const SENTENCE: readonly [number, number] = [25, 300];
/** Questions out of one paragraph, words that a text is about. */
const PER_TEXT = 2;
const WORDS = 10;
const GAP = '…';

const NO_PROSE = /[{}<>=;\\|[\]~^]|\/\/|::/u;
const UNITS = '%|‰|°C|°|mm|cm|m|km|mg|g|kg|t|ml|l|V|A|W|kW|kWh|ms|s|min|minutes?|hours?|days?|weeks?|months?|years?|times|euro|мм|см|м|км|мг|г|кг|т|мл|л|В|А|Вт|кВт|мс|с|мин|минут[аы]?|час(?:а|ов)?|дн(?:я|ей)|день|недел[яиь]|месяц(?:а|ев)?|год(?:а|ов)?|лет|раза?|евро|руб\\.?';
const NUMBER = new RegExp(`(?<![\\p{L}\\d.,])\\d{1,3}(?:[ \\u00a0]?\\d{3})*(?:[.,]\\d+)?[ \\u00a0]?(?:${UNITS})(?![\\p{L}\\d])`, 'u');
/** "A term – what it means", "A term is a …": the term is a few words at the beginning. */
const TERM = /^(\p{L}[\p{L}\p{N} -]{1,58}?)\s*(?:\s[–—]\s(?:это\s+)?|:\s+|\s(?:is|are|means) (?=an? |the |what |where )|\s(?:это|означает) )(\S.{14,})$/u;
/** What stands for something said before is no term. */
const PRONOUN = /^(?:it|this|that|there|they|he|she|we|i|you|here|what|who|one|это|этот|эта|он|она|оно|они|мы|я|вы|ты|там|тут|здесь|что|кто)(?:\s|$)/iu;

const isProse = (text: string): boolean => text.length >= SENTENCE[0] && text.length <= SENTENCE[1] && !NO_PROSE.test(text) && !text.includes('?') && /[.!…]["'’”»)]*$/u.test(text) && (text.match(/\p{L}{2,}/gu)?.length ?? 0) >= 5;

function withGap(sentence: string, at: number, length: number): string {
  return oneLine(`${sentence.slice(0, at)}${GAP}${sentence.slice(at + length)}`);
}

function termOf(sentence: string): QuestionFound | null {
  const found = TERM.exec(sentence);
  if (!found || PRONOUN.test(found[1]!) || found[1]!.trim().split(/\s+/u).length > 4 || NO_PROSE.test(sentence)) return null;
  const term = found[1]!.trim();
  return { ask: withGap(sentence, sentence.indexOf(term), term.length), answer: term, why: 'ask-term' };
}

function numberOf(sentence: string): QuestionFound | null {
  const found = isProse(sentence) ? NUMBER.exec(sentence) : null;
  return found ? { ask: withGap(sentence, found.index, found[0].length), answer: found[0], why: 'ask-number' } : null;
}

/** The word is taken as it stands, with its ending. */
function wordIn(sentence: string, words: readonly string[]): QuestionFound | null {
  if (!isProse(sentence)) return null;
  const low = sentence.toLowerCase();
  for (const word of words) {
    const at = low.indexOf(word);
    if (at <= 0 || /[\p{L}\p{N}]/u.test(low[at - 1]!) || /[\p{L}\p{N}]/u.test(low[at + word.length] ?? ' ') || word.length > ANSWER) continue;
    // Said twice, one of them tells the other.
    if (low.indexOf(word, at + word.length) >= 0) continue;
    return { ask: withGap(sentence, at, word.length), answer: sentence.slice(at, at + word.length), why: 'ask-word' };
  }
  return null;
}

/** The questions of texts, each with the place of its text. A definition is asked for before a number, a number before a word. */
export const questionsOf = (texts: readonly string[]): QuestionOf[] => atOnce(questionSteps(texts));

/** The same text by text. */
export function* questionSteps(texts: readonly string[]): Steps<QuestionOf[]> {
  const words = yield* keywordSteps(texts, WORDS);
  const seen = new Set<string>();
  const out: QuestionOf[] = [];
  for (const [source, text] of texts.entries()) {
    const sentences = cutSentences(text).map((one) => one.text);
    const taken = new Set<string>();
    const found: QuestionFound[] = [];
    for (const rule of [termOf, numberOf, (sentence: string) => wordIn(sentence, words)]) {
      for (const sentence of sentences) {
        const one = found.length < PER_TEXT && !taken.has(sentence) ? rule(sentence) : null;
        if (!one || one.answer.length > ANSWER || seen.has(one.ask)) continue;
        taken.add(sentence);
        seen.add(one.ask);
        found.push(one);
      }
    }
    out.push(...found.map((one) => ({ ...one, source })));
    yield;
  }
  return out;
}

/** The longest word of each paragraph's first sentence: the measure of the rest. */
export function plainQuestions(texts: readonly string[]): { readonly answer: string; readonly source: number }[] {
  return texts.flatMap((text, source) => {
    const [longest] = (cutSentences(text)[0]?.text.match(/\p{L}+/gu) ?? []).sort((a, b) => b.length - a.length);
    return longest ? [{ answer: longest, source }] : [];
  });
}
