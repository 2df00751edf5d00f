/** Random permission graphs and the checks every resolution must pass. */
import type { AclRecord, AclState, Act } from '#os/rights/acl-model';
import { createResolver, type Resolver } from '#os/rights/resolve';
import { compareStrength } from '#os/rights/seniority';
import { ALL_RULES, type Rules } from '#os/rights/strong-removal';
import type { Role } from '#vm/protocol/types';
import { prng } from './prng.ts';

const PEOPLE = ['O', 'A', 'B', 'C', 'D', 'E', 'F', 'G'];

/** 3–8 persons, 8–37 records. Authors draw their deps from what a partitioned view would hold; acts are mostly ones somebody could want. */
export function randomDag(seed: number): AclRecord[] {
  const draw = prng(seed);
  const people = PEOPLE.slice(0, 3 + draw(6));
  const name = (i: number): string => `${String.fromCharCode(97 + draw(26))}${String(i).padStart(2, '0')}`;
  const records: AclRecord[] = [{ id: name(0), author: 'O', device: null, deps: [], acts: [{ t: 'create', owner: 'O' }] }];
  const resolver = createResolver();
  resolver.add(records[0]!);
  const count = 8 + draw(30);
  const wide = draw(3) === 0;
  for (let i = 1; i < count; i++) {
    const recent = records.slice(Math.max(0, records.length - (wide ? 10 : 5)));
    const deps = [...new Set(Array.from({ length: 1 + draw(3) }, () => recent[draw(recent.length)]!.id))];
    const state = resolver.resolve(deps)!;
    const author = pickAuthor(state, people, draw);
    const record: AclRecord = { id: name(i), author, device: null, deps, acts: randomActs(author, people, draw) };
    records.push(record);
    resolver.add(record);
  }
  return records;
}

/** Mostly a present member, so that enough records are valid; sometimes anybody, so that reject paths are met. */
function pickAuthor(state: AclState, people: string[], draw: (below: number) => number): string {
  const members = people.filter((uid) => (state.members.get(uid)?.role ?? 0) >= 3);
  if (members.length > 0 && draw(4) !== 0) return members[draw(members.length)]!;
  return people[draw(people.length)]!;
}

function randomActs(author: string, people: string[], draw: (below: number) => number): Act[] {
  const other = (): string => people[draw(people.length)]!;
  const role = (draw(8) === 0 ? 4 : 1 + draw(3)) as Role;
  const grant = (to: string, as: Role): Act => ({ t: 'grant', to, nbf: 0, rights: { role: as, scope: null, exp: null, mayDelegate: draw(12) === 0 ? true : null, maxRole: draw(2) === 0 ? null : 2 } });
  const kind = draw(10);
  if (kind < 5) return [grant(other(), role)];
  if (kind < 8) return [{ t: 'revoke', to: draw(5) === 0 ? author : other() }];
  if (kind === 8) {
    const to = other();
    return [{ t: 'revoke', to }, grant(to, Math.min(role, 2) as Role)];
  }
  return [{ t: 'other', need: (1 + draw(3)) as Role }];
}

/** The same records in another order of delivery that keeps causes before effects. */
export function shuffled(records: readonly AclRecord[], seed: number): AclRecord[] {
  const draw = prng(seed);
  const left = [...records];
  const done = new Set<string>();
  const out: AclRecord[] = [];
  while (left.length > 0) {
    const ready = left.filter((record) => record.deps.every((id) => done.has(id)));
    const next = ready[draw(ready.length)]!;
    left.splice(left.indexOf(next), 1);
    done.add(next.id);
    out.push(next);
  }
  return out;
}

export function build(records: readonly AclRecord[], rules: Rules = ALL_RULES): Resolver {
  const resolver = createResolver(rules);
  for (const record of records) if (resolver.add(record) !== 'added') throw new Error(`not added: ${record.id}`);
  return resolver;
}

/** Text of everything that must be equal on all peers. */
export function fingerprint(state: AclState): string {
  const members = state.members.entries().sort(([a], [b]) => (a < b ? -1 : 1)).map(([uid, m]) => [uid, m.role, m.path, m.grant, [...m.standing].sort(), m.mayDelegate, m.maxRole]);
  const dead = state.dead.entries().sort(([a], [b]) => (a < b ? -1 : 1));
  const order: string[] = [];
  for (let at = state.applied; at !== null; at = at.before) order.push(at.id);
  return JSON.stringify([members, dead, order, state.owners]);
}

export interface Violations {
  evictedFounders: number;
  ownerless: number;
  ghosts: number;
  strongRemoval: number;
  loweredGhosts: number;
}

/** Counts what must never be, at the heads of the graph. */
export function violations(records: readonly AclRecord[], resolver: Resolver): Violations {
  const state = resolver.resolve(resolver.heads())!;
  const out: Violations = { evictedFounders: 0, ownerless: 0, ghosts: 0, strongRemoval: 0, loweredGhosts: 0 };
  const live = records.filter((record) => !state.dead.has(record.id)).map((record) => resolver.node(record.id)!);
  const before = (a: string, b: string): boolean => a !== b && resolver.covers(b, a);
  if (state.owners < 1 || ![...state.members.entries()].some(([, m]) => m.role === 4)) out.ownerless++;
  const left = live.some((node) => node.author === state.founder && node.revokes === state.founder);
  if (!left && state.members.get(state.founder)?.role !== 4) out.evictedFounders++;
  for (const revoke of live.filter((node) => node.revokes !== null)) {
    const regranted = live.some((node) => node.grants?.to === revoke.revokes && (node === revoke || before(revoke.id, node.id)));
    if (state.members.has(revoke.revokes!) && !regranted) out.ghosts++;
    if (revoke.lowers) continue;
    for (const node of live) {
      if (node.author !== revoke.revokes || node === revoke || before(node.id, revoke.id) || before(revoke.id, node.id)) continue;
      if (compareStrength(revoke, node) < 0) out.strongRemoval++;
    }
  }
  for (const lowering of live.filter((node) => node.lowers)) {
    const member = state.members.get(lowering.grants!.to);
    const later = live.some((node) => node.grants?.to === lowering.grants!.to && before(lowering.id, node.id));
    if (member && !later && member.role > lowering.grants!.rights.role) out.loweredGhosts++;
  }
  return out;
}

/** The same graph with logs: writers fork often (seq counts the writer's records in the own past), and admins settle some of the forks. */
export function withForks(records: readonly AclRecord[], seed: number): AclRecord[] {
  const draw = prng(seed);
  const past = new Map<string, Set<string>>();
  const out: AclRecord[] = [];
  for (const record of records) {
    const mine = new Set(record.deps.flatMap((id) => [id, ...past.get(id)!]));
    past.set(record.id, mine);
    const writer = `${record.author}${draw(2)}`;
    const seq = out.filter((other) => other.writer === writer && mine.has(other.id)).length;
    const known = out.filter((other) => mine.has(other.id));
    const target = known[draw(Math.max(known.length, 1))];
    const settle: Act[] = target && draw(4) === 0 ? [{ t: 'settle', writer: target.writer!, keep: [target.id] }] : [];
    out.push({ ...record, writer, seq, acts: settle.length > 0 ? settle : record.acts });
  }
  return out;
}
