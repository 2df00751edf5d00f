/** Rows of the trash: what is gone and what is not, what lay in what, in which order; search by title; what brings each back. */
import { expect, test } from 'vitest';
import type { NodeView, SpaceView } from '#os/api';
import { DOCUMENT, DOCUMENT_VERB } from '#domain/editor';
import { EVENT, GOAL, MILESTONE, RESOURCE, TASK, TASK_VERB } from '#domain/goals';
import { ASSIGNMENT, CARD, COURSE, DECK, LEARN_VERBS, LESSON, MODULE, QUESTION } from '#domain/learn';
import { FRAGMENT, NO_RULES, ROOT } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';
import { againOps, findRows, mayRestore, restoreOps, trashRows, type PageRow, type PartRow, type TaskRow, type TrashRow } from '#view/editor/trash-rows.ts';

const page = (fragment: string, title: string, updatedAt: number, part: Partial<NodeView> = {}): NodeView => nodeView({ id: `e/${fragment}`, type: FRAGMENT, deleted: true, updatedAt, props: { fragment, type: DOCUMENT, title }, ...part });
const task = (id: string, fragment: string, updatedAt: number, part: Partial<NodeView> = {}): NodeView => nodeView({ id, fragment, type: TASK, deleted: true, updatedAt, props: { title: `Task ${id}` }, ...part });
const names = (rows: readonly TrashRow[]): unknown[] => rows.map((row): unknown => (row.kind === 'page' && row.inside.length > 0 ? [row.title, names(row.inside)] : row.title));
const space: SpaceView = { id: 's', name: 'S', kind: 'team', role: 'member', members: 2, scope: null, comments: [], lets: null, rules: NO_RULES };

test('{C3} the last that was deleted stands first; tasks of a deleted page below it, those of a page that stands beside it, those of what is nowhere nowhere', () => {
  const rows = trashRows(
    [page('old', 'Old', 10), page('new', 'New', 30), page('here', 'Here', 50, { deleted: false }), nodeView({ type: FRAGMENT, deleted: true, props: { fragment: 'c', type: 'chat/channel@1', title: 'Channel' } })],
    [task('a', 'old', 5), task('b', 'old', 7), task('c', 'here', 20), task('d', 'c', 40), task('e', 'old', 9, { deleted: false })],
  );
  expect(names(rows)).toEqual(['New', 'Task c', ['Old', ['Task b', 'Task a']]]);
  expect(rows[1]).toMatchObject({ kind: 'task', gone: false, page: { title: 'Here' } });
  expect((rows[2] as PageRow).inside[0]).toMatchObject({ gone: true, page: { title: 'Old' } });
});

test('{C6} a deck of which only a part came lies nowhere, whether it was taken away or not; a course says so in vain, and a deck that became whole lies there', () => {
  const of = (fragment: string, type: string, half: unknown): NodeView => page(fragment, fragment, 1, { props: { fragment, type, title: fragment, half } as NodeView['props'] });
  expect(names(trashRows([of('part', DECK, true), of('taken', DECK, 'gone'), of('whole', DECK, false), of('course', COURSE, true)], [task('card', 'part', 2, { type: CARD, props: { front: 'Gland' } })]))).toEqual(['course', 'whole']);
});

test('{C3}{C5} what was deleted in a goal or a channel lies there with the name of its place: a resource too, which comes back as a task does', () => {
  const place = (fragment: string, type: string, title: string): NodeView => page(fragment, title, 1, { deleted: false, props: { fragment, type, title } });
  const kinds = ([['m', MILESTONE, 1], ['e', EVENT, 2], ['r', RESOURCE, 3], ['t', TASK, 4]] as const).map(([id, type, at]) => task(id, 'goal', at, { type, props: { title: id } }));
  const rows = trashRows([place('goal', GOAL, 'Ten stations'), place('chat', 'chat/channel@1', 'general')], [...kinds, task('asked', 'chat', 9), task('stands', 'goal', 10, { type: RESOURCE, deleted: false }), task('note', 'goal', 11, { type: 'editor/note@1' })]) as TaskRow[];
  expect(rows.map(({ title, icon, gone, page: { title: where } }) => [title, icon, gone, where])).toEqual([['Task asked', 'task', false, 'general'], ['t', 'task', false, 'Ten stations'], ['r', 'resource', false, 'Ten stations'], ['e', 'task', false, 'Ten stations'], ['m', 'task', false, 'Ten stations']]);
  expect(restoreOps(rows[2]!)).toEqual([{ op: 'node.restore', id: 'r', verb: TASK_VERB.restore }]);
  expect([mayRestore(space, rows[2]!, 'me'), mayRestore({ ...space, role: 'guest' }, rows[2]!, 'me'), mayRestore({ ...space, rules: { ...NO_RULES, on: { r: { change: 'admin' } } } }, rows[2]!, 'me')]).toEqual([true, false, false]);
});

