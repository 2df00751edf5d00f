/** Two who look for a page and make it where there is none: with turns the second finds that of the first. */
import { expect, test } from 'vitest';
import { createTurns } from '#view/kit/in-turn.ts';

/** Looks, and makes one where none is found; both take a while. */
const finder = (pages: string[]) => async (): Promise<string> => {
  await new Promise((next) => setImmediate(next));
  const found = pages[0];
  await new Promise((next) => setImmediate(next));
  if (found === undefined) pages.push(`page ${pages.length}`);
  return pages[0]!;
};

test('acts of one key run one after another, of several keys beside each other; one that fails keeps none from its turn', async () => {
  const [alone, turned, other]: string[][] = [[], [], []];
  const turn = createTurns();
  await Promise.all([finder(alone!)(), finder(alone!)()]);
  expect(alone, 'control: without turns').toHaveLength(2);
  const failed = turn('a', () => Promise.reject(new Error('no right')));
  await Promise.all([expect(failed).rejects.toThrow('no right'), turn('a', finder(turned!)), turn('a', finder(turned!)), turn('b', finder(other!))]);
  expect([turned, other]).toEqual([['page 0'], ['page 0']]);
  expect(await turn('a', finder(turned!))).toBe('page 0');
  const order: string[] = [];
  let go = (): void => undefined;
  const held = turn('a', () => new Promise<void>((done) => (go = done)).then(() => void order.push('a')));
  await turn('b', async () => void order.push('b'));
  go();
  await held;
  expect(order).toEqual(['b', 'a']);
});
