/** What the views of goals that are opened seldom think before they draw. */
import { expect, test } from 'vitest';
import { GOAL, RESOURCE, TASK } from '#domain/goals';
import { layersOf } from '#domain/goals/layers';
import { LAYERS_MOST } from '#domain/goals/layers-piece';
import { planOf, WORK_WEEK, workTime } from '#domain/goals/planning';
import { goalNodeOf, planOfWorks, readResource, readWork, resourceKey, treeOf, type Resource, type Work } from '#domain/goals/work';
import { nodeView } from '#tests/support/node-view';
import { doneChanges, doneMarks, flowOf, overdueOf, ticksOf } from '#view/goals/dashboard-model.ts';
import { diagramOf, DRAWN, headIn, LINES, stepIn, thingsSaid } from '#view/goals/diagram-model.ts';
import { lagWords, linkWords, slackWords } from '#view/goals/link-words.ts';
import { movesOf, takeBack, takeMoves } from '#view/goals/proposals-model.ts';
import { branchesOf } from '#view/goals/tree-model.ts';
import { columnsOf, inCell, inLoadOrder, workloadOf } from '#view/goals/workload-model.ts';

const work = (id: string, part: Partial<Work> = {}): Work => ({ ...readWork(nodeView({ id, type: TASK, props: { title: id } }))!, ...part });
const days = (likely: number): Work['estimate'] => ({ unit: 'day', low: likely, likely, high: likely });
/** A plan that begins on a Friday. */
function planned(works: readonly Work[], today = '2026-11-27', resources: ReadonlyMap<string, Resource> = new Map()) {
  const asked = { ...planOfWorks(works, { calendar: WORK_WEEK, today, seed: 's', target: null, resources }), runs: 0 };
  return { asked, answer: planOf(asked), time: workTime(WORK_WEEK, today), today };
}

test('slack of less than a day is not none', () => {
  const words = (minutes: number) => slackWords({ t: (key: string, params?: Record<string, unknown>) => `${key} ${params?.['n'] ?? ''}` } as never, minutes, 480);
  expect([0, 1, 479, 480, 960].map(words)).toEqual(['goal.slackDays 0', 'goal.slackUnder ', 'goal.slackUnder ', 'goal.slackDays 1', 'goal.slackDays 2']);
});

test('the workload: hours of each day and week, what a filter hides, too much where two things stand at once, what nobody is asked apart', () => {
  const works = [work('a', { assignee: 'anna', estimate: days(2) }), work('b', { assignee: 'anna', estimate: days(1) }), work('c', { helpers: ['boris'], estimate: { unit: 'hour', low: 4, likely: 4, high: 4 } }), work('d'), work('z', { assignee: 'zoe', done: true, status: 'done' })];
  const plan = planned(works);
  const { columns, more } = columnsOf(plan, 'day', 0);
  // No weekend, and nothing behind the last column.
  expect([columns.slice(0, 3).map(({ day }) => day), columns.length, more]).toEqual([['2026-11-27', '2026-11-30', '2026-12-01'], 10, false]);
  const rows = workloadOf(plan, works, columns);
  const first = (person: string | null) => rows.find((row) => row.person === person)!.cells.slice(0, 3).map(({ all, room, over }) => [all, room, over]);
  expect(rows.map(({ person, over }) => `${person} ${over}`).sort()).toEqual(['anna true', 'boris false', 'null false']);
  expect([first('anna'), first('boris'), first(null)]).toEqual([[[960, 480, true], [480, 480, false], [0, 480, false]], [[240, 480, false], [0, 480, false], [0, 480, false]], [[480, 0, false], [0, 0, false], [0, 0, false]]]);
  // What is hidden is told, and still too much; who has nothing shown has no row.
  const filtered = workloadOf(plan, [works[0]!], columns);
  expect([filtered.map(({ person }) => person), filtered[0]!.cells[0]]).toEqual([['anna'], { shown: 480, all: 960, room: 480, over: true }]);
  expect(inCell(plan, works, 'anna', columns[0]!).map(({ work: { id }, minutes }) => [id, minutes])).toEqual([['a', 480], ['b', 480]]);
  const weeks = columnsOf(plan, 'week', 0).columns;
  expect([weeks[0], workloadOf(plan, works, weeks).find(({ person }) => person === 'anna')!.cells.slice(0, 2).map(({ all }) => all)]).toEqual([{ day: '2026-11-23', from: 0, to: 480 }, [960, 480]]);
  expect(columnsOf(planned([work('long', { estimate: days(11) })]), 'day', 0).more).toBe(true);
  expect(columnsOf(planned([work('long', { estimate: days(11) })]), 'day', 1).columns[0]!.day).toBe('2026-12-11');
  // Begun on a day without work it begins with the next one that has some.
  expect(columnsOf(planned(works, '2026-11-28'), 'day', 0).columns[0]).toMatchObject({ day: '2026-11-30', from: 0, to: 480 });
});

