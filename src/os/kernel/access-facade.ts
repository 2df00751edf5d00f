/** The part of the API about people and their rights: checks nothing itself, finds the space and calls the act. */
import { toBase64url } from '#base/bytes';
import type { AccessApi, Ending, JournalLine } from '#os/access-api';
import { KERNEL_LIMITS } from '#os/limits';
import { journalAct, type JournalKind } from '#os/rights/journal';
import { linkInvites, peopleIn } from '#os/rights/public-links';
import { stores } from '#os/rights/scope';
import type { Role } from '#vm/protocol/types';
import type { KernelParts } from './kernel.ts';
import { beacons } from './beacon-acts.ts';
import { beaconReport } from './beacon-report.ts';
import { hasEnded } from './expiry.ts';
import { ROLE_NAME } from './membership.ts';
import { moveBack, moveOut } from './move-acts.ts';
import { letBackIn, mayDo, removePerson, setDelegate, setRole, setScope, setUntil } from './people-acts.ts';
import { tellAbout } from './part-tell.ts';
import { plansOf, redeem, setPlans } from './plan-acts.ts';
import { makePublicLink, publicLinks, revokePublicLink } from './public-link-acts.ts';
import { adopt, setAside } from './set-aside.ts';
import { setRules } from './space-rules.ts';
import { spaceCopy } from './space-copy.ts';
import { ACL_KEY, personName } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

export function accessApi(parts: KernelParts, spaceOf: (id: string) => Space): AccessApi {
  const { kernel, sealer } = parts;
  return {
    choices: async (id, uids) => peopleIn(spaceOf(id).rights.view()).filter(({ uid }) => uids === undefined || uids.includes(uid)).map((member) => {
      const { mayRemove, roles, mayEnd, mayWhole, lets } = mayDo(kernel, spaceOf(id), member);
      return { uid: member.uid, remove: mayRemove, roles: roles.map((role) => ROLE_NAME[role]), until: mayEnd, whole: mayWhole, delegate: lets.map((role) => ROLE_NAME[role]), plan: member.plan !== null };
    }),
    remove: async (id, uid) => (await kernel.loading, removePerson(kernel, sealer, spaceOf(id), uid)),
    setRole: async (id, uid, role) => (await kernel.loading, setRole(kernel, sealer, spaceOf(id), uid, role)),
    setUntil: async (id, uid, until) => (await kernel.loading, setUntil(kernel, sealer, spaceOf(id), uid, until)),
    setDelegate: async (id, uid, most) => (await kernel.loading, setDelegate(kernel, sealer, spaceOf(id), uid, most)),
    letBackIn: async (id, uid, role) => (await kernel.loading, letBackIn(kernel, sealer, spaceOf(id), uid, role)),
    async setScope(id, uid, fragments, options) {
      await kernel.loading;
      await setScope(kernel, sealer, spaceOf(id), uid, fragments, options?.comments);
      tellAbout(parts, spaceOf(id), fragments ?? []);
    },
    setRules: async (id, change) => (await kernel.loading, setRules(kernel, sealer, spaceOf(id), change)),
    plans: async (id) => plansOf(kernel, spaceOf(id)),
    setPlans: async (id, change) => (await kernel.loading, setPlans(kernel, sealer, spaceOf(id), change)),
    redeem: async (id, voucher) => (await kernel.loading, redeem(kernel, sealer, spaceOf(id), voucher)),
    ending: async (id) => endingOf(kernel, spaceOf(id)),
    journal: async (id, options) => journalOf(spaceOf(id), options),
    setAside: async (id) => (await kernel.loading, setAside(kernel, spaceOf(id))),
    adopt: async (id, uid) => (await kernel.loading, adopt(kernel, sealer, spaceOf(id), uid)),
    moveOut: async (id, thing, { title }) => (await kernel.loading, moveOut(parts, spaceOf(id), thing, title)),
    moveBack: async (id, thing) => (await kernel.loading, moveBack(parts, spaceOf(id), thing)),
    async beacons(id, change) {
      await kernel.loading;
      const list = await beacons(kernel, sealer, spaceOf(id), change);
      tellAbout(parts, spaceOf(id), change?.reads?.fragments ?? []);
      return list;
    },
    beaconReport: async (id, beacon) => (await kernel.loading, new Blob([await beaconReport(kernel, spaceOf(id), beacon)], { type: 'application/json' })),
    history: async (id, fragment, act) => (await kernel.loading, (await import('./baseline-make.ts')).historyOf(parts, spaceOf(id), fragment, act)),
    copy: async (id) => (await kernel.loading, new Blob([spaceCopy(kernel, spaceOf(id))], { type: 'application/json' })),
    publicLinks: async (id) => publicLinks(kernel, spaceOf(id)),
    makePublicLink: async (id, fragment, options = {}) => (await kernel.loading, makePublicLink(parts, spaceOf(id), fragment, options.expiresInMs ?? null)),
    revokePublicLink: async (id, link) => (await kernel.loading, revokePublicLink(kernel, sealer, spaceOf(id), link)),
  };
}

/** By the acl as it is held here, and by mesh time. */
function endingOf(kernel: Kernel, space: Space): Ending | null {
  if (!kernel.profile || space.standing === 'joining') return null;
  if (kernel.revoked !== null) return { kind: 'device', by: null, name: '', at: kernel.revoked };
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

/** What an act on a person is when the person is a public link. */
const LINK_ACT: Partial<Record<JournalKind, JournalKind>> = { joined: 'link', removed: 'link-revoked', ended: 'link-ended' };

const BEACON_ACT: Partial<Record<JournalKind, JournalKind>> = { joined: 'beacon', back: 'beacon', scope: 'beacon-reads', removed: 'beacon-removed', ended: 'beacon-removed' };

/** The lines of the journal; `counts` by the acl as it is held here. */
function journalOf(space: Space, { limit = KERNEL_LIMITS.journalLines, offset = 0 }: { limit?: number; offset?: number } = {}): JournalLine[] {
  const view = space.rights.view();
  const { dead } = view;
  const links = linkInvites(view);
  const name = (role: Role | null): JournalLine['role'] => (role === null ? null : ROLE_NAME[role]);
  const lines: JournalLine[] = [];
  for (const record of [...space.rights.acts()].reverse()) {
    const act = journalAct(record);
    // A public link is a person of the acl only: its invite is no act of its own.
    if (!act || links.some(({ invite }) => invite.id === record.id)) continue;
    const link = links.find(({ uid }) => uid === act.who);
    const kind = link ? ((stores(space.inviteRooms.get(link.invite.id)?.scope ?? null) ? BEACON_ACT : LINK_ACT)[act.kind] ?? act.kind) : act.kind;
    lines.push({ ...act, kind, id: record.id, at: record.at, by: record.author, role: name(act.role), before: name(act.before), counts: !dead.has(record.id) });
  }
  return lines.slice(offset, offset + Math.min(limit, KERNEL_LIMITS.journalLines));
}
