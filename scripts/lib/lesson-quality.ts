/** Measures which questions are made of prose (tests/quality/lessons.ts), beside the rules that ask only what a text marks itself. */
import type { Block } from '#domain/editor/model';
import { courseOutline } from '#domain/learn/outline';
import { LESSONS_EN, LESSONS_RU, type LessonSentence } from '#tests/quality/lessons';
import type { Figure } from './figure.ts';

/** The words asked of one sentence that stands alone; null: none. */
export function askedOf(sentence: string, prose = true): string | null {
  const block: Block = { id: 'b', type: 'paragraph', attrs: {}, text: [{ text: sentence, marks: {} }] };
  const ask = courseOutline([block], 'x', prose).modules[0]?.lessons[0]?.questions[0]?.draft.ask;
  return ask === undefined ? null : (/\{\{(.*?)\}\}/.exec(ask)?.[1] ?? ask);
}

export interface LessonScore {
  readonly made: number;
  readonly right: number;
  readonly wanted: number;
  readonly wrong: readonly string[];
}

/** Of sentences with what a teacher would ask. */
export function scoreOf(list: readonly LessonSentence[], tell: (sentence: string) => string | null = (sentence) => askedOf(sentence)): LessonScore {
  const told = list.map(([sentence, asked]) => ({ sentence, asked, words: tell(sentence) }));
  const right = told.filter(({ asked, words }) => words !== null && asked.some((one) => one.toLowerCase() === words.toLowerCase()));
  return { made: told.filter(({ words }) => words !== null).length, right: right.length, wanted: list.filter(([, asked]) => asked.length > 0).length, wrong: told.filter((one) => !right.includes(one) && (one.words !== null || one.asked.length > 0)).map(({ sentence, words }) => `${words ?? '–'} | ${sentence}`) };
}

/** Of every two the second: not looked at while the rules were made. */
export const heldOut = (list: readonly LessonSentence[]): LessonSentence[] => list.filter((_, at) => at % 2 === 1);

const f1 = ({ made, right, wanted }: LessonScore): number => (right === 0 ? 0 : (2 * right) / (made + wanted));
const plain = (sentence: string): string | null => askedOf(sentence, false);

/** The rows of docs/QUALITY.md. */
export const lessonFigures = (): Figure[] => ([['all', 'half', LESSONS_EN, LESSONS_RU], ['held out', 'none', heldOut(LESSONS_EN), heldOut(LESSONS_RU)]] as const).map(([name, seen, en, ru]) => {
  const list = [...en, ...ru];
  return { what: `Questions of prose, ${name}`, seen, measure: 'F1', n: list.length, ours: f1(scoreOf(list)), plain: f1(scoreOf(list, plain)), plainIs: 'what the text marks: a term before a dash, a number with its unit' };
});
