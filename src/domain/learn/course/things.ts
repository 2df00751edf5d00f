/**
 * What a course is made of: modules, in them steps (lessons whose text is a document, and assignments), in those questions. Each is a node of the
 * course's fragment with its place in it; every field is a register of its own, so that a course may be edited while somebody is in it.
 */
import type { EdgeView, JsonValue, NodeRef, NodeView } from '#os/api';
import { cutText } from '#base/plain-text';
import { CHANNEL_TITLE_MAX, derivedId, numberOf, oneLine, TASK_TITLE_MAX, textOf } from '#domain/shared';
import { ASSIGNMENT, COURSE, LESSON, MODULE, QUESTION, SERVES } from '#domain/learn';
import { LEARN_LIMITS } from './limits.ts';

/** Links: from a lesson to the text of its document, from a step or a module to what has to be done before, from a question to the block it came from. */
export const READS = 'learn/reads@1';
export const NEEDS = 'learn/needs@1';
export const SOURCE = 'learn/source@1';

/** Share of right answers that is asked for where nobody says otherwise. */
export const PASS = 0.8;

export const QUESTION_KINDS = ['choice', 'cloze', 'free', 'order'] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

/** One answer that may be chosen, and what is said of it then. */
export interface Option {
  readonly text: string;
  readonly right: boolean;
  readonly why: string;
}

/** Where something was taken from. */
export interface Source {
  readonly fragment: string;
  readonly node: string;
  readonly block: string | null;
  /** Page of the file the block came from. */
  readonly page: number | null;
}

export interface Question {
  readonly id: string;
  readonly kind: QuestionKind;
  /** Of a cloze: with its holes, {{answer}} or {{one|another}}. */
  readonly ask: string;
  /** Of a choice. */
  readonly options: readonly Option[];
  /** Of a free text: what is right, each of them; of an order: the lines as they belong. */
  readonly answers: readonly string[];
  /** Said with the result, right or wrong. */
  readonly why: string;
  readonly source: Source | null;
  readonly newer: boolean;
}

export interface Need {
  readonly edge: string;
  /** Id of a step or a module. */
  readonly on: string;
}

interface Part {
  readonly id: string;
  readonly fragment: string;
  readonly title: string;
  readonly needs: readonly Need[];
  readonly newer: boolean;
}

export interface Step extends Part {
  readonly kind: 'lesson' | 'assignment';
  readonly module: string | null;
  /** Fragment of the document that is read; null: none. */
  readonly document: string | null;
  /** Of an assignment: what is to be done. */
  readonly about: string;
  readonly pass: number;
  readonly questions: readonly Question[];
  /** Such that nobody could answer, or everybody would: asked of nobody, for who writes the course. */
  readonly broken: readonly Question[];
  /** Made by rule, and not approved by anybody yet: asked of nobody. */
  readonly proposed: readonly Question[];
  /** What its text was taken from. */
  readonly source: Source | null;
}

export interface Module extends Part {
  readonly steps: readonly Step[];
}

/** A goal of the space that a course serves, and the links that say so: two people may have said it apart. */
export interface Served {
  readonly edges: readonly string[];
  /** Id of the goal's node, and its fragment. */
  readonly goal: string;
  readonly at: string;
}

export interface Course {
  readonly fragment: string;
  readonly about: string;
  /** It says of itself that it is the manual of the app. */
  readonly manual: boolean;
  readonly serves: readonly Served[];
  /** Those in no module stand in one without id, at the end. */
  readonly modules: readonly Module[];
  /** All steps in their order. */
  readonly steps: readonly Step[];
}

/** What the manual is for, in the property `role` of its course: whatever language it was made in, and however it is called by now. */
export const MANUAL = 'manual';

/** The node of a course, in its fragment: every device computes the same. */
export const courseNodeOf = (fragment: string): string => derivedId('lgos/course/1', fragment);

