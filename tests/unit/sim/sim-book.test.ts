/** A campaign that goes on where it stood. */
import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBook, type SeedRow } from '#tests/sim/support/sim-book';

const row = (seed: number, build: string, failure: string | null = null): SeedRow => ({ mode: 'small', seed, build, cpuMs: 5, result: null, failure, replayed: false });
const hunt = (name: string, seed: number | null) => ({ name, file: 'src/x.ts', seed, tried: 3, command: '', sign: '', build: 'b1' });
const path = (): string => join(mkdtempSync(join(tmpdir(), 'book-')), 'sim.jsonl');

test('what passed in the same build is read again, what failed or came from another build is not', () => {
  const file = path();
  const first = openBook(file, false);
  for (const line of [row(1, 'b1'), row(2, 'b1', 'lost'), row(3, 'b0'), hunt('found', 7), hunt('not found', null)]) first.add(line);
  const { rows, hunts } = openBook(file, false).read('b1');
  expect(rows.map(({ seed }) => seed)).toEqual([1]);
  expect(hunts.map(({ name }) => name)).toEqual(['found']);
  expect(openBook(file, true).read('b1').rows.map(({ seed }) => seed)).toEqual([1, 3]);
});

test('a line cut short by a crash is no line, and a seed run twice counts once', () => {
  const file = path();
  const book = openBook(file, false);
  book.add(row(1, 'b1'));
  book.add(row(1, 'b1'));
  appendFileSync(file, '{"mode":"small","seed":2,"bui');
  expect(openBook(file, false).read('b1').rows.map(({ seed }) => seed)).toEqual([1]);
});

test('the time of the parts adds up', () => {
  const file = path();
  openBook(file, false).wallMs(40);
  expect(openBook(file, false).wallMs(2)).toBe(40);
});
