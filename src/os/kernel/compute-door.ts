/** The door to shared work: its code comes when a page works, asks for work, or somebody calls. */
import { equalBytes } from '#base/bytes';
import type { ComputeAct, ComputeApi, ComputeEvent, ConsentChange } from '#os/compute-api';
import type { CallPort } from '#vm/replication/host';
import type { Core } from '#vm/replication/peer-state';
import type { BuildDesk } from './build-desk.ts';
import type { ComputeDesk } from './compute-desk.ts';
import type { KernelParts } from './kernel.ts';
import type { SearchDesk } from './search-desk.ts';

export interface ComputeDoor extends CallPort {
  /** Links opened, closed, or what they may see changed. */
  look(core?: Core): void;
  /** Another tab changed what this device may be used for, or is about to keep a change. */
  heard(unkept?: readonly ConsentChange[]): Promise<void>;
  readonly api: ComputeApi;
  /** Looking for things on other devices, over the same calls. */
  search(): Promise<SearchDesk>;
  /** Releases of the app from other devices and for them, over the same calls. */
  builds(): Promise<BuildDesk>;
  close(): void;
}

export function createComputeDoor(parts: KernelParts): ComputeDoor {
  const { kernel } = parts;
  const listeners = new Set<(event: ComputeEvent) => void>();
  let coming: Promise<ComputeDesk> | null = null;
  let [core, here]: [Core | undefined, ComputeDesk | undefined] = [undefined, undefined];
  let closed = false;
  /** One of another person, as of a tab that was made again, is called by a key that this device has no more. */
  const drop = (): void => {
    if (!here || (kernel.profile && equalBytes(here.device, kernel.profile.ds.pub))) return;
    here.close();
    [here, coming] = [undefined, null];
  };
  const make = (): Promise<ComputeDesk> => Promise.all([import('./compute-desk.ts'), kernel.loading]).then(async ([{ createComputeDesk }]) => {
    const made = await createComputeDesk(kernel, (event) => (listeners.forEach((on) => on(event)), listeners.size > 0));
    here = made;
    if (closed) made.close();
    else if (core) made.look(core);
    return made;
  }).catch((error: unknown) => {
    coming = null;
    throw error;
  });
  const desk = (): Promise<ComputeDesk> => {
    drop();
    return (coming ??= make());
  };
  return {
    look(now) {
      core = now ?? core;
      drop();
      if (core) here?.look(core);
    },
    onMessage(now, peer, message) {
      if (!message.event.startsWith('wrpc:') || kernel.reading !== null) return false;
      core = now;
      desk().then((one) => one.onMessage(now, peer, message)).catch((error: unknown) => kernel.fault('compute', error));
      return true;
    },
    api: {
      act: async <A extends ComputeAct>(act: A) => (await desk()).act(act),
      watch: (on) => (listeners.add(on), () => void listeners.delete(on)),
    },
    search: async () => (await desk()).search,
    builds: async () => (await desk()).builds,
    // A page that does nothing yet may have to begin.
    heard: async (unkept) => (coming ? (await desk()).heard(unkept) : listeners.forEach((on) => on({ type: 'changed' }))),
    close() {
      closed = true;
      here?.close();
    },
  };
}
