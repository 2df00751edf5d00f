/** What lies in the trash: read as it was, with who deleted it out of its history; and who may bring it back. */
import { expect, test } from 'vitest';
import type { HistoryEntry, SpaceView } from '#os/api';
import { DOCUMENT, mayRestoreDocument, readTrashed, textNodeOf } from '#domain/editor';
import { readTask, TASK } from '#domain/goals';
import { mayRestoreTask } from '#domain/goals/words';
import { deletionOf, FRAGMENT, NO_RULES } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';

const entry = (what: string, after: HistoryEntry['after'], who: string | null, at: number): HistoryEntry => ({ stamp: `${at}`, at, who, kind: 'node.set', what, before: null, after, record: null });
const space = (part: Partial<SpaceView> = {}): SpaceView => ({ id: 's', name: 'S', kind: 'team', role: 'member', members: 2, scope: null, comments: [], lets: null, rules: NO_RULES, ...part });

test('{V2} who deleted a thing stands in its history: not who changed it afterwards, nor who deleted what was deleted already', () => {
  const made = [entry('type', 'fragment@1', 'anna', 1), entry('title', 'Lid', 'anna', 1)];
  expect(deletionOf(made)).toBeNull();
  expect(deletionOf([...made, entry('deleted', true, 'boris', 5), entry('title', 'Renamed in the trash', 'clara', 9)])).toEqual({ who: 'boris', at: 5 });
  expect(deletionOf([...made, entry('deleted', true, 'boris', 5), entry('deleted', true, 'clara', 6)])).toEqual({ who: 'boris', at: 5 });
  expect(deletionOf([...made, entry('deleted', true, 'boris', 5), entry('deleted', false, 'anna', 6), entry('deleted', true, null, 7)])).toEqual({ who: null, at: 7 });
  expect(deletionOf([...made, entry('deleted', true, 'boris', 5), entry('deleted', false, 'anna', 6)])).toBeNull();
});

test('a deleted entry of a document is read as it was; one that stands, one of a channel and a foreign node are none', () => {
  const props = { fragment: 'f', type: DOCUMENT, title: 'Lid\nand seal' };
  expect(readTrashed(nodeView({ type: FRAGMENT, deleted: true, props }))).toMatchObject({ fragment: 'f', title: 'Lid and seal' });
  expect(readTrashed(nodeView({ type: FRAGMENT, props }))).toBeNull();
  expect(readTrashed(nodeView({ type: FRAGMENT, deleted: true, props: { ...props, type: 'chat/channel@1' } }))).toBeNull();
  expect(readTrashed(nodeView({ type: DOCUMENT, deleted: true, props }))).toBeNull();
});

test('{C7} a document is brought back by whom the directory is open to; by a Guest only one of their own', () => {
  const document = { node: 'n' };
  expect(mayRestoreDocument(space(), document, 'anna', 'me')).toBe(true);
  expect(mayRestoreDocument(space({ role: 'guest' }), document, 'me', 'me')).toBe(false);
  const open = { ...NO_RULES, ops: { [FRAGMENT]: 'guest' as const, [DOCUMENT]: 'guest' as const } };
  expect([mayRestoreDocument(space({ role: 'guest', rules: open }), document, 'me', 'me'), mayRestoreDocument(space({ role: 'guest', rules: open }), document, 'anna', 'me')]).toEqual([true, false]);
  expect(mayRestoreDocument(space({ scope: ['f'] }), document, 'me', 'me')).toBe(false);
  expect(mayRestoreDocument(space({ rules: { ...NO_RULES, on: { n: { change: 'admin' } } } }), document, 'me', 'me')).toBe(false);
  // A rule on its text keeps the text as it is; the entry is another thing.
  expect(mayRestoreDocument(space({ rules: { ...NO_RULES, on: { [textNodeOf('f')]: { change: 'admin' } } } }), document, 'me', 'me')).toBe(true);
});

test('{C7} a deleted task is brought back by who may change it', () => {
  const task = readTask(nodeView({ type: TASK, deleted: true, createdBy: 'me', props: { title: 'Order' } }))!;
  expect(mayRestoreTask(space(), task, 'other')).toBe(true);
  expect(mayRestoreTask(space({ comments: [task.fragment] }), task, 'other')).toBe(false);
  expect(mayRestoreTask(space({ comments: [task.fragment] }), task, 'me')).toBe(true);
  expect(mayRestoreTask(space(), { ...task, newer: true }, 'me')).toBe(false);
});
