import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVENT, FROM, GOAL, MILESTONE, TASK, TASK_VERB } from '#domain/goals';
import { planOf, WORK_WEEK, workTime } from '#domain/goals/planning';
import { addLabel, blockedBy, byStatus, inOrderAgain, DEPENDS_ON, dependOn, goalNodeOf, inOrder, linksOf, makeOther, makeWork, moveTo, neighbours, PART_OF, partOf, passes, planOfWorks, readWork, setEstimate, setHelper, setWait, treeOf, waitsForNothing, withFirst, WORK_VERB, type Work } from '#domain/goals/work';
import { PLAN_LIMITS } from '#domain/shared';
import type { EdgeView, NodeRef } from '#os/api';
import { nodeView } from '#tests/support/node-view';

const edge = (type: string, from: string, to: NodeRef, props: EdgeView['props'] = {}): EdgeView => ({ id: `${type}:${from}:${String(to)}`, type, from, to, props, by: 'me' });
const work = (id: string, part: Partial<Work> = {}, edges: EdgeView[] = []): Work => ({ ...readWork(nodeView({ id, type: TASK, props: { title: id }, edges }))!, ...part });
const all = (...works: Work[]): ReadonlyMap<string, Work> => new Map(works.map((one) => [one.id, one]));
const plan = (works: Work[], target: string | null = null) => planOfWorks(works, { calendar: WORK_WEEK, today: '2026-11-27', seed: 's', target });

test('{C5} what a peer put into a thing is made harmless [limit PLAN.links PLAN.labels PLAN.labelUnits PLAN.days]', () => {
  const many = Array.from({ length: PLAN_LIMITS.links + 5 }, (_, i) => edge(DEPENDS_ON, 't', `n${i}`, { kind: 'XX', lag: i === 0 ? 1e300 : 'x' }));
  const odd = readWork(nodeView({
    id: 't', type: TASK, props: { title: 'x', status: 'done', priority: 7, start: '2026-02-30', estimate: ['day', 1e9, 2, 1], done: false }, edges: [...many, edge(PART_OF, 't', 't'), edge(PART_OF, 't', ['f', 'z']), edge(PART_OF, 't', 'b')],
    sets: { labels: [...Array.from({ length: PLAN_LIMITS.labels }, (_, i) => `${i}${'y'.repeat(60)}`), 'late', 3, null], helpers: [new Uint8Array(2), 'noor', 'noor'] },
  }))!;
  expect(odd).toMatchObject({ kind: 'task', status: 'next', priority: 'normal', start: null, estimate: { unit: 'day', low: 1, likely: 2, high: PLAN_LIMITS.days }, parent: 'b', helpers: ['noor'] });
  expect(odd.waits).toHaveLength(PLAN_LIMITS.links);
  expect(odd.waits[0]).toMatchObject({ on: 'n0', kind: 'FS', lag: PLAN_LIMITS.days * 24 });
  expect(odd.labels).toHaveLength(PLAN_LIMITS.labels);
  expect(odd.labels.every((one) => one.length === PLAN_LIMITS.labelUnits)).toBe(true);
  for (const estimate of [['day', -1, 2, 3], ['week', 1, 2, 3], ['day', 1, 2], 'x', ['hour', NaN, 1, 2]]) expect(readWork(nodeView({ type: TASK, props: { estimate: estimate as never } }))!.estimate).toBeNull();
  expect([readWork(nodeView({ type: GOAL }))?.kind, readWork(nodeView({ type: MILESTONE }))?.kind, readWork(nodeView())]).toEqual(['goal', 'milestone', null]);
});

