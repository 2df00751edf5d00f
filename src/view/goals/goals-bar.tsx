/** The bar of the lens: views, the filter with those that were saved, and what is done with many: choose, proposals, calendar files. */
import { useRef, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { dropFilter, FILTERS, filtersId, readFilters, saveFilter, type Column, type ColumnOrder, type Filter, type Work } from '#domain/goals/work';
import { PLAN_LIMITS, type DirectoryEntry } from '#domain/shared';
import { Button, Field, Segments, Select } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNodes, usePersonal } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { Dialog, MenuButton } from '#view/kit/overlays.tsx';
import type { People } from '#view/kit/people.tsx';
import { navigate } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { useCalendarFiles } from './calendar-files.ts';
import { FilterBar } from './filter-bar.tsx';
import { useTemplateActs } from './template-acts.tsx';
import type { ColumnsHere } from './use-columns.ts';
import type { PlanHere } from './use-plan.ts';
import type { WorkActs, WorkHere } from './use-work.ts';

export const VIEWS = ['board', 'list', 'calendar', 'timeline', 'diagram', 'tree', 'workload', 'dashboard'] as const;
export type View = (typeof VIEWS)[number];
const VIEW_WORDS = { board: 'goal.board', list: 'goal.list', calendar: 'goal.calendar', timeline: 'goal.timeline', diagram: 'goal.diagram', tree: 'goal.tree', workload: 'goal.workload', dashboard: 'goal.dashboard' } as const;

/** Columns that the menu lists. */
const COLUMNS_OFFERED = 12;

const Proposals = lazyPart(async () => (await import('./proposals.tsx')).Proposals, { alone: true });

export interface BarProps {
  readonly space: SpaceView;
  readonly goal: DirectoryEntry | null;
  /** Where a file of a calendar comes in; null: nowhere. */
  readonly into: DirectoryEntry | null;
  readonly here: WorkHere;
  readonly shown: readonly Work[];
  readonly plan: PlanHere | null;
  readonly acts: WorkActs;
  readonly people: People;
  readonly view: View;
  readonly filter: Filter;
  readonly filtering: boolean;
  readonly picking: boolean;
  readonly properties: ColumnsHere;
  readonly order: ColumnOrder | null;
  onOrder(order: ColumnOrder | null): void;
  /** Says what the goal is part of; null: there is none, or it says so already, or may not be changed. */
  readonly onPartOf: (() => void) | null;
  /** Gives the goal a property; null: there is none, or it may not be changed. */
  readonly onGive: (() => void) | null;
  /** Says who answers for the goal and what it is for; null: there is none, or it may not be changed. */
  readonly onTie: (() => void) | null;
  onView(view: View): void;
  onFilter(filter: Filter): void;
  onFiltering(on: boolean): void;
  onPicking(on: boolean): void;
}

/** The bar, and the filter below it. */
export function GoalsBar(props: BarProps): ReactNode {
  const { here, view, filter, filtering, people, plan, acts, picking, onView, onFilter, onFiltering, onPicking } = props;
  const { t } = useI18n();
  const saved = useSavedFilters(props.space.id);
  const [proposing, setProposing] = useState(false);
  const files = useCalendarFiles(props);
  const templates = useTemplateActs(props);
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <div className="goals-bar">
        <Segments tabs label={t('goal.views')} value={view} options={VIEWS.map((one) => ({ value: one, label: t(VIEW_WORDS[one]) }))} onChange={onView} />
        <Button kind="quiet" icon="search" aria-expanded={filtering} onClick={() => (onFiltering(!filtering), filtering && onFilter({}))}>{t('goal.filter')}</Button>
        <MenuButton
          name={t('goal.moreActs')}
          items={[
            ...(saved.list.length > 0 ? [t('goal.savedFilters'), ...saved.list.map((one) => ({ label: one.name, icon: 'search' as const, onSelect: () => (onFilter(one.filter), onFiltering(true)) })), null] : []),
            { label: t('goal.pickSeveral'), icon: 'check', checked: picking, alone: true, onSelect: () => (onView('list'), onPicking(!picking)) },
            ...(props.properties.all.length > 0 ? [null, t('goal.columns'), ...props.properties.all.slice(0, COLUMNS_OFFERED).map(({ key, of }) => ({ label: of.name, checked: props.properties.shown.some((one) => one.key === key), alone: true, onSelect: () => props.properties.toggle(key) })), null] : []),
            ...(props.onPartOf ? [{ label: t('goal.partOfGoal'), icon: 'task' as const, onSelect: props.onPartOf }] : []),
            ...(props.onTie ? [{ label: t('goal.tiesAct'), icon: 'person' as const, onSelect: props.onTie }] : []),
            ...(props.onGive ? [{ label: t('goal.give'), icon: 'plus' as const, onSelect: props.onGive }] : []),
            ...(plan ? [{ label: t('goal.proposals'), icon: 'info' as const, onSelect: () => setProposing(true) }] : []),
            null,
            ...templates.items,
            ...(props.into ? [{ label: t('goal.calendarIn'), icon: 'plus' as const, onSelect: () => input.current?.click() }] : []),
            ...(props.shown.length > 0 ? [{ label: t('goal.calendarOut'), icon: 'download' as const, onSelect: () => void files.save() }] : []),
            null,
            { label: t('trash.title'), icon: 'trash' as const, onSelect: () => navigate({ space: props.space.id, lens: 'documents', object: 'trash' }) },
          ]}
        />
        <input ref={input} type="file" accept=".ics,text/calendar" hidden aria-hidden="true" tabIndex={-1} onChange={({ target }) => (target.files?.[0] && void files.take(target.files[0]), (target.value = ''))} />
      </div>
      {filtering && <FilterBar filter={filter} works={here.works} people={people} onChange={onFilter} order={view === 'list' && <OrderField columns={props.properties.all} order={props.order} onOrder={props.onOrder} />} saves={<SavedFilters saved={saved} filter={filter} onChange={onFilter} />} />}
      {templates.dialog}
      {proposing && plan && <Proposals space={props.space.id} plan={plan} here={here} acts={acts} people={people} onClose={() => setProposing(false)} />}
    </>
  );
}

