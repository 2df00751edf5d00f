/**
 * The timeline: a row for each open thing with its slack, a bar from its start to its end as planned. Bars are dragged (the bar: not before; its end: how long),
 * or moved by Alt and arrows; the list is its twin. Only rows in sight are drawn.
 */
import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { setEstimate, setStart, type Work } from '#domain/goals/work';
import type { Planned } from '#domain/goals/planning';
import { useI18n } from '#view/kit/i18n.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { Skeleton } from '#view/kit/states.tsx';
import { dayAt, daysBetween, daysOf, linesInSight, linesOf, MOST_LINES, windowOf, type Bar, type Line } from './timeline-model.ts';
import { slackWords } from './link-words.ts';
import { useLikely } from './plan-line.tsx';
import type { PlanHere } from './use-plan.ts';
import { focusBeside, type WorksShown } from './work-list.tsx';

/** Rem of a day and of a row. */
const DAY = 1.5;
const ROW = 2;
/** Days that the words of the forecast are wide. */
const LIKELY_DAYS = 10;
/** Rows drawn above and below what is in sight. */
const SPARE = 8;

const rem = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;

/** The timeline; without a plan there are no dates yet. */
export function Timeline({ plan, ...props }: WorksShown & { plan: PlanHere | null }): ReactNode {
  const { t } = useI18n();
  if (!plan) return <Skeleton label={t('list.loading')} />;
  return <Chart plan={plan} {...props} />;
}

function Chart({ works, plan, ...props }: WorksShown & { plan: PlanHere }): ReactNode {
  const { t } = useI18n();
  const [wide, setWide] = useState(0);
  const { bars, first, days, beyond } = useMemo(() => windowOf(works, plan, wide), [works, plan, wide]);
  const lines = useMemo(() => linesOf(bars, plan), [bars, plan]);
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ from: 0, to: 40 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = (): void => {
      const row = ROW * rem();
      const from = Math.max(0, Math.floor(element.scrollTop / row) - SPARE);
      const to = Math.ceil((element.scrollTop + element.clientHeight) / row) + SPARE;
      setSeen((before) => (before.from === from && before.to === to ? before : { from, to }));
      setWide(Math.ceil((element.clientWidth - (element.querySelector<HTMLElement>('.timeline-corner')?.offsetWidth ?? 0)) / (DAY * rem())));
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const size = new ResizeObserver(look);
    size.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      size.disconnect();
    };
  }, []);
  const shown = bars.slice(seen.from, seen.to);
  return (
    <>
      <TimelineNotes beyond={beyond} last={dayAt(first, days - 1)} lines={lines.length} />
      <div ref={box} className="timeline" data-fits={days <= wide || undefined} style={{ '--days': days, '--rows': bars.length, '--day': `${DAY}rem` } as React.CSSProperties} onKeyDown={(event) => !event.altKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp') && focusBeside(event, event.key === 'ArrowDown' ? 1 : -1, '.bar')}>
        <Axis first={first} days={days} plan={plan} />
        <div className="timeline-body" role="list" aria-label={t('goal.timeline')}>
          <Band first={first} days={days} plan={plan} />
          <Lines lines={lines} from={seen.from} to={seen.to} />
          {shown.map((bar, i) => (
            <BarRow key={bar.work.id} bar={bar} at={seen.from + i} plan={plan} {...props} />
          ))}
        </div>
      </div>
    </>
  );
}

/** What of a large plan is not drawn, in words. */
export function TimelineNotes({ beyond, last, lines }: { beyond: number; last: string; lines: number }): ReactNode {
  const i18n = useI18n();
  const notes = [...(beyond > 0 ? [i18n.t('goal.timelineBeyond', { n: beyond, day: dayWords(i18n, last) })] : []), ...(lines > MOST_LINES ? [i18n.t('goal.timelineLines', { n: MOST_LINES })] : [])];
  return notes.length > 0 && <p className="small muted timeline-note" role="status">{notes.join(' ')}</p>;
}

/** Beginnings of weeks. */
const Axis = memo(function Axis({ first, days, plan }: { first: string; days: number; plan: PlanHere }): ReactNode {
  const i18n = useI18n();
  const likely = useLikely(plan);
  // Where the edge is near it ends there, so that it is read whole.
  const at = plan.answer.forecast ? daysBetween(first, plan.time.endDay(plan.answer.forecast.p10)) : 0;
  const weeks = Array.from({ length: days }, (_, i) => i).filter((i) => new Date(`${dayAt(first, i)}T00:00:00Z`).getUTCDay() === 1);
  return (
    <div className="timeline-head">
      <span className="timeline-corner small muted line">
        <span className="grow">{i18n.t('task.one')}</span>
        {i18n.t('goal.slack')}
      </span>
      <span className="timeline-axis small muted num" aria-hidden="true">
        {weeks.map((i) => (
          <span key={i} style={{ left: `calc(var(--day) * ${i})` }}>{dayWords(i18n, dayAt(first, i))}</span>
        ))}
        {likely && <span className="timeline-likely" style={days - at < LIKELY_DAYS ? { right: '0.5rem' } : { left: `calc(var(--day) * ${at})` }}>{likely}</span>}
      </span>
    </div>
  );
});

