/** Changes are gathered: the first at once, what follows soon as one, each node in its last state. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Change, NodeView } from '#os/api';
import { createGather } from '#view/kit/gather.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const node = (id: string, text: string): NodeView => ({ id, props: { text } }) as unknown as NodeView;
const change = (part: Partial<Change>): Change => ({ added: [], changed: [], removed: [], origin: 'remote', ...part });

test('the first at once, a burst as one, the last state of each node, then quiet', () => {
  const given: Change[] = [];
  const gather = createGather((one) => given.push(one));
  gather.take(change({ added: [node('a', '1')] }));
  expect(given.map((one) => one.added.map((n) => n.props.text))).toEqual([['1']]);
  gather.take(change({ changed: [node('a', '2')] }));
  gather.take(change({ added: [node('b', '1')] }));
  gather.take(change({ removed: ['b'] }));
  gather.take(change({ removed: ['a'] }));
  gather.take(change({ added: [node('a', '3')], origin: 'local' }));
  expect(given.length).toBe(1);
  vi.runAllTimers();
  expect(given.length, 'one for the burst').toBe(2);
  expect(given[1]).toEqual(change({ added: [node('a', '3')], removed: ['b'], origin: 'local' }));
  gather.take(change({ added: [node('c', '1')] }));
  expect(given.length, 'quiet before: at once').toBe(3);
});

test('nothing comes after the end', () => {
  const given: Change[] = [];
  const gather = createGather((one) => given.push(one));
  gather.take(change({ added: [node('a', '1')] }));
  gather.take(change({ added: [node('b', '1')] }));
  gather.stop();
  vi.runAllTimers();
  expect(given.length).toBe(1);
});
