/**
 * TRUST 2.4 with the readings of FORMATS 5 and 6, written down a second time as plainly as they read: a state is worked out from the whole set of records, from the
 * genesis on, with no windows, no shared structure and no bytes. It shares no line with src/os/rights, so a rule that is missing or turned there shows as a difference.
 */
import { ageOf, dropCounts } from './oracle-identity.ts';
import { above, allows, atFault, comparePath, lastOwner, under, type OracleDead, type OracleMember, type OracleState } from './oracle-permits.ts';
import { partOf } from './oracle-scope.ts';
import { heldGrant } from './oracle-plans.ts';
import { linkIn, setLate, widenedBy } from './oracle-late.ts';
import { setShapes } from './oracle-shapes.ts';
import { idBytes } from './people.ts';
import { deviceNo, deviceOf, GENESIS, GUEST, isStatement, type Name, OWNER, personOf, type SpecOp, type SpecRecord, type SpecStatement, type Writer } from './spec.ts';

interface OracleDrop {
  readonly device: string;
  readonly signer: number;
  readonly author: number;
}

/** What a record's own past fixes for good. */
export interface OracleNode {
  readonly record: SpecRecord;
  readonly past: ReadonlySet<Name>;
  readonly refused: boolean;
  readonly loose: boolean;
  readonly role: number;
  readonly path: readonly Name[];
  readonly author: OracleMember | undefined;
  readonly before: OracleState;
  readonly lowers: boolean;
  /** The person from whose part of the space the grant takes. */
  readonly narrows: number | null;
  readonly grant: ReturnType<typeof heldGrant>;
  /** Person, invite or device that the record revokes, as `p3`, `i17` or `d3.1`. */
  readonly revokes: string | null;
  /** Devices that statements of the record revoke, with the ages of who signed (a recovery key before all) and of who attached. */
  readonly drops: readonly OracleDrop[];
}

const noPolicy = (): OracleState['policy'] => ({ value: null, invite: GUEST, issuers: [], plans: [], on: new Map(), shapes: new Map(), late: false, said: false, pasts: new Set(), min: 0 });
const NOBODY: OracleState = { members: new Map(), former: new Set(), invites: new Map(), persons: new Map(), policy: noPolicy(), paid: new Map(), links: new Map(), dead: new Map(), order: [] };

export class Oracle {
  readonly nodes = new Map<Name, OracleNode>();
  private readonly ranks = new Map<Name, number>();
  private readonly states = new Map<string, OracleState>();

  constructor(private readonly seed: number) {}

  /** Records in the order of their ids: the first 48 bits decide. */
  readonly rank = (name: Name): number => {
    const known = this.ranks.get(name);
    if (known !== undefined) return known;
    const rank = idBytes(this.seed, name).subarray(0, 6).reduce((sum, byte) => sum * 256 + byte, 0);
    this.ranks.set(name, rank);
    return rank;
  };

  node(name: Name): OracleNode {
    return this.nodes.get(name)!;
  }

  /** True when `a` is `b` or in its past. */
  covers(b: Name, a: Name): boolean {
    return a === b || this.node(b).past.has(a);
  }

  /** The heads and all before them. */
  closure(heads: readonly Name[]): Set<Name> {
    const out = new Set(heads);
    for (const head of heads) for (const name of this.node(head).past) out.add(name);
    return out;
  }

  /** Records of the set that no other of it follows. */
  heads(set: ReadonlySet<Name>): Name[] {
    const out = new Set(set);
    for (const name of set) {
      const { record } = this.node(name);
      for (const dep of [...record.acl, ...(record.prev === null ? [] : [record.prev])]) out.delete(dep);
    }
    return [...out].sort((a, b) => a - b);
  }

  add(record: SpecRecord): void {
    const past = this.closure([...record.acl, ...(record.prev === null ? [] : [record.prev])]);
    const before = this.stateOf(past);
    const author = before.members.get(personOf(record.writer));
    const loose = record.prev !== null && !record.acl.some((head) => this.covers(head, record.prev!));
    const ops = loose || atFault(record) ? [] : record.ops!;
    const grant = heldGrant(ops);
    const revoke = ops.find((op) => op.t === 'revoke' || op.t === 'withdraw' || op.t === 'cut');
    const held = grant && before.members.get(grant.to);
    const lowers = grant !== undefined && ((revoke?.t === 'revoke' && revoke.to === grant.to) || (held !== undefined && !under(held, grant)));
    const genesis = record.name === GENESIS;
    const refused = !genesis && (this.usedUp(record, past) || !allows(before, { record, replay: false, lowers, loose, rank: this.rank }));
    this.nodes.set(record.name, {
      record, past, refused, loose, before, author, lowers, narrows: held && !partOf(held, grant) ? held.p : null, grant, role: author?.role ?? (genesis ? OWNER : 0), path: author?.path ?? [],
      revokes: revokedBy(revoke), drops: dropsOf(record, before),
    });
  }

