import { expect, test } from 'vitest';
import type { NodeView, Op } from '#os/api';
import { ASSIGNMENT, COURSE, coursesOf, learnManifest, LEARN_VERBS, LESSON, mayMakeCourses, mayWriteCourse, MODULE, PROGRESS, QUESTION } from '#domain/learn';
import {
  addModule, addNeed, addQuestion, addStep, answerOf, changeQuestion, clozeOf, courseNodeOf, isDone, isWhole, judge, LEARN_LIMITS, learnTitle, markAnswer, markRead, moveStep, NEEDS, nameOf, NO_PROGRESS, progressId, readCourse, readProgress, readQuestion, READS, renameCourse,
  sameWords, scoreOf, setAbout, setPass, shuffled, SOURCE, wayOf, type Course, type Draft, type Progress, type Question, type Step,
} from '#domain/learn/course';
import { NO_RULES } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';

const F = 'course';
const NO_TITLES = new Map<string, string>();
const edge = (type: string, from: string, to: string | [string, string], props = {}) => ({ id: `${type}${from}${String(to)}`, type, from, to, props, by: 'me' });
const lesson = (id: string, part: Partial<NodeView> = {}, needs: string[] = []): NodeView => nodeView({ id, type: LESSON, fragment: F, props: { title: id }, ...part, edges: [...(part.edges ?? []), ...needs.map((on) => edge(NEEDS, id, on))] });
const question = (id: string, of: string, props: NodeView['props'] = {}, part: Partial<NodeView> = {}): NodeView => nodeView({ id, type: QUESTION, fragment: F, parent: of, props: { kind: 'free', ask: 'How far?', answers: ['12 mm'], ...props }, ...part });
const course = (...nodes: NodeView[]): Course => readCourse(F, nodes, NO_TITLES);
const made = <T>(result: { ok: true; value: T } | { ok: false; error: { code: string } }): T | string => (result.ok ? result.value : result.error.code);
const progress = (part: Partial<Progress>): Progress => ({ ...NO_PROGRESS, exists: true, ...part });

test('{C6} a course is its modules, steps and questions in their places; what is deleted, elsewhere or of another kind is none of it', () => {
  const one = course(
    nodeView({ id: courseNodeOf(F), type: COURSE, fragment: F, props: { about: 'From the bag\nto the first reading.' } }),
    nodeView({ id: 'm2', type: MODULE, fragment: F, ord: 'b', props: { title: 'Field' } }), nodeView({ id: 'm1', type: MODULE, fragment: F, ord: 'a', props: { title: 'Bench' } }),
    lesson('c', { parent: 'm2', ord: 'a' }), lesson('b', { parent: 'm1', ord: 'b' }), lesson('a', { parent: 'm1', ord: 'a', edges: [edge(READS, 'a', ['doc', 'text'])] }),
    lesson('x', { parent: 'gone' }), lesson('y', { deleted: true }), lesson('z', { fragment: 'other' }), nodeView({ id: 'w', type: ASSIGNMENT, fragment: F, parent: 'm2', ord: 'b', props: { title: 'Mount a box', about: 'On a post.' } }),
    question('q', 'a'), question('q2', 'nobody'), question('q3', 'a', { kind: 'riddle' }), question('q4', 'a', {}, { deleted: true }),
  );
  expect(one.modules.map(({ id, title, steps }) => [id, title, steps.map((step) => step.id)])).toEqual([['m1', 'Bench', ['a', 'b']], ['m2', 'Field', ['c', 'w']], ['', '', ['x']]]);
  expect(one.about).toBe('From the bag to the first reading.');
  expect(one.steps[0]).toMatchObject({ kind: 'lesson', document: 'doc', pass: 0.8 });
  expect(one.steps[0]!.questions.map(({ id }) => id)).toEqual(['q']);
  expect(one.steps[3]).toMatchObject({ kind: 'assignment', about: 'On a post.', document: null });
  // The title of a lesson is that of its document.
  expect(readCourse(F, [lesson('a', { edges: [edge(READS, 'a', ['doc', 'text'])] })], new Map([['doc', 'Straps and torque']])).steps[0]!.title).toBe('Straps and torque');
});

