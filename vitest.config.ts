import { join } from 'node:path';
import { configDefaults, defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { liftPlugin } from './scripts/lib/limit-lift.ts';
import { leftOut, VECTORS } from './scripts/lib/vectors.ts';

const vectors = leftOut(import.meta.dirname).length === 0;
/** `npm run limits:check` lifts this limit; projects take no plugins from a command. */
const lifted = process.env['LGOS_LIFTED_LIMIT'];
const SIM = join(import.meta.dirname, 'tests', 'sim', 'support');

const project = (name: string, folders: string, more: { alias?: Record<string, string>; setupFiles?: string[] } = {}): TestProjectConfiguration => ({
  plugins: lifted === undefined ? [] : [liftPlugin(JSON.parse(lifted))],
  test: { name, include: [`tests/${folders}/**/*.test.ts`], exclude: [...configDefaults.exclude, ...(vectors ? [] : [VECTORS])], testTimeout: 60_000, expect: { poll: { timeout: 20_000 } }, ...more },
});

/** The simulator runs on Node's own hashes and base64, as in a campaign: the same bytes (tests/unit/sim/native-hash.test.ts) in less time. */
export default defineConfig({
  test: {
    // One more than cores: several files wait for real servers and beacons most of their time.
    maxWorkers: 3,
    projects: [project('suites', '{unit,contract,property,golden,tidy}'), project('sim', 'sim', { alias: { '#base/hash': join(SIM, 'native-hash.ts') }, setupFiles: [join(SIM, 'native-bytes.ts')] })],
  },
});
