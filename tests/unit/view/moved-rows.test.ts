/** How a channel shows what was moved from it, and what was carried into it (MOV2, MOV4). */
import { expect, test } from 'vitest';
import { applyChange, EMPTY_CHANNEL, mayMoveOut, readMessage, sameGroup } from '#domain/chat';
import { readTask, TASK } from '#domain/goals';
import { NO_RULES } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';
import { channelRows, unreadLine } from '#view/chat/projection.ts';

const id = (n: number): string => Buffer.from(new Uint8Array(16).fill(n)).toString('base64url');
const NEW = id(99);
const told = { by: 'clara', at: 5, setBy: {}, carriedBy: 'anna', from: id(98), same: false };

test('[MOV2] one line for a thread that went, none for its answers; what answers it late stands where it is, and nothing of it is unread', () => {
  const at = (n: number, part: Parameters<typeof nodeView>[0] = {}) => nodeView({ id: id(n), stamp: `000${n}`, createdBy: 'boris', createdAt: n, props: { text: `t${n}`, ...(n === 2 || n === 3 ? { replyTo: id(1) } : {}) }, ...part });
  const state = applyChange(EMPTY_CHANNEL, { added: [at(1, { moved: NEW }), at(2, { moved: NEW }), at(3), at(4)], changed: [], removed: [] });
  const rows = channelRows(state, null).filter((row) => row.kind !== 'day');
  expect(rows.map(({ kind, key }) => [kind, key])).toEqual([['moved', id(1)], ['message', id(3)], ['message', id(4)]]);
  expect(unreadLine(state.order, '9', () => true)).toMatchObject({ first: id(3), n: 2 });
  const back = applyChange(state, { added: [], changed: [at(1), at(2)], removed: [] });
  expect(channelRows(back, null).filter((row) => row.kind === 'message')).toHaveLength(4);
});

test('[MOV4] a carried message and task are by whom their carrier says, from when it says, and say who carried them where that cannot be seen', () => {
  const node = nodeView({ createdBy: 'anna', createdAt: 900, told });
  expect(readMessage(node)).toMatchObject({ by: 'clara', at: 5, editedBy: null, carriedBy: 'anna', moved: null });
  expect(readMessage({ ...node, told: { ...told, same: true } })).toMatchObject({ by: 'clara', carriedBy: null });
  expect(readMessage({ ...node, told: { ...told, setBy: { text: 'boris' } } })).toMatchObject({ by: 'clara', editedBy: 'boris' });
  expect(readMessage({ ...node, told: { ...told, by: null, carriedBy: null } }), 'nobody who may say it').toMatchObject({ by: null, carriedBy: '' });
  expect(readTask({ ...node, type: TASK })).toMatchObject({ by: 'clara' });
  const edge = { id: 'e', type: 'react/👍@1', from: node.id, to: node.id, props: {}, by: 'anna', told: 'boris' };
  expect([...readMessage({ ...node, edges: [edge, { ...edge, id: 'f', told: 'clara' }] })!.reactions[0]!.edges.keys()]).toEqual(['boris', 'clara']);
  const [said, own] = [readMessage(node)!, readMessage({ ...node, createdBy: 'clara', createdAt: 6 })!];
  expect(sameGroup(said, { ...said })).toBe(true);
  expect(sameGroup({ ...said, carriedBy: null }, said), 'not under one name line').toBe(false);
  expect(own.by).toBe('clara');
});

test('[MOV1] a channel of its own is offered to who decides about people and makes channels, for what is there', () => {
  const message = readMessage(nodeView({}))!;
  const space = { id: 's', name: '', kind: 'team', role: 'admin', members: 2, scope: null, comments: [], lets: 'member', rules: NO_RULES } as const;
  const may = (part: object, of = message): boolean => mayMoveOut({ ...space, comments: [], ...part }, of);
  expect([may({}), may({ role: 'owner' }), may({ role: 'member' }), may({ role: 'guest' })]).toEqual([true, true, false, false]);
  expect([may({}, { ...message, deleted: true }), may({}, { ...message, newer: true }), may({}, { ...message, moved: NEW })]).toEqual([false, false, false]);
});

test('{C4} what happened in a channel and is no message stands among them by its time, under the line of its day; what is older than the messages that are loaded comes with them', () => {
  const day = new Date(2026, 4, 19, 12).getTime();
  const say = (n: number, at: number) => nodeView({ id: id(n), stamp: `000${n}`, createdBy: 'boris', createdAt: at, props: { text: `t${n}` } });
  const state = applyChange(EMPTY_CHANNEL, { added: [say(1, day), say(2, day + 60_000)], changed: [], removed: [] });
  const call = (key: string, at: number) => ({ key, at, line: null });
  const lines = [call('after', day + 90_000_000), call('between', day + 30_000), call('before', day - 90_000_000)];
  const kinds = (older: boolean) => channelRows(state, null, null, false, lines, older).map(({ kind, key }) => (kind === 'line' ? key : kind));
  expect(kinds(false)).toEqual(['day', 'before', 'day', 'message', 'between', 'message', 'day', 'after']);
  expect(kinds(true)).toEqual(['day', 'message', 'between', 'message', 'day', 'after']);
  // A line between two messages of one person parts them: the second says again whose it is.
  const heads = (shown: typeof lines) => channelRows(state, null, null, false, shown).flatMap((row) => (row.kind === 'message' ? [row.head] : []));
  expect([heads([]), heads(lines)]).toEqual([[true, false], [true, true]]);
  expect(channelRows(EMPTY_CHANNEL, null, null, false, lines).map(({ kind }) => kind)).toEqual(['day', 'line', 'day', 'line', 'day', 'line']);
});
