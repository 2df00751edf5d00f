/**
 * The permission graph of one space: a pure function of the set of acl records (TRUST 2.4), kept so that it grows cheaply.
 *
 * Each record is judged once in its own past (step 1) and its strength is fixed there. A state at a head set starts from the latest record
 * that all others of the set come before or after: nothing after such a record can be concurrent with anything before it, so rules 3–5 only
 * run over the window behind it. A single head needs no window at all. States share structure (layered.ts), so each record keeps its own.
 */
import { MAX_RESOLVED_HEAD_SETS, PLAN_GRACE_MS } from '#os/limits';
import type { AclNode, AclRecord, AclState, Act, Dead, DeviceKill, Strength, VoucherSays } from './acl-model.ts';
import { applyRecord, emptyState, forkState, type Graph } from './apply.ts';
import { emptySet, setAdd, setCount, setHas, setIndexes, setUnion } from './causality.ts';
import { ForkIndex, keptOf } from './fork-freeze.ts';
import { mayRevokeDevice, withStatement, type Person } from './identity-state.ts';
import { isGenesis, notAbove, permits } from './permit.ts';
import { voucherOf } from './plans.ts';
import { replay } from './replay.ts';
import { compareIds, compareStrength } from './seniority.ts';
import { ALL_RULES, type Rules, strongRemoval } from './strong-removal.ts';

export interface Resolver {
  /** Takes a record whose deps are all held. 'missing': some dep is not. 'known': held already. 'bad': a second genesis. */
  add(record: AclRecord): 'added' | 'known' | 'missing' | 'bad';
  has(id: string): boolean;
  node(id: string): AclNode | undefined;
  readonly size: number;
  /** Records nobody names as dep, sorted by bytes. */
  heads(): readonly string[];
  /** State of the past of these heads, themselves included. Unknown heads: null. No heads: the empty state. */
  resolve(heads: readonly string[]): AclState | null;
  /** True when `a` is `b` or in its past. */
  covers(b: string, a: string): boolean;
  /** Records that passed step 1, strongest first. */
  strongestFirst(): readonly AclNode[];
}

/** An empty graph. `rules` is for tests only. */
export function createResolver(rules: Rules = ALL_RULES): Resolver {
  return new AclGraph(rules);
}

class AclGraph implements Resolver, Graph {
  private readonly nodes: AclNode[] = [];
  private readonly byId = new Map<string, AclNode>();
  private readonly tips = new Set<string>();
  private readonly memo = new Map<string, AclState>();
  private readonly nothing = emptyState();
  private readonly forks = new ForkIndex();

  constructor(private readonly rules: Rules) {}

  get size(): number {
    return this.nodes.length;
  }

  has(id: string): boolean {
    return this.byId.has(id);
  }

  node(id: string): AclNode {
    return this.byId.get(id)!;
  }

  heads(): readonly string[] {
    return [...this.tips].sort(compareIds);
  }

  precedes(a: string, b: string): boolean {
    const x = this.byId.get(a);
    const y = this.byId.get(b);
    return x !== undefined && y !== undefined && setHas(y.past, x.index);
  }

  covers(b: string, a: string): boolean {
    return (a === b && this.byId.has(a)) || this.precedes(a, b);
  }

  strongestFirst(): readonly AclNode[] {
    return this.nodes.filter((node) => !node.refused).sort(compareStrength);
  }

  add(record: AclRecord): 'added' | 'known' | 'missing' | 'bad' {
    if (this.byId.has(record.id)) return 'known';
    if (isGenesis(record) !== (this.nodes.length === 0)) return isGenesis(record) ? 'bad' : 'missing';
    if (!record.deps.every((id) => this.byId.has(id))) return 'missing';
    const past = this.closure(record.deps);
    const node = makeNode(record, this.nodes.length, past, this.resolve(record.deps)!, this.forks.spoiled(record.writer, record.seq, past));
    this.nodes.push(node);
    this.forks.add(node);
    this.byId.set(node.id, node);
    for (const id of node.deps) this.tips.delete(id);
    this.tips.add(node.id);
    return 'added';
  }

