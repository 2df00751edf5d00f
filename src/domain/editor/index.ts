/** Documents (component name Editor): pages of blocks that several people write. The door of the component; the model has its own (./model). */
import { FRAGMENT, manifest, type TypeManifest } from '#domain/shared';
import { EDITOR_AGENTS } from './agents.ts';
import { RESOLVE_VERB } from './comments.ts';
import { DOCUMENT, DOCUMENT_VERB, PROPOSAL, PROPOSAL_APPROVAL, PROPOSAL_DECISION, PROPOSAL_EDIT, PROPOSAL_VERB, readDocument } from './schema.ts';
import { readVersion, VERSION, VERSION_VERB } from './versions.ts';

export * from './comments.ts';
export * from './indexes.ts';
export * from './operations.ts';
export * from './properties.ts';
export * from './rules.ts';
export * from './schema.ts';
export * from './trash.ts';
export * from './versions.ts';

export const editorManifest = /* @__PURE__ */ manifest(() => ({
  name: 'editor',
  types: [
    {
      type: FRAGMENT,
      of: DOCUMENT,
      icon: 'fragment',
      title: (node) => readDocument(node)?.title ?? '',
      facts: (node) => [{ kind: 'time', at: readDocument(node)?.created ?? node.createdAt }],
    },
    { type: VERSION, icon: 'fragment', title: (node) => readVersion(node)?.name ?? '', facts: (node) => [{ kind: 'time', at: node.createdAt }] },
    ...[PROPOSAL, PROPOSAL_EDIT, PROPOSAL_DECISION, PROPOSAL_APPROVAL].map((type): TypeManifest => ({ type, icon: 'fragment', title: (node) => (typeof node.props['title'] === 'string' ? node.props['title'] : ''), facts: (node) => [{ kind: 'time', at: node.createdAt }] })),
    { type: DOCUMENT, icon: 'fragment', title: () => '', facts: (node) => [{ kind: 'time', at: node.createdAt }] },
  ],
  verbs: [...Object.values(DOCUMENT_VERB), ...Object.values(VERSION_VERB), ...Object.values(PROPOSAL_VERB), RESOLVE_VERB],
  agents: EDITOR_AGENTS,
}));
