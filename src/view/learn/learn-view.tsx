/** Learn: the courses of a space, one of them, or a step of it, as the address says. */
import { useState, type ComponentType, type ReactNode } from 'react';
import '#view/kit/not-here-words.ts';
import '#view/kit/learn-words.ts';
import { mayMakeCourses } from '#domain/learn';
import { lastSeen } from '#domain/learn/course';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useCopies, useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { LensProps, ReadingDocumentProps } from '#view/kit/lens.ts';
import { Place } from '#view/kit/place.tsx';
import { formatRoute, navigate } from '#view/kit/router.tsx';
import { EmptyState, ErrorState, Skeleton } from '#view/kit/states.tsx';
import { CardsLine } from './cards-line.tsx';
import { ContinueCard } from './continue-card.tsx';
import { CoursePage } from './course-page.tsx';
import { CreateCourse } from './create-course.tsx';
import { isManual } from './manual-course.ts';
import { StepPage } from './step-page.tsx';
import { useLearn, type CourseHere, type LearnHere } from './use-learn.ts';
import { WorkDone } from './work-done.tsx';
import './learn.css';

const Manual = lazyPart(async () => (await import('./manual.tsx')).Manual, { alone: true });
const CheckCertificate = lazyPart(async () => (await import('./check-certificate.tsx')).CheckCertificate, { alone: true });
const MakeCourse = lazyPart(async () => (await import('./make-course.tsx')).MakeCourse);
const CardsPage = lazyPart(async () => (await import('./cards-page.tsx')).CardsPage);
const ReviewPage = lazyPart(async () => (await import('./review.tsx')).ReviewPage);

/** The lens over what draws documents. */
export function learnView(Text: ComponentType<ReadingDocumentProps>): ComponentType<LensProps> {
  return function LearnView({ space, route }: LensProps): ReactNode {
    if (route.object === 'cards') return <CardsPage space={space} deck={route.params['deck'] ?? null} />;
    if (route.object === 'review') return <ReviewPage key={route.params['deck'] ?? ''} space={space} deck={route.params['deck'] ?? null} />;
    return <CoursesView space={space} route={route} Text={Text} />;
  };
}

function CoursesView(props: LensProps & { Text: ComponentType<ReadingDocumentProps> }): ReactNode {
  const { space } = props;
  const here = useLearn(space);
  return (
    <>
      {here.loaded && here.courses.map((one) => <WorkDone key={one.entry.fragment} space={space} here={one} />)}
      <PageOf {...props} here={here} />
    </>
  );
}

function PageOf({ space, route, Text, here }: LensProps & { Text: ComponentType<ReadingDocumentProps>; here: LearnHere }): ReactNode {
  const document = route.params['from'] === undefined ? undefined : here.documents.find(({ fragment }) => fragment === route.params['from']);
  if (document && mayMakeCourses(space)) return <MakeCourse key={document.fragment} space={space} document={document} parts={route.params['parts'] ?? null} />;
  const one = here.courses.find(({ entry }) => entry.fragment === route.object);
  if (!one && (route.object !== null || !here.loaded)) return <Missing space={space} object={route.object} loaded={here.loaded} />;
  if (!one) return <Courses space={space} courses={here.courses} />;
  const step = one.course.steps.find(({ id }) => id === route.params['s']);
  if (step) return <StepPage key={step.id} space={space} here={one} step={step} Text={Text} panel={route.params['panel'] ?? null} />;
  return <CoursePage key={one.entry.fragment} space={space} route={route} here={one} learn={here} />;
}

function Missing({ space, object, loaded }: { space: LensProps['space']; object: string | null; loaded: boolean }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const copies = useCopies(space.id);
  const back = (): void => navigate({ space: space.id, lens: 'learn' });
  return (
    <Place header={{ crumbs: [space.name], title: t('lens.learn'), copies, ...(object === null ? {} : { onBack: back }) }}>
      {!loaded ? <Skeleton label={t('list.loading')} /> : (
        <ErrorState
          title={t('state.absent')} text={`${t('notHere.absent')} ${t('notHere.safe')}`} facts={[[t('notHere.address'), object ?? '']]}
          acts={[{ label: t('act.tryNow'), onClick: () => void api.network.retry().catch(() => undefined) }, { label: t('act.back'), onClick: back }]}
        />
      )}
    </Place>
  );
}

/** The list: one Continue, of what was open last, and the courses with how far one is. */
function Courses({ space, courses }: { space: LensProps['space']; courses: readonly CourseHere[] }): ReactNode {
  const { t } = useI18n();
  const copies = useCopies(space.id);
  const [creating, setCreating] = useState(false);
  const makes = mayMakeCourses(space);
  const going = courses.filter(({ way }) => way.next !== null).sort((a, b) => lastSeen(b.progresses) - lastSeen(a.progresses))[0];
  return (
    <Place header={{ crumbs: [space.name], title: t('lens.learn'), copies, menu: [{ label: t('trash.title'), icon: 'trash', onSelect: () => navigate({ space: space.id, lens: 'documents', object: 'trash' }) }] }}>
      {courses.length === 0 ? (
        <>
          <div className="learn"><CardsLine space={space.id} /></div>
          <EmptyState title={t('learn.empty')} text={t(makes ? 'learn.emptyText' : 'learn.emptyRead')} {...(makes ? { act: { label: t('learn.new'), onClick: () => setCreating(true) } } : {})}><Manual /><CheckCertificate /></EmptyState>
        </>
      ) : (
        <div className="learn">
          {going && <ContinueCard space={space.id} here={going} named />}
          <CardsLine space={space.id} />
          <h2 className="learn-head">{t('learn.courses')}</h2>
          <ul className="learn-cards">
            {courses.map((one) => <li key={one.entry.fragment}><CourseCard space={space.id} here={one} /></li>)}
            {space.kind === 'personal' && !courses.some(isManual) && <li><Manual /></li>}
          </ul>
          {makes && <Button kind="text" icon="plus" onClick={() => setCreating(true)}>{t('learn.new')}</Button>}
          {space.kind !== 'personal' && <Manual quiet />}
          <CheckCertificate />
        </div>
      )}
      {creating && <CreateCourse space={space} onClose={() => setCreating(false)} />}
    </Place>
  );
}

function CourseCard({ space, here }: { space: string; here: CourseHere }): ReactNode {
  const { t } = useI18n();
  const { entry, way } = here;
  const next = way.of === 0 ? t('learn.nothing') : way.done === way.of ? t('learn.allDone') : way.next ? t('learn.nextIs', { done: way.done, of: way.of, title: way.next.step.title }) : t('learn.of', { done: way.done, of: way.of });
  return (
    <a className="card learn-card" href={formatRoute({ space, lens: 'learn', object: entry.fragment })}>
      <span className="line"><Icon name="learn" tone="type-course" /><span className="medium cut" dir="auto">{entry.title}</span></span>
      <progress className="learn-bar" value={way.done} max={Math.max(1, way.of)} aria-label={t('learn.of', { done: way.done, of: way.of })} />
      <span className="small muted num">{next}</span>
    </a>
  );
}
