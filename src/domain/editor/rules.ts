/** Rights wanted for documents. The kernel of every peer enforces them; these only decide what is offered. */
import type { Member, RoleName, SpaceView } from '#os/api';
import { mayWrite, onlyComments } from '#domain/chat';
import { FRAGMENT, mayChange, mayMake } from '#domain/shared';
import type { Comment } from './comments.ts';
import { DOCUMENT, PROPOSAL, PROPOSAL_APPROVAL, PROPOSAL_DECISION, PROPOSAL_EDIT, textNodeOf } from './schema.ts';

type Place = Pick<SpaceView, 'role' | 'rules' | 'comments'>;

/** May this person write in the document? Who comments there does not. */
export const mayWriteDocument = (space: Place, fragment: string): boolean => mayMake(space, DOCUMENT, fragment) && mayChange(space, fragment, textNodeOf(fragment)) && !onlyComments(space, fragment);

/** A document is an entry of the directory, which who has a part of the space does not write. */
export const mayMakeDocuments = (space: SpaceView): boolean => mayMake(space, FRAGMENT) && mayMake(space, DOCUMENT) && space.scope === null;

/** May this person comment on the document, or answer a comment? A comment answers the document, as a reply does a message. */
export const mayComment = (space: Place, fragment: string, answered: string = textNodeOf(fragment)): boolean => mayWrite(space, fragment, answered);

/** Is it theirs to say that a comment is dealt with: who writes messages here, else who wrote it. */
export function mayResolve(space: Place, { message }: Comment, me: string): boolean {
  if (message.newer || message.deleted || !mayChange(space, message.fragment, message.id)) return false;
  return mayComment(space, message.fragment, message.id) && ((space.role !== 'guest' && !onlyComments(space, message.fragment)) || message.by === me);
}

/** May this person propose changes: who comments there, or writes. */
export const mayPropose = (space: Place, fragment: string): boolean => [PROPOSAL, PROPOSAL_EDIT].every((type) => mayMake(space, type, fragment, textNodeOf(fragment))) && mayChange(space, fragment);

/** May this person decide about proposals, and approve them: who writes the document. */
export const mayReview = (space: Place, fragment: string): boolean => mayWriteDocument(space, fragment) && [PROPOSAL_DECISION, PROPOSAL_APPROVAL].every((type) => mayMake(space, type, fragment, textNodeOf(fragment)));

/** The rule on a document that only Admins write: others propose. Every peer enforces it (RIGHT27). */
export const ADMINS_WRITE: Readonly<Record<string, RoleName>> = { change: 'admin', [PROPOSAL_DECISION.slice(0, -1)]: 'admin', [PROPOSAL_APPROVAL.slice(0, -1)]: 'admin' };

/** Is that rule set? */
export const adminsWrite = (space: Place, fragment: string): boolean => Object.entries(ADMINS_WRITE).every(([pattern, role]) => space.rules.on[textNodeOf(fragment)]?.[pattern] === role);

/** People whose approval counts: who may decide there, and did not write the proposal. */
export function approvers(space: Place, fragment: string, members: readonly Pick<Member, 'uid' | 'role' | 'scope' | 'comments'>[], author: string | null): Set<string> {
  return new Set(members.filter(({ uid, role, scope, comments }) => uid !== author && (scope === null || scope.includes(fragment)) && mayReview({ role, rules: space.rules, comments }, fragment)).map(({ uid }) => uid));
}
