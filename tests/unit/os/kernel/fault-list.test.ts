/** The newest faults stay, each once with its count: what began to fail after the fiftieth is told too. */
import { expect, test } from 'vitest';
import { createFaultList } from '#os/kernel/fault-list';

test('of many faults the newest 50 are listed, and one that comes again and again is one line that pushes no other out', () => {
  const { lines, note } = createFaultList();
  for (let i = 0; i < 60; i++) note(`early: ${i}`);
  for (let i = 0; i < 1_000; i++) note('store: full');
  note('late: the one that matters');
  expect(lines).toHaveLength(50);
  expect(lines.slice(-2)).toEqual(['store: full (1000 times)', 'late: the one that matters']);
  expect(lines[0]).toBe('early: 12');
});
