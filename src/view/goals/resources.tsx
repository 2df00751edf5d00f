/** All resources of the space, below the workload: how much there is of each and when; a press opens one. */
import { useState, type ReactNode } from 'react';
import { byTitle, type Resource } from '#domain/goals/work';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import type { WorkHere } from './use-work.ts';

/** Rows drawn at first, and with each press. */
const PAGE = 30;

/** The list; where there is none it says how one is made. */
export function Resources({ here, onResource }: { here: WorkHere; onResource: (one: Resource) => void }): ReactNode {
  const i18n = useI18n();
  const { t, number } = i18n;
  const [drawn, setDrawn] = useState(PAGE);
  const all = byTitle(here.resources.values());
  return (
    <section className="workload-resources" aria-label={t('goal.resources')}>
      <h3>{t('goal.resources')}</h3>
      {all.length === 0 && <p className="small muted">{t('goal.resourcesNone')}</p>}
      <ul className="proposal-rows">
        {all.slice(0, drawn).map((one) => {
          const when = [...(one.from === null ? [] : [t('goal.thereSince', { day: dayWords(i18n, one.from) })]), ...(one.until === null ? [] : [t('goal.thereTo', { day: dayWords(i18n, one.until) })]), ...(one.away.length > 0 ? [t('goal.awayTimes', { n: one.away.length })] : [])];
          return (
            <li key={one.id} className="line">
              <Icon name="resource" tone="type-task" />
              <button type="button" className="work-open grow" onClick={() => onResource(one)}>
                <span className="work-title" dir="auto">{one.title || t('goal.untitled')}</span>
                {when.length > 0 && <span className="work-facts small muted">{when.join(' · ')}</span>}
              </button>
              <span className="num muted">{`× ${number(one.capacity)}`}</span>
            </li>
          );
        })}
      </ul>
      {all.length > drawn && <Button kind="text" onClick={() => setDrawn(drawn + PAGE)}>{t('goal.more', { n: all.length - drawn })}</Button>}
    </section>
  );
}
