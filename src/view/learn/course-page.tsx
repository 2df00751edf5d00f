/** One course: Continue, its steps with how each stands, as a list or a board; who may writes it here. */
import { useState, type ReactNode } from 'react';
import { mayWriteCourse } from '#domain/learn';
import { answerOf, deleteWhole, mayMoveWhole, NO_PROGRESS, renameCourse, restoreWhole, scoreOf, type Module, type Standing, type StepState } from '#domain/learn/course';
import { CHANNEL_TITLE_MAX, ROOT } from '#domain/shared';
import { Button, Segments } from '#view/kit/controls.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { useCopies } from '#view/kit/kernel.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import type { MenuItem } from '#view/kit/overlays.tsx';
import { useNarrow } from '#view/kit/media.ts';
import { Place } from '#view/kit/place.tsx';
import { formatRoute, navigate } from '#view/kit/router.tsx';
import { EmptyState } from '#view/kit/states.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { Approve } from './approve.tsx';
import { Certificates } from './certificates.tsx';
import { ContinueCard } from './continue-card.tsx';
import { CourseGoals } from './course-goals.tsx';
import { refusalWord } from './create-course.tsx';
import { StepPanel } from './step-panel.tsx';
import { stepName, useLearnActs, type CourseHere, type LearnActs, type LearnHere } from './use-learn.ts';
import { WriteCourse } from './write-course.tsx';

const COLUMNS = ['locked', 'open', 'begun', 'done'] as const satisfies readonly Standing[];
const COLUMN_WORDS = { locked: 'learn.locked', open: 'learn.open', begun: 'learn.begun', done: 'learn.done' } as const;
export const STANDING_ICONS: Record<Standing, IconName> = { locked: 'lock', open: 'circle', begun: 'running', done: 'ok' };

/** What else is done with a course: to the trash of the space, and this course into it. */
function useSeldomActs(space: LensProps['space'], { entry }: CourseHere, acts: LearnActs): (MenuItem | null)[] {
  const { t } = useI18n();
  const toast = useToast();
  const remove = (): void => void acts.run(deleteWhole(entry), ROOT).then((gone) => {
    if (!gone) return;
    navigate({ space: space.id, lens: 'learn' });
    toast({ text: t('learn.removed', { title: entry.title }), undo: () => void acts.run(restoreWhole(entry), ROOT) });
  });
  const trash: MenuItem = { label: t('trash.title'), icon: 'trash', onSelect: () => navigate({ space: space.id, lens: 'documents', object: 'trash' }) };
  return mayMoveWhole(space, entry) ? [trash, null, { label: t('learn.remove', { title: entry.title }), icon: 'trash', tone: 'bad', onSelect: remove }] : [trash];
}

/** The page. */
export function CoursePage({ space, route, here, learn }: LensProps & { here: CourseHere; learn: LearnHere }): ReactNode {
  const { t } = useI18n();
  const copies = useCopies(space.id, here.entry.fragment);
  const acts = useLearnActs(space);
  const writes = mayWriteCourse(space, here.entry.fragment);
  const [view, setView] = useState<'list' | 'board'>('list');
  const { entry, course, way } = here;
  const at = { space: space.id, lens: 'learn', object: entry.fragment };
  const editing = writes && route.params['edit'] !== undefined;
  const chosen = editing ? course.steps.find(({ id }) => id === route.params['t']) : undefined;
  const edit = (params: Record<string, string>): void => navigate({ ...at, params });
  const rename = (words: string): string | null => {
    const made = renameCourse(entry, words);
    // Its title stands in the directory.
    if (made.ok) void acts.run(made.value, ROOT);
    return made.ok || made.error.code === 'no-change' ? null : t(refusalWord(made.error));
  };
  const toggle = { label: t(editing ? 'learn.editDone' : 'learn.edit'), icon: 'edit' as const, onSelect: () => edit(editing ? {} : { edit: 'on' }) };
  // On a phone the words of the state need the room.
  const narrow = useNarrow();
  const menu = [...(writes && narrow ? [toggle] : []), ...useSeldomActs(space, here, acts)];
  return (
    <Place
      header={{ crumbs: [space.name, t('lens.learn')], title: entry.title, copies, menu, titleMax: CHANNEL_TITLE_MAX, onBack: () => navigate({ space: space.id, lens: 'learn' }), ...(writes && !narrow && { acts: <Button kind="quiet" size="compact" icon={toggle.icon} aria-pressed={editing} onClick={toggle.onSelect}>{toggle.label}</Button> }), ...(writes && space.scope === null && { onRename: rename }) }}
      panel={chosen && <StepPanel key={chosen.id} here={here} step={chosen} acts={acts} space={space.id} onClose={() => edit({ edit: 'on' })} />}
    >
      <div className="learn">
        {course.about !== '' && !editing && <p className="muted" dir="auto">{course.about}</p>}
        {!editing && <CourseGoals space={space.id} here={here} />}
        {editing && <Approve space={space.id} here={here} acts={acts} />}
        {editing ? <WriteCourse space={space} here={here} learn={learn} acts={acts} onStep={(id) => edit({ edit: 'on', panel: 'details', t: id })} /> : course.steps.length === 0 ? (
          <EmptyState title={t('learn.noSteps')} text={t(writes ? 'learn.noStepsWrite' : 'learn.noStepsRead')} {...(writes && { act: { label: t('learn.edit'), onClick: () => edit({ edit: 'on' }) } })} />
        ) : (
          <>
            <ContinueCard space={space.id} here={here} />
            {way.done === way.of && <p className="learn-whole"><Icon name="ok" tone="ok" /> {t('learn.courseDone')}</p>}
            <div className="line learn-head-line">
              <h2 className="learn-head grow">{t('learn.steps')}</h2>
              <Segments tabs label={t('learn.views')} value={view} options={[{ value: 'list', label: t('learn.list') }, { value: 'board', label: t('learn.board') }]} onChange={setView} />
            </div>
            {view === 'list' ? course.modules.map((module) => <ModuleRows key={module.id} space={space.id} here={here} module={module} />) : <CourseBoard space={space.id} here={here} />}
            <Certificates space={space} here={here} acts={acts} />
          </>
        )}
      </div>
    </Place>
  );
}

