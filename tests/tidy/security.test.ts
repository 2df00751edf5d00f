/** docs/SECURITY.md: every attack of the threat model has a row, and every file it names has a test whose name says so. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { namedTests } from '#scripts/lib/test-names';

const ROOT = join(import.meta.dirname, '..', '..');
const ROWS = 36;

interface Row {
  readonly row: number;
  readonly files: readonly string[];
  readonly open: string | null;
}

/** Rows of the table of attacks on a page. */
function rowsOf(page: string): Row[] {
  return [...page.matchAll(/^\| (\d+) \| [^|]+ \| [^|]+ \| ([^|]+) \|$/gm)].map(([, row, cell]) => ({
    row: Number(row), files: [...cell!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!), open: /(?:^|; )open: (.+)$/.exec(cell!)?.[1] ?? null,
  }));
}

/** What the page says and the tests do not show, and the other way round. */
function faults(rows: readonly Row[], marks: ReadonlySet<string>): string[] {
  const out: string[] = [];
  for (const { row, files, open } of rows) {
    if (files.length === 0 && open === null) out.push(`row ${row} names neither a test nor what is open`);
    for (const file of files) {
      if (!existsSync(join(ROOT, file))) out.push(`row ${row}: ${file} is not there`);
      else if (!marks.has(`${row} ${file}`)) out.push(`row ${row}: no test of ${file} is marked [row ${row}]`);
    }
  }
  const told = new Set(rows.flatMap(({ row, files }) => files.map((file) => `${row} ${file}`)));
  for (const mark of marks) if (!told.has(mark)) out.push(`the page does not name ${mark}`);
  return out;
}

const marked = new Set(namedTests().flatMap(({ file, name }) => [...name.matchAll(/\[row (\d+)\]/g)].map((match) => `${match[1]} ${file}`)));
const rows = rowsOf(readFileSync(join(ROOT, 'docs', 'SECURITY.md'), 'utf8'));

describe('docs/SECURITY.md', () => {
  test('each of the 36 attacks has one row', () => {
    expect(rows.map((one) => one.row)).toEqual(Array.from({ length: ROWS }, (_, at) => at + 1));
  });

  test('the tests it names are there and marked, and every mark is named', () => {
    expect(marked.size).toBeGreaterThan(30);
    expect(faults(rows, marked)).toEqual([]);
  });

  test('control: a row without anything, a missing file, a missing mark and an untold one are found', () => {
    const planted = rowsOf('| 1 | a | b | – |\n| 2 | a | b | `tests/none.test.ts` |\n| 3 | a | b | `tests/tidy/security.test.ts`; open: more |\n');
    expect(faults(planted, new Set(['4 tests/x.test.ts']))).toEqual([
      'row 1 names neither a test nor what is open', 'row 2: tests/none.test.ts is not there', 'row 3: no test of tests/tidy/security.test.ts is marked [row 3]', 'the page does not name 4 tests/x.test.ts',
    ]);
  });
});
