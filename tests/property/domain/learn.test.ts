/** Learn over random courses: what is locked can always be unlocked, and devices that did different things agree. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NodeView, Op } from '#os/api';
import { LESSON, MODULE, PROGRESS, QUESTION } from '#domain/learn';
import { isDone, markAnswer, markRead, NEEDS, NO_PROGRESS, readCourse, readProgress, wayOf, type Course, type Progress, type Step } from '#domain/learn/course';
import { nodeView } from '#tests/support/node-view';

const RUNS = process.env['LGOS_FULL'] === '1' ? 2_000 : 60;
const F = 'course';
const link = (from: string, on: string) => ({ id: `${from}>${on}`, type: NEEDS, from, to: on, props: {}, by: 'me' });

/** Steps in modules with any needs, circles and things that are gone among them. */
const courses = fc.record({ steps: fc.integer({ min: 1, max: 12 }), modules: fc.integer({ min: 0, max: 3 }), needs: fc.array(fc.tuple(fc.nat(14), fc.nat(14)), { maxLength: 30 }), asked: fc.array(fc.nat(11), { maxLength: 12 }) }).map(({ steps, modules, needs, asked }): Course => {
  const name = (n: number): string => (n < steps ? `s${n}` : n < steps + modules ? `m${n - steps}` : 'gone');
  const edges = (id: string) => needs.filter(([from]) => name(from) === id).map(([, on]) => link(id, name(on)));
  const nodes: NodeView[] = [
    ...Array.from({ length: modules }, (_, at) => nodeView({ id: `m${at}`, type: MODULE, fragment: F, edges: edges(`m${at}`) })),
    ...Array.from({ length: steps }, (_, at) => nodeView({ id: `s${at}`, type: LESSON, fragment: F, parent: modules > 0 ? `m${at % modules}` : null, edges: edges(`s${at}`) })),
    ...asked.map((of, at) => nodeView({ id: `q${at}`, type: QUESTION, fragment: F, parent: `s${of}`, props: { kind: 'free', ask: '?', answers: ['a'] } })),
  ];
  return readCourse(F, nodes, new Map());
});

test('whoever does what Continue offers comes through every course, whatever its needs say, and nothing is offered that is locked', () => {
  fc.assert(fc.property(courses, (course) => {
    const progresses = new Map<string, Progress>();
    for (let turn = 0; turn <= course.steps.length; turn++) {
      const way = wayOf(course, progresses);
      expect(way.done).toBe(turn);
      if (way.done === way.of) return void expect(way.next).toBeNull();
      expect(way.next!.waits).toEqual([]);
      progresses.set(way.next!.step.id, { ...NO_PROGRESS, exists: true, done: turn + 1 });
    }
  }), { numRuns: RUNS });
});

test('doing more never locks what was open, and never undoes what was done', () => {
  fc.assert(fc.property(courses, fc.array(fc.nat(11), { maxLength: 12 }), (course, order) => {
    const progresses = new Map<string, Progress>();
    let before = wayOf(course, progresses);
    for (const at of order) {
      const step = course.steps[at % course.steps.length]!;
      progresses.set(step.id, { ...NO_PROGRESS, exists: true, done: 1 });
      const after = wayOf(course, progresses);
      for (const [id, { is }] of before.states) if (is !== 'locked') expect(after.states.get(id)!.is).not.toBe('locked');
      expect(after.done).toBeGreaterThanOrEqual(before.done);
      before = after;
    }
  }), { numRuns: RUNS });
});

/** The node after operations, in any order: as the graph keeps maxima. */
function after(ops: readonly Op[]): Progress {
  const max: Record<string, number> = {};
  let id = '';
  for (const op of ops) {
    if (op.op === 'node.create') id = op.id!;
    if (op.op === 'max.set') [id, max[op.key]] = [op.id, Math.max(max[op.key] ?? 0, op.n)];
  }
  return readProgress(nodeView({ id, type: PROGRESS, props: { step: 's0' }, max }), 's', F)?.[1] ?? NO_PROGRESS;
}

test('two devices of a person answer apart: in whatever order what they wrote comes together it says the same, a lesson that one of them finished is done, and questions that go or come change nothing of that', () => {
  const acts = fc.array(fc.record({ question: fc.nat(4), right: fc.boolean(), read: fc.boolean(), at: fc.integer({ min: 1, max: 1_000 }) }), { maxLength: 12 });
  const step = (asked: number): Step => readCourse(F, [nodeView({ id: 's0', type: LESSON, fragment: F }), ...Array.from({ length: asked }, (_, at) => nodeView({ id: `q${at}`, type: QUESTION, fragment: F, parent: 's0', props: { kind: 'free', ask: '?', answers: ['a'] } }))], new Map()).steps[0]!;
  fc.assert(fc.property(acts, acts, fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }), (one, two, asked, later) => {
    const device = (list: typeof one): Op[] => {
      const ops: Op[] = [];
      for (const { question, right, read, at } of list) {
        const where = { space: 's', course: { fragment: F }, step: step(asked), progress: after(ops), at };
        ops.push(...(read ? markRead(where) : question < asked ? markAnswer(where, { id: `q${question}` }, right) : []));
      }
      return ops;
    };
    const [a, b] = [device(one), device(two)];
    const together = after([...a, ...b]);
    expect(after([...b, ...a])).toEqual(together);
    expect(after([...b.toReversed(), ...a.toReversed()])).toEqual(together);
    for (const alone of [after(a), after(b)]) if (alone.done !== null) expect(isDone(step(later), together)).toBe(true);
  }), { numRuns: RUNS });
});
