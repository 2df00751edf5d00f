/** The door for what is loaded first: what documents tell the rest of the system, and what a list of them needs. All that makes and reads them is behind the other one. */
import { CHANNEL_TITLE_MAX, FRAGMENT, manifest, oneLine, textOf, type TypeManifest } from '#domain/shared';
import { EDITOR_AGENTS } from './agents.ts';
import { DOCUMENT, DOCUMENT_VERB, PROPOSAL, PROPOSAL_APPROVAL, PROPOSAL_DECISION, PROPOSAL_EDIT, PROPOSAL_VERB, readDocument, RESOLVE_VERB, VERSION, VERSION_VERB } from './schema.ts';

export { documentsOf } from './indexes.ts';
export { mayMakeDocuments } from './rules.ts';
export { DOCUMENT, isTemplate } from './schema.ts';

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
    { type: VERSION, icon: 'fragment', title: (node) => oneLine(textOf(node.props['name'], CHANNEL_TITLE_MAX) ?? ''), facts: (node) => [{ kind: 'time', at: node.createdAt }] },
    ...[PROPOSAL, PROPOSAL_EDIT, PROPOSAL_DECISION, PROPOSAL_APPROVAL].map((type): TypeManifest => ({ type, icon: 'fragment', title: (node) => (typeof node.props['title'] === 'string' ? node.props['title'] : ''), facts: (node) => [{ kind: 'time', at: node.createdAt }] })),
    { type: DOCUMENT, icon: 'fragment', title: () => '', facts: (node) => [{ kind: 'time', at: node.createdAt }] },
  ],
  verbs: [...Object.values(DOCUMENT_VERB), ...Object.values(VERSION_VERB), ...Object.values(PROPOSAL_VERB), RESOLVE_VERB],
  agents: EDITOR_AGENTS,
  activity: async () => (await import('./activity.ts')).EDITOR_ACTIVITY,
}));
