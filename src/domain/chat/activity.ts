/** What of the chat is told in the Hub: messages, and channels that were made. */
import { plainMessage } from '#base/plain-message';
import { FRAGMENT, HUB_LIMITS, oneLine, type ActivityType } from '#domain/shared';
import { MESSAGE, readChannel, readMessage } from './schema.ts';

export const CHAT_ACTIVITY: readonly ActivityType[] = [
  {
    type: MESSAGE,
    read(node) {
      const message = readMessage(node);
      if (!message || message.deleted) return null;
      return { kind: 'message', by: message.by, at: message.at, title: oneLine(plainMessage(message.text.slice(0, 4 * HUB_LIMITS.title))).slice(0, HUB_LIMITS.title), to: message.mentions, answers: message.replyTo ?? message.thread, thread: message.thread, params: { m: message.id } };
    },
  },
  {
    type: FRAGMENT,
    read(node) {
      const channel = readChannel(node);
      if (!channel) return null;
      return { kind: 'channel', by: node.createdBy, at: node.createdAt, title: channel.title, place: { fragment: channel.fragment, lens: 'chat', title: channel.title, about: false, params: {} } };
    },
  },
];
