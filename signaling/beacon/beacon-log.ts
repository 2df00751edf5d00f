/** What a beacon says of its kernel: that a server was reached or lost, its disk refuses, how many spaces and links there are. Sums only, and its own settings. */
import type { KernelParts } from '#os/kernel/kernel';
import type { Log } from '#signaling/log';

const MINUTE_MS = 60_000;

type Watched = Pick<KernelParts, 'kernel' | 'metrics' | 'faults' | 'subscribe'>;

/** How much it keeps. */
export function keptBy({ kernel }: Pick<KernelParts, 'kernel'>): { readonly spaces: number; readonly links: number; readonly records: number; readonly bytes: number } {
  const spaces = [...kernel.spaces.values()].filter((space) => space.standing === 'member').length;
  return { spaces, links: kernel.network.peers.length, records: kernel.index.size, bytes: kernel.index.bytes };
}

/** `servers`: those it was started with; any other stays unnamed. Returns how to end it. */
export function watchBeacon(parts: Watched, log: Log, servers: readonly string[]): () => void {
  const { kernel, metrics, faults } = parts;
  const states = new Map<string, string>();
  let spaces = keptBy(parts).spaces;
  let stuck = false;
  let told = 0;
  let added = metrics.get('store.commits') ?? 0;
  const look = (): void => {
    for (const { url, state, reason } of kernel.network.signaling) {
      if (states.get(url) === state) continue;
      const before = states.get(url);
      states.set(url, state);
      const fields = { server: servers.includes(url) ? url : 'another' };
      if (state === 'open') log.info('server.reached', fields);
      else if (before === 'open' || state === 'refused') log.warn('server.lost', { ...fields, reason: reason ?? state });
    }
    const now = keptBy(parts).spaces;
    if (now !== spaces) log.info('spaces.changed', { spaces: now, before: spaces });
    spaces = now;
    if ((kernel.stuck !== null) !== stuck) {
      stuck = kernel.stuck !== null;
      if (kernel.stuck) log.error('store.refused', { reason: kernel.stuck.code });
      else log.info('store.recovered');
    }
    // The text of a fault may quote what was judged.
    for (; told < faults.length; told++) {
      log.warn('kernel.fault', { part: faults[told]!.split(':')[0]! });
      log.debug('kernel.fault-text', { text: faults[told]! });
    }
  };
  const ends = [parts.subscribe(({ type }) => ['network', 'spaces', 'stuck', 'kernel'].includes(type) && look())];
  const timer = setInterval(() => {
    look();
    const commits = metrics.get('store.commits') ?? 0;
    log.debug('beacon.counted', { ...keptBy(parts), commits: commits - added, memory: process.memoryUsage().rss });
    added = commits;
  }, MINUTE_MS);
  timer.unref();
  look();
  return () => {
    clearInterval(timer);
    for (const end of ends) end();
  };
}