test('{C6} what was deleted in a course or a deck lies there with its name: a module, a lesson by the title of its document, an assignment, a question, a card; and what it stood in comes along', () => {
  const entry = (fragment: string, type: string, title: string, deleted = false): NodeView => page(fragment, title, 1, { deleted, props: { fragment, type, title } });
  const part = (id: string, fragment: string, type: string, at: number, props: NodeView['props'], more: Partial<NodeView> = {}): NodeView => nodeView({ id, fragment, type, deleted: true, updatedAt: at, props, ...more });
  const reads = { id: 'x', type: 'learn/reads@1', from: 'lesson', to: ['text', 'node'] as [string, string], props: {}, by: 'me' };
  const directory = [entry('course', COURSE, 'Ten stations'), entry('text', DOCUMENT, 'The lid, named anew'), entry('old', COURSE, 'Old course', true), entry('deck', DECK, 'Words', true), entry('chat', 'chat/channel@1', 'general', true)];
  const things = [
    part('module', 'course', MODULE, 9, { title: 'First week' }), part('lesson', 'course', LESSON, 8, { title: 'The lid' }, { edges: [reads] }), part('work', 'course', ASSIGNMENT, 7, { title: 'Mount one' }),
    part('ask', 'course', QUESTION, 6, { ask: 'A {{gland|seal}} seals' }, { parent: 'lesson' }), part('other', 'course', QUESTION, 5, { ask: 'Why?' }, { parent: 'stands' }),
    part('inside', 'old', LESSON, 3, { title: 'Inside' }), part('card', 'deck', CARD, 2, { front: 'gland' }), part('stray', 'nowhere', LESSON, 99, { title: 'Stray' }), part('lives', 'course', LESSON, 50, { title: 'Lives' }, { deleted: false }), part('gone', 'chat', LESSON, 60, {}),
  ];
  const rows = trashRows(directory, things);
  expect(names(rows)).toEqual(['First week', 'The lid, named anew', 'Mount one', 'A gland seals', 'Why?', ['Words', ['gland']], ['Old course', ['Inside']]]);
  const [module, , , ask, other] = rows as PartRow[];
  const [deck, old] = rows.slice(5) as PageRow[];
  const [card, inside] = [deck!.inside[0]!, old!.inside[0]!];
  const back = (row: TrashRow): unknown[] => restoreOps(row).map((op) => ('id' in op ? [op.id, op.verb] : op));
  expect([module, ask, other, old, inside, card].map((row) => back(row!))).toEqual([
    [['module', 'learn/part.restore@1']], [['lesson', 'learn/part.restore@1'], ['ask', 'learn/part.restore@1']], [['other', 'learn/part.restore@1']],
    [['e/old', 'learn/course.restore@1']], [['e/old', 'learn/course.restore@1'], ['inside', 'learn/part.restore@1']], [['e/deck', 'learn/deck.restore@1'], ['card', 'learn/card.restore@1']],
  ]);
  for (const row of [module!, ask!, old!, inside, card]) {
    const [to, fro] = [restoreOps(row), againOps(row)];
    expect(fro.map((op) => ('id' in op ? op.id : ''))).toEqual(to.map((op) => ('id' in op ? op.id : '')).reverse());
    expect([...to.map(({ op }) => op), ...fro.map(({ op }) => op)]).toEqual([...to.map(() => 'node.restore'), ...fro.map(() => 'node.delete')]);
    for (const op of [...to, ...fro]) expect(LEARN_VERBS).toContain(op.verb);
  }
  // Who writes the course brings it back: no guest, not who may not change it or only comments there; the entry who has the whole space.
  const may = (row: TrashRow, part: Partial<SpaceView> = {}): boolean => mayRestore({ ...space, ...part }, row, 'me');
  const kept = (id: string): Partial<SpaceView> => ({ rules: { ...NO_RULES, on: { [id]: { change: 'admin' } } } });
  expect([may(module!), may(module!, { role: 'guest' }), may(module!, kept('course')), may(module!, kept('module')), may(module!, { comments: ['course'] }), may(ask!, kept('lesson'))]).toEqual([true, false, false, false, false, false]);
  expect([may(old!), may(old!, { role: 'guest' }), may(old!, { scope: ['old'] }), may(old!, kept('e/old')), may(old!, kept(ROOT)), mayRestore(space, inside, 'me', false)]).toEqual([true, false, false, false, false, false]);
  expect(names(findRows(rows, 'gland'))).toEqual(['A gland seals', ['Words', ['gland']]]);
});

