/** Every mutant fits the production files of today: its snippet stands exactly once where it is said to stand. The hunts are in the campaign. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MUTANTS } from './mutants/index.ts';
import { applyMutant } from './support/sim-bundle.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('mutation proof', () => {
  test('there are at least a dozen, each with a name of its own', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(12);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  for (const mutant of MUTANTS) {
    test(`${mutant.name}: the snippet stands once in ${mutant.file}`, () => {
      const code = readFileSync(join(ROOT, mutant.file), 'utf8');
      expect(applyMutant(mutant, code)).not.toBe(code);
    });
  }

  test('a snippet that is not there is refused', () => {
    expect(() => applyMutant({ name: 'x', file: 'src/x.ts', find: 'not there', replace: '' }, 'some code')).toThrow('0 times');
    expect(() => applyMutant({ name: 'x', file: 'src/x.ts', find: 'twice', replace: '' }, 'twice and twice')).toThrow('2 times');
  });
});
