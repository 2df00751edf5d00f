/** Where the thing stands that a report is about: a comment is a message in the fragment of its document. Pure. */
import type { NodeView, ReportView } from '#os/api';
import { DOCUMENT } from '#domain/editor';
import { readDirectoryEntry } from '#domain/shared';
import type { Route } from '#view/kit/router.tsx';

/** Fragments of the documents among directory nodes, of those in the trash too: a report outlives what it is about. */
export function documentFragments(nodes: Iterable<NodeView>): ReadonlySet<string> {
  return new Set([...nodes].flatMap((node) => {
    const entry = readDirectoryEntry({ ...node, deleted: false });
    return entry?.type === DOCUMENT ? [entry.fragment] : [];
  }));
}

/** The address of what was reported. */
export function reportPlace(space: string, { fragment, message }: Pick<ReportView, 'fragment' | 'message'>, documents: ReadonlySet<string>): Route {
  return documents.has(fragment) ? { space, lens: 'documents', object: fragment, params: { panel: 'comments', m: message } } : { space, lens: 'chat', object: fragment, params: { m: message } };
}