/** Free days, today, and the range of the forecast with its middle. */
const Band = memo(function Band({ first, days, plan: { answer, time, today } }: { first: string; days: number; plan: PlanHere }): ReactNode {
  const free = Array.from({ length: days }, (_, i) => i).filter((i) => !time.worked(dayAt(first, i)));
  const { forecast } = answer;
  const at = (minute: number): number => daysBetween(first, time.endDay(minute)) + 1;
  return (
    <div className="timeline-ground" aria-hidden="true">
      {free.map((i) => <span key={i} className="day-free" style={{ left: `calc(var(--day) * ${i})` }} />)}
      {forecast && forecast.p80 > 0 && <span className="forecast" style={{ left: `calc(var(--day) * ${at(forecast.p10) - 1})`, width: `calc(var(--day) * ${at(forecast.p80) - at(forecast.p10) + 1})` }} />}
      {forecast && forecast.p80 > 0 && <span className="forecast-middle" style={{ left: `calc(var(--day) * ${at(forecast.p50)})` }} />}
      <span className="now" style={{ left: `calc(var(--day) * ${daysBetween(first, today)})` }} />
    </div>
  );
});

/** Links between bars of which one is in sight; those of the decisive path are heavier. */
function Lines({ lines, from, to }: { lines: readonly Line[]; from: number; to: number }): ReactNode {
  const unit = rem();
  return (
    <svg className="timeline-lines" aria-hidden="true">
      {linesInSight(lines, from, to).map(({ key, x1, y1, x2, y2, critical }) => {
        const [px, row] = [DAY * unit, ROW * unit];
        return <path key={key} data-critical={critical || undefined} d={`M ${x1 * px} ${(y1 + 0.5) * row} h 6 V ${(y2 + 0.5) * row} H ${x2 * px}`} />;
      })}
    </svg>
  );
}

interface Drag {
  readonly what: 'start' | 'end';
  readonly x: number;
  readonly days: number;
}

const BarRow = memo(function BarRow({ bar: { work, planned, from, to, due, day }, at, plan, mover, facts, open, onOpen }: Omit<WorksShown, 'works' | 'people'> & { bar: Bar; at: number; plan: PlanHere }): ReactNode {
  const i18n = useI18n();
  const { t, number } = i18n;
  const [drag, setDrag] = useState<Drag | null>(null);
  const may = mover.acts.may(work) && work.kind === 'task' && planned.finish > planned.start;
  const critical = facts.critical.has(work.id);
  const by = drag?.days ?? 0;
  const [shift, longer] = drag?.what === 'end' ? [0, Math.max(by, from - to)] : [by, 0];
  const move = (what: Drag['what'], days: number): void => {
    const made = days === 0 ? null : what === 'start' ? setStart(work.id, dayAt(plan.time.startDay(planned.start), days)) : longerBy(work, planned, plan, days);
    if (made?.ok) void mover.acts.run(made.value);
  };
  const pointer = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (!may || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ what: (event.target as HTMLElement).dataset['edge'] !== undefined ? 'end' : 'start', x: event.clientX, days: 0 });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => drag && setDrag({ ...drag, days: Math.round((event.clientX - drag.x) / (DAY * rem())) }),
    onPointerUp: () => (drag && (drag.days === 0 ? onOpen(work) : move(drag.what, drag.days)), setDrag(null)),
    onPointerCancel: () => setDrag(null),
  };
  const keys = (event: KeyboardEvent): void => {
    const days = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      return onOpen(work);
    }
    if (!event.altKey || days === 0 || !may) return;
    event.preventDefault();
    move(event.shiftKey ? 'end' : 'start', days);
  };
  const slack = slackWords(i18n, planned.total, plan.asked.day);
  const span = daysOf(work, planned, plan.time);
  const label = [work.title, [...new Set([span.first, span.last])].map((one) => dayWords(i18n, one)).join(' – '), ...(day === null ? [] : [t('goal.due', { day: dayWords(i18n, day) })]), critical ? t('goal.critical') : `${t('goal.slack')} ${slack}`].join(', ');
  return (
    <div role="listitem" className="timeline-row" data-work={work.id} data-on={work.id === open || undefined} data-critical={critical || undefined} style={{ top: `calc(${at} * ${ROW}rem)` }}>
      <span className="timeline-title line">
        <span className="grow cut" dir="auto">{work.title}</span>
        <span className="num muted">{critical ? number(0) : slack}</span>
      </span>
      <span className="timeline-track">
        {due !== null && due >= 0 && <span className="due" data-late={planned.late > 0 || undefined} aria-hidden="true" title={t('goal.due', { day: dayWords(i18n, day!) })} style={{ left: `calc(var(--day) * ${due})` }} />}
        <button type="button" className="bar" data-point={planned.finish === planned.start || undefined} data-late={planned.late > 0 || undefined} aria-label={label} title={label} style={{ left: `calc(var(--day) * ${from + shift})`, width: `calc(var(--day) * ${Math.max(1, to - from + longer)})` }} {...pointer} onKeyDown={keys}>
          {may && <span className="bar-edge" data-edge="" />}
        </button>
      </span>
    </div>
  );
});

/** So many days longer or shorter: the likeliest follows the end of the bar, and the others stay around it. */
function longerBy(work: Work, planned: Planned, { time, asked }: PlanHere, days: number): ReturnType<typeof setEstimate> {
  const minutes = Math.max(asked.day / 2, time.end(dayAt(time.endDay(planned.finish), days)) - planned.start);
  const likely = work.estimate?.unit === 'hour' ? minutes / 60 : minutes / asked.day;
  return setEstimate(work.id, { unit: work.estimate?.unit ?? 'day', low: Math.min(likely, work.estimate?.low ?? likely), likely, high: Math.max(likely, work.estimate?.high ?? likely) });
}
