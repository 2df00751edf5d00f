/** The line under a title, the same on a card, in a row and beside a bar: critical, waits, parts, day, properties, labels. */
import { Fragment, type ReactNode } from 'react';
import { GitCommitHorizontal } from 'lucide-react';
import { inColumn, type Column, type Work } from '#domain/goals/work';
import { Face } from '#view/kit/face.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import type { People } from '#view/kit/people.tsx';
import { propertyWords } from '#view/kit/property-value.ts';

export interface FactsOf {
  readonly critical: ReadonlySet<string>;
  readonly blocked: ReadonlyMap<string, number>;
  readonly progress: ReadonlyMap<string, { readonly done: number; readonly all: number }>;
  readonly today: string;
  /** Days of a template are days of no calendar: nothing is due or late. */
  readonly timeless: boolean;
  /** Properties that are shown, and who is named in them. */
  readonly columns: readonly Column[];
  readonly people: People;
}

const sameColumns = (a: readonly Column[], b: readonly Column[]): boolean => a === b || (a.length === b.length && a.every(({ key, of }, at) => key === b[at]!.key && of === b[at]!.of));

/** Do these say the same of a thing? Of thousands one changes at a time, and what is said of all is made anew with it. */
export function sameFacts(a: FactsOf, b: FactsOf, id: string): boolean {
  if (a === b) return true;
  const [was, is] = [a.progress.get(id), b.progress.get(id)];
  return a.critical.has(id) === b.critical.has(id) && a.blocked.get(id) === b.blocked.get(id) && was?.done === is?.done && was?.all === is?.all && a.today === b.today && a.timeless === b.timeless && a.people === b.people && sameColumns(a.columns, b.columns);
}

/** "today", "was due Mon 18 May", or the day; the tone that goes with it. */
export function dueWords(i18n: I18n, work: Pick<Work, 'due' | 'done'>, today: string): { words: string; tone: 'bad' | 'wait' | null } | null {
  if (work.due === null) return null;
  if (work.done) return { words: dayWords(i18n, work.due), tone: null };
  if (work.due === today) return { words: i18n.t('goal.today'), tone: 'wait' };
  return work.due < today ? { words: i18n.t('goal.wasDue', { day: dayWords(i18n, work.due) }), tone: 'bad' } : { words: dayWords(i18n, work.due), tone: null };
}

/** The days of an event. */
const eventWords = (i18n: I18n, { start, due }: Pick<Work, 'start' | 'due'>): string | null =>
  start === null ? null : due !== null && due > start ? `${dayWords(i18n, start)} – ${dayWords(i18n, due)}` : dayWords(i18n, start);

/** What a thing says in a column, as words; null: nothing. */
export function columnWords(i18n: I18n, people: People, work: Work, { key }: Column): string | null {
  const property = inColumn(work, key);
  return property && propertyWords(i18n, people, property);
}

/** The facts. */
export function Facts({ work, of: { critical, blocked, progress, today, timeless, columns, people } }: { work: Work; of: FactsOf }): ReactNode {
  const i18n = useI18n();
  const { t, number } = i18n;
  const due = work.kind === 'event' ? null : dueWords(i18n, work, timeless ? '' : today);
  const days = work.kind === 'event' ? eventWords(i18n, work) : null;
  const parts = progress.get(work.id);
  const waits = work.done ? 0 : (blocked.get(work.id) ?? 0);
  const facts: [string, ReactNode][] = [
    ...(critical.has(work.id) ? [['critical', <span className="work-critical"><GitCommitHorizontal size="0.875rem" strokeWidth={2.4} aria-hidden="true" />{t('goal.critical')}</span>] as [string, ReactNode]] : []),
    ...(waits > 0 ? [['waits', <span className="tag" data-tone="wait"><Icon name="lock" size={12} />{t('goal.waitsFor', { n: waits })}</span>] as [string, ReactNode]] : []),
    ...(work.kind === 'milestone' || work.kind === 'event' ? [['kind', <span className="tag">{t(work.kind === 'milestone' ? 'goal.milestone' : 'goal.event')}</span>] as [string, ReactNode]] : []),
    ...(parts ? [['parts', <span className="num">{t('goal.parts', { done: number(parts.done), all: number(parts.all) })}</span>] as [string, ReactNode]] : []),
    ...(work.priority === 'urgent' || work.priority === 'high' ? [['priority', t(work.priority === 'urgent' ? 'goal.urgent' : 'goal.high')] as [string, ReactNode]] : []),
    ...(due ? [['due', <span data-due={due.tone ?? undefined} className="num">{due.words}</span>] as [string, ReactNode]] : []),
    ...(days !== null ? [['days', <span className="num">{days}</span>] as [string, ReactNode]] : []),
    ...(work.again !== null ? [['again', <span className="work-again"><Icon name="retry" size={12} /><span className="hidden">{t('goal.comesAgain')}</span></span>] as [string, ReactNode]] : []),
    ...columns.flatMap((column): [string, ReactNode][] => {
      const words = columnWords(i18n, people, work, column);
      return words === null ? [] : [[`property ${column.key}`, <span className="work-property" dir="auto">{`${column.of.name}: ${words}`}</span>]];
    }),
    ...work.labels.slice(0, 2).map((label): [string, ReactNode] => [`label ${label}`, <span className="tag" dir="auto">{label}</span>]),
  ];
  return (
    <span className="work-facts small muted">
      {facts.map(([key, fact]) => (
        <Fragment key={key}>{fact}</Fragment>
      ))}
    </span>
  );
}

/** Who does it: at the right end of every row and card. */
export function Who({ work, people }: { work: Work; people: People }): ReactNode {
  const { t, list } = useI18n();
  const all = [...new Set([...(work.assignee ? [work.assignee] : []), ...work.helpers])];
  if (all.length === 0) return null;
  return (
    <span className="faces" role="img" aria-label={t('goal.doneBy', { names: list(all.map((uid) => people.name(uid))) })}>
      {all.slice(0, 3).map((uid) => (
        <Face key={uid} uid={uid} name={people.name(uid)} size={20} />
      ))}
    </span>
  );
}
