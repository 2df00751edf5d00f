/** The trash of a space: pages, courses and decks, and things in them, that were deleted; looked at and brought back. Nothing is erased here. */
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import '#view/kit/documents-words.ts';
import '#view/kit/trash-words.ts';
import type { SpaceView } from '#os/api';
import { mayMakeDocuments } from '#domain/editor';
import type { Deletion, DirectoryEntry } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useCopies, useKernel } from '#view/kit/kernel.tsx';
import { usePeople, type People } from '#view/kit/people.tsx';
import { Place } from '#view/kit/place.tsx';
import { formatRoute, navigate } from '#view/kit/router.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { TrashPanel } from './trash-panel.tsx';
import { findRows, mayRestore, type PageRow, type ThingRow, type TrashRow } from './trash-rows.ts';
import { useRestore } from './use-restore.ts';
import { deletionKey, useDeletions, useTrash } from './use-trash.ts';
import './trash.css';

/** Rows shown at first and with every "Show more"; and of what lay in one page. */
const PAGE = 50;
const INSIDE = 10;

interface Tools {
  readonly space: SpaceView;
  readonly people: People;
  readonly deletions: ReadonlyMap<string, Deletion | null>;
  readonly now: number;
  restore(row: TrashRow): Promise<boolean>;
}

/** The screen; `look` names the page that is looked at, `documents` are those that stand in the list (null until they are known). */
export function TrashView({ space, documents, look }: { space: SpaceView; documents: readonly DirectoryEntry[] | null; look: string | null }): ReactNode {
  const { t } = useI18n();
  const copies = useCopies(space.id);
  const people = usePeople(space.id);
  const { rows, loaded } = useTrash(space.id);
  const [words, setWords] = useState('');
  const [limit, setLimit] = useState(PAGE);
  const [now] = useState(() => Date.now());
  const asked = useDeferredValue(words);
  const found = useMemo(() => findRows(rows, asked), [rows, asked]);
  const shown = useMemo(() => found.slice(0, limit), [found, limit]);
  const looked = useMemo(() => rows.find((row): row is PageRow => row.kind === 'page' && row.of === 'document' && row.entry.fragment === look) ?? null, [rows, look]);
  const deletions = useDeletions(space.id, useMemo(() => (looked && !shown.includes(looked) ? [looked, ...shown] : shown), [looked, shown]));
  const restore = useRestore(space);
  const tools: Tools = { space, people, deletions, now, restore };
  const close = (): void => navigate({ space: space.id, lens: 'documents', object: 'trash' });
  const panel = look === null || !loaded || documents === null ? null : <TrashPanel key={look} space={space} fragment={look} row={looked} back={documents.find(({ fragment }) => fragment === look) ?? null} deleted={looked ? <Deleted row={looked} {...tools} /> : null} restore={restore} onClose={close} />;
  return (
    <Place header={{ crumbs: [space.name, t('lens.documents')], icon: 'trash', title: t('trash.title'), copies, onBack: () => navigate({ space: space.id, lens: 'documents' }) }} panel={panel}>
      <div className="trash">
        <p className="small muted">{t(space.kind === 'personal' ? 'trash.notePersonal' : 'trash.note')}</p>
        {!mayMakeDocuments(space) && <p className="small muted" data-no-right>{t(space.role === 'guest' ? 'trash.guest' : space.role === 'removed' ? 'noRight.removed' : 'trash.noRight')}</p>}
        {rows.length > 0 && <input type="search" className="field" aria-label={t('trash.find')} placeholder={t('trash.find')} value={words} onChange={(event) => (setWords(event.target.value), setLimit(PAGE))} />}
        {rows.length > 0 && <p className="small muted" role="status">{found.length > 0 && t('trash.count', { n: found.length })}</p>}
      </div>
      {!loaded ? <Skeleton label={t('list.loading')} /> : rows.length === 0 ? (
        <EmptyState title={t('trash.empty')} text={t('trash.emptyText', { space: space.name })} />
      ) : found.length === 0 ? (
        <EmptyState title={t('trash.none', { text: asked.trim() })} text={t('trash.noneText')} />
      ) : (
        <ul className="list" aria-label={t('trash.title')}>
          {shown.map((row) => (row.kind === 'page' ? <PageItem key={row.node} row={row} {...tools} /> : <ThingItem key={row.node} row={row} pages {...tools} />))}
        </ul>
      )}
      {found.length > shown.length && (
        <div className="list-foot">
          <Button kind="text" icon="down" onClick={() => setLimit(limit + PAGE)}>{t('trash.more', { n: found.length - shown.length })}</Button>
        </div>
      )}
    </Place>
  );
}

