/** The part of the API about people and their rights: checks nothing itself, finds the space and calls the act. */
import { toBase64url } from '#base/bytes';
import type { AccessApi, Ending } from '#os/access-api';
import type { KernelParts } from './kernel.ts';
import { hasEnded } from './expiry.ts';
import { ROLE_NAME } from './membership.ts';
import { letBackIn, mayDo, removePerson, setRole, setUntil } from './people-acts.ts';
import { ACL_KEY, personName } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

export function accessApi({ kernel, sealer }: KernelParts, spaceOf: (id: string) => Space): AccessApi {
  return {
    choices: async (id) => [...spaceOf(id).rights.view().members.values()].map((member) => {
      const { mayRemove, roles, mayEnd } = mayDo(kernel, spaceOf(id), member);
      return { uid: member.uid, remove: mayRemove, roles: roles.map((role) => ROLE_NAME[role]), until: mayEnd };
    }),
    remove: async (id, uid) => (await kernel.loading, removePerson(kernel, sealer, spaceOf(id), uid)),
    setRole: async (id, uid, role) => (await kernel.loading, setRole(kernel, sealer, spaceOf(id), uid, role)),
    setUntil: async (id, uid, until) => (await kernel.loading, setUntil(kernel, sealer, spaceOf(id), uid, until)),
    letBackIn: async (id, uid, role) => (await kernel.loading, letBackIn(kernel, sealer, spaceOf(id), uid, role)),
    ending: async (id) => endingOf(kernel, spaceOf(id)),
  };
}

/** By the acl as it is held here, and by mesh time. */
function endingOf(kernel: Kernel, space: Space): Ending | null {
  if (!kernel.profile || space.standing === 'joining') return null;
  const uid = toBase64url(kernel.profile.uid);
  const member = space.rights.memberOf(uid);
  if (member) return hasEnded(member, kernel.time.now()) ? { kind: 'ended', by: null, name: '', at: member.exp! } : null;
  const removal = space.rights.view().revokes.findLast(({ to }) => to === uid);
  const record = removal && space.fragments.get(ACL_KEY)?.log.get(removal.id);
  if (!removal || !record) return null;
  const { by, ended } = space.rights.removal(removal.id);
  const at = record.hlc.ms - record.delta;
  if (ended !== null && ended <= at) return { kind: 'ended', by: null, name: '', at: ended };
  return by === uid ? { kind: 'left', by: null, name: '', at } : { kind: 'removed', by, name: personName(space, by), at };
}
