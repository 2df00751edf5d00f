import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { sha256 } from '#base/hash';
import { derivedId, isUnread, markAllRead, markRead, markUnread, NO_MARK, offlineDone, peopleByUid, readMarkId, readMarkOf, readMarksOf, readOfflineFact, readPerson, READ, START_OFFLINE, startSteps, textOf, upToUnseen } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';

const place = { space: toBase64url(new Uint8Array(32).fill(1)), fragment: toBase64url(new Uint8Array(16).fill(2)) };

test('derived id: first 16 bytes of SHA-256 over canonical CBOR [label, space b32, fragment b16]', () => {
  const bytes = sha256(encodeCbor(['lgos/read/1', new Uint8Array(32).fill(1), new Uint8Array(16).fill(2)]));
  expect(readMarkId(place.space, place.fragment)).toBe(toBase64url(bytes.slice(0, 16)));
  expect(derivedId('x', place.space)).not.toBe(derivedId('y', place.space));
});

test('{C1} read marks: unread is what others wrote beyond my mark of that writer', () => {
  const item = { id: 'm', by: 'other', writer: 'w', seq: 3 };
  expect(isUnread(item, 'me', NO_MARK)).toBe(true);
  expect(isUnread({ ...item, by: 'me' }, 'me', NO_MARK)).toBe(false);
  const mark = readMarkOf(nodeView({ type: READ, max: { w: 3 }, sets: { unread: [] } }));
  expect(isUnread(item, 'me', mark)).toBe(false);
  expect(isUnread({ ...item, seq: 4 }, 'me', mark)).toBe(true);
  expect(isUnread({ ...item, writer: 'v' }, 'me', mark)).toBe(true);
});

test('read marks: marking takes the highest seq per writer, makes the node once, and nothing when nothing is new', () => {
  const items = [1, 5, 3].map((seq) => ({ id: `m${seq}`, by: 'other', writer: 'w', seq }));
  const ops = markRead(place, items, 'me', NO_MARK);
  expect(ops.map((op) => op.op)).toEqual(['node.create', 'max.set']);
  expect(ops[1]).toMatchObject({ key: 'w', n: 5, id: readMarkId(place.space, place.fragment) });
  const mark = readMarkOf(nodeView({ type: READ, max: { w: 5 } }));
  expect(markRead(place, items, 'me', mark)).toEqual([]);
  expect(markRead(place, [{ id: 'x', by: 'other', writer: 'w', seq: -1 }], 'me', mark)).toEqual([]);
});

test('read marks: a message marked unread by hand stays so until all is read', () => {
  expect(markUnread(place, 'm1', { ...NO_MARK, exists: true })).toMatchObject([{ op: 'set.add', prop: 'unread', value: 'm1' }]);
  const mark = readMarkOf(nodeView({ type: READ, max: { w: 5 }, sets: { unread: ['m1'] } }));
  const item = { id: 'm1', by: 'other', writer: 'w', seq: 1 };
  expect(isUnread(item, 'me', mark)).toBe(true);
  expect(markRead(place, [item], 'me', mark)).toMatchObject([{ op: 'set.remove', value: 'm1' }]);
});

