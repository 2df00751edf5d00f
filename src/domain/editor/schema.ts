/** Types of documents: the directory entry of a fragment names it, a node in that fragment holds its text (./model). */
import type { NodeView } from '#os/api';
import { derivedId, FRAGMENT, readDirectoryEntry, type DirectoryEntry } from '#domain/shared';

/** Type of the fragment and of the node in it. */
export const DOCUMENT = 'editor/document@1';
export const DOCUMENT_VERB = {
  create: 'editor/document.create@1',
  edit: 'editor/document.edit@1',
  rename: 'editor/document.rename@1',
  delete: 'editor/document.delete@1',
  restore: 'editor/document.restore@1',
  template: 'editor/document.template@1',
  property: 'editor/document.property@1',
} as const;

/** A named version of a document (./versions.ts). */
export const VERSION = 'editor/version@1';
export const VERSION_VERB = { create: 'editor/version.create@1', delete: 'editor/version.delete@1', restore: 'editor/version.restore@1' } as const;

/** A comment is done with, or is not any more (./comments.ts). */
export const RESOLVE_VERB = 'editor/comment.resolve@1';

/** Proposals for a document (./proposals.ts): who makes one, what they wrote in it, and what others decided. One pattern, `editor/proposal`, opens the first two. */
export const PROPOSAL = 'editor/proposal@1';
export const PROPOSAL_EDIT = 'editor/proposal-edit@1';
export const PROPOSAL_DECISION = 'editor/decision@1';
export const PROPOSAL_APPROVAL = 'editor/approval@1';
export const PROPOSAL_VERB = {
  create: 'editor/proposal.create@1',
  write: 'editor/proposal.write@1',
  state: 'editor/proposal.state@1',
  decide: 'editor/decision.set@1',
  take: 'editor/decision.take@1',
  approve: 'editor/approval.set@1',
  policy: 'editor/document.approvals@1',
} as const;

/** The node that holds the text of a document: every device computes the same. */
export const textNodeOf = (fragment: string): string => derivedId('lgos/document/1', fragment);

/** Where each writer's place in a document is told as a live preview: a node that is never made. */
export const penNode = (fragment: string): string => derivedId('lgos/pen/1', fragment);

/** Whether others begin with a copy of this document; its text node says so. */
export const isTemplate = (node: NodeView): boolean => node.type === DOCUMENT && node.props['template'] === true;

/** A document of a directory node, or null. */
export function readDocument(node: NodeView): DirectoryEntry | null {
  if (node.type !== FRAGMENT) return null;
  const entry = readDirectoryEntry(node);
  return entry?.type === DOCUMENT ? entry : null;
}
