/** What the acl fragment says at a head set, in the words of the kernel. Everything follows from the set of records; nothing from arrival or clocks. */
import { toBase64url } from '#base/bytes';
import type { AclOp } from '#vm/protocol/acl-operation';
import { ROLE, type Role, type Stamp } from '#vm/protocol/types';
import type { AclRecord, AclState, Applied, Dead, Member } from './acl-model.ts';
import { type CutPoint, extendCuts, type LiveRevoke } from './cuts.ts';
import { deviceTag, type EpochInfo, foldEpochs, hadBefore, keptOf, type MemberDevice, sealingEpoch, type Withheld } from './epochs.ts';
import { withSettings, type Setting } from './policy.ts';
import { provenFork, type ProvenFork } from './fork-proof.ts';
import { outranks } from './seniority.ts';

export interface InviteInfo {
  /** Id of the invite record. */
  readonly id: string;
  readonly pub: string;
  readonly role: Role;
  /** ms. */
  readonly exp: number;
  readonly uses: number;
  /** uid of the inviter. */
  readonly by: string;
  /** Distinct persons in acl order. */
  readonly usedBy: readonly string[];
  /** Whether it ran out of time is for the caller's clock: see inviteState. */
  readonly revoked: boolean;
  /** Sealed room name, as in the record, and the writer whose key seals it. */
  readonly room: (AclOp & { t: 'invite' })['room'];
  readonly writer: string;
}

/** A fork across fragments that was proven. */
export interface ForkProof {
  /** Records of the writer with this n or more are held back until the slot is settled. */
  readonly n: number;
  /** Proofs with effect. */
  readonly count: number;
}

/** How a fork or a retired slot is settled: the slot is closed, these heads and what is before them apply. */
export interface Settlement {
  readonly keep: readonly string[];
  readonly by: 'device' | 'admin' | 'both';
}

export interface RightsView {
  readonly heads: readonly string[];
  readonly state: AclState;
  readonly kind: 0 | 1 | 2;
  /** uid of the founder. */
  readonly owner: string;
  readonly members: ReadonlyMap<string, Member>;
  readonly devices: readonly MemberDevice[];
  readonly dead: ReadonlyMap<string, Dead>;
  readonly invites: ReadonlyMap<string, InviteInfo>;
  /** In acl order; the last one that may be used is `sealing`. */
  readonly epochs: readonly EpochInfo[];
  /** Of rotations that lost their effect: nothing new is sealed under them, but their makers may have, before they knew. */
  readonly lost: readonly EpochInfo[];
  readonly sealing: EpochInfo | null;
  /** Was the epoch made before the device's person came, who reads from then on (KEY9)? Of one fragment: and is its past not open (KEY10)? */
  readonly withheld: Withheld;
  readonly revokes: readonly LiveRevoke[];
  readonly adopted: ReadonlySet<string>;
  readonly settlements: ReadonlyMap<string, Settlement>;
  /** By writer. */
  readonly forkProofs: ReadonlyMap<string, ForkProof>;
  /** Those with effect that make a baseline or say something of one, in acl order (baselines.ts). */
  readonly closings: readonly HeldRecord[];
  /** Settings in force, key by key. */
  readonly policy: ReadonlyMap<number | string, Setting>;
}

/** A record as the view needs it. */
export interface HeldRecord {
  readonly id: string;
  readonly author: string;
  readonly hlc?: Stamp;
  readonly device: string | null;
  readonly writer: string;
  readonly ops: readonly AclOp[];
  /** Was its author Owner or Admin in its own past? */
  readonly manages: boolean;
  /** Devices that its statements revoke. */
  readonly drops: readonly { readonly uid: string; readonly ds: string }[];
  /** The person whose scope its grant narrows, in its own past. */
  readonly narrows: string | null;
}

/** `deviceOf` says whose slot a writer is (from certificates), or null. */
export interface ViewInput {
  readonly space: Uint8Array;
  readonly heads: readonly string[];
  readonly state: AclState;
  record(id: string): HeldRecord;
  deviceOf(writer: string): string | null;
  /** True when the second record is the first or in its past. */
  covers(b: string, a: string): boolean;
}

