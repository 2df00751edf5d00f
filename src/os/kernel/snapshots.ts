/** Making snapshots of large fragments. Loaded when a store has grown; works in small steps while nothing else happens, and gives up what changed meanwhile. */
import { must } from '#base/assert';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import { isSettled, writeGraph } from '#vm/graph/graph-image';
import { ImageWriter } from '#vm/graph/image-bytes';
import type { Entry } from '#vm/log/held-record';
import { isPlain, writeLog } from '#vm/log/log-image';
import { parseRecord, slotCertificate } from '#vm/protocol/record';
import { snapNames, snapRow, SNAPS_ROW } from './snapshot-names.ts';
import { askForLost, isSpoilt, lookAtRows, readBack } from './snapshot-rows.ts';
import { sealSnap, writeMaker } from './snapshot-row.ts';
import { ACL_KEY, opsFound, ROOT_KEY } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';

/** Snapshots made in one look at most. */
const AT_ONCE = 4;

/** What is known of a fragment between two looks. */
interface Seen {
  changes: number;
  since: number;
  /** Its records when the last snapshot was made, or tried in vain at these changes. */
  covered: number;
  tried: number;
}

const seen = new WeakMap<Fragment, Seen>();
const busy = new WeakSet<Kernel>();

/** One look: reads whole what has to be, and makes a few snapshots. `exclusive`: the lane of deliveries. */
export async function tendSnapshots(kernel: Kernel, exclusive: (work: () => Promise<void>) => Promise<void>): Promise<void> {
  if (busy.has(kernel)) return;
  busy.add(kernel);
  try {
    for (const [, { graph, log }] of fragments(kernel)) if (graph.torn && log.away) log.away.asked = true;
    for (const [space, fragment] of fragments(kernel)) if (fragment.log.away?.asked) await exclusive(() => readBack(kernel, space, fragment));
    for (const [space, fragment] of fragments(kernel)) {
      if (fragment.log.away) await lookAtRows(kernel, space, fragment);
      askForLost(kernel, space, fragment);
    }
    if (kernel.loading || !kernel.leader || kernel.reading || !kernel.profile || kernel.revoked !== null) return;
    for (let left = AT_ONCE; left > 0; left--) {
      const due = dueNow(kernel);
      if (!due) return;
      await makeSnapshot(kernel, ...due);
    }
  } finally {
    busy.delete(kernel);
  }
}

function* fragments(kernel: Kernel): Generator<[Space, Fragment]> {
  for (const space of kernel.spaces.values()) for (const fragment of space.fragments.values()) yield [space, fragment];
}

const leastRecords = (kernel: Kernel): number => kernel.deps.snapshots?.records ?? KERNEL_LIMITS.snapshotRecords;

/** The fragment with the most records behind its snapshot that has been quiet for a while. */
function dueNow(kernel: Kernel): [Space, Fragment] | null {
  const now = kernel.deps.clock.monotonic();
  let best: [Space, Fragment] | null = null;
  let most = 0;
  for (const [space, fragment] of fragments(kernel)) {
    const { log } = fragment;
    if (isSpoilt(fragment) || space.standing !== 'member' || fragment.key === ACL_KEY || fragment.key === ROOT_KEY || log.size < leastRecords(kernel)) continue;
    const last = seen.get(fragment);
    if (last?.changes !== log.changes) {
      seen.set(fragment, { changes: log.changes, since: now, covered: last?.covered ?? awayIn(fragment), tried: last?.tried ?? -1 });
      continue;
    }
    const behind = log.size - last.covered;
    const wanted = Math.max(leastRecords(kernel), last.covered * KERNEL_LIMITS.snapshotShare);
    if (behind < wanted || behind <= most || last.tried === log.changes || now - last.since < (kernel.deps.snapshots?.quietMs ?? KERNEL_LIMITS.snapshotQuietMs)) continue;
    most = behind;
    best = [space, fragment];
  }
  return best;
}

/** Records that came with the snapshot of the store. */
function awayIn({ log }: Fragment): number {
  let n = 0;
  if (log.away) for (const { away } of log.records()) if (away) n++;
  return n;
}

/** Nothing pending, nothing changed since, and everything of the plain kind. */
function standsAs(fragment: Fragment, graph: Fragment['graph'], changes: number): boolean {
  return fragment.graph === graph && fragment.log.changes === changes && fragment.pending.length + fragment.sealing.length === 0 && isSettled(graph);
}

async function makeSnapshot(kernel: Kernel, space: Space, fragment: Fragment): Promise<void> {
  const { log, graph } = fragment;
  const { changes, size } = log;
  const state = seen.get(fragment)!;
  state.tried = changes;
  if (!standsAs(fragment, graph, changes) || fragment.odd || fragment.locked.size > 0 || fragment.unjudged > 0 || fragment.index.size - fragment.below.size !== size || (fragment.base !== null && fragment.base.begin === null) || !isPlain(log) || !isPlaced(kernel, space, fragment)) return;
  const name = `${space.key}/${fragment.key}`;
  const certificates = await certificatesOf(kernel, fragment);
  if (!certificates) return;
  const plain = await inSteps(kernel, snapshotSteps(kernel, space, fragment, certificates), () => standsAs(fragment, graph, changes));
  const row = plain && (await sealSnap(kernel, name, plain));
  if (!row || kernel.revoked !== null) return;
  const names = await snapNames(kernel);
  try {
    await kernel.store.commit({ origin: kernel.boot, records: [], values: [[snapRow(name), row], ...(names.includes(name) ? [] : [[SNAPS_ROW, [...names, name]] as const])] });
  } catch {
    // A full disk keeps what matters more.
    return kernel.metric('snapshots.unsaved', 1);
  }
  state.covered = size;
  kernel.metric('snapshots.made', 1);
}

