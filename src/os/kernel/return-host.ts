/**
 * Coming back with the recovery key alone (docs/PROTOCOL.md, Coming back; decisions/0026): which rooms this device sits in, for itself and for people of its
 * small spaces. What is asked and answered (returns.ts) is loaded when somebody comes.
 */
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import { peopleIn } from '#os/rights/public-links';
import type { AeadKey, AgreementKey, SigningKey } from '#ports/crypto';
import { returnKey } from '#vm/protocol/rooms';
import { SPACE_KIND } from '#vm/protocol/types';
import type { ReturnHost } from '#vm/replication/returns';
import { recoveryKeyOf } from './device-keys.ts';
import { personalOf } from './own-devices.ts';
import type { Profile } from './profile.ts';
import type { Kernel } from './state.ts';
import type { TransactDeps } from './transact.ts';

/** Row `id/return`: a person comes back to this device. It goes when they say that all is here. */
export interface ReturnRow {
  /** ms. */
  readonly since: number;
  /** From a backup file: its spaces are here, of which so many do not come to what the file says. */
  readonly restored?: { readonly differ: number };
  /** Until somebody says which person it is: the recovery key, which cannot be exported, and the keys this device will have. */
  readonly search?: { readonly rk: SigningKey; readonly by?: 'phrase' | 'file' | 'parts'; readonly ds: SigningKey; readonly dx: AgreementKey; readonly kept?: KeptEntropy };
}

/** Of words that parts made, and that nobody wrote down yet: as of a first run (profile.ts). */
export interface KeptEntropy {
  readonly vault: AeadKey;
  readonly nonce: Bytes;
  readonly wrapped: Bytes;
}

/** What coming back needs of the kernel's parts. */
export interface ReturnParts extends TransactDeps {
  /** The person is known now: everything starts anew under it. */
  adopt(profile: Profile): Promise<void>;
}

/** Recovery keys (text) of people in spaces small enough that each waits for the others, at most so many. */
function waitedFor({ profile, spaces }: Kernel): Set<string> {
  const out = new Set<string>();
  for (const space of spaces.values()) {
    const { state, kind } = space.rights.view();
    const members = new Set(peopleIn(space.rights.view()).map(({ uid }) => uid));
    if (!profile || space.standing !== 'member' || kind === SPACE_KIND.guild || members.size > KERNEL_LIMITS.returnMembers || !members.has(toBase64url(profile.uid))) continue;
    for (const uid of members.keys()) for (const key of uid === toBase64url(profile.uid) ? [] : (state.persons.get(uid)?.recoveryKeys ?? [])) if (out.size < KERNEL_LIMITS.returnPeople) out.add(key);
  }
  return out;
}

/** The kernel's side for the links. */
export function createReturnHost(parts: ReturnParts): ReturnHost {
  const { kernel } = parts;
  // Derived once for each key: asked at every change of a link.
  const known = new Map<string, Bytes>();
  const keyFor = (recovery: string): Bytes => {
    const key = known.get(recovery) ?? returnKey(fromBase64url(recovery)!);
    if (known.size >= KERNEL_LIMITS.returnPeople * 2) known.clear();
    known.set(recovery, key);
    return key;
  };
  const load = () => import('./returns.ts');
  return {
    rooms() {
      const own = kernel.returning?.search?.rk.pub ?? (kernel.profile && recoveryKeyOf(kernel.profile.statements[0]!));
      return { own: own ? [keyFor(toBase64url(own))] : [], others: [...waitedFor(kernel)].map(keyFor) };
    },
    looking: () => kernel.returning !== null || kernel.profile?.restored === true,
    sibling: (device) => kernel.profile !== null && kernel.revoked === null && !equalBytes(device, kernel.profile.ds.pub) && personalOf(kernel)?.rights.personOf(device) === toBase64url(kernel.profile.uid),
    ask: async (link) => (await load()).askLink(parts, link),
    answer: async (question, payload, link) => (await load()).answerLink(parts, question, payload, link),
  };
}
