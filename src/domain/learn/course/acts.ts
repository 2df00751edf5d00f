/** Domain verbs of who writes a course: input → operations or a typed refusal. Pure; ids of new things come in from outside. */
import { err, ok, type Result } from '#base/result';
import type { JsonValue, Op } from '#os/api';
import { CHANNEL_TITLE_MAX, oneLine, refuse, type DirectoryEntry, type Refusal } from '#domain/shared';
import { ASSIGNMENT, LESSON, MODULE, QUESTION, SERVES } from '#domain/learn';
import { goalNodeOf } from '#domain/goals';
import { LEARN_LIMITS } from './limits.ts';
import { courseNodeOf, isWhole, MANUAL, NEEDS, READS, SOURCE, type Course, type Option, type Question, type Served, type Source, type Step } from './things.ts';
import { closesCircle } from './way.ts';

const SERVE = 'learn/course.serve@1';
const set = (id: string, props: Record<string, JsonValue>, verb: string): Op[] => [{ op: 'node.set', id, props, verb }];

/** A checked title. */
export function learnTitle(words: string): Result<string, Refusal> {
  const title = oneLine(words);
  if (title === '') return err(refuse('empty'));
  return title.length > CHANNEL_TITLE_MAX ? err(refuse('too-long')) : ok(title);
}

/** Gives a course another title, in the directory. */
export function renameCourse(course: Pick<DirectoryEntry, 'node' | 'title'>, words: string): Result<Op[], Refusal> {
  const made = learnTitle(words);
  if (!made.ok) return made;
  return made.value === course.title ? err(refuse('no-change')) : ok(set(course.node, { title: made.value }, 'learn/course.rename@1'));
}

/** What the course says of itself. */
export function setAbout(course: Course, words: string): Result<Op[], Refusal> {
  const about = oneLine(words);
  if (about.length > LEARN_LIMITS.aboutUnits) return err(refuse('too-long'));
  return about === course.about ? err(refuse('no-change')) : ok(set(courseNodeOf(course.fragment), { about }, 'learn/course.about@1'));
}

/** Lets a course that was made before they said so say that it is the manual. */
export const markManual = (fragment: string): Op[] => set(courseNodeOf(fragment), { role: MANUAL }, 'learn/course.about@1');

/** Says which goal the course serves, by the fragment of the goal. */
export function serveGoal(course: Pick<Course, 'fragment' | 'serves'>, fragment: string): Result<Op[], Refusal> {
  const goal = goalNodeOf(fragment);
  if (course.serves.some((one) => one.goal === goal)) return err(refuse('no-change'));
  if (course.serves.length >= LEARN_LIMITS.needs) return err(refuse('too-many'));
  return ok([{ op: 'edge.add', type: SERVES, from: courseNodeOf(course.fragment), to: [fragment, goal], verb: SERVE }]);
}

/** Serves it no longer; also how a link to a goal that is gone is taken away. */
export const serveNoLonger = ({ edges }: Pick<Served, 'edges'>): Op[] => edges.map((id) => ({ op: 'edge.remove', id, verb: SERVE }));

/** Where something was taken from. */
const sourceLink = (id: string, source: Source | null): Op[] =>
  source ? [{ op: 'edge.add', type: SOURCE, from: id, to: [source.fragment, source.node], props: { ...(source.block === null ? {} : { block: source.block }), ...(source.page === null ? {} : { page: source.page }) }, verb: 'learn/step.text@1' }] : [];

/** At the end of what stands there. */
const atEnd = (id: string, parent: string | null, last: string | undefined): Op => ({ op: 'pos.set', id, parent, ...(last ? { after: last } : {}), verb: 'learn/step.order@1' });

/** A new module, at the end. */
export function addModule(course: Course, id: string, words: string): Result<Op[], Refusal> {
  const title = learnTitle(words);
  if (!title.ok) return title;
  if (course.modules.length >= LEARN_LIMITS.steps) return err(refuse('too-many'));
  return ok([{ op: 'node.create', type: MODULE, id, props: { title: title.value }, verb: 'learn/module.create@1' }, atEnd(id, null, course.modules.findLast((one) => one.id !== '')?.id)]);
}

export interface NewStep {
  readonly id: string;
  readonly title: string;
  /** Null: in no module. */
  readonly module: string | null;
  /** The text of a lesson: a document of the space. Left out: an assignment. */
  readonly document?: { readonly fragment: string; readonly node: string };
  readonly about?: string;
  /** What its text was taken from. */
  readonly source?: Source | null;
}

