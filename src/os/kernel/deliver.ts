/**
 * From a verified, committed record to the screen: decrypt, log status, graph, subscriptions. The log decides what has effect; the graph only applies.
 * A Batch gathers what was touched, so that a burst is told once.
 */
import { RESULT_TYPE } from '#os/agents/event';
import { must } from '#base/assert';
import { toBase64url, type Bytes } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import { verifyAttached } from '#os/rights/acl-record';
import type { Touched } from '#vm/graph/touched';
import type { KernelEvent } from '#os/api';
import type { HeldRecord, Content } from '#vm/log/held-record';
import type { LogDelta } from '#vm/log/fragment-log';
import { shadesOf } from '#vm/log/shades';
import { decodeAclOp, type AclOp } from '#vm/protocol/acl-operation';
import { parseRecord, slotCertificate } from '#vm/protocol/record';
import { addDelta, compareStamp } from '#vm/protocol/stamp';
import { RECORD_CLASS, type ParsedRecord, type Stamp } from '#vm/protocol/types';
import type { WaitingAct } from './acl-room.ts';
import { countHeld, isOfAcl } from './author-budget.ts';
import { loadEngines } from './engines.ts';
import { elsewhere } from './moves.ts';
import { refreshRoot } from './part-view.ts';
import { contentOf, openContent, openPayload, type Opened } from './open-content.ts';
import { ACL_KEY, fragmentOf, ROOT_KEY, giveSettlements } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';

/** Records whose operations are decoded together: few, so that they are garbage before they grow old. */
const DECODE_AT_ONCE = 8;

export interface Batch {
  readonly origin: 'local' | 'remote';
  /** From the store at the start: subscribers hear of it, the event log does not. */
  readonly quiet: boolean;
  readonly touched: Map<Fragment, Set<string>>;
  /** Nodes and edges met for the first time, by fragment; only of others' records (own ones are told by transact). */
  readonly created: Map<Fragment, { nodes: Set<string>; edges: Set<string> }>;
  readonly rebuild: Set<Fragment>;
  aclChanged: boolean;
}


export const newBatch = (origin: Batch['origin'], quiet = false): Batch => ({ origin, quiet, touched: new Map(), created: new Map(), rebuild: new Set(), aclChanged: false });

/** Records that were opened before their turn. */
export type OpenedAhead = ReadonlyMap<ParsedRecord, Promise<Opened>>;

/** Decrypts and delivers committed records of one space, then settles what they set off. acl first: it brings keys and rights. */
export async function deliverAll(kernel: Kernel, space: Space, records: readonly ParsedRecord[], origin: Batch['origin'], quiet = false, ahead: OpenedAhead | null = null): Promise<void> {
  const engines = loadEngines();
  if (engines) await engines;
  const batch = newBatch(origin, quiet);
  // What claims the class in another fragment is void (RIGHT14), and nothing is judged anew for it.
  const isAct = ({ header }: ParsedRecord): boolean => header.class === RECORD_CLASS.acl && isOfAcl(header);
  const acl = records.filter(isAct);
  const rest = records.filter((record) => !isAct(record));
  for (const record of records) if (note(space, kernel, record)) batch.aclChanged = true;
  if (acl.length > 0) {
    const contents = await Promise.all(acl.map((record) => openContent(space, record)));
    for (const [i, record] of acl.entries()) await takeAcl(kernel, space, record, contents[i]!, batch);
  }
  await settleAcl(kernel, space, batch);
  if (kernel.bases.size > 0) await must(kernel.openBases, 'what opens them came with them')(kernel, space, rest, batch);
  const contents = await Promise.all(rest.map((record) => openedOf(space, record, ahead)));
  const byFragment = new Map<Fragment, { record: ParsedRecord; opened: Opened }[]>();
  rest.forEach((record, i) => {
    const fragment = fragmentOf(kernel, space, record.header.fragment);
    const opened = contents[i]!;
    if (opened.kind === 'no-key') fragment.locked.add(toBase64url(record.id));
    const list = byFragment.get(fragment);
    if (list) list.push({ record, opened });
    else byFragment.set(fragment, [{ record, opened }]);
  });
  for (const [fragment, list] of byFragment) {
    for (let at = 0; at < list.length; at += DECODE_AT_ONCE) {
      const part = list.slice(at, at + DECODE_AT_ONCE).map(({ record, opened }) => ({ record, content: contentOf(opened) }));
      deliverTo(kernel, space, fragment, part, batch);
    }
  }
  finishBatch(kernel, space, batch);
}

