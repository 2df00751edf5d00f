/**
 * A fragment from its snapshot (docs/PROTOCOL.md): state and log as they were, if replay would decide every record as it was decided then; the records behind
 * it are delivered like any others. Loaded by a start that finds snapshots. What is not provably the same is replayed.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import type { FragmentGraph } from '#vm/graph/fragment-graph';
import { readGraph } from '#vm/graph/graph-image';
import { ImageReader } from '#vm/graph/image-bytes';
import { isAsDecided, readLog } from '#vm/log/log-image';
import type { Entry } from '#vm/log/held-record';
import { compareStamp } from '#vm/protocol/stamp';
import { countHeld } from './author-budget.ts';
import { finishBatch, newBatch, see, settleAcl, touch } from './deliver.ts';
import { logKey } from './log-key.ts';
import type { Place } from './record-index.ts';
import { isOfMaker, openSnap } from './snapshot-row.ts';
import { fragmentOf, giveSettlements, opsFound } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';
import { pagesOf } from './stored-rows.ts';

/** What a snapshot stood in for. */
export interface Opened {
  /** Rows with records of the fragment that it holds. */
  readonly covered: ReadonlySet<number>;
  /** Those of them with nothing else inside. */
  readonly whole: readonly number[];
}

interface Extra {
  readonly sprev: Bytes | null;
  readonly place: Place;
}

/** Opens the snapshot of a fragment that is not read yet. `arrivals`: the rows that hold records of it. Null: it is to be replayed. */
export async function openSnapshot(kernel: Kernel, space: Space, id: Bytes, arrivals: readonly number[]): Promise<Opened | null> {
  const name = `${space.key}/${toBase64url(id)}`;
  try {
    const plain = await openSnap(kernel, name);
    const opened = plain && (await open(kernel, space, id, plain, arrivals));
    kernel.metric(opened ? 'snapshots.opened' : 'snapshots.refused', 1);
    return opened;
  } catch (error) {
    // Damaged bytes, or a fault of ours: replay answers for both.
    if (space.fragments.get(toBase64url(id))?.log.away) space.fragments.delete(toBase64url(id));
    kernel.metric('snapshots.refused', 1);
    kernel.fault('snapshot', error);
    return null;
  }
}

async function open(kernel: Kernel, space: Space, id: Bytes, plain: Bytes, arrivals: readonly number[]): Promise<Opened | null> {
  const input = new ImageReader(plain);
  if (!isOfMaker(input, kernel.deps.code ?? kernel.deps.version)) return null;
  const set = input.bytes();
  const state = input.bytes();
  const graph = await graphOf(kernel, input);
  // From here on nothing is waited for: what is half there is seen by nobody.
  const known = space.fragments.get(toBase64url(id));
  if (known && known.log.size + known.pending.length + known.sealing.length > 0) return null;
  const fragment = fragmentOf(kernel, space, id);
  const batch = newBatch('local', true);
  const { extras, whole, missing } = readRest(space, fragment, input, batch);
  const held = new Set(arrivals);
  const covered = new Set([...extras.values()].map(({ place }) => place.arrival));
  if (![...covered].every((arrival) => held.has(arrival)) || !isSame(fragment, graph, set, state)) {
    space.fragments.delete(fragment.key);
    await settleAcl(kernel, space, batch);
    return null;
  }
  const base = kernel.bases.get(`${space.key}/${fragment.key}`) ?? null;
  if (fragment.log.stands !== (base && toBase64url(base.act))) {
    space.fragments.delete(fragment.key);
    await settleAcl(kernel, space, batch);
    return null;
  }
  const own = onlyHere(kernel, space, fragment, extras);
  if (own.length > 0) {
    // Aside while their rows are looked at: what is half there is seen by nobody.
    space.fragments.delete(fragment.key);
    kernel.metric('snapshots.own-rows', own.length);
    const [asked, until] = [space.rights.version, fragment.log.context().limitMs];
    let left = own.length;
    for await (const rows of pagesOf(kernel.store, own)) left -= rows.filter(({ trusted }) => trusted).length;
    const sound = left === 0;
    // What was decided stands while the acl does, and while mesh time does not go back.
    const stands = space.rights.version === asked && fragment.log.context().limitMs >= until;
    if (!sound || space.fragments.has(fragment.key) || !(stands || isSame(fragment, graph, set, state))) {
      kernel.metric('snapshots.own-lost', sound ? 0 : 1);
      await settleAcl(kernel, space, batch);
      return null;
    }
    space.fragments.set(fragment.key, fragment);
  }
  adopt(kernel, space, fragment, graph, extras);
  if (base) {
    // Its rows are in the graph already; they are read again when the graph has to be made anew.
    fragment.base = { row: base, begin: null, greatest: null, explained: true };
    kernel.bases.delete(`${space.key}/${fragment.key}`);
  }
  for (const dep of missing) if (!fragment.log.has(dep) && !kernel.index.has(dep)) fragment.missingDeps.add(dep);
  touch(batch, fragment, graph.nodeIds());
  await settleAcl(kernel, space, batch);
  finishBatch(kernel, space, batch);
  return { covered, whole };
}

