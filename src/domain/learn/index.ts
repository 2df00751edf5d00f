/** Learn: courses, and what a person did of them. The door for what is loaded first; the lens has another (./course). */
import { FRAGMENT, manifest, oneLine, textOf, TASK_TITLE_MAX, type TypeManifest } from '#domain/shared';
import { LEARN_AGENTS } from './agents.ts';
import { COURSE, LEARN_TYPES, LEARN_VERBS } from './schema.ts';

export * from './indexes.ts';
export * from './operations.ts';
export * from './rules.ts';
export * from './schema.ts';

export const learnManifest = /* @__PURE__ */ manifest(() => ({
  name: 'learn',
  types: [FRAGMENT, ...LEARN_TYPES].map((type): TypeManifest => ({ type, ...(type === FRAGMENT && { of: COURSE }), icon: 'learn', title: ({ props }) => oneLine(textOf(props['title'] ?? props['front'], TASK_TITLE_MAX) ?? ''), facts: () => [] })),
  verbs: LEARN_VERBS,
  agents: LEARN_AGENTS,
}));