test('[limit LEARN.steps LEARN.questions LEARN.needs LEARN.askUnits LEARN.answers LEARN.answerUnits LEARN.aboutUnits] what a peer sends beyond the limits is cut or left out, and is not written', () => {
  const long = 'w'.repeat(LEARN_LIMITS.askUnits + 1);
  const steps = Array.from({ length: LEARN_LIMITS.steps + 5 }, (_, at) => lesson(`s${at}`));
  expect(course(...steps).steps).toHaveLength(LEARN_LIMITS.steps);
  const asked = course(lesson('a'), ...Array.from({ length: LEARN_LIMITS.questions + 5 }, (_, at) => question(`q${at}`, 'a'))).steps[0]!;
  expect(asked.questions).toHaveLength(LEARN_LIMITS.questions);
  expect(made(addQuestion(asked, 'n', draft({}), null))).toBe('too-many');
  expect(course(lesson('a', {}, Array.from({ length: LEARN_LIMITS.needs + 9 }, (_, at) => `n${at}`))).steps[0]!.needs).toHaveLength(LEARN_LIMITS.needs);
  const one = readQuestion(question('q', 'a', { kind: 'free', ask: long, why: long, answers: Array.from({ length: 99 }, () => 'a'.repeat(LEARN_LIMITS.answerUnits + 1)) }))!;
  expect([one.ask.length, one.why.length, one.answers.length, one.answers[0]!.length]).toEqual([LEARN_LIMITS.askUnits, LEARN_LIMITS.askUnits, LEARN_LIMITS.answers, LEARN_LIMITS.answerUnits]);
  for (const part of [{ ask: long }, { why: long }, { answers: ['a'.repeat(LEARN_LIMITS.answerUnits + 1)] }]) expect(made(addQuestion(course(lesson('a')).steps[0]!, 'q', draft(part), null))).toBe('too-long');
  expect(made(addQuestion(course(lesson('a')).steps[0]!, 'q', draft({ answers: Array.from({ length: LEARN_LIMITS.answers + 1 }, (_, at) => `${at}`) }), null))).toBe('too-many');
  expect(made(setAbout(course(), 'w'.repeat(LEARN_LIMITS.aboutUnits + 1)))).toBe('too-long');
  expect(made(addStep(course(...steps), { id: 'n', title: 'One more', module: null }))).toBe('too-many');
});

const draft = (part: Partial<Draft>): Draft => ({ kind: 'free', ask: 'How far?', why: '', options: [], answers: ['12 mm'], ...part });

test('a member who puts very much into a course makes nobody wait: questions, steps, modules and needs without end are read at once', () => {
  const many = 40_000;
  const nodes = [
    ...Array.from({ length: many }, (_, at) => question(`q${at}`, 's0')), ...Array.from({ length: 2_000 }, (_, at) => nodeView({ id: `m${at}`, type: MODULE, fragment: F })),
    ...Array.from({ length: 2_000 }, (_, at) => lesson(`s${at}`, { parent: `m${at}` }, Array.from({ length: 60 }, (_, n) => `s${(at + n * 7 + 1) % 500}`))),
  ];
  const from = performance.now();
  const one = course(...nodes);
  const way = wayOf(one, new Map());
  expect(one.steps).toHaveLength(LEARN_LIMITS.steps);
  expect(way.next).not.toBeNull();
  // Seconds on a crowded machine; with lists copied for each question it was minutes.
  expect(performance.now() - from).toBeLessThan(10_000);
});