/** Runs the steps with pauses between them; null when they gave up, or what they read does not stand any more. */
async function inSteps(kernel: Kernel, steps: Generator<void, Bytes | null>, stands: () => boolean): Promise<Bytes | null> {
  const { clock } = kernel.deps;
  for (let from = clock.monotonic(); ; ) {
    if (!stands()) return null;
    const step = steps.next();
    if (step.done) return step.value;
    if (clock.monotonic() - from < KERNEL_LIMITS.snapshotSliceMs) continue;
    await new Promise<void>((resolve) => void clock.setTimer(0, resolve));
    from = clock.monotonic();
  }
}

function* snapshotSteps(kernel: Kernel, space: Space, fragment: Fragment, certificates: readonly (readonly [Bytes, Bytes])[]): Generator<void, Bytes | null> {
  const { graph, log } = fragment;
  const out = new ImageWriter();
  writeMaker(out, kernel.deps.code ?? kernel.deps.version);
  out.bytes(log.setDigest());
  const counted = graph.size <= KERNEL_LIMITS.snapshotCheckNodes;
  if (counted) for (const _ of graph.nodeDigests()) yield;
  out.bytes(counted ? graph.stateDigest() : new Uint8Array(0));
  for (const _ of writeGraph(out, graph)) {
    if (out.length > KERNEL_LIMITS.snapshotBytes) return null;
    yield;
  }
  out.uint(certificates.length);
  for (const [writer, certificate] of certificates) {
    out.bytes(writer);
    out.bytes(certificate);
  }
  out.uint(fragment.missingDeps.size);
  for (const dep of fragment.missingDeps) out.latin(dep);
  yield* writeRows(out, kernel, fragment);
  yield* writeLog(out, log, recordsOut(out, kernel, space));
  return out.length > KERNEL_LIMITS.snapshotBytes || graph.torn ? null : out.take();
}

/** Of each record its place in the space chain, its row and what its operations were found to be. */
function recordsOut(out: ImageWriter, kernel: Kernel, space: Space): (entry: Entry) => void {
  let last: Entry | null = null;
  let arrival = 0;
  return (entry) => {
    const place = must(kernel.index.place(entry.key), 'a held record lies somewhere');
    const { sprev } = must(space.chain.at(entry.writer, entry.n).find((known) => known.key === entry.key), 'a held record has its place in the chain');
    const follows = sprev !== null && last !== null && equalBytes(sprev, last.id);
    out.uint(sprev === null ? 0 : follows ? 1 : 2);
    if (sprev !== null && !follows) out.raw(sprev);
    out.int(place.arrival - arrival);
    out.uint(place.index);
    out.uint(place.bytes);
    const found = opsFound.get(entry);
    out.uint(found === undefined ? 0 : found === null ? 1 : 2);
    if (typeof found === 'string') out.text(found);
    arrival = place.arrival;
    last = entry;
  };
}

/** The rows that hold nothing but these records: the next start need not read them. */
function* writeRows(out: ImageWriter, kernel: Kernel, { log }: Fragment): Generator<void> {
  const here = new Map<number, number>();
  for (const { key } of log.records()) {
    const arrival = kernel.index.place(key)?.arrival ?? 0;
    here.set(arrival, (here.get(arrival) ?? 0) + 1);
  }
  yield;
  const all = new Map<number, number>();
  for (const { arrival } of kernel.index.places()) if (here.has(arrival)) all.set(arrival, (all.get(arrival) ?? 0) + 1);
  yield;
  const whole = [...here].filter(([arrival, n]) => all.get(arrival) === n).map(([arrival]) => arrival).sort((a, b) => a - b);
  out.uint(whole.length);
  let last = 0;
  for (const arrival of whole) {
    out.uint(arrival - last);
    last = arrival;
  }
}

/** Is the row of every record known, and its place in the space chain? */
function isPlaced(kernel: Kernel, space: Space, { log }: Fragment): boolean {
  for (const { key, writer, n } of log.records()) if (!kernel.index.place(key) || !space.chain.at(writer, n).some((known) => known.key === key)) return false;
  return true;
}

/** The certificates that the first records of the logs carry; null when one cannot be read. */
async function certificatesOf(kernel: Kernel, fragment: Fragment): Promise<[Bytes, Bytes][] | null> {
  const out: [Bytes, Bytes][] = [];
  for (const { chain, writer } of fragment.log.logs.values()) {
    const first = fragment.base?.row.heads.find((head) => equalBytes(head.writer, writer))?.first;
    const [row] = await kernel.index.read(first ? [toBase64url(first)] : chain.slice(0, 1).map(({ key }) => key));
    const parsed = row && parseRecord(row.bytes);
    if (!parsed?.ok) return null;
    const certificate = slotCertificate(parsed.value.header);
    if (!certificate) return null;
    out.push([writer, certificate.slice()]);
  }
  return out;
}
