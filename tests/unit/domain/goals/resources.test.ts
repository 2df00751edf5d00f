/** Resources: how much there is of them and when, what tasks need of them, and a plan that asks for no more. */
import { expect, test } from 'vitest';
import { capacityOf, goalsManifest, isGoalTemplate, RESOURCE, TASK } from '#domain/goals';
import { beginNext } from '#domain/goals/again';
import { calendarId, calendarRights, makeFromCalendar, readCalendar, resourcesFor, takeCalendar, writeCalendar, type CalendarRights } from '#domain/goals/ical';
import { planOf, WORK_WEEK } from '#domain/goals/planning';
import {
  capacitiesOf, goalNodeOf, makeFrom, makeResource, NEEDS, needNoLonger, needOf, needsOf, PART_OF, partOf, planOfWorks, readResource, readWork, resourceKey, resourceOf, setAway, setCapacity, setNeed, setThere, shutOf, treeOf, WORK_VERB, type Resource, type Work,
} from '#domain/goals/work';
import { fromBase64url, toBase64url } from '#base/bytes';
import { NO_RULES, PLAN_LIMITS } from '#domain/shared';
import { taskEntries } from '#domain/search/engine';
import type { EdgeView, NodeRef, Op, SpaceRules } from '#os/api';
import { nodeView } from '#tests/support/node-view';

const edge = (type: string, from: string, to: NodeRef, props: EdgeView['props'] = {}): EdgeView => ({ id: `${type}:${from}:${String(to)}`, type, from, to, props, by: 'me' });
const work = (id: string, edges: EdgeView[] = [], part: Partial<Work> = {}): Work => ({ ...readWork(nodeView({ id, type: TASK, props: { title: id, estimate: ['day', 1, 1, 1] }, edges }))!, ...part });
const resource = (id: string, props: Record<string, string | number> = {}, away: string[] = []): Resource => readResource(nodeView({ id, type: RESOURCE, props: { title: id, ...props }, sets: { away } }))!;
const byId = <T extends { id: string }>(...all: T[]): ReadonlyMap<string, T> => new Map(all.map((one) => [one.id, one]));
const needs = (task: string, of: string, amount?: number): EdgeView => edge(NEEDS, task, of, amount === undefined ? {} : { amount });
/** From a Friday on. */
const planned = (works: Work[], resources: ReadonlyMap<string, Resource>) => planOf({ ...planOfWorks(works, { calendar: WORK_WEEK, today: '2026-11-27', seed: 's', target: null, resources }), runs: 0 });

test('{C5} what a peer put into a resource is made harmless; one says how much there is and when [limit PLAN.amount PLAN.away]', () => {
  const many = Array.from({ length: PLAN_LIMITS.away + 9 }, (_, i) => `${2030 + i}-01-01/${2030 + i}-01-02`);
  const odd = readResource(nodeView({ type: RESOURCE, props: { title: 'a\nb', capacity: 1e300, from: '2026-02-30', until: 7 }, sets: { away: ['x', '2026-05-02/2026-05-01', '2026-05-01/2026-05-02/2026-05-03', 4, ...many] } }))!;
  expect(odd).toMatchObject({ title: 'a b', capacity: PLAN_LIMITS.amount, from: null, until: null });
  expect([odd.away.length, odd.away[0]]).toEqual([PLAN_LIMITS.away, { from: '2030-01-01', to: '2030-01-02' }]);
  expect([undefined, -3, '3', 2.5].map((capacity) => capacityOf({ props: capacity === undefined ? {} : { capacity } }))).toEqual([1, 0, 1, 2.5]);
  expect(readResource(nodeView({ type: TASK }))).toBeNull();
  const crane = resource('crane', { capacity: 2 });
  expect(setCapacity(crane, 3)).toEqual({ ok: true, value: [{ op: 'node.set', id: 'crane', props: { capacity: 3 }, verb: WORK_VERB.resource }] });
  expect([setCapacity(crane, 2), setCapacity(crane, -1), setCapacity(crane, NaN), setCapacity(crane, PLAN_LIMITS.amount + 1), setThere(crane, 'from', '2026-02-30'), setThere(crane, 'until', null)].map((one) => !one.ok && one.error.code)).toEqual(['no-change', 'empty', 'empty', 'too-long', 'empty', 'no-change']);
  expect(setThere(crane, 'from', '2026-12-01')).toMatchObject({ value: [{ props: { from: '2026-12-01' } }] });
  expect(setAway(crane, { from: '2026-12-01', to: '2026-12-02' }, true)).toMatchObject({ value: [{ op: 'set.add', prop: 'away', value: '2026-12-01/2026-12-02' }] });
  expect([setAway(crane, { from: '2026-12-02', to: '2026-12-01' }, true), setAway(odd, { from: '2026-01-01', to: '2026-01-01' }, true), setAway(crane, { from: '2026-12-01', to: '2026-12-02' }, false)].map((one) => !one.ok && one.error.code)).toEqual(['empty', 'too-many', 'no-change']);
  expect(makeResource(' Crane ')).toEqual({ ok: true, value: [{ op: 'node.create', type: RESOURCE, props: { title: 'Crane' }, verb: WORK_VERB.makeResource }] });
  expect(makeResource(' ')).toMatchObject({ ok: false });
});