test('{C6} a step waits for what it needs, and says for what: a step, or all of a module, which is done once its steps are', () => {
  const one = course(
    nodeView({ id: 'm', type: MODULE, fragment: F, ord: 'a' }), nodeView({ id: 'n', type: MODULE, fragment: F, ord: 'b', edges: [edge(NEEDS, 'n', 'm')] }),
    lesson('a', { parent: 'm', ord: 'a' }), lesson('b', { parent: 'm', ord: 'b' }, ['a']), lesson('c', { parent: 'n', ord: 'a' }), lesson('d', { parent: 'n', ord: 'b' }, ['c', 'gone']),
  );
  const waits = (...done: string[]) => {
    const way = wayOf(one, new Map(done.map((id) => [id, progress({ read: 5 })])));
    return [...way.states.values()].map(({ is, waits: on }) => `${is}${on.map(({ id }) => ` ${id}`).join('')}`);
  };
  expect(waits()).toEqual(['open', 'locked a', 'locked a b', 'locked a b c']);
  expect(waits('a')).toEqual(['done', 'open', 'locked b', 'locked b c']);
  expect(waits('a', 'b')).toEqual(['done', 'done', 'open', 'locked c']);
  expect(wayOf(one, new Map()).dangling).toEqual([{ edge: `${NEEDS}dgone`, from: 'd', on: 'gone' }]);
});

test('needs that a merge made a circle lock nothing among themselves, and are named; a circle is refused by hand', () => {
  const one = course(lesson('a', {}, ['c']), lesson('b', {}, ['a']), lesson('c', {}, ['b']), lesson('d', {}, ['a']), lesson('e', {}, ['d']));
  const way = wayOf(one, new Map());
  expect([...way.states.values()].map(({ is }) => is)).toEqual(['open', 'open', 'open', 'locked', 'locked']);
  expect(way.circles).toEqual([['a', 'c'], ['b', 'a'], ['c', 'b']].map(([from, on]) => ({ edge: `${NEEDS}${from}${on}`, from, on })));
  // One of them taken away, the others lock again.
  const mended = wayOf(course(lesson('a'), lesson('b', {}, ['a']), lesson('c', {}, ['b'])), new Map());
  expect([mended.circles, [...mended.states.values()].map(({ is }) => is)]).toEqual([[], ['open', 'locked', 'locked']]);
  // A module in it is named as the module it is, once, however many steps it has; what it needs besides is not named.
  const modules = course(
    nodeView({ id: 'm', type: MODULE, fragment: F, ord: 'a' }), nodeView({ id: 'n', type: MODULE, fragment: F, ord: 'b', edges: [edge(NEEDS, 'n', 'm'), edge(NEEDS, 'n', 'z')] }),
    lesson('x', { parent: 'm', ord: 'a' }, ['y']), lesson('w', { parent: 'm', ord: 'b' }), lesson('y', { parent: 'n', ord: 'a' }), lesson('v', { parent: 'n', ord: 'b' }), lesson('z'),
  );
  expect(wayOf(modules, new Map()).circles.map(({ from, on }) => [from, on])).toEqual([['n', 'm'], ['x', 'y']]);
  expect(made(addNeed(one, one.steps[3]!, 'e'))).toBe('taken');
  expect(made(addNeed(one, one.steps[3]!, 'd'))).toBe('taken');
  expect(made(addNeed(one, one.steps[4]!, 'd'))).toBe('no-change');
  expect(made(addNeed(one, one.steps[4]!, 'a'))).toMatchObject([{ op: 'edge.add', type: NEEDS, from: 'e', to: 'a' }]);
});

