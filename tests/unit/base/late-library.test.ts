/** Libraries that come on their own. */
import { expect, test } from 'vitest';
import { lateLibrary } from '#base/late-library';

/** A library whose first `failures` fetches fail. */
function failing(failures: number, works?: (library: { n: number }) => void) {
  let asked = 0;
  const late = lateLibrary('it', () => (++asked <= failures ? Promise.reject(new Error('reset')) : Promise.resolve({ n: asked })), works);
  return { late, asked: () => asked };
}

test('it is fetched once for all who ask meanwhile; then load() is null', async () => {
  const { late, asked } = failing(0);
  expect(() => late.here()).toThrow('it is loaded');
  await Promise.all([late.load(), late.load()]);
  expect([late.load(), late.here(), asked()]).toEqual([null, { n: 1 }, 1]);
});

test('two failed fetches are not seen; after a third load() rejects, and the next one tries again', async () => {
  const two = failing(2);
  await two.late.load();
  expect(two.late.here()).toEqual({ n: 3 });
  const three = failing(3);
  await expect(three.late.load()).rejects.toThrow('reset');
  expect(() => three.late.here()).toThrow('it is loaded');
  await three.late.load();
  expect(three.late.here()).toEqual({ n: 4 });
});

test('what does not work in this realm is not here', async () => {
  const { late } = failing(0, () => {
    throw new Error('frozen');
  });
  await expect(late.load()).rejects.toThrow('frozen');
  expect(() => late.here()).toThrow('it is loaded');
});
