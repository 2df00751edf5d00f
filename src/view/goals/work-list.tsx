/** The list: groups by status with heads that stay, rows of one height; the twin of the board and the timeline for keys and screen readers. */
import { memo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { tickTask } from '#domain/goals';
import { STATUSES, type Work } from '#domain/goals/work';
import { useI18n } from '#view/kit/i18n.tsx';
import { TickBox } from '#view/kit/object-card.tsx';
import type { People } from '#view/kit/people.tsx';
import { Button } from '#view/kit/controls.tsx';
import { Facts, Who, type FactsOf } from './facts.tsx';
import { STATUS_WORDS, step, type Mover } from './moves.ts';
import { WorkMenu } from './work-menu.tsx';

export interface WorksShown {
  readonly works: readonly Work[];
  readonly mover: Mover;
  readonly people: People;
  readonly facts: FactsOf;
  /** Id of the thing whose details are open. */
  readonly open: string | null;
  onOpen(work: Work): void;
}

/** Rows of a group that are drawn at first, and with each press. */
const PAGE = 100;

/** Moves the focus among the rows of one list. */
export function focusBeside(event: KeyboardEvent<HTMLElement>, by: 1 | -1, selector: string): void {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)];
  const at = all.indexOf((event.target as HTMLElement).closest<HTMLElement>('[data-work]')?.querySelector<HTMLElement>(selector) ?? (event.target as HTMLElement));
  const next = all[at + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** The list. */
export function WorkList(props: WorksShown): ReactNode {
  const { t, number } = useI18n();
  const { mover } = props;
  const [drawn, setDrawn] = useState<Record<string, number>>({});
  const keys = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const id = (event.target as HTMLElement).closest<HTMLElement>('[data-work]')?.dataset['work'];
    const work = props.works.find((one) => one.id === id);
    if (!event.altKey) return focusBeside(event, by, '.work-open');
    if (!work || !mover.acts.may(work)) return;
    event.preventDefault();
    step(mover, work, by);
  };
  return (
    <div className="work-list" onKeyDown={keys}>
      {STATUSES.map((status) => {
        const works = mover.columns.get(status)!;
        const shown = drawn[status] ?? PAGE;
        return works.length > 0 && (
          <section key={status} aria-label={t(STATUS_WORDS[status])}>
            <h2 className="work-head">
              {t(STATUS_WORDS[status])} <span className="muted num">{number(works.length)}</span>
            </h2>
            <ul>
              {works.slice(0, shown).map((work) => (
                <Row key={work.id} work={work} {...props} on={work.id === props.open} />
              ))}
            </ul>
            {works.length > shown && <Button kind="text" onClick={() => setDrawn({ ...drawn, [status]: shown + PAGE })}>{t('goal.more', { n: works.length - shown })}</Button>}
          </section>
        );
      })}
    </div>
  );
}

/** What stands in a row of a list or a tree: the box, the title with its facts, who does it, the menu. `ticks`: the box may be pressed. */
export function RowParts({ work, ticks, mover, people, facts, onOpen }: Pick<WorksShown, 'mover' | 'people' | 'facts' | 'onOpen'> & { work: Work; ticks: boolean }): ReactNode {
  return (
    <>
      <TickBox tick={{ done: work.done, ...(ticks ? { set: (done: boolean) => void mover.acts.run(tickTask(work.id, done)) } : {}) }} title={work.title} />
      <button type="button" className="work-open grow" onClick={() => onOpen(work)}>
        <span className="work-title" dir="auto">{work.title}</span>
        <Facts work={work} of={facts} />
      </button>
      <Who work={work} people={people} />
      <WorkMenu work={work} mover={mover} onOpen={() => onOpen(work)} />
    </>
  );
}

const Row = memo(function Row({ work, mover, people, facts, on, onOpen }: WorksShown & { work: Work; on: boolean }): ReactNode {
  return (
    <li className="work-row" data-work={work.id} data-done={work.done || undefined} data-on={on || undefined}>
      <RowParts work={work} ticks={mover.acts.may(work)} mover={mover} people={people} facts={facts} onOpen={onOpen} />
    </li>
  );
});