async function graphOf(kernel: Kernel, input: ImageReader): Promise<FragmentGraph> {
  const { clock } = kernel.deps;
  const graph = kernel.newGraph();
  let from = clock.monotonic();
  for (const _ of readGraph(input, graph)) {
    if (clock.monotonic() - from < KERNEL_LIMITS.snapshotSliceMs) continue;
    await new Promise<void>((resolve) => void clock.setTimer(0, resolve));
    from = clock.monotonic();
  }
  return graph;
}

interface Rest {
  readonly extras: Map<Entry, Extra>;
  readonly whole: number[];
  readonly missing: string[];
}

/** Certificates, the log and what the kernel keeps beside it. */
function readRest(space: Space, fragment: Fragment, input: ImageReader, batch: { aclChanged: boolean }): Rest {
  for (let left = input.uint(); left > 0; left--) takeCertificate(space, input.bytes(), input.bytes(), batch);
  const missing = Array.from({ length: input.uint() }, () => input.latin());
  const whole: number[] = [];
  for (let left = input.uint(), arrival = 0; left > 0; left--) whole.push((arrival += input.uint()));
  giveSettlements(space, fragment);
  const extras = new Map<Entry, Extra>();
  let last: Entry | null = null;
  let arrival = 0;
  readLog(input, fragment.log, (entry) => {
    const how = input.uint();
    const sprev: Bytes | null = how === 0 ? null : how === 1 ? ((last as Entry | null)?.id ?? null) : input.raw(32).slice();
    arrival += input.int();
    extras.set(entry, { sprev, place: { arrival, index: input.uint(), bytes: input.uint(), away: true } });
    const found = input.uint();
    if (found > 0) opsFound.set(entry, found === 1 ? null : input.text());
    if (entry.seq === 0) fragment.firstAcl.set(entry.writerKey, entry.acl);
    last = entry;
  });
  input.end();
  return { extras, whole, missing };
}

/** As of the first record of a log that is delivered. */
function takeCertificate(space: Space, writer: Bytes, certificate: Bytes, batch: { aclChanged: boolean }): void {
  const before = space.rights.writer(writer);
  if (!space.rights.addCertificate(writer, certificate)) return;
  const now = space.rights.writer(writer)!;
  space.writerDevice.set(toBase64url(writer), now.ds);
  if (before !== null && (before.uid !== now.uid || before.ds !== now.ds)) batch.aclChanged = true;
}

/** Does everything stand as when the snapshot was made? Small states are counted again besides. */
function isSame({ log }: Fragment, graph: FragmentGraph, set: Bytes, state: Bytes): boolean {
  for (const key of log.logs.keys()) if (log.keeps.has(key) || log.proofs.has(key)) return false;
  if (!isAsDecided(log) || !equalBytes(log.setDigest(), set)) return false;
  return graph.size > KERNEL_LIMITS.snapshotCheckNodes || equalBytes(graph.stateDigest(), state);
}

/**
 * Rows of the newest own records that nobody confirmed: nobody could give them again, and what is written behind a hole in an own log reaches nobody. A replay finds it
 * before anything is written, and another slot goes on (short-slots.ts).
 */
function onlyHere(kernel: Kernel, space: Space, fragment: Fragment, extras: ReadonlyMap<Entry, Extra>): number[] {
  const device = kernel.profile && toBase64url(kernel.profile.ds.pub);
  const held = new Map<string, number>();
  const rows = new Set<number>();
  for (const [{ writerKey, seq }, { place }] of extras) {
    if (space.writerDevice.get(writerKey) !== device) continue;
    const confirmed = held.get(writerKey) ?? kernel.copies.confirmed(logKey(space, fragment, writerKey));
    held.set(writerKey, confirmed);
    if (seq > confirmed) rows.add(place.arrival);
  }
  return [...rows].sort((a, b) => b - a).slice(0, KERNEL_LIMITS.snapshotOwnRows);
}

/** What delivering the records would have left behind beside graph and log. */
function adopt(kernel: Kernel, space: Space, fragment: Fragment, graph: FragmentGraph, extras: ReadonlyMap<Entry, Extra>): void {
  fragment.graph = graph;
  for (const [entry, { sprev, place }] of extras) {
    const { key, id, writer, writerKey, seq, n, hlc } = entry;
    kernel.index.put(key, place);
    if (entry.status !== 'unknown-version') countHeld(space, { fragment: fragment.id }, writerKey, place.bytes);
    fragment.index.add(writerKey, seq, key);
    fragment.changedAt = Math.max(fragment.changedAt, place.arrival);
    if (kernel.slot?.text === writerKey && (!space.lastOwn || compareStamp(hlc, space.lastOwn) > 0)) space.lastOwn = hlc;
    if (entry.status === 'applied') {
      graph.records.add(key);
      see(space, hlc);
    }
    const evidence = space.chain.add({ key, id, fragment: fragment.id, writer, seq, n, sprev });
    if (evidence) kernel.onForkEvidence(space, evidence);
  }
  kernel.arrival = Math.max(kernel.arrival, fragment.changedAt);
}
