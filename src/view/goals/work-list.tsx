/** The list: groups by status with heads that stay, rows of one height; the twin of the board and the timeline for keys and screen readers. */
import { memo, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { byColumn, STATUSES, type ColumnOrder, type Work } from '#domain/goals/work';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { TickBox } from '#view/kit/object-card.tsx';
import type { People } from '#view/kit/people.tsx';
import { Button } from '#view/kit/controls.tsx';
import { columnWords, Facts, sameFacts, Who, type FactsOf } from './facts.tsx';
import { STATUS_WORDS, step, type Mover } from './moves.ts';
import { useFollow } from './use-follow.ts';
import { useSteadyAct, useSteadyMover } from './use-steady.ts';
import { WorkMenu } from './work-menu.tsx';

export interface WorksShown {
  readonly works: readonly Work[];
  readonly mover: Mover;
  readonly people: People;
  readonly facts: FactsOf;
  /** Id of the thing whose details are open. */
  readonly open: string | null;
  onOpen(work: Work): void;
  /** Ids of what is chosen, while several are; only in the list. */
  readonly picked?: ReadonlySet<string>;
  onPick?(id: string, on: boolean): void;
}

export interface Ordered {
  /** By which column the groups are ordered; null: by hand. */
  readonly order: ColumnOrder | null;
  onOrder(order: ColumnOrder | null): void;
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
export function WorkList({ order, onOrder, ...props }: WorksShown & Ordered): ReactNode {
  const { t, number } = useI18n();
  const { box, mover, moves, leave } = useFollow(props.mover);
  const { columns } = props.facts;
  const rows = { mover: useSteadyMover(mover), onOpen: useSteadyAct(props.onOpen) };
  const [drawn, setDrawn] = useState<Record<string, number>>({});
  const groups = useMemo(() => new Map(STATUSES.map((status) => [status, order ? byColumn(mover.columns.get(status)!, order, props.people.name) : mover.columns.get(status)!])), [mover.columns, order, props.people]);
  const keys = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const id = (event.target as HTMLElement).closest<HTMLElement>('[data-work]')?.dataset['work'];
    const work = props.works.find((one) => one.id === id);
    if (!event.altKey) return focusBeside(event, by, '.work-open');
    // Where a column orders them no place is by hand.
    if (!work || order || !mover.acts.may(work)) return;
    event.preventDefault();
    moves(work.id);
    step(mover, work, by);
  };
  return (
    <div ref={box} className="work-list" data-columns={columns.length || undefined} onKeyDown={keys} onPointerDown={leave} onWheel={leave}>
      {STATUSES.map((status) => {
        const works = groups.get(status)!;
        const shown = drawn[status] ?? PAGE;
        return works.length > 0 && (
          <section key={status} aria-label={t(STATUS_WORDS[status])}>
            <h2 className="work-head">
              {t(STATUS_WORDS[status])} <span className="muted num">{number(works.length)}</span>
              {columns.length > 0 && <span className="work-names small muted">{columns.map(({ key, of }) => <OrderHead key={key} of={of.name} column={key} order={order} onOrder={onOrder} />)}</span>}
            </h2>
            <ul>
              {works.slice(0, shown).map((work) => (
                <Row key={work.id} work={work} {...props} {...rows} on={work.id === props.open} />
              ))}
            </ul>
            {works.length > shown && <Button kind="text" onClick={() => setDrawn({ ...drawn, [status]: shown + PAGE })}>{t('goal.more', { n: works.length - shown })}</Button>}
          </section>
        );
      })}
    </div>
  );
}

/** The name of a column, pressed to order by it: upwards, downwards, by hand again. */
function OrderHead({ of, column, order, onOrder }: Ordered & { of: string; column: string }): ReactNode {
  const { t } = useI18n();
  const on = order?.key === column;
  const next: ColumnOrder | null = !on ? { key: column, down: false } : order.down ? null : { key: column, down: true };
  const words = t(!on ? 'goal.orderBy' : order.down ? 'goal.orderedDown' : 'goal.orderedUp', { name: of });
  return (
    <button type="button" className="work-order line" aria-pressed={on} aria-label={words} title={words} onClick={() => onOrder(next)}>
      <span className="cut" dir="auto">{of}</span>
      {on && <Icon name={order.down ? 'down' : 'up'} size={12} />}
    </button>
  );
}

/** What stands in a row of a list or a tree: the box, the title with its facts, who does it, the menu. `ticks`: the box may be pressed; `cells`: properties have columns of their own. */
export function RowParts({ work, ticks, mover, people, facts, onOpen, cells = false }: Pick<WorksShown, 'mover' | 'people' | 'facts' | 'onOpen'> & { work: Work; ticks: boolean; cells?: boolean }): ReactNode {
  const of = useMemo(() => (cells ? { ...facts, columns: [] } : facts), [cells, facts]);
  return (
    <>
      <TickBox tick={{ done: work.done, ...(ticks ? { set: (done: boolean) => void mover.acts.tick(work, done) } : {}) }} title={work.title} />
      <button type="button" className="work-open grow" onClick={() => onOpen(work)}>
        <span className="work-title" dir="auto">{work.title}</span>
        <Facts work={work} of={of} />
      </button>
      {cells && facts.columns.length > 0 && <Cells work={work} people={people} columns={facts.columns} />}
      <Who work={work} people={people} />
      <WorkMenu work={work} mover={mover} onOpen={() => onOpen(work)} />
    </>
  );
}

/** What a thing says in each column; on a phone with its name, below the title. */
function Cells({ work, people, columns }: { work: Work; people: People; columns: FactsOf['columns'] }): ReactNode {
  const i18n = useI18n();
  return (
    <span className="work-cells small">
      {columns.map((column) => {
        const words = columnWords(i18n, people, work, column);
        return <span key={column.key} className="work-cell" data-empty={words === null || undefined}>{words !== null && <><span className="work-cell-name muted">{`${column.of.name}: `}</span><span dir="auto">{words}</span></>}</span>;
      })}
    </span>
  );
}

type RowProps = WorksShown & { readonly work: Work; readonly on: boolean };

/** Would it be drawn as it is? */
const sameRow = (a: RowProps, b: RowProps): boolean => a.work === b.work && a.on === b.on && a.mover === b.mover && a.people === b.people && a.onOpen === b.onOpen && a.picked === b.picked && a.onPick === b.onPick && sameFacts(a.facts, b.facts, a.work.id);

const Row = memo(function Row({ work, mover, people, facts, on, onOpen, picked, onPick }: RowProps): ReactNode {
  const { t } = useI18n();
  return (
    <li className="work-row" data-work={work.id} data-done={work.done || undefined} data-on={on || picked?.has(work.id) || undefined}>
      {picked && mover.acts.may(work) && <label className="work-pick-box"><input type="checkbox" className="work-pick" aria-label={t('goal.pick', { title: work.title })} checked={picked.has(work.id)} onChange={({ target }) => onPick?.(work.id, target.checked)} /></label>}
      <RowParts work={work} ticks={mover.acts.may(work)} mover={mover} people={people} facts={facts} onOpen={onOpen} cells />
    </li>
  );
}, sameRow);
