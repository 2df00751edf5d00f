/** Goals: one set of things as a list, a board or a timeline; a goal, or all tasks of the space. Details open beside. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import '#view/kit/not-here-words.ts';
import '#view/kit/goals-words.ts';
import '#view/kit/task-words.ts';
import { byStatus, goalNodeOf, inOrderAgain, passes, renameGoal, type ColumnOrder, type Filter, type Resource, type Work } from '#domain/goals/work';
import { CHANNEL_TITLE_MAX, type DirectoryEntry } from '#domain/shared';
import { mayMakeGoals, mayMakeTask } from '#domain/goals';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useCopies, useKernel } from '#view/kit/kernel.tsx';
import { AgentPlace } from '#view/kit/lazy-agents.ts';
import type { LensProps } from '#view/kit/lens.ts';
import { usePeople } from '#view/kit/people.tsx';
import { Place } from '#view/kit/place.tsx';
import { navigate } from '#view/kit/router.tsx';
import { EmptyState, ErrorState, Skeleton } from '#view/kit/states.tsx';
import { today } from '#view/kit/today.ts';
import { Board } from './board.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { Calendar } from './calendar.tsx';
import { PlanNotes } from './circles.tsx';
import { DetailPanel } from './detail-panel.tsx';
import type { FactsOf } from './facts.tsx';
import { GoalHead, NOTHING_WISHED } from './goal-head.tsx';
import { TemplateNote } from './template-acts.tsx';
import { GoalsBar, VIEWS, type View } from './goals-bar.tsx';
import type { Mover } from './moves.ts';
import { PlanLine } from './plan-line.tsx';
import { QuickAdd } from './quick-add.tsx';
import { isSeldom, SeldomView } from './seldom.tsx';
import { Timeline } from './timeline.tsx';
import { TreeView } from './tree-view.tsx';
import { useColumns } from './use-columns.ts';
import { useGoals, useGoalTemplates } from './use-goals.ts';
import { usePlan } from './use-plan.ts';
import { useWork, useWorkActs } from './use-work.ts';
import { WorkList } from './work-list.tsx';
import './goals.css';
import './calendar.css';
import './columns.css';

const VIEW_KEY = 'goalsView';

/** The view this device used last; kept like the look. */
function useView(given: string | undefined): [View, (view: View) => void] {
  const api = useKernel();
  const kept = useAsked(() => api.local.get(VIEW_KEY), [], [api]);
  const [chosen, setChosen] = useState<View | null>(null);
  const one = [given, chosen, kept].find((view): view is View => VIEWS.includes(view as View));
  return [one ?? 'list', (view) => {
    setChosen(view);
    void api.local.set(VIEW_KEY, view).catch(() => undefined);
  }];
}

/** The lens. */
export function GoalsView({ space, route }: LensProps): ReactNode {
  const { goals, loaded } = useGoals(space.id);
  // What is added without a goal goes into one, and never into a template.
  const templates = useGoalTemplates(space.id);
  const goal = goals.find((one) => one.fragment === route.object) ?? null;
  // A task whose place is no goal, a channel say, is shown among all.
  if (route.object !== null && !goal && route.params['t'] === undefined) return <Missing space={space} object={route.object} loaded={loaded} />;
  return <GoalPage key={goal?.fragment ?? ''} space={space} route={route} goal={goal} goals={goals.filter((one) => !templates.some(({ fragment }) => fragment === one.fragment))} />;
}

function Missing({ space, object, loaded }: { space: LensProps['space']; object: string; loaded: boolean }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const copies = useCopies(space.id);
  const back = (): void => navigate({ space: space.id, lens: 'goals' });
  return (
    <Place header={{ crumbs: [space.name], title: t('lens.goals'), copies, onBack: back }}>
      {!loaded ? <Skeleton label={t('list.loading')} /> : (
        <ErrorState
          title={t('state.absent')} text={`${t('notHere.absent')} ${t('notHere.safe')}`} facts={[[t('notHere.address'), object]]}
          acts={[{ label: t('act.tryNow'), onClick: () => void api.network.retry().catch(() => undefined) }, { label: t('act.back'), onClick: back }]}
        />
      )}
    </Place>
  );
}

