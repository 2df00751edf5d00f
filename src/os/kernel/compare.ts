/**
 * "Are we the same?": compares a space with another device over a link and, when not, names the first differing operation. Records that one side
 * lacks are told apart from records that both hold and show otherwise; the latter are found by bisection (see #vm/replication/compare).
 */
import { compareBytes, equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { AppError } from '#base/app-error';
import type { Comparison, Difference } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import { sealDigest } from '#vm/log/digests';
import { compareStamp, encodeStamp } from '#vm/protocol/stamp';
import type { FragmentSeal, NodeStep, RemoteCompare } from '#vm/replication/compare';
import { bucketNodes, fragmentSeals, nodeAfter, nodeBuckets, shownDigest } from './compare-source.ts';
import { primitiveName } from './primitive-name.ts';
import type { Sealer } from './sealer.ts';
import type { Fragment, Kernel, Space } from './state.ts';

const SHORT = 8;
const LIMIT = 0xffff_ffff;

type Found = Omit<Difference, 'who'> & { readonly writer: Bytes | null };

/** Compares the space with a linked device. AppError `not-linked`, `no-answer`. */
export async function compareSpace(kernel: Kernel, sealer: Sealer, space: Space, device: string): Promise<Comparison> {
  await sealer.flush(space);
  const bytes = fromBase64url(device);
  let looked: Comparison | null = null;
  for (let round = 0; round < KERNEL_LIMITS.compareRounds; round++) {
    const other = bytes && bytes.length === 32 ? (kernel.replication?.compareWith(space.id, bytes) ?? null) : null;
    if (!other) throw new AppError('not-linked', 'There is no connection to this device now.', 'Nothing was changed.', 'Wait until it is online, or compare the four words by eye.');
    looked = await look(kernel, space, device, other);
    // What was written this moment is on its way: looked at again before it is called a difference.
    if (looked.difference === null && looked.waiting === 0) return looked;
    if (looked.difference !== null && looked.difference.kind !== 'records') return looked;
    if (round + 1 < KERNEL_LIMITS.compareRounds) await new Promise<void>((resolve) => void kernel.deps.clock.setTimer(KERNEL_LIMITS.compareAgainMs, () => resolve()));
  }
  return looked!;
}

const noAnswer = (): AppError => new AppError('no-answer', 'The other device did not answer.', 'Nothing was changed.', 'Try again.');

async function look(kernel: Kernel, space: Space, device: string, other: RemoteCompare): Promise<Comparison> {
  const { wordsOf } = await kernel.deps.loadWords();
  const theirs = await other.fragments();
  if (theirs === null) throw noAnswer();
  const mine = fragmentSeals(space);
  const there = new Map(theirs.map((one) => [toBase64url(one.fragment), one]));
  const both = mine.flatMap((here): [FragmentSeal, FragmentSeal][] => {
    const twin = there.get(toBase64url(here.fragment));
    return twin ? [[here, twin]] : [];
  }).sort(([a], [b]) => compareBytes(a.fragment, b.fragment));
  const settled = both.filter(([a, b]) => a.state !== null && b.state !== null);
  const seal = (side: 0 | 1): { words: string[]; seal: string } => {
    const digest = sealDigest(settled.map((pair) => ({ fragment: pair[side].fragment, set: pair[side].set, state: pair[side].state! })));
    return { words: wordsOf(digest), seal: toBase64url(digest) };
  };
  let found: Found | null = null;
  let waiting = both.length - settled.length;
  for (const [a, b] of both) {
    const fragment = space.fragments.get(toBase64url(a.fragment))!;
    if (!equalBytes(a.set, b.set)) found ??= await missingRecords(fragment, other);
    else if (a.state === null || b.state === null) continue;
    // Not to be compared now: one side still waits for a key or for time.
    else if (!equalBytes(a.tag, b.tag)) waiting += equalBytes(a.state, b.state) ? 0 : 1;
    else if (!equalBytes(a.state, b.state)) found ??= await differentNode(fragment, other);
    if (found) break;
  }
  const { writer, ...rest } = found ?? { writer: null };
  const who = writer && (space.rights.writer(writer)?.uid ?? null);
  return {
    device, at: kernel.deps.clock.now(), here: seal(0), there: seal(1), waiting,
    covers: { both: both.length, onlyHere: mine.length - both.length, onlyThere: theirs.length - both.length },
    difference: found && { ...(rest as Omit<Difference, 'who'>), who },
  };
}

/** Which records one side lacks; the first by time is named, of those held here down to its operation. */
async function missingRecords(fragment: Fragment, other: RemoteCompare): Promise<Found | null> {
  const theirs = await other.heads(fragment.id);
  if (theirs === null) throw noAnswer();
  const theirSeq = new Map<string, number>();
  for (const head of theirs) theirSeq.set(toBase64url(head.writer), Math.max(head.seq, theirSeq.get(toBase64url(head.writer)) ?? -1));
  const known = new Set(theirs.map((head) => toBase64url(head.id)));
  let [missingHere, missingThere] = [0, 0];
  let lack: { writer: Bytes; seq: number } | null = null;
  for (const head of theirs) {
    if (fragment.log.has(toBase64url(head.id))) continue;
    const held = fragment.log.contiguous(head.writer);
    missingHere += Math.max(1, head.seq - held);
    lack ??= { writer: head.writer, seq: Math.min(held + 1, head.seq) };
  }
  const ours = fragment.log.heads().filter((head) => !known.has(head.key) && head.seq >= (theirSeq.get(head.writerKey) ?? -1));
  let first: Found | null = null;
  let firstStamp = null as { ms: number; ctr: number } | null;
  for (const head of ours) {
    missingThere += Math.max(1, head.seq - (theirSeq.get(head.writerKey) ?? -1));
    for (let record = fragment.log.get(head.key); record && record.seq > (theirSeq.get(record.writerKey) ?? -1); record = record.prev === null ? null : fragment.log.get(record.prev)) {
      const op = record.ops?.[0];
      const stamp = { ms: (op?.stamp.ms ?? record.hlc.ms) - record.delta, ctr: op?.stamp.ctr ?? record.hlc.ctr };
      if (firstStamp !== null && compareStamp(stamp, firstStamp) >= 0) continue;
      firstStamp = stamp;
      first = { kind: 'records', fragment: fragment.key, node: null, side: 'there', writer: record.writer, at: stamp.ms, what: op ? op.verb || primitiveName(op.primitive) : null, record: record.key, seq: record.seq, missingHere: 0, missingThere: 0 };
    }
  }
  if (!first && lack) first = { kind: 'records', fragment: fragment.key, node: null, side: 'here', writer: lack.writer, at: null, what: null, record: null, seq: lack.seq, missingHere: 0, missingThere: 0 };
  return first && { ...first, missingHere, missingThere };
}

/** Same records, another state: buckets → nodes → the first operation after which the node differs. */
async function differentNode(fragment: Fragment, other: RemoteCompare): Promise<Found | null> {
  const theirs = await other.buckets(fragment.id);
  if (theirs === null) throw noAnswer();
  const mine = nodeBuckets(fragment);
  let bucket = 0;
  while (bucket < 256 && equalBytes(mine.subarray(bucket * SHORT, (bucket + 1) * SHORT), theirs.subarray(bucket * SHORT, (bucket + 1) * SHORT))) bucket++;
  if (bucket === 256) return null;
  const list = await other.nodes(fragment.id, bucket);
  if (list === null) throw noAnswer();
  const here = bucketNodes(fragment, bucket);
  const digests = new Map(list.map((one) => [toBase64url(one.node), one.digest]));
  const odd = here.find((one) => !equalBytes(one.digest.subarray(0, SHORT), digests.get(toBase64url(one.node)) ?? new Uint8Array(0)))
    ?? list.find((one) => !here.some((held) => equalBytes(held.node, one.node)));
  return odd ? bisect(fragment, odd.node, other) : null;
}

interface Local {
  readonly count: number;
  readonly digest: Bytes;
  readonly stamp: Bytes | null;
  readonly writer: Bytes | null;
}

async function bisect(fragment: Fragment, node: Bytes, other: RemoteCompare): Promise<Found> {
  const local = (at: number): Local & { what: string | null; record: string | null; ms: number | null } => {
    const { count, digest, step } = nodeAfter(fragment, node, at);
    return {
      count, digest, stamp: step && encodeStamp({ ms: step.ms, ctr: step.op.stamp.ctr }), writer: step && (step.record.writer as Bytes),
      what: step && (step.op.verb || primitiveName(step.op.primitive)), record: step?.record.key ?? null, ms: step?.ms ?? null,
    };
  };
  const remote = async (at: number): Promise<NodeStep> => {
    const step = await other.step(fragment.id, node, at);
    if (step === null) throw noAnswer();
    return step;
  };
  const all = local(LIMIT);
  const theirs = await remote(LIMIT);
  const name = { fragment: fragment.key, node: toBase64url(node), missingHere: 0, missingThere: 0, seq: null };
  if (sameStep(all, theirs) && all.count === theirs.count) {
    // Both logs give the same node: what one of the two shows is not what its log says.
    const side = equalBytes(shownDigest(fragment, node), all.digest) ? 'there' : 'here';
    return { kind: 'state', ...name, side, writer: all.writer, at: all.ms, what: all.what, record: all.record };
  }
  let [low, high] = [0, Math.max(all.count, theirs.count)];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sameStep(local(middle), await remote(middle))) low = middle;
    else high = middle;
  }
  const at = local(high);
  const side = at.count < high ? 'here' : theirs.count < high ? 'there' : 'both';
  // Held by the other side alone: its author and time are what that side says.
  const odd = side === 'here' ? await remote(high) : null;
  return { kind: 'operation', ...name, side, writer: odd ? odd.writer : at.writer, at: odd ? null : at.ms, what: odd ? null : at.what, record: odd ? null : at.record };
}

/** The same operation at this place, and the same node after it. */
function sameStep(a: Local, b: NodeStep): boolean {
  if ((a.stamp === null) !== (b.stamp === null)) return false;
  const sameOp = a.stamp === null || (equalBytes(a.stamp, b.stamp!) && equalBytes(a.writer!, b.writer!));
  return sameOp && equalBytes(a.digest, b.digest);
}
