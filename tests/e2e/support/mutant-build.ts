/** A wrong build of the app: a source snippet is replaced while it is built, so that a test can show that it would notice. */
import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type InlineConfig, type Plugin } from 'vite';
import { PLAIN } from '#scripts/lib/build';
import { DIST, ROOT } from './server.ts';

/** What is made wrong. */
export interface Mutant {
  readonly name: string;
  /** Path from the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The built app once more, without taking room on the disk; what is written with the build as a whole is taken away, and the kernel. Returns the name of the kernel's file. */
function copyOfBuild(folder: string, keepKernel = false): string {
  let kernel = '';
  for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath.slice(DIST.length), entry.name);
    if (/^kernel\.worker-[\w-]+\.js$/.test(entry.name)) kernel = entry.name;
    if (/^sw\.js$|^release\.json$|^manifest\.webmanifest$/.test(entry.name) || (!keepKernel && entry.name.startsWith('kernel.worker-'))) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    try {
      linkSync(join(DIST, path), join(folder, path));
    } catch {
      copyFileSync(join(DIST, path), join(folder, path));
    }
  }
  if (kernel === '') throw new Error(`${DIST} holds no kernel. Type: npm run build`);
  return kernel;
}

/**
 * The built page with one place of it replaced, as it stands there minified: building the whole page anew is the work of a minute. Returns the folder. Throws when not exactly one script has the
 * place (the mutant would be the right build).
 */
export function patchBuilt(name: string, find: RegExp, replace: string): string {
  const folder = join(ROOT, 'out', 'mutants', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyOfBuild(folder, true);
  const assets = join(folder, 'assets');
  const found = readdirSync(assets).filter((file) => file.endsWith('.js') && find.test(readFileSync(join(assets, file), 'utf8')));
  if (found.length !== 1) throw new Error(`${found.length} scripts of the build hold the place of the mutant ${name}: 1 must`);
  const path = join(assets, found[0]!);
  const wrong = readFileSync(path, 'utf8').replace(find, replace);
  // The file is one with that of the right build, and its compressed forms are of that one.
  for (const old of [path, `${path}.br`, `${path}.gz`]) rmSync(old, { force: true });
  writeFileSync(path, wrong);
  return folder;
}

/**
 * Builds into out/mutants/<name> and returns the folder. The kernel alone is built and put into a copy of the built app, in the place of the right one: a fifth of the work. Throws when the
 * snippet is not there any more (the mutant would be the right build).
 */
export async function buildMutant({ name, file, find, replace }: Mutant): Promise<string> {
  const folder = join(ROOT, 'out', 'mutants', name);
  rmSync(folder, { recursive: true, force: true });
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
  // As it comes: a wrong build is met by two browsers once.
  const plain: InlineConfig = { root: ROOT, configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error', plugins: [plugin()], mode: PLAIN };
  const out = { outDir: join('out', 'mutants', name), minify: false } as const;
  const worker = { format: 'es', plugins: () => [plugin()] } as const;
  const kernel = copyOfBuild(folder);
  const entry = join(ROOT, 'out', 'mutants', `${name}.ts`);
  writeFileSync(entry, "export const worker = new Worker(new URL('../../workers/kernel.worker.ts', import.meta.url), { type: 'module' });\n");
  const named = ({ name: chunk }: { name: string }): string => (chunk === 'kernel.worker' ? `assets/${kernel}` : 'assets/[name]-[hash].js');
  await build({ ...plain, worker: { ...worker, rolldownOptions: { output: { entryFileNames: named } } }, publicDir: false, build: { ...out, emptyOutDir: false, rolldownOptions: { input: entry } } });
  if (applied === 0) throw new Error(`${file} is not part of the build`);
  return folder;
}
