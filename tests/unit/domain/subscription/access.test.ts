import { expect, test } from 'vitest';
import { accessCounts, byRole, invitableRoles, inviteOptions, mayLeave } from '#domain/subscription';
import type { Member, RoleName, SpaceView } from '#os/api';

const space = (role: SpaceView['role'], kind: SpaceView['kind'] = 'team'): SpaceView => ({ id: 's', name: 'S', kind, role, members: 2 });
const member = (uid: string, role: RoleName, since: number): Member => ({ uid, name: uid, role, since, until: null, scope: null, devices: [], self: false, online: uid === 'a' });

test('{C7} invite: owners and admins only, never into a role above their own', () => {
  expect(invitableRoles('owner')).toEqual(['guest', 'member', 'admin']);
  expect(invitableRoles('admin')).toEqual(['guest', 'member']);
  for (const role of ['member', 'guest', 'removed', 'joining'] as const) expect(invitableRoles(role)).toEqual([]);
  const choice = { role: 'member' as const, expiresInMs: 1000, uses: 1, approve: true };
  expect(inviteOptions(choice, space('owner'))).toEqual({ ok: true, value: { role: 'member', expiresInMs: 1000, uses: 1, approval: 'manual' } });
  expect(inviteOptions(choice, space('member'))).toMatchObject({ error: { code: 'no-right' } });
  expect(inviteOptions({ ...choice, uses: 0 }, space('owner'))).toMatchObject({ ok: false });
});

test('{C7} leave: not the owner, not the Personal space', () => {
  expect(mayLeave(space('member'))).toBe(true);
  expect(mayLeave(space('owner'))).toBe(true);
  expect(mayLeave(space('admin', 'personal'))).toBe(false);
});

test('{C7} people: by role, then by how long they are here', () => {
  const list = [member('a', 'guest', 1), member('b', 'owner', 5), member('c', 'member', 4), member('d', 'member', 2)];
  expect(list.sort(byRole).map((one) => one.uid)).toEqual(['b', 'd', 'c', 'a']);
  expect(accessCounts(list, [{ id: 'i', role: 'guest', expiresAt: 1, uses: 1, used: 0, by: 'b', state: 'open', scope: null, mayRevoke: true }])).toEqual({ people: 4, online: 1, open: 1 });
});
