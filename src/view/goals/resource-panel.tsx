/** The details of a resource in the side panel: what it is called, how much of it there is, when, and what needs it. Every field is its own edit, at once. */
import { useState, type ReactNode } from 'react';
import '#view/kit/goal-views-words.ts';
import '#view/kit/task-words.ts';
import '#view/kit/task-panel.css';
import type { NodeView, Op, SpaceView } from '#os/api';
import { deleteTask, readTask, restoreTask, TASK } from '#domain/goals';
import { renameTask } from '#domain/goals/words';
import { setAway, setCapacity, setThere, type Away, type Resource, type Work } from '#domain/goals/work';
import { PLAN_LIMITS, TASK_TITLE_MAX } from '#domain/shared';
import { Button, Field, IconButton } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { HistoryDialog } from '#view/kit/lazy-dialogs.ts';
import { dayWords } from '#view/kit/node-card.tsx';
import { useThingCopies } from '#view/kit/own-states.ts';
import type { People } from '#view/kit/people.tsx';
import { SidePanel } from '#view/kit/place.tsx';
import { StateChip } from '#view/kit/state-chip.tsx';
import { taskRoute } from '#view/kit/task-route.ts';
import { useToast } from '#view/kit/toast.tsx';
import { addressOf, useCopy } from '#view/kit/use-copy.ts';
import { AmountField, DayField } from './amount-field.tsx';
import type { WorkActs, WorkHere } from './use-work.ts';

export interface ResourcePanelProps {
  readonly space: SpaceView;
  readonly resource: Resource;
  readonly here: WorkHere;
  readonly acts: WorkActs;
  readonly people: People;
  onOpen(work: Work): void;
  onClose(): void;
}

/** The panel. */
export function ResourcePanel(props: ResourcePanelProps): ReactNode {
  const { resource, acts, space } = props;
  const i18n = useI18n();
  const { t, number } = i18n;
  const copies = useThingCopies(resource.id);
  const [history, setHistory] = useState(false);
  const may = acts.may(resource);
  const run = (ops: Op[]): Promise<boolean> => acts.run(ops, resource.fragment);
  return (
    <>
      <SidePanel title={t('goal.resource')} onClose={props.onClose}>
        <div className="panel-body task-panel">
          {may ? <Fields key={resource.id} resource={resource} run={run} /> : (
            <>
              <p className="medium wrap" dir="auto">{resource.title}</p>
              <dl className="task-facts">
                <dt className="label">{t('goal.capacity')}</dt>
                <dd className="num">{number(resource.capacity)}</dd>
                {resource.from !== null && <dt className="label">{t('goal.thereFrom')}</dt>}
                {resource.from !== null && <dd>{dayWords(i18n, resource.from)}</dd>}
                {resource.until !== null && <dt className="label">{t('goal.thereUntil')}</dt>}
                {resource.until !== null && <dd>{dayWords(i18n, resource.until)}</dd>}
              </dl>
            </>
          )}
          <AwayDays resource={resource} may={may} run={run} />
          <NeededBy {...props} />
          <div>
            <StateChip copies={copies} title={resource.title} of={{ space: space.id, node: resource.id }} />
          </div>
          <Acts {...props} may={may} run={run} onHistory={() => setHistory(true)} />
        </div>
      </SidePanel>
      {history && <HistoryDialog space={space.id} id={resource.id} title={resource.title} onClose={() => setHistory(false)} />}
    </>
  );
}

/** Kept with Enter and on leaving; what is no value is said, and what holds stays. */
function Fields({ resource, run }: { resource: Resource; run(ops: Op[]): Promise<boolean> }): ReactNode {
  const { t } = useI18n();
  const [title, setTitle] = useState<string | null>(null);
  const keepTitle = (): void => {
    const made = title === null ? null : renameTask({ ...resource, ...EMPTY }, title);
    if (made?.ok) void run(made.value);
    setTitle(null);
  };
  const setAmount = (amount: number): Promise<boolean> | null => {
    const made = setCapacity(resource, amount);
    return made.ok ? run(made.value) : made.error.code === 'no-change' ? Promise.resolve(false) : null;
  };
  const day = (end: 'from' | 'until', label: string): ReactNode => (
    <DayField
      key={end} label={label} value={resource[end]}
      set={(day) => {
        const made = setThere(resource, end, day);
        return made.ok ? run(made.value) : Promise.resolve(false);
      }}
    />
  );
  return (
    <>
      <Field label={t('goal.resourceTitle')} dir="auto" autoComplete="off" maxLength={TASK_TITLE_MAX} value={title ?? resource.title} onChange={({ target }) => setTitle(target.value)} onBlur={keepTitle} onKeyDown={(event) => event.key === 'Enter' && !event.nativeEvent.isComposing ? keepTitle() : event.key === 'Escape' && title !== null && (event.preventDefault(), setTitle(null))} />
      <AmountField label={t('goal.capacity')} value={resource.capacity} min={0} set={setAmount} />
      <div className="work-pair">
        {day('from', t('goal.thereFrom'))}
        {day('until', t('goal.thereUntil'))}
      </div>
      {resource.from !== null && resource.until !== null && resource.until < resource.from && <p className="small field-error" role="alert">{t('goal.thereNever')}</p>}
    </>
  );
}

const EMPTY = { done: false, assignee: null, due: null, source: null };

