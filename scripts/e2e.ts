/** `npm run e2e -- <name>`: builds once, then runs the browser tests whose file name has the name in it (all without one). */
import { ensureBuilt } from './lib/build.ts';
import { bin, run } from './lib/run.ts';

const built = await ensureBuilt();
process.exitCode = built ? await run(bin('vitest'), ['run', '--config', 'vitest.e2e.config.ts', ...process.argv.slice(2)]) : 1;
