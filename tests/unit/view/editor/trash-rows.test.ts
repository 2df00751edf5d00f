/** Rows of the trash: what is gone and what is not, what lay in what, in which order; search by title; what brings each back. */
import { expect, test } from 'vitest';
import type { NodeView, SpaceView } from '#os/api';
import { DOCUMENT, DOCUMENT_VERB } from '#domain/editor';
import { EVENT, GOAL, MILESTONE, RESOURCE, TASK, TASK_VERB } from '#domain/goals';
import { FRAGMENT, NO_RULES } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';
import { findRows, mayRestore, restoreOps, trashRows, type PageRow, type TaskRow, type TrashRow } from '#view/editor/trash-rows.ts';

const page = (fragment: string, title: string, updatedAt: number, part: Partial<NodeView> = {}): NodeView => nodeView({ id: `e/${fragment}`, type: FRAGMENT, deleted: true, updatedAt, props: { fragment, type: DOCUMENT, title }, ...part });
const task = (id: string, fragment: string, updatedAt: number, part: Partial<NodeView> = {}): NodeView => nodeView({ id, fragment, type: TASK, deleted: true, updatedAt, props: { title: `Task ${id}` }, ...part });
const names = (rows: readonly TrashRow[]): unknown[] => rows.map((row) => (row.kind === 'page' && row.inside.length > 0 ? [row.title, names(row.inside)] : row.title));
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

test('{C3}{C5} what was deleted in a goal or a channel lies there with the name of its place: a resource too, which comes back as a task does', () => {
  const place = (fragment: string, type: string, title: string): NodeView => page(fragment, title, 1, { deleted: false, props: { fragment, type, title } });
  const kinds = ([['m', MILESTONE, 1], ['e', EVENT, 2], ['r', RESOURCE, 3], ['t', TASK, 4]] as const).map(([id, type, at]) => task(id, 'goal', at, { type, props: { title: id } }));
  const rows = trashRows([place('goal', GOAL, 'Ten stations'), place('chat', 'chat/channel@1', 'general')], [...kinds, task('asked', 'chat', 9), task('stands', 'goal', 10, { type: RESOURCE, deleted: false }), task('note', 'goal', 11, { type: 'editor/note@1' })]) as TaskRow[];
  expect(rows.map(({ title, icon, gone, page: { title: where } }) => [title, icon, gone, where])).toEqual([['Task asked', 'task', false, 'general'], ['t', 'task', false, 'Ten stations'], ['r', 'resource', false, 'Ten stations'], ['e', 'task', false, 'Ten stations'], ['m', 'task', false, 'Ten stations']]);
  expect(restoreOps(rows[2]!)).toEqual([{ op: 'node.restore', id: 'r', verb: TASK_VERB.restore }]);
  expect([mayRestore(space, rows[2]!, 'me'), mayRestore({ ...space, role: 'guest' }, rows[2]!, 'me'), mayRestore({ ...space, rules: { ...NO_RULES, on: { r: { change: 'admin' } } } }, rows[2]!, 'me')]).toEqual([true, false, false]);
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
