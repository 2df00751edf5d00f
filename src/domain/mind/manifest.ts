/** What the shell and the kernel worker must know of what agents make; the rest of the component comes when one is used. */
import { manifest, oneLine } from '#domain/shared';
import { AGENT, MIND_VERB, RESULT } from './types.ts';

export { AGENT, RESULT } from './types.ts';

export const mindManifest = /* @__PURE__ */ manifest(() => ({
  name: 'mind',
  types: [RESULT, AGENT].map((type) => ({ type, icon: 'task' as const, title: ({ props }) => oneLine(String(props['title'] ?? '')), facts: () => [] })),
  verbs: Object.values(MIND_VERB),
  agents: [],
  activity: async () => (await import('./activity.ts')).MIND_ACTIVITY,
}));
