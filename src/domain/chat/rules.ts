/** Order, rights wanted and shape rules of the chat. The kernel of every peer enforces the rights; these only decide what is offered. */
import type { SpaceView } from '#os/api';
import { REACTIONS_SHOWN_MAX } from '#domain/shared';
import type { Message, Reaction } from './schema.ts';

/** Order of messages: sort key of the creating operation, compared as text. */
export function byStamp(a: { stamp: string }, b: { stamp: string }): number {
  return a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0;
}

/** Roles that may write messages in this build; guests read (comments come later). */
export function mayWrite(role: SpaceView['role'] | undefined): boolean {
  return role === 'owner' || role === 'admin' || role === 'member';
}

/** The directory of the space is written by whom it is open to: not by who has a part of the space. */
export function mayMakeChannels(space: SpaceView): boolean {
  return mayWrite(space.role) && space.scope === null;
}

/** Only the author edits; authors, owners and admins delete. */
export function mayEdit(message: Message, me: string): boolean {
  return message.by === me && !message.deleted && !message.newer;
}

/** See mayEdit. */
export function mayDelete(message: Message, me: string, role: SpaceView['role'] | undefined): boolean {
  return !message.deleted && !message.newer && mayWrite(role) && (message.by === me || role === 'owner' || role === 'admin');
}

/** Messages of one author within this span (ms) stand in one group under one name. */
export const GROUP_SPAN_MS = 5 * 60_000;

/** True when `next` stands under the same name line as `before`. */
export function sameGroup(before: Message, next: Message): boolean {
  return before.by === next.by && before.by !== null && next.replyTo === null && !before.deleted === !next.deleted && next.at - before.at < GROUP_SPAN_MS && next.at >= before.at - GROUP_SPAN_MS;
}

/** The reactions that stand under a message: as many different emoji as fit, in their order. */
export function shownReactions(reactions: readonly Reaction[]): readonly Reaction[] {
  return reactions.slice(0, REACTIONS_SHOWN_MAX);
}
