import { expect, test } from 'vitest';
import { accessCounts, byRole, invitableRoles, inviteOptions, mayLeave, mayShare, spaceForTwo, whoSees } from '#domain/subscription';
import { guestCertificates, guestDocuments, guestSentence, guestTasks, hasOwnRules, RULES, ruleChange, ruleOf, type Rule } from '#view/subscription/rule-list.ts';
import { mayMake, NO_RULES } from '#domain/shared';
import type { Member, RoleName, SpaceView } from '#os/api';

/** As the kernel says it where nothing else is set. */
const LETS: Partial<Record<SpaceView['role'], RoleName>> = { owner: 'owner', admin: 'member' };
const space = (role: SpaceView['role'], kind: SpaceView['kind'] = 'team'): SpaceView => ({ id: 's', name: 'S', kind, role, members: 2, scope: null, comments: [], lets: LETS[role] ?? null, rules: NO_RULES });
const member = (uid: string, role: RoleName, since: number): Member => ({ uid, name: uid, role, since, until: null, scope: null, comments: [], lets: null, devices: [], self: false, online: uid === 'a' });

test('{C7} invite: owners and admins only, never into a role above their own', () => {
  expect(invitableRoles(space('owner'))).toEqual(['guest', 'member', 'admin']);
  expect(invitableRoles(space('admin'))).toEqual(['guest', 'member']);
  for (const role of ['member', 'guest', 'removed', 'joining'] as const) expect(invitableRoles(space(role))).toEqual([]);
  const choice = { role: 'member' as const, expiresInMs: 1000, uses: 1, approve: true };
  expect(inviteOptions(choice, space('owner'))).toEqual({ ok: true, value: { scope: null, role: 'member', expiresInMs: 1000, uses: 1, approval: 'manual' } });
  expect(inviteOptions(choice, space('member'))).toMatchObject({ error: { code: 'no-right' } });
  expect(inviteOptions({ ...choice, uses: 0 }, space('owner'))).toMatchObject({ ok: false });
});

test('{C7} whoever is allowed to let in guests invites guests and is offered Share; a space for two has both names, each cut to half', () => {
  const delegate: SpaceView = { ...space('member'), lets: 'guest' };
  expect(invitableRoles(delegate)).toEqual(['guest']);
  expect([mayShare(delegate), mayShare(space('member')), mayShare(space('admin')), mayShare(space('owner', 'personal'))]).toEqual([true, false, true, false]);
  expect(spaceForTwo('Anna', 'Boris')).toBe('Anna & Boris');
  expect(spaceForTwo('', 'Boris')).toBe('Boris');
  expect(spaceForTwo('a'.repeat(80), 'b'.repeat(80))).toBe(`${'a'.repeat(38)} & ${'b'.repeat(38)}`);
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

test('{C7} an invitation into one channel: for members and guests, never for who manages people', () => {
  const choice = { role: 'guest' as const, expiresInMs: 1000, uses: 1, approve: false, only: 'f1' };
  expect(inviteOptions(choice, space('admin'))).toMatchObject({ value: { scope: ['f1'] } });
  expect(inviteOptions({ ...choice, role: 'admin' }, space('owner'))).toMatchObject({ value: { scope: null } });
});

test('{C7} who can see this, and through which rule: those of one channel first, then everybody with the whole space', () => {
  const list: Member[] = [
    member('owner', 'owner', 1), member('member', 'member', 2),
    { ...member('here', 'guest', 3), scope: ['f1'], until: 9 }, { ...member('both', 'member', 4), scope: ['f1', 'f2'] }, { ...member('elsewhere', 'guest', 5), scope: ['f2'] },
  ];
  const seen = (fragment: string | null): [string, string, number][] => whoSees(list, fragment).map(({ uid, rule, others }) => [uid, rule, others]);
  expect(seen('f1')).toEqual([['both', 'part', 1], ['here', 'part', 0], ['owner', 'whole', 0], ['member', 'whole', 0]]);
  expect(seen('f2')).toEqual([['both', 'part', 1], ['elsewhere', 'part', 0], ['owner', 'whole', 0], ['member', 'whole', 0]]);
  expect(seen('f3')).toEqual([['owner', 'whole', 0], ['member', 'whole', 0]]);
  expect(seen(null)).toEqual([['owner', 'whole', 0], ['member', 'whole', 0]]);
  expect(whoSees(list, 'f1').find(({ uid }) => uid === 'here')).toMatchObject({ role: 'guest', until: 9 });
});

test('{K7} the rules of a space in sentences: what holds without one, what a change writes, and what a guest does', () => {
  const [message, react, , propose, channel, invite] = RULES as [Rule, Rule, Rule, Rule, Rule, Rule];
  expect(RULES.map((rule) => ruleOf(NO_RULES, rule))).toEqual(['member', 'member', 'member', 'member', 'member', 'admin']);
  expect(ruleChange(propose, 'guest')).toEqual({ ops: { 'editor/proposal': 'guest' } });
  expect(hasOwnRules(NO_RULES)).toBe(false);
  expect([ruleChange(message, 'guest'), ruleChange(channel, 'member'), ruleChange(invite, 'owner'), ruleChange(invite, 'admin')])
    .toEqual([{ ops: { 'chat/message@': 'guest' } }, { ops: { 'fragment@1': null } }, { invite: 'owner' }, { invite: 'admin' }]);
  const rules = { ...NO_RULES, ops: { 'chat/': 'admin', 'chat/message@': 'guest' } as const };
  expect([ruleOf(rules, message), ruleOf(rules, react), hasOwnRules(rules)]).toEqual(['guest', 'member', true]);
  const said = (ops: Record<string, RoleName>): string => guestSentence({ ...NO_RULES, ops });
  expect([said({}), said({ 'react/': 'guest' }), said({ 'chat/message@': 'guest' }), said({ 'react/': 'guest', 'chat/message@': 'guest' })]).toEqual(['reads', 'reacts', 'writes', 'both']);
  const docs = (ops: Record<string, RoleName>): string => guestDocuments({ ...NO_RULES, ops });
  expect([docs({}), docs({ 'chat/message@': 'guest' }), docs({ 'editor/proposal': 'guest' }), docs({ 'chat/message@': 'guest', 'editor/proposal': 'guest' })]).toEqual(['reads', 'comments', 'proposes', 'both']);
  // A proposal without its edits is none.
  expect(docs({ 'editor/proposal@': 'guest' })).toBe('reads');
  const tasks = (ops: Record<string, RoleName>): boolean => guestTasks({ ...NO_RULES, ops });
  expect([tasks({}), tasks({ 'goals/task@': 'guest' }), tasks({ 'goals/task': 'guest' }), tasks({ 'goals/': 'guest' }), guestTasks({ ...NO_RULES, ops: { 'goals/': 'guest' }, newer: true })]).toEqual([false, false, true, true, false]);
  expect([guestCertificates(NO_RULES), guestCertificates({ ...NO_RULES, ops: { 'learn/certificate@': 'guest' } })]).toEqual([false, true]);
  expect(mayMake({ role: 'guest', rules }, 'chat/message@1')).toBe(true);
  expect(mayMake({ role: 'member', rules }, 'chat/poll@1')).toBe(false);
  expect(mayMake({ role: 'owner', rules: { ...rules, newer: true } }, 'chat/message@1')).toBe(false);
  expect(mayMake({ role: 'removed', rules }, 'chat/message@1')).toBe(false);
  expect([invitableRoles({ lets: 'guest', rules }), invitableRoles({ lets: null, rules }), invitableRoles({ lets: 'owner', rules: { ...rules, newer: true } })]).toEqual([['guest'], [], []]);
});