test('{C5} a task needs so much of a resource: said apart by two it is one need, which goes away whole', () => {
  const twice = work('a', [{ ...needs('a', 'crane', 3), id: 'y' }, { ...needs('a', 'crane', 2), id: 'x' }, { ...edge(NEEDS, 'a', ['elsewhere', 'room'], { amount: 1e9 }), id: 'z' }]);
  expect(twice.needs).toEqual([{ edge: 'x', edges: ['x', 'y'], of: 'crane', at: 'fragment', amount: 2 }, { edge: twice.needs[1]!.edge, edges: [twice.needs[1]!.edge], of: 'room', at: 'elsewhere', amount: PLAN_LIMITS.amount }]);
  expect(needNoLonger(twice.needs[0]!).map((op) => op.op === 'edge.remove' && op.id)).toEqual(['x', 'y']);
  expect(needOf(work('a'), resource('crane'), 2)).toEqual({ ok: true, value: [{ op: 'edge.add', type: NEEDS, from: 'a', to: 'crane', props: { amount: 2 }, verb: WORK_VERB.need }] });
  expect(needOf(work('a'), { ...resource('room'), fragment: 'elsewhere' })).toMatchObject({ value: [{ to: ['elsewhere', 'room'], props: { amount: 1 } }] });
  expect([needOf(twice, resource('crane')), needOf(work('a'), resource('crane'), 0), needOf(work('a'), resource('crane'), PLAN_LIMITS.amount * 2), setNeed(twice.needs[0]!, 2)].map((one) => !one.ok && one.error.code)).toEqual(['no-change', 'empty', 'too-long', 'no-change']);
  expect(setNeed(twice.needs[0]!, 1.5)).toMatchObject({ value: [{ op: 'edge.set', id: 'x', props: { amount: 1.5 } }] });
  expect([resourceOf(resourceKey('crane')), resourceOf('anna')]).toEqual(['crane', null]);
});

test('{C5} the plan asks for no more of a resource than there is: it says where it does, and spreads it', () => {
  const works = [work('a', [needs('a', 'crane')]), work('b', [needs('b', 'crane')]), work('c', [needs('c', 'crane')]), work('d', [needs('d', 'gone', 9)])];
  const one = planned(works, byId(resource('crane', { capacity: 2 })));
  expect(one.load.map(({ resource: key, capacity, over }) => [key, capacity, over.map(({ units, tasks }) => [units, tasks])])).toEqual([['#crane', 200, [[300, ['a', 'b', 'c']]]]]);
  expect(one.levelling!.moves).toEqual([{ task: 'c', from: 0, to: 480, resource: '#crane' }]);
  expect([one.levelling!.impossible, one.levelling!.end]).toEqual([[], 960]);
  // There is enough: nothing is said.
  expect(planned(works, byId(resource('crane', { capacity: 3 }))).levelling).toBeNull();
  // More than there ever is: it is told and stays where it was.
  expect(planned([work('a', [needs('a', 'crane', 3)])], byId(resource('crane', { capacity: 2 }))).levelling).toMatchObject({ impossible: ['a'], moves: [] });
  expect(planned(works.slice(0, 1), byId(resource('crane', { capacity: 0 }))).levelling).toMatchObject({ impossible: ['a'] });
  // A done task, and one with parts, ask for nothing.
  expect(needsOf([work('a', [needs('a', 'crane', 0.5)])], byId(resource('crane')))).toEqual([{ task: 'a', resource: '#crane', units: 50 }]);
  expect(planned([work('a', [needs('a', 'crane', 9)], { done: true, status: 'done' })], byId(resource('crane'))).load).toEqual([]);
  expect(capacitiesOf(byId(resource('crane', { capacity: 0.333 })))).toEqual([['#crane', 33]]);
});

