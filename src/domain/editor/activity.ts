/** What of documents is told in the Hub: pages that were made, states that were named, proposals. Comments are messages, told by the chat. */
import { CHANNEL_TITLE_MAX, FRAGMENT, oneLine, textOf, type ActivityType } from '#domain/shared';
import { PROPOSAL, readDocument, textNodeOf, VERSION } from './schema.ts';
import { readVersion } from './versions.ts';

export const EDITOR_ACTIVITY: readonly ActivityType[] = [
  {
    type: FRAGMENT,
    read(node) {
      const document = readDocument(node);
      if (!document) return null;
      return { kind: 'document', by: node.createdBy, at: node.createdAt, title: document.title, place: { fragment: document.fragment, lens: 'documents', title: document.title, about: true, params: { panel: 'comments' } } };
    },
  },
  {
    type: VERSION,
    read(node) {
      const version = readVersion(node);
      return version && { kind: 'version', by: version.by, at: version.at, title: version.name };
    },
  },
  {
    type: PROPOSAL,
    read(node) {
      const title = oneLine(textOf(node.props['title'], CHANNEL_TITLE_MAX) ?? '');
      const state = node.props['state'];
      // A draft asks nobody. What is read of the rest is said in ./proposals.
      if (node.deleted || title === '' || node.props['replyTo'] !== textNodeOf(node.fragment) || !['open', 'merged', 'closed'].includes(String(state))) return null;
      return { kind: 'proposal', by: node.createdBy, at: node.createdAt, title, waits: state === 'open', params: { p: node.id } };
    },
  },
];
