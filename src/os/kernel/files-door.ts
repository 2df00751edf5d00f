/** The door to files: their code and their store come when there is something to do with one. */
import type { FilesApi } from '#os/files-api';
import { FILE, readFile } from '#os/files-api';
import type { ChunkPort } from '#vm/replication/host';
import type { Core } from '#vm/replication/peer-state';
import type { FileDesk } from './files.ts';
import type { KernelParts } from './kernel.ts';
import type { Kernel } from './state.ts';
import type { FilesNotice } from './tab-notices.ts';

/** How long news of nodes is gathered before files are looked at, ms. */
const LOOK_MS = 400;

export interface FilesDoor extends ChunkPort {
  /** Links opened, or what they may see changed. */
  look(core: Core): void;
  /** Another tab asked for a file, or got one, or has no room. */
  heard(notice: FilesNotice): void;
  api(): FilesApi;
  desk(): Promise<FileDesk>;
  /** Files added in a tab that keeps nothing which nobody has whole. */
  unheld(): Promise<number>;
  close(): void;
}

function countFiles(kernel: Kernel): number {
  let count = 0;
  for (const { source } of kernel.spaces.values()) for (const fragment of source.fragments()) count += source.count(fragment, FILE, true);
  return count;
}

/** Without a store for pieces there are no files. */
export function createFilesDoor(parts: KernelParts): FilesDoor | null {
  const { kernel } = parts;
  const { chunks, clock } = kernel.deps;
  if (!chunks) return null;
  let coming: Promise<FileDesk> | null = null;
  let [known, closed] = [0, false];
  let cancel: (() => void) | null = null;
  /** What opened before there was a file. */
  let links: Core | null = null;
  const desk = (): Promise<FileDesk> => (coming ??= Promise.all([import('./files.ts'), chunks()]).then(([{ createFileDesk }, store]) => {
    const made = createFileDesk(parts, store);
    if (links) made.look(links);
    return made;
  }).catch((error: unknown) => {
    coming = null;
    throw error;
  }));
  const run = (work: (desk: FileDesk) => unknown): void => void desk().then((one) => (closed ? undefined : work(one))).catch((error: unknown) => kernel.fault('files', error));
  const stop = parts.subscribe(({ type }) => {
    if (type === 'stuck' && kernel.stuck?.code === 'store-quota' && countFiles(kernel) > 0) run((one) => one.press());
    if (cancel !== null || (type !== 'node_created' && type !== 'node_updated' && type !== 'spaces')) return;
    cancel = clock.setTimer(LOOK_MS, () => {
      cancel = null;
      const now = countFiles(kernel);
      if (now !== known) run((one) => one.review());
      known = now;
    });
  });
  return {
    look(core) {
      links = core;
      if (coming || countFiles(kernel) > 0) run((one) => one.look(core));
    },
    onMessage(core, peer, message) {
      if (!message.event.startsWith('chunk:') || !message.event.endsWith(':requested')) return false;
      run((one) => one.onMessage(core, peer, message));
      return true;
    },
    heard: (notice) => run((one) => one.heard(notice)),
    api: () => filesApi(desk, kernel),
    desk,
    unheld: async () => (coming ? (await coming).unheld() : 0),
    close() {
      closed = true;
      stop();
      cancel?.();
      void coming?.then((one) => one.close()).catch(() => undefined);
    },
  };
}

function filesApi(desk: () => Promise<FileDesk>, kernel: Kernel): FilesApi {
  const there = async (): Promise<FileDesk> => (await kernel.loading, desk());
  const api: FilesApi = {
    add: async (...args) => (await there()).add(...args),
    want: async (space, id) => (await there()).want(space, id),
    cancel: async (space, id) => (await there()).cancel(space, id),
    drop: async (space, id) => (await there()).drop(space, id),
    piece: async (...args) => (await there()).piece(...args),
    watch(space, id, on) {
      let stop: (() => void) | null = null;
      let over = false;
      void there().then((one) => {
        if (!over) stop = one.watch(space, id, on);
      }).catch((error: unknown) => kernel.fault('files', error));
      return () => {
        over = true;
        stop?.();
      };
    },
    read: (space, id) => readFile(api, space, id),
  };
  return api;
}