test('{C5} nothing of a resource is there before its first day, after its last and while it is away; a plan goes around that, and says what is never free', () => {
  const at = (props: Record<string, string>, away: string[] = []) => byId(resource('crane', props, away));
  const one = [work('a', [needs('a', 'crane')])];
  expect(shutOf(at({ from: '2026-12-01', until: '2026-12-02' }, ['2026-11-01/2026-11-20', '2026-11-28/2026-11-29']), WORK_WEEK, '2026-11-27')).toEqual([['#crane', 0, 960], ['#crane', 1920, Number.MAX_SAFE_INTEGER]]);
  const late = planned(one, at({ from: '2026-12-01' }));
  expect([late.load[0]!.over, late.levelling!.moves]).toEqual([[{ from: 0, to: 480, units: 100, tasks: ['a'] }], [{ task: 'a', from: 0, to: 960, resource: '#crane' }]]);
  // Away on the second day: two tasks of one day stand around it, one of two days behind it.
  const two = [work('a', [needs('a', 'crane')]), work('b', [needs('b', 'crane')])];
  expect(planned(two, at({}, ['2026-11-30/2026-11-30'])).levelling!.moves).toEqual([{ task: 'b', from: 0, to: 960, resource: '#crane' }]);
  const long = [{ ...work('a', [needs('a', 'crane')]), estimate: { unit: 'day', low: 2, likely: 2, high: 2 } } satisfies Work];
  const around = planned(long, at({}, ['2026-11-30/2026-11-30']));
  expect([around.load[0]!.over.map(({ from, to }) => [from, to]), around.levelling!.moves[0]!.to]).toEqual([[[480, 960]], 960]);
  // Gone for good: it is told, and nothing is moved to the end of time.
  const never = planned(one, at({ until: '2026-11-01' })).levelling!;
  expect([never.impossible, never.moves, never.end]).toEqual([['a'], [], 480]);
  expect(planned(long, at({ until: '2026-11-27' })).levelling).toMatchObject({ impossible: ['a'], end: 960 });
  // Days that overlap are gone once.
  expect(planned(two, at({}, ['2026-11-27/2026-12-01', '2026-11-30/2026-12-02'])).levelling!.moves.map(({ to }) => to)).toEqual([1920, 2400]);
});

test('needs go on with what comes again and with what is made of a template', () => {
  const weekly = work('a', [needs('a', 'crane', 2), edge(NEEDS, 'a', ['f2', 'room'])], { again: 'FREQ=WEEKLY', due: '2026-11-27' });
  const edges = (ops: readonly Op[]) => ops.flatMap((op) => (op.op === 'edge.add' && op.type === NEEDS ? [[op.to, op.props?.['amount']]] : []));
  expect(edges(beginNext(weekly, '2026-11-27', () => false))).toEqual([['crane', 2], [['f2', 'room'], 1]]);
  const made = makeFrom([weekly], { of: 'fragment', into: 'f2', first: null, newId: () => 'n' });
  expect(made.ok && edges(made.value)).toEqual([[['fragment', 'crane'], 2], ['room', 1]]);
});