/** Who deleted it and when, as the log has it. */
function Deleted({ row, people, deletions, now }: Tools & { row: TrashRow }): ReactNode {
  const { t, ago, moment } = useI18n();
  const found = deletions.get(deletionKey(row));
  if (found === undefined) return '…';
  if (found === null) return t('trash.unknown');
  return <time dateTime={new Date(found.at).toISOString()} title={moment(found.at)}>{t('trash.by', { name: people.name(found.who), ago: ago(found.at, now) })}</time>;
}

/** The next thing of the list takes the focus of one that went from it. */
function Restore({ row, title, label, restore }: Pick<Tools, 'restore'> & { row: TrashRow; title: string; label: string }): ReactNode {
  const press = (button: HTMLElement): void => {
    const item = button.closest('li');
    const next = item?.nextElementSibling ?? item?.previousElementSibling ?? item?.parentElement?.closest('li');
    void restore(row).then((done) => done && (next?.querySelector<HTMLElement>('a, button') ?? document.getElementById('main'))?.focus());
  };
  return <Button kind="quiet" size="compact" icon="undo" aria-label={`${label}: ${title}`} onClick={(event) => press(event.currentTarget)}>{label}</Button>;
}

function PageItem({ row, ...tools }: Tools & { row: PageRow }): ReactNode {
  const { t } = useI18n();
  const me = useKernel().identity.get()?.uid ?? '';
  const [all, setAll] = useState(false);
  const { space, restore } = tools;
  const title = row.title.trim() === '' ? t('trash.unnamed') : row.title;
  const may = mayRestore(space, row, me);
  const document = row.of === 'document';
  return (
    <li>
      <div className="list-row trash-row">
        <Icon name={document ? 'fragment' : 'learn'} tone={document ? 'type-document' : 'type-course'} />
        <div className="grow trash-words">
          {!document ? <span className="cut" dir="auto">{title}</span> : <a className="cut" dir="auto" href={formatRoute({ space: space.id, lens: 'documents', object: 'trash', params: { page: row.entry.fragment } })}>{title}</a>}
          <span className="small muted"><Deleted row={row} {...tools} /></span>
        </div>
        {may && <Restore row={row} title={title} label={t('trash.restore')} restore={restore} />}
      </div>
      {row.inside.length > 0 && (
        <ul className="trash-inside" aria-label={t('trash.inside', { title })}>
          {row.inside.slice(0, all ? Infinity : INSIDE).map((thing) => <ThingItem key={thing.node} row={thing} pages={may} {...tools} />)}
          {!all && row.inside.length > INSIDE && <li><Button kind="text" size="compact" onClick={() => setAll(true)}>{t('trash.more', { n: row.inside.length - INSIDE })}</Button></li>}
        </ul>
      )}
    </li>
  );
}

const PART_ICONS = { 'learn/module@1': 'learn', 'learn/lesson@1': 'fragment', 'learn/assignment@1': 'task', 'learn/question@1': 'info', 'learn/card@1': 'learn' } as const;

/** What comes along with a thing, as the word of its act says. */
function withWord(row: ThingRow): 'trash.restore' | 'trash.withPage' | 'trash.withCourse' | 'trash.withDeck' | 'trash.withStep' {
  if (row.gone) return row.kind === 'task' ? 'trash.withPage' : row.part.type === 'learn/card@1' ? 'trash.withDeck' : 'trash.withCourse';
  return row.kind === 'part' && row.step ? 'trash.withStep' : 'trash.restore';
}

function ThingItem({ row, pages, ...tools }: Tools & { row: ThingRow; pages: boolean }): ReactNode {
  const { t } = useI18n();
  const me = useKernel().identity.get()?.uid ?? '';
  const { space, restore } = tools;
  const title = row.title.trim() === '' ? t('trash.unnamed') : row.title;
  return (
    <li>
      <div className="list-row trash-row">
        <Icon name={row.kind === 'task' ? row.icon : PART_ICONS[row.part.type]} tone={row.kind === 'task' ? 'type-task' : 'type-course'} />
        <div className="grow trash-words">
          <span className="cut" dir="auto">{title}</span>
          <span className="small muted">
            <Deleted row={row} {...tools} />
            {!row.gone && <> · {t('trash.in', { title: row.page.title || t('trash.unnamed') })}</>}
          </span>
          {row.gone && !pages && <span className="small muted">{t(row.kind === 'task' ? 'trash.pageFirst' : 'trash.courseFirst')}</span>}
        </div>
        {mayRestore(space, row, me, pages) && <Restore row={row} title={title} label={t(withWord(row))} restore={restore} />}
      </div>
    </li>
  );
}
