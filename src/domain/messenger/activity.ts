/** What of the Messenger is told in the Hub: rooms that were made, so that what is said in them leads there, and calls that are over. Messages are told by the chat. */
import { FRAGMENT, type ActivityType } from '#domain/shared';
import { readCall } from './log.ts';
import { CALL, readRoom } from './schema.ts';

export const MESSENGER_ACTIVITY: readonly ActivityType[] = [
  {
    type: FRAGMENT,
    read(node) {
      const room = readRoom(node);
      if (!room) return null;
      return { kind: 'channel', by: node.createdBy, at: node.createdAt, title: room.title, place: { fragment: room.fragment, lens: 'messenger', title: room.title, about: false, params: {} } };
    },
  },
  {
    type: CALL,
    read(node) {
      const call = readCall(node);
      // One that goes on rings; one whose end nobody was left to say stands in the list of calls alone.
      return call === null || call.ended === null ? null : { kind: 'call', by: call.by, at: call.at, title: '', with: call.people };
    },
  },
];
