/** Circles that came by a merge: named, with the act that mends each. */
import type { ReactNode } from 'react';
import { partOf, thingOfPoint, waitNoLonger } from '#domain/goals/work';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import type { PlanHere } from './use-plan.ts';
import type { WorkActs, WorkHere } from './use-work.ts';

/** Names told of one circle. */
const NAMED = 6;
interface CirclesProps {
  readonly plan: PlanHere | null;
  readonly here: WorkHere;
  readonly acts: WorkActs;
}

/** Circles told at once: mending one shows the next. */
const TOLD = 3;

/** That no plan came, with the act that asks again, and the circles. */
export function PlanNotes({ again, ...props }: CirclesProps & { again: (() => void) | null }): ReactNode {
  const { t } = useI18n();
  return (
    <>
      {again && <div className="note" role="alert"><Icon name="alert" /><span className="grow">{t('goal.planFailed')}</span><Button size="compact" onClick={again}>{t('act.tryNow')}</Button></div>}
      <Circles {...props} />
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
        {work && made?.ok && <Button size="compact" onClick={() => void acts.run(made.value, work.fragment)}>{t('goal.partMend', { first: work.title, second: title(work.parent!) })}</Button>}
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
        {mend && <Button size="compact" onClick={() => void acts.run(waitNoLonger(mend.wait.edge), mend.work.fragment)}>{t('goal.circleMend', { first: mend.work.title, second: title(mend.wait.on) })}</Button>}
      </div>
    );
  });
  return <>{parts}{waits}</>;
}
