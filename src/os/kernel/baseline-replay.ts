/**
 * What a fragment comes to at some heads, from the records that this device holds: what a snapshot is made of, and checked against (BASE4). In slices, while
 * everything else goes on; what is decided of the records up to the heads does not change meanwhile, or the answer is that it cannot be told.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor } from '#base/cbor';
import { KERNEL_LIMITS } from '#os/limits';
import { BASELINE_LIMITS } from '#vm/baseline-limits';
import type { FragmentGraph } from '#vm/graph/fragment-graph';
import { keyOf } from '#vm/graph/keys';
import { sameText } from '#vm/graph/same-text';
import { ROW, stateRows, type CoveredLog, type RowsInput } from '#vm/graph/state-rows';
import { readTextClaims, TextClocks } from '#vm/graph/text-rules';
import { REDUCER_VERSION, setDigest } from '#vm/log/digests';
import type { Entry, RecordStatus } from '#vm/log/held-record';
import { goingWith, holdsAll, upTo } from '#vm/log/log-base';
import type { WriterLog } from '#vm/log/writer-log';
import { rowsIn } from '#vm/protocol/snapshot';
import { PRIMITIVE, RECORD_CLASS } from '#vm/protocol/types';
import type { Snapshot } from './baseline-open.ts';
import { breathe, slicesOf } from './slices.ts';
import { withOps } from './snapshot-rows.ts';
import type { Fragment, Kernel, Space } from './state.ts';

/** States that no key, no time and no other record changes; a cut may, and is asked apart. */
const DECIDED: ReadonlySet<RecordStatus> = new Set<RecordStatus>(['applied', 'void', 'malformed', 'covered']);

/** What a newer version wrote is kept until it is known; a piece of an earlier snapshot is known to say nothing. */
const isDecided = ({ status, class: kind, delta }: Entry): boolean => delta === 0 && (DECIDED.has(status) || (status === 'unknown' && kind === RECORD_CLASS.snapshot));

type Head = Pick<CoveredLog, 'writer' | 'seq' | 'id'>;

/** The furthest head of each log below which all is decided, on one branch: what a baseline of now covers. The latest logs, if they are too many. */
export function coverable({ log }: Fragment): Head[] {
  const heads: (Head & { readonly ms: number; readonly based: boolean })[] = [];
  for (const one of log.logs.values()) {
    const head = lastDecided(one);
    if (head) heads.push({ writer: one.writer, seq: head.seq, id: head.id, ms: head.hlc.ms, based: one.foot !== null });
  }
  // Those that stand on a baseline must all be in the next one.
  heads.sort((a, b) => Number(b.based) - Number(a.based) || b.ms - a.ms);
  return heads.slice(0, BASELINE_LIMITS.heads);
}

function lastDecided(one: WriterLog): Entry | null {
  if (!one.fixes.none || one.dirty) return null;
  let last: Entry | null = null;
  for (const entry of one.chain) {
    if (!isDecided(entry) || (one.forks.get(entry.seq)?.length ?? 1) > 1) break;
    last = entry;
  }
  return last;
}

/** Rows at the heads; null when some of it cannot be told here: a record is missing, has no key, waits, or is beyond a cut. */
export async function replayTo(kernel: Kernel, space: Space, fragment: Fragment, heads: readonly Head[]): Promise<RowsInput | null> {
  if (fragment.base && !fragment.base.begin) return null;
  const { stands } = fragment.log;
  const graph = fragment.base?.begin?.() ?? kernel.newGraph();
  const logs: CoveredLog[] = [];
  const all: Entry[] = [];
  for (const head of heads) {
    const one = fragment.log.logs.get(keyOf(head.writer));
    const entries = upTo(fragment.log, head);
    if (!one || !entries || entries[0]!.seq !== one.start || !entries.every(isDecided)) return null;
    const clocks = await applyAll(kernel, space, graph, one, entries.filter(({ status }) => status === 'applied'));
    if (!clocks) return null;
    logs.push({ ...head, clocks });
    for (const entry of entries) all.push(entry);
  }
  // Something may have come meanwhile that changes it.
  if (fragment.log.stands !== stands || !all.every(isDecided)) return null;
  // A log that stands on a foot and is not covered would lose what it stands on.
  const covered = new Set(heads.map(({ writer }) => keyOf(writer)));
  for (const one of fragment.log.logs.values()) if (one.foot && !covered.has(one.key)) return null;
  // Words beside words without effect (TEXT7) would lose the places that those leave them.
  for (const id of graph.nodeIds()) if (graph.nodes.get(id)?.text?.waits) return null;
  return { graph, logs, reducer: REDUCER_VERSION, set: setDigest(heads), emptied: new Set() };
}

