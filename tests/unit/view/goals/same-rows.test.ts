/** Of a long list only those rows are drawn anew in which something is new: what is said of a thing is the same, or it is not. */
import { expect, test } from 'vitest';
import { TASK } from '#domain/goals';
import type { Column } from '#domain/goals/work';
import { nodeView } from '#tests/support/node-view';
import '#view/kit/goals-words.ts';
import type { People } from '#view/kit/people.tsx';
import { sameFacts, type FactsOf } from '#view/goals/facts.tsx';
import { workOf } from '#view/goals/work-of.ts';

const people = { members: [], loaded: true } as unknown as People;
const column = (key: string): Column => ({ key, of: { id: key } as Column['of'] });
const shown = [column('text Place'), column('number Cost')];
const facts = (part: Partial<FactsOf> = {}): FactsOf => ({ critical: new Set(['a']), blocked: new Map([['a', 2]]), progress: new Map([['a', { done: 1, all: 3 }]]), today: '2026-11-30', timeless: false, columns: shown, people, ...part });

test('facts that were made anew and say the same of a thing are the same for its row; each that says another is not', () => {
  expect(sameFacts(facts(), facts(), 'a')).toBe(true);
  // What is said of others is no matter.
  expect(sameFacts(facts(), facts({ critical: new Set(['a', 'b']), blocked: new Map([['a', 2], ['b', 1]]), progress: new Map([['a', { done: 1, all: 3 }], ['b', { done: 0, all: 1 }]]), columns: [...shown] }), 'a')).toBe(true);
  const others: Partial<FactsOf>[] = [
    { critical: new Set() }, { blocked: new Map() }, { blocked: new Map([['a', 1]]) }, { progress: new Map() }, { progress: new Map([['a', { done: 2, all: 3 }]]) }, { progress: new Map([['a', { done: 1, all: 4 }]]) },
    { today: '2026-12-01' }, { timeless: true }, { columns: shown.slice(1) }, { columns: [...shown].reverse() }, { columns: [shown[0]!, { ...shown[1]!, of: { id: 'other' } as Column['of'] }] }, { people: { ...people } },
  ];
  expect(others.filter((part) => sameFacts(facts(), facts(part), 'a'))).toEqual([]);
});

test('a node is read once, and another one of the same thing anew', () => {
  const node = nodeView({ id: 'a', type: TASK, props: { title: 'Lid' } });
  expect(workOf(node)).toBe(workOf(node));
  expect(workOf({ ...node, props: { title: 'Seal' } })!.title).toBe('Seal');
  const none = nodeView({ id: 'b', type: 'chat/message@1' });
  expect([workOf(none), workOf(none)]).toEqual([null, null]);
});