/** A key that was not there yet may have come with the acl records of the same batch. */
async function openedOf(space: Space, record: ParsedRecord, ahead: OpenedAhead | null): Promise<Opened> {
  const made = await ahead?.get(record);
  return made && made.kind !== 'no-key' ? made : openPayload(space, record);
}

/**
 * Registers what does not depend on the body: place in the log index, chain of the space, certificate. What is added here has its counterpart for records of a
 * snapshot (snapshot-open.ts).
 * True when a writer known before is somebody else's now (two certificates of one slot): its records are to be judged again.
 */
export function note(space: Space, kernel: Kernel, record: ParsedRecord): boolean {
  const { header } = record;
  const fragment = fragmentOf(kernel, space, header.fragment);
  const key = toBase64url(record.id);
  const writer = toBase64url(header.writer);
  if (header.seq < (fragment.log.logs.get(writer)?.start ?? 0)) fragment.below.add(key);
  if (!fragment.log.has(key) && record.status !== 'unknown-version') countHeld(space, header, writer, record.bytes.length);
  fragment.index.add(writer, header.seq, key);
  fragment.missingDeps.delete(key);
  // On a baseline nobody can tell what is missing from what it covers.
  for (const dep of fragment.base ? [] : header.deps) {
    const text = toBase64url(dep);
    if (fragment.missingDeps.size < KERNEL_LIMITS.missingDeps && !fragment.log.has(text) && !kernel.index.has(text)) fragment.missingDeps.add(text);
  }
  // Also what has no effect or is parked: the next own stamp exceeds it (FORMATS 3).
  if (kernel.slot?.text === writer && (!space.lastOwn || compareStamp(header.hlc, space.lastOwn) > 0)) space.lastOwn = header.hlc;
  if (header.seq === 0 && !fragment.firstAcl.has(writer)) fragment.firstAcl.set(writer, header.acl);
  const evidence = space.chain.add({ key, id: record.id, fragment: header.fragment, writer: header.writer, seq: header.seq, n: header.n, sprev: header.sprev });
  if (evidence) kernel.onForkEvidence(space, evidence);
  const certificate = slotCertificate(header);
  if (certificate && header.seq > 0) fragment.odd = true;
  const before = space.rights.writer(header.writer);
  if (!certificate || !space.rights.addCertificate(header.writer, certificate)) return false;
  const now = space.rights.writer(header.writer)!;
  space.writerDevice.set(writer, now.ds);
  return before !== null && (before.uid !== now.uid || before.ds !== now.ds);
}

/** Delivers a burst of one fragment and applies what gained effect. */
export function deliverTo(kernel: Kernel, space: Space, fragment: Fragment, list: readonly { record: ParsedRecord; content: Content }[], batch: Batch): void {
  applyDelta(kernel, space, fragment, fragment.log.setMeshTime(kernel.time.now()), batch);
  // A certificate that came with these records may have made an earlier slot.retire count.
  for (const delta of giveSettlements(space, fragment)) applyDelta(kernel, space, fragment, delta, batch);
  const delta = fragment.log.deliver(list);
  for (const { why } of delta.refused) kernel.metric(`records.refused.${why}`, 1);
  for (const record of delta.added) if (record.status === 'waiting-prev') kernel.behind.set(record.key, fragment.log);
  if (kernel.behind.size > 0) for (const { key } of delta.applied) kernel.behind.delete(key);
  if (delta.added.some((record) => record.status === 'held-back' || record.status === 'dropped')) kernel.onBranchHeld(space);
  if (delta.headsChanged || delta.added.length > 0) fragment.changedAt = kernel.arrival;
  applyDelta(kernel, space, fragment, delta, batch);
}

