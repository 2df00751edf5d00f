/** The list of long test files names files that are there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LONG } from '#scripts/lib/long-first';
import { ROOT } from '#scripts/lib/run';

test('every file named as long is there, once', () => {
  expect(LONG.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(new Set(LONG).size).toBe(LONG.length);
});