/** A new step, at the end of its module. */
export function addStep(course: Course, { id, title: words, module, document, about, source }: NewStep): Result<Op[], Refusal> {
  const title = learnTitle(words);
  if (!title.ok) return title;
  if (course.steps.length >= LEARN_LIMITS.steps) return err(refuse('too-many'));
  const last = course.steps.findLast((step) => (module === null ? step.module === null : step.module === module))?.id;
  const props = { title: title.value, ...(about ? { about: about.slice(0, LEARN_LIMITS.askUnits) } : {}) };
  return ok([
    { op: 'node.create', type: document ? LESSON : ASSIGNMENT, id, props, verb: document ? 'learn/lesson.create@1' : 'learn/assignment.create@1' },
    ...(document ? [{ op: 'edge.add' as const, type: READS, from: id, to: [document.fragment, document.node] as [string, string], verb: 'learn/step.text@1' }] : []),
    ...sourceLink(id, source ?? null),
    atEnd(id, module, last),
  ]);
}

/** Gives a module or a step another title; of a lesson its document has its own. */
export function nameOf(id: string, before: string, words: string): Result<Op[], Refusal> {
  const title = learnTitle(words);
  if (!title.ok) return title;
  return title.value === before ? err(refuse('no-change')) : ok(set(id, { title: title.value }, 'learn/step.name@1'));
}

/** Lets a step or a module wait for another; refused where it would be a circle. */
export function addNeed(course: Course, from: Pick<Step, 'id' | 'needs'>, on: string): Result<Op[], Refusal> {
  if (from.needs.some((need) => need.on === on)) return err(refuse('no-change'));
  if (from.needs.length >= LEARN_LIMITS.needs) return err(refuse('too-many'));
  if (closesCircle(course, from.id, on)) return err(refuse('taken'));
  return ok([{ op: 'edge.add', type: NEEDS, from: from.id, to: on, verb: 'learn/step.need@1' }]);
}

/** Waits no longer; also how a circle or a need of what is gone is mended. */
export const removeNeed = (edge: string): Op[] => [{ op: 'edge.remove', id: edge, verb: 'learn/step.need@1' }];

/** How much of the questions has to be right, 0 to 1. */
export const setPass = (id: string, pass: number): Op[] => set(id, { pass: Math.max(0, Math.min(1, pass)) }, 'learn/step.pass@1');

/** One place up or down among those beside it; none at the ends. */
export function moveStep(course: Course, step: Step, by: 1 | -1): Op[] {
  const beside = course.steps.filter(({ module }) => module === step.module);
  const at = beside.findIndex(({ id }) => id === step.id);
  const other = beside[at + by];
  if (at < 0 || !other) return [];
  const far = beside[at + 2 * by]?.id;
  const [before, after] = by > 0 ? [far, other.id] : [other.id, far];
  return [{ op: 'pos.set', id: step.id, parent: step.module, ...(before ? { before } : {}), ...(after ? { after } : {}), verb: 'learn/step.order@1' }];
}

export type Draft = Pick<Question, 'kind' | 'ask' | 'why'> & { readonly options: readonly Option[]; readonly answers: readonly string[] };

function propsOf(draft: Draft): Result<Record<string, JsonValue>, Refusal> {
  const options = draft.options.map((one) => ({ ...one, text: one.text.trim(), why: one.why.trim() })).filter(({ text }) => text !== '');
  const answers = draft.answers.map((one) => one.trim()).filter((one) => one !== '');
  const texts = draft.kind === 'choice' ? options.map(({ text }) => text) : answers;
  if (!isWhole({ ...draft, options, answers })) return err(refuse('empty'));
  if (texts.length > LEARN_LIMITS.answers) return err(refuse('too-many'));
  if (draft.ask.length > LEARN_LIMITS.askUnits || draft.why.length > LEARN_LIMITS.askUnits || options.some(({ why }) => why.length > LEARN_LIMITS.askUnits) || texts.some((one) => one.length > LEARN_LIMITS.answerUnits)) return err(refuse('too-long'));
  return ok({ kind: draft.kind, ask: draft.ask.trim(), why: draft.why.trim(), answers: draft.kind === 'choice' ? options.map(({ text, right, why }) => [text, right, why]) : draft.kind === 'cloze' ? [] : answers });
}

/** A new question at the end of a step. `proposed`: made by rule, it waits until somebody approves it. */
export function addQuestion(step: Step, id: string, draft: Draft, source: Source | null = null, proposed = false): Result<Op[], Refusal> {
  const props = propsOf(draft);
  if (!props.ok) return props;
  if (step.questions.length + step.proposed.length >= LEARN_LIMITS.questions) return err(refuse('too-many'));
  return ok([
    { op: 'node.create', type: QUESTION, id, props: { ...props.value, ...(proposed && { proposed }) }, verb: 'learn/question.create@1' },
    ...sourceLink(id, source),
    atEnd(id, step.id, (step.proposed.at(-1) ?? step.questions.at(-1))?.id),
  ]);
}

/** Another wording of a question. What people answered to it before stays. */
export function changeQuestion(id: string, draft: Draft): Result<Op[], Refusal> {
  const props = propsOf(draft);
  return props.ok ? ok(set(id, props.value, 'learn/question.change@1')) : props;
}

/** Lets a question that was made by rule be asked. */
export const approveQuestion = (id: string): Op[] => set(id, { proposed: false }, 'learn/question.approve@1');
