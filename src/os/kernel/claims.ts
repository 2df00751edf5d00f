/**
 * Places of spaces that a link says we share (docs/PROTOCOL.md, Coming back). The word alone costs nothing, so a place is lent: each device has so many, the one
 * with the most gives one up when there are no more, and what showed no good record in time goes. On a beacon (RIGHT34) one person fills no more than a part.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import { linkInvites } from '#os/rights/public-links';
import type { KeyValue } from '#ports/record-store';
import { remember } from '#vm/replication/peer-state';
import { addSpace } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

interface Claim {
  /** Device at the other end (text). */
  readonly by: string;
  /** ms, monotone. */
  readonly at: number;
}

interface Claims {
  /** Space → who named it, the oldest first. */
  readonly open: Map<string, Claim>;
  /** Spaces that were let go of: the links name them again and again. */
  readonly declined: Set<string>;
  /** A look at what is to be given back is due. */
  due: boolean;
}

const claims = new WeakMap<Kernel, Claims>();

function claimsOf(kernel: Kernel): Claims {
  const known = claims.get(kernel) ?? { open: new Map<string, Claim>(), declined: new Set<string>(), due: false };
  claims.set(kernel, known);
  return known;
}

/** Row of such a space: whoever starts with it knows that it may be nothing. */
export const claimRow = (id: Bytes, by: Bytes): KeyValue => [`space/${toBase64url(id)}`, { id, standing: 'joining', told: toBase64url(by) }];

/** The place is lent until the space shows itself; also after a start. */
export function noteClaim(kernel: Kernel, key: string, by: string): void {
  claimsOf(kernel).open.set(key, { by, at: kernel.deps.clock.monotonic() });
  lookLater(kernel);
}

function lookLater(kernel: Kernel): void {
  const state = claimsOf(kernel);
  if (state.due || state.open.size === 0) return;
  state.due = true;
  kernel.deps.clock.setTimer(KERNEL_LIMITS.claimMs / 4, () => {
    state.due = false;
    giveBack(kernel);
    lookLater(kernel);
  });
}

/** Lends a place to a space that the device names; null when it has none. The row is the caller's to write. */
export function lend(kernel: Kernel, id: Bytes, device: Bytes): Space | null {
  const { open, declined } = claimsOf(kernel);
  if (declined.has(toBase64url(id))) return null;
  const by = toBase64url(device);
  const mine = [...open.values()].filter((claim) => claim.by === by).length;
  if (kernel.deps.beacon && mine >= KERNEL_LIMITS.claimsOfOne) return null;
  const full = open.size >= KERNEL_LIMITS.claims || kernel.spaces.size >= KERNEL_LIMITS.spaces;
  if (full && !makeRoom(kernel, mine)) return null;
  const space = addSpace(kernel, id, 'joining');
  noteClaim(kernel, space.key, by);
  return space;
}

/** Nothing of it was found good so far. */
const isEmpty = (space: Space): boolean => [...space.fragments.values()].every(({ log }) => log.size === 0);

function emptyOnes(kernel: Kernel): (Claim & { readonly space: Space })[] {
  if (kernel.loading) return [];
  return [...claimsOf(kernel).open].flatMap(([key, claim]) => {
    const space = kernel.spaces.get(key);
    return space?.standing === 'joining' && isEmpty(space) ? [{ ...claim, space }] : [];
  });
}

/** Who holds the most places with nothing gives up the oldest for one who holds fewer. */
function makeRoom(kernel: Kernel, mine: number): boolean {
  const byDevice = new Map<string, Space[]>();
  for (const { by, space } of emptyOnes(kernel)) byDevice.set(by, [...(byDevice.get(by) ?? []), space]);
  const most = [...byDevice.values()].reduce((a, b) => (b.length > a.length ? b : a), []);
  if (most.length <= mine) return false;
  drop(kernel, most.slice(0, 1));
  return true;
}

function giveBack(kernel: Kernel): void {
  const before = kernel.deps.clock.monotonic() - KERNEL_LIMITS.claimMs;
  if (kernel.leader) drop(kernel, emptyOnes(kernel).filter(({ at }) => at <= before).map(({ space }) => space));
}

function drop(kernel: Kernel, spaces: readonly Space[]): void {
  if (spaces.length === 0) return;
  for (const space of spaces) {
    space.standing = 'left';
    kernel.spaces.delete(space.key);
    claimsOf(kernel).open.delete(space.key);
  }
  kernel.metric('spaces.given_back', spaces.length);
  const values = spaces.map(({ key }): KeyValue => [`space/${key}`, undefined]);
  void kernel.store.commit({ origin: kernel.boot, records: [], values }).then(() => kernel.emit({ type: 'spaces' }), (error: unknown) => kernel.fault('claims', error));
}

/** Who let this beacon into the space. */
const letInBy = (kernel: Kernel, { rights }: Space): string | null => {
  const self = kernel.profile && toBase64url(kernel.profile.uid);
  return linkInvites(rights.view()).find(({ uid }) => uid === self)?.invite.by ?? null;
};

/** The acl of the space names this person: is it kept? A beacon keeps so many spaces of who let it in, and lets go of a further one for good: its records are known by now. */
export function settleClaim(kernel: Kernel, space: Space): boolean {
  claimsOf(kernel).open.delete(space.key);
  if (!kernel.deps.beacon) return true;
  const by = letInBy(kernel, space);
  const others = [...kernel.spaces.values()].filter((one) => one.standing === 'member' && letInBy(kernel, one) === by).length;
  if (others < KERNEL_LIMITS.beaconSpacesOfOne) return true;
  remember(claimsOf(kernel).declined, space.key, KERNEL_LIMITS.spaces);
  drop(kernel, [space]);
  return false;
}
