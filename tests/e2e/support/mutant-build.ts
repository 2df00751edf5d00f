/** A wrong build of the app: a source snippet is replaced while it is built, so that a test can show that it would notice. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { ROOT } from './server.ts';

/** What is made wrong. */
export interface Mutant {
  readonly name: string;
  /** Path from the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Builds into out/mutants/<name> and returns the folder. Throws when the snippet is not there any more (the mutant would be the right build). */
export async function buildMutant({ name, file, find, replace }: Mutant): Promise<string> {
  const folder = join(ROOT, 'out', 'mutants', name);
  mkdirSync(folder, { recursive: true });
  let applied = 0;
  const plugin = (): Plugin => ({
    name: `mutant-${name}`,
    enforce: 'pre',
    transform(code, id) {
      if (id.split('?')[0] !== join(ROOT, file)) return null;
      if (!code.includes(find)) throw new Error(`${file} does not hold the snippet of the mutant ${name} any more`);
      applied += 1;
      return { code: code.replace(find, replace), map: null };
    },
  });
  await build({
    root: ROOT, configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error', plugins: [plugin()], worker: { format: 'es', plugins: () => [plugin()] },
    build: { outDir: join('out', 'mutants', name), emptyOutDir: true },
  });
  if (applied === 0) throw new Error(`${file} is not part of the build`);
  return folder;
}
