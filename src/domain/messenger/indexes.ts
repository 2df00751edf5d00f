/** The list of the Messenger: direct conversations and rooms over all spaces, the newest first. */
import type { NodeView, SpaceView } from '#os/api';
import { CHANNEL, readChannel } from '#domain/chat';
import { byNewest } from './order.ts';
import { readRoom } from './schema.ts';

export interface Conversation {
  readonly space: string;
  readonly fragment: string;
  readonly type: string;
  readonly title: string;
  readonly kind: 'direct' | 'room';
  /** Name of the space it is in, where that says more. */
  readonly place: string | null;
  readonly unread: number;
  /** ms of the last message, or of its making. */
  readonly at: number;
}

/** What a space gives to the list: its rooms; of one that is for two, its first channel under the other's name. `other`: null where it is not for two. */
export function conversationsOf(space: SpaceView, directory: readonly NodeView[], other: string | null): Omit<Conversation, 'unread'>[] {
  const rooms = directory.flatMap((node) => {
    const room = readRoom(node);
    return room ? [{ space: space.id, fragment: room.fragment, type: room.type, title: room.title, kind: 'room' as const, place: room.title === space.name ? null : space.name, at: room.created }] : [];
  });
  if (other === null) return rooms;
  const first = directory.map((node) => readChannel(node)).filter((entry) => entry !== null).sort((a, b) => (a.stamp < b.stamp ? -1 : 1))[0];
  return first ? [...rooms, { space: space.id, fragment: first.fragment, type: CHANNEL, title: other, kind: 'direct', place: null, at: first.created }] : rooms;
}

/**
 * Is the conversation a space of its own, so that who leaves it leaves that and nothing else: a room of invited people (both have one name, as they were made), or a space
 * made for two; with nothing else to talk in but the channel that every space begins with? `directory`: what the space has.
 */
export function isOwnSpace(space: Pick<SpaceView, 'kind' | 'name' | 'members'>, node: NodeView, directory: readonly NodeView[]): boolean {
  const room = readRoom(node);
  const beside = directory.filter((one) => one.id !== node.id && readChannel(one) !== null).length;
  if (space.kind !== 'team' || beside > (room ? 1 : 0) || directory.some((one) => one.id !== node.id && readRoom(one) !== null)) return false;
  return room ? room.title === space.name : readChannel(node) !== null && space.members <= 2 && space.name.includes(' & ');
}

/** The newest first. */
export const inOrder = (list: readonly Conversation[]): Conversation[] => [...list].sort(byNewest);