/** Folds the records that have effect, in acl order. */
export function makeView(input: ViewInput): RightsView {
  const { state } = input;
  const applied = inOrder(state.applied).map((id) => input.record(id));
  const dead = new Map(state.dead.entries());
  const members = new Map(state.members.entries());
  const devices = memberDevices(state, members);
  const lost = [...dead].filter(([, why]) => why.rule !== 1).map(([id]) => input.record(id))
    .filter((record) => members.has(record.author) && record.ops.some((op) => op.t === 'key.share' || op.t === 'key.rotate'));
  const keys = foldEpochs(applied, lost, tagsOf(state));
  return {
    heads: input.heads, state, dead, members, devices, epochs: keys.epochs, lost: keys.lost,
    kind: applied[0]?.ops.find((op) => op.t === 'space.create')?.kind ?? 0,
    owner: state.founder,
    invites: foldInvites(state, applied),
    sealing: sealingEpoch({ ...keys, devices, removals: removalsIn(applied, input), covers: (b, a) => input.covers(b, a) }),
    withheld: ({ since, had }, { records }, fragment) => since !== undefined && (fragment === undefined || !state.policy.pasts.has(fragment)) && (fragment === undefined || had === undefined || !hadBefore({ had }, fragment)) && records.every((record) => record !== since && input.covers(since, record)),
    ...foldActs(applied, input),
    closings: applied.filter(({ ops }) => ops.some(({ t }) => t === 'baseline' || t === 'baseline.say')),
  };
}

/** Tags of the devices of persons, each looked up once. */
function tagsOf({ persons }: AclState): (uid: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  return (uid) => {
    let tags = known.get(uid);
    if (!tags) known.set(uid, (tags = new Set([...(persons.get(uid)?.devices.keys() ?? [])].map(deviceTag))));
    return tags;
  };
}

function inOrder(applied: Applied | null): string[] {
  const out: string[] = [];
  for (let at = applied; at !== null; at = at.before) out.push(at.id);
  return out.reverse();
}

function memberDevices(state: AclState, members: ReadonlyMap<string, Member>): MemberDevice[] {
  const out: MemberDevice[] = [];
  for (const [uid, member] of members) {
    const more = { scope: member.scope, ...keptOf(member), ...(state.links.has(uid) ? { link: true as const } : {}) };
    for (const device of state.persons.get(uid)?.devices.values() ?? []) if (!device.revoked) out.push({ uid, ds: device.ds, dx: device.dx, ...more });
  }
  return out;
}

/**
 * Removals that nothing has undone: of persons who are no members, though the record that brought them may have died since; of those who have a part of the
 * space only, who lost the rest by it; of devices of members.
 */
function removalsIn(applied: readonly HeldRecord[], { state, covers }: Pick<ViewInput, 'state' | 'covers'>): string[] {
  // What a revoke names is a person, the record of an invite, or a device that the same record drops (RIGHT16): its cuts remove nobody.
  const gone = (to: string): boolean => !state.members.has(to) && !covers(to, to);
  const partly = (to: string): boolean => (state.members.get(to)?.scope ?? null) !== null;
  return applied.filter(({ ops, drops, narrows }) =>
    ops.some((op) => op.t === 'revoke' && !drops.some(({ ds }) => ds === toBase64url(op.to)) && (gone(toBase64url(op.to)) || partly(toBase64url(op.to)))) || (narrows !== null && partly(narrows)) || drops.some(({ uid, ds }) => state.members.has(uid) && state.persons.get(uid)?.devices.get(ds)?.revoked === true),
  ).map(({ id }) => id);
}

function foldInvites(state: AclState, applied: readonly HeldRecord[]): Map<string, InviteInfo> {
  const out = new Map<string, InviteInfo>();
  for (const record of applied) {
    const op = record.ops.find((one) => one.t === 'invite');
    const known = state.invites.get(record.id);
    if (!op || !known) continue;
    out.set(record.id, {
      id: record.id, pub: toBase64url(op.pub), role: op.role, exp: op.exp, uses: op.uses, by: record.author,
      usedBy: known.usedBy, revoked: known.revoked, room: op.room, writer: record.writer,
    });
  }
  return out;
}