test('days for all are taken as one act and back as one; what was moved by another meanwhile stays, and what is in progress is not proposed', () => {
  const works = [work('a', { assignee: 'anna', estimate: days(2) }), work('b', { assignee: 'anna', estimate: days(1), start: '2026-11-20' }), work('c', { assignee: 'anna', estimate: days(1) })];
  const all = new Map(works.map((one) => [one.id, one]));
  const moves = movesOf(planned(works), all);
  expect(takeMoves(moves)).toHaveLength(2);
  const moved = new Map(works.map((one) => [one.id, { ...one, start: moves.find(({ work: { id } }) => id === one.id)?.to ?? one.start }]));
  // Taken, nobody has too much any more.
  expect(planned([...moved.values()]).answer.levelling).toBeNull();
  const starts = (now: ReadonlyMap<string, Work>) => takeBack(moves, now).map((op) => op.op === 'node.set' && [op.id, op.props['start']]).sort();
  expect(starts(moved)).toEqual(moves.map(({ work: { id, start } }) => [id, start]).sort());
  expect(starts(new Map(moved).set(moves[0]!.work.id, { ...moves[0]!.work, start: '2027-01-01' }))).toHaveLength(1);
  // What is under way stays, and the other one moves, whichever is decisive.
  const begun = works.map((one) => (one.id === 'c' ? { ...one, status: 'doing' as const } : one));
  const others = movesOf(planned(begun), new Map(begun.map((one) => [one.id, one])));
  expect(others.map(({ work: { id } }) => id).sort()).toEqual(['a', 'b']);
  const doing = works.map((one) => (one.id === moves[0]!.work.id ? { ...one, status: 'doing' as const } : one));
  expect(movesOf(planned(works), new Map(doing.map((one) => [one.id, one]))).map(({ work: { id } }) => id)).not.toContain(moves[0]!.work.id);
});

const on = (id: string, kind: 'FS' | 'SS' | 'FF' | 'SF' = 'FS', lag = 0): Work['waits'][number] => ({ edge: `${id}-${kind}`, on: id, kind, lag });

test('the diagram: things with links in layers, the decisive path and circles known, arrows along the lines and beside', () => {
  const works = [work('a', { estimate: days(2) }), work('b', { waits: [on('a')] }), work('c', { waits: [on('a', 'SS', 16), on('gone')] }), work('d', { waits: [on('b', 'FF', -4), on('c')] }), work('alone'), work('x', { waits: [on('y')] }), work('y', { waits: [on('x')] })];
  const plan = planned(works);
  const { works: drawn, links, linked, alone, left, all } = diagramOf(works, plan, null);
  expect(linked.map(({ id }) => id).sort().join('')).toBe('abcdxy');
  expect([drawn.map(({ id }) => id).join(''), alone, left, links.length, all.length]).toEqual(['abcdxy', 1, 0, 6, 6]);
  expect(links.filter(({ held }) => held).map(({ from, to }) => from + to).sort()).toEqual(['xy', 'yx']);
  expect(links.filter(({ critical }) => critical).map(({ from, to }) => from + to)).toEqual(plan.answer.path.slice(1).map((id, i) => plan.answer.path[i]! + id));
  // What waits stands behind; nothing stands on another, and every line has two ends.
  for (const down of [false, true]) {
    const at = new Map(drawn.map(({ id }, i) => [id, i]));
    const layers = layersOf({ count: drawn.length, width: 12, height: 3, down, links: links.map(({ from, to }) => [at.get(from)!, at.get(to)!, 2]) });
    const places = new Map(drawn.map(({ id }, i) => [id, layers.places[i]!]));
    for (const { from, to, held } of links) if (!held) expect(down ? places.get(to)!.y - places.get(from)!.y : places.get(to)!.x - places.get(from)!.x, from + to).toBeGreaterThan(down ? 3 : 12);
    for (const [one, p] of places) for (const [other, q] of places) expect(one === other || Math.abs(p.x - q.x) >= 12 || Math.abs(p.y - q.y) >= 3, one + other).toBe(true);
    expect(layers.lines.every(({ points, label }) => points.length > 1 && label !== null)).toBe(true);
    const step = (id: string, way: 'along' | 'back' | 'before' | 'after') => stepIn(places, links, id, way, down);
    expect([['b', 'c'].includes(step('a', 'along')!), step('a', 'back'), step('b', 'along'), step('b', 'back'), step('gone', 'along')]).toEqual([true, null, 'd', 'a', null]);
    expect([step('b', 'after') === 'c' || step('b', 'before') === 'c', step('d', 'along')]).toEqual([true, null]);
  }
});