test('a column is a status, and done is what every card ticks', () => {
  expect(makeWork({ title: 'a' }, 'review')).toEqual({ ok: true, value: [{ op: 'node.create', type: TASK, props: { title: 'a', status: 'review' }, verb: TASK_VERB.create }] });
  expect(makeWork({ title: 'a', due: '2026-11-27', time: 900 }, 'next'), 'told at its time').toMatchObject({ value: [{ props: { title: 'a', due: '2026-11-27', remind: [-900] } }] });
  expect(makeWork({ title: 'a', time: 900 }, 'next'), 'a time of no day').toEqual({ ok: true, value: [{ op: 'node.create', type: TASK, props: { title: 'a' }, verb: TASK_VERB.create }] });
  expect(makeWork({ title: 'a' }, 'done')).toMatchObject({ value: [{ props: { title: 'a', done: true } }] });
  expect(moveTo(work('a'), 'doing')).toEqual([{ op: 'node.set', id: 'a', props: { status: 'doing' }, verb: WORK_VERB.status }]);
  expect(moveTo(work('a'), 'done')).toEqual([{ op: 'node.set', id: 'a', props: { done: true }, verb: TASK_VERB.done }]);
  expect(moveTo(work('a', { done: true, status: 'done' }), 'next').map((op) => 'props' in op && op.props)).toEqual([{ done: false }, { status: 'next' }]);
  expect(moveTo(work('a'), 'next')).toEqual([]);
  const columns = byStatus(inOrderAgain([], [work('a', { priority: 'low' }), work('b', { priority: 'urgent' }), work('c', { status: 'done', done: true }), work('d', { ord: 'a1' })]));
  expect([...columns].map(([status, list]) => [status, list.map(({ id }) => id)])).toEqual([['next', ['d', 'b', 'a']], ['doing', []], ['review', []], ['done', ['c']]]);
  expect([work('x', { due: '2026-12-02' }), work('y', { due: '2026-12-01' }), work('z')].sort(inOrder).map(({ id }) => id)).toEqual(['y', 'x', 'z']);
  expect(neighbours([work('a', { ord: 'a' }), work('b', { ord: 'b', fragment: 'other' }), work('c', { ord: 'c' }), work('d')], work('m'), 2)).toEqual({ after: 'a', before: 'c' });
});

test('filters: words without their marks, who does it or helps, label, priority, what is due', () => {
  const one = work('a', { title: 'Ёлка to the café', assignee: 'mira', helpers: ['noor'], labels: ['box'], due: '2026-12-01' });
  for (const filter of [{ text: 'елка' }, { text: 'cafe' }, { assignee: 'mira' }, { assignee: 'noor' }, { label: 'box' }, { priority: 'normal' as const }, { due: '2026-12-01' }, {}]) expect(passes(one, filter)).toBe(true);
  for (const filter of [{ text: 'gasket' }, { assignee: null }, { assignee: 'ivo' }, { label: 'lid' }, { priority: 'low' as const }, { due: '2026-11-30' }]) expect(passes(one, filter)).toBe(false);
  expect(passes({ ...one, done: true }, { due: '2026-12-31' })).toBe(false);
});

test('estimates keep their order; labels and helpers are sets', () => {
  expect(setEstimate('a', { unit: 'day', low: 3, likely: 1, high: 2 })).toMatchObject({ value: [{ props: { estimate: ['day', 1, 2, 3] } }] });
  expect([setEstimate('a', { unit: 'day', low: NaN, likely: 1, high: 2 }), setEstimate('a', { unit: 'day', low: 1, likely: 1, high: PLAN_LIMITS.days + 1 })].map((one) => !one.ok && one.error.code)).toEqual(['empty', 'too-long']);
  expect(addLabel(work('a', { labels: ['box'] }), ' lid ')).toEqual({ ok: true, value: [{ op: 'set.add', id: 'a', prop: 'labels', value: 'lid', verb: WORK_VERB.label }] });
  expect([addLabel(work('a', { labels: ['box'] }), 'box'), addLabel(work('a'), ' '), addLabel(work('a'), 'x'.repeat(PLAN_LIMITS.labelUnits + 1))].map((one) => !one.ok && one.error.code)).toEqual(['no-change', 'empty', 'too-long']);
  expect(setHelper('a', 'noor', false)).toMatchObject([{ op: 'set.remove', prop: 'helpers', value: 'noor' }]);
});

