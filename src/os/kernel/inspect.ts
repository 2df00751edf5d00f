/** The transparent side (K8): the log as a list, one record down to its bytes with signer and rights path, the history of a thing, the seal, diagnostics. */
import { toBase64url, type Bytes } from '#base/bytes';
import { AppError } from '#base/app-error';
import type { HistoryEntry, JsonValue, PipelineView, PropQuery, RecordDetail, RecordInfo, SpaceDigest } from '#os/api';
import { fromCbor } from '#os/graph-manager/values';
import { KERNEL_LIMITS } from '#os/limits';
import { history, propHistory, type HistoryItem } from '#vm/graph/history';
import type { HeldRecord } from '#vm/log/held-record';
import { REDUCER_VERSION, sealDigest, spaceSetDigest, spaceStateDigest } from '#vm/log/digests';
import { parseRecord, verifyRecord } from '#vm/protocol/record';
import type { GraphRecord } from '#vm/graph/fragment-graph';
import { RECORD_CLASS, type CborValue, type Header } from '#vm/protocol/types';
import { primitiveName } from './primitive-name.ts';
import { stampText } from './node-source.ts';
import { opsOf, withOps } from './snapshot-rows.ts';
import { ACL_KEY, firstAclOf, opCheckOf, fragmentOfNode } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';
import { NORMAL, type KnobName } from './adjust.ts';

const CLASS = ['acl', 'op', 'snapshot', 'witness'] as const;

/** The newest records first. `before`: hlc ms of the last one shown. */
export async function listRecords(kernel: Kernel, space: Space, options: { fragment?: string; limit?: number; before?: number } = {}): Promise<RecordInfo[]> {
  const out: { info: () => Promise<RecordInfo>; ms: number; ctr: number }[] = [];
  for (const fragment of space.fragments.values()) {
    if (options.fragment !== undefined && fragment.key !== options.fragment) continue;
    for (const record of fragment.log.records()) {
      if (options.before !== undefined && record.hlc.ms >= options.before) continue;
      out.push({ info: async () => recordInfo(kernel, space, fragment, record, await opsOf(kernel, space, record)), ms: record.hlc.ms, ctr: record.hlc.ctr });
    }
  }
  out.sort((a, b) => b.ms - a.ms || b.ctr - a.ctr);
  const shown = out.slice(0, Math.min(options.limit ?? 100, KERNEL_LIMITS.listed));
  const infos: RecordInfo[] = [];
  for (const { info } of shown) infos.push(await info());
  return infos;
}

const STATUS: Record<HeldRecord['status'], RecordInfo['status']> = {
  'applied': 'applied', 'parked': 'parked', 'waiting-prev': 'waiting', 'waiting-acl': 'waiting', 'waiting-log': 'waiting', 'held-back': 'held-back', 'dropped': 'void',
  'quarantined': 'quarantined', 'stub': 'stub', 'no-key': 'sealed', 'malformed': 'void', 'void': 'void', 'unknown': 'newer', 'unknown-version': 'newer', 'covered': 'stub',
};

const WHY: Partial<Record<HeldRecord['status'], string>> = {
  'parked': 'TIME: its stamp is more than 5 minutes ahead of mesh time; it waits.',
  'waiting-prev': 'LOG: a record before it in the same log is not held.',
  'waiting-acl': 'LOG: an acl head it names is not held.',
  'waiting-log': 'LOG: a record before it waits.',
  'held-back': 'FORK: two records claim one place in this log; held back until the slot is retired or an admin resolves it.',
  'dropped': 'FORK: it stands on a branch that was not kept.',
  'stub': 'Its body was purged.', 'covered': 'BASE5: a baseline covers it; what it did is in the snapshot.', 'no-key': 'The key of its epoch is not held on this device.', 'malformed': 'OP: an operation in it is malformed; the whole record has no effect.',
  'unknown': 'Made with a newer version: kept and passed on, not applied.', 'unknown-version': 'Made with a newer version: kept, not judged.',
};

/** Of a snapshot in the log. */
const isPiece = (record: HeldRecord): boolean => record.status === 'unknown' && record.class === RECORD_CLASS.snapshot;

