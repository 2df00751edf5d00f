/** The board: a column for each status. Cards are dragged, or moved by Alt and arrows, or by their menu; the list is its twin. */
import { memo, useLayoutEffect, useRef, useState, type DragEvent, type KeyboardEvent, type ReactNode } from 'react';
import { STATUSES, type Status, type Work } from '#domain/goals/work';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Facts, Who } from './facts.tsx';
import { beside, drop, STATUS_WORDS, step } from './moves.ts';
import { WorkMenu } from './work-menu.tsx';
import { focusBeside, type WorksShown } from './work-list.tsx';

/** Cards of a column that are drawn at first, and with each press. */
const PAGE = 40;

interface Spot {
  readonly status: Status;
  /** Id of the card before which it would stand; null: at the end. */
  readonly before: string | null;
}

/** The board. */
export function Board(props: WorksShown): ReactNode {
  const { mover } = props;
  const [held, setHeld] = useState<Work | null>(null);
  const [spot, setSpot] = useState<Spot | null>(null);
  // A card that is moved by keys keeps the focus: its element is a new one in the other column.
  const moved = useRef<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const active = document.activeElement;
    const card = moved.current === null ? null : box.current?.querySelector<HTMLElement>(`[data-work="${CSS.escape(moved.current)}"]`);
    if (card?.contains(active)) return;
    if (active === document.body) card?.querySelector<HTMLElement>('.work-open')?.focus();
    moved.current = null;
  });
  const end = (): void => (setHeld(null), setSpot(null));
  const put = (event: DragEvent): void => {
    event.preventDefault();
    if (held && spot) {
      const column = mover.columns.get(spot.status)!.filter(({ id }) => id !== held.id);
      const at = spot.before === null ? column.length : column.findIndex(({ id }) => id === spot.before);
      void drop(mover, held, spot.status, at < 0 ? column.length : at);
    }
    end();
  };
  const keys = (event: KeyboardEvent<HTMLDivElement>): void => {
    const id = (event.target as HTMLElement).closest<HTMLElement>('[data-work]')?.dataset['work'];
    const work = props.works.find((one) => one.id === id);
    const by = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key] as 1 | -1 | undefined;
    if (!work || by === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const sideways = event.key === 'ArrowRight' || event.key === 'ArrowLeft';
    if (!event.altKey) return sideways ? focusColumn(event, by) : focusBeside(event, by, '.work-open');
    event.preventDefault();
    if (!mover.acts.may(work)) return;
    if (!sideways) return step(mover, work, by);
    const to = beside(work.status, by);
    if (!to) return;
    moved.current = work.id;
    void drop(mover, work, to, mover.columns.get(to)!.length);
  };
  return (
    <div ref={box} className="board" onKeyDown={keys} onDragEnd={end} onDragLeave={(event) => event.currentTarget === event.target && setSpot(null)}>
      {STATUSES.map((status) => (
        <Column key={status} {...props} status={status} held={held} spot={spot?.status === status ? spot : null} onHold={setHeld} onSpot={(before) => spot?.status === status && spot.before === before ? undefined : setSpot({ status, before })} onDrop={put} />
      ))}
    </div>
  );
}

function focusColumn(event: KeyboardEvent<HTMLElement>, by: 1 | -1): void {
  const columns = [...event.currentTarget.querySelectorAll<HTMLElement>('.board-column')];
  const own = (event.target as HTMLElement).closest<HTMLElement>('.board-column');
  for (let at = columns.indexOf(own!) + by; columns[at]; at += by) {
    const card = columns[at]!.querySelector<HTMLElement>('.work-open');
    if (!card) continue;
    event.preventDefault();
    return card.focus();
  }
}

interface ColumnProps extends WorksShown {
  readonly status: Status;
  readonly held: Work | null;
  readonly spot: Spot | null;
  onHold(work: Work): void;
  onSpot(before: string | null): void;
  onDrop(event: DragEvent): void;
}

function Column({ status, held, spot, onHold, onSpot, onDrop, ...props }: ColumnProps): ReactNode {
  const { t, number } = useI18n();
  const [drawn, setDrawn] = useState(PAGE);
  const works = props.mover.columns.get(status)!;
  const over = (event: DragEvent<HTMLElement>): void => {
    if (!held) return;
    event.preventDefault();
    const cards = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-work]')].filter((card) => card.dataset['work'] !== held.id);
    const next = cards.find((card) => {
      const { top, height } = card.getBoundingClientRect();
      return event.clientY < top + height / 2;
    });
    onSpot(next?.dataset['work'] ?? null);
  };
  return (
    <section className="board-column" aria-label={t(STATUS_WORDS[status])} onDragOver={over} onDrop={onDrop}>
      <h2 className="work-head">
        {t(STATUS_WORDS[status])} <span className="muted num">{number(works.length)}</span>
      </h2>
      <ol data-end={spot?.before === null || undefined}>
        {works.slice(0, drawn).map((work) => (
          <Card key={work.id} work={work} {...props} on={work.id === props.open} over={spot?.before === work.id} onHold={onHold} />
        ))}
      </ol>
      {works.length > drawn && <Button kind="text" onClick={() => setDrawn(drawn + PAGE)}>{t('goal.more', { n: works.length - drawn })}</Button>}
    </section>
  );
}

const Card = memo(function Card({ work, mover, people, facts, on, over, onOpen, onHold }: WorksShown & { work: Work; on: boolean; over: boolean; onHold(work: Work): void }): ReactNode {
  const may = mover.acts.may(work) && work.kind === 'task';
  const hold = (event: DragEvent): void => {
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', work.title);
    onHold(work);
  };
  return (
    <li className="work-card" data-work={work.id} data-done={work.done || undefined} data-on={on || undefined} data-over={over || undefined} draggable={may} onDragStart={hold}>
      <button type="button" className="work-open" onClick={() => onOpen(work)}>
        <span className="work-title" dir="auto">{work.title}</span>
      </button>
      <span className="work-foot-line">
        <Facts work={work} of={facts} />
        <span className="grow" />
        <Who work={work} people={people} />
        <WorkMenu work={work} mover={mover} onOpen={() => onOpen(work)} />
      </span>
    </li>
  );
});
