/** Circles that came by a merge, and waits for what is not here: named, with the act that mends each. */
import { useMemo, type ReactNode } from 'react';
import { partOf, readWork, thingOfPoint, waitNoLonger, waitsForNothing, type LooseWait, type Work } from '#domain/goals/work';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import type { PlanHere } from './use-plan.ts';
import type { WorkActs, WorkHere } from './use-work.ts';

/** Names told of one circle. */
const NAMED = 6;
interface CirclesProps {
  readonly plan: PlanHere | null;
  readonly here: WorkHere;
  readonly acts: WorkActs;
}

interface LooseProps extends Omit<CirclesProps, 'plan'> {
  readonly space: string;
  onOpen(work: Work): void;
}

/** Circles, and waits, told at once: mending one shows the next. */
const TOLD = 3;

/** That no plan came, with the act that asks again; the circles; and what waits for nothing. */
export function PlanNotes({ again, space, onOpen, ...props }: CirclesProps & Pick<LooseProps, 'space' | 'onOpen'> & { again: (() => void) | null }): ReactNode {
  const { t } = useI18n();
  return (
    <>
      {again && <div className="note" role="alert"><Icon name="alert" /><span className="grow">{t('goal.planFailed')}</span><Button size="compact" onClick={again}>{t('act.tryNow')}</Button></div>}
      <Circles {...props} />
      <LooseWaits space={space} here={props.here} acts={props.acts} onOpen={onOpen} />
    </>
  );
}

/** One note for each. */
function Circles({ plan, here, acts }: CirclesProps): ReactNode {
  const { t, list } = useI18n();
  const title = (id: string): string => here.all.get(id)?.title ?? '…';
  const parts = here.tree.circles.slice(0, TOLD).map((circle) => {
    const work = circle.map((id) => here.all.get(id)).find((one) => one && one.parent !== null && acts.may(one));
    const made = work && partOf(work, null, here.all);
    return (
      <div key={`parts ${circle.join()}`} className="note" role="alert">
        <Icon name="alert" />
        <span className="grow">{t('goal.partCircle', { names: list(circle.slice(0, NAMED).map(title)) })}</span>
        {work && made?.ok && <Button size="compact" className="goal-mend" onClick={() => void acts.run(made.value, work.fragment)}>{t('goal.partMend', { first: work.title, second: title(work.parent!) })}</Button>}
      </div>
    );
  });
  const waits = (plan?.answer.circles ?? []).slice(0, TOLD).map((points) => {
    const circle = [...new Set(points.map(thingOfPoint))];
    // The link that leads back to the first: whoever may change the task that waits may take it away.
    const mends = circle.flatMap((id, i) => {
      const work = here.all.get(id);
      const first = circle[(i - 1 + circle.length) % circle.length]!;
      const wait = work?.waits.find(({ on }) => on === first);
      return work && wait && acts.may(work) ? [{ work, wait }] : [];
    });
    const mend = mends[0];
    return (
      <div key={circle.join()} className="note" role="alert">
        <Icon name="alert" />
        <span className="grow">{t('goal.circleHere', { names: list(circle.slice(0, NAMED).map(title)) })}</span>
        {mend && <Button size="compact" className="goal-mend" onClick={() => void acts.run(waitNoLonger(mend.wait.edge), mend.work.fragment)}>{t('goal.circleMend', { first: mend.work.title, second: title(mend.wait.on) })}</Button>}
      </div>
    );
  });
  return <>{parts}{waits}</>;
}

/** Waits for what was deleted or has not come: they hold nothing up. */
function LooseWaits({ here: { works, all, loaded }, ...props }: LooseProps): ReactNode {
  const { t } = useI18n();
  const loose = useMemo(() => waitsForNothing(works, all), [works, all]);
  // Before all is read, much is not here that will be.
  if (!loaded) return null;
  const rest = loose.length - TOLD;
  return (
    <>
      {loose.slice(0, TOLD).map((one) => <LooseNote key={one.wait.edge} {...props} {...one} />)}
      {rest > 0 && <div className="note" role="status"><span className="grow muted">{t('goal.waitMore', { n: rest })}</span></div>}
    </>
  );
}

/** One: by the name of what was deleted, where that is known. It leads to what waits. */
function LooseNote({ space, acts, onOpen, work, wait }: Omit<LooseProps, 'here'> & LooseWait): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const node = useAsked(() => api.graph(space).get(wait.on), ['node_updated'], [api, space, wait.on]);
  const was = node?.state === 'here' && node.deleted ? readWork(node) : null;
  return (
    <div className="note" role="status">
      <Icon name="alert" />
      <span className="grow">{was ? t('goal.waitDeleted', { first: work.title, second: was.title }) : t('goal.waitNowhere', { first: work.title })}</span>
      <Button size="compact" kind="quiet" aria-label={`${t('act.open')}: ${work.title}`} onClick={() => onOpen(work)}>{t('act.open')}</Button>
      {acts.may(work) && <Button size="compact" aria-label={t('goal.circleMend', { first: work.title, second: was?.title ?? t('goal.nowhere') })} onClick={() => void acts.run(waitNoLonger(wait.edge), work.fragment)}>{t('goal.waitTake')}</Button>}
    </div>
  );
}
