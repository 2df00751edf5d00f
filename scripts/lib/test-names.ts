/** Texts of all test files, for looking up what their names quote. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './run.ts';

/** One test name (its text in the source, template parts included) and where it stands. */
export interface NamedTest {
  readonly file: string;
  readonly name: string;
}

const NAME = /\b(?:describe|test|it)(?:\.each\((?:[^()]|\([^()]*\))*\))?\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;

/** Every named test and describe block under tests/. */
export function namedTests(): NamedTest[] {
  const files = readdirSync(join(ROOT, 'tests'), { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile() && /\.(test|e2e)\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(NAME)].map((match) => ({ file: relative(ROOT, file), name: match[1] ?? match[2] ?? match[3] ?? '' })),
    );
}
