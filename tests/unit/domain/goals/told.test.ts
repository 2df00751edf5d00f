/** Each reminder is told once on a device, also one that comes after its time. */
import { expect, test } from 'vitest';
import { TASK } from '#domain/goals';
import { readToldReminders, readWork, REMIND_OLD_MS, untoldReminders, type ToldReminders, type Work } from '#domain/goals/work';
import { nodeView } from '#tests/support/node-view';

const NOON = Date.UTC(2026, 10, 30, 12);
const beginOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
/** A task of tomorrow that is to be told so many minutes before this noon. */
const task = (id: string, before = 0): Work => readWork(nodeView({ id, type: TASK, props: { title: id, due: '2026-12-01', remind: [720 + before] } }))!;

function device(kept: ToldReminders = readToldReminders(undefined)) {
  let told = kept;
  return { look: (works: Work[], now = NOON) => {
    const { found, next } = untoldReminders(works, told, { me: 'me', now, beginOf });
    told = readToldReminders(structuredClone({ after: next.after, told: [...next.told] }));
    return found.map(({ work }) => work.id);
  }, told: () => told };
}

test('what comes after its time, or after a look, is told all the same, and once', () => {
  const { look, told } = device();
  expect(look([task('a', 10)])).toEqual(['a']);
  // From another device, with a time before the look.
  expect(look([task('a', 10), task('late', 60)])).toEqual(['late']);
  expect(look([task('a', 10), task('late', 60)], NOON + 20_000)).toEqual([]);
  expect(look([task('later', -5)], NOON)).toEqual([]);
  expect(look([task('later', -5)], NOON + 300_000)).toEqual(['later']);
  // Gone for a while: told already. Moved to another time: not yet.
  expect(look([], NOON + 300_000)).toEqual([]);
  expect(look([task('late', 60), task('a', 20)], NOON + 300_000)).toEqual(['a']);
  expect(look([task('old', 721)], NOON)).toEqual([]);
  // What is older than half a day is forgotten with the next that is told, and not told again.
  const night = NOON + REMIND_OLD_MS;
  expect(look([task('a', 10), task('late', 60), task('new', -715)], night)).toEqual(['new']);
  expect(told().told.map((key) => key.split(' ')[1])).toEqual(['later', 'new']);
});

test('so many are remembered one by one; of more the earliest count as told all at once', () => {
  const { look, told } = device();
  const works = Array.from({ length: 4_100 }, (_, n) => task(`w${n}`, n % 700));
  expect(look(works)).toHaveLength(4_100);
  expect(told().told.length).toBeLessThanOrEqual(4_000);
  expect(told().after).toBeGreaterThan(NOON - REMIND_OLD_MS);
  expect(look(works, NOON + 20_000)).toEqual([]);
  expect(look([...works, task('new', 1)], NOON + 20_000)).toEqual(['new']);
});

test('what is kept and is none has told nothing; a clock that was ahead neither', () => {
  for (const value of [undefined, null, 7, 'x', [], { after: 'x', told: 7 }]) expect(readToldReminders(value)).toEqual({ after: 0, told: [] });
  expect(readToldReminders({ after: 5, told: ['6 a', 7] })).toEqual({ after: 5, told: ['6 a'] });
  expect(device({ after: NOON + 1, told: [] }).look([task('a', 10)])).toEqual(['a']);
});
