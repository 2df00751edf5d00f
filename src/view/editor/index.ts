/** Documents as a lens of the shell; list, page and editor are loaded when first opened. */
import type { SpaceView } from '#os/api';
import { mayMakeDocuments } from '#domain/editor/manifest';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { Lens, RailRow, RailRows } from '#view/kit/lens.ts';
import { useDocuments, useTemplates } from './use-documents.ts';

function useRows(space: SpaceView): RailRows {
  const { documents, loaded } = useDocuments(space.id);
  const templates = useTemplates(space.id);
  const rows = documents.map(({ fragment, title }): RailRow => ({ object: fragment, label: title, unread: 0, mentions: 0, muted: false, ...(templates.has(fragment) ? { group: 'rail.templates' } : {}) }));
  return { loaded, unread: 0, rows: [...rows.filter(({ group }) => !group), ...rows.filter(({ group }) => group)] };
}

export const documentsLens: Lens = {
  id: 'documents',
  word: 'lens.documents',
  icon: 'fragment',
  go: 'goDocuments',
  useRows,
  useUnread: () => 0,
  places: [{ object: 'trash', word: 'trash.title', icon: 'trash' }],
  View: lazyPart(async () => (await import('./documents-view.tsx')).DocumentsView),
  create: { word: 'document.new', may: mayMakeDocuments, Dialog: lazyPart(async () => (await import('./create-document.tsx')).CreateDocument, { alone: true }) },
};
