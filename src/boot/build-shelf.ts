/** Where the service worker gives what it keeps of a release, whole and verified, to a kernel of this app (workers/release.worker.ts), which gives it to linked devices. */
import type { BuildShelf } from '#os/builds-api';

/** Addresses below the app; no release can list one, and no network is asked for it. */
export const SHELF = 'kept/';

/** The same before its code has come, which it does when another device asks for something. */
export function lateShelf(load: () => Promise<{ createBuildShelf(): BuildShelf }>): BuildShelf {
  let coming: Promise<BuildShelf> | null = null;
  const shelf = (): Promise<BuildShelf> => (coming ??= load().then(({ createBuildShelf }) => createBuildShelf()).catch((error: unknown) => {
    coming = null;
    throw error;
  }));
  return {
    list: async () => (await shelf()).list(),
    file: async (sha384) => (await shelf()).file(sha384),
    digest: async (bytes) => (await shelf()).digest(bytes),
  };
}
