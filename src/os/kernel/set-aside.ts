/**
 * What is set aside (FORMATS 5): records beyond a cut, and the branches of a fork that nobody settled, as when its device does not come back. Kept, shown to
 * nobody, until an Owner or Admin takes them in.
 */
import { AppError } from '#base/app-error';
import { must } from '#base/assert';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { SetAside } from '#os/access-api';
import { adoptOps, resolveForkOps } from '#os/rights/builders';
import { KERNEL_LIMITS } from '#os/limits';
import type { HeldRecord } from '#vm/log/held-record';
import { ROLE } from '#vm/protocol/types';
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

/** Takes in what is set aside of a person and held here now; how many records that were. A slot that forked is closed by it. */
export async function adopt(kernel: Kernel, sealer: Sealer, space: Space, uid: string): Promise<number> {
  const self = must(kernel.profile, 'profile').uid;
  if (space.standing !== 'member' || (standingRole(kernel, space, self) ?? 0) < ROLE.admin) throw new AppError('no-right', 'Only an owner or admin takes in what was set aside.', 'Nothing was changed.', 'Ask an admin.');
  const ids = asideOf(space, uid).map((record) => record.id);
  const forks = forksOf(kernel, space).filter((fork) => fork.uid === uid);
  const lists = forks.map(({ writer }) => resolveForkOps(writer, ownHeads(space, writer).map(({ id }) => id)));
  for (let at = 0; at < ids.length; at += KERNEL_LIMITS.adoptAtOnce) lists.push(adoptOps(ids.slice(at, at + KERNEL_LIMITS.adoptAtOnce)));
  if (lists.length > 0) await sealer.writeAclAll(space, lists);
  return ids.length + forks.reduce((sum, { records }) => sum + records.length, 0);
}
