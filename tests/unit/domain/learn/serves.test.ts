/** Courses and goals: which goal a course serves, seen from both; the task of an assignment stands in a goal. */
import { expect, test } from 'vitest';
import { goalNodeOf, GOAL, mayLinkTask, TASK } from '#domain/goals';
import { intoGoal, PART_OF, readWork, treeOf, WORK_VERB, worksIn } from '#domain/goals/work';
import { COURSE, coursesOf, LEARN_VERBS, SERVES, withNodes } from '#domain/learn';
import { courseNodeOf, LEARN_LIMITS, readCourse, serveGoal, serveNoLonger, type Course } from '#domain/learn/course';
import { FRAGMENT, NO_RULES } from '#domain/shared';
import type { EdgeView, NodeRef, SpaceView } from '#os/api';
import { nodeView } from '#tests/support/node-view';
import { goalChoices } from '#view/learn/course-goals.tsx';
import { placeOfThing } from '#view/kit/object-link.tsx';

const F = 'course';
const edge = (to: NodeRef, id = `e ${String(to)}`): EdgeView => ({ id, type: SERVES, from: courseNodeOf(F), to, props: {}, by: 'me' });
const course = (...edges: EdgeView[]): Course => readCourse(F, [nodeView({ id: courseNodeOf(F), type: COURSE, fragment: F, edges })], new Map());

test('{C6}{C5} a course says which goals it serves: said apart by two it is one link, which goes away whole; what leads nowhere in the space is none [limit LEARN.needs]', () => {
  const goal = goalNodeOf('g');
  expect(course().serves).toEqual([]);
  expect(serveGoal(course(), 'g')).toEqual({ ok: true, value: [{ op: 'edge.add', type: SERVES, from: courseNodeOf(F), to: ['g', goal], verb: 'learn/course.serve@1' }] });
  expect(LEARN_VERBS).toContain('learn/course.serve@1');
  const twice = course(edge(['g', goal], 'y'), edge(['g', goal], 'x'), edge('inside'), edge(['s', 'g', 'far']), edge(['h', 'other']));
  expect(twice.serves).toEqual([{ edges: ['x', 'y'], goal, at: 'g' }, { edges: ['e h,other'], goal: 'other', at: 'h' }].sort((a, b) => (a.goal < b.goal ? -1 : 1)));
  expect(serveNoLonger({ edges: ['x', 'y'] })).toEqual(['x', 'y'].map((id) => ({ op: 'edge.remove', id, verb: 'learn/course.serve@1' })));
  expect(serveGoal(twice, 'g')).toMatchObject({ error: { code: 'no-change' } });
  const many = course(...Array.from({ length: LEARN_LIMITS.needs + 5 }, (_, at) => edge([`f${at}`, `g${at}`])));
  expect(many.serves).toHaveLength(LEARN_LIMITS.needs);
  expect(serveGoal(many, 'g')).toMatchObject({ error: { code: 'too-many' } });
});

test('{C6}{C5} the other end: a goal lists the courses whose own node says so, by title; one in the trash is not among them', () => {
  const entry = (fragment: string, title: string) => nodeView({ type: FRAGMENT, fragment: 'root', props: { fragment, type: COURSE, title } });
  const all = coursesOf([entry('b', 'Straps'), entry('a', 'Anchors'), entry('c', 'Knots')]);
  const nodes = ['a', 'b'].map((fragment) => nodeView({ id: courseNodeOf(fragment), type: COURSE, fragment }));
  expect(withNodes(all, nodes).map(({ title }) => title)).toEqual(['Anchors', 'Straps']);
  expect(withNodes(all, [{ ...nodes[0]!, deleted: true }, { ...nodes[1]!, type: TASK }])).toEqual([]);
});

test('{C5} the task of an assignment stands in a goal though it lies with its course: in its list and in how far it is', () => {
  const goal = goalNodeOf('g');
  const [op] = intoGoal({ id: 'work', fragment: F }, 'g');
  expect(op).toEqual({ op: 'edge.add', type: PART_OF, from: 'work', to: ['g', goal], verb: WORK_VERB.part });
  expect(intoGoal({ id: 'work', fragment: 'g' }, 'g')).toMatchObject([{ to: goal }]);
  const node = nodeView({ id: 'work', type: TASK, fragment: F, props: { title: 'Mount a box', done: true }, edges: op?.op === 'edge.add' ? [{ id: 'p', type: op.type, from: op.from, to: op.to, props: {}, by: 'me' }] : [] });
  const works = [readWork(nodeView({ id: goal, type: GOAL, fragment: 'g' }))!, readWork(node)!, readWork(nodeView({ id: 'else', type: TASK, fragment: F }))!];
  const tree = treeOf(works);
  expect(worksIn(works, tree, 'g').map(({ id }) => id)).toEqual(['work']);
  expect(tree.progress.get(goal)).toEqual({ done: 1, all: 1 });
  // Who may put it there: who may change the task, where the rules let them make such links.
  const space = (part: Partial<SpaceView> = {}): SpaceView => ({ id: 's', name: 'S', kind: 'team', role: 'member', members: 2, scope: null, comments: [], lets: null, rules: NO_RULES, ...part });
  const may = (of: SpaceView): boolean => mayLinkTask(of, works[1]!, 'me', PART_OF, WORK_VERB.part);
  expect([may(space()), may(space({ role: 'guest' })), may(space({ rules: { ...NO_RULES, ops: { [PART_OF]: 'admin' } } }))]).toEqual([true, false, false]);
});

test('into which goal it goes: those the course serves first, unasked into the first; a goal that is not here is not offered. A step is looked at in its course', () => {
  const entry = (fragment: string) => coursesOf([nodeView({ type: FRAGMENT, fragment: 'root', props: { fragment, type: COURSE, title: fragment } })])[0]!;
  const goals = new Map(['a', 'b'].map((fragment) => [goalNodeOf(fragment), entry(fragment)]));
  const served = (...of: string[]) => of.map((at) => ({ edges: ['e'], goal: goalNodeOf(at), at }));
  expect(goalChoices(goals, served('gone', 'b'))).toMatchObject({ first: 'b', list: [{ fragment: 'b' }, { fragment: 'a' }] });
  expect(goalChoices(goals, [])).toMatchObject({ first: '', list: [{ fragment: 'a' }, { fragment: 'b' }] });
  const route = { space: 's', lens: 'chat', object: 'f', params: { m: 'step' } };
  expect(placeOfThing({ type: 'learn/assignment@1', fragment: 'f', id: 'step' }, route)).toEqual({ space: 's', lens: 'learn', object: 'f', params: { s: 'step' } });
  expect(placeOfThing({ type: 'chat/message@1', fragment: 'f', id: 'step' }, route)).toBe(route);
});
