/** The rules of a space that its owners set, as sentences of Access: what each binds and who may be chosen, and what a guest does in each component by them. */
import type { RoleName, RulesChange, SpaceRules } from '#os/api';
import { MESSAGE } from '#domain/chat';
import { PROPOSAL, PROPOSAL_EDIT } from '#domain/editor';
import { TASK, TASK_VERB } from '#domain/goals';
import { FRAGMENT, leastRole, mayMake } from '#domain/shared';

export interface Rule {
  readonly name: 'message' | 'react' | 'report' | 'propose' | 'channel' | 'invite';
  /** Beginning of the type it binds; null: the right to let people in. */
  readonly type: string | null;
  readonly roles: readonly RoleName[];
}

/** In the order of the screen. Types of other components by their names: Access knows no component. */
export const RULES: readonly Rule[] = [
  { name: 'message', type: 'chat/message@', roles: ['guest', 'member', 'admin', 'owner'] },
  { name: 'react', type: 'react/', roles: ['guest', 'member', 'admin', 'owner'] },
  { name: 'report', type: 'report@', roles: ['guest', 'member'] },
  { name: 'propose', type: 'editor/proposal', roles: ['guest', 'member'] },
  { name: 'channel', type: FRAGMENT, roles: ['member', 'admin', 'owner'] },
  { name: 'invite', type: null, roles: ['admin', 'owner'] },
];

/** Who may, by the rules in force. */
export function ruleOf(rules: SpaceRules, { type }: Rule): RoleName {
  return type === null ? rules.invite : leastRole(rules, type);
}

/** The change that makes it so; what holds without a rule is no rule. */
export function ruleChange({ type }: Rule, role: RoleName): RulesChange {
  if (type === null) return { invite: role === 'owner' ? 'owner' : 'admin' };
  return { ops: { [type]: role === 'member' ? null : role } };
}

/** Has an owner set anything? */
export function hasOwnRules(rules: SpaceRules): boolean {
  return Object.keys(rules.ops).length > 0 || rules.invite === 'owner' || rules.approve || rules.history === 'joining';
}

export type GuestDoes = 'reads' | 'reacts' | 'writes' | 'both';

/** What a Guest does in Chat. */
export function guestSentence(rules: SpaceRules): GuestDoes {
  const writes = leastRole(rules, 'chat/message@') === 'guest';
  const reacts = leastRole(rules, 'react/') === 'guest';
  return writes ? (reacts ? 'both' : 'writes') : reacts ? 'reacts' : 'reads';
}

export type GuestDocs = 'reads' | 'comments' | 'proposes' | 'both';

/** What a Guest does in Documents: a comment is a message that answers the page, a proposal an entry with edits. */
export function guestDocuments(rules: SpaceRules): GuestDocs {
  const guest = { role: 'guest', rules } as const;
  const comments = mayMake(guest, MESSAGE);
  const proposes = mayMake(guest, PROPOSAL) && mayMake(guest, PROPOSAL_EDIT);
  return comments ? (proposes ? 'both' : 'comments') : proposes ? 'proposes' : 'reads';
}

/** Does a Guest say that they did all of a course, for others to confirm? */
export const guestCertificates = (rules: SpaceRules): boolean => mayMake({ role: 'guest', rules }, 'learn/certificate@1');

/** Does a Guest make tasks, and tick and change their own? Else they see those of others. */
export const guestTasks = (rules: SpaceRules): boolean => mayMake({ role: 'guest', rules }, TASK) && mayMake({ role: 'guest', rules }, TASK_VERB.done);
