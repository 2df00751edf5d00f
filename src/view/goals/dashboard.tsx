/** The dashboard: where things stand, how much was done and when, when it is likely to end, what is late, and who has how much. Each chart has its numbers as a table. */
import { useMemo, useState, type ReactNode } from 'react';
import '#view/kit/goal-views-words.ts';
import { STATUSES, type Work } from '#domain/goals/work';
import { Button, Segments } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { Skeleton } from '#view/kit/states.tsx';
import { ChartBox, Columns, LyingBars, Steps } from './charts.tsx';
import { countsOf, flowOf, FLOW_WEEKS, overdueOf, type FlowWeeks } from './dashboard-model.ts';
import { dueWords } from './facts.tsx';
import { STATUS_WORDS } from './moves.ts';
import type { SeldomProps } from './seldom.tsx';
import { daysBetween } from './timeline-model.ts';
import { useLoadName } from './load-name.tsx';
import { useLikely } from './plan-line.tsx';
import { useDone } from './use-done.ts';
import { workloadOf } from './workload-model.ts';
import type { PlanHere } from './use-plan.ts';
import './dashboard.css';

/** Rows drawn at first, and with each press. */
const PAGE = 5;

const dayOf = (ms: number): string => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

/** The dashboard. */
export function Dashboard(props: SeldomProps): ReactNode {
  const { works, plan, here } = props;
  return (
    <div className="dashboard">
      <Statuses works={works} />
      <Overdue {...props} />
      <FlowCharts {...props} />
      {plan && <ForecastChart plan={plan} whole={works.length === here.works.length} />}
      {plan && <People {...props} plan={plan} />}
    </div>
  );
}

function Statuses({ works }: { works: readonly Work[] }): ReactNode {
  const { t, number } = useI18n();
  const counts = useMemo(() => countsOf(works), [works]);
  return (
    <ChartBox title={t('goal.status')}>
      <LyingBars head={[t('goal.status'), t('goal.first')]} bars={STATUSES.map((status) => ({ key: status, name: t(STATUS_WORDS[status]), value: counts[status], words: number(counts[status]) }))} />
    </ChartBox>
  );
}

function Overdue({ works, facts, onOpen }: SeldomProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const [drawn, setDrawn] = useState(PAGE);
  const late = useMemo(() => overdueOf(works, facts.timeless ? '' : facts.today), [works, facts.today, facts.timeless]);
  return (
    <ChartBox title={t('goal.overdue', { n: late.length })} {...(late.length === 0 ? { says: t('goal.overdueNone') } : {})}>
      <ul className="proposal-rows">
        {late.slice(0, drawn).map((work) => (
          <li key={work.id} className="line">
            <button type="button" className="work-open grow" onClick={() => onOpen(work)}><span className="work-title" dir="auto">{work.title}</span></button>
            <span className="small num" data-due="bad">{dueWords(i18n, work, facts.today)?.words}</span>
          </li>
        ))}
      </ul>
      {late.length > drawn && <Button kind="text" onClick={() => setDrawn(drawn + PAGE * 10)}>{t('goal.more', { n: late.length - drawn })}</Button>}
    </ChartBox>
  );
}

