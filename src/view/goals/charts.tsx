/** Charts of the dashboard, drawn as SVG and boxes: axes begin at nothing, and each has its numbers as a table. */
import type { CSSProperties, ReactNode } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';
import { ticksOf } from './dashboard-model.ts';

export interface ChartTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A chart with its title, what it says in words, and its table. */
export function ChartBox({ title, says, children, table, wide, acts }: { title: string; says?: string; children?: ReactNode; table?: ChartTable; wide?: boolean; acts?: ReactNode }): ReactNode {
  const { t } = useI18n();
  return (
    <section className="chart-box" data-wide={wide || undefined} aria-label={title}>
      <div className="line wrap">
        <h2 className="grow">{title}</h2>
        {acts}
      </div>
      {says && <p className="small muted">{says}</p>}
      {children}
      {table && (
        <details className="chart-twin">
          <summary className="small">{t('goal.asTable')}</summary>
          <div className="view-table">
            <table className="table" data-dense="">
              <thead><tr>{table.head.map((one) => <th key={one} scope="col">{one}</th>)}</tr></thead>
              <tbody>{table.rows.map(([first, ...rest]) => <tr key={first}><th scope="row">{first}</th>{rest.map((one, i) => <td key={table.head[i + 1]} className="num">{one}</td>)}</tr>)}</tbody>
            </table>
          </div>
        </details>
      )}
    </section>
  );
}

function Grid({ ticks }: { ticks: readonly number[] }): ReactNode {
  const { number } = useI18n();
  return ticks.map((tick) => (
    <span key={tick} className="chart-tick small muted num" style={{ '--at': tick / ticks.at(-1)! } as CSSProperties}>{number(tick)}</span>
  ));
}

export interface StepSeries {
  readonly name: string;
  readonly kind: 'all' | 'done';
  readonly values: readonly number[];
}

/** Counts over time as steps, with the days below: `marks` of equal distance. */
export function Steps({ label, series, marks }: { label: string; series: readonly StepSeries[]; marks: readonly string[] }): ReactNode {
  const ticks = ticksOf(Math.max(...series.flatMap(({ values }) => [...values])));
  const top = ticks.at(-1)!;
  const path = (values: readonly number[]): string => values.map((value, i) => `${i === 0 ? 'M' : `H ${(i / Math.max(1, values.length - 1)) * 100} V`} ${i === 0 ? `0 ${100 - (value / top) * 100}` : 100 - (value / top) * 100}`).join(' ');
  return (
    <>
      <div className="chart" role="img" aria-label={label}>
        <Grid ticks={ticks} />
        <svg viewBox="0 0 100 100" preserveAspectRatio="none">
          {series.map(({ kind, values }) => <path key={kind} data-series={kind} d={path(values)} />)}
        </svg>
      </div>
      <div className="chart-marks small muted num" aria-hidden="true">{marks.map((mark) => <span key={mark}>{mark}</span>)}</div>
      <div className="chart-legend small" aria-hidden="true">{series.map(({ kind, name }) => <span key={kind} data-series={kind}>{name}</span>)}</div>
    </>
  );
}

export interface Column {
  readonly key: string;
  readonly value: number;
  readonly quiet?: boolean;
}

/** Columns from nothing up, with marks of the axis below. */
export function Columns({ label, columns, marks }: { label: string; columns: readonly Column[]; marks: readonly string[] }): ReactNode {
  const ticks = ticksOf(Math.max(...columns.map(({ value }) => value)));
  return (
    <>
      <div className="chart" role="img" aria-label={label}>
        <Grid ticks={ticks} />
        <div className="chart-columns">{columns.map(({ key, value, quiet }) => <span key={key} data-quiet={quiet || undefined} style={{ '--share': value / ticks.at(-1)! } as CSSProperties} />)}</div>
      </div>
      <div className="chart-marks small muted num" aria-hidden="true">{marks.map((mark, i) => <span key={`${i} ${mark}`}>{mark}</span>)}</div>
    </>
  );
}

export interface Lying {
  readonly key: string;
  readonly name: ReactNode;
  readonly value: number;
  /** The value in words, at the end of the line. */
  readonly words: ReactNode;
}

/** Lines from nothing to the side, each with its name and number: a table as it is drawn. */
export function LyingBars({ head, bars }: { head: readonly [name: string, value: string]; bars: readonly Lying[] }): ReactNode {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <table className="chart-lying">
      <colgroup><col className="chart-name" /><col /></colgroup>
      <thead className="hidden"><tr><th scope="col">{head[0]}</th><th scope="col">{head[1]}</th></tr></thead>
      <tbody>
        {bars.map(({ key, name, value, words }) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            <td style={{ '--share': value / most } as CSSProperties}><span className="num">{words}</span></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
