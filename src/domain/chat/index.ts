/** Chat: channels and threads of one space (UX §2). The door of the component. */
import { plainMessage } from '#base/plain-message';
import { FRAGMENT, manifest, oneLine } from '#domain/shared';
import { CHAT_AGENTS } from './agents.ts';
import { MESSAGE, readChannel, readMessage, VERB } from './schema.ts';

export * from './indexes.ts';
export * from './operations.ts';
export * from './rules.ts';
export * from './schema.ts';

export const chatManifest = /* @__PURE__ */ manifest(() => ({
  name: 'chat',
  types: [
    {
      type: MESSAGE,
      icon: 'message',
      title: (node) => oneLine(plainMessage((readMessage(node)?.text ?? '').slice(0, 480))).slice(0, 120),
      facts: (node) => [...(node.createdBy ? [{ kind: 'person' as const, uid: node.createdBy }] : []), { kind: 'time', at: node.createdAt }],
    },
    {
      type: FRAGMENT,
      icon: 'channel',
      title: (node) => readChannel(node)?.title ?? '',
      facts: (node) => [{ kind: 'text', text: readChannel(node)?.topic ?? '' }],
    },
  ],
  verbs: Object.values(VERB),
  agents: CHAT_AGENTS,
  activity: async () => (await import('./activity.ts')).CHAT_ACTIVITY,
}));