/** Burn-up and how much was done in each week, out of the log. */
function FlowCharts({ works, mover, facts, here }: SeldomProps): ReactNode {
  const i18n = useI18n();
  const { t, number } = i18n;
  const [weeks, setWeeks] = useState<FlowWeeks>(12);
  const { changes, again } = useDone(mover.space.id, here.works);
  const flow = useMemo(() => changes && flowOf(works, changes, { today: facts.today, weeks, dayOf }), [works, changes, weeks, facts.today]);
  if (!flow && again) return <ChartBox title={t('goal.burnUp')} wide><p className="line wrap"><span className="grow" role="alert">{t('goal.flowFailed')}</span><Button size="compact" onClick={again}>{t('act.tryNow')}</Button></p></ChartBox>;
  if (!flow) return <ChartBox title={t('goal.burnUp')} wide><Skeleton label={t('list.loading')} /></ChartBox>;
  const { points, weeks: perWeek, unknown } = flow;
  const last = points.at(-1)!;
  const day = (at: string): string => dayWords(i18n, at);
  const ends = points.filter((_, i) => (points.length - 1 - i) % 7 === 0);
  const says = [t('goal.burnUpNote'), ...(unknown > 0 ? [t('goal.burnUpUnknown', { n: unknown })] : [])].join(' ');
  return (
    <>
      <ChartBox
        wide title={t('goal.burnUp')} says={says} table={{ head: [t('goal.onDay'), t('goal.first'), t('goal.done')], rows: ends.map((one) => [day(one.day), number(one.all), number(one.done)]) }}
        acts={<Segments label={t('goal.span')} value={`${weeks}`} options={FLOW_WEEKS.map((one) => ({ value: `${one}`, label: t('goal.weeksN', { n: one }) }))} onChange={(one) => setWeeks(Number(one) as FlowWeeks)} />}
      >
        <Steps
          label={t('goal.burnUpSays', { day: day(points[0]!.day), done: number(points[0]!.done), all: number(points[0]!.all), nowDone: number(last.done), nowAll: number(last.all) })}
          series={[{ name: t('goal.first'), kind: 'all', values: points.map(({ all }) => all) }, { name: t('goal.done'), kind: 'done', values: points.map(({ done }) => done) }]}
          marks={[day(points[0]!.day), day(points[Math.floor((points.length - 1) / 2)]!.day), t('goal.today')]}
        />
      </ChartBox>
      <ChartBox title={t('goal.perWeek')} says={t('goal.perWeekNote')} table={{ head: [t('goal.week'), t('goal.done')], rows: perWeek.map((one) => [t('goal.loadWeek', { day: day(one.day) }), number(one.done)]) }}>
        <Columns label={t('goal.perWeek')} columns={perWeek.map((one, i) => ({ key: one.day, value: one.done, quiet: i === perWeek.length - 1 && daysBetween(one.day, facts.today) < 6 }))} marks={[day(perWeek[0]!.day), t('goal.thisWeek')]} />
      </ChartBox>
    </>
  );
}

/** In how many runs all ends when; the likely range is the darker part. */
function ForecastChart({ plan, whole }: { plan: PlanHere; whole: boolean }): ReactNode {
  const i18n = useI18n();
  const { t, number } = i18n;
  const likely = useLikely(plan);
  const { forecast } = plan.answer;
  if (!forecast || !likely) return null;
  const day = (minute: number): string => dayWords(i18n, plan.time.endDay(minute));
  const width = (forecast.to - forecast.from) / forecast.bars.length;
  const columns = forecast.bars.map((value, i) => {
    const middle = forecast.from + (i + 0.5) * width;
    return { key: `${i}`, value, quiet: middle < forecast.p10 || middle > forecast.p80 };
  });
  const shares = [[10, forecast.p10], [50, forecast.p50], [80, forecast.p80], [90, forecast.p90]] as const;
  return (
    <ChartBox title={t('goal.forecast')} says={[`${likely}.`, t('goal.forecastNote', { n: forecast.runs }), ...(whole ? [] : [t('goal.forecastAll')])].join(' ')} table={{ head: [t('goal.forecastShare'), t('goal.forecastBy')], rows: shares.map(([of, minute]) => [t('goal.forecastOf', { n: of }), day(minute)]) }}>
      <Columns label={t('goal.forecastSays', { runs: number(forecast.runs), likely })} columns={columns} marks={forecast.bars.length > 1 ? [day(forecast.from), day((forecast.from + forecast.to) / 2), day(forecast.to)] : [day(forecast.from)]} />
    </ChartBox>
  );
}

function People({ works, plan, people, look, here }: SeldomProps & { plan: PlanHere }): ReactNode {
  const { t, number } = useI18n();
  const [drawn, setDrawn] = useState(PAGE * 2);
  const name = useLoadName(people, here.resources);
  const rows = useMemo(() => workloadOf(plan, works, [{ day: plan.today, from: 0, to: Math.max(1, plan.answer.end) }]).sort((a, b) => b.cells[0]!.shown - a.cells[0]!.shown), [plan, works]);
  if (rows.length === 0) return null;
  return (
    <ChartBox title={t('goal.workload')} says={t('goal.openHours')} acts={<Button kind="quiet" size="compact" onClick={() => look('workload')}>{t('goal.openWorkload')}</Button>}>
      <LyingBars
        head={[t('goal.loadWho'), t('goal.openHours')]}
        bars={rows.slice(0, drawn).map(({ person, cells, over }) => ({
          key: person ?? '', name: <span className="cut" dir="auto">{name(person)}</span>, value: cells[0]!.shown,
          words: <>{t('goal.loadHours', { n: number(Math.round(cells[0]!.shown / 6) / 10) })}{over && <span className="chart-over"><Icon name="alert" size={12} />{t('goal.loadTwice')}</span>}</>,
        }))}
      />
      {rows.length > drawn && <Button kind="text" onClick={() => setDrawn(drawn + PAGE * 10)}>{t('goal.more', { n: rows.length - drawn })}</Button>}
    </ChartBox>
  );
}
