/** What must hold at the end of every run. Each check answers with words for what it found; an empty list is good. */
import { equalBytes, toBase64url } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import { withOps } from '#os/kernel/snapshot-rows';
import { shadesOf } from '#vm/log/shades';
import { parseRecord } from '#vm/protocol/record';
import { compareStamp } from '#vm/protocol/stamp';
import { PRIMITIVE, type ParsedRecord } from '#vm/protocol/types';
import type { StoredRecord } from '#ports/record-store';
import { spaceDigest } from '#os/kernel/inspect';
import { fragmentOfNode } from '#os/kernel/spaces';
import { strandedSlots } from '#os/kernel/slot-state';
import type { Model } from './sim-acts.ts';
import type { SimTab } from './sim-world.ts';

const spaceOf = (tab: SimTab, model: Model) => tab.running.parts.kernel.spaces.get(model.space);

/** Set and state digest of the team space, one line; null while it is not there. */
export function digestOf(tab: SimTab, model: Model): ReturnType<typeof spaceDigest> | null {
  const space = spaceOf(tab, model);
  return space ? spaceDigest(space) : null;
}

/** Set digests of the fragments that hold something, one line. */
function setsOf(tab: SimTab, model: Model): string {
  const held = [...spaceOf(tab, model)!.fragments.values()].filter((fragment) => fragment.log.heads().length > 0);
  return held.map((fragment) => `${fragment.key} ${toBase64url(fragment.log.setDigest())}`).sort().join();
}

/** Nothing of this tab waits: not for the disk, not for a record. What hostile or cut off writers hold back is not waited for. */
export function isQuiet(tab: SimTab, model: Model): boolean {
  const space = spaceOf(tab, model);
  if (!space || space.standing !== 'member') return false;
  // Own records that lie ahead of a known mesh time are put right by their device.
  if (tab.running.parts.kernel.time.known() && strandedSlots(tab.running.parts.kernel).size > 0) return false;
  const foreign = (writer: Uint8Array): boolean => model.distrusted.has(space.writerDevice.get(toBase64url(writer)) ?? '') || !space.writerDevice.has(toBase64url(writer));
  const ignore = model.distrusted.size > 0;
  for (const { record } of space.aclWaiting.acts()) if (!ignore || !foreign(record.header.writer)) return false;
  return [...space.fragments.values()].every((f) => f.pending.length === 0 && f.sealing.length === 0 && f.log.missing().every((gap) => ignore && foreign(gap.writer)));
}

/** Are all the same, and quiet? */
export function converged(tabs: readonly SimTab[], model: Model): boolean {
  if (!tabs.every((tab) => isQuiet(tab, model))) return false;
  // Which records they hold is known at any time; what they made of them is worked out only when those are the same.
  const same = (text: (tab: SimTab) => string): boolean => tabs.every((tab) => text(tab) === text(tabs[0]!));
  return same((tab) => setsOf(tab, model)) && same((tab) => digestOf(tab, model)!.state);
}

/** Why they are not: the first differences, for the report. */
export function differences(tabs: readonly SimTab[], model: Model): string[] {
  const out: string[] = [];
  const told = new Set<string>();
  for (const tab of tabs) {
    const space = spaceOf(tab, model);
    if (!space) {
      out.push(`${tab.name}: no space`);
      continue;
    }
    const parts = [...space.fragments.values()].map((f) => {
      const heads = f.log.heads().map((head) => `${head.writerKey.slice(0, 4)}:${head.seq}:${f.log.status(head.key)}`).join(' ');
      return `${f.key.slice(0, 4)} set ${toBase64url(f.log.setDigest()).slice(0, 6)} state ${toBase64url(f.graph.stateDigest()).slice(0, 6)} pending ${f.pending.length}+${f.sealing.length} missing ${f.log.missing().length} forked ${f.log.forked().length} [${heads}]`;
    });
    const { kernel, faults } = tab.running.parts;
    const peers = tab.api.network.status().peers.map((peer) => `${peer.device.slice(0, 4)}/${peer.via}/${peer.spaces.includes(model.space) ? 'team' : '-'}`).join(' ');
    // What an earlier tab shows alike is not said again.
    const news = parts.filter((part) => !told.has(part));
    for (const part of parts) told.add(part);
    out.push(`${tab.name}: ${space.standing} aclWaiting ${space.aclWaiting.size} stuck ${kernel.stuck?.code ?? '-'} leader ${kernel.leader} slot ${kernel.slot?.text.slice(0, 4)} offset ${kernel.time.offset()} peers ${peers}${news.map((part) => `\n    ${part}`).join('')}${faults.length > 0 ? `\n    faults ${faults.slice(0, 5).join(' | ')}` : ''}`);
  }
  return out;
}

