/** The details of a task in the side panel: title, done, who, when, and what it was made from. Every field is its own edit, at once. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Op, SpaceView } from '#os/api';
import '#view/kit/task-words.ts';
import '#view/kit/task-panel.css';
import { deleteTask, EVENT, GOAL, mayChangeTask, MILESTONE, readTask, restoreTask, TASK, tickTask, type Task } from '#domain/goals';
import { assignTask, mayRestoreTask, renameTask, setDue } from '#domain/goals/words';
import { TASK_TITLE_MAX } from '#domain/shared';
import { Button, Field } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { AgentPlace } from '#view/kit/lazy-agents.ts';
import { HistoryDialog } from '#view/kit/lazy-dialogs.ts';
import { dayWords } from '#view/kit/node-card.tsx';
import { TickBox } from '#view/kit/object-card.tsx';
import { ObjectLink } from '#view/kit/object-link.tsx';
import { useThingCopies } from '#view/kit/own-states.ts';
import { usePeople } from '#view/kit/people.tsx';
import { PersonField } from '#view/kit/person-field.tsx';
import { SidePanel } from '#view/kit/place.tsx';
import { StateChip } from '#view/kit/state-chip.tsx';
import { Skeleton } from '#view/kit/states.tsx';
import { sourceRoute, taskRoute } from '#view/kit/task-route.ts';
import { tickNode } from '#view/kit/tick.ts';
import { useToast } from '#view/kit/toast.tsx';
import { addressOf, useCopy } from '#view/kit/use-copy.ts';

export interface TaskPanelProps {
  space: SpaceView;
  /** Id of the task. */
  id: string;
  lens: string;
  onClose(): void;
  /** What it is called, where it is no task. */
  title?: string;
  /** More of it, below who and when. */
  more?: ReactNode;
}

/** A task, a milestone, an event and a goal within a goal have the same details. */
const KINDS: readonly string[] = [TASK, MILESTONE, EVENT, GOAL];

/** The panel. */
export function TaskPanel({ space, id, lens, title, onClose, more }: TaskPanelProps): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const node = useAsked(() => api.graph(space.id).get(id), ['node_updated', 'relation_created'], [api, space.id, id], 60);
  const task = node?.state === 'here' && KINDS.includes(node.type) ? readTask({ ...node, type: TASK }) : null;
  const [history, setHistory] = useState(false);
  const run = (ops: Op[]): Promise<boolean> => api.graph(space.id).transact(ops).then(() => true, (error: unknown) => (toast({ text: errorText(t, error, 'chat.failed') }), false));
  return (
    <>
      <SidePanel title={title ?? t('task.one')} onClose={onClose}>
        <div className="panel-body task-panel">
          {node === null && <Skeleton rows={4} label={t('list.loading')} />}
          {node !== null && !task && <p className="muted">{t('state.absent')}</p>}
          {task && node?.state === 'here' && <Details key={id} space={space} task={task} at={node.createdAt} ticks={node.type !== EVENT} agents={node.type === TASK && !task.deleted} who={t(node.type === TASK ? 'task.assignee' : 'task.answers')} lens={lens} run={run} tick={(done) => void tickNode(api, node, done, tickTask(id, done)).catch((error: unknown) => toast({ text: errorText(t, error, 'chat.failed') }))} more={more} onHistory={() => setHistory(true)} />}
        </div>
      </SidePanel>
      {/* Not inside of the panel: Escape closes the topmost only. */}
      {history && task && <HistoryDialog space={space.id} id={id} title={task.title} onClose={() => setHistory(false)} />}
    </>
  );
}

interface Tools {
  space: SpaceView;
  task: Task;
  lens: string;
  /** False when it was refused, which is said. */
  run(ops: Op[]): Promise<boolean>;
  tick(done: boolean): void;
  onHistory(): void;
}

