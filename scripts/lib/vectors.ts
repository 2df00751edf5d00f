/** Suites over material that lies beside the repository (tests/support/shared.ts). Where it is not there they are left out, and `npm test` says how many. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Their names, as a pattern. */
export const VECTORS = 'tests/**/*vectors.test.ts';

/** Files of tests that cannot run here. */
export function leftOut(root: string): string[] {
  if (existsSync(join(root, '..', 'shared', 'vectors'))) return [];
  return readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('vectors.test.ts')).sort();
}