  resolve(heads: readonly string[]): AclState | null {
    if (heads.length === 0) return this.nothing;
    const known = heads.map((id) => this.byId.get(id));
    if (known.some((node) => node === undefined)) return null;
    const tops = (known as AclNode[]).filter((node) => !known.some((other) => other !== node && setHas(other!.past, node.index)));
    const unique = [...new Set(tops)].sort((a, b) => compareIds(a.id, b.id));
    if (unique.length === 1) return this.stateAfter(unique[0]!);
    const key = unique.map((node) => node.id).join(' ');
    const found = this.memo.get(key);
    if (found) return found;
    const state = this.merge(unique);
    if (this.memo.size >= MAX_RESOLVED_HEAD_SETS) this.memo.delete(this.memo.keys().next().value!);
    this.memo.set(key, state);
    return state;
  }

  /** Nothing is concurrent with a single head inside its own past, so it is judged by step 1 alone; only a fork that it settles or shows changes the past. */
  private stateAfter(node: AclNode): AclState {
    if (node.after) return node.after;
    if ((this.rules.fromGenesis && node.index > 0) || this.reshapes(node)) return (node.after = this.merge([node]));
    const state = forkState(node.before);
    if (node.refused) state.dead.set(node.id, REFUSED);
    else applyRecord(state, node, this);
    node.after = state;
    return state;
  }

  private reshapes(node: AclNode): boolean {
    return !this.forks.clean && ((!node.refused && settles(node)) || this.forks.reveals(node));
  }

  private merge(tops: readonly AclNode[]): AclState {
    const set = this.closure(tops.map((node) => node.id));
    const indexes = setIndexes(set);
    const held = this.forks.clean ? null : this.forks.heldBack(set);
    const at = this.basePosition(indexes, held);
    const base = this.stateAfter(this.nodes[indexes[at]!]!);
    const window = indexes.slice(at + 1).map((index) => this.nodes[index]!);
    const frozen = new Set([...(held?.values() ?? [])].flat());
    const state = this.runWindow(base, window, frozen);
    if (frozen.size === 0) return state;
    const kept = keptBy(window.filter((node) => settles(node) && !state.dead.has(node.id)), held!);
    if (kept.length === 0) return state;
    for (const node of kept) frozen.delete(node);
    return this.runWindow(base, window, frozen);
  }

  private runWindow(base: AclState, window: readonly AclNode[], frozen: ReadonlySet<AclNode>): AclState {
    const dead = strongRemoval(window.filter((node) => !node.refused && !frozen.has(node)), this.rules);
    for (const node of window) {
      if (node.refused) dead.set(node.id, REFUSED);
      else if (frozen.has(node)) dead.set(node.id, FROZEN);
    }
    return replay(base, window, dead, this);
  }

  /** The latest record comparable with all others; what a fork holds back in the window, or lets go there, has to lie in the window too. */
  private basePosition(indexes: readonly number[], held: ReadonlyMap<string, readonly AclNode[]> | null): number {
    if (this.rules.fromGenesis) return 0;
    let at = this.lastCommon(indexes, indexes.length);
    if (held === null || held.size === 0) return at;
    // Nothing lies before the genesis: a fork of its own log cannot take it back.
    for (let first = this.changedBefore(indexes, at, held); first !== null && at > 0; first = this.changedBefore(indexes, at, held)) at = this.lastCommon(indexes, indexes.indexOf(first));
    return at;
  }

  /** Index of the first record up to the base that the whole set holds back though the base does not, or that a record of the window settles. */
  private changedBefore(indexes: readonly number[], at: number, held: ReadonlyMap<string, readonly AclNode[]>): number | null {
    const base = indexes[at]!;
    const known = new Set([...this.forks.heldBack(this.closure([this.nodes[base]!.id])).values()].flat());
    const settled = new Set(indexes.slice(at + 1).flatMap((index) => this.nodes[index]!.acts.flatMap((act) => (act.t === 'settle' ? [act.writer] : []))));
    let first: number | null = null;
    for (const [writer, nodes] of held) {
      for (const node of nodes) if (node.index <= base && (settled.has(writer) || !known.has(node)) && (first === null || node.index < first)) first = node.index;
    }
    return first;
  }

