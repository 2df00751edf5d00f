/** The board: a column for each status. Cards are dragged, or moved by Alt and arrows, or by their menu; the list is its twin. */
import { memo, useEffect, useState, type DragEvent, type KeyboardEvent, type ReactNode } from 'react';
import { STATUSES, type Status, type Work } from '#domain/goals/work';
import { useI18n } from '#view/kit/i18n.tsx';
import { Facts, Who } from './facts.tsx';
import { beside, drop, STATUS_WORDS, step } from './moves.ts';
import { WorkMenu } from './work-menu.tsx';
import { useFollow } from './use-follow.ts';
import { keptBeside, useParts } from './use-parts.ts';
import { focusBeside, type WorksShown } from './work-list.tsx';

/** Cards of a part of a column; parts out of sight are not drawn. */
const PART = 8;

interface Spot {
  readonly status: Status;
  /** Id of the card before which it would stand; null: at the end. */
  readonly before: string | null;
}

/** The board. */
export function Board(props: WorksShown): ReactNode {
  const { box, mover, moves, leave } = useFollow(props.mover);
  const [held, setHeld] = useState<Work | null>(null);
  const [spot, setSpot] = useState<Spot | null>(null);
  // Drawn wherever it is: an element that goes takes the focus with it.
  const [focused, setFocused] = useState<string | null>(null);
  const end = (): void => (setHeld(null), setSpot(null));
  // Not at the board: another may move the card away that is held, and then nothing here hears the end.
  useEffect(() => {
    if (!held) return;
    document.addEventListener('dragend', end);
    document.addEventListener('pointerdown', end);
    return () => {
      document.removeEventListener('dragend', end);
      document.removeEventListener('pointerdown', end);
    };
  }, [held]);
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
    const id = cardAt(event)?.dataset['work'];
    const work = props.works.find((one) => one.id === id);
    const by = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key] as 1 | -1 | undefined;
    if (!work || by === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const sideways = event.key === 'ArrowRight' || event.key === 'ArrowLeft';
    if (!event.altKey) return sideways ? focusColumn(event, by) : focusBeside(event, by, '.work-open');
    event.preventDefault();
    if (!mover.acts.may(work)) return;
    const to = sideways ? beside(work.status, by) : work.status;
    if (!to) return;
    moves(work.id);
    if (!sideways) return step(mover, work, by);
    void drop(mover, work, to, mover.columns.get(to)!.length);
  };
  return (
    <div ref={box} className="board" onKeyDown={keys} onFocus={(event) => setFocused(cardAt(event)?.dataset['work'] ?? focused)} onPointerDown={leave} onWheel={leave} onDragLeave={(event) => event.currentTarget === event.target && setSpot(null)}>
      {STATUSES.map((status) => (
        <Column key={status} {...props} mover={mover} status={status} held={held} kept={[focused, held?.id]} spot={spot?.status === status ? spot : null} onHold={setHeld} onSpot={(before) => spot?.status === status && spot.before === before ? undefined : setSpot({ status, before })} onDrop={put} />
      ))}
    </div>
  );
}

const cardAt = ({ target }: { readonly target: EventTarget }): HTMLElement | null => (target as HTMLElement).closest<HTMLElement>('[data-work]');

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
  /** Ids of cards that are drawn wherever they stand. */
  readonly kept: readonly (string | null | undefined)[];
  onHold(work: Work): void;
  onSpot(before: string | null): void;
  onDrop(event: DragEvent): void;
}

function Column({ status, held, spot, kept, mover, people, facts, open, onOpen, onHold, onSpot, onDrop }: ColumnProps): ReactNode {
  const { t, number } = useI18n();
  const works = mover.columns.get(status)!;
  const { list, from, to, room } = useParts(Math.ceil(works.length / PART), PART);
  const end = Math.min(to * PART, works.length);
  const first = Math.min(from * PART, end);
  const besides = keptBeside(kept.map((id) => (id ? works.findIndex((work) => work.id === id) : -1)), works.length, first, end);
  const drawn: ReactNode[] = [];
  let next = 0;
  const gap = (until: number, sight = false): ReactNode => <li key={sight ? 'sight' : `before ${until}`} className="board-room" aria-hidden="true" data-window={sight || undefined} style={{ height: room(next, until) }} />;
  const card = (work: Work): ReactNode => <Card key={work.id} work={work} mover={mover} people={people} facts={facts} onOpen={onOpen} on={work.id === open} over={work.id === spot?.before} onHold={onHold} />;
  const keep = (at: number): void => {
    if (at > next) drawn.push(gap(at));
    drawn.push(card(works[at]!));
    next = at + 1;
  };
  for (const at of besides) if (at < first) keep(at);
  drawn.push(gap(first, true), ...works.slice(first, end).map(card));
  next = end;
  for (const at of besides) if (at >= end) keep(at);
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
      <ol ref={list} data-end={spot?.before === null || undefined}>
        {drawn}
        <li className="board-room" aria-hidden="true" style={{ height: room(next, works.length) }} />
      </ol>
    </section>
  );
}

/** What did not change is not gone through again when others come. */
const Card = memo(function Card({ work, mover, people, facts, on, over, onOpen, onHold }: Omit<WorksShown, 'works' | 'open'> & { work: Work; on: boolean; over: boolean; onHold(work: Work): void }): ReactNode {
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
