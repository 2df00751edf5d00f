/** What was computed minute by minute, as bars, and the same as a table. */
import { useEffect, useState, type ReactNode } from 'react';
import type { ComputeMinute } from '#os/compute-api';
import { Segments } from '#view/kit/controls.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { axisTop, minutesOf } from './compute-figures.ts';

/** A bar with the room beside it, and the height of all, units of the drawing. */
const STEP = 10;
const BAR = 7;
const HIGH = 64;
/** How often the minutes move on by themselves, ms. */
const MOVE_MS = 15_000;
const SECOND_MS = 1_000;

interface Series {
  readonly name: Key;
  readonly tone: 'first' | 'second';
  of(minute: ComputeMinute): number;
}

const LOAD: readonly Series[] = [
  { name: 'compute.forOthers', tone: 'first', of: ({ forOthers }) => forOthers / SECOND_MS },
  { name: 'compute.forSelf', tone: 'second', of: ({ forSelf }) => forSelf / SECOND_MS },
];
const RUNS: readonly Series[] = [
  { name: 'compute.doneHere', tone: 'first', of: ({ done }) => done },
  { name: 'compute.answers', tone: 'second', of: ({ answers }) => answers },
];

/** The card: load and runs, or their table. */
export function ComputeCharts({ minutes }: { minutes: readonly ComputeMinute[] }): ReactNode {
  const { t } = useI18n();
  const [as, setAs] = useState<'chart' | 'table'>('chart');
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MOVE_MS);
    return () => clearInterval(timer);
  }, []);
  const all = minutesOf(minutes, Math.max(now, minutes.at(-1)?.at ?? 0));
  return (
    <section className="card compute-card" aria-label={t('compute.charts')}>
      <div className="line compute-head">
        <h2 className="medium grow">{t('compute.charts')}</h2>
        <Segments label={t('compute.shownAs')} value={as} onChange={setAs} options={[{ value: 'chart', label: t('compute.asChart') }, { value: 'table', label: t('compute.asTable') }]} />
      </div>
      {as === 'table' ? <MinuteTable minutes={all} /> : (
        <div className="compute-charts">
          <Bars title={t('compute.load')} series={LOAD} minutes={all} unit={(n) => t('compute.seconds', { n })} />
          <Bars title={t('compute.runsEach')} series={RUNS} minutes={all} unit={(n) => n} />
        </div>
      )}
      <p className="small muted">{t('compute.chartsNote')}</p>
    </section>
  );
}

function Bars({ title, series, minutes, unit }: { title: string; series: readonly Series[]; minutes: readonly ComputeMinute[]; unit: (n: string) => string }): ReactNode {
  const { t, number, time } = useI18n();
  const sums = minutes.map((minute) => series.reduce((sum, { of }) => sum + of(minute), 0));
  const top = axisTop(Math.max(...sums));
  const total = ({ of }: Series): string => number(Math.round(minutes.reduce((sum, minute) => sum + of(minute), 0) * 10) / 10);
  return (
    <figure className="compute-bars">
      <figcaption className="small">
        <span className="medium">{title}</span>
        {series.map((one) => <span key={one.name} className="compute-key" data-tone={one.tone}>{t(one.name)} <span className="num">{unit(total(one))}</span></span>)}
      </figcaption>
      <div className="compute-plot">
        <span className="small muted num compute-top">{unit(number(top))}</span>
        <svg viewBox={`0 0 ${minutes.length * STEP} ${HIGH}`} preserveAspectRatio="none" aria-hidden="true">
          {minutes.map((minute, at) => {
            let from = HIGH;
            return series.map((one) => {
              const high = (one.of(minute) / top) * HIGH;
              from -= high;
              return high > 0 && <rect key={`${minute.at} ${one.name}`} className="compute-bar" data-tone={one.tone} x={at * STEP} y={from} width={BAR} height={high} />;
            });
          })}
        </svg>
      </div>
      <div className="line small muted num compute-times"><span className="grow">{time(minutes[0]!.at)}</span><span>{t('compute.nowMark')}</span></div>
    </figure>
  );
}

/** The same figures, the newest minute first; minutes in which nothing ended are left out. */
function MinuteTable({ minutes }: { minutes: readonly ComputeMinute[] }): ReactNode {
  const { t, time, number } = useI18n();
  const rows = minutes.filter((minute) => [...LOAD, ...RUNS].some(({ of }) => of(minute) > 0)).reverse();
  if (rows.length === 0) return <p className="muted">{t('compute.minutesNone')}</p>;
  const shown = (value: number): string => number(Math.round(value * 10) / 10);
  return (
    <div className="compute-scroll">
      <table className="table" aria-label={t('compute.charts')}>
        <thead><tr><th scope="col">{t('compute.minute')}</th>{LOAD.map(({ name }) => <th key={name} scope="col" className="end">{t('compute.inSeconds', { what: t(name) })}</th>)}{RUNS.map(({ name }) => <th key={name} scope="col" className="end">{t(name)}</th>)}</tr></thead>
        <tbody>
          {rows.map((minute) => <tr key={minute.at}><th scope="row" className="num">{time(minute.at)}</th>{[...LOAD, ...RUNS].map(({ name, of }) => <td key={name} className="end num">{shown(of(minute))}</td>)}</tr>)}
        </tbody>
      </table>
    </div>
  );
}
