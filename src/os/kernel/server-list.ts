/** Signaling servers in use: those of the settings of this device, else of the build or the link, and those that invite links name. */
import { tryDecodeCbor } from '#base/cbor';
import { fromCbor } from '#os/graph-manager/values';
import { KERNEL_LIMITS } from '#os/limits';
import type { Ways } from '#vm/mesh/ways';
import type { Kernel } from './state.ts';
import { openFromVault } from './vault.ts';


export interface ServerList {
  urls(): readonly string[];
  add(urls: readonly string[]): void;
  /** Reads the setting of this device. `alone`: servers that links named go. */
  load(alone?: boolean): Promise<void>;
}

/** The ways that Settings chose. Links that show the address, or are slow for nothing, are made anew. */
async function loadWays(kernel: Kernel): Promise<void> {
  const row = await kernel.store.get('net/ways');
  const plain = row === undefined ? null : await openFromVault(kernel, row);
  if (plain === null) return;
  const { hide } = kernel.ways;
  kernel.ways = fromCbor(tryDecodeCbor(plain)!) as unknown as Ways;
  if (hide === kernel.ways.hide || kernel.paused) return;
  kernel.replication?.pause();
  kernel.replication?.resume();
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
    async load(alone) {
      if (alone) added.clear();
      const stored = await kernel.store.get('net/servers');
      await loadWays(kernel);
      configured = Array.isArray(stored) && stored.every((url) => typeof url === 'string') ? (stored as string[]) : kernel.deps.servers;
      apply();
    },
  };
}
