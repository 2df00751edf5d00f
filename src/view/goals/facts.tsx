/** The line under a title, the same on a card, in a row and beside a bar: critical, waits, parts, day, labels. */
import { Fragment, type ReactNode } from 'react';
import { GitCommitHorizontal } from 'lucide-react';
import type { Work } from '#domain/goals/work';
import { Face } from '#view/kit/face.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import type { People } from '#view/kit/people.tsx';

export interface FactsOf {
  readonly critical: ReadonlySet<string>;
  readonly blocked: ReadonlyMap<string, number>;
  readonly progress: ReadonlyMap<string, { readonly done: number; readonly all: number }>;
  readonly today: string;
}

/** "today", "was due Mon 18 May", or the day; the tone that goes with it. */
export function dueWords(i18n: I18n, work: Pick<Work, 'due' | 'done'>, today: string): { words: string; tone: 'bad' | 'wait' | null } | null {
  if (work.due === null) return null;
  if (work.done) return { words: dayWords(i18n, work.due), tone: null };
  if (work.due === today) return { words: i18n.t('goal.today'), tone: 'wait' };
  return work.due < today ? { words: i18n.t('goal.wasDue', { day: dayWords(i18n, work.due) }), tone: 'bad' } : { words: dayWords(i18n, work.due), tone: null };
}

/** The facts. */
export function Facts({ work, of: { critical, blocked, progress, today } }: { work: Work; of: FactsOf }): ReactNode {
  const i18n = useI18n();
  const { t, number } = i18n;
  const due = dueWords(i18n, work, today);
  const parts = progress.get(work.id);
  const waits = work.done ? 0 : (blocked.get(work.id) ?? 0);
  const facts: [string, ReactNode][] = [
    ...(critical.has(work.id) ? [['critical', <span className="work-critical"><GitCommitHorizontal size="0.875rem" strokeWidth={2.4} aria-hidden="true" />{t('goal.critical')}</span>] as [string, ReactNode]] : []),
    ...(waits > 0 ? [['waits', <span className="tag" data-tone="wait"><Icon name="lock" size={12} />{` ${t('goal.waitsFor', { n: waits })}`}</span>] as [string, ReactNode]] : []),
    ...(parts ? [['parts', <span className="num">{t('goal.parts', { done: number(parts.done), all: number(parts.all) })}</span>] as [string, ReactNode]] : []),
    ...(work.priority === 'urgent' || work.priority === 'high' ? [['priority', t(work.priority === 'urgent' ? 'goal.urgent' : 'goal.high')] as [string, ReactNode]] : []),
    ...(due ? [['due', <span data-due={due.tone ?? undefined} className="num">{due.words}</span>] as [string, ReactNode]] : []),
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
