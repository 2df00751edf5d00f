/** Overview: what changed, and what is mine to do. Tasks are the cards they are everywhere. */
import { useMemo, useState, type ReactNode } from 'react';
import { GOAL, MILESTONE, TASK } from '#domain/goals';
import { myTasks, type OwnTask, type Urgency } from '#domain/hub';
import { useI18n } from '#view/kit/i18n.tsx';
import { useNodes } from '#view/kit/kernel.tsx';
import { AgentPlace } from '#view/kit/lazy-agents.ts';
import { NodeCard } from '#view/kit/node-card.tsx';
import { taskRoute } from '#view/kit/task-route.ts';
import { DigestLines, digests } from './digest-card.tsx';
import type { HubState } from './feed.ts';
import { WorkCard } from '#view/kit/tasks.tsx';
import { grouped, placeEntry } from './projection.ts';
import { URGENCY_WORD } from './words.ts';

const WEEK_MS = 604_800_000;
/** Lines of changes. */
const LINES = 12;
const pad = (n: number): string => String(n).padStart(2, '0');
/** The day of the reader's calendar. */
const dayOf = (at: Date): string => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;

/** The page. */
export function Overview({ state, since }: { state: HubState; since: number | null }): ReactNode {
  const { t, date, time } = useI18n();
  const [now] = useState(() => new Date());
  const from = since ?? now.getTime() - WEEK_MS;
  const list = digests(state, from);
  const tasks = useMemo(() => myTasks(state.indexes.values(), state.me, dayOf(now)), [state.indexes, state.me, now]);
  const groups = grouped(tasks, ({ urgency }) => urgency);
  return (
    <div className="hub-overview">
      <section aria-labelledby="hub-tasks">
        <h2 id="hub-tasks" className="title3">{t('hub.overviewTasks')}</h2>
        {tasks.length === 0 && <p className="muted">{t('hub.overviewNoTasks')}</p>}
        {groups.map(([urgency, own]) => <Tasks key={urgency} urgency={urgency as Urgency} tasks={own} state={state} />)}
      </section>
      <section aria-labelledby="hub-changes">
        <div className="hub-digest-head">
          <h2 id="hub-changes" className="title3">{t('hub.overviewChanges')}</h2>
          <span className="small muted">{since === null ? t('hub.overviewWeek') : `${t('hub.digest')} · ${date(since)}, ${time(since)}`}</span>
        </div>
        {state.personal !== null && <AgentPlace subject={{ kind: 'hub', space: state.personal, fragment: 'hub', node: 'hub', title: t('hub.title'), since: from }} />}
        {list.length === 0 ? <p className="muted">{t('hub.overviewNoChanges')}</p> : <DigestLines state={state} list={list} limit={LINES} />}
      </section>
    </div>
  );
}

function Tasks({ urgency, tasks, state }: { urgency: Urgency; tasks: readonly OwnTask[]; state: HubState }): ReactNode {
  const { t } = useI18n();
  return (
    <>
      <h3 className="small muted medium hub-urgency">{t(URGENCY_WORD[urgency])}</h3>
      {grouped(tasks, ({ entry }) => entry.space).map(([space, own]) => <SpaceTasks key={space} space={space} tasks={own} state={state} />)}
    </>
  );
}

function SpaceTasks({ space, tasks, state }: { space: string; tasks: readonly OwnTask[]; state: HubState }): ReactNode {
  const { nodes } = useNodes(space, { type: [TASK, MILESTONE, GOAL], where: { assignee: state.me } });
  return (
    <ul className="hub-tasks">
      {tasks.map(({ entry }) => {
        const node = nodes.get(entry.id);
        return node && <li key={entry.id}>{entry.leads ? <WorkCard node={node} size="row" /> : <NodeCard node={node} size="row" route={taskRoute(placeEntry(state.indexes.get(space), entry.fragment)?.place?.lens ?? 'goals', node)} />}</li>;
      })}
    </ul>
  );
}
