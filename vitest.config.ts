import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configDefaults, defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { fastLoopsPlugin } from './scripts/lib/fast-loops.ts';
import { liftPlugin } from './scripts/lib/limit-lift.ts';
import { LongFirst } from './scripts/lib/long-first.ts';
import { leftOut, VECTORS } from './scripts/lib/vectors.ts';

const vectors = leftOut(import.meta.dirname).length === 0;
/** `npm run limits:check` lifts this limit; projects take no plugins from a command. */
const lifted = process.env['LGOS_LIFTED_LIMIT'];
const TESTS = join(import.meta.dirname, 'tests');
const SIM = join(TESTS, 'sim', 'support');

/** Files that put something else in the place of a module, load modules anew (for those who come after them too), or say that they need their own: each has its modules for itself. The others share those that a worker has loaded; loading them takes a third of the time of most files. */
const OWN = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts') && /\bvi\.(?:mock|doMock|resetModules)\(|^\/\/ Own modules:/m.test(readFileSync(join(TESTS, name), 'utf8'))).map((name) => `tests/${name.replaceAll('\\', '/')}`);

const project = (name: string, folders: string, own: boolean, more: { alias?: Record<string, string>; setupFiles?: string[] } = {}): TestProjectConfiguration => {
  const pattern = `tests/${folders}/**/*.test.ts`;
  const isSim = folders === 'sim';
  return {
    plugins: [fastLoopsPlugin(), ...(lifted === undefined ? [] : [liftPlugin(JSON.parse(lifted))])],
    test: {
      name, isolate: own, include: own ? OWN.filter((file) => file.startsWith('tests/sim/') === isSim) : [pattern], exclude: [...configDefaults.exclude, ...(vectors ? [] : [VECTORS]), ...(own ? [] : OWN)],
      testTimeout: 90_000, hookTimeout: 60_000, expect: { poll: { timeout: 60_000 } }, ...more,
    },
  };
};

/** The simulator runs on Node's own hashes and base64, as in a campaign: the same bytes (tests/unit/sim/native-hash.test.ts) in less time. */
const native = { alias: { '#base/hash': join(SIM, 'native-hash.ts') }, setupFiles: [join(SIM, 'native-bytes.ts')] };
const SUITES = '{unit,contract,property,golden,tidy}';

export default defineConfig({
  test: {
    // One more than cores: several files wait for real servers and beacons most of their time.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    projects: [project('suites', SUITES, false), project('suites-own', SUITES, true), project('sim', 'sim', false, native), project('sim-own', 'sim', true, native)],
  },
});