test('{C5} waiting: a circle is refused by its name, across fragments and what others say; parts likewise', () => {
  const [a, b, c] = [work('a'), work('b', { waits: [{ edge: 'e', on: 'a', kind: 'FS', lag: 0 }] }), work('c', { fragment: 'other' })];
  expect(dependOn(c, b, { kind: 'SS', lag: 2 }, all(a, b, c))).toEqual({ ok: true, value: [{ op: 'edge.add', type: DEPENDS_ON, from: 'c', to: ['fragment', 'b'], props: { kind: 'SS', lag: 2 }, verb: WORK_VERB.depend }] });
  expect(dependOn(a, b, {}, all(a, b, c))).toEqual({ ok: false, error: { type: 'circle', tasks: ['b', 'a'] } });
  expect(dependOn(a, c, {}, all({ ...a, blocks: ['c'] }, b, c))).toEqual({ ok: false, error: { type: 'circle', tasks: ['c', 'a'] } });
  expect(dependOn(b, a, {}, all(a, b, c))).toMatchObject({ error: { code: 'no-change' } });
  expect(partOf(c, a, all(a, b, c))).toEqual({ ok: true, value: [{ op: 'edge.add', type: PART_OF, from: 'c', to: ['fragment', 'a'], verb: WORK_VERB.part }] });
  expect(partOf(a, b, all(a, { ...b, parent: 'a' }, c))).toEqual({ ok: false, error: { type: 'circle', tasks: ['a', 'b'] } });
  // A part waits for no whole of its own, and a whole for nothing that waits for its parts; that it waits for a part of its own is what it does anyhow.
  const [whole, part, next] = [work('whole'), work('part', { parent: 'whole' }), work('next', { waits: [{ edge: 'n', on: 'part', kind: 'FS', lag: 0 }] })];
  expect(dependOn(part, whole, {}, all(whole, part, next))).toEqual({ ok: false, error: { type: 'circle', tasks: ['whole', 'part'] } });
  expect(dependOn(whole, next, {}, all(whole, part, next))).toEqual({ ok: false, error: { type: 'circle', tasks: ['next', 'whole', 'part'] } });
  expect(dependOn(whole, part, {}, all(whole, part, next)).ok).toBe(true);
  expect(partOf({ ...part, parent: null, waits: [{ edge: 'w', on: 'whole', kind: 'FS', lag: 0 }] }, whole, all(whole, part, next))).toMatchObject({ error: { type: 'circle' } });
  expect(partOf({ ...b, parent: 'a', parentEdges: ['p', 'q'] }, null, all(a, b))).toMatchObject({ value: [{ op: 'edge.remove', id: 'p' }, { op: 'edge.remove', id: 'q' }] });
});

test('{C5} roll-up: done of all below, at every level; circles that came by a merge are cut at their least id, and nothing is lost', () => {
  const goal = { ...readWork(nodeView({ id: goalNodeOf('fragment'), type: GOAL }))! };
  const tree = treeOf([goal, work('box'), work('lid', { parent: 'box', done: true }), work('seal', { parent: 'box' }), work('alone', { done: true }), work('guest', { fragment: 'chat', parent: goal.id })]);
  expect(tree.progress.get('box')).toEqual({ done: 1, all: 2 });
  expect(tree.progress.get(goal.id)).toEqual({ done: 2, all: 4 });
  expect(tree.parts.get(null)!.map(({ id }) => id)).toEqual([goal.id]);
  const round = treeOf([work('c', { fragment: 'x', parent: 'a' }), work('a', { fragment: 'x', parent: 'b' }), work('b', { fragment: 'x', parent: 'c' }), work('d', { fragment: 'x', parent: 'c', done: true })]);
  expect(round.parts.get(null)!.map(({ id }) => id)).toEqual(['a']);
  expect(round.progress.get('a')).toEqual({ done: 1, all: 2 });
  expect([...round.parts.values()].flat()).toHaveLength(4);
});