test('a calendar file names what a task needs, and one that is read finds it by its name or makes it once', () => {
  const file = writeCalendar([work('a', [needs('a', 'c1')])], '2026-11-27T10:00:00Z', byId({ ...resource('c1'), title: 'Crane, large' }));
  expect(file).toContain('RESOURCES:Crane\\, large');
  const things = (text: string) => { const read = readCalendar(text); return read.ok ? read.value.things : []; };
  const [thing] = things(file);
  expect(thing!.needs).toEqual(['Crane, large']);
  const none = resourcesFor([thing!, thing!], 'f', []);
  expect(none.ops).toMatchObject([{ op: 'node.create', type: RESOURCE, props: { title: 'Crane, large' } }]);
  expect(resourcesFor([thing!], 'f', []).ops).toEqual(none.ops);
  const known = resourcesFor([thing!], 'f', [{ ...resource('z'), title: 'Crane, large', fragment: 'g' }, { ...resource('b'), title: 'Crane, large', fragment: 'g' }]);
  expect(known.ops).toEqual([]);
  const ops = makeFromCalendar(thing!, 'f', '?', known.byName);
  expect(ops.filter((op) => op.op === 'edge.add')).toMatchObject([{ type: NEEDS, to: ['g', 'b'], props: { amount: 1 } }]);
  // It goes out with the same words, once.
  const again = readWork(nodeView({ id: 'a', type: TASK, props: (ops[0] as { props: Record<string, string> }).props, edges: [needs('a', 'b')] }))!;
  expect(writeCalendar([again], '2026-11-27T10:00:00Z', byId({ ...resource('b'), title: 'Crane, large' })).match(/Crane/g)).toHaveLength(1);
});