  /** RIGHT11: the past shows a fork of the log, or its seq in use. */
  private usedUp(record: SpecRecord, past: ReadonlySet<Name>): boolean {
    const mine = [...past].map((name) => this.node(name).record).filter((other) => other.writer === record.writer);
    return mine.some((other) => other.seq >= record.seq) || new Set(mine.map((other) => other.seq)).size < mine.length;
  }

  /** State at the heads and all before them. */
  state(heads: readonly Name[]): OracleState {
    return this.stateOf(this.closure(heads));
  }

  private stateOf(set: ReadonlySet<Name>): OracleState {
    if (set.size === 0) return NOBODY;
    const key = this.heads(set).join(' ');
    const known = this.states.get(key);
    if (known) return known;
    const state = this.settle(set);
    this.states.set(key, state);
    return state;
  }

  /** Forked logs are frozen from the fork on; a resolve that lives without them frees what it names and what is before that. */
  private settle(set: ReadonlySet<Name>): OracleState {
    const frozen = this.frozenIn(set);
    const state = this.run(set, frozen);
    if (frozen.size === 0) return state;
    const free = new Set<Name>();
    for (const name of state.order) {
      for (const op of this.node(name).record.ops!) if (op.t === 'resolve') for (const one of this.kept(frozen, op.writer, op.keep)) free.add(one);
    }
    return free.size === 0 ? state : this.run(set, new Set([...frozen].filter((name) => !free.has(name))));
  }

  private frozenIn(set: ReadonlySet<Name>): Set<Name> {
    const logs = new Map<Writer, SpecRecord[]>();
    for (const name of set) {
      const { record } = this.node(name);
      logs.set(record.writer, [...(logs.get(record.writer) ?? []), record]);
    }
    const out = new Set<Name>();
    for (const log of logs.values()) {
      const twins = log.filter((a) => log.some((b) => b !== a && b.seq === a.seq));
      if (twins.length === 0) continue;
      const fork = Math.min(...twins.map((record) => record.seq));
      for (const record of log) if (record.seq >= fork) out.add(record.name);
    }
    return out;
  }

  private kept(frozen: ReadonlySet<Name>, writer: Writer, keep: readonly Name[]): Name[] {
    const mine = [...frozen].filter((name) => this.node(name).record.writer === writer);
    return mine.filter((name) => keep.some((head) => mine.includes(head) && this.covers(head, name)));
  }

  /** (author role, seniority, id) in the record's own past. Negative: `a` is stronger. */
  strength(a: Name, b: Name): number {
    const [x, y] = [this.node(a), this.node(b)];
    return y.role - x.role || comparePath(x.path, y.path, this.rank) || this.rank(a) - this.rank(b);
  }

  private concurrent(a: Name, b: Name): boolean {
    return a !== b && !this.covers(a, b) && !this.covers(b, a);
  }

  private run(set: ReadonlySet<Name>, frozen: ReadonlySet<Name>): OracleState {
    const dead = new Map<Name, OracleDead>();
    const killed = new Map<Name, OracleDead>();
    for (const name of set) {
      if (this.node(name).refused) dead.set(name, { rule: 1, by: null });
      else if (frozen.has(name)) dead.set(name, { rule: 6, by: null });
    }
    const order = [...set].filter((name) => !dead.has(name)).sort((a, b) => this.strength(a, b));
    this.authorsRemoved(order, killed);
    this.targetsRemoved(order, killed);
    for (const [name, why] of killed) dead.set(name, why);
    return this.replay(set, dead, order);
  }

  /** RIGHT3. `order` is strongest first, so whoever could kill a record was decided before it. */
  private authorsRemoved(order: readonly Name[], dead: Map<Name, OracleDead>): void {
    const drops = order.flatMap((name) => this.node(name).drops.map((drop) => ({ name, ...drop })));
    drops.sort((a, b) => lesser(a.signer, b.signer) || lesser(a.author, b.author) || this.rank(a.name) - this.rank(b.name));
    for (const { name: dropper, device } of drops) {
      if (dead.has(dropper)) continue;
      for (const name of order) if (!dead.has(name) && deviceOf(this.node(name).record.writer) === device && this.concurrent(dropper, name)) dead.set(name, { rule: 3, by: dropper });
    }
    for (const [i, name] of order.entries()) {
      if (dead.has(name)) continue;
      const killer = order.slice(0, i).find((other) => !dead.has(other) && this.concurrent(other, name) && this.takesAway(this.node(other), this.node(name)));
      if (killer !== undefined) dead.set(name, { rule: 3, by: killer });
    }
  }

