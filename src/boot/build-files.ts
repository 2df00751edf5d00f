/** The shelf of a kernel worker: asks the service worker, which has checked what it gives; loaded when another device asks. Where no service worker serves the page, there is nothing. */
import { BUILD_LIMITS } from '#os/build-limits';
import type { BuildShelf } from '#os/builds-api';
import { SHELF } from './build-shelf.ts';
import { readRelease, sha384 } from './release-manifest.ts';

/** Its outside world. */
export interface ShelfHost {
  fetch(url: string): Promise<Response>;
  /** Address of the folder the app lies in, with the slash at its end. */
  readonly scope: string;
  /** Is this device to save its network? */
  saves(): boolean;
}

interface Metered {
  readonly connection?: { readonly saveData?: boolean; readonly type?: string };
}

/** Of a worker, whose script lies in a folder of the app. */
const worker = (): ShelfHost => ({
  fetch: (url) => fetch(url, { cache: 'no-store' }), scope: new URL('../', location.href).href,
  saves: () => {
    const { connection } = navigator as Metered;
    return connection?.saveData === true || connection?.type === 'cellular';
  },
});

/** Makes it. */
export function createBuildShelf(host: ShelfHost = worker()): BuildShelf {
  const given = async (name: string): Promise<Response | null> => {
    const response = host.saves() ? null : await host.fetch(host.scope + SHELF + name).catch(() => null);
    return response?.ok ? response : null;
  };
  return {
    async list() {
      const text = await (await given('release.json'))?.text();
      const signed = text !== undefined && text.length <= BUILD_LIMITS.listBytes ? readRelease(text) : null;
      return signed && { sequence: signed.release.sequence, text: text! };
    },
    async file(name) {
      const bytes = await (await given(name))?.arrayBuffer();
      return bytes ? new Uint8Array(bytes) : null;
    },
    digest: (bytes) => sha384(bytes),
  };
}
