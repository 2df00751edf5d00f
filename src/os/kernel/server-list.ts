/** Signaling servers in use: those of the settings of this device, else of the build or the link, and those that invite links name. */
import { KERNEL_LIMITS } from '#os/limits';
import type { Kernel } from './state.ts';
import { postNotice } from './tab-notices.ts';


export interface ServerList {
  urls(): readonly string[];
  add(urls: readonly string[]): void;
  /** Reads the setting of this device. */
  load(): Promise<void>;
  set(urls: readonly string[]): Promise<void>;
}

export function createServerList(kernel: Kernel): ServerList {
  const added = new Set<string>();
  let configured: readonly string[] = kernel.deps.servers;
  const apply = (): void => kernel.replication?.setServers(list());
  const list = (): readonly string[] => [...new Set([...configured, ...added])];
  return {
    urls: list,
    add(urls) {
      for (const url of urls) if (added.size < KERNEL_LIMITS.linkServers) added.add(url);
      apply();
    },
    async load() {
      const stored = await kernel.store.get('net/servers');
      configured = Array.isArray(stored) && stored.every((url) => typeof url === 'string') ? (stored as string[]) : kernel.deps.servers;
      apply();
    },
    async set(urls) {
      configured = urls;
      added.clear();
      await kernel.store.commit({ origin: kernel.boot, records: [], values: [['net/servers', [...urls]]] });
      apply();
      postNotice(kernel, { t: 'servers' });
    },
  };
}
