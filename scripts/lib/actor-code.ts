/** The text of the thread that runs actors (workers/actor.worker.ts), in one classic script: the sandbox frame makes a thread of it, and can load nothing itself. */
import { join } from 'node:path';
import { build, type Plugin } from 'vite';

/** Bundles it. Throws when something is left to be imported. */
export async function actorCode(root: string): Promise<string> {
  const made = await build({
    configFile: false, root, publicDir: false, logLevel: 'warn',
    build: { write: false, target: 'es2023', lib: { entry: join(root, 'workers/actor.worker.ts'), formats: ['iife'], name: 'actor', fileName: () => 'actor.js' } },
  });
  const files = (Array.isArray(made) ? made : [made]).flatMap((one) => ('output' in one ? one.output : []));
  const [only] = files;
  if (only?.type !== 'chunk' || files.length !== 1 || only.imports.length > 0 || only.dynamicImports.length > 0) throw new Error('the thread of actors is not one script');
  return only.code;
}

/** What the page hands to the frame of actors, as a string, and the policy of the frame; for every build that has the page in it. */
export function actorThread(root: string, policy: string): Plugin {
  const [name, id] = ['virtual:actor-code', '\0virtual:actor-code'];
  return {
    name: 'lifegraph-actor-code',
    resolveId: (source) => (source === name ? id : null),
    load: async (asked) => (asked === id ? `export const ACTOR_CODE = ${JSON.stringify(await actorCode(root))};\nexport const ACTOR_FRAME_POLICY = ${JSON.stringify(policy)};` : null),
  };
}