  /** Position below `limit` of the latest record that is comparable with all others. The genesis always is. */
  private lastCommon(indexes: readonly number[], limit: number): number {
    let inter: Uint32Array | null = null;
    for (let at = indexes.length - 1; at > 0; at--) {
      const node = this.nodes[indexes[at]!]!;
      const reshapes = at === indexes.length - 1 && this.reshapes(node);
      if (at < limit && !reshapes && node.pastCount === at && (inter === null || setHas(inter, node.index))) return at;
      if (inter === null) inter = node.past.slice();
      else for (let i = 0; i < inter.length; i++) inter[i]! &= node.past[i] ?? 0;
    }
    return 0;
  }

  private closure(heads: readonly string[]): Uint32Array {
    const set = emptySet(this.nodes.length);
    for (const id of heads) {
      const node = this.byId.get(id)!;
      setUnion(set, node.past);
      setAdd(set, node.index);
    }
    return set;
  }
}

const REFUSED: Dead = { rule: 1, why: 'no right in its own past', by: null };
const FROZEN: Dead = { rule: 6, why: 'the slot is frozen by a fork', by: null };

function settles(node: AclNode): boolean {
  return node.acts.some((act) => act.t === 'settle');
}

function keptBy(settlers: readonly AclNode[], held: ReadonlyMap<string, readonly AclNode[]>): AclNode[] {
  return [...held].flatMap(([writer, nodes]) => {
    const keep = settlers.flatMap((node) => node.acts.flatMap((act) => (act.t === 'settle' && act.writer === writer ? act.keep : [])));
    return keptOf(nodes, keep);
  });
}

function makeNode(record: AclRecord, index: number, past: Uint32Array, before: AclState, spoiled: boolean): AclNode {
  const grant = record.acts.find((act) => act.t === 'grant');
  const revoke = record.acts.find((act) => act.t === 'revoke');
  const present = grant ? before.members.get(grant.to) : undefined;
  const author = before.members.get(record.author);
  const lowers = grant !== undefined && (revoke?.to === grant.to || (present !== undefined && !notAbove(present, grant.rights)));
  const strength: Strength = author ? { role: author.role, path: author.path } : { role: isGenesis(record) ? 4 : 0, path: [] };
  return {
    id: record.id, author: record.author, device: record.device, deps: record.deps, acts: record.acts, at: record.at, writer: record.writer, seq: record.seq,
    index, past, pastCount: setCount(past), before, strength, lowers,
    refused: spoiled || !permits(before, { record, phase: 'past', lowers }),
    revokes: revoke ? revoke.to : null,
    grants: grant ? grantOf(grant, voucherOf(record.acts)) : null,
    killsDevices: devicesKilled(record, before),
    after: null,
  };
}

/** What is paid for may be read a while longer. */
function grantOf({ to, rights, nbf }: Act & { t: 'grant' }, paid: VoucherSays | null): NonNullable<AclNode['grants']> {
  if (paid === null) return { to, rights, nbf, plan: null };
  return { to, rights: { ...rights, exp: paid.exp + PLAN_GRACE_MS }, nbf, plan: { id: paid.plan, exp: paid.exp } };
}

/** Judged with the record's own statements taken in, so that an add and a revoke may come together. */
function devicesKilled(record: AclRecord, before: AclState): DeviceKill[] {
  const attached = record.acts.filter((act): act is Act & { t: 'attach' } => act.t === 'attach');
  if (!attached.some((act) => act.statement.kind === 'revoke')) return [];
  const persons = new Map<string, Person>();
  for (const { statement } of attached) persons.set(statement.uid, withStatement(persons.get(statement.uid) ?? before.persons.get(statement.uid), statement));
  const ageOf = (uid: string, ds: string): number => (persons.get(uid) ?? before.persons.get(uid))?.devices.get(ds)?.age ?? Infinity;
  const out: DeviceKill[] = [];
  for (const { statement } of attached) {
    if (statement.kind === 'revoke' && mayRevokeDevice(persons.get(statement.uid)!, statement)) {
      const signerAge = persons.get(statement.uid)!.recoveryKeys.has(statement.by) ? -Infinity : ageOf(statement.uid, statement.by);
      out.push({ key: `${statement.uid} ${statement.ds}`, signerAge, authorAge: record.device === null ? Infinity : ageOf(record.author, record.device) });
    }
  }
  return out;
}