type Acts = Pick<RightsView, 'revokes' | 'adopted' | 'settlements' | 'forkProofs' | 'policy'>;

function foldActs(applied: readonly HeldRecord[], input: ViewInput): Acts {
  const revokes = new Map<string, LiveRevoke>();
  const extensions: (AclOp & { t: 'cut.extend' })[] = [];
  const adopted = new Set<string>();
  const settlements = new Map<string, Settlement>();
  const forkProofs = new Map<string, ForkProof>();
  const policy = new Map<number | string, Setting>();
  for (const record of applied) {
    for (const op of record.ops) {
      if (op.t === 'revoke') revokes.set(record.id, { id: record.id, to: toBase64url(op.to), cuts: cutPoints(op.cuts) });
      else if (op.t === 'cut.extend') extensions.push(op);
      else if (op.t === 'adopt') for (const id of op.ids) adopted.add(toBase64url(id));
      else if (op.t === 'fork.proof') prove(forkProofs, provenFork(input.space, op.a, op.b));
      else if (op.t === 'policy.set') withSettings(policy, op.policy, record.writer);
      else if (op.t === 'fork.resolve' || op.t === 'slot.retire') settle(settlements, record, op, input);
    }
  }
  for (const op of extensions) {
    const revoke = revokes.get(toBase64url(op.revoke));
    if (revoke) revokes.set(revoke.id, extendCuts(revoke, cutPoints(op.cuts)));
  }
  return { revokes: [...revokes.values()], adopted, settlements, forkProofs, policy };
}

function prove(into: Map<string, ForkProof>, fork: ProvenFork | null): void {
  if (!fork) return;
  const known = into.get(fork.writer);
  into.set(fork.writer, { n: Math.min(fork.n, known?.n ?? fork.n), count: (known?.count ?? 0) + 1 });
}

function cutPoints(cuts: (AclOp & { t: 'revoke' })['cuts']): Map<string, CutPoint> {
  return new Map([...cuts].map(([writer, cut]) => [writer, { n: cut.n, id: toBase64url(cut.id) }]));
}

/** A slot.retire counts from a slot of the same device only; several settlements keep what any of them keeps. */
function settle(into: Map<string, Settlement>, record: HeldRecord, op: AclOp & { t: 'fork.resolve' | 'slot.retire' }, input: ViewInput): void {
  const writer = toBase64url(op.writer);
  if (op.t === 'slot.retire' && (record.device === null || input.deviceOf(writer) !== record.device)) return;
  const known = into.get(writer);
  const by = op.t === 'fork.resolve' ? 'admin' : 'device';
  const keep = [...new Set([...(known?.keep ?? []), ...op.keep.map(toBase64url)])].sort();
  into.set(writer, { keep, by: known && known.by !== by ? 'both' : by });
}

/** Where an invite stands at a mesh time (ms). */
export function inviteState(invite: InviteInfo, meshNow: number): 'open' | 'used' | 'expired' | 'revoked' {
  if (invite.revoked) return 'revoked';
  if (invite.usedBy.length >= invite.uses) return 'used';
  return meshNow >= invite.exp ? 'expired' : 'open';
}

/** Devices that the statements of a record revoke. */
export function dropsOf(record: AclRecord): HeldRecord['drops'] {
  return record.acts.flatMap((act) => (act.t === 'attach' && act.statement.kind === 'revoke' ? [{ uid: act.statement.uid, ds: act.statement.ds }] : []));
}

/** May the person remove the target, or leave? The last Owner stays. */
export function mayRemoveIn(view: RightsView, uid: string, target: string): boolean {
  const author = view.members.get(uid);
  const member = view.members.get(target);
  if (!author || !member) return false;
  const lastOwner = member.role === ROLE.owner && view.state.owners <= 1;
  if (lastOwner) return false;
  return uid === target || (author.role >= ROLE.admin && outranks(author, member));
}