test('one comes into the diagram by keys where the decisive path begins, however the list is ordered: from there an arrow leads on', () => {
  // In the order of the list the end of the path stands first, as what is urgent does.
  const works = [work('end', { waits: [on('middle')], priority: 'urgent' }), work('middle', { waits: [on('begin')] }), work('begin', { estimate: days(2) }), work('short', { blocks: ['middle'] })];
  const plan = planned(works);
  const { works: drawn, links } = diagramOf(works, plan, null);
  expect([drawn[0]!.id, plan.answer.path]).toEqual(['end', ['begin', 'middle', 'end']]);
  expect(headIn(drawn, links, new Set(plan.answer.path))).toBe('begin');
  // Points of wholes stand for their things; what is not drawn is passed over.
  expect([headIn(drawn, links, ['gone', 'middle<', 'begin']), headIn([], [], ['begin'])]).toEqual(['middle', null]);
  // Without a plan: what waits for nothing and holds something up, else, in a circle, what holds something up, else what is there.
  expect(headIn(drawn, links, [])).toBe('begin');
  expect([headIn([work('x'), work('y')], [{ from: 'y', to: 'z' }, { from: 'z', to: 'y' }], []), headIn([work('x')], [], [])]).toEqual(['y', 'x']);
});

test('of thousands the diagram draws the decisive path and what is near, or what is near one; the others are counted', () => {
  const chain = Array.from({ length: 2_000 }, (_, i) => work(`n${`${i}`.padStart(4, '0')}`, i % 50 > 0 ? { waits: [on(`n${`${i - 1}`.padStart(4, '0')}`)] } : {}));
  const plan = planned(chain);
  const { works, left, all } = diagramOf(chain, plan, null);
  expect([works.length, left, all.length]).toEqual([DRAWN, 2_000 - DRAWN, 1_960]);
  expect(plan.answer.path.every((id) => works.some((one) => one.id === id))).toBe(true);
  // Each waits for all before it: lines are left out, those of the decisive path are not.
  const dense = Array.from({ length: 60 }, (_, i) => work(`n${`${i}`.padStart(4, '0')}`, { waits: Array.from({ length: i }, (__, k) => on(`n${`${k}`.padStart(4, '0')}`)) }));
  const crowded = diagramOf(dense, planned(dense), null);
  expect([crowded.links.length, crowded.hidden, crowded.links.filter(({ critical }) => critical).length]).toEqual([LINES, (60 * 59) / 2 - LINES, 59]);
  // More where it is asked for, still the nearest first.
  const more = diagramOf(chain, plan, null, LAYERS_MOST);
  expect([more.works.length, more.left, plan.answer.path.every((id) => more.works.some((one) => one.id === id))]).toEqual([LAYERS_MOST.things, 2_000 - LAYERS_MOST.things, true]);
  expect(diagramOf(dense, planned(dense), null, LAYERS_MOST).links).toHaveLength(LAYERS_MOST.links);
  expect(diagramOf(chain, plan, 'n1525').works.map(({ id }) => id)).toEqual(chain.slice(1_500, 1_550).map(({ id }) => id));
});