/** Carries out what a log event changed: operations that gained effect, records that lost it. */
export function applyDelta(kernel: Kernel, space: Space, fragment: Fragment, delta: LogDelta, batch: Batch): void {
  if (delta.rebuild) batch.rebuild.add(fragment);
  if (delta.rebuild) seeAnew(space);
  else for (const record of delta.applied) see(space, addDelta(record.hlc, -record.delta));
  if (fragment.key === ACL_KEY) return;
  if (delta.shaded.length > 0 && !fragment.log.away) {
    const touched = { nodes: touchedSet(batch, fragment), edges: new Set<string>(), created: new Set<string>() };
    for (const shade of shadesOf(fragment.log, delta.shaded)) fragment.graph.shade(shade, touched);
  }
  if (delta.applied.length === 0) return;
  const fresh = createdSets(batch, fragment);
  const touched = { nodes: touchedSet(batch, fragment), edges: fresh.edges, created: fresh.nodes };
  for (const record of delta.applied) {
    const { ops } = record;
    if (!ops) continue;
    applyTo(kernel, fragment.graph, record, touched);
    kernel.metric('records.applied', 1);
    kernel.metric('ops.applied', ops.length);
  }
  fragment.log.pack(delta.applied);
}

/** One record into the graph. It is stored already: a throw here would stop what came with it, and every start from now on. */
function applyTo(kernel: Kernel, graph: Fragment['graph'], record: HeldRecord, touched?: Touched): void {
  const { key, writer, seq, ops, delta } = record;
  if (!ops) return;
  try {
    graph.apply({ key, writer, seq, ops, delta }, touched);
  } catch (error) {
    kernel.fault('apply', error);
  }
}

/** Keeps the greatest unparked stamp of the space (FORMATS 3: the next stamp exceeds it). */
export function see(space: Space, stamp: Stamp): void {
  if (!space.seen || compareStamp(stamp, space.seen) > 0) space.seen = stamp;
}

/** Time fell or a clock was fixed: stamps that are ahead now must not drag the next ones along. */
function seeAnew(space: Space): void {
  space.seen = null;
  for (const fragment of space.fragments.values()) {
    const greatest = fragment.log.greatestStamp();
    if (greatest) see(space, greatest);
    if (fragment.base?.greatest) see(space, fragment.base.greatest);
  }
}

export function touch(batch: Batch, fragment: Fragment, nodes: Iterable<string>): void {
  const set = touchedSet(batch, fragment);
  for (const node of nodes) set.add(node);
}

function createdSets(batch: Batch, fragment: Fragment): { nodes: Set<string>; edges: Set<string> } {
  let sets = batch.created.get(fragment);
  if (!sets) batch.created.set(fragment, (sets = { nodes: new Set(), edges: new Set() }));
  return sets;
}

function touchedSet(batch: Batch, fragment: Fragment): Set<string> {
  let set = batch.touched.get(fragment);
  if (!set) batch.touched.set(fragment, (set = new Set()));
  return set;
}

/** One acl record: into the rights (or their waiting room), then into its log. */
export async function takeAcl(kernel: Kernel, space: Space, record: ParsedRecord, content: Content, batch: Batch): Promise<void> {
  const ops = content.kind === 'ops' ? aclOps(content) : null;
  const usable = ops && (await verifyAttached(kernel.deps.crypto, ops)) ? ops : null;
  giveAcl(space, record, usable);
  deliverTo(kernel, space, fragmentOf(kernel, space, record.header.fragment), [{ record, content }], batch);
  batch.aclChanged = true;
}

