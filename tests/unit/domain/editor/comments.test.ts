/** Threads out of messages, and who may what (issue 6): a comment is a message that answers the document. */
import { expect, test } from 'vitest';
import type { JsonValue, NodeView, SpaceView } from '#os/api';
import { commentThreads, DOCUMENT, mayComment, mayResolve, mayWriteDocument, resolveComment, sendComment, textNodeOf } from '#domain/editor';
import { NO_RULES } from '#domain/shared';

const DOC = 'AAAAAAAAAAAAAAAAAAAAAA';
const node = (id: string, props: Record<string, JsonValue>, more: Partial<NodeView> = {}): NodeView => ({
  state: 'here', id, space: 's', fragment: DOC, type: 'chat/message@1', deleted: false, props, sets: {}, max: {}, counts: {}, parent: null, ord: null, edges: [], hasText: false,
  createdAt: 1, createdBy: 'boris', updatedAt: 1, updatedBy: 'boris', writer: 'w', seq: 1, stamp: id, saved: true, newer: false, ...more,
});
const space = (more: Partial<SpaceView>): SpaceView => ({ id: 's', name: '', kind: 'team', role: 'member', members: 2, scope: null, comments: [], lets: null, rules: NO_RULES, ...more });
const shape = (nodes: NodeView[]): [string, string[]][] => commentThreads(nodes).map(({ root, replies }) => [root.message.id, replies.map(({ id }) => id)]);

test('a comment answers the document and holds what it is about; too long or empty is refused', () => {
  const on = [{ block: 'b', first: new Uint8Array([1]), last: new Uint8Array([2]), words: 'lid', lone: true }];
  const made = sendComment(DOC, { text: ' Why? ', mentions: [], on });
  expect(made).toMatchObject({ ok: true, value: [{ op: 'node.create', type: 'chat/message@1', props: { text: 'Why?', replyTo: textNodeOf(DOC) } }] });
  const [op] = made.ok ? made.value : [];
  const [thread] = commentThreads([node('c', op?.op === 'node.create' ? op.props : {})]);
  expect(thread!.root.on).toEqual(on);
  expect(sendComment(DOC, { text: '  ', mentions: [], on })).toMatchObject({ ok: false });
});

test('{V1} threads: replies in order, of deleted roots too; what answers nothing known, or itself, is a thread of its own; places that are none are left out', () => {
  const root = { text: 'x', replyTo: textNodeOf(DOC) };
  expect(shape([node('3', { text: 'r', replyTo: '2' }), node('2', { text: 'r', replyTo: '1' }), node('1', root), node('4', { text: 'alone', replyTo: 'lost' }), node('5', { text: 'free' })])).toEqual([['1', ['2', '3']], ['4', []], ['5', []]]);
  expect(shape([node('1', root, { deleted: true }), node('2', { text: 'r', replyTo: '1' })])).toEqual([['1', ['2']]]);
  expect(shape([node('1', root, { deleted: true })])).toEqual([]);
  expect(shape([node('1', { text: 'a', replyTo: '2' }), node('2', { text: 'b', replyTo: '1' })])).toEqual([['1', ['2']]]);
  expect(shape([node('9', { title: 'x' }, { type: DOCUMENT })])).toEqual([]);
  const wild: JsonValue = [7, [], ['b', 'x', 'y', 'z', true], ['b', new Uint8Array(900), new Uint8Array(1), 'z', true], ['b', new Uint8Array(1), new Uint8Array(1), 8, 'yes']];
  expect(commentThreads([node('1', { ...root, on: wild })])[0]!.root.on).toEqual([{ block: 'b', first: new Uint8Array(1), last: new Uint8Array(1), words: '', lone: false }]);
  expect(commentThreads([node('1', { ...root, on: 'here' })])[0]!.root.on).toEqual([]);
});

test('resolved: by whom, and not twice', () => {
  const [by] = commentThreads([node('1', { text: 'x', resolved: true }, { setBy: { resolved: 'anna' } })]);
  expect(by!.root.resolvedBy).toBe('anna');
  expect(resolveComment(by!.root, true)).toMatchObject({ ok: false, error: { code: 'no-change' } });
  expect(resolveComment(by!.root, false)).toMatchObject({ ok: true, value: [{ op: 'node.set', id: '1', props: { resolved: false } }] });
  const [own] = commentThreads([node('1', { text: 'x', resolved: true })]);
  expect(own!.root.resolvedBy).toBe('boris');
});

test('{K7} who may: a guest by the rules of the space, who comments without writing, and what is bound on the document', () => {
  const { root } = commentThreads([node('1', { text: 'x' })])[0]!;
  const may = (of: SpaceView, me = 'boris'): boolean[] => [mayWriteDocument(of, DOC), mayComment(of, DOC), mayResolve(of, root, me)];
  expect(may(space({}), 'anna')).toEqual([true, true, true]);
  expect(may(space({ role: 'guest' }))).toEqual([false, false, false]);
  const open = { ...NO_RULES, ops: { 'chat/message@': 'guest' as const } };
  expect(may(space({ role: 'guest', rules: open }))).toEqual([false, true, true]);
  expect(may(space({ role: 'guest', rules: open }), 'anna')).toEqual([false, true, false]);
  expect(may(space({ scope: [DOC], comments: [DOC] }))).toEqual([false, true, true]);
  expect(may(space({ scope: [DOC], comments: [DOC] }), 'anna')).toEqual([false, true, false]);
  expect(may(space({ rules: { ...NO_RULES, on: { [DOC]: { change: 'admin' } } } }))).toEqual([false, true, false]);
});
