/** A page in the trash, looked at: its properties and its text as they are, in which nothing is written. */
import { Suspense, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import type { DirectoryEntry } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { SidePanel } from '#view/kit/place.tsx';
import { navigate } from '#view/kit/router.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { mayRestore, type PageRow, type TrashRow } from './trash-rows.ts';

const Properties = lazyPart(async () => (await import('./properties.tsx')).Properties, { alone: true });
const PageToRead = lazyPart(async () => (await import('./reading-document.tsx')).PageToRead);

interface Props {
  space: SpaceView;
  fragment: string;
  /** Null: it does not lie in the trash. */
  row: PageRow | null;
  /** It stands in the list: somebody brought it back, maybe just now. */
  back: DirectoryEntry | null;
  /** Who deleted it and when. */
  deleted: ReactNode;
  restore(row: TrashRow): Promise<boolean>;
  onClose(): void;
}

/** The panel. */
export function TrashPanel({ space, fragment, row, back, deleted, restore, onClose }: Props): ReactNode {
  const { t } = useI18n();
  const me = useKernel().identity.get()?.uid ?? '';
  const open = (): void => navigate({ space: space.id, lens: 'documents', object: fragment });
  const title = (row?.title ?? back?.title ?? '').trim() || t('trash.unnamed');
  if (!row) {
    return (
      <SidePanel title={title} onClose={onClose}>
        <div className="panel-body">
          {back ? <EmptyState title={t('trash.isBack')} text={t('trash.isBackText')} act={{ label: t('act.open'), onClick: open }} /> : <EmptyState title={t('state.absent')} text={t('trash.absent')} />}
        </div>
      </SidePanel>
    );
  }
  return (
    <SidePanel title={title} note={t('trash.title')} onClose={onClose}>
      <div className="trash-look">
        <p className="small muted grow">{deleted}</p>
        {mayRestore(space, row, me) && <Button kind="primary" size="compact" icon="undo" onClick={() => void restore(row).then((done) => done && open())}>{t('trash.restore')}</Button>}
      </div>
      <div className="panel-body trash-read">
        <Properties space={space} fragment={fragment} writes={false} asked={0} />
        <Suspense fallback={<Skeleton label={t('list.loading')} />}>
          <PageToRead space={space.id} fragment={fragment} title={title} away={<EmptyState title={t('document.gone')} text={t('trash.textAway')} />} />
        </Suspense>
      </div>
    </SidePanel>
  );
}
