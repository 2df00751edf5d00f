/** The door for what is loaded first: what the Messenger tells the rest of the system. */
import type { NodeView } from '#os/api';
import { FRAGMENT, manifest, type Fact, type TypeManifest } from '#domain/shared';
import { MESSENGER_AGENTS } from './agents.ts';
import { CALL, DOOR, readRoom, ROOM } from './schema.ts';

export { CALL, DOOR, readRoom } from './schema.ts';

export const messengerManifest = /* @__PURE__ */ manifest(() => ({
  name: 'messenger',
  types: [FRAGMENT, CALL, DOOR].map((type): TypeManifest => ({ type, ...(type === FRAGMENT && { of: ROOM }), ...(type === CALL && { named: ({ createdAt }: NodeView): Fact => ({ kind: 'call', at: createdAt }) }), icon: 'message', title: (node) => readRoom(node)?.title ?? '', facts: (node) => [{ kind: 'time', at: node.createdAt }] })),
  verbs: ['call.begin', 'call.join', 'call.end', 'call.notes', 'door.open', 'door.close'].map((act) => `messenger/${act}@1`),
  agents: MESSENGER_AGENTS,
  activity: async () => (await import('./activity.ts')).MESSENGER_ACTIVITY,
}));