test('Continue opens what was begun last and is not done, else the first that is open; when all is done there is nothing', () => {
  const one = course(lesson('a'), lesson('b'), lesson('c', {}, ['b']));
  const next = (progresses: Record<string, Partial<Progress>>): string | undefined => wayOf(one, new Map(Object.entries(progresses).map(([id, part]) => [id, progress(part)]))).next?.step.id;
  expect(next({})).toBe('a');
  expect(next({ a: { seen: 1 }, b: { seen: 2 } })).toBe('b');
  expect(next({ a: { seen: 9, read: 9 }, b: { seen: 2 } })).toBe('b');
  expect(next({ a: { read: 9 }, b: { read: 9 } })).toBe('c');
  expect(next({ a: { read: 9 }, b: { read: 9 }, c: { done: 10 } })).toBeUndefined();
  // Work that was begun keeps nobody from the lessons behind it.
  const work = course(nodeView({ id: 'w', type: ASSIGNMENT, fragment: F, props: { title: 'w' }, ord: 'a' }), lesson('z', { ord: 'b' }));
  const after = (progresses: Record<string, Partial<Progress>>): string | undefined => wayOf(work, new Map(Object.entries(progresses).map(([id, part]) => [id, progress(part)]))).next?.step.id;
  expect([after({}), after({ w: { seen: 9 } }), after({ w: { seen: 9 }, z: { seen: 5 } }), after({ w: { seen: 9 }, z: { read: 9 } })]).toEqual(['w', 'z', 'z', 'w']);
});

test('{C6} a lesson with questions is passed by its share of right answers, one without by being read; what was done stays done though the course changes', () => {
  const asked = course(lesson('a', { props: { title: 'a', pass: 0.5 } }), question('q1', 'a'), question('q2', 'a'), question('q3', 'a')).steps[0]!;
  const state = (right: string[], wrong: string[]) => progress({ read: 1, right: new Map(right.map((id) => [id, 5])), wrong: new Map(wrong.map((id) => [id, 5])) });
  expect(scoreOf(asked, state(['q1'], ['q2']))).toEqual({ right: 1, answered: 2, of: 3, needed: 2 });
  expect(isDone(asked, state(['q1'], ['q2', 'q3']))).toBe(false);
  expect(isDone(asked, state(['q1', 'q2'], []))).toBe(true);
  expect(isDone(course(lesson('b')).steps[0]!, NO_PROGRESS)).toBe(false);
  expect(isDone(course(lesson('b')).steps[0]!, progress({ read: 3 }))).toBe(true);
  // Two more questions come in: who had passed has passed.
  const where = { space: 's', course: { fragment: F }, step: asked, progress: state(['q1'], []), at: 9 };
  expect(markAnswer(where, { id: 'q2' }, true).map((op) => ('key' in op ? op.key : op.op))).toEqual(['r:q2', 'done']);
  const harder = { ...asked, questions: [...asked.questions, ...asked.questions.map((one) => ({ ...one, id: `${one.id}x` }))] };
  expect(isDone(harder, { ...state(['q1', 'q2'], []), done: 9 })).toBe(true);
  expect(markRead({ ...where, step: course(lesson('b')).steps[0]!, progress: NO_PROGRESS }).map((op) => ('key' in op ? op.key : op.op))).toEqual(['node.create', 'read', 'done']);
});

test('the last answer counts, also when the clock was set back; a node of another step or of another person\'s making is no progress of this one', () => {
  const step = course(lesson('a'), question('q', 'a')).steps[0]!;
  const before = progress({ read: 1, wrong: new Map([['q', 100]]) });
  const [op] = markAnswer({ space: 's', course: { fragment: F }, step, progress: before, at: 50 }, { id: 'q' }, true);
  expect(op).toMatchObject({ op: 'max.set', key: 'r:q', n: 101 });
  expect(answerOf(progress({ right: new Map([['q', 101]]), wrong: new Map([['q', 100]]) }), 'q')).toBe('right');
  expect(answerOf(before, 'other')).toBeNull();
  const id = progressId('s', F, 'a');
  const node = nodeView({ id, type: PROGRESS, props: { step: 'a' }, max: { 'seen': 3, 'r:q': 7, 'w:q': 9 } });
  expect(readProgress(node, 's', F)).toMatchObject(['a', { seen: 3, read: null, done: null, exists: true }]);
  expect(readProgress({ ...node, id: 'mine' }, 's', F)).toBeNull();
  expect(readProgress(node, 's', 'another course')).toBeNull();
});