test('{C1} read marks: a thread is read apart from its channel; all at once takes both and every mark by hand, also of what is not loaded', () => {
  const said = (thread: string | null, seq: number) => ({ id: `${thread}${seq}`, by: 'other', writer: 'w', seq, thread });
  const ops = markRead(place, [said('root', 4), said(null, 2)], 'me', NO_MARK);
  expect(ops.map((op) => [op.op, op.op === 'max.set' ? op.n : 'id' in op && op.id])).toEqual([['node.create', readMarkId(place.space, place.fragment, 'root')], ['max.set', 4], ['node.create', readMarkId(place.space, place.fragment)], ['max.set', 2]]);
  expect(ops[0]).toMatchObject({ props: { ...place, thread: 'root' } });
  const nodes = new Map([[readMarkId(place.space, place.fragment), nodeView({ type: READ, max: { w: 9 }, sets: { unread: ['gone'] } })], [readMarkId(place.space, place.fragment, 'root'), nodeView({ type: READ, max: { w: 4 } })]]);
  const mark = readMarksOf(nodes, place.space, place.fragment);
  expect([said(null, 9), said('root', 4), said('root', 5), said('other', 1)].map((item) => isUnread(item, 'me', mark))).toEqual([false, false, true, true]);
  expect(markAllRead(place, {}, ['other'], mark), 'a mark by hand of what is not here stays').toEqual([]);
  const all = markAllRead(place, { w: 9 }, ['gone'], mark);
  expect(all).toMatchObject([{ op: 'set.remove', value: 'gone' }, { op: 'node.create', props: { thread: '*' } }, { op: 'max.set', key: 'w', n: 9 }]);
  nodes.set(readMarkId(place.space, place.fragment, '*'), nodeView({ type: READ, max: { w: 9 } }));
  const after = readMarksOf(nodes, place.space, place.fragment);
  expect([said('root', 9), said('other', 1), said('other', 10)].map((item) => isUnread(item, 'me', after))).toEqual([false, false, true]);
  expect(markRead(place, [said('other', 1)], 'me', after)).toEqual([]);
});

test('{C1} read marks: what came late and was not looked at holds back the mark of its writer, in its place alone', () => {
  const said = (id: string, writer: string, seq: number, thread: string | null = null) => ({ id, by: 'other', writer, seq, thread });
  const items = [said('a', 'w', 1), said('late', 'w', 2), said('b', 'w', 3), said('c', 'v', 3), said('d', 'w', 4, 'root')];
  expect(upToUnseen(items, new Set(['late'])).map(({ id }) => id)).toEqual(['a', 'c', 'd']);
  expect(upToUnseen(items, new Set())).toEqual(items);
});

test('people: a self-chosen name wins over one told by others, the oldest among equals', () => {
  const told = nodeView({ type: 'person@1', createdBy: 'admin', props: { uid: 'u', author: 'admin', name: 'Told' } });
  const own = nodeView({ type: 'person@1', createdBy: 'u', props: { uid: 'u', author: 'u', name: 'Own' } });
  const second = nodeView({ type: 'person@1', createdBy: 'u', props: { uid: 'u', author: 'u', name: 'Second' } });
  expect(peopleByUid([second, told, own]).get('u')).toMatchObject({ name: 'Own', selfChosen: true });
  expect(peopleByUid([told]).get('u')).toMatchObject({ selfChosen: false });
  expect(peopleByUid([nodeView({ type: 'person@1', props: { uid: 1 as never } })]).size).toBe(0);
});

test('Start here: ticks only from facts; an absence without an edit is no fact', () => {
  expect(startSteps({ firstLineAt: null, offline: null, devices: 1, other: null }).map((step) => step.done)).toEqual([false, false, false, false]);
  const [op] = offlineDone({ at: 5, edits: 2, tookMs: 79.6 });
  expect(op).toMatchObject({ op: 'node.create', type: START_OFFLINE, props: { at: 5, edits: 2, tookMs: 80 }, verb: 'start/step.done@1' });
  expect(readOfflineFact([nodeView({ type: START_OFFLINE, props: { at: 5, edits: 2, tookMs: 80 } })])).toEqual({ at: 5, edits: 2, tookMs: 80 });
  expect(readOfflineFact([nodeView({ type: START_OFFLINE, props: { at: 5, edits: 0, tookMs: 80 } })])).toBeNull();
  expect(startSteps({ firstLineAt: 1, offline: { at: 5, edits: 2, tookMs: 80 }, devices: 2, other: 'Noor' }).every((step) => step.done)).toBe(true);
});

test('text: cut at whole code points', () => {
  expect(textOf('ab😀', 3)).toBe('ab');
  expect(textOf('ab😀', 4)).toBe('ab😀');
  expect(textOf(5, 3)).toBeNull();
});

test('[limit PERSON_NAME_MAX] a name without end is cut', () => {
  const shown = (length: number) => readPerson(nodeView({ type: 'person@1', props: { uid: 'u', author: 'u', name: 'x'.repeat(length) } }))!.name.length;
  expect([shown(80), shown(81), shown(100_000)]).toEqual([80, 80, 80]);
});
