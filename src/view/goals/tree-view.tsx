/** The tree: what is part of what, with how far each whole is. Rows are flat with a depth, so that a tree of any depth is a list. */
import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { goalNodeOf, type Tree, type Work } from '#domain/goals/work';
import type { DirectoryEntry } from '#domain/shared';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Facts } from './facts.tsx';
import { branchesOf } from './tree-model.ts';
import { focusBeside, RowParts, type WorksShown } from './work-list.tsx';

/** Rows that are drawn at first, and with each press. */
const PAGE = 200;
/** Steps to the side that are shown; what lies deeper stands below each other. */
const DEEP = 8;

/** The tree of what passes the filter, with the wholes above it. */
export function TreeView({ tree, goals, root, ...props }: WorksShown & { tree: Tree; goals: readonly DirectoryEntry[]; root: string | null }): ReactNode {
  const { t } = useI18n();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [drawn, setDrawn] = useState(PAGE);
  const rows = useMemo(() => branchesOf(tree, props.works, folded, root), [tree, props.works, folded, root]);
  const titles = useMemo(() => new Map(goals.map(({ fragment, title }) => [goalNodeOf(fragment), title])), [goals]);
  const fold = (id: string): void => setFolded((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id]));
  const keys = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && !event.altKey && !event.ctrlKey && !event.metaKey) return focusBeside(event, by, '.work-open');
    const id = (event.target as HTMLElement).closest<HTMLElement>('[data-work]')?.dataset['work'];
    const row = rows.find(({ work }) => work.id === id);
    if (row?.parts && (event.key === 'ArrowRight' || event.key === 'ArrowLeft') && folded.has(row.work.id) === (event.key === 'ArrowRight')) {
      event.preventDefault();
      fold(row.work.id);
    }
  };
  return (
    <div className="work-list" onKeyDown={keys}>
      <ul aria-label={t('goal.tree')}>
        {rows.slice(0, drawn).map(({ work, depth, parts }) => (
          <TreeRow key={work.id} {...props} work={titles.has(work.id) ? { ...work, title: titles.get(work.id)! } : work} depth={depth} parts={parts} folded={folded.has(work.id)} onFold={() => fold(work.id)} />
        ))}
      </ul>
      {rows.length > drawn && <Button kind="text" onClick={() => setDrawn(drawn + PAGE)}>{t('goal.more', { n: rows.length - drawn })}</Button>}
    </div>
  );
}

function TreeRow({ work, depth, parts, folded, mover, people, facts, open, onOpen, onFold }: WorksShown & { work: Work; depth: number; parts: boolean; folded: boolean; onFold(): void }): ReactNode {
  const { t } = useI18n();
  return (
    <li className="work-row" data-work={work.id} data-done={work.done || undefined} data-on={work.id === open || undefined} style={{ paddingInlineStart: `${1 + 1.5 * Math.min(DEEP, depth)}rem` }}>
      {parts ? <IconButton icon={folded ? 'right' : 'down'} name={t(folded ? 'goal.unfold' : 'goal.fold', { title: work.title })} aria-expanded={!folded} onClick={onFold} /> : <span className="tree-space" />}
      {work.kind === 'goal' ? (
        <button type="button" className="work-open grow" onClick={() => onOpen(work)}>
          <span className="work-title medium" dir="auto">{work.title || t('goal.untitled')}</span>
          <Facts work={work} of={facts} />
        </button>
      ) : <RowParts work={work} ticks={mover.acts.may(work) && work.kind === 'task'} mover={mover} people={people} facts={facts} onOpen={onOpen} />}
    </li>
  );
}
