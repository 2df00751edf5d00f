/** What follows from a state: keys (KEY1, KEY4), cuts (RIGHT16), settled slots (IDN6), and the judgement of data records (RIGHT13–15). */
import { liveDevices, deviceLives } from './oracle-identity.ts';
import { type OracleState, mayCommentIn, mayReadIn, mayWriteIn } from './oracle-permits.ts';
import { shapesAllow } from './oracle-shapes.ts';
import type { Oracle } from './oracle.ts';
import { type Dev, deviceNo, deviceOf, doesOf, type Name, personOf, type SpecCuts, type SpecData, type SpecOp, type Writer } from './spec.ts';

export interface OracleEpoch {
  readonly epoch: number;
  readonly record: Name;
  readonly records: readonly Name[];
  readonly to: ReadonlySet<Dev>;
  /** Fragment → devices that were given its key. */
  readonly parts: ReadonlyMap<number, ReadonlySet<Dev>>;
}

export interface OracleRevoke {
  readonly name: Name;
  /** Null: an invite is withdrawn, or a device cut. */
  readonly to: number | null;
  readonly invite: Name | null;
  readonly device: Dev | null;
  readonly cuts: ReadonlyMap<Writer, readonly [n: number, data: Name]>;
}

export interface OracleView {
  readonly state: OracleState;
  readonly devices: readonly Dev[];
  readonly epochs: readonly OracleEpoch[];
  /** Of rotations that lost their effect. */
  readonly lost: readonly OracleEpoch[];
  readonly sealing: OracleEpoch | null;
  readonly revokes: readonly OracleRevoke[];
  readonly adopted: ReadonlySet<Name>;
  readonly settled: ReadonlyMap<Writer, ReadonlySet<Name>>;
}

type Effect = { readonly name: Name; readonly writer: Writer; readonly op: SpecOp };

/** The view at the heads. */
export function oracleView(oracle: Oracle, heads: readonly Name[]): OracleView {
  const state = oracle.state(heads);
  const effects = state.order.flatMap((name): Effect[] => oracle.node(name).record.ops!.map((op) => ({ name, writer: oracle.node(name).record.writer, op })));
  const devices = [...state.members.keys()].flatMap((p) => [...liveDevices(state.persons.get(p) ?? [])].map((d) => `${p}.${d}`)).sort();
  const dead = lostEffects(oracle, state);
  const epochs = epochsOf(effects, [...effects, ...dead]);
  const lost = epochsOf(dead, [...effects, ...dead]);
  const settled = new Map<Writer, Set<Name>>();
  for (const { op, writer } of effects) {
    if (op.t !== 'resolve' && !(op.t === 'retire' && deviceOf(op.writer) === deviceOf(writer))) continue;
    settled.set(op.writer, new Set([...(settled.get(op.writer) ?? []), ...op.keep]));
  }
  return {
    state, devices, epochs, lost, settled, revokes: revokesOf(effects),
    sealing: [...epochs].reverse().find((epoch) => usable(oracle, state, epoch, [...epochs, ...lost], devices)) ?? null,
    adopted: new Set(effects.flatMap(({ op }) => (op.t === 'adopt' ? op.data : []))),
  };
}

/** KEY1, KEY8: made in knowledge of all removals that stand; it, and each epoch made in knowledge of it, was given to devices of members with the whole space only; its fragment keys to those who may read there. */
function usable(oracle: Oracle, state: OracleState, epoch: OracleEpoch, epochs: readonly OracleEpoch[], devices: readonly Dev[]): boolean {
  const removals = state.order.filter((name) => {
    const ops = oracle.node(name).record.ops!;
    const { narrows } = oracle.node(name);
    return (narrows !== null && isPartly(state, narrows)) || ops.some((op) => (op.t === 'revoke' && (!state.members.has(op.to) || isPartly(state, op.to))) || (op.t === 'drop' && state.members.has(op.p) && isDropped(state, `${op.p}.${op.d}`)));
  });
  const knows = epoch.records.every((record) => removals.every((name) => oracle.covers(record, name)));
  const opens = epochs.filter((other) => other.records.some((record) => epoch.records.some((before) => oracle.covers(record, before))));
  const mayHave = (device: Dev, fragment: number | null): boolean => {
    const member = state.members.get(personOf(device));
    return devices.includes(device) && member !== undefined && (fragment === null ? member.scope === null : mayReadIn(member, fragment));
  };
  const parts = [...epoch.parts].every(([fragment, to]) => [...to].every((device) => mayHave(device, fragment)));
  return knows && parts && opens.every((other) => [...other.to].every((device) => mayHave(device, null)));
}

/** A member with a part of the space only. */
export const isPartly = (state: OracleState, p: number): boolean => (state.members.get(p)?.scope ?? null) !== null;

