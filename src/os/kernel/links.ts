/**
 * The links of a profile, which its leading tab holds. Their code is a large part of the kernel, and nobody is linked before the first screen: it comes on
 * its own. Where it does not come the device is one without a network, and it is asked for again.
 */
import { equalBytes } from '#base/bytes';
import { lateLibrary } from '#base/late-library';
import { loadCurve } from '#vm/protocol/curve';
import type { KernelParts } from './kernel.ts';
import type { Kernel } from './state.ts';

/** How long after it did not come the code is asked for again, ms. */
const AGAIN_MS = 5_000;

const library = lateLibrary('the code of links', () => import('./link-code.ts'));

/** Loads the code of links and what judges the keys of others; null when it is here. Rejects when it cannot be had; the next call tries again. */
export function loadLinks(): Promise<unknown> | null {
  const coming = [library.load(), loadCurve()].filter((one) => one !== null);
  return coming.length === 0 ? null : Promise.all(coming);
}

/** By whose key the links of a kernel are made. */
const linkedAs = new WeakMap<object, Uint8Array>();
/** Kernels whose links wait for their code, and those that have ended. */
const waiting = new WeakSet<Kernel>();
const ended = new WeakSet<Kernel>();

/** Links made under another name, of a search or a pairing. */
export async function stopLinks(kernel: Kernel): Promise<void> {
  const links = kernel.replication;
  kernel.replication = null;
  await links?.stop();
}

/** The kernel ends: what still comes makes no links. */
export async function endLinks(kernel: Kernel): Promise<void> {
  ended.add(kernel);
  await kernel.replication?.stop();
}

/** Links made under another key, of a pairing that a search follows, say. */
function dropOtherLinks(kernel: Kernel): void {
  const ds = (kernel.profile ?? kernel.returning?.search ?? kernel.pairing?.keys)?.ds.pub;
  const links = kernel.replication;
  if (!links || !ds || linkedAs.get(links) === undefined || equalBytes(linkedAs.get(links)!, ds)) return;
  kernel.replication = null;
  void links.stop();
}

/** The leader of the profile holds the links; the others write through the store and its notices. */
export function startReplication(parts: KernelParts): void {
  const { kernel, ingest, joins, presence, acks } = parts;
  const { deps } = kernel;
  if (!kernel.profile && !kernel.returning?.search && kernel.pairing?.meets !== true) {
    void kernel.replication?.stop();
    kernel.replication = null;
    return;
  }
  dropOtherLinks(kernel);
  if (kernel.replication || !kernel.leader) return kernel.replication?.refresh();
  const coming = loadLinks();
  if (coming) return startLater(parts, coming);
  if (ended.has(kernel)) return;
  const { createHost, createReplication, createReturnHost } = library.here();
  const host = createHost({ kernel, ingest, joins, presence, files: parts.files, witness: parts.witness, compute: parts.compute, returns: createReturnHost(parts), onAck: (ack) => acks.onAck(ack) });
  kernel.replication = createReplication({
    clock: deps.clock, random: deps.random, crypto: deps.crypto, sockets: deps.sockets, archiveSockets: deps.archiveSockets, loadArchive: deps.loadArchive, dialer: deps.dialer, ways: () => kernel.ways,
    host: deps.beacon?.(host, kernel) ?? host, createReplica: deps.createReplica,
  });
  linkedAs.set(kernel.replication, (kernel.profile?.ds ?? host.deviceKey).pub);
  kernel.replication.setServers(kernel.servers());
  if (kernel.paused) kernel.replication.pause();
  kernel.replication.start();
}

/** Once for all who ask meanwhile. What comes first then decides anew. */
function startLater(parts: KernelParts, coming: Promise<unknown>): void {
  const { kernel } = parts;
  if (waiting.has(kernel)) return;
  waiting.add(kernel);
  const start = (): void => {
    waiting.delete(kernel);
    if (!ended.has(kernel)) startReplication(parts);
  };
  coming.then(start, (error: unknown) => {
    kernel.fault('links', error);
    kernel.deps.clock.setTimer(AGAIN_MS, start);
  });
}
