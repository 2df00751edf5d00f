import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { countsOf, failuresOf } from '#scripts/lib/report';
import { namedTests } from '#scripts/lib/test-names';
import { leftOut } from '#scripts/lib/vectors';
import { crc32Of } from '#scripts/lib/crc32';

const folder = mkdtempSync(join(tmpdir(), 'lifegraph-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const report = (suites: readonly { status: string; tests: readonly string[] }[]): string => {
  const file = join(folder, 'report.json');
  const testResults = suites.map(({ status, tests }, n) => ({ name: `f${n}`, status, message: 'no such import', assertionResults: tests.map((state, i) => ({ fullName: `t${i}`, status: state, failureMessages: state === 'failed' ? ['expected 1\nto be 2'] : [] })) }));
  writeFileSync(file, JSON.stringify({ testResults }));
  return file;
};

describe('counts of a run', () => {
  test.each([
    ['all well', [{ status: 'passed', tests: ['passed', 'passed'] }], 0, { passed: 2, failed: 0 }],
    ['one failed', [{ status: 'failed', tests: ['passed', 'failed'] }], 1, { passed: 1, failed: 1 }],
    ['a skipped test counts as failed', [{ status: 'passed', tests: ['passed', 'pending'] }], 0, { passed: 1, failed: 1 }],
    ['a file that does not run is a failure', [{ status: 'failed', tests: [] }, { status: 'passed', tests: ['passed'] }], 1, { passed: 1, failed: 1 }],
    ['a crash without a failed test is a failure', [{ status: 'passed', tests: ['passed'] }], 1, { passed: 1, failed: 1 }],
    ['no test at all is a failure', [], 0, { passed: 0, failed: 1 }],
  ] as const)('%s', (_, suites, code, counts) => {
    expect(countsOf(report(suites), code)).toEqual(counts);
  });

  test('a missing report is a failure', () => {
    expect(countsOf(join(folder, 'nothing.json'), 0)).toEqual({ passed: 0, failed: 1 });
  });
});

describe('what is left out', () => {
  test('the suites over vectors, where these are not; with them nothing', () => {
    const root = join(folder, 'clone');
    mkdirSync(join(root, 'tests', 'golden'), { recursive: true });
    for (const name of ['seal-vectors.test.ts', 'seal.test.ts', 'vectors.ts']) writeFileSync(join(root, 'tests', 'golden', name), '');
    expect(leftOut(root)).toEqual([join('golden', 'seal-vectors.test.ts')]);
    mkdirSync(join(folder, 'shared', 'vectors'), { recursive: true });
    expect(leftOut(root)).toEqual([]);
  });
});

describe('the list at the end', () => {
  test('names what failed and why, and nothing else', () => {
    expect(failuresOf(report([{ status: 'failed', tests: ['passed', 'failed'] }, { status: 'failed', tests: [] }, { status: 'passed', tests: ['pending'] }]))).toEqual([
      'FAILED f0 > t1\n  expected 1\n  to be 2', 'FAILED f1 > the file runs\n  no such import', 'FAILED f2 > t0\n  ',
    ]);
  });

  test('of a run in which all passed it is empty', () => {
    expect(failuresOf(report([{ status: 'passed', tests: ['passed', 'passed'] }]))).toEqual([]);
  });
});

describe('tools', () => {
  test('the names of all tests are found, this one too', () => {
    const own = namedTests().filter((named) => named.file === 'tests/unit/scripts/report.test.ts').map((named) => named.name);
    expect(own).toContain('the names of all tests are found, this one too');
    expect(own).toContain('counts of a run');
  });

  test('CRC-32 of the check text is the published value', () => {
    expect(crc32Of(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });
});
