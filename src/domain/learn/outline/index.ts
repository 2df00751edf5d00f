/** A course out of a document by its structure alone: headings become modules and lessons, emphasised words and definitions become questions that somebody looks at one by one. No model, no guess: the same document makes the same course. */
import { plainOf, type Block } from '#domain/editor/model';
import { CHANNEL_TITLE_MAX, oneLine } from '#domain/shared';
import { cutText } from '#base/plain-text';
import { LEARN_LIMITS, type Draft } from '#domain/learn/course';
import { askedIn, type Asked, type ProseRule } from './prose.ts';

export { askedIn };

export interface LessonDraft {
  readonly title: string;
  /** The blocks of it, without its heading. */
  readonly blocks: readonly Block[];
  /** Where it begins in the document. */
  readonly block: string;
  readonly page: number | null;
  readonly questions: readonly QuestionDraft[];
}

/** Which rule made it. */
export type QuestionRule = ProseRule | 'emphasis';

export interface QuestionDraft {
  readonly rule: QuestionRule;
  readonly draft: Draft;
  readonly block: string;
  readonly page: number | null;
}

export interface ModuleDraft {
  readonly title: string;
  readonly lessons: readonly LessonDraft[];
}

export interface CourseDraft {
  /** One without title when the document has one level of headings. */
  readonly modules: readonly ModuleDraft[];
  readonly lessons: number;
  readonly questions: number;
}

/** Questions of one lesson, and letters a sentence may have to be one. */
const PER_LESSON = 8;
const SENTENCE: readonly [number, number] = [20, 300];
const TERM_MAX = 60;

interface Section {
  readonly level: number;
  readonly title: string;
  readonly block: string;
  page: number | null;
  readonly blocks: Block[];
}

const titled = (text: string): string => cutText(oneLine(text), CHANNEL_TITLE_MAX).trim();

/** The document in stretches, each behind its heading; what stands before the first has none. */
function sectionsOf(blocks: readonly Block[]): Section[] {
  const out: Section[] = [];
  let page: number | null = null;
  for (const block of blocks) {
    page = block.attrs.page ?? page;
    const title = block.type === 'heading' ? titled(plainOf(block.text)) : '';
    if (title !== '') out.push({ level: block.attrs.level ?? 1, title, block: block.id, page, blocks: [] });
    else {
      if (out.length === 0) out.push({ level: 0, title: '', block: block.id, page, blocks: [] });
      out.at(-1)!.blocks.push(block);
    }
  }
  return out.filter((section) => section.level > 0 || section.blocks.some((block) => plainOf(block.text).trim() !== ''));
}