test('a page that stands in the list under another entry is not gone, and of several entries of one page the last deleted stands for it', () => {
  expect(names(trashRows([page('f', 'Twice', 10), page('f', 'Stands', 20, { id: 'other', deleted: false })], []))).toEqual([]);
  expect(names(trashRows([page('f', 'Later', 20, { id: 'later' }), page('f', 'First', 10)], [task('a', 'f', 1)]))).toEqual([['Later', ['Task a']]]);
});

test('search by title: without case and accents, a page with all that lay in it, or for one of its things', () => {
  const rows = trashRows([page('f', 'Café', 10), page('g', 'Lid', 20)], [task('a', 'f', 1), task('b', 'f', 2)]);
  expect(names(findRows(rows, '  '))).toEqual(['Lid', ['Café', ['Task b', 'Task a']]]);
  expect(names(findRows(rows, 'cafe'))).toEqual([['Café', ['Task b', 'Task a']]]);
  expect(names(findRows(rows, 'TASK a'))).toEqual([['Café', ['Task a']]]);
  expect(findRows(rows, 'seal')).toEqual([]);
});

test('{C3} a page and a task come back by the acts of their Undo; a task of a page that is gone brings it along', () => {
  const [kept, gone] = trashRows([page('f', 'Gone', 10), page('here', 'Here', 5, { deleted: false })], [task('a', 'f', 1), task('b', 'here', 20)]) as [TaskRow, PageRow];
  const back = [{ op: 'node.restore', id: 'e/f', verb: DOCUMENT_VERB.restore }];
  expect(restoreOps(gone)).toEqual(back);
  expect(restoreOps(kept)).toEqual([{ op: 'node.restore', id: 'b', verb: TASK_VERB.restore }]);
  expect(restoreOps(gone.inside[0]!)).toEqual([...back, { op: 'node.restore', id: 'a', verb: TASK_VERB.restore }]);
  // Who may not bring the page back leaves its task where it is.
  expect([mayRestore(space, gone, 'me'), mayRestore(space, gone.inside[0]!, 'me'), mayRestore(space, gone.inside[0]!, 'me', false), mayRestore(space, kept, 'me', false)]).toEqual([true, true, false, true]);
});

test('a thousand deleted pages are rows in a moment', () => {
  const nodes = Array.from({ length: 1_000 }, (_, n) => page(`f${n}`, `Page ${n}`, n));
  const rows = trashRows(nodes, nodes.map((_, n) => task(`t${n}`, `f${n % 10}`, n)));
  expect(rows).toHaveLength(1_000);
  expect(rows[0]!.title).toBe('Page 999');
  expect(rows.reduce((sum, row) => sum + (row as PageRow).inside.length, 0)).toBe(1_000);
  expect(findRows(rows, 'page 99')).toHaveLength(11);
});
