/** `npm run builds`: what stands beside dist/ in the browser test of mixed builds: the build of a named earlier commit in out/builds/old, and one that knows more than this in out/builds/newer. */
import { ensureMixedBuilds } from './lib/mixed-builds.ts';

process.exitCode = (await ensureMixedBuilds()) ? 0 : 1;
