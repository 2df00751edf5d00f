/** Documents: the list of a space, or the one an address names. */
import { memo, useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import '#view/kit/not-here-words.ts';
import '#view/kit/documents-words.ts';
import '#view/kit/import-words.ts';
import { mayMakeDocuments } from '#domain/editor';
import type { DirectoryEntry } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useCopies, useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import { Place } from '#view/kit/place.tsx';
import { formatRoute, navigate } from '#view/kit/router.tsx';
import { EmptyState, ErrorState, Skeleton } from '#view/kit/states.tsx';
import { TasksProvider } from '#view/kit/tasks.tsx';
import { CreateDocument } from './create-document.tsx';
import { fromDrop, type Given } from './given.ts';
import { useDocuments, useTemplates } from './use-documents.ts';
import './editor.css';

const ImportDialog = lazyPart(async () => (await import('./import-dialog.tsx')).ImportDialog, { alone: true });
const ExportDialog = lazyPart(async () => (await import('./export-dialog.tsx')).ExportDialog, { alone: true });
const TrashView = lazyPart(async () => (await import('./trash-view.tsx')).TrashView);
const DocumentView = lazyPart(async () => (await import('./document-view.tsx')).DocumentView);

/** The lens. */
export function DocumentsView({ space, route }: LensProps): ReactNode {
  const { documents, loaded } = useDocuments(space.id);
  const document = documents.find((one) => one.fragment === route.object) ?? null;
  if (document) {
    return (
      <TasksProvider key={document.fragment} space={space.id} fragment={document.fragment} lens="documents">
        <DocumentView space={space} document={document} />
      </TasksProvider>
    );
  }
  if (route.object === 'trash') return <TrashView key={space.id} space={space} documents={loaded ? documents : null} look={route.params['page'] ?? null} />;
  return <DocumentList space={space} documents={documents} loaded={loaded} missing={route.object} />;
}

/** The page of all documents; with `missing` an address names one that is not in the list. */
function DocumentList({ space, documents, loaded, missing }: { space: LensProps['space']; documents: DirectoryEntry[]; loaded: boolean; missing: string | null }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const copies = useCopies(space.id);
  const [creating, setCreating] = useState(false);
  const [importing, setImporting] = useState<{ given: (() => Promise<Given>) | null } | null>(null);
  const [exporting, setExporting] = useState(false);
  const [now] = useState(() => Date.now());
  const makes = mayMakeDocuments(space);
  const create = { label: t('document.new'), onClick: () => setCreating(true) };
  const bring = { label: t('import.act'), onClick: () => setImporting({ given: null }) };
  const trash = { label: t('trash.title'), onClick: () => navigate({ space: space.id, lens: 'documents', object: 'trash' }) };
  const main = useFileDrop(makes, (given) => setImporting({ given }));
  return (
    <Place main={main} header={{ crumbs: [space.name], title: t('lens.documents'), copies, menu: [{ label: t('export.space'), icon: 'download', onSelect: () => setExporting(true) }, { label: t('trash.title'), icon: 'trash', onSelect: trash.onClick }], ...(missing ? { onBack: () => navigate({ space: space.id, lens: 'documents' }) } : {}) }}>
      {!loaded ? <Skeleton label={t('list.loading')} /> : missing ? (
        <ErrorState
          title={t('state.absent')}
          text={`${t('notHere.absent')} ${t('notHere.safe')}`}
          acts={[{ label: t('act.tryNow'), onClick: () => void api.network.retry().catch(() => undefined) }, { label: t('act.back'), onClick: () => navigate({ space: space.id, lens: 'documents' }) }, trash]}
          facts={[[t('notHere.address'), missing]]}
        />
      ) : documents.length === 0 ? (
        <EmptyState title={t('document.empty')} text={t('document.emptyText', { space: space.name })} {...(makes ? { act: create, quiet: bring } : {})}>
          <Button kind="text" icon="trash" onClick={trash.onClick}>{trash.label}</Button>
        </EmptyState>
      ) : (
        <>
          <Rows space={space.id} documents={documents} now={now} />
          <div className="list-foot">
            {makes && <Button kind="text" icon="plus" onClick={create.onClick}>{create.label}</Button>}
            {makes && <Button kind="text" icon="download" onClick={bring.onClick}>{bring.label}</Button>}
            <Button kind="text" icon="trash" onClick={trash.onClick}>{trash.label}</Button>
          </div>
        </>
      )}
      {importing && <ImportDialog space={space} given={importing.given} onClose={() => setImporting(null)} />}
      {exporting && <ExportDialog space={space} onClose={() => setExporting(false)} />}
      {creating && <CreateDocument space={space} onClose={() => setCreating(false)} />}
    </Place>
  );
}

/** The rows: a space may have thousands, which are not drawn anew for a dialog over them. */
const Rows = memo(function Rows({ space, documents, now }: { space: string; documents: readonly DirectoryEntry[]; now: number }): ReactNode {
  const { t, ago } = useI18n();
  const templates = useTemplates(space);
  return (
    <ul className="list" aria-label={t('document.all')}>
      {documents.map((one) => (
        <li key={one.fragment}>
          <a className="list-row" href={formatRoute({ space, lens: 'documents', object: one.fragment })}>
            <Icon name="fragment" tone="type-document" />
            <span className="cut grow">{one.title}</span>
            {templates.has(one.fragment) && <span className="tag">{t('template.tag')}</span>}
            <span className="small muted num">{ago(one.created, now)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
});

/** A file or folder dropped anywhere on the page is given to `on`. */
function useFileDrop(wanted: boolean, on: (given: () => Promise<Given>) => void): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    const box = main.current;
    if (!box || !wanted) return;
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      const given = event.dataTransfer && fromDrop(event.dataTransfer);
      if (given) on(given);
    };
    box.addEventListener('dragover', over);
    box.addEventListener('drop', drop);
    return () => {
      box.removeEventListener('dragover', over);
      box.removeEventListener('drop', drop);
    };
  });
  return main;
}