  private takesAway(killer: OracleNode, node: OracleNode): boolean {
    const author = personOf(node.record.writer);
    if (!killer.lowers) return killer.revokes === `p${author}`;
    if (killer.grant!.to !== author || !node.author || under(node.author, killer.grant!)) return false;
    return !allows(node.before, { record: node.record, replay: false, lowers: node.lowers, as: killer.grant!, loose: node.loose, rank: this.rank });
  }

  /** RIGHT4. */
  private targetsRemoved(order: readonly Name[], dead: Map<Name, OracleDead>): void {
    for (const killer of order) {
      const { revokes, lowers } = this.node(killer);
      if (revokes === null || lowers || dead.has(killer)) continue;
      for (const name of order) {
        if (dead.has(name) || !this.concurrent(killer, name)) continue;
        const node = this.node(name);
        const invite = node.record.ops!.find((op) => op.t === 'accept')?.invite;
        if ((node.grant && revokes === `p${node.grant.to}`) || (invite !== undefined && revokes === `i${invite}`)) dead.set(name, { rule: 4, by: killer });
      }
    }
    const lowerings = order.filter((name) => this.node(name).lowers);
    lowerings.sort((a, b) => this.node(a).grant!.role - this.node(b).grant!.role || order.indexOf(a) - order.indexOf(b));
    for (const killer of lowerings) {
      if (dead.has(killer)) continue;
      const { to, role } = this.node(killer).grant!;
      for (const name of order) {
        const { grant } = this.node(name);
        if (!dead.has(name) && grant?.to === to && grant.role > role && this.concurrent(killer, name)) dead.set(name, { rule: 4, by: killer });
      }
    }
  }

  /** RIGHT5: the dead keep their place, so that they still order the others. */
  private replay(set: ReadonlySet<Name>, dead: Map<Name, OracleDead>, strongest: readonly Name[]): OracleState {
    const state: OracleState = { members: new Map(), former: new Set(), invites: new Map(), persons: new Map(), policy: noPolicy(), paid: new Map(), links: new Map(), dead, order: [] };
    const strength = this.strengthRanks(set, strongest);
    const left = new Set(set);
    while (left.size > 0) {
      let next: Name | null = null;
      for (const name of left) {
        const { record } = this.node(name);
        if (record.acl.some((dep) => left.has(dep)) || (record.prev !== null && left.has(record.prev))) continue;
        if (next === null || this.earlier(name, next, strength)) next = name;
      }
      left.delete(next!);
      if (!dead.has(next!)) this.take(state, this.node(next!));
    }
    return state;
  }

  private strengthRanks(set: ReadonlySet<Name>, strongest: readonly Name[]): ReadonlyMap<Name, number> {
    if (strongest.length === set.size) return new Map(strongest.map((name, i) => [name, i]));
    const all = [...set].sort((a, b) => this.strength(a, b));
    return new Map(all.map((name, i) => [name, i]));
  }

  private earlier(a: Name, b: Name, strength: ReadonlyMap<Name, number>): boolean {
    const [x, y] = [this.node(a).revokes !== null, this.node(b).revokes !== null];
    return x !== y ? x : strength.get(a)! < strength.get(b)!;
  }

  private take(state: OracleState, node: OracleNode): void {
    const { record, grant } = node;
    const genesis = record.name === GENESIS;
    const allowed = genesis || allows(state, { record, replay: true, lowers: node.lowers, loose: node.loose, rank: this.rank });
    if (!allowed || (grant && (lastOwner(state, grant.to, this.holding(state, node, grant.to).role) || this.lowersUnasked(state, node, grant.to)))) {
      state.dead.set(record.name, { rule: 5, by: null });
      return;
    }
    state.order.push(record.name);
    const link = linkIn(state, record.ops!);
    const writer = state.members.get(personOf(record.writer));
    const kept = writer !== undefined && (writer.late || writer.wider !== null);
    for (const op of record.ops!) this.apply(state, node, op, kept);
    if (link !== null) state.links.set(...link);
  }

  /** A grant that raised in its own past what the death of a removal put back: it may not lower a senior. */
  private lowersUnasked(state: OracleState, node: OracleNode, to: number): boolean {
    const target = state.members.get(to);
    if (!target || node.lowers || this.holding(state, node, to).role >= target.role) return false;
    return !above(state.members.get(personOf(node.record.writer))!, target, this.rank);
  }