/** Into the rights, and after it what waited for it; or into the room of those that wait. */
function giveAcl(space: Space, record: ParsedRecord, ops: readonly AclOp[] | null): void {
  const next: [string, WaitingAct][] = [[toBase64url(record.id), { record, ops }]];
  for (let item = next.pop(); item; item = next.pop()) {
    const [key, act] = item;
    const result = space.rights.add(act.record, act.ops);
    if (result.state === 'waiting') space.aclWaiting.add(key, act, result.missing[0]!, space.rights.writer(act.record.header.writer)?.uid ?? '');
    else next.push(...space.aclWaiting.taken(key));
  }
}

function aclOps(content: Extract<Content, { kind: 'ops' }>): AclOp[] | null {
  const out: AclOp[] = [];
  for (const op of content.ops) {
    const acl = decodeAclOp(op.primitive, op.args);
    if (!acl) return null;
    out.push(acl);
  }
  return out;
}

/** Rights, keys and writers changed: everything that waited for them is judged again. */
export async function settleAcl(kernel: Kernel, space: Space, batch: Batch): Promise<void> {
  if (!batch.aclChanged) return;
  batch.aclChanged = false;
  const learnt = await space.keys.learn(space.rights.takeKeyOps(), (op) => space.rights.managed.get(op) ?? null);
  for (const fragment of space.fragments.values()) {
    for (const delta of giveSettlements(space, fragment)) applyDelta(kernel, space, fragment, delta, batch);
    applyDelta(kernel, space, fragment, fragment.log.aclChanged(), batch);
    if (learnt) await unlock(kernel, space, fragment, batch);
  }
  kernel.onAclChanged(space);
}

/** Records sealed under a key that has just been learnt. Their bytes are in the store: what no key ever opens must not fill the memory. */
async function unlock(kernel: Kernel, space: Space, fragment: Fragment, batch: Batch): Promise<void> {
  const ids = [...fragment.locked];
  for (let at = 0; at < ids.length; at += KERNEL_LIMITS.unlockAtOnce) {
    const opened: { record: ParsedRecord; content: Content }[] = [];
    for (const { bytes } of await kernel.index.read(ids.slice(at, at + KERNEL_LIMITS.unlockAtOnce))) {
      const parsed = parseRecord(bytes as Bytes);
      const content = parsed.ok ? await openContent(space, parsed.value) : null;
      if (!parsed.ok || !content || content.kind === 'no-key') continue;
      fragment.locked.delete(toBase64url(parsed.value.id));
      opened.push({ record: parsed.value, content });
    }
    if (opened.length > 0) deliverTo(kernel, space, fragment, opened, batch);
  }
}

const NONE: ReadonlySet<Fragment> = new Set();

/** Rebuilds what lost effect and tells the subscribers. */
export function finishBatch(kernel: Kernel, space: Space, batch: Batch): void {
  for (const fragment of batch.rebuild) {
    touch(batch, fragment, fragment.graph.nodeIds());
    rebuild(kernel, fragment);
    touch(batch, fragment, fragment.graph.nodeIds());
  }
  const anew = new Set(batch.rebuild);
  batch.rebuild.clear();
  showPart(kernel, space, batch, anew);
  publishTouched(kernel, space, batch, anew);
}

/** For who may read a part of the space only, `root` is what the parts tell (part-view.ts). */
function showPart(kernel: Kernel, space: Space, batch: Batch, anew: Set<Fragment>): void {
  const part = refreshRoot(kernel, space);
  if (part === null) return;
  if (part.nodes !== 'own') return touch(batch, part.root, part.nodes);
  anew.add(part.root);
  touch(batch, part.root, part.root.graph.nodeIds());
  rebuild(kernel, part.root);
  touch(batch, part.root, part.root.graph.nodeIds());
}

/** Of a thing that was moved both places may look different (MOV2). */
function touchElsewhere(space: Space, batch: Batch): void {
  for (const [fragment, nodes] of [...batch.touched]) {
    if (fragment.graph.marked.size === 0) continue;
    for (const id of [...nodes]) {
      for (const key of elsewhere(fragment, id)) {
        const other = space.fragments.get(key);
        if (other?.graph.node(id)) touch(batch, other, [id]);
      }
    }
  }
}