/** Everything confirmed as saved is in the graph (FORMATS 2, Order of durability; TRUST P1). */
export function checkSaved(tab: SimTab, model: Model): string[] {
  const out: string[] = [];
  const space = spaceOf(tab, model);
  if (!space) return [`${tab.name} has no space`];
  const sums = new Map<string, number>();
  for (const effect of model.effects) {
    if (!effect.saved || effect.gone) continue;
    const view = (() => {
      const home = fragmentOfNode(space, effect.node);
      return home ? { home, node: space.source.view(home.key, effect.node) } : null;
    })();
    const lost = (): void => void out.push(`lost: ${effect.kind} ${effect.node}/${effect.key} = ${effect.value} by ${effect.tab.name}`);
    if (!view?.node) lost();
    else if (effect.kind === 'text') {
      if (!view.home.graph.text(effect.node).includes(String(effect.value))) lost();
    } else if (effect.kind === 'member') {
      if (!view.node.sets[effect.key]?.includes(effect.value)) lost();
    } else if (effect.kind === 'max') {
      if ((view.node.max[effect.key] ?? 0) < Number(effect.value)) lost();
    } else if (effect.kind === 'edge') {
      if (!view.node.edges.some((edge) => edge.props[effect.key] === effect.value)) lost();
    } else if (effect.kind === 'count') sums.set(`${effect.node}/${effect.key}`, (sums.get(`${effect.node}/${effect.key}`) ?? 0) + Number(effect.value));
  }
  for (const [key, sum] of sums) {
    const [node, name] = key.split('/') as [string, string];
    const shown = space.source.view(fragmentOfNode(space, node)?.key ?? '', node)?.counts[name] ?? 0;
    if (shown < sum || shown > (model.counted.get(key) ?? 0)) out.push(`count ${key}: ${shown}, saved ${sum}, done ${model.counted.get(key)}`);
  }
  return out;
}

/** What a run allows in the chains on a disk. */
export interface ChainRules {
  /** Two records at one seq: a profile was cloned or lost its tail, or the writer is hostile. */
  mayFork(writer: string): boolean;
  /** Holes: the writer is hostile, or the only disk that held the space was hurt. */
  mayGap(space: string, writer: string): boolean;
  /** Rows may be unreadable, and what they held stored once more. */
  readonly hurt?: boolean;
  /** An answer of the disk was lost: what it had stored comes again from others. */
  readonly twice?: boolean;
}