test('{C5} of a calendar file comes in what its reader may make there; what may not come is told, and keeps nothing else out', () => {
  const todo = (uid: string, needs: string): string => ['BEGIN:VTODO', `UID:${uid}`, `SUMMARY:${uid}`, ...(needs === '' ? [] : [`RESOURCES:${needs}`]), 'END:VTODO'].join('\r\n');
  const read = readCalendar(['BEGIN:VCALENDAR', 'VERSION:2.0', todo('lift', 'Crane,Van'), todo('drive', 'Van'), todo('think', ''), 'BEGIN:VEVENT', 'UID:party', 'DTSTART;VALUE=DATE:20261201', 'SUMMARY:Party', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n'));
  if (!read.ok) throw new Error(read.error.code);
  const all: CalendarRights = { task: true, event: true, resource: true, need: () => true, label: true, own: null };
  const take = (may: Partial<CalendarRights>, known: readonly string[] = [], trashed: readonly string[] = []) => takeCalendar(read.value, { fragment: 'f', known: new Set(known), trashed: new Set(trashed), resources: [{ ...resource('v'), title: 'Van' }], may: { ...all, ...may }, untitled: '?' });
  const told = ({ resources, things, known, trashed, refused, without, unlinked }: ReturnType<typeof take>) => ({
    made: resources.flatMap((op) => (op.op === 'node.create' ? [op.props?.['title']] : [])), things: things.map(([create]) => (create?.op === 'node.create' ? create.props?.['title'] : null)),
    needs: things.map((ops) => ops.filter((op) => op.op === 'edge.add').length), known, trashed, refused, without, unlinked,
  });
  const none = { known: 0, trashed: 0, refused: { task: 0, event: 0 }, without: [], unlinked: 0 };
  // Control: who may all of it gets all of it.
  expect(told(take({}))).toEqual({ ...none, made: ['Crane'], things: ['lift', 'drive', 'think', 'Party'], needs: [2, 1, 0, 0] });
  // Tasks and no resources: all tasks come, linked to what is here; what is not here is named.
  expect(told(take({ resource: false }))).toEqual({ ...none, made: [], things: ['lift', 'drive', 'think', 'Party'], needs: [1, 1, 0, 0], without: ['Crane'] });
  // Resources may be made, and nothing may be said to need them, or not this one.
  expect(told(take({ need: () => false }))).toEqual({ ...none, made: [], things: ['lift', 'drive', 'think', 'Party'], needs: [0, 0, 0, 0], unlinked: 2 });
  expect(told(take({ need: (of) => of !== 'v' }))).toMatchObject({ made: ['Crane'], needs: [1, 0, 0, 0], unlinked: 2 });
  expect(told(take({ resource: false, need: () => false }))).toMatchObject({ made: [], needs: [0, 0, 0, 0], without: ['Crane'], unlinked: 2 });
  expect(told(take({ event: false }))).toMatchObject({ things: ['lift', 'drive', 'think'], refused: { task: 0, event: 1 } });
  expect(told(take({ task: false }))).toEqual({ ...none, made: [], things: ['Party'], needs: [0], refused: { task: 3, event: 0 } });
  // Of what is here already nothing is said but that.
  expect(told(take({ resource: false }, read.value.things.slice(0, 2).map((thing) => calendarId('f', thing))))).toEqual({ ...none, made: [], things: ['think', 'Party'], needs: [0, 0], known: 2 });
  // What was deleted here is left in the trash, and needed for when it comes back.
  const crane = (take({}).resources[0] as { id: string }).id;
  expect(told(take({}, [], [calendarId('f', read.value.things[1]!), crane]))).toEqual({ ...none, made: [], things: ['lift', 'think', 'Party'], needs: [2, 0, 0], trashed: 2 });
  expect(told(take({ resource: false }, [], [crane]))).toMatchObject({ needs: [2, 1, 0, 0], without: [], trashed: 1 });
});

test('{C5} where rules let nobody but Admins change what is there, things of a calendar file have ids of who reads it, once, and come without labels, which is told', () => {
  const read = readCalendar(['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VTODO', 'UID:lift', 'SUMMARY:Lift', 'CATEGORIES:roof', 'RESOURCES:Crane', 'END:VTODO', 'BEGIN:VTODO', 'UID:think', 'SUMMARY:Think', 'END:VTODO', 'END:VCALENDAR', ''].join('\r\n'));
  if (!read.ok) throw new Error(read.error.code);
  const fragment = toBase64url(new Uint8Array(16).fill(3));
  const me = toBase64url(new Uint8Array(32).fill(7));
  const space = (part: Partial<Parameters<typeof calendarRights>[0]>): Parameters<typeof calendarRights>[0] => ({ role: 'member', rules: NO_RULES, comments: [], ...part });
  const ruled = space({ rules: { ...NO_RULES, on: { [fragment]: { change: 'admin' } } } });
  const take = (of: typeof ruled, known: readonly string[] = []) => takeCalendar(read.value, { fragment, known: new Set(known), trashed: new Set(), resources: [], may: calendarRights(of, fragment, me), untitled: '?' });
  const ids = ({ resources, things }: ReturnType<typeof take>): string[] => [...resources, ...things.flat()].flatMap((op) => (op.op === 'node.create' ? [op.id!] : []));
  const own = (id: string): boolean => fromBase64url(id)!.slice(0, 8).every((byte) => byte === 7);
  const labels = ({ things }: ReturnType<typeof take>): number => things.flat().filter(({ op }) => op === 'set.add').length;
  const free = take(space({}));
  const bound = take(ruled);
  // Control: without the rule they are of nobody, and whoever reads the file makes the same.
  expect([ids(free).some(own), labels(free), free.unlabelled]).toEqual([false, 1, 0]);
  expect([ids(bound).length, ids(bound).every(own), labels(bound), bound.unlabelled]).toEqual([3, true, 0, 1]);
  expect(ids(take(ruled))).toEqual(ids(bound));
  expect(new Set(ids(bound)).size).toBe(3);
  // Read again, by this person or before by somebody else, it is known.
  expect([take(ruled, ids(bound)).known, take(ruled, ids(free)).known, take(ruled).known]).toEqual([2, 2, 0]);
  expect(ids(take(space({ ...ruled, role: 'admin' })))).toEqual(ids(free));
  // A Guest makes what is opened to guests under own ids, and links and labels nothing.
  const guest = calendarRights(space({ role: 'guest', rules: { ...NO_RULES, ops: { 'goals/task@': 'guest' } } }), fragment, me);
  expect([guest.task, guest.event, guest.need('x'), guest.label, guest.own]).toEqual([true, false, false, false, me]);
  // Rules by verb, and who only comments there.
  const verbs = (ops: SpaceRules['ops']) => { const { task, label, need } = calendarRights(space({ rules: { ...NO_RULES, ops } }), fragment, me); return [task, label, need('x')]; };
  expect([verbs({ 'goals/task.label@': 'admin' }), verbs({ 'goals/calendar': 'admin' }), verbs({ 'goals/task.need@': 'admin' }), verbs({})]).toEqual([[true, false, true], [false, true, true], [true, true, false], [true, true, true]]);
  const comments = calendarRights(space({ comments: [fragment] }), fragment, me);
  expect([comments.task, comments.event, comments.resource]).toEqual([false, false, false]);
});

test('cards, search and the Hub know resources', async () => {
  const node = nodeView({ id: 'c', type: RESOURCE, props: { title: 'Crane', capacity: 3 } });
  const type = goalsManifest.types.find((one) => one.type === RESOURCE)!;
  expect([type.icon, type.title(node), type.facts(node), type.tick]).toEqual(['resource', 'Crane', [{ kind: 'text', text: '× 3' }], undefined]);
  expect(taskEntries(node)).toMatchObject([{ kind: 'resource', title: 'Crane' }]);
  expect(taskEntries({ ...node, deleted: true })).toEqual([]);
  const told = (await goalsManifest.activity!()).find((one) => one.type === RESOURCE)!;
  expect(told.read(node)).toMatchObject({ kind: 'resource', title: 'Crane', params: { panel: 'details', t: 'c' } });
  expect(told.read({ ...node, deleted: true })).toBeNull();
});

test('{C5} goals are parts of goals: how far they are rolls up, a circle is refused by its names, also through what stands in a goal, and one that came by a merge is told', () => {
  const goal = (fragment: string, part: Partial<Work> = {}): Work => ({ ...readWork(nodeView({ id: goalNodeOf(fragment), fragment, type: 'goals/goal@1' }))!, ...part });
  const inside = (id: string, fragment: string, part: Partial<Work> = {}): Work => ({ ...work(id, [], part), fragment });
  const [house, roof, beams] = [goal('house'), goal('roof', { parent: goalNodeOf('house') }), goal('beams', { parent: goalNodeOf('roof') })];
  const list = [house, roof, beams, inside('a', 'house'), inside('b', 'beams', { done: true, status: 'done' }), inside('c', 'beams')];
  const tree = treeOf(list);
  expect([house, roof, beams].map(({ id }) => tree.progress.get(id))).toEqual([{ done: 1, all: 3 }, { done: 1, all: 2 }, { done: 1, all: 2 }]);
  // A goal in which nothing is planned yet counts for nothing.
  expect(treeOf([house, goal('new', { parent: house.id }), inside('a', 'house')]).progress.get(house.id)).toEqual({ done: 0, all: 1 });
  const refused = partOf(house, beams, byId(...list));
  expect(!refused.ok && refused.error.type === 'circle' && refused.error.tasks).toEqual([house.id, beams.id, roof.id]);
  // The beams stand in the house already, by what they say; a task of theirs cannot hold the house.
  expect(partOf(house, list[5]!, byId(...list))).toMatchObject({ ok: false, error: { type: 'circle' } });
  expect(partOf(goal('shed'), house, byId(...list))).toMatchObject({ ok: true, value: [{ op: 'edge.add', type: PART_OF, to: ['house', house.id] }] });
  const merged = treeOf([{ ...house, parent: roof.id }, roof, inside('a', 'house')]);
  expect(merged.circles.map((circle) => [...circle].sort())).toEqual([[house.id, roof.id].sort()]);
  expect(tree.circles).toEqual([]);
  expect([isGoalTemplate(nodeView({ id: goalNodeOf('f'), fragment: 'f', type: 'goals/goal@1', props: { template: true } })), isGoalTemplate(nodeView({ id: 'other', fragment: 'f', type: 'goals/goal@1', props: { template: true } }))]).toEqual([true, false]);
});