const target = (ref: NodeRef): string => (Array.isArray(ref) ? ref.at(-1)! : ref);
const place = (ref: NodeRef, fragment: string): string => (Array.isArray(ref) ? ref.at(-2)! : fragment);
const lines = (value: JsonValue | undefined, max: number): string => textOf(value, max) ?? '';
const linksOf = (node: NodeView, type: string): EdgeView[] => node.edges.filter((edge) => edge.type === type);
const list = (value: JsonValue | undefined): JsonValue[] => (Array.isArray(value) ? value.slice(0, LEARN_LIMITS.answers) : []);

const sourceOf = (node: NodeView): Source | null => {
  const edge = linksOf(node, SOURCE)[0];
  const page = numberOf(edge?.props['page']);
  return edge ? { fragment: place(edge.to, node.fragment), node: target(edge.to), block: textOf(edge.props['block'], 64), page: page !== null && page > 0 ? Math.floor(page) : null } : null;
};

/** A question of a node; null when it is none. */
export function readQuestion(node: NodeView): Question | null {
  if (node.type !== QUESTION || node.deleted) return null;
  const { kind: told, ask, answers, why } = node.props;
  const kind = QUESTION_KINDS.find((one) => one === told);
  if (!kind) return null;
  const options = kind !== 'choice' ? [] : list(answers).flatMap((one): Option[] => {
    const [text, right, because] = Array.isArray(one) ? one : [];
    const words = lines(text, LEARN_LIMITS.answerUnits).trim();
    return words === '' ? [] : [{ text: words, right: right === true, why: lines(because, LEARN_LIMITS.askUnits) }];
  });
  const texts = kind === 'free' || kind === 'order' ? list(answers).flatMap((one) => lines(one, LEARN_LIMITS.answerUnits).trim() || []) : [];
  return { id: node.id, kind, ask: lines(ask, LEARN_LIMITS.askUnits), options, answers: texts, why: lines(why, LEARN_LIMITS.askUnits), source: sourceOf(node), newer: node.newer };
}

const partOf = (node: NodeView): Part => ({
  id: node.id, fragment: node.fragment, title: oneLine(lines(node.props['title'], TASK_TITLE_MAX)), newer: node.newer,
  needs: linksOf(node, NEEDS).slice(0, LEARN_LIMITS.needs).map(({ id, to }) => ({ edge: id, on: target(to) })).filter(({ on }) => on !== node.id).sort((a, b) => (a.on < b.on ? -1 : 1)),
});

/** The order of what stands side by side: by place, else by age. */
const inPlace = (a: NodeView, b: NodeView): number => {
  if (a.ord !== null && b.ord !== null && a.ord !== b.ord) return a.ord < b.ord ? -1 : 1;
  if ((a.ord === null) !== (b.ord === null)) return a.ord === null ? 1 : -1;
  return a.stamp < b.stamp ? -1 : 1;
};

function readStep(node: NodeView, questions: readonly Question[], proposed: readonly Question[], titles: ReadonlyMap<string, string>): Step {
  const reads = node.type === LESSON ? linksOf(node, READS)[0] : undefined;
  const document = reads ? place(reads.to, node.fragment) : null;
  const part = partOf(node);
  const pass = numberOf(node.props['pass']);
  return {
    ...part, title: (document !== null && titles.get(document)) || part.title, kind: node.type === LESSON ? 'lesson' : 'assignment', module: node.parent, document, about: lines(node.props['about'], LEARN_LIMITS.askUnits),
    pass: pass === null ? PASS : Math.max(0, Math.min(1, pass)), questions: questions.filter(isWhole).slice(0, LEARN_LIMITS.questions), broken: questions.filter((one) => !isWhole(one)).slice(0, LEARN_LIMITS.questions), proposed: proposed.slice(0, LEARN_LIMITS.questions), source: sourceOf(node),
  };
}