test('how one waits for another, in letters and in words', () => {
  const i18n = { t: (key: string, params?: Record<string, unknown>) => (params ? `${String(params['n'])} ${key.at(-1)}` : key.slice(5)) } as never;
  expect([linkWords(i18n, { kind: 'SS', lag: 16 }, 480), linkWords(i18n, { kind: 'FF', lag: -4 }, 480), linkWords(i18n, { kind: 'FS', lag: 0 }, 480), lagWords(i18n, { kind: 'SF', lag: 8 }, 480)]).toEqual(['lettersSS +2 s', 'lettersFF −4 s', 'lettersFS', 'kindSF, +1 s']);
});

test('the tree of all has goals as rows with what is in them below and how far they are; the page of a goal has neither itself nor what it is part of', () => {
  const goal = (fragment: string, part: Partial<Work> = {}): Work => ({ ...readWork(nodeView({ id: goalNodeOf(fragment), type: GOAL, fragment, props: {} }))!, ...part });
  const works = [goal('big'), goal('small', { parent: goalNodeOf('big') }), work('a', { fragment: 'small', done: true, status: 'done' }), work('b', { fragment: 'small' }), work('c', { fragment: 'big' }), work('alone', { fragment: 'channel' })];
  const tree = treeOf(works);
  const names = new Map([[goalNodeOf('big'), 'big'], [goalNodeOf('small'), 'small']]);
  const rows = (root: string | null, shown = works) => branchesOf(tree, shown.filter(({ kind }) => kind === 'task'), new Set(), root).map(({ work: { id }, depth }) => `${depth}${names.get(id) ?? id}`).join(' ');
  expect([rows(null), rows(goalNodeOf('small'), works.slice(2, 4)), rows(goalNodeOf('big'), works.slice(1, 5))]).toEqual(['0alone 0big 1c 1small 2a 2b', '0a 0b', '0c 0small 1a 1b']);
  expect([tree.progress.get(goalNodeOf('big')), tree.progress.get(goalNodeOf('small'))]).toEqual([{ done: 1, all: 3 }, { done: 1, all: 2 }]);
});

test('all and done by day out of the log: what was done and was not after all, what nobody knows when, clocks that are wrong', () => {
  const at = (day: string): number => Date.parse(`${day}T12:00:00Z`);
  const made = (id: string, day: string, part: Partial<Work> = {}): Work => work(id, { stamp: `${at(day).toString(16).padStart(12, '0')}0000w`, ...part });
  const done = { done: true, status: 'done' as const };
  const works = [made('a', '2026-11-02', done), made('b', '2026-11-10', done), made('c', '2026-11-20'), made('late', '2027-05-01'), made('old', '2020-01-01', done), { ...made('event', '2026-11-02'), kind: 'event' as const }];
  const changes = doneChanges([
    { node: 'a', at: at('2026-11-16'), after: true }, { node: 'a', at: at('2026-11-17'), after: true }, { node: 'c', at: at('2026-11-21'), after: true }, { node: 'c', at: at('2026-11-23'), after: false },
    { node: 'b', at: at('2026-11-01'), after: true }, { node: 'gone', at: at('2026-11-20'), after: true }, { at: at('2026-11-20'), after: true },
  ]);
  const flow = flowOf(works, changes, { today: '2026-11-27', weeks: 4, dayOf: (ms) => new Date(ms).toISOString().slice(0, 10) });
  const on = (day: string) => flow.points.filter((point) => point.day === day).map(({ all, done: count }) => [all, count])[0];
  expect([flow.points.length, flow.points[0]!.day, flow.points.at(-1)!.day, flow.unknown]).toEqual([28, '2026-10-31', '2026-11-27', 1]);
  // Done before it was made, by the clock of its writer: then on its first day; made in the future: today.
  expect([on('2026-10-31'), on('2026-11-09'), on('2026-11-10'), on('2026-11-16'), on('2026-11-21'), on('2026-11-23'), on('2026-11-27')]).toEqual([[1, 1], [2, 1], [3, 2], [3, 3], [4, 4], [4, 3], [5, 3]]);
  expect(flow.weeks).toEqual([{ day: '2026-11-02', done: 0 }, { day: '2026-11-09', done: 1 }, { day: '2026-11-16', done: 2 }, { day: '2026-11-23', done: 0 }]);
  // Nothing is there yet: two weeks of nothing.
  expect(flowOf([], [], { today: '2026-11-27', weeks: 26, dayOf: () => '' }).points).toHaveLength(14);
  expect(overdueOf([work('x', { due: '2026-11-26' }), work('y', { due: '2026-11-20' }), work('z', { due: '2026-11-27' }), work('d', { due: '2026-11-01', ...done })], '2026-11-27').map(({ id }) => id)).toEqual(['y', 'x']);
  expect([ticksOf(0), ticksOf(3), ticksOf(7), ticksOf(41), ticksOf(5_000)]).toEqual([[0, 1], [0, 1, 2, 3], [0, 2, 4, 6, 8], [0, 20, 40, 60], [0, 2_000, 4_000, 6_000]]);
});