test('blocked: by what is not done, as the kind says, and by what others say', () => {
  const wait = (on: string, kind: 'FS' | 'SS' | 'FF' = 'FS') => ({ edge: on, on, kind, lag: 0 });
  const works = [work('a', { blocks: ['f'] }), work('b', { done: true, status: 'done' }), work('c', { waits: [wait('a'), wait('b'), wait('gone')] }), work('d', { waits: [wait('a', 'SS')] }), work('e', { waits: [wait('a', 'FF')] }), work('f', { waits: [wait('a')] })];
  expect([...blockedBy(works)].sort()).toEqual([['c', 1], ['d', 1], ['f', 1]]);
  expect([...blockedBy(works.map((one) => (one.id === 'a' ? { ...one, status: 'doing' as const } : one)))].map(([id]) => id).sort()).toEqual(['c', 'f']);
  expect([...blockedBy(works.map((one) => (one.id === 'a' ? { ...one, done: true } : one)))]).toEqual([]);
});

test('{C5} the plan of what is open: days and hours, a start by hand, parts before their whole, done things hold nothing, links to what is not here are told', () => {
  const wait = (on: string, lag = 0) => ({ edge: `w:${on}`, on, kind: 'FS' as const, lag });
  const works = [
    work('done', { done: true, status: 'done' }), work('a', { estimate: { unit: 'day', low: 1, likely: 2, high: 4 }, waits: [wait('done'), wait('gone')], assignee: 'mira' }),
    work('b', { estimate: { unit: 'hour', low: 4, likely: 4, high: 4 }, waits: [wait('a', 8)], start: '2026-11-26', due: '2026-12-01', assignee: 'mira', helpers: ['noor'] }),
    work('box', { waits: [wait('a')] }), work('lid', { parent: 'box', start: '2026-12-03' }),
  ];
  const asked = plan(works, '2026-12-04');
  expect(asked.tasks.map(({ id, duration, notBefore }) => [id, duration, notBefore])).toEqual([['a', 960, 0], ['b', 240, 0], ['box', 0, 0], ['lid', 480, 1920], ['box<', 0, undefined]]);
  expect([asked.tasks[0]!.estimate, asked.tasks[1]!.deadline, asked.target, asked.dangling]).toEqual([[480, 960, 1920], 1440, 2880, ['w:gone']]);
  expect(asked.links.map(({ from, to, lag }) => [from, to, lag])).toEqual([['a', 'b', 480], ['box<', 'lid', 0], ['a', 'box<', 0], ['lid', 'box', 0]]);
  expect(asked.demands.map(({ task, resource }) => `${task}:${resource}`)).toEqual(['a:mira', 'b:mira', 'b:noor']);
  expect(planOf(asked).tasks.find(({ id }) => id === 'b')).toMatchObject({ start: 1440, finish: 1680, late: 240 });
  expect(linksOf(works).map(({ from, to }) => [from, to])).toContainEqual(['gone', 'a']);
  expect(plan([readWork(nodeView({ type: GOAL }))!]).tasks).toEqual([]);
});

test('what a goal waits for elsewhere is in its plan; a wait for what is nowhere is told with the thing that waits, not of what is done', () => {
  const here = all(work('a', { fragment: 'x' }), work('b', { fragment: 'x', waits: [{ edge: 'e', on: 'a', kind: 'FS', lag: 0 }] }), work('c', { waits: [{ edge: 'f', on: 'b', kind: 'FS', lag: 0 }, { edge: 'g', on: 'gone', kind: 'FS', lag: 0 }] }), work('d', { fragment: 'x', blocks: ['c'] }), work('z', { fragment: 'x' }));
  expect(withFirst([here.get('c')!], here).map(({ id }) => id)).toEqual(['c', 'b', 'd', 'a']);
  expect(waitsForNothing([...here.values()], here).map(({ work: { id }, wait }) => [id, wait.edge, wait.on])).toEqual([['c', 'g', 'gone']]);
  expect(waitsForNothing([{ ...here.get('c')!, done: true }], here)).toEqual([]);
});

