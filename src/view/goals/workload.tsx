/**
 * The workload: a row for each person, a column for each day or week, how many hours the plan asks of them. It is a table as it is drawn, so it is its own
 * twin; arrows go from cell to cell, a press tells what is in it. Below it the days that the engine proposes where somebody has too much.
 */
import { useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';
import '#view/kit/goal-views-words.ts';
import { Button, IconButton, Segments } from '#view/kit/controls.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { Levelling, ProposalRows } from './levelling.tsx';
import { LoadName, useLoadName } from './load-name.tsx';
import { Resources } from './resources.tsx';
import { columnsOf, inCell, inLoadOrder, LOAD_SPANS, workloadOf, type LoadCell, type LoadColumn, type LoadRow, type LoadSpan } from './workload-model.ts';
import type { PlanHere } from './use-plan.ts';
import type { SeldomProps } from './seldom.tsx';
import type { WorksShown } from './work-list.tsx';
import './workload.css';

const SPAN_WORDS = { day: 'goal.loadDays', week: 'goal.loadWeeks' } as const;
/** People drawn at first, and with each press. */
const PAGE = 50;

interface Spot {
  readonly row: number;
  readonly column: number;
}

/** The workload; without a plan there is none yet. */
export function Workload({ plan, ...props }: SeldomProps): ReactNode {
  const { t } = useI18n();
  if (!plan && props.failed) return null;
  if (!plan) return <Skeleton label={t('list.loading')} />;
  return <Loads plan={plan} {...props} />;
}

/** Hours with at most one digit behind the point. */
const hours = ({ number }: Pick<I18n, 'number'>, minutes: number): string => number(Math.round(minutes / 6) / 10);

function Loads({ works, plan, mover, people, here, onOpen, onResource }: SeldomProps & { plan: PlanHere }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const [span, setSpan] = useState<LoadSpan>('day');
  const [page, setPage] = useState(0);
  const [picked, setPicked] = useState<Spot | null>(null);
  const [drawn, setDrawn] = useState(PAGE);
  const { columns, more } = useMemo(() => columnsOf(plan, span, page), [plan, span, page]);
  const name = useLoadName(people, here.resources);
  const rows = useMemo(() => workloadOf(plan, works, columns).sort(inLoadOrder(name)), [plan, works, columns, name]);
  const resources = <Resources here={here} onResource={onResource} />;
  if (rows.length === 0) return <><EmptyState title={t('goal.loadNone')} text={t('goal.loadNoneText')} />{resources}</>;
  const columnWords = ({ day }: LoadColumn): string => (span === 'week' ? t('goal.loadWeek', { day: dayWords(i18n, day) }) : dayWords(i18n, day));
  const look = (to: number): void => (setPage(to), setPicked(null));
  const chosen = picked && rows[picked.row] && columns[picked.column] ? { row: rows[picked.row]!, column: columns[picked.column]! } : null;
  return (
    <div className="workload">
      <h2 className="hidden">{t('goal.workload')}</h2>
      <div className="calendar-bar">
        <IconButton icon="left" name={t('goal.earlier')} disabled={page === 0} onClick={() => look(page - 1)} />
        <IconButton icon="right" name={t('goal.later')} disabled={!more} onClick={() => look(page + 1)} />
        <Button kind="quiet" size="compact" disabled={page === 0} onClick={() => look(0)}>{t('goal.today')}</Button>
        <Segments label={t('goal.span')} value={span} options={LOAD_SPANS.map((one) => ({ value: one, label: t(SPAN_WORDS[one]) }))} onChange={(one) => (setSpan(one), look(0))} />
      </div>
      <LoadTable rows={rows.slice(0, drawn)} columns={columns} name={name} words={columnWords} picked={picked} onPick={setPicked} />
      {rows.length > drawn && <Button kind="text" onClick={() => setDrawn(drawn + PAGE)}>{t('goal.more', { n: rows.length - drawn })}</Button>}
      <p className="small muted workload-note">{t('goal.loadNote', { n: hours(i18n, plan.asked.day) })}</p>
      {chosen && <InCell key={`${chosen.row.person} ${chosen.column.day}`} title={t('goal.loadIn', { name: name(chosen.row.person), span: columnWords(chosen.column) })} all={inCell(plan, works, chosen.row.person, chosen.column)} onOpen={onOpen} />}
      <div className="workload-level"><Levelling space={mover.space.id} plan={plan} here={here} acts={mover.acts} people={people} /></div>
      {resources}
    </div>
  );
}

interface TableProps {
  readonly rows: readonly LoadRow[];
  readonly columns: readonly LoadColumn[];
  readonly picked: Spot | null;
  name(person: string | null): string;
  words(column: LoadColumn): string;
  onPick(spot: Spot | null): void;
}

const STEPS: Readonly<Record<string, readonly [rows: number, columns: number]>> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function LoadTable({ rows, columns, picked, name, words, onPick }: TableProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const body = useRef<HTMLTableSectionElement>(null);
  const [at, setAt] = useState<Spot>({ row: 0, column: 0 });
  const here = { row: Math.min(at.row, rows.length - 1), column: Math.min(at.column, columns.length - 1) };
  const keys = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const to = { row: Math.max(0, Math.min(rows.length - 1, here.row + step[0])), column: Math.max(0, Math.min(columns.length - 1, here.column + step[1])) };
    setAt(to);
    body.current?.rows[to.row]?.cells[to.column + 1]?.querySelector<HTMLElement>('button')?.focus();
  };
  return (
    <div className="workload-scroll">
      <table role="grid" aria-label={t('goal.workload')}>
        <thead>
          <tr>
            <th scope="col" className="small muted">{t('goal.loadWho')}</th>
            {columns.map((column) => <th key={column.day} scope="col" className="small muted num">{words(column)}</th>)}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={keys}>
          {rows.map(({ person, cells, over }, row) => (
            <tr key={person ?? ''} data-over={over || undefined}>
              <th scope="row">
                <LoadName of={person} name={name(person)} />
              </th>
              {cells.map((cell, column) => {
                const on = picked?.row === row && picked.column === column;
                return (
                  <td key={columns[column]!.day}>
                    <Cell cell={cell} label={t('goal.loadCell', { name: name(person), span: words(columns[column]!), n: hours(i18n, cell.all), room: hours(i18n, cell.room) })} on={on} tab={here.row === row && here.column === column} onFocus={() => setAt({ row, column })} onPick={() => onPick(on ? null : { row, column })} />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Hours, and how much of the day or week they fill; of what a filter hides a paler part. */
function Cell({ cell: { shown, all, room, over }, label, on, tab, onFocus, onPick }: { cell: LoadCell; label: string; on: boolean; tab: boolean; onFocus: () => void; onPick: () => void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const hidden = all > shown ? t('goal.loadAll', { shown: hours(i18n, shown), n: hours(i18n, all) }) : '';
  const words = [label, ...(over ? [t('goal.loadOver')] : []), ...(hidden ? [hidden] : [])].join(', ');
  const share = (minutes: number): number => (room > 0 ? Math.min(1, minutes / room) : 0);
  return (
    <button type="button" className="load" data-over={over || undefined} data-on={on || undefined} aria-pressed={on} aria-label={words} title={words} tabIndex={tab ? 0 : -1} style={{ '--shown': share(shown), '--all': share(all) } as CSSProperties} onFocus={onFocus} onClick={onPick}>
      {all > 0 && <span className="num">{over && <Icon name="alert" size={12} />}{t('goal.loadHours', { n: hours(i18n, shown) })}</span>}
    </button>
  );
}

function InCell({ title, all, onOpen }: { title: string; all: ReturnType<typeof inCell>; onOpen: WorksShown['onOpen'] }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  return (
    <section className="workload-in" aria-label={title}>
      <h3 dir="auto">{title}</h3>
      <ProposalRows
        all={all}
        row={({ work, minutes }) => (
          <li key={work.id} className="line">
            <button type="button" className="work-open grow" onClick={() => onOpen(work)}><span className="work-title" dir="auto">{work.title}</span></button>
            <span className="num muted">{t('goal.loadHours', { n: hours(i18n, minutes) })}</span>
          </li>
        )}
      />
    </section>
  );
}