const q = (part: Partial<Question>): Question => ({ id: 'q', kind: 'choice', ask: 'Why?', options: [], answers: [], why: '', source: null, newer: false, ...part });

test('{C6} answers: chosen as a whole, words whatever their case, spaces, ё and quotes, holes each, lines in order', () => {
  const choice = q({ options: [{ text: 'a', right: false, why: '' }, { text: 'b', right: true, why: '' }, { text: 'c', right: true, why: '' }] });
  expect(judge(choice, { chosen: [1] })).toEqual({ right: false, parts: [true, true, false] });
  expect(judge(choice, { chosen: [2, 1] }).right).toBe(true);
  expect(judge(q({ options: [{ text: 'a', right: false, why: '' }] }), { chosen: [] }).right).toBe(false);
  expect(judge(q({ kind: 'free', answers: ['Ёлка', 'spruce'] }), { words: ['  ЕЛКА. '] }).right).toBe(true);
  expect(judge(q({ kind: 'free', answers: ['spruce'] }), { words: ['spruces'] }).right).toBe(false);
  expect(judge(q({ kind: 'free', answers: ['spruce'] }), { chosen: [0] }).right).toBe(false);
  const cloze = q({ kind: 'cloze', ask: 'Leave {{15 cm|fifteen centimetres}} inside, then a {{quarter}} turn.' });
  expect(clozeOf(cloze.ask)).toEqual({ texts: ['Leave ', ' inside, then a ', ' turn.'], holes: [['15 cm', 'fifteen centimetres'], ['quarter']] });
  expect(judge(cloze, { words: ['15  CM', 'half'] })).toEqual({ right: false, parts: [true, false] });
  expect(judge(cloze, { words: ['15 cm', 'quarter'] }).right).toBe(true);
  const order = q({ kind: 'order', answers: ['nut', 'rubber', 'nut'] });
  expect(judge(order, { order: [2, 1, 0] }).right).toBe(true);
  expect(judge(order, { order: [1, 0, 2] }).right).toBe(false);
  expect([sameWords('«да»', '"Да"'), sameWords('', '.'), sameWords('a', 'b')]).toEqual([true, true, false]);
  expect(clozeOf('{{ }} {{|}} {{{{x}}').holes).toEqual([['x']]);
});

test('a question that nobody could answer, or everybody would, is not written', () => {
  const wrong: Partial<Draft>[] = [{ ask: ' ' }, { kind: 'choice', options: [{ text: 'a', right: true, why: '' }] }, { kind: 'choice', options: [{ text: 'a', right: false, why: '' }, { text: 'b', right: false, why: '' }] }, { kind: 'cloze', ask: 'No hole.' }, { answers: [' '] }, { kind: 'order', answers: ['a', 'a'] }];
  const step = course(lesson('a')).steps[0]!;
  for (const part of wrong) expect(made(addQuestion(step, 'q', draft(part), null))).toBe('empty');
  expect(isWhole(q({ kind: 'cloze', ask: 'One {{hole}}.' }))).toBe(true);
  // Two edits that met may make one: it is shown to who writes the course, and asked of nobody.
  expect(course(lesson('a'), question('q', 'a', { kind: 'order' })).steps[0]).toMatchObject({ questions: [], broken: [{ id: 'q' }] });
  expect(made(changeQuestion('q', draft({ kind: 'choice', options: [{ text: ' a ', right: true, why: ' yes ' }, { text: 'b', right: false, why: '' }, { text: '', right: true, why: '' }] })))).toMatchObject([{ op: 'node.set', props: { kind: 'choice', answers: [['a', true, 'yes'], ['b', false, '']] } }]);
  expect(made(addQuestion(step, 'q', draft({}), { fragment: 'doc', node: 'text', block: 'b1', page: 17 }))).toMatchObject([{ op: 'node.create', type: QUESTION }, { op: 'edge.add', type: SOURCE, to: ['doc', 'text'], props: { block: 'b1', page: 17 } }, { op: 'pos.set', parent: 'a' }]);
});

