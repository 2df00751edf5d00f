/** Where links of things lead: addresses in texts, replies, edges; nothing out of the space. */
import { expect, test } from 'vitest';
import { textNodeOf } from '#domain/editor';
import { FROM, goalNodeOf, TASK } from '#domain/goals';
import { addressed, blockEntries, messageEntries, spotOf, taskEntries } from '#domain/search/engine';
import { nodeView } from '#tests/support/node-view';

const spot = { space: 's', fragment: 'f1', node: 'n1' } as const;

test('{C1} what is found by a title, and what is written in it, are one spot; people and spaces are none', () => {
  expect(spotOf({ ...spot, kind: 'message' })).toBe('s/n1');
  expect(spotOf({ ...spot, kind: 'document' })).toBe(`s/${textNodeOf('f1')}`);
  expect(spotOf({ ...spot, kind: 'block', node: textNodeOf('f1') })).toBe(`s/${textNodeOf('f1')}`);
  expect(spotOf({ ...spot, kind: 'goal' })).toBe(`s/${goalNodeOf('f1')}`);
  expect([spotOf({ ...spot, kind: 'channel' }), spotOf({ ...spot, kind: 'room' })]).toEqual(['s/#f1', 's/#f1']);
  expect([spotOf({ ...spot, kind: 'person' }), spotOf({ ...spot, kind: 'space' })]).toEqual([null, null]);
});

test('{C1} addresses in a text name things of its space, whatever stands around them; those of other spaces, of other sites and broken ones nothing', () => {
  const all = (...texts: string[]): string[] => addressed('s', texts);
  expect(all('see [[Plan|#/s/documents/doc?b=x]] and #/s/chat/ch?m=msg, https://a.example/#/s/goals/g?panel=details&t=task.')).toEqual([textNodeOf('doc'), 'msg', 'task']);
  expect(all('#/s/chat/ch', '#/s/goals/g')).toEqual(['#ch', goalNodeOf('g')]);
  expect(all('#/other/chat/ch?m=msg', '#/s/chat', '#/s', '#//', 'nothing')).toEqual([]);
  expect(all('#/s/chat/ch '.repeat(1_000))).toHaveLength(64);
  // A long text of nothing but beginnings is read once.
  expect(all('#/'.repeat(500_000), `#/${'a'.repeat(1_000_000)}`)).toEqual([]);
});

test('{C1} entries keep what they lead to, each once and never themselves: replies, what a task came from and waits for, links of a passage', () => {
  const message = nodeView({ id: 'me', space: 's', props: { text: 'as said #/s/chat/ch?m=other #/s/chat/ch?m=other #/s/chat/ch?m=me', replyTo: 'root' } });
  expect(messageEntries(message)[0]!.links).toEqual(['other', 'root']);
  expect(messageEntries({ ...message, props: { text: 'alone' } })[0]).not.toHaveProperty('links');
  const edge = (type: string, to: string | [string, string] | [string, string, string]) => ({ id: type, type, to, props: {}, by: 'me', at: 1 }) as unknown as ReturnType<typeof nodeView>['edges'][number];
  const task = nodeView({ id: 'task', space: 's', type: TASK, props: { title: 'Order' }, edges: [edge(FROM, 'message'), edge('goals/depends-on@1', ['f2', 'before']), edge('goals/part-of@1', ['else', 'f2', 'far']), edge('react/x@1', 'me')] });
  expect(taskEntries(task)[0]!.links).toEqual(['before', 'message']);
  const [one, two] = blockEntries({ space: 's', fragment: 'f1', id: textNodeOf('f1'), createdAt: 1, updatedAt: 1 }, [
    { id: 'a', type: 'paragraph', attrs: {}, text: [{ text: 'see ', marks: {} }, { text: 'this', marks: { link: '#/s/documents/doc' } }, { text: ' and here', marks: { link: '#/s/documents/f1' } }] },
    { id: 'b', type: 'paragraph', attrs: {}, text: [{ text: 'no link', marks: {} }] },
  ] as unknown as Parameters<typeof blockEntries>[1]);
  expect([one!.links, two!.links]).toEqual([[textNodeOf('doc')], undefined]);
});