function recordInfo(kernel: Kernel, space: Space, fragment: Fragment, record: HeldRecord, ops: HeldRecord['ops']): RecordInfo {
  const certificate = space.rights.writer(record.writer);
  return {
    id: record.key, fragment: fragment.key, writer: record.writerKey, uid: certificate?.uid ?? null, seq: record.seq, n: record.n, at: record.hlc.ms - record.delta,
    class: CLASS[record.class] ?? 'unknown', bytes: kernel.index.sizeOf(record.key), ops: ops?.length ?? null, status: isPiece(record) ? 'applied' : STATUS[record.status],
    why: (isPiece(record) ? 'BASE3: a piece of a snapshot in the log; it has no effect of its own.' : WHY[record.status]) ?? judgement(space, fragment, record).why, own: certificate?.ds === (kernel.profile ? toBase64url(kernel.profile.ds.pub) : ''),
  };
}

function judgement(space: Space, fragment: Fragment, record: HeldRecord): ReturnType<Space['rights']['judgeRecord']> {
  const header = { class: record.class, fragment: fragment.id, writer: record.writer, n: record.n, acl: record.acl };
  return space.rights.judgeRecord(header, record.id, firstAclOf(fragment, record), record.prev === null ? null : (fragment.log.get(record.prev)?.acl ?? null), opCheckOf(record, fragment.key));
}

/** One record: raw bytes, header, operations, signature checked again, why it counts. */
export async function recordDetail(kernel: Kernel, space: Space, id: string): Promise<RecordDetail | null> {
  for (const fragment of space.fragments.values()) {
    const held = fragment.log.get(id);
    const [row] = held ? await kernel.index.read([id]) : [];
    const parsed = row && parseRecord(row.bytes);
    if (!held || !row || !parsed?.ok) continue;
    const verdict = judgement(space, fragment, held);
    const ops = await opsOf(kernel, space, held);
    return {
      ...recordInfo(kernel, space, fragment, held, ops), raw: row.bytes, header: headerLines(parsed.value.header),
      operations: ops?.map((op) => ({
        stamp: stampText(op.stamp, ''), primitive: primitiveName(op.primitive), verb: op.verb, args: op.args.map(show).join(', ').slice(0, 2_000),
      })) ?? null,
      rights: [verdict.why, ...verdict.grantPath.map((grant) => `grant ${grant}`)],
      signature: (await verifyRecord(kernel.deps.crypto, parsed.value)) ? 'valid' : 'invalid',
    };
  }
  return null;
}

function headerLines(h: Header): [string, string][] {
  const hex = (bytes: Uint8Array | null): string => (bytes ? toBase64url(bytes) : 'null');
  return [
    ['0 v', String(h.v)], ['1 alg', String(h.alg)], ['2 space', hex(h.space)], ['3 fragment', hex(h.fragment)], ['4 writer', hex(h.writer)], ['5 seq', String(h.seq)],
    ['6 prev', hex(h.prev)], ['7 n', String(h.n)], ['8 sprev', hex(h.sprev)], ['9 deps', h.deps.map(hex).join(' ') || 'null'], ['10 acl', h.acl.map(hex).join(' ') || 'null'],
    ['11 hlc', `${new Date(Math.min(h.hlc.ms, 8.64e15)).toISOString()} +${h.hlc.ctr}`], ['12 class', CLASS[h.class] ?? String(h.class)], ['13 epoch', hex(h.epoch)], ['14 nonce', hex(h.nonce)],
    ['15 body_hash', hex(h.bodyHash)], ['16 body_len', String(h.bodyLen)], ['17 flags', String(h.flags)], ...[...h.ext].map(([key, value]): [string, string] => [String(key), show(value)]),
  ];
}

/** A value as a person can read it. */
function show(value: CborValue): string {
  if (value instanceof Uint8Array) return value.length > 64 ? `${value.length} bytes` : toBase64url(value);
  if (value instanceof Map) return `{${[...value].map(([key, item]) => `${key}: ${show(item)}`).join(', ')}}`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  return JSON.stringify(value) ?? String(value);
}

/** What happened to a thing, in the total order. AppError `not-here`. */
export async function nodeHistory(kernel: Kernel, space: Space, id: string): Promise<HistoryEntry[]> {
  const home = fragmentOfNode(space, id);
  if (!home) throw new AppError('not-here', 'This thing is not held on this device.', 'Nothing was changed.', 'Open it first.');
  // Of a thing that was moved also where it was before, as far as it is here.
  const places = [...space.fragments.values()].filter((fragment) => fragment === home || (fragment.graph.marked.has(id) && space.source.home(fragment.key, id) === home.key));
  const entries = (await Promise.all(places.map((fragment) => entriesIn(kernel, space, fragment, id)))).flat();
  return places.length < 2 ? entries : entries.sort((a, b) => (a.stamp < b.stamp ? -1 : 1));
}