function ModuleRows({ space, here, module }: { space: string; here: CourseHere; module: Module }): ReactNode {
  const { t } = useI18n();
  const states = module.steps.map(({ id }) => here.way.states.get(id)!);
  if (states.length === 0) return null;
  const done = states.filter(({ is }) => is === 'done').length;
  return (
    <section className="learn-module" aria-label={module.title || t('learn.steps')}>
      {module.title !== '' && <div className="line"><h3 className="medium grow" dir="auto">{module.title}</h3><span className="small muted num">{t('learn.of', { done, of: states.length })}</span></div>}
      <ol className="card learn-rows">
        {states.map((state) => <li key={state.step.id}><StepRow space={space} here={here} state={state} /></li>)}
      </ol>
    </section>
  );
}

/** What stands behind the title: how many answers are right, or what it waits for. */
function factsOf({ t, list }: I18n, here: CourseHere, { step, is, waits }: StepState): { note: string; end: string } {
  const progress = here.progresses.get(step.id) ?? NO_PROGRESS;
  const { right, of } = scoreOf(step, progress);
  const asked = step.questions.some(({ id }) => answerOf(progress, id) !== null);
  const end = of === 0 ? '' : asked ? t('learn.right', { right, of }) : t('learn.questions', { n: of });
  return { note: is === 'locked' ? t('learn.after', { names: list(waits.slice(0, 3).map((one) => stepName(here, one))), n: waits.length }) : is === 'begun' ? t('learn.begunNote') : '', end };
}

function StepRow({ space, here, state }: { space: string; here: CourseHere; state: StepState }): ReactNode {
  const i18n = useI18n();
  const { step, is } = state;
  const { note, end } = factsOf(i18n, here, state);
  const next = here.way.next?.step.id === step.id;
  return (
    <a className="learn-row" data-is={is} data-next={next ? '' : undefined} href={formatRoute({ space, lens: 'learn', object: here.entry.fragment, params: { s: step.id } })}>
      <Icon name={STANDING_ICONS[is]} {...(is !== 'open' && is !== 'locked' && { tone: 'type-course' })} />
      <span className="hidden">{i18n.t(COLUMN_WORDS[is])}</span>
      <span className={next ? 'medium' : ''} dir="auto">{stepName(here, step)}</span>
      {note !== '' && <span className="small muted grow">{note}</span>}
      {end !== '' && <span className="small muted num learn-end">{end}</span>}
    </a>
  );
}

/** The board: a column for how a step stands. Nothing is dragged: a step moves by being done. */
function CourseBoard({ space, here }: { space: string; here: CourseHere }): ReactNode {
  const { t } = useI18n();
  const states = [...here.way.states.values()];
  return (
    <div className="learn-board">
      {COLUMNS.map((column) => {
        const stands = states.filter(({ is }) => is === column);
        return (
          <section key={column} aria-label={t(COLUMN_WORDS[column])}>
            <div className="line learn-column"><h3 className="medium">{t(COLUMN_WORDS[column])}</h3><span className="small muted num">{stands.length}</span></div>
            <ul>{stands.map((state) => <li key={state.step.id} className="card"><StepRow space={space} here={here} state={state} /></li>)}</ul>
          </section>
        );
      })}
    </div>
  );
}
