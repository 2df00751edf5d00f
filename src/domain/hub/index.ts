/**
 * The Hub: what a person should hear of, what happened, and what is theirs to do, over all spaces. Its lists are computed from nodes and from what the
 * manifests of the components say of them, and never stored; only what the person did with an entry is kept, in their Personal space. The door of the component.
 */
import type { ComponentManifest } from '#domain/shared';
import { HUB_AGENTS } from './agents.ts';
import { HUB_VERB } from './schema.ts';

export * from './desk.ts';
export * from './digest.ts';
export * from './indexes.ts';
export * from './operations.ts';
export * from './rules.ts';
export * from './schema.ts';

export const hubManifest: ComponentManifest = { name: 'hub', types: [], verbs: Object.values(HUB_VERB), agents: HUB_AGENTS };