/** Into the graph; the clocks of its texts then. Null when a body cannot be read. */
async function applyAll(kernel: Kernel, space: Space, graph: FragmentGraph, one: WriterLog, entries: readonly Entry[]): Promise<ReadonlyMap<number, number> | null> {
  const clocks = new TextClocks();
  clocks.reset(one.foot?.clocks);
  for (let at = 0; at < entries.length; at += KERNEL_LIMITS.unlockAtOnce) {
    const now = entries.slice(at, at + KERNEL_LIMITS.unlockAtOnce);
    const records = await withOps(kernel, space, now);
    if (records.length !== now.length) return null;
    for (const record of records) {
      // Decoded once: each look decodes anew.
      const { key, writer, seq, ops } = record;
      graph.apply({ key, writer, seq, ops });
      const claims = readTextClaims(one.writer, ops);
      if (claims === null || !clocks.take(claims)) return null;
    }
    await breathe(kernel);
  }
  return clocks.next;
}

/** No effect here, and none to come: what a fork, a fault or the rights took it away from; a piece of an earlier snapshot. */
const NO_EFFECT: ReadonlySet<RecordStatus> = new Set<RecordStatus>(['void', 'malformed', 'held-back', 'dropped', 'stub', 'covered']);
const isNothing = (entry: Entry): boolean => NO_EFFECT.has(entry.status) || entry.content === 'stub' || entry.content === 'malformed' || entry.class === RECORD_CLASS.snapshot;

/**
 * Who lacks a part of what it covers cannot make it again, and still loses nothing by it (BASE4): whatever has effect here and would go changes nothing when it is applied to
 * the rows, or they leave it out. Counts are not asked: they add up. What is not decided, and an own log that would go on from a record that this device never wrote, cannot be told.
 */
export async function holdsWhatGoes(kernel: Kernel, space: Space, fragment: Fragment, heads: readonly Head[], snapshot: Extract<Snapshot, { is: 'here' }>): Promise<{ readonly is: 'right' | 'wrong' | 'unsure'; readonly going: ReadonlySet<Entry> }> {
  const going = new Set(goingWith(fragment.log, heads));
  const { verdict } = fragment.log.context();
  const asked = [...going].filter((entry) => !isNothing(entry) && !(entry.status === 'waiting-prev' && verdict(entry) === 'void'));
  const known = asked.filter(({ status, content }) => content === 'ops' && (status === 'applied' || status === 'waiting-prev'));
  const graph = snapshot.begin();
  for (let at = 0; at < known.length; at += KERNEL_LIMITS.unlockAtOnce) {
    const now = known.slice(at, at + KERNEL_LIMITS.unlockAtOnce);
    const records = await withOps(kernel, space, now);
    if (records.length !== now.length) return { is: 'unsure', going };
    for (const { key, writer, seq, ops, delta } of records) graph.apply({ key, writer, seq, delta, ops: ops.filter(({ primitive }) => primitive !== PRIMITIVE.countAdd) });
    await breathe(kernel);
  }
  const emptied = new Set(snapshot.emptied.map(keyOf));
  for (const key of emptied) if (graph.node(key)?.deleted !== true) return { is: 'wrong', going };
  if (!(await isExactly(kernel, snapshot.stream, { graph, logs: snapshot.logs, reducer: REDUCER_VERSION, set: setDigest(heads), emptied }))) return { is: 'wrong', going };
  return { is: isOwnHeld(kernel, fragment, heads) && known.length === asked.length ? 'right' : 'unsure', going };
}

/** Nobody goes on in an own log from a record that they do not have: it may never have been. */
export const isOwnHeld = ({ slot }: Kernel, { log }: Fragment, heads: readonly Head[]): boolean => holdsAll(log, heads.filter(({ writer }) => slot !== null && keyOf(writer) === slot.text));

/** Does the stream say exactly this? Texts are compared by their structs, everything else by its bytes. */
export async function isExactly(kernel: Kernel, stream: Bytes, input: RowsInput): Promise<boolean> {
  const theirs = rowsIn(stream);
  const turn = slicesOf(kernel);
  for (const row of stateRows(input)) {
    const other = theirs.next();
    if (other.done || !isSameRow(row, other.value)) return false;
    const pause = turn();
    if (pause) await pause;
  }
  return theirs.next().done === true;
}

function isSameRow(own: Bytes, other: Uint8Array): boolean {
  if (equalBytes(own, other)) return true;
  const [mine, theirs] = [textOf(own), textOf(other)];
  return mine !== null && theirs !== null && toBase64url(mine.node) === toBase64url(theirs.node) && sameText(mine.update, theirs.update);
}

function textOf(row: Uint8Array): { readonly node: Uint8Array; readonly update: Uint8Array } | null {
  const value = decodeCbor(row);
  if (!Array.isArray(value)) return null;
  const [kind, node, update] = value;
  return kind === ROW.text && node instanceof Uint8Array && update instanceof Uint8Array ? { node, update } : null;
}