/** The course of a fragment out of its nodes; `titles`: of documents, by their fragment. Whatever a peer put into them is made harmless. */
export function readCourse(fragment: string, nodes: Iterable<NodeView>, titles: ReadonlyMap<string, string>): Course {
  const live = [...nodes].filter((node) => node.fragment === fragment && !node.deleted).sort(inPlace);
  const questions = new Map<string, Question[]>();
  const proposed = new Map<string, Question[]>();
  for (const node of live) {
    const one = node.parent === null ? null : readQuestion(node);
    const into = node.props['proposed'] === true ? proposed : questions;
    const known = into.get(node.parent!);
    if (one && known) known.push(one);
    else if (one) into.set(node.parent!, [one]);
  }
  const steps = live.filter(({ type }) => type === LESSON || type === ASSIGNMENT).slice(0, LEARN_LIMITS.steps).map((node) => readStep(node, questions.get(node.id) ?? [], proposed.get(node.id) ?? [], titles));
  const modules = live.filter(({ type }) => type === MODULE).slice(0, LEARN_LIMITS.steps).map((node): Module => ({ ...partOf(node), steps: steps.filter(({ module }) => module === node.id) }));
  const known = new Set(modules.map(({ id }) => id));
  const loose = steps.filter(({ module }) => module === null || !known.has(module));
  const all = [...modules, ...(loose.length > 0 ? [{ id: '', fragment, title: '', needs: [], newer: false, steps: loose }] : [])];
  const own = live.find(({ id, type }) => type === COURSE && id === courseNodeOf(fragment));
  return { fragment, about: oneLine(lines(own?.props['about'], LEARN_LIMITS.aboutUnits)), manual: own?.props['role'] === MANUAL, serves: servedOf(own), modules: all, steps: all.flatMap((module) => module.steps) };
}

/** Each goal once; what leads into the course itself, or out of the space, is none. */
function servedOf(node: NodeView | undefined): Served[] {
  const out = new Map<string, Served>();
  for (const { id, to } of node ? linksOf(node, SERVES).sort((a, b) => (a.id < b.id ? -1 : 1)) : []) {
    if (!Array.isArray(to) || to.length !== 2) continue;
    const [at, goal] = to;
    const known = out.get(goal);
    if (known) out.set(goal, { ...known, edges: [...known.edges, id] });
    else if (out.size < LEARN_LIMITS.needs) out.set(goal, { edges: [id], goal, at });
  }
  return [...out.values()].sort((a, b) => (a.goal < b.goal ? -1 : 1));
}

/** Words as a title of a step or a module. */
export const titleOf = (words: string): string => cutText(oneLine(words), CHANNEL_TITLE_MAX).trim();
/** The holes of a cloze: text around them, and what fits each. */
export interface Cloze {
  readonly texts: readonly string[];
  readonly holes: readonly (readonly string[])[];
}

/** Reads {{one|another}} out of a text; what is no hole stays text. */
export function clozeOf(ask: string): Cloze {
  const texts: string[] = [];
  const holes: string[][] = [];
  let from = 0;
  for (const found of ask.matchAll(/\{\{([^{}]{1,500})\}\}/g)) {
    const fits = found[1]!.split('|').map((one) => one.trim()).filter((one) => one !== '');
    if (fits.length === 0 || holes.length >= LEARN_LIMITS.answers) continue;
    texts.push(ask.slice(from, found.index));
    holes.push(fits);
    from = found.index + found[0].length;
  }
  texts.push(ask.slice(from));
  return { texts, holes };
}

/** May it be asked: can anybody answer it right, and is there more than one way to answer? */
export function isWhole({ kind, ask, options, answers }: Pick<Question, 'kind' | 'ask' | 'options' | 'answers'>): boolean {
  if (ask.trim() === '') return false;
  if (kind === 'choice') return options.length > 1 && options.some(({ right }) => right);
  if (kind === 'cloze') return clozeOf(ask).holes.length > 0;
  return kind === 'order' ? new Set(answers).size > 1 : answers.length > 0;
}