async function entriesIn(kernel: Kernel, space: Space, fragment: Fragment, id: string): Promise<HistoryEntry[]> {
  // Behind a baseline it begins with what that holds.
  const before = fragment.base?.begin?.() ?? kernel.newGraph();
  return history(await graphRecords(kernel, fragment, space), id, before).map((item) => entryOf(space, item));
}

function entryOf(space: Space, item: HistoryItem): HistoryEntry {
  const writer = toBase64url(item.writer);
  return {
    stamp: stampText(item, writer), at: item.ms, who: space.rights.writer(item.writer)?.uid ?? null, kind: item.verb || primitiveName(item.primitive), what: item.what,
    before: fromCbor(item.before) as JsonValue, after: fromCbor(item.after) as JsonValue, record: item.record,
  };
}

/** Every change of one property of all nodes of these types, in the total order, each with its node. Behind a baseline it begins with what that holds. */
export async function typeHistory(kernel: Kernel, space: Space, { type, what, fragment: only }: PropQuery): Promise<HistoryEntry[]> {
  const out: HistoryEntry[] = [];
  for (const fragment of space.fragments.values()) {
    if (only !== undefined && fragment.key !== only) continue;
    const ids = new Set([type].flat().flatMap((one) => [...fragment.graph.byType(one)]));
    if (ids.size === 0) continue;
    const items = propHistory(await graphRecords(kernel, fragment, space), what, ids, fragment.base?.begin?.() ?? null);
    for (const item of items) out.push({ ...entryOf(space, item), node: item.subject });
  }
  return out.sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0));
}

/** What came with a snapshot is read from the store. */
async function graphRecords(kernel: Kernel, fragment: Fragment, space: Space): Promise<GraphRecord[]> {
  const out: GraphRecord[] = [];
  const applied = [...fragment.log.applied()];
  for (let at = 0; at < applied.length; at += KERNEL_LIMITS.unlockAtOnce) {
    out.push(...(await withOps(kernel, space, applied.slice(at, at + KERNEL_LIMITS.unlockAtOnce))));
  }
  const pending = [...fragment.sealing, ...fragment.pending];
  const writer = space.ownWriter();
  if (pending.length > 0 && writer) out.push({ key: null, writer, seq: -1, ops: pending.map((item) => item.op) });
  return out;
}

/** Digests and seal over all fragments held; equal on two devices = equal data. */
export function spaceDigest(space: Space): Omit<SpaceDigest, 'words' | 'seal'> & { seal: Bytes } {
  const held = [...space.fragments.values()].filter((fragment) => fragment.log.heads().length > 0).map((fragment) => ({
    fragment: fragment.id, set: fragment.log.setDigest(), state: fragment.graph.stateDigest(), key: fragment.key,
  }));
  const seal = sealDigest(held);
  return {
    set: toBase64url(spaceSetDigest(held)), state: toBase64url(spaceStateDigest(held)), seal,
    covers: { fragments: held.map((item) => item.key), reducer: String(REDUCER_VERSION) },
  };
}

/** Counters and shapes without private content: no names, texts, ids of persons or addresses. */
export function diagnosticsText(kernel: Kernel, metrics: Record<string, number>, faults: readonly string[]): string {
  const spaces = [...kernel.spaces.values()].map((space) => ({
    standing: space.standing, kind: space.rights.view().kind, members: space.rights.view().members.size, fragments: [...space.fragments.values()].map((fragment) => ({
      acl: fragment.key === ACL_KEY, records: fragment.log.size, nodes: fragment.graph.size, gaps: fragment.log.missing().length, locked: fragment.locked.size,
    })),
  }));
  return JSON.stringify({
    version: kernel.deps.version, at: new Date(kernel.deps.clock.now()).toISOString(), leader: kernel.leader, stuck: kernel.stuck?.code ?? null,
    clockOffsetMs: kernel.time.offset(), servers: kernel.network.signaling.map((server) => server.state), links: kernel.network.peers.map((peer) => peer.via),
    records: kernel.index.size, bytes: kernel.index.bytes, spaces, metrics, faults,
  }, null, 1);
}

/** What is seen of the pipeline and where its adjusters stand. */
export function pipelineView({ watch, adjusted, deps: { clock } }: Pick<Kernel, 'watch' | 'adjusted' | 'deps'>): PipelineView {
  const now = clock.monotonic();
  const knobs = (Object.keys(NORMAL) as KnobName[]).map((name) => ({ name, value: adjusted[name].value, normal: NORMAL[name], why: adjusted[name].why, since: clock.now() - (now - adjusted[name].since) }));
  return { seen: { ...watch.read(now) }, knobs };
}
