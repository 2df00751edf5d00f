/** Counts of vitest's JSON report. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** How many tests of a run passed and failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** One test of a run. */
export interface TestOutcome {
  readonly name: string;
  readonly file: string;
  readonly passed: boolean;
  /** The beginning of what it said when it failed; empty when it passed. */
  readonly why: string;
}

/** Characters of a failure that the list at the end shows. */
const WHY_CHARS = 1_500;

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly failureMessages?: readonly string[] }[];
  }[];
}

/** The tests of a report; a file that could not run is one failed test. Empty when the report is missing. */
export function outcomes(file: string): TestOutcome[] {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return [];
  }
  return report.testResults.flatMap((suite) => {
    const tests = suite.assertionResults.map((test) => ({ name: test.fullName, file: suite.name, passed: test.status === 'passed', why: beginning(test.failureMessages?.[0]) }));
    const broken = suite.status === 'failed' && tests.every((test) => test.passed);
    return broken ? [...tests, { name: 'the file runs', file: suite.name, passed: false, why: beginning(suite.message) }] : tests;
  });
}

const beginning = (text = ''): string => text.slice(0, WHY_CHARS).trim();

/** The tests of a report that did not pass, two lines each: where and what, then why. */
export function failuresOf(file: string): string[] {
  return outcomes(file).filter((test) => !test.passed).map((test) => `FAILED ${relative(process.cwd(), test.file)} > ${test.name}\n  ${test.why.replaceAll('\n', '\n  ')}`);
}

/**
 * Passed and failed of a run. A test that is neither (skipped) counts as failed: nothing is skipped here. A run that failed without a
 * failed test (a crash, an unhandled error, no report) counts as one failure.
 */
export function countsOf(file: string, exitCode: number): Counts {
  const all = outcomes(file);
  const passed = all.filter((test) => test.passed).length;
  const failed = all.length - passed;
  return { passed, failed: failed === 0 && (exitCode !== 0 || all.length === 0) ? 1 : failed };
}