const isDropped = (state: OracleState, device: Dev): boolean => {
  const statements = state.persons.get(personOf(device)) ?? [];
  return liveDevices(statements.filter((s) => s.t !== 'drop')).has(deviceNo(device)) && !liveDevices(statements).has(deviceNo(device));
};

/** Records of members that lost their effect: keys in them were handed out all the same (KEY4). */
function lostEffects(oracle: Oracle, state: OracleState): Effect[] {
  const names = [...state.dead].filter(([name, dead]) => dead.rule !== 1 && state.members.has(personOf(oracle.node(name).record.writer))).map(([name]) => name);
  return names.flatMap((name) => oracle.node(name).record.ops!.map((op) => ({ name, writer: oracle.node(name).record.writer, op })));
}

function epochsOf(effects: readonly Effect[], all: readonly Effect[]): OracleEpoch[] {
  const shares = all.map(({ op }) => op).filter((op) => op.t === 'share');
  const rotations = effects.filter(({ op }) => op.t === 'rotate');
  const numbers = [...new Set(rotations.map(({ op }) => (op as SpecOp & { t: 'rotate' }).epoch).reverse())].reverse();
  return numbers.map((epoch) => {
    const mine = rotations.filter(({ op }) => op.t === 'rotate' && op.epoch === epoch);
    const to = [...mine.map(({ op }) => op), ...shares.filter((op) => op.epoch === epoch && op.fragment === undefined)].flatMap((op) => (op as SpecOp & { t: 'rotate' | 'share' }).to);
    const parts = new Map<number, Set<Dev>>();
    for (const op of shares) if (op.epoch === epoch && op.fragment !== undefined) parts.set(op.fragment, new Set([...(parts.get(op.fragment) ?? []), ...op.to]));
    return { epoch, record: mine.at(-1)!.name, records: mine.map(({ name }) => name), to: new Set(to), parts };
  });
}

function revokesOf(effects: readonly Effect[]): OracleRevoke[] {
  const extensions = effects.flatMap(({ op }) => (op.t === 'extend' ? [op] : []));
  return effects.flatMap(({ name, op }): OracleRevoke[] => {
    if (op.t !== 'revoke' && op.t !== 'withdraw' && op.t !== 'cut') return [];
    const cuts = new Map<Writer, readonly [number, Name]>();
    for (const more of [op.t === 'withdraw' ? {} : op.cuts, ...extensions.filter((one) => one.revoke === name).map((one) => one.cuts)]) raise(cuts, more);
    return [{ name, to: op.t === 'revoke' ? op.to : null, invite: op.t === 'withdraw' ? op.invite : null, device: op.t === 'cut' ? op.device : null, cuts }];
  });
}

function raise(cuts: Map<Writer, readonly [number, Name]>, more: SpecCuts): void {
  for (const [writer, cut] of Object.entries(more)) if (cut[0] > (cuts.get(writer)?.[0] ?? -1)) cuts.set(writer, cut);
}

/** The verdict on a data record, seen from the whole graph. */
export function oracleVerdict(oracle: Oracle, view: OracleView, data: SpecData): 'ok' | 'void' | 'quarantined' {
  if (data.prev && !data.prev.every((name) => data.acl.some((head) => oracle.covers(head, name)))) return 'void';
  const device = deviceOf(data.writer);
  const author = personOf(data.writer);
  const at = oracle.state(data.acl);
  const member = at.members.get(author);
  if (at.links.has(author)) return 'void';
  if (!deviceLives(oracle.state(data.first).persons.get(author), device) || !member) return 'void';
  if (!deviceLives(at.persons.get(author), device) || !(mayWriteIn(member, data.fragment) || (doesOf(data) === 'answers' && mayCommentIn(member, data.fragment)))) return 'void';
  if (doesOf(data) !== 'changes' && (at.policy.on.get(data.fragment) ?? 0) > member.role) return 'void';
  if (!shapesAllow(at.policy.shapes, data)) return 'void';
  const unseen = view.revokes.filter((revoke) => (revoke.to === author || revoke.device === device) && !data.acl.some((head) => oracle.covers(head, revoke.name)));
  const trusted = (revoke: OracleRevoke): boolean => {
    const cut = revoke.cuts.get(data.writer);
    return cut !== undefined && (data.n < cut[0] || (data.n === cut[0] && data.name === cut[1]));
  };
  const beside = (a: OracleRevoke, b: OracleRevoke): boolean => a.to === b.to && !oracle.covers(a.name, b.name) && !oracle.covers(b.name, a.name);
  const free = unseen.every((revoke) => trusted(revoke) || unseen.some((other) => beside(other, revoke) && trusted(other)));
  return free || view.adopted.has(data.name) ? 'ok' : 'quarantined';
}
