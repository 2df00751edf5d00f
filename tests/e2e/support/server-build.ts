/** Before the browser tests: the server in one file, which starts in a third of the processor that its sources take; it is started a hundred times. */
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT, SERVER_FILE } from './server.ts';

/** Called by vitest once; its workers inherit the variable. */
export async function setup(): Promise<void> {
  const outDir = join(ROOT, 'out', 'server');
  await build({ root: ROOT, configFile: false, publicDir: false, logLevel: 'warn', build: { ssr: 'signaling/main.ts', outDir, target: 'node20', minify: false, emptyOutDir: true } });
  process.env[SERVER_FILE] = join(outDir, 'main.js');
}
