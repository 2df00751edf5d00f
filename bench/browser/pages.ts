/** Builds what the browsers open: the app as it is shipped, and the pages with Yjs, with GUN and with TipTap. Both go under out/bench and nowhere else. */
import { join } from 'node:path';
import { build } from 'vite';

/** Folders of the built pages. */
export const PAGES = { app: join(process.cwd(), 'out', 'bench', 'app'), yjs: join(process.cwd(), 'out', 'bench', 'yjs'), gun: join(process.cwd(), 'out', 'bench', 'gun'), tiptap: join(process.cwd(), 'out', 'bench', 'tiptap') } as const;

/** Builds all pages anew. */
export async function buildPages(): Promise<void> {
  // Relative, because the build's own plugins join it to the root.
  await build({ root: process.cwd(), logLevel: 'warn', build: { outDir: join('out', 'bench', 'app'), emptyOutDir: true } });
  for (const name of ['yjs', 'gun', 'tiptap'] as const) {
    await build({
      root: join(process.cwd(), 'bench', 'browser', `${name}-page`), configFile: false, logLevel: 'warn', publicDir: false, base: './',
      build: { outDir: PAGES[name], emptyOutDir: true, target: 'es2023' },
    });
  }
}
