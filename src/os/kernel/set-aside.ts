/**
 * What is set aside (FORMATS 5): records beyond a cut, and the branches of a fork that nobody settled, as when its device does not come back. Kept, shown to
 * nobody, until an Owner or Admin takes them in.
 */
import { AppError } from '#base/app-error';
import { must } from '#base/assert';
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { SetAside } from '#os/access-api';
import { adoptOps, extendCutOps, resolveForkOps } from '#os/rights/builders';
import { KERNEL_LIMITS } from '#os/limits';
import type { HeldRecord } from '#vm/log/held-record';
import type { AclOp } from '#vm/protocol/acl-operation';
import { FRAGMENT, ROLE } from '#vm/protocol/types';
import { writersOf } from './cut-points.ts';
import { standingRole } from './expiry.ts';
import type { Sealer } from './sealer.ts';
import { ownHeads } from './slot-state.ts';
import type { Kernel, Space } from './state.ts';

interface Fork {
  readonly uid: string;
  readonly writer: Bytes;
  /** Held back, as they stand in the logs. */
  readonly records: readonly HeldRecord[];
}

const recordsOf = (space: Space, writers: readonly Bytes[]): HeldRecord[] => [...space.fragments.values()].flatMap((fragment) => writers.flatMap((writer) => fragment.log.log(writer)));

/** Records of the person beyond a cut, as they stand in the logs. */
const asideOf = (space: Space, uid: string): HeldRecord[] => recordsOf(space, writersOf(space, uid)).filter((record) => record.status === 'quarantined');

/** Forked logs with a branch that no settlement names. What this device did it settles by itself. */
function forksOf(kernel: Kernel, space: Space): Fork[] {
  const { rights } = space;
  const { forkProofs, settlements } = rights.view();
  const seen = [...space.fragments.values()].flatMap((fragment) => fragment.log.forked().map(toBase64url));
  return [...new Set([...seen, ...forkProofs.keys(), ...settlements.keys()])].flatMap((key) => {
    const writer = must(fromBase64url(key), 'writer');
    const slot = rights.writer(writer);
    const keep = settlements.get(key)?.keep;
    if (!slot || slot.ds === (kernel.profile && toBase64url(kernel.profile.ds.pub)) || ownHeads(space, writer).every(({ id }) => keep?.includes(toBase64url(id)))) return [];
    const records = recordsOf(space, [writer]).filter(({ status }) => status === 'held-back' || status === 'dropped');
    return records.length > 0 ? [{ uid: slot.uid, writer, records }] : [];
  });
}

/** One line for each person of whom something is set aside. */
export function setAside(kernel: Kernel, space: Space): SetAside[] {
  const forks = forksOf(kernel, space);
  const uids = new Set([...space.rights.view().revokes.map(({ to }) => to), ...forks.map(({ uid }) => uid)]);
  return [...uids].flatMap((uid) => {
    const held = forks.flatMap((fork) => (fork.uid === uid ? fork.records : []));
    const times = [...asideOf(space, uid), ...held].map((record) => record.hlc.ms - record.delta).sort((a, b) => a - b);
    return times.length === 0 ? [] : [{ uid, records: times.length, forked: held.length, from: times[0]!, to: times.at(-1)! }];
  });
}

interface Raise {
  readonly revoke: string;
  readonly writer: Bytes;
  readonly last: HeldRecord;
}

/**
 * Cuts that are raised to the last record of a writer that is set aside (RIGHT35); null: records behind one of these cuts are not held, stand twice at a place, or are
 * not set aside, so that raising it would take in what nobody has looked at.
 */
function raises(space: Space, uid: string, writer: Bytes, aside: readonly HeldRecord[]): Raise[] | null {
  const device = space.rights.writer(writer)?.ds;
  const last = aside.reduce((a, b) => (b.n > a.n ? b : a));
  const keys = new Set(aside.map(({ key }) => key));
  const isLookedAt = (n: number): boolean => {
    const [only, ...more] = space.chain.at(writer, n);
    return only !== undefined && more.length === 0 && (keys.has(only.key) || equalBytes(only.fragment, FRAGMENT.acl));
  };
  const out: Raise[] = [];
  for (const { id, to, cuts } of space.rights.view().revokes) {
    const from = (cuts.get(last.writerKey)?.n ?? -1) + 1;
    if ((to !== uid && to !== device) || from > last.n) continue;
    for (let n = from; n <= last.n; n++) if (!isLookedAt(n)) return null;
    out.push({ revoke: id, writer, last });
  }
  return out.length > 0 ? out : null;
}

/** What takes in these records: cuts raised in one act where they reach as far as what is held, else the records by their ids. */
function takingIn(space: Space, uid: string, aside: readonly HeldRecord[]): AclOp[][] {
  const byWriter = new Map<string, HeldRecord[]>();
  for (const record of aside) byWriter.set(record.writerKey, [...(byWriter.get(record.writerKey) ?? []), record]);
  const raised = new Map<string, Raise[]>();
  const ids: Bytes[] = [];
  for (const records of byWriter.values()) {
    const found = raises(space, uid, records[0]!.writer, records);
    if (found === null) ids.push(...records.map(({ id }) => id));
    else for (const one of found) raised.set(one.revoke, [...(raised.get(one.revoke) ?? []), one]);
  }
  const extensions = [...raised].flatMap(([revoke, list]) => extendCutOps(must(fromBase64url(revoke), 'revoke'), list.map(({ writer, last }) => ({ writer, n: last.n, id: last.id }))));
  const lists: AclOp[][] = extensions.length > 0 ? [extensions] : [];
  for (let at = 0; at < ids.length; at += KERNEL_LIMITS.adoptAtOnce) lists.push(adoptOps(ids.slice(at, at + KERNEL_LIMITS.adoptAtOnce)));
  return lists;
}

/** Takes in what is set aside of a person and held here now; how many records that were. A slot that forked is closed by it. */
export async function adopt(kernel: Kernel, sealer: Sealer, space: Space, uid: string): Promise<number> {
  const self = must(kernel.profile, 'profile').uid;
  if (space.standing !== 'member' || (standingRole(kernel, space, self) ?? 0) < ROLE.admin) throw new AppError('no-right', 'Only an owner or admin takes in what was set aside.', 'Nothing was changed.', 'Ask an admin.');
  const aside = asideOf(space, uid);
  const forks = forksOf(kernel, space).filter((fork) => fork.uid === uid);
  const lists = [...forks.map(({ writer }) => resolveForkOps(writer, ownHeads(space, writer).map(({ id }) => id))), ...takingIn(space, uid, aside)];
  if (lists.length > 0) await sealer.writeAclAll(space, lists);
  return aside.length + forks.reduce((sum, { records }) => sum + records.length, 0);
}