/** Records on the disk: chains without holes, links and numbers right, stamps rising. Two records at one seq only where a profile was cloned. */
export function checkChains(records: readonly StoredRecord[], { mayFork, mayGap, hurt = false, twice = false }: ChainRules): string[] {
  const out: string[] = [];
  const logs = new Map<string, ParsedRecord[]>();
  for (const row of records) {
    const parsed = parseRecord(row.bytes);
    if (!parsed.ok || !equalBytes(parsed.value.id, row.id)) {
      // A hurt row stays where it is; what it held must have come again from others.
      if (!hurt) out.push(`rot: ${parsed.ok ? 'id' : parsed.error.code}`);
      continue;
    }
    const key = `${toBase64url(row.space)}/${toBase64url(row.fragment)}/${toBase64url(row.writer)}`;
    logs.set(key, [...(logs.get(key) ?? []), parsed.value]);
  }
  for (const [key, list] of logs) {
    const byId = new Map(list.map((record) => [toBase64url(record.id), record]));
    const writer = toBase64url(list[0]!.header.writer);
    const gaps = mayGap(key.split('/')[0]!, writer);
    if (byId.size !== list.length && !mayFork(writer) && !hurt && !twice) out.push(`doubled record in ${key}`);
    const seqs = new Map<number, string>();
    for (const [id, record] of byId) {
      const { seq, prev, hlc } = record.header;
      const other = seqs.get(seq);
      if (other !== undefined && !mayFork(writer)) out.push(`FORK ${key} seq ${seq}: ${other} ${id}`);
      seqs.set(seq, id);
      if (seq === 0) continue;
      const parent = byId.get(toBase64url(prev!));
      if (!parent || parent.header.seq !== seq - 1) {
        if (!gaps || parent) out.push(`broken chain ${key} seq ${seq}`);
      } else if (!gaps && compareStamp(hlc, parent.header.hlc) <= 0) out.push(`stamps do not rise ${key} seq ${seq}`);
    }
  }
  return out;
}

/** The graph made from nothing is the graph that grew; pools are under their caps; nothing of ours went wrong. */
export async function checkKernel(tab: SimTab): Promise<string[]> {
  const out: string[] = [];
  const { kernel, faults } = tab.running.parts;
  // The disk said no, as it was told to.
  for (const fault of faults) if (!fault.includes('StoreError injected')) out.push(`${tab.name} fault ${fault}`);
  for (const space of kernel.spaces.values()) {
    if (space.aclWaiting.size > KERNEL_LIMITS.waitingPerFragment) out.push(`${tab.name} aclWaiting ${space.aclWaiting.size}`);
    for (const fragment of space.fragments.values()) {
      let waiting = 0;
      for (const record of fragment.log.records()) if (record.status.startsWith('waiting')) waiting++;
      if (waiting > KERNEL_LIMITS.waitingPerFragment) out.push(`${tab.name} waiting ${waiting}`);
      if (fragment.key === [...space.fragments.keys()][0] || fragment.pending.length + fragment.sealing.length > 0) continue;
      const fresh = kernel.newGraph();
      // What came with a snapshot is read from the disk: the state that was opened is compared with one that is replayed.
      const applied = [...fragment.log.applied()];
      const records = await withOps(kernel, space, applied);
      // A damaged row under a snapshot: the state stands, and cannot be replayed here.
      if (records.length < applied.length && fragment.log.away) continue;
      const created = new Set<string>();
      for (const record of records) {
        const { ops } = record;
        fresh.apply({ ...record, ops });
        for (const op of ops) if (op.primitive === PRIMITIVE.nodeCreate) created.add(toBase64url(op.args[0] as Uint8Array));
      }
      for (const shade of shadesOf(fragment.log)) fresh.shade(shade);
      for (const id of space.source.ids(fragment.key, null)) if (!created.has(id)) out.push(`${tab.name} lists ${id} without its node.create`);
      if (toBase64url(fresh.stateDigest()) !== toBase64url(fragment.graph.stateDigest())) out.push(`${tab.name} graph of ${fragment.key} is not what its log says`);
    }
  }
  return out;
}

/** Nothing is listed whose node.create has no effect yet, also in the middle of a run: edits of others come before it (OP4). */
export function checkListed(tab: SimTab, model: Model): string[] {
  const space = spaceOf(tab, model);
  if (!space) return [];
  return [...space.fragments].flatMap(([key, { graph }]) => [...space.source.ids(key, null)].filter((id) => !graph.raw(id)?.created).map((id) => `${tab.name} lists ${id} before its node.create`));
}