/** Those that pass, in their order. */
function useShown(works: readonly Work[], filter: Filter): readonly Work[] {
  const last = useRef<readonly Work[]>([]);
  const sorted = useMemo(() => inOrderAgain(last.current, works), [works]);
  useEffect(() => {
    last.current = sorted;
  }, [sorted]);
  return useMemo(() => sorted.filter((work) => passes(work, filter)), [sorted, filter]);
}

function GoalPage({ space, route, goal, goals }: LensProps & { goal: DirectoryEntry | null; goals: DirectoryEntry[] }): ReactNode {
  const { t } = useI18n();
  const copies = useCopies(space.id, goal?.fragment);
  const people = usePeople(space.id);
  const acts = useWorkActs(space);
  const here = useWork(space.id, goal?.fragment ?? null);
  const [view, setView] = useView(route.params['view']);
  const [filter, setFilter] = useState<Filter>({});
  const [filtering, setFiltering] = useState(false);
  const [picked, setPicked] = useState<ReadonlySet<string> | null>(null);
  const { plan, again } = usePlan(here.works, here, goal ? goalNodeOf(goal.fragment) : space.id, null);
  const shown = useShown(here.works, filter);
  const columns = useMemo(() => byStatus(shown), [shown]);
  const [wished, setWished] = useState(NOTHING_WISHED);
  const [asked, setOrder] = useState<ColumnOrder | null>(null);
  const properties = useColumns(here.works, goal?.fragment ?? space.id);
  // A column that others renamed or took away orders nothing.
  const order = properties.all.some(({ key }) => key === asked?.key) ? asked : null;
  const facts = useMemo((): FactsOf => ({ critical: new Set(here.template ? [] : plan?.answer.path), blocked: here.blocked, progress: here.tree.progress, today: today(), timeless: here.template, columns: properties.shown, people }), [plan, here, properties.shown, people]);
  const mover = useMemo((): Mover => ({ space, columns, acts, ordered: view === 'list' && order !== null }), [space, columns, acts, view, order]);
  const at = { space: space.id, lens: 'goals', object: goal?.fragment ?? null };
  const params: Record<string, string> = route.params['view'] ? { view: route.params['view'] } : {};
  // A goal of the rail has its own page.
  const open = (work: Work | Resource): void => navigate('kind' in work && work.kind === 'goal' && work.id === goalNodeOf(work.fragment) ? { ...at, object: work.fragment, params } : { ...at, params: { ...params, panel: 'details', t: work.id } });
  const own = goal ? here.all.get(goalNodeOf(goal.fragment)) : undefined;
  const subject = route.params['panel'] === 'details' ? route.params['t'] : undefined;
  const adds = goal ? mayMakeTask(space, goal.fragment) : goals.some(({ fragment }) => mayMakeTask(space, fragment)) || (goals.length === 0 && mayMakeGoals(space));
  const rename = (entry: DirectoryEntry, title: string): string | null => {
    const made = renameGoal(entry, title);
    if (made.ok) void acts.run(made.value);
    return made.ok || made.error.code === 'no-change' ? null : t(made.error.code === 'empty' ? 'goal.noTitle' : 'goal.longTitle');
  };
  const into = goal ?? goals.find(({ fragment }) => mayMakeTask(space, fragment)) ?? null;
  const picks = view === 'list' && picked ? shown.filter(acts.may) : null;
  const body = { works: shown, mover, people, facts, onOpen: open, open: subject ?? null };
  const look = (one: View): void => (setView(one), 'view' in params && navigate({ ...at }, { replace: true }), undefined);
  return (
    <Place
      header={{
        crumbs: goal ? [space.name, t(here.template ? 'template.tag' : 'lens.goals')] : [space.name], title: goal?.title ?? t('goal.all'), copies,
        ...(goal ? { onBack: () => navigate({ space: space.id, lens: 'goals' }), titleMax: CHANNEL_TITLE_MAX } : {}),
        ...(goal && acts.may({ id: goal.node, fragment: goal.fragment, by: null, deleted: false, newer: false }) && space.scope === null ? { onRename: (title: string) => rename(goal, title) } : {}),
      }}
      scroll={view !== 'timeline'}
      foot={adds ? <QuickAdd space={space} goal={goal} goals={goals} acts={acts} people={people} onResource={(id) => navigate({ ...at, params: { ...params, panel: 'details', t: id } })} /> : <section data-region aria-label={t('goal.add')}><p className="work-foot muted">{t('noRight.guest')}</p></section>}
      panel={subject !== undefined && (
        <DetailPanel space={space} subject={subject} here={here} acts={acts} people={people} plan={plan} onOpen={open} onClose={() => navigate({ ...at, params })} />
      )}
    >
      <div className="goals" data-view={view}>
        <GoalsBar
          space={space} goal={goal} into={into && adds ? into : null} here={here} shown={shown} plan={plan} acts={acts} people={people} view={view} filter={filter} filtering={filtering} picking={picked !== null}
          properties={properties} order={order} onOrder={setOrder} onPartOf={goal && own && own.parent === null && acts.may(own) && goals.length > 1 ? () => setWished({ ...wished, part: true }) : null}
          onGive={goal && own && acts.may(own) ? () => setWished({ ...wished, given: wished.given + 1 }) : null} onTie={goal && own && acts.may(own) ? () => setWished({ ...wished, ties: true }) : null}
          onView={look} onFilter={setFilter} onFiltering={setFiltering} onPicking={(on) => setPicked(on ? new Set() : null)}
        />
        {picks && <BulkBar all={picks} columns={properties.all} picked={picks.filter(({ id }) => picked!.has(id))} acts={acts} people={people} onPick={setPicked} onClose={() => setPicked(null)} />}
        {goal && <GoalHead space={space} goal={goal} here={here} acts={acts} people={people} wished={wished} onWish={setWished} onOpen={open} />}
        {goal && here.template && <TemplateNote space={space} goal={goal} makes={mayMakeGoals(space)} />}
        {here.works.length > 0 && !here.template && <PlanLine here={here} plan={plan} space={space.id} />}
        {goal && here.works.length > 1 && !here.template && <AgentPlace subject={{ kind: 'goal', space: space.id, fragment: goal.fragment, node: goalNodeOf(goal.fragment), title: goal.title }} />}
        <PlanNotes plan={plan} again={again} here={here} acts={acts} space={space.id} onOpen={open} />
        {!here.loaded ? <Skeleton label={t('list.loading')} /> : here.works.length === 0 ? (
          <EmptyState title={t('goal.empty')} text={t(adds ? 'goal.emptyText' : 'goal.emptyRead')} />
        ) : shown.length === 0 ? (
          <EmptyState title={t('goal.nothing')} text={t('goal.hidden', { n: here.works.length })} act={{ label: t('goal.clear'), onClick: () => (setFilter({}), setFiltering(false)) }} />
        ) : isSeldom(view) ? <SeldomView view={view} {...body} plan={plan} here={here} look={look} onResource={open} failed={again !== null} /> : view === 'board' ? <Board {...body} /> : view === 'timeline' ? (plan || !again) && <Timeline {...body} plan={plan} /> : view === 'tree' ? <TreeView {...body} tree={here.tree} goals={goals} root={goal ? goalNodeOf(goal.fragment) : null} /> : view === 'calendar' ? <Calendar {...body} /> : <WorkList {...body} order={order} onOrder={setOrder} {...(picked ? { picked, onPick: (id: string, on: boolean) => setPicked(new Set(on ? [...picked, id] : [...picked].filter((one) => one !== id))) } : {})} />}
      </div>
    </Place>
  );
}