test('{C5} resources stand beside people in the workload: behind them, with as many hours as there are of them, none while they are away', () => {
  const crane = readResource(nodeView({ id: 'c', type: RESOURCE, props: { title: 'Crane', capacity: 2 }, sets: { away: ['2026-11-30/2026-11-30'] } }))!;
  const need = (amount: number): Work['needs'] => [{ edge: 'e', edges: ['e'], of: 'c', at: 'fragment', amount }];
  const works = [work('a', { assignee: 'zoe', needs: need(1), estimate: days(2) }), work('b', { needs: need(2), estimate: days(1) })];
  const plan = planned(works, '2026-11-27', new Map([['c', crane]]));
  const { columns } = columnsOf(plan, 'day', 0);
  const rows = workloadOf(plan, works, columns).sort(inLoadOrder((key) => (key === null ? 'A' : key === 'zoe' ? 'Zoe' : 'Crane')));
  expect(rows.map(({ person }) => person)).toEqual(['zoe', resourceKey('c'), null]);
  expect(rows[1]!.cells.slice(0, 3).map(({ all, room, over }) => [all, room, over])).toEqual([[1440, 960, true], [480, 0, true], [0, 960, false]]);
  // A task that only needs something is nobody's still.
  expect(rows[2]!.cells[0]!.all).toBe(480);
  expect(inCell(plan, works, resourceKey('c'), columns[0]!).map(({ work: { id }, minutes }) => [id, minutes])).toEqual([['b', 960], ['a', 480]]);
  expect(movesOf(plan, new Map(works.map((one) => [one.id, one]))).map(({ work: { id }, to, person }) => [id, to, person])).toEqual([['a', '2026-12-01', '#c']]);
});

test('the log is read again of a place where something was done or came, and of no other', () => {
  const before = [work('a'), work('b', { fragment: 'other' })];
  const marks = doneMarks(before);
  expect([...marks.keys()]).toEqual(['fragment', 'other']);
  const changed = (works: Work[]): string[] => [...doneMarks(works)].filter(([fragment, mark]) => marks.get(fragment) !== mark).map(([fragment]) => fragment);
  expect([changed([{ ...before[0]!, title: 'new', priority: 'high' }, before[1]!]), changed([before[1]!, before[0]!]), changed([{ ...before[0]!, done: true }, before[1]!]), changed([...before, work('c', { fragment: 'other' })])]).toEqual([[], [], ['fragment'], ['other']]);
});

test('what is read out with the things of a diagram is found in one look at its links', () => {
  const works = [work('a'), work('b', { waits: [on('a')] }), ...Array.from({ length: 9 }, (_, n) => work(`c${n}`, { waits: [on('a', 'SS', 8)] }))];
  const said = thingsSaid(works, diagramOf(works, null, null).links);
  expect(said.get('b')).toEqual({ waits: [{ title: 'a', kind: 'FS', lag: 0 }], holds: [] });
  expect([said.get('a')!.holds.length, said.get('a')!.waits, said.get('c3')!.waits]).toEqual([5, [], [{ title: 'a', kind: 'SS', lag: 8 }]]);
});