/** Signs of code, of addresses and of references: what has them is no prose. */
const NO_PROSE = /[{}<>=;\\|[\]~^]|\/\/|::/;
/** Words as they are written about things. */
const WORDS = /^[\p{L}\p{N}"'’«»“”„(][\p{L}\p{M}\p{N} \u00a0"'’«»“”„().,%°+/&‑-]*$/u;

/** A sentence that says something: words to its end, and not a line of a table, of code or of a picture whose letters have no names. */
function isProse(text: string): boolean {
  const letters = text.match(/[\p{L}\p{M}\s]/gu)?.length ?? 0;
  return !NO_PROSE.test(text) && /[.!?…]["'’”»)]*$/u.test(text) && letters >= text.length * 0.75 && (text.match(/\p{L}{2,}/gu)?.length ?? 0) >= 4;
}

/** Words before a colon that only say what kind of line it is. */
const LABEL = /^\(?(?:note|warning|caution|tip|hint|important|example|примечание|внимание|осторожно|важно|пример|совет|замечание)$/iu;

/** Terms with what they mean: a line "term – meaning" or "term: meaning" whose term is short, begins the block, and is emphasised or alone before the sign. */
function definitionOf(block: Block): { term: string; meaning: string } | null {
  if (block.type !== 'paragraph' && block.type !== 'list') return null;
  const found = /^(.{2,60}?)(?:\s+[–—]\s+|:\s+|\s+--?\s+)(\S[\s\S]{14,})$/u.exec(plainOf(block.text).trim());
  if (!found) return null;
  const term = found[1]!.trim();
  const first = block.text.find(({ text }) => text.trim() !== '');
  const emphasised = first?.marks.bold === true || first?.marks.italic === true;
  // Without a mark only a few words may be a term; a sentence with a colon in it is none.
  // A question under a name means nothing, and code has signs like these everywhere.
  if (!WORDS.test(term) || LABEL.test(term) || NO_PROSE.test(found[2]!) || /^[^.!…]*\?/.test(found[2]!)) return null;
  if (term.length > TERM_MAX || /[.!?;]/.test(term) || (!emphasised && term.split(/\s+/u).length > 4)) return null;
  return { term, meaning: oneLine(found[2]!) };
}

const NO_HOLES = /[{}|]/g;
/** Words as part of a cloze: the signs of holes are none of them. */
const plain = (text: string): string => oneLine(text).replace(NO_HOLES, ' ');

/** Sentences of a block with the places of its emphasised words. */
function sentencesOf(block: Block): { text: string; bold: string[] }[] {
  const text = plainOf(block.text);
  const bold = block.text.filter(({ marks, text: words }) => marks.bold && words.trim().length > 1 && words.trim().length <= TERM_MAX).map(({ text: words }) => words.trim());
  return text.split(/(?<=[.!?…])\s+(?=[\p{Lu}\d«"])/u).map((sentence) => ({ text: sentence.trim(), bold: bold.filter((word) => sentence.includes(word)) })).filter(({ text: { length } }) => length >= SENTENCE[0] && length <= SENTENCE[1]);
}

/** A number with its unit: it stands for a fact, and not for a chapter or a place in a list. */
const UNITS = '%|‰|°C|°|mm|cm|m|km|mg|g|kg|t|ml|l|V|mA|A|W|kW|kWh|ms|s|min|h|B|kB|MB|GB|Hz|kHz|MHz|Nm|bar|Pa|kPa|мм|см|м|км|мг|г|кг|т|мл|л|В|мА|А|Вт|кВт|мс|с|мин|ч|Б|кБ|МБ|ГБ|Гц|кГц|Нм|бар|Па|кПа';
const NUMBER = new RegExp(`(?<![\\p{L}\\d.,])\\d{1,3}(?:[ \\u00a0]\\d{3})*(?:[.,]\\d+)?[ \\u00a0]?(?:${UNITS})(?![\\p{L}\\d])`, 'u');

function hole(sentence: string, words: string, at = sentence.indexOf(words)): string | null {
  if (at < 0) return null;
  const ask = `${plain(sentence.slice(0, at))} {{${plain(words)}}} ${plain(sentence.slice(at + words.length))}`.replace(/\s+([.,;:!?)…])/gu, '$1').replace(/\s+/gu, ' ').trim();
  return ask.length > LEARN_LIMITS.askUnits ? null : ask;
}

const cloze = (ask: string): Draft => ({ kind: 'cloze', ask, why: '', options: [], answers: [] });

/** The questions of one lesson; `terms`: all of the document, for what else might be meant. */
function questionsOf(section: Section, terms: readonly string[], prose: boolean): QuestionDraft[] {
  const out: QuestionDraft[] = [];
  const asked = new Set<string>();
  let { page } = section;
  const add = (rule: QuestionRule, draft: Draft, block: Block): void => {
    if (asked.has(draft.ask)) return;
    asked.add(draft.ask);
    out.push({ rule, draft, block: block.id, page });
  };
  for (const block of section.blocks) {
    page = block.attrs.page ?? page;
    const meant = definitionOf(block);
    if (meant) {
      const at = terms.indexOf(meant.term);
      // The next ones in the order of the document: the same for everybody.
      const others = [1, 2, 3].map((step) => terms[(at + step) % terms.length]!).filter((term, index, all) => term !== meant.term && all.indexOf(term) === index);
      const meaning = cutText(plain(meant.meaning), LEARN_LIMITS.askUnits - 10);
      if (others.length >= 2) add('definition', { kind: 'choice', ask: `… – ${meaning}`, why: `${meant.term} – ${meaning}`, answers: [], options: [meant.term, ...others].sort((a, b) => a.localeCompare(b)).map((text) => ({ text, right: text === meant.term, why: '' })) }, block);
      else add('definition', cloze(`{{${plain(meant.term)}}} – ${meaning}`), block);
      continue;
    }
    if (block.type === 'code' || block.type === 'table' || block.type === 'heading') continue;
    for (const { text, bold } of sentencesOf(block)) {
      const found = bold[0] !== undefined ? { rule: 'emphasis' as const, words: bold[0], at: text.indexOf(bold[0]) } : isProse(text) ? askedOf(text, prose) : null;
      const ask = found && hole(text, found.words, found.at);
      if (ask) add(found.rule, cloze(ask), block);
    }
  }
  return fewOf(out);
}

/** What prose explains or names comes before a number in it with its unit. */
function askedOf(text: string, prose: boolean): Asked | null {
  const found = prose ? askedIn(text) : null;
  const number = found === null || found.rule === 'number' ? NUMBER.exec(text) : null;
  return number ? { rule: 'number', words: number[0].trim(), at: number.index } : found;
}

/** What is explained is asked before what is counted, when a lesson has more than may be asked; in the order of the text all the same. */
function fewOf(all: readonly QuestionDraft[]): QuestionDraft[] {
  const taken = new Set([...all].sort((a, b) => Number(a.rule === 'number') - Number(b.rule === 'number')).slice(0, PER_LESSON));
  return all.filter((one) => taken.has(one));
}

/**
 * The course. The highest level of headings that stands more than once parts the document; when at least as many headings stand below, those are the lessons and the higher ones modules. `untitled`: what a
 * lesson is called that has no heading; `prose`: its sentences are asked too, which somebody has to look at, and not only what it marks itself.
 */
export function courseOutline(blocks: readonly Block[], untitled: string, prose = true): CourseDraft {
  const sections = sectionsOf(blocks);
  const levels = [...new Set(sections.map(({ level }) => level).filter((level) => level > 0))].sort((a, b) => a - b);
  const count = (level: number): number => sections.filter((section) => section.level === level).length;
  // A single heading above all others is the title of the document.
  const used = levels.length > 1 && count(levels[0]!) === 1 ? levels.slice(1) : levels;
  // A few deeper headings in a row of chapters part those chapters, and make none of them a module of one lesson.
  const [upper, lower] = [used[0] ?? 1, used[1] !== undefined && count(used[1]) >= count(used[0]!) ? used[1] : undefined];
  const terms = [...new Set(blocks.flatMap((block) => definitionOf(block)?.term ?? []))];
  const modules: { title: string; lessons: LessonDraft[] }[] = [];
  let open: Section | null = null;
  const put = (section: Section): void => {
    const text = section.blocks.some((block) => plainOf(block.text).trim() !== '' || block.type === 'picture' || block.type === 'table');
    if (!text) return;
    if (modules.length === 0) modules.push({ title: '', lessons: [] });
    modules.at(-1)!.lessons.push({ title: section.title || untitled, blocks: section.blocks, block: section.block, page: section.page, questions: questionsOf(section, terms, prose) });
  };
  for (const section of sections) {
    if (lower !== undefined && section.level === upper) {
      if (open) put(open);
      modules.push({ title: section.title, lessons: [] });
      // What stands between a module and its first lesson is a lesson of its name.
      open = { ...section, blocks: [...section.blocks] };
    } else if (section.level === 0 || section.level <= (lower ?? upper)) {
      if (open) put(open);
      open = { ...section, blocks: [...section.blocks] };
    } else {
      // Deeper headings are part of the lesson they stand in.
      const heading: Block = { id: section.block, type: 'heading', attrs: { level: Math.min(6, section.level) }, text: [{ text: section.title, marks: {} }] };
      if (open) open.blocks.push(heading, ...section.blocks);
      else open = { ...section, blocks: [...section.blocks] };
    }
  }
  if (open) put(open);
  const kept = modules.filter(({ lessons }) => lessons.length > 0);
  const lessons = kept.flatMap((module) => module.lessons).slice(0, LEARN_LIMITS.steps);
  const taken = new Set(lessons);
  return { modules: kept.map((module) => ({ ...module, lessons: module.lessons.filter((lesson) => taken.has(lesson)) })).filter((module) => module.lessons.length > 0), lessons: lessons.length, questions: lessons.reduce((sum, { questions }) => sum + questions.length, 0) };
}
