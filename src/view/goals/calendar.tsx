/**
 * The calendar: a month or a week, a thing in the day it is due or begins. Things are dragged to another day, or moved by Alt and arrows; arrows alone go
 * from day to day. On a phone a month is the list of its days that have something; the list is its twin everywhere.
 */
import { useEffect, useMemo, useRef, useState, type DragEvent, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { setDue } from '#domain/goals/words';
import { setStart, type Work } from '#domain/goals/work';
import { Button, IconButton, Segments } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { dayAt } from './timeline-model.ts';
import { daysSeen, entriesOf, IN_DAY, ownDay, SPANS, stepTo, type Entry, type Span } from './calendar-model.ts';
import type { Mover } from './moves.ts';
import { useRuleDays } from './use-rule-days.ts';
import type { WorksShown } from './work-list.tsx';

const SPAN_WORDS = { month: 'goal.month', week: 'goal.week' } as const;
const ARROWS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** A day as a time of the reader, for its words. */
const timeOf = (day: string): number => {
  const [year, month, of] = day.split('-').map(Number);
  return new Date(year!, month! - 1, of!).getTime();
};

/** To another day: a task is due then, an event begins then and ends as much later as before; false when it is not moved. */
export async function moveToDay({ acts }: Pick<Mover, 'acts'>, work: Work, day: string): Promise<boolean> {
  const own = ownDay(work);
  if (own === day || !acts.may(work)) return false;
  const made = work.kind === 'event' || (work.due === null && work.start !== null) ? setStart(work.id, day) : setDue(work.id, day);
  if (!made.ok) return false;
  const days = own === null ? 0 : (timeOf(day) - timeOf(own)) / 86_400_000;
  const end = work.kind === 'event' && work.due !== null ? setDue(work.id, dayAt(work.due, Math.round(days))) : null;
  return acts.run([...made.value, ...(end?.ok ? end.value : [])]);
}

/** What gets the focus when it is drawn, unless that has gone elsewhere by then. */
function useFocusLater(grid: RefObject<HTMLElement | null>): RefObject<{ readonly to: string; readonly from: Element } | null> {
  const focus = useRef<{ readonly to: string; readonly from: Element } | null>(null);
  useEffect(() => {
    if (focus.current === null) return;
    const { to, from } = focus.current;
    const elsewhere = document.activeElement !== from && document.activeElement !== document.body;
    const element = grid.current?.querySelector<HTMLElement>(to);
    if (!elsewhere && !element) return;
    focus.current = null;
    if (!elsewhere) element?.focus();
  });
  return focus;
}

/** The calendar. */
export function Calendar(props: WorksShown): ReactNode {
  const { works, mover, facts } = props;
  const i18n = useI18n();
  const { t } = i18n;
  const [span, setSpan] = useState<Span>('month');
  const [at, setAt] = useState(facts.today);
  const [held, setHeld] = useState<Work | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  const focus = useFocusLater(grid);
  const days = useMemo(() => daysSeen(span, at), [span, at]);
  const daysOf = useRuleDays(works, days);
  const entries = useMemo(() => entriesOf(works, days, daysOf), [works, days, daysOf]);
  // A month is higher than most pages: its day is seen at once.
  useEffect(() => void grid.current?.querySelector(`[data-day="${at}"]`)?.scrollIntoView({ block: 'nearest' }), [at, span]);
  const keys = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = ARROWS[event.key];
    const from = event.target as HTMLElement;
    const day = from.closest<HTMLElement>('[data-day]')?.dataset['day'];
    if (by === undefined || day === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    focus.current = null;
    if (!event.altKey) {
      const to = dayAt(day, by);
      focus.current = { to: `[data-day="${to}"] .calendar-number`, from };
      return setAt(to);
    }
    // Only the thing itself is moved, no day on which it comes again.
    const id = from.closest<HTMLElement>('[data-focus]')?.dataset['focus'];
    const work = works.find((one) => one.id === id);
    if (!work || ownDay(work) === null) return;
    const to = dayAt(ownDay(work)!, by);
    // Its element is a new one in the other day, and comes with the next answer.
    const wanted = { to: `[data-day="${to}"] [data-focus="${CSS.escape(work.id)}"]`, from };
    focus.current = wanted;
    void moveToDay(mover, work, to).then((done) => {
      if (done && !days.includes(to)) setAt(to);
      if (!done && focus.current === wanted) focus.current = null;
    });
  };
  const drop = (event: DragEvent, day: string): void => {
    event.preventDefault();
    if (held) void moveToDay(mover, held, day);
    setHeld(null);
    setOver(null);
  };
  const weekday = useMemo(() => new Intl.DateTimeFormat(i18n.lang, { weekday: 'short' }), [i18n.lang]);
  const month = new Intl.DateTimeFormat(i18n.lang, { month: 'long', year: 'numeric' }).format(timeOf(span === 'week' ? days[3]! : at));
  return (
    <div className="calendar" data-span={span}>
      <div className="calendar-bar">
        <IconButton icon="left" name={t('goal.earlier')} onClick={() => setAt(stepTo(span, at, -1))} />
        <IconButton icon="right" name={t('goal.later')} onClick={() => setAt(stepTo(span, at, 1))} />
        <h2 className="calendar-month" aria-live="polite">{month}</h2>
        <Button kind="quiet" size="compact" onClick={() => setAt(facts.today)}>{t('goal.today')}</Button>
        <Segments label={t('goal.span')} value={span} options={SPANS.map((one) => ({ value: one, label: t(SPAN_WORDS[one]) }))} onChange={setSpan} />
      </div>
      <div ref={grid} className="calendar-grid" role="list" aria-label={month} onKeyDown={keys} onDragEnd={() => (setHeld(null), setOver(null))}>
        {days.map((day) => (
          <Day
            key={day} {...props} day={day} weekday={weekday} entries={entries.get(day)!} most={span === 'week' ? Infinity : IN_DAY} beside={span === 'month' && day.slice(0, 7) !== at.slice(0, 7)} first={day === at} over={over === day}
            onHold={setHeld} onOver={() => held && setOver(day)} onDrop={(event) => drop(event, day)} onMore={() => (setAt(day), setSpan('week'))}
          />
        ))}
      </div>
    </div>
  );
}

interface DayProps extends WorksShown {
  readonly day: string;
  /** Makes the short name of a day of the week. */
  readonly weekday: Intl.DateTimeFormat;
  readonly entries: readonly Entry[];
  readonly most: number;
  /** Of the month before or behind. */
  readonly beside: boolean;
  /** The day that Tab comes to; arrows lead to the others. */
  readonly first: boolean;
  readonly over: boolean;
  onHold(work: Work): void;
  onOver(): void;
  onDrop(event: DragEvent): void;
  onMore(): void;
}

function Day(props: DayProps): ReactNode {
  const { day, weekday, entries, most, beside, first, over, facts, onOver, onDrop, onMore } = props;
  const i18n = useI18n();
  const { t, number } = i18n;
  const shown = entries.length > most ? entries.slice(0, most - 1) : entries;
  return (
    <div className="calendar-day" role="listitem" data-day={day} data-beside={beside || undefined} data-today={day === facts.today || undefined} data-over={over || undefined} data-empty={entries.length === 0 || undefined} onDragOver={(event) => (event.preventDefault(), onOver())} onDrop={onDrop}>
      <span className="calendar-number small num" tabIndex={first ? 0 : -1} role="note" aria-label={t('goal.dayHas', { day: i18n.day(timeOf(day)), n: entries.length })}>
        <span className="calendar-weekday muted">{weekday.format(timeOf(day))}</span>
        {number(Number(day.slice(8)))}
      </span>
      {shown.map((entry) => (
        <EntryOf key={`${entry.work.id} ${entry.again}`} {...props} entry={entry} day={day} />
      ))}
      {entries.length > shown.length && <Button kind="text" size="compact" onClick={onMore}>{t('goal.more', { n: entries.length - shown.length })}</Button>}
    </div>
  );
}

/** A thing in a day. Its element is what is dragged, its button what is pressed: a button itself is dragged in no Firefox. */
function EntryOf({ entry: { work, again }, day, mover, open, onOpen, onHold }: Pick<DayProps, 'day' | 'mover' | 'open' | 'onOpen' | 'onHold'> & { entry: Entry }): ReactNode {
  const { t } = useI18n();
  const own = !again && ownDay(work) === day;
  const moves = own && mover.acts.may(work);
  const hold = (event: DragEvent): void => {
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', work.title);
    onHold(work);
  };
  return (
    <div className="calendar-entry small" data-work={work.id} data-kind={work.kind} data-done={work.done || undefined} data-again={again || undefined} data-on={work.id === open || undefined} draggable={moves} onDragStart={hold}>
      <button type="button" className="calendar-open cut" dir="auto" {...(own ? { 'data-focus': work.id } : {})} title={work.title} aria-label={again ? t('goal.againOn', { title: work.title }) : work.title} onClick={() => onOpen(work)}>
        {work.title}
      </button>
    </div>
  );
}
