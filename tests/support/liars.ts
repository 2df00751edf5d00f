/** Workers that lie, for tests and bench of the scheduler. Nothing here may be known to it: the layer table keeps `tests` out of every shipped file. */
import { chance } from '#tests/support/chance';

/** What a worker answers to a task whose right answer is this. `runs`: how many it did before under this name. */
export type Strategy = (task: number, right: string, runs: number, draw: () => number) => string;

/** All liars give one wrong answer to a task: those who meet agree. */
const agreed = (task: number): string => `wrong ${task}`;

export const honest: Strategy = (_task, right) => right;
/** Lies in so many of its answers, each by itself. */
export const liar = (rate: number): Strategy => (task, right, _runs, draw) => (draw() < rate ? agreed(task) : right);
/** All of them lie about the same tasks: two that meet on one always agree. */
export const conspirator = (rate: number): Strategy => (task, right) => (chance(task)() < rate ? agreed(task) : right);
/** Honest for so many runs, then lies. */
export const sleeper = (runs: number, rate: number): Strategy => (task, right, done, draw) => (done >= runs && draw() < rate ? agreed(task) : right);
/** Does no work and says anything. */
export const idler: Strategy = (_task, _right, _runs, draw) => `junk ${draw()}`;
