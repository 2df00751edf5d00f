/** Access (component name Subscription): people, roles, invitations of a space. The door of the component. */
import { manifest, oneLine, PERSON, readPerson } from '#domain/shared';
import { ACCESS_AGENTS } from './agents.ts';

export * from './indexes.ts';
export * from './operations.ts';
export * from './rules.ts';
export * from './schema.ts';
export * from './who-sees.ts';

export const accessManifest = /* @__PURE__ */ manifest(() => ({
  name: 'subscription',
  types: [{ type: PERSON, icon: 'person', title: (node) => oneLine(readPerson(node)?.name ?? ''), facts: () => [] }],
  verbs: ['subscription/person.name@1', 'subscription/fragment.create@1'],
  agents: ACCESS_AGENTS,
  activity: async () => (await import('./activity.ts')).ACCESS_ACTIVITY,
}));
