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

test('what was done here does not wait among what others did, whichever came first', () => {
  const given: Change[] = [];
  const gather = createGather((one) => (given.push(one), vi.setSystemTime(Date.now() + 300)), () => Date.now());
  gather.take(change({ added: [node('a', '1')] }));
  gather.take(change({ added: [node('mine', '1')], origin: 'local' }));
  gather.take(change({ added: [node('b', '1')] }));
  vi.advanceTimersByTime(48);
  expect(given.map(({ added, origin }) => [added.map(({ id }) => id).join(), origin])).toEqual([['a', 'remote'], ['mine,b', 'local']]);
  gather.take(change({ added: [node('c', '1')] }));
  vi.advanceTimersByTime(48);
  expect(given.length, 'control: of others alone it would').toBe(2);
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

test('a page that comes late to its timers is given what others did less often, within bounds, and what was done here at once', () => {
  const given: Change[] = [];
  let lag = 0;
  const gather = createGather((one) => {
    given.push(one);
    // What is drawn after a change keeps the thread: its timer comes late by that.
    vi.setSystemTime(Date.now() + lag);
  }, () => Date.now());
  const count = (ms: number): number => {
    const from = given.length;
    for (let at = 0; at < ms; at += 6) {
      gather.take(change({ added: [node(`n${at}`, '1')] }));
      vi.advanceTimersByTime(6);
    }
    return given.length - from;
  };
  const quick = count(6_000);
  expect(quick, 'every 48 ms').toBeGreaterThan(110);
  lag = 100;
  expect(count(6_000), 'a tenth of a second for each: about two in a second').toBeLessThan(20);
  lag = 10_000;
  expect(count(6_000), 'never longer than 600 ms').toBeGreaterThan(7);
  const before = given.length;
  for (let at = 0; at < 20 && given.length === before; at++) vi.advanceTimersByTime(48);
  gather.take(change({ added: [node('x', '1')] }));
  vi.advanceTimersByTime(48);
  const others = given.length;
  gather.take(change({ added: [node('mine', '1')], origin: 'local' }));
  expect(given.length).toBe(others + 1);
  lag = 0;
  vi.runAllTimers();
  expect(count(6_000), 'on time again').toBeGreaterThan(110);
});