/** Tells what the batch touched. Of fragments made anew no thing is named: all of it may look different, and nobody edited it. */
export function publishTouched(kernel: Kernel, space: Space, batch: Batch, anew: ReadonlySet<Fragment> = NONE): void {
  touchElsewhere(space, batch);
  for (const [fragment, nodes] of batch.touched) {
    if (nodes.size === 0) continue;
    space.subscriptions.touched(fragment.key, nodes, batch.origin);
    const at = { space: space.key, fragment: fragment.key, origin: batch.origin };
    if (!batch.quiet && anew.has(fragment)) kernel.emit({ type: 'node_updated', ...at });
    else if (!batch.quiet) tell(kernel, 'node_updated', at, [...nodes]);
    if (fragment.key === ROOT_KEY) kernel.onDirectoryChanged(space);
  }
  batch.touched.clear();
  if (batch.quiet) batch.created.clear();
  for (const [fragment, { nodes, edges }] of batch.created) {
    const relations = [...edges].map((edge) => fragment.graph.edge(edge)?.live?.from).filter((from) => from !== undefined);
    const at = { space: space.key, fragment: fragment.key, origin: batch.origin };
    tell(kernel, 'node_created', at, [...nodes]);
    tell(kernel, 'agent_event', at, [...nodes].filter((node) => fragment.graph.node(node)?.type === RESULT_TYPE));
    tell(kernel, 'relation_created', at, relations);
  }
  batch.created.clear();
}

/** One event per thing while they are few; a burst (catch-up, import) is one event without a node, and views read again. */
export function tell(kernel: Kernel, type: 'node_created' | 'node_updated' | 'relation_created' | 'agent_event', at: Pick<KernelEvent, 'space' | 'fragment' | 'origin'>, nodes: readonly string[]): void {
  if (nodes.length > KERNEL_LIMITS.eventsPerBurst) kernel.emit({ type, ...at });
  else for (const node of nodes) kernel.emit({ type, ...at, node });
}

/** A fresh graph from the records that have effect (after a fork, a cut, a removal). Own unsealed operations are applied again. */
function rebuild(kernel: Kernel, fragment: Fragment): void {
  // Not from what a snapshot brought: its log is read whole first, and then this is done (snapshots.ts).
  if (fragment.log.away) return void (fragment.log.away.asked = true);
  // Nor before the rows it begins with are here (baselines.ts).
  if (fragment.base && !fragment.base.begin) return;
  kernel.metric('graph.rebuilds', 1);
  const graph = fragment.base?.begin?.() ?? kernel.newGraph();
  for (const record of fragment.log.applied()) applyTo(kernel, graph, record);
  for (const shade of shadesOf(fragment.log)) graph.shade(shade);
  const slot = kernel.slot;
  const unsealed = [...fragment.sealing, ...fragment.pending];
  if (slot && unsealed.length > 0) graph.apply({ key: null, writer: slot.writer, seq: -1, ops: unsealed.map((item) => item.op) });
  fragment.graph = graph;
}

/** Mesh time moved or passed: parked records come out, or applied ones go back (true when some did). */
export function passTime(kernel: Kernel): boolean {
  let back = false;
  for (const space of kernel.spaces.values()) {
    const batch = newBatch('remote');
    let released = false;
    for (const fragment of space.fragments.values()) {
      const delta = fragment.log.setMeshTime(kernel.time.now());
      released ||= delta.applied.length > 0;
      applyDelta(kernel, space, fragment, delta, batch);
    }
    // What was only "stored, waiting" is durable and shown now: its author hears it.
    if (released) kernel.replication?.sendAcks(space.id);
    back ||= batch.rebuild.size > 0;
    finishBatch(kernel, space, batch);
  }
  return back;
}
