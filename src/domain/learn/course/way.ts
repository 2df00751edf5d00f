/** The way through a course: what is locked and why, what comes next. Pure; the same on every device that holds the same. */
import { components } from '#domain/goals/planning';
import { answerOf, isDone, NO_PROGRESS, type Progresses } from './progress.ts';
import type { Course, Need, Step } from './things.ts';

/** Locked: something else comes first, named. */
export type Standing = 'locked' | 'open' | 'begun' | 'done';

export interface StepState {
  readonly step: Step;
  /** In the order of the course, from 1. */
  readonly no: number;
  readonly is: Standing;
  /** Steps that have to be done before and are not. */
  readonly waits: readonly Step[];
}

/** A need as it was said, of a step or a module. */
export interface SaidNeed extends Need {
  readonly from: string;
}

export interface Way {
  readonly states: ReadonlyMap<string, StepState>;
  readonly done: number;
  readonly of: number;
  /** What Continue opens; null: all is done, or nothing is there. */
  readonly next: StepState | null;
  /** Needs that would wait for each other and therefore lock nothing, and such that name what is gone: for who writes the course. */
  readonly circles: readonly SaidNeed[];
  readonly dangling: readonly SaidNeed[];
}

/** A need with what it means: each of `steps` waits for each of `first`. */
interface Meant {
  readonly said: SaidNeed;
  readonly steps: readonly string[];
  readonly first: readonly string[];
}

/** A module that waits for one of its own steps, or for itself, lets none of them wait. */
const means = (steps: readonly string[], step: string, one: string): boolean => one !== step && !(steps.length > 1 && steps.includes(one));

/** What each step waits for, by its own word and that of its module; a module means all of its steps. */
function needsOf(course: Course): { needs: Map<string, Set<string>>; meant: Meant[]; dangling: SaidNeed[] } {
  const known = new Set(course.steps.map(({ id }) => id));
  const modules = new Map(course.modules.map((module) => [module.id, module.steps.map(({ id }) => id)]));
  const [meant, dangling]: [Meant[], SaidNeed[]] = [[], []];
  const needs = new Map<string, Set<string>>();
  const add = (steps: readonly string[], from: string, { edge, on }: Need): void => {
    const [said, first] = [{ edge, from, on }, known.has(on) ? [on] : modules.get(on)];
    if (!first) return void dangling.push(said);
    meant.push({ said, steps, first });
    for (const step of steps) for (const one of first) if (means(steps, step, one)) needs.get(step)!.add(one);
  };
  for (const { id } of course.steps) needs.set(id, new Set());
  for (const module of course.modules) for (const need of module.needs) add(modules.get(module.id)!, module.id, need);
  for (const step of course.steps) for (const need of step.needs) add([step.id], step.id, need);
  return { needs, meant, dangling };
}

/** Everything that is reached from one step. */
function reached(from: string, needs: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const found = new Set<string>();
  const open = [from];
  while (open.length > 0) {
    for (const one of needs.get(open.pop()!) ?? []) {
      if (found.has(one)) continue;
      found.add(one);
      open.push(one);
    }
  }
  return found;
}

/** Which steps wait for each other, directly or not: those have one number. */
function partsOf(needs: ReadonlyMap<string, ReadonlySet<string>>): Map<string, number> {
  const ids = [...needs.keys()];
  const at = new Map(ids.map((id, index) => [id, index]));
  const to = Int32Array.from([...needs.values()].flatMap((on) => [...on].map((one) => at.get(one)!)));
  const head = new Int32Array(ids.length + 1);
  for (const [index, on] of [...needs.values()].entries()) head[index + 1] = head[index]! + on.size;
  const parts = components(ids.length, head, Int32Array.from(to, (_, edge) => edge), to);
  return new Map(ids.map((id, index) => [id, parts[index]!]));
}

/** How a person stands in a course. Steps that wait for each other in a circle, which only a merge can make, wait for none of it. */
export function wayOf(course: Course, progresses: Progresses): Way {
  const { needs, meant, dangling } = needsOf(course);
  const part = partsOf(needs);
  const round = (step: string, one: string): boolean => part.get(one) === part.get(step);
  const circles = meant.filter(({ steps, first }) => steps.some((step) => first.some((one) => means(steps, step, one) && round(step, one)))).map(({ said }) => said);
  for (const [id, on] of needs) for (const one of on) if (round(id, one)) on.delete(one);
  const progress = (id: string) => progresses.get(id) ?? NO_PROGRESS;
  const done = new Set(course.steps.filter((step) => isDone(step, progress(step.id))).map(({ id }) => id));
  const states = new Map(course.steps.map((step, at): [string, StepState] => {
    const waits = course.steps.filter(({ id }) => needs.get(step.id)!.has(id) && !done.has(id));
    const own = progress(step.id);
    const is: Standing = done.has(step.id) ? 'done' : waits.length > 0 ? 'locked' : own.read !== null || own.seen !== null ? 'begun' : 'open';
    return [step.id, { step, no: at + 1, is, waits }];
  }));
  return { states, done: done.size, of: course.steps.length, next: nextOf([...states.values()], progresses), circles, dangling };
}

/** What was begun last and is not done, else the first that is open. Work that was begun takes its days and keeps nobody from going on: it comes when nothing else is open. */
function nextOf(states: readonly StepState[], progresses: Progresses): StepState | null {
  const seen = ({ step }: StepState): number => progresses.get(step.id)?.seen ?? 0;
  const begun = states.filter(({ is }) => is === 'begun').sort((a, b) => seen(b) - seen(a) || a.no - b.no);
  return begun.find(({ step }) => step.kind !== 'assignment') ?? states.find(({ is }) => is === 'open') ?? begun[0] ?? null;
}

/** Would it close a circle if this waited for that? Both are steps or modules. */
export function closesCircle(course: Course, from: string, on: string): boolean {
  const stepsOf = (id: string): readonly string[] => course.modules.find((module) => module.id === id)?.steps.map((step) => step.id) ?? [id];
  const { needs } = needsOf(course);
  const [own, first] = [new Set(stepsOf(from)), stepsOf(on)];
  return from === on || first.some((one) => (own.has(one) && own.size === 1) || [...reached(one, needs)].some((far) => own.has(far)));
}

/** When the course was last open to this person, ms; 0: never. */
export const lastSeen = (progresses: Progresses): number => Math.max(0, ...[...progresses.values()].map(({ seen }) => seen ?? 0));

/** Something the next step builds on, with how many of its questions were last answered wrong. */
export interface Review {
  readonly step: Step;
  readonly wrong: number;
}

/** What is worth another look before the next step: what that builds on, directly or not, and was not known, the nearest first. */
export function reviewFirst(course: Course, { next }: Pick<Way, 'next'>, progresses: Progresses): Review[] {
  if (!next) return [];
  const { needs } = needsOf(course);
  const by = new Map(course.steps.map((step) => [step.id, step]));
  return [...reached(next.step.id, needs)].flatMap((id): Review[] => {
    const step = by.get(id);
    const progress = progresses.get(id);
    const wrong = step && progress ? step.questions.filter((question) => answerOf(progress, question.id) === 'wrong').length : 0;
    return step && wrong > 0 && id !== next.step.id ? [{ step, wrong }] : [];
  });
}