  /** The strongest of the live grants since the last removal that no other such grant follows, this one taken in. */
  private holding(state: OracleState, node: OracleNode, to: number): { readonly standing: Name[]; readonly grant: Name; readonly role: number } {
    const standing = [...(state.members.get(to)?.standing ?? []).filter((name) => !node.past.has(name)), node.record.name];
    const grant = standing.reduce((best, name) => (this.strength(name, best) < 0 ? name : best));
    return { standing, grant, role: this.node(grant).grant?.role ?? OWNER };
  }

  /** `kept`: its author came later, as it was before the record. */
  private apply(state: OracleState, node: OracleNode, op: SpecOp, kept: boolean): void {
    const { name } = node.record;
    if (isStatement(op)) {
      const known = state.persons.get(op.p) ?? [];
      if (!known.some((other) => JSON.stringify(other) === JSON.stringify(op))) state.persons.set(op.p, [...known, op]);
    } else if (op.t === 'create') {
      state.members.set(op.owner, { p: op.owner, path: [], grant: name, standing: [name], role: OWNER, scope: null, exp: null, del: true, max: OWNER, paid: null, late: false, lateSaid: false, wider: null });
    } else if (op.t === 'grant') {
      const present = state.members.get(op.to);
      const path = present?.path ?? [...state.members.get(personOf(node.record.writer))!.path, name];
      const { standing, grant } = this.holding(state, node, op.to);
      const { role, scope, exp, del, max, paid } = this.node(grant).grant!;
      state.members.set(op.to, { p: op.to, path, grant, standing, role, scope, exp, del, max, paid, late: present?.late ?? node.before.policy.late, lateSaid: present?.lateSaid ?? node.before.policy.said, wider: widenedBy(kept || (state.policy.late && node.record.ops!.some(({ t }) => t === 'voucher')), present, scope, name) });
      state.former.delete(op.to);
    } else if (op.t === 'revoke') {
      if (state.members.delete(op.to)) state.former.add(op.to);
    } else if (op.t === 'policy') {
      const none = op.value === undefined && op.invite === undefined && op.issuers === undefined && op.plans === undefined && op.on === undefined && op.shapes === undefined && op.history === undefined && op.pasts === undefined && op.min === undefined;
      if (none) {
        state.policy.on.clear();
        state.policy.shapes.clear();
      }
      setShapes(state.policy.shapes, op);
      setLate(state, kept, op, none);
      for (const [fragment, least] of op.on ?? []) {
        if (least !== null && least >= GUEST && least <= OWNER) state.policy.on.set(fragment, least);
        else state.policy.on.delete(fragment);
      }
      if (op.issuers !== undefined || none) state.policy.issuers = op.issuers ?? [];
      if (op.plans !== undefined || none) state.policy.plans = op.plans ?? [];
      if (op.value !== undefined || none) state.policy.value = op.value ?? null;
      if (op.invite !== undefined || none) state.policy.invite = Number.isInteger(op.invite) && op.invite! >= GUEST && op.invite! <= OWNER ? op.invite! : GUEST;
    } else if (op.t === 'voucher') {
      state.paid.set(op.p, op.exp);
    } else if (op.t === 'withdraw') {
      const invite = state.invites.get(op.invite);
      if (invite) state.invites.set(op.invite, { ...invite, withdrawn: true });
    } else if (op.t === 'invite') {
      state.invites.set(name, { by: personOf(node.record.writer), role: op.role, uses: op.uses, used: [], withdrawn: false, key: op.key ?? null });
    } else if (op.t === 'accept') {
      const invite = state.invites.get(op.invite)!;
      if (!invite.used.includes(op.p)) state.invites.set(op.invite, { ...invite, used: [...invite.used, op.p] });
    }
  }
}

function revokedBy(op: (SpecOp & { t: 'revoke' | 'withdraw' | 'cut' }) | undefined): string | null {
  if (op === undefined) return null;
  return op.t === 'revoke' ? `p${op.to}` : op.t === 'cut' ? `d${op.device}` : `i${op.invite}`;
}

const lesser = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);

/** Judged with the record's own statements taken in. */
function dropsOf(record: SpecRecord, before: OracleState): OracleDrop[] {
  const statements = (record.ops ?? []).filter(isStatement);
  const all = (p: number): SpecStatement[] => [...(before.persons.get(p) ?? []), ...statements.filter((s) => s.p === p)];
  const author = ageOf(all(personOf(record.writer)), deviceNo(record.writer));
  return statements.flatMap((s) => (s.t === 'drop' && dropCounts(all(s.p), s) ? [{ device: `${s.p}.${s.d}`, signer: ageOf(all(s.p), s.by), author }] : []));
}