/** The days on which it is away. */
function AwayDays({ resource, may, run }: { resource: Resource; may: boolean; run(ops: Op[]): Promise<boolean> }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const [adding, setAdding] = useState<Away | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const words = ({ from, to }: Away): string => (from === to ? dayWords(i18n, from) : `${dayWords(i18n, from)} – ${dayWords(i18n, to)}`);
  const add = (): void => {
    const made = adding && setAway(resource, { from: adding.from, to: adding.to || adding.from }, true);
    if (!made) return;
    if (!made.ok && made.error.code !== 'no-change') return setSaid(made.error.code === 'too-many' ? t('goal.awayMany', { n: PLAN_LIMITS.away }) : t('goal.awayWrong'));
    if (made.ok) void run(made.value);
    setSaid(null);
    setAdding(null);
  };
  if (!may && resource.away.length === 0) return null;
  return (
    <div>
      <p className="label">{t('goal.away')}</p>
      <ul className="work-waits">
        {resource.away.map((one) => (
          <li key={`${one.from} ${one.to}`} className="line">
            <span className="grow num">{words(one)}</span>
            {may && <IconButton icon="close" name={t('goal.awayRemove', { days: words(one) })} onClick={() => { const made = setAway(resource, one, false); if (made.ok) void run(made.value); }} />}
          </li>
        ))}
      </ul>
      {may && adding === null && <Button kind="quiet" size="compact" icon="plus" onClick={() => setAdding({ from: '', to: '' })}>{t('goal.awayAdd')}</Button>}
      {adding !== null && (
        <form onSubmit={(event) => (event.preventDefault(), add())}>
          <div className="work-pair">
            <Field label={t('goal.awayFrom')} type="date" autoFocus min="1970-01-01" max="9999-12-31" value={adding.from} onChange={({ target }) => setAdding({ ...adding, from: target.value })} />
            <Field label={t('goal.awayTo')} type="date" min="1970-01-01" max="9999-12-31" value={adding.to} onChange={({ target }) => setAdding({ ...adding, to: target.value })} />
          </div>
          {said !== null && <p className="small field-error" role="alert">{said}</p>}
          <span className="line">
            <Button kind="primary" size="compact" type="submit" disabled={adding.from === ''}>{t('act.create')}</Button>
            <Button kind="quiet" size="compact" onClick={() => (setAdding(null), setSaid(null))}>{t('act.cancel')}</Button>
          </span>
        </form>
      )}
    </div>
  );
}

/** Rows drawn at first, and with each press. */
const PAGE = 20;

/** Open tasks that need it, with how much. */
function NeededBy({ resource, here, onOpen }: ResourcePanelProps): ReactNode {
  const { t, number } = useI18n();
  const [drawn, setDrawn] = useState(PAGE);
  const all = [...here.all.values()].flatMap((work) => {
    const need = work.done ? undefined : work.needs.find(({ of }) => of === resource.id);
    return need ? [{ work, amount: need.amount }] : [];
  });
  return (
    <div>
      <p className="label">{t('goal.neededBy')}</p>
      {all.length === 0 && <p className="small muted">{t('goal.neededByNone')}</p>}
      <ul className="work-waits">
        {all.slice(0, drawn).map(({ work, amount }) => (
          <li key={work.id} className="line">
            <button type="button" className="work-open grow" onClick={() => onOpen(work)}><span className="work-title cut" dir="auto">{work.title || t('goal.untitled')}</span></button>
            <span className="num muted">{`× ${number(amount)}`}</span>
          </li>
        ))}
      </ul>
      {all.length > drawn && <Button kind="text" onClick={() => setDrawn(drawn + PAGE)}>{t('goal.more', { n: all.length - drawn })}</Button>}
    </div>
  );
}

function Acts({ space, resource, may, run, acts, onClose, onHistory }: ResourcePanelProps & { may: boolean; run(ops: Op[]): Promise<boolean>; onHistory(): void }): ReactNode {
  const { t } = useI18n();
  const copy = useCopy();
  const toast = useToast();
  const remove = async (): Promise<void> => {
    if (!(await acts.run(deleteTask(resource.id), resource.fragment))) return;
    onClose();
    toast({ text: t('task.deleted', { title: resource.title }), undo: () => void run(restoreTask(resource.id)) });
  };
  return (
    <div className="line wrap">
      <Button kind="quiet" size="compact" icon="link" onClick={() => copy(addressOf(taskRoute('goals', { space: space.id, ...resource })))}>{t('act.copyLink')}</Button>
      <Button kind="quiet" size="compact" icon="history" onClick={onHistory}>{t('act.history')}</Button>
      {may && <Button kind="quiet" size="compact" icon="trash" onClick={() => void remove()}>{t('task.toTrash')}</Button>}
    </div>
  );
}

/** One that was deleted: said, with the act that brings it back. */
export function GoneResource({ node, acts, onClose }: { node: NodeView; acts: WorkActs; onClose(): void }): ReactNode {
  const { t } = useI18n();
  const one = readTask({ ...node, type: TASK })!;
  return (
    <SidePanel title={t('goal.resource')} onClose={onClose}>
      <div className="panel-body task-panel">
        <p className="medium wrap" dir="auto">{one.title}</p>
        <p className="line wrap">
          <span className="muted">{t('task.gone')}</span>
          {acts.may({ ...one, deleted: false }) && <Button kind="text" size="compact" onClick={() => void acts.run(restoreTask(one.id), one.fragment)}>{t('task.bringBack')}</Button>}
        </p>
      </div>
    </SidePanel>
  );
}
