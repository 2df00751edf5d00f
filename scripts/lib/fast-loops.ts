/**
 * `virtual:fast-loops`: src/adapters/fast-loops/loops.as, compiled while the app, its tests or a bench are built, in base64url in the module that asks for it (about 1 kB). No compiled code
 * lies in the repository; the compiler is a package like any other.
 */
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { compileAssembly } from './assembly.ts';

const SOURCE = join(import.meta.dirname, '..', '..', 'src', 'adapters', 'fast-loops', 'loops.as');
const NAME = 'virtual:fast-loops';

let made: Promise<Uint8Array> | null = null;

/** The compiled loops; once in a process. */
export const compiledLoops = (): Promise<Uint8Array> => (made ??= compileAssembly(SOURCE, ['--noAssert', '--enable', 'simd', '--enable', 'bulk-memory']));

/** Gives the compiled loops to who imports them. */
export function fastLoopsPlugin(): Plugin {
  return {
    name: 'lifegraph-fast-loops',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    async load(id) {
      if (id !== `\0${NAME}`) return null;
      this.addWatchFile(SOURCE);
      return `export default ${JSON.stringify(Buffer.from(await compiledLoops()).toString('base64url'))};`;
    },
  };
}