test('lines of an order are never shown as they belong, and are the same on every device', () => {
  for (let n = 0; n < 200; n++) {
    const one = { id: `q${n}`, answers: Array.from({ length: 2 + (n % 5) }, (_, at) => `line ${at}`) };
    const shown = shuffled(one);
    expect([...shown].sort((a, b) => a - b)).toEqual(one.answers.map((_, at) => at));
    expect(shown.map((at) => one.answers[at])).not.toEqual(one.answers);
    expect(shuffled(one)).toEqual(shown);
  }
});

test('verbs of who writes a course say what they do, with names that the manifest knows; a step moves among those beside it', () => {
  const one = course(nodeView({ id: 'm', type: MODULE, fragment: F, ord: 'a' }), lesson('a', { parent: 'm', ord: 'a' }), lesson('b', { parent: 'm', ord: 'b' }), lesson('c', { parent: 'm', ord: 'c' }));
  const [a, b, c] = one.steps as [Step, Step, Step];
  expect(moveStep(one, a, -1)).toEqual([]);
  expect(moveStep(one, a, 1)).toMatchObject([{ op: 'pos.set', id: 'a', parent: 'm', before: 'c', after: 'b' }]);
  expect(moveStep(one, c, -1)).toMatchObject([{ id: 'c', before: 'b', after: 'a' }]);
  expect(moveStep(one, b, 1)).toMatchObject([{ id: 'b', after: 'c' }]);
  const ops = [addModule(one, 'n', 'Field'), addStep(one, { id: 'd', title: 'Read', module: 'm', document: { fragment: 'doc', node: 'text' } }), addStep(one, { id: 'w', title: 'Do', module: null }), renameCourse({ node: 'e', title: 'x' }, 'y'), setAbout(one, 'About'), nameOf('a', 'a', 'b')].flatMap((result) => made(result) as Op[]);
  expect(ops.filter((op) => op.op === 'pos.set')).toMatchObject([{ id: 'n', parent: null, after: 'm' }, { id: 'd', parent: 'm', after: 'c' }, { id: 'w', parent: null }]);
  for (const op of [...ops, ...setPass('a', 2), ...markRead({ space: 's', course: { fragment: F }, step: a, progress: NO_PROGRESS, at: 1 })]) expect(LEARN_VERBS).toContain(op.verb);
  expect(setPass('a', 2)).toMatchObject([{ props: { pass: 1 } }]);
  expect([made(learnTitle(' ')), made(learnTitle('x'.repeat(81))), made(nameOf('a', 'same', 'same')), made(renameCourse({ node: 'e', title: 'x' }, 'x'))]).toEqual(['empty', 'too-long', 'no-change', 'no-change']);
});

test('who may write a course: members of the whole space make one, guests and those who only comment write none', () => {
  const space = { id: 's', name: '', kind: 'team' as const, role: 'member' as const, members: 2, scope: null, comments: [], lets: null, rules: NO_RULES };
  expect([mayMakeCourses(space), mayMakeCourses({ ...space, scope: [F] }), mayMakeCourses({ ...space, role: 'guest' })]).toEqual([true, false, false]);
  expect([mayWriteCourse(space, F), mayWriteCourse({ ...space, role: 'guest' }, F), mayWriteCourse({ ...space, comments: [F] }, F), mayWriteCourse({ ...space, rules: { ...NO_RULES, on: { [F]: { change: 'admin' } } } }, F)]).toEqual([true, false, false, false]);
  const entry = (title: string, type: string) => nodeView({ type: 'fragment@1', props: { fragment: title, type, title } });
  expect(coursesOf([entry('b', COURSE), entry('a', COURSE), entry('c', 'chat/channel@1')]).map(({ title }) => title)).toEqual(['a', 'b']);
  expect(learnManifest.types.map(({ title }) => title(nodeView({ props: { title: 'Field\nbasics' } })))).toContain('Field basics');
});
