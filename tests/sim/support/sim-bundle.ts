/** The simulator as one file for worker processes, of the production sources as they are or with one snippet of them replaced. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import type { Mutant } from './mutant.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const OUT = join(ROOT, 'out', 'sim');

/** Replaces the snippet of a mutant while the file is loaded; a snippet that is not there exactly once ends the build. */
export function mutantPlugin(mutant: Mutant): Plugin {
  let seen = false;
  return {
    name: 'lifegraph-mutant',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith(`/${mutant.file}`)) return null;
      seen = true;
      return { code: applyMutant(mutant, code), map: null };
    },
    buildEnd(error) {
      if (!error && !seen) throw new Error(`mutant ${mutant.name}: ${mutant.file} is not part of the simulator`);
    },
  };
}

/** The source with the snippet replaced. */
export function applyMutant(mutant: Mutant, code: string): string {
  const parts = code.split(mutant.find);
  if (parts.length !== 2) throw new Error(`mutant ${mutant.name}: its snippet stands ${parts.length - 1} times in ${mutant.file}`);
  return parts.join(mutant.replace);
}

/** Builds the worker and answers its path. */
export async function bundleSim(mutant: Mutant | null = null, name = mutant ? mutant.name.replace(/[^a-z0-9]+/gi, '-') : 'plain'): Promise<string> {
  const outDir = join(OUT, name);
  mkdirSync(outDir, { recursive: true });
  await build({
    root: ROOT, configFile: false, logLevel: 'error', publicDir: false,
    plugins: mutant ? [mutantPlugin(mutant)] : [],
    ssr: { noExternal: true },
    // Hashes are a fifth of a run: those of Node give the same bytes faster.
    resolve: { alias: [{ find: '#base/hash', replacement: join(ROOT, 'tests', 'sim', 'support', 'native-hash.ts') }] },
    build: { ssr: 'tests/sim/worker.ts', outDir, emptyOutDir: true, minify: false, target: 'node20', reportCompressedSize: false, copyPublicDir: false },
  });
  return join(outDir, 'worker.js');
}
