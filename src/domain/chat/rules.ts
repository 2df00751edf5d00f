/** Order, rights wanted and shape rules of the chat. The kernel of every peer enforces the rights; these only decide what is offered. */
import type { SpaceView } from '#os/api';
import { FRAGMENT, mayChange, mayMake, REACTIONS_SHOWN_MAX } from '#domain/shared';
import { MESSAGE, REACT_PREFIX, type Message, type Reaction } from './schema.ts';

/** Order of messages: sort key of the creating operation, compared as text. */
export function byStamp(a: { stamp: string }, b: { stamp: string }): number {
  return a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0;
}

type Place = Pick<SpaceView, 'role' | 'rules'> & Partial<Pick<SpaceView, 'comments'>>;

/** May this person write messages here: by role, and by the rules of the space, of the channel, of the message that is answered. Who comments in a channel answers only. */
export const mayWrite = (space: Place, channel?: string, answered?: string): boolean =>
  mayMake(space, MESSAGE, ...[channel, answered].filter((id) => id !== undefined)) && (answered !== undefined || channel === undefined || !onlyComments(space, channel));

/** Do they answer and react in the channel without writing? */
export const onlyComments = ({ comments }: Place, channel: string): boolean => comments?.includes(channel) === true;

/** May this person react to messages? */
export const mayReact = (space: Place, ...on: readonly string[]): boolean => mayMake(space, REACT_PREFIX, ...on);

/** The directory of the space is written by whom it is open to: not by who has a part of the space. */
export function mayMakeChannels(space: SpaceView): boolean {
  return mayMake(space, FRAGMENT) && space.scope === null;
}

/** May this person pin messages of the channel? Pins stand in the directory of the space, as its title does. */
export const mayPin = (space: SpaceView, channel: { node: string; fragment: string }): boolean => mayMakeChannels(space) && mayChange(space, channel.node, channel.fragment);

/** Only the author edits; authors, owners and admins delete. */
export function mayEdit(message: Message, me: string, space: Place): boolean {
  return message.by === me && !message.deleted && !message.newer && mayChange(space, message.fragment, message.id);
}

/** See mayEdit. The rules of the channel or of the message may keep what is written as it is. */
export function mayDelete(message: Message, me: string, space: Place): boolean {
  const { role } = space;
  const present = role === 'guest' ? mayWrite(space) : role === 'member';
  return !message.deleted && !message.newer && mayChange(space, message.fragment, message.id) && ((present && message.by === me) || role === 'owner' || role === 'admin');
}

/** May this person give a thread a channel of its own: who decides about people, where there is something to share. */
export const mayMoveOut = (space: SpaceView, message: Message): boolean => (space.role === 'owner' || space.role === 'admin') && mayMakeChannels(space) && !message.deleted && !message.newer && message.moved === null;

/** Messages of one author within this span (ms) stand in one group under one name. */
export const GROUP_SPAN_MS = 5 * 60_000;

/** True when `next` stands under the same name line as `before`. */
export function sameGroup(before: Message, next: Message): boolean {
  return before.by === next.by && before.carriedBy === next.carriedBy && before.by !== null && next.replyTo === null && !before.deleted === !next.deleted && next.at - before.at < GROUP_SPAN_MS && next.at >= before.at - GROUP_SPAN_MS;
}

/** The reactions that stand under a message: as many different emoji as fit, in their order. */
export function shownReactions(reactions: readonly Reaction[]): readonly Reaction[] {
  return reactions.slice(0, REACTIONS_SHOWN_MAX);
}