test('a task made from a message keeps its source; both are one node', () => {
  expect(readWork(nodeView({ type: TASK, edges: [edge(FROM, 't', 'm')] }))).toMatchObject({ kind: 'task', waits: [] });
});

test('{C5} a milestone and an event are made of the same line: an event has its day, else today', () => {
  const made = (kind: 'milestone' | 'event', title: string, due: string | null) => {
    const ops = makeOther(kind, { title, due }, '2026-11-27');
    return ops.ok ? ops.value.map((op) => (op.op === 'node.create' ? [op.type, op.props] : op)) : ops.error.code;
  };
  expect([made('milestone', ' All stand', '2026-12-01'), made('milestone', 'x', null), made('event', 'Party', '2026-12-05'), made('event', 'Party', null), made('event', ' ', null)]).toEqual([
    [[MILESTONE, { title: 'All stand', due: '2026-12-01' }]], [[MILESTONE, { title: 'x' }]], [[EVENT, { title: 'Party', start: '2026-12-05' }]], [[EVENT, { title: 'Party', start: '2026-11-27' }]], 'empty',
  ]);
});

test('{C5} who changes the kind of a wait leaves its lag to whoever changes that', () => {
  expect([setWait('e', { kind: 'SS' }), setWait('e', { lag: 8 })].map(([op]) => op)).toMatchObject([{ op: 'edge.set', id: 'e', props: { kind: 'SS' } }, { props: { lag: 8 } }]);
  expect(Object.keys((setWait('e', { kind: 'SS' })[0] as { props: object }).props)).toEqual(['kind']);
});

test('{C5} a plan that would end behind the last day that can be written ends on it; whoever does a task and helps with it is asked once', () => {
  const far = plan([work('a', { start: '9999-12-31', estimate: { unit: 'day', low: 2, likely: 2, high: 2 } })]);
  const time = workTime(WORK_WEEK, '2026-11-27');
  expect([time.endDay(far.tasks[0]!.notBefore! + far.tasks[0]!.duration), time.endDay(1e15)]).toEqual(['9999-12-31', '9999-12-31']);
  expect(plan([work('b', { assignee: 'mira', helpers: ['noor', 'mira'], estimate: { unit: 'day', low: 1, likely: 1, high: 1 } })]).demands.map(({ resource }) => resource).toSorted()).toEqual(['mira', 'noor']);
});

test('what is in order and changes in one place is put in order as if all were: things that came, went and changed, few or many', () => {
  const one = fc.record({ id: fc.nat(30), due: fc.option(fc.constantFrom('2026-12-01', '2026-12-02')), priority: fc.constantFrom('urgent' as const, 'normal' as const, 'low' as const), ord: fc.option(fc.constantFrom('a0', 'a1', 'a2'), { freq: 2 }) });
  fc.assert(fc.property(fc.array(one, { maxLength: 60 }), fc.array(one, { maxLength: 12 }), fc.func(fc.boolean()), (first, then, stays) => {
    const of = (list: typeof first): Map<string, Work> => new Map(list.map(({ id, due, priority, ord }) => [`n${id}`, work(`n${id}`, { due, priority, ord, stamp: `s${String(id).padStart(2, '0')}` })]));
    const before = inOrderAgain([], [...of(first).values()]);
    const now = [...new Map([...before.filter(({ id }) => stays(id)).map((each) => [each.id, each] as const), ...of(then)]).values()];
    expect(inOrderAgain(before, now)).toEqual([...now].sort(inOrder));
    expect(inOrderAgain(before, before)).toEqual(before);
  }));
  const many = Array.from({ length: 2_000 }, (_, at) => work(`m${at}`, { stamp: `s${String((at * 7) % 2_000).padStart(4, '0')}` }));
  const sorted = inOrderAgain([], many);
  const changed = many.map((each, at) => (at === 700 ? { ...each, priority: 'urgent' as const } : each));
  expect(inOrderAgain(sorted, changed)).toEqual([...changed].sort(inOrder));
  expect(inOrderAgain(sorted, changed)[0]!.id).toBe('m700');
});