/** By which property the list is ordered; the heads of its columns do the same. */
function OrderField({ columns, order, onOrder }: Pick<BarProps, 'order' | 'onOrder'> & { columns: readonly Column[] }): ReactNode {
  const { t } = useI18n();
  if (columns.length === 0) return null;
  const options = columns.flatMap(({ key, of }) => [{ value: `+${key}`, label: t('goal.orderUp', { name: of.name }) }, { value: `-${key}`, label: t('goal.orderDown', { name: of.name }) }]);
  return <Select label={t('goal.order')} value={order ? `${order.down ? '-' : '+'}${order.key}` : ''} options={[{ value: '', label: t('goal.orderHand') }, ...options]} onChange={(value) => onOrder(value === '' ? null : { key: value.slice(1), down: value.startsWith('-') })} />;
}

/** Saved filters of this space, and what one does with them. */
function useSavedFilters(space: string) {
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  const personal = usePersonal()?.id ?? null;
  const { nodes } = useNodes(personal, { type: FILTERS });
  const node = personal === null ? undefined : nodes.get(filtersId(personal));
  const all = readFilters(node);
  const list = all.filter((one) => one.space === space);
  const run = (ops: Parameters<ReturnType<typeof api.graph>['transact']>[0], then?: () => void): void => void api.graph(personal!).transact(ops).then(then, (error: unknown) => toast({ text: errorText(t, error, 'goal.failed') }));
  return {
    list,
    may: personal !== null,
    drop(one: (typeof list)[number]): void {
      const back = saveFilter(personal!, [], { name: one.name, space, filter: one.filter, exists: true });
      run(dropFilter(personal!, one), () => toast({ text: t('goal.filterDropped', { name: one.name }), ...(back.ok ? { undo: () => run(back.value) } : {}) }));
    },
    /** Null: saved; else why not. */
    save(name: string, filter: Filter): string | null {
      const made = saveFilter(personal!, all, { name, space, filter, exists: node !== undefined });
      if (made.ok) run(made.value);
      return made.ok || made.error.code === 'no-change' ? null : t(made.error.code === 'empty' ? 'goal.filterNoName' : made.error.code === 'too-many' ? 'goal.filterMany' : 'goal.longTitle');
    },
  };
}

function SavedFilters({ saved, filter, onChange }: { saved: ReturnType<typeof useSavedFilters>; filter: Filter; onChange: (filter: Filter) => void }): ReactNode {
  const { t } = useI18n();
  const [naming, setNaming] = useState(false);
  if (!saved.may) return null;
  return (
    <div className="line wrap goals-saved">
      {saved.list.map((one) => (
        <span key={one.value} className="tag">
          <Button kind="text" size="compact" dir="auto" aria-pressed={JSON.stringify(one.filter) === JSON.stringify(filter)} onClick={() => onChange(one.filter)}>{one.name}</Button>
          <MenuButton name={t('goal.filterActs', { name: one.name })} items={[{ label: t('goal.filterDrop'), icon: 'trash', tone: 'bad', onSelect: () => saved.drop(one) }]} />
        </span>
      ))}
      {Object.keys(filter).length > 0 && <Button kind="quiet" size="compact" icon="pin" onClick={() => setNaming(true)}>{t('goal.filterSave')}</Button>}
      {naming && <NameFilter onSave={(name) => saved.save(name, filter)} onClose={() => setNaming(false)} />}
    </div>
  );
}

function NameFilter({ onSave, onClose }: { onSave: (name: string) => string | null; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const [name, setName] = useState('');
  const [error, setError] = useState<string | null>(null);
  return (
    <Dialog title={t('goal.filterSave')} onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        const said = onSave(name);
        setError(said);
        if (said === null) onClose();
      }}>
        <Field label={t('goal.filterName')} autoFocus autoComplete="off" maxLength={PLAN_LIMITS.filterUnits} value={name} error={error} onChange={({ target }) => setName(target.value)} />
        <Button kind="primary" type="submit">{t('act.save')}</Button>
      </form>
    </Dialog>
  );
}