function Details({ at, ticks, agents, who, more, ...tools }: Tools & { at: number; ticks: boolean; agents: boolean; /** What the field of who it is given to is called. */ who: string; more: ReactNode }): ReactNode {
  const { space, task, run } = tools;
  const i18n = useI18n();
  const { t, moment } = i18n;
  const api = useKernel();
  const people = usePeople(space.id);
  const me = api.identity.get()?.uid ?? '';
  const copies = useThingCopies(task.id);
  const may = mayChangeTask(space, task, me);
  const from = sourceRoute(tools.lens, { ...task, space: space.id });
  return (
    <>
      {task.deleted && (
        <p className="line wrap">
          <span className="muted">{t('task.gone')}</span>
          {mayRestoreTask(space, task, me) && <Button kind="text" size="compact" onClick={() => void run(restoreTask(task.id))}>{t('task.bringBack')}</Button>}
        </p>
      )}
      <div className="task-head">
        {ticks && <TickBox tick={{ done: task.done, ...(may ? { set: tools.tick } : {}) }} title={task.title} />}
        {may ? <TitleField task={task} run={run} /> : <p className="medium wrap" dir="auto">{task.title}</p>}
      </div>
      {may ? (
        <>
          <PersonField label={who} people={people} value={task.assignee} onChange={(uid) => void run(assignTask(task.id, uid))} />
          <DueField task={task} run={run} />
        </>
      ) : (
        <dl className="task-facts">
          <dt className="label">{who}</dt>
          <dd>{task.assignee ? people.name(task.assignee) : t('task.nobody')}</dd>
          {task.due && <dt className="label">{t('task.due')}</dt>}
          {task.due && <dd>{dayWords(i18n, task.due)}</dd>}
        </dl>
      )}
      {more}
      {from && (
        <div>
          <p className="label">{t('task.from')}</p>
          <ObjectLink route={from} />
        </div>
      )}
      <p className="line wrap small muted">
        <Face uid={task.by ?? 'unknown'} name={people.name(task.by)} size={20} />
        {t('task.madeBy', { name: people.name(task.by), moment: moment(at) })}
      </p>
      <div>
        <StateChip copies={copies} title={task.title} of={{ space: space.id, node: task.id }} />
      </div>
      <Acts {...tools} may={may} />
      {agents && <AgentPlace subject={{ kind: 'thing', space: space.id, fragment: task.fragment, node: task.id, title: task.title }} />}
    </>
  );
}

function Acts({ space, task, lens, may, run, onHistory }: Tools & { may: boolean }): ReactNode {
  const { t } = useI18n();
  const copy = useCopy();
  const toast = useToast();
  const remove = (): void => {
    void run(deleteTask(task.id)).then((done) => done && toast({ text: t('task.deleted', { title: task.title }), undo: () => void run(restoreTask(task.id)) }));
  };
  return (
    <div className="line wrap">
      <Button kind="quiet" size="compact" icon="link" onClick={() => copy(addressOf(taskRoute(lens, { space: space.id, ...task })))}>{t('act.copyLink')}</Button>
      <Button kind="quiet" size="compact" icon="history" onClick={onHistory}>{t('act.history')}</Button>
      {may && <Button kind="quiet" size="compact" icon="trash" onClick={remove}>{t('task.toTrash')}</Button>}
    </div>
  );
}

/** Lines of a title, so that none of it is cut where it is read and written; letters in one of the narrowest panel. */
const MOST_ROWS = 6;
const ROW_LETTERS = 32;

/** Kept with Enter and on leaving; Escape leaves it as it was. */
function TitleField({ task, run }: { task: Task; run: Tools['run'] }): ReactNode {
  const { t } = useI18n();
  const [draft, setDraft] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const shown = draft ?? task.title;
  const keep = (): void => {
    const made = draft === null ? null : renameTask(task, draft);
    if (made?.ok) void run(made.value);
    setDraft(null);
  };
  return (
    <div className="grow">
      <textarea
        ref={field} className="field task-title" aria-label={t('task.title')} rows={Math.min(MOST_ROWS, Math.ceil(shown.length / ROW_LETTERS) || 1)} value={shown} maxLength={TASK_TITLE_MAX} autoComplete="off" dir="auto"
        onChange={(event) => setDraft(event.target.value.replaceAll(/\s*\n\s*/g, ' '))}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') {
            event.preventDefault();
            keep();
          }
          if (event.key === 'Escape' && draft !== null) {
            event.preventDefault();
            setDraft(null);
          }
        }}
      />
    </div>
  );
}

/** The platform's own field of a day; what is typed half is not a day yet and is not kept. */
function DueField({ task, run }: { task: Task; run: Tools['run'] }): ReactNode {
  const { t } = useI18n();
  const [day, setDay] = useState(task.due ?? '');
  useEffect(() => setDay(task.due ?? ''), [task.due]);
  const change = (next: string, valid: boolean): void => {
    setDay(next);
    const made = valid ? setDue(task.id, next === '' ? null : next) : null;
    if (made?.ok && next !== (task.due ?? '')) void run(made.value);
  };
  return <Field type="date" label={t('task.due')} value={day} min="1970-01-01" max="9999-12-31" onChange={({ target }) => change(target.value, target.validity.valid && !target.validity.badInput)} />;
}
