/** What the details of a task have here besides: status, priority, how long it takes, what it waits for, properties, labels. Every field is its own edit, at once. */
import { useMemo, useState, type ReactNode } from 'react';
import { LINK_KINDS, type LinkKind } from '#domain/goals/planning';
import { addLabel, columnKey, columnsOf, deadlineOf, dependOn, moveTo, partOf, PRIORITIES, propertiesOfWork, removeLabel, renameColumn, setEstimate, setPriority, setStart, setWait, STATUSES, waitNoLonger, type CircleRefusal, type Estimate, type Resource, type Wait, type Work } from '#domain/goals/work';
import { PLAN_LIMITS, type Refusal } from '#domain/shared';
import type { SpaceView } from '#os/api';
import { Field, IconButton, Select } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import type { People } from '#view/kit/people.tsx';
import { PropertyList } from '#view/kit/property-list.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { ChoiceField } from './choice-field.tsx';
import { PRIORITY_WORDS } from './filter-bar.tsx';
import { KIND_WORDS, slackWords } from './link-words.ts';
import { EventDay, Helpers, Holds } from './more-fields.tsx';
import { STATUS_WORDS } from './moves.ts';
import { LinkedWith } from './linked.tsx';
import { MeantFor, PreparedList } from './meant.tsx';
import { Needs } from './needs.tsx';
import { daysOf } from './timeline-model.ts';
import type { PlanHere } from './use-plan.ts';
import type { WorkActs, WorkHere } from './use-work.ts';

interface FieldsProps {
  readonly space: SpaceView;
  readonly work: Work;
  readonly here: WorkHere;
  readonly acts: WorkActs;
  readonly people: People;
  readonly plan: PlanHere | null;
  /** Opens a resource that is needed, or a thing it is for. */
  onResource(one: Resource | Work): void;
}

/** Its rules have a library. */
const AgainFields = lazyPart(async () => (await import('./again-fields.tsx')).AgainFields, { alone: true });

/** The fields; who may not change it reads them. */
export function WorkFields(props: FieldsProps): ReactNode {
  const { work, acts, plan } = props;
  const i18n = useI18n();
  const { t } = i18n;
  const planned = plan?.answer.tasks.find(({ id }) => id === work.id);
  const by = work.done ? null : deadlineOf(work, props.here.meant);
  const may = acts.may(work);
  const said = useSaid(props.here);
  return (
    <>
      {work.kind === 'event' && may && <EventDay work={work} acts={acts} />}
      {planned && !work.done && (
        <p className="small muted num">
          {t('goal.end', { day: dayWords(i18n, daysOf(work, planned, plan!.time).last) })}
          {` · ${t('goal.slack')} ${slackWords(i18n, planned.total, plan!.asked.day)}`}
        </p>
      )}
      {by !== null && by.of !== null && <p className="small muted num">{t('goal.dueFor', { day: dayWords(i18n, by.day), title: props.here.all.get(by.of)?.title || t('goal.untitled') })}</p>}
      {may && work.kind === 'task' && (
        <div className="work-pair">
          <Select label={t('goal.status')} value={work.status} options={STATUSES.map((value) => ({ value, label: t(STATUS_WORDS[value]) }))} onChange={(to) => void (to === 'done' ? acts.tick(work, true) : acts.run(moveTo(work, to)))} />
          <Select label={t('goal.priority')} value={work.priority} options={PRIORITIES.map((value) => ({ value, label: t(PRIORITY_WORDS[value]) }))} onChange={(to) => void acts.run(setPriority(work.id, to))} />
        </div>
      )}
      {may && (work.kind === 'task' || work.kind === 'event') && <AgainFields work={work} acts={acts} />}
      {work.kind === 'task' && <Helpers work={work} acts={acts} may={may} people={props.people} />}
      {may && work.kind !== 'event' && <EstimateFields key={JSON.stringify([work.estimate, work.start])} {...props} />}
      {work.kind === 'task' && <Needs space={props.space} work={work} here={props.here} acts={acts} may={may} onResource={props.onResource} />}
      <PartOf {...props} may={may} />
      <MeantFor {...props} onOpen={props.onResource} />
      <PreparedList {...props} onOpen={props.onResource} />
      <Waits {...props} may={may} />
      <Properties {...props} may={may} />
      <Holds work={work} here={props.here} acts={acts} may={may} space={props.space.id} said={said} finder={(label, not, onPick) => <Finder label={label} here={props.here} not={not} onPick={onPick} />} />
      <LinkedWith space={props.space} work={work} acts={acts} />
      {(may || work.labels.length > 0) && <Labels work={work} acts={acts} may={may} />}
    </>
  );
}

/** What people gave it besides; those of others here are offered first, and are renamed for all of them. */
function Properties({ work, here, acts, people, may }: FieldsProps & { may: boolean }): ReactNode {
  const own = new Set(work.properties.map(columnKey));
  const known = useMemo(() => columnsOf(here.all.values()), [here.all]);
  return (
    <PropertyList
      at={propertiesOfWork(work)} held={work.properties} people={people} writes={may} empty known={known.filter(({ key }) => !own.has(key)).map(({ of }) => of)}
      renamed={(one, name) => renameColumn(here.all.values(), one, name, acts.may)} run={acts.run}
    />
  );
}

/** Three points in days or hours, kept on leaving; an empty field says that nobody knows. */
function EstimateFields({ work, acts }: FieldsProps): ReactNode {
  const { t } = useI18n();
  const known = work.estimate;
  const [unit, setUnit] = useState<Estimate['unit']>(known?.unit ?? 'day');
  const [points, setPoints] = useState({ low: known ? String(known.low) : '', likely: known ? String(known.likely) : '', high: known ? String(known.high) : '' });
  const keep = (as: Estimate['unit'] = unit): void => {
    const likely = points.likely === '' ? NaN : Number(points.likely);
    const told: Estimate | null = points.likely === '' ? null : { unit: as, low: points.low === '' ? likely : Number(points.low), likely, high: points.high === '' ? likely : Number(points.high) };
    if (JSON.stringify(told) === JSON.stringify(known)) return;
    const made = setEstimate(work.id, told);
    if (made.ok) void acts.run(made.value);
  };
  const point = (name: keyof typeof points, label: string): ReactNode => (
    <Field label={label} type="number" inputMode="decimal" min={0} max={PLAN_LIMITS.days} step="any" value={points[name]} onChange={({ target }) => setPoints({ ...points, [name]: target.value })} onBlur={() => keep()} />
  );
  return (
    <fieldset className="work-estimate">
      <legend className="label">{t('goal.estimate')}</legend>
      <div className="work-points">
        {point('low', t('goal.lowest'))}
        {point('likely', t('goal.likeliest'))}
        {point('high', t('goal.highest'))}
        <Select label={t('goal.unit')} value={unit} options={[{ value: 'day', label: t('goal.day') }, { value: 'hour', label: t('goal.hour') }]} onChange={(value) => (setUnit(value), points.likely !== '' && keep(value))} />
      </div>
      <Field
        label={t('goal.start')} type="date" defaultValue={work.start ?? ''} min="1970-01-01" max="9999-12-31"
        onBlur={({ target }) => {
          const made = target.validity.valid && target.value !== (work.start ?? '') ? setStart(work.id, target.value === '' ? null : target.value) : null;
          if (made?.ok) void acts.run(made.value);
        }}
      />
    </fieldset>
  );
}

/** Says which circle it would be; other refusals are those of what cannot be chosen. */
export function useSaid(here: Pick<WorkHere, 'all'>): (error: Refusal | CircleRefusal) => void {
  const { t, list } = useI18n();
  const toast = useToast();
  return (error) => void (error.type === 'circle' && toast({ text: t('goal.circle', { names: list(error.tasks.map((id) => here.all.get(id)?.title ?? '…')) }) }));
}

/** What it is part of: one thing at most, besides the goal it stands in. */
function PartOf({ work, here, acts, may }: FieldsProps & { may: boolean }): ReactNode {
  const { t } = useI18n();
  const said = useSaid(here);
  const whole = work.parent === null ? undefined : here.all.get(work.parent);
  const set = (to: Work | null): void => {
    const made = partOf(work, to, here.all);
    if (made.ok) void acts.run(made.value, work.fragment);
    else said(made.error);
  };
  if (!may && !whole) return null;
  const title = whole?.title || t('state.absent');
  return (
    <div>
      <p className="label">{t('goal.partOf')}</p>
      {work.parent !== null && (
        <span className="line">
          <span className="grow cut" dir="auto">{title}</span>
          {may && <IconButton icon="close" name={t('goal.partRemove', { title })} onClick={() => set(null)} />}
        </span>
      )}
      {may && work.parent === null && <Finder label={t('goal.partAdd')} here={here} not={[work.id]} onPick={(id) => set(here.all.get(id) ?? null)} />}
    </div>
  );
}

/** What it waits for: each with how, and a field that finds one more. */
function Waits({ work, here, acts, may }: FieldsProps & { may: boolean }): ReactNode {
  const { t } = useI18n();
  const said = useSaid(here);
  const add = (id: string): void => {
    const on = here.all.get(id);
    const made = on && dependOn(work, on, {}, here.all);
    if (made?.ok) void acts.run(made.value, work.fragment);
    else if (made) said(made.error);
  };
  if (!may && work.waits.length === 0) return null;
  return (
    <div>
      <p className="label">{t('goal.waits')}</p>
      <ul className="work-waits">
        {work.waits.map((wait) => (
          <WaitRow key={wait.edge} wait={wait} title={here.all.get(wait.on)?.title ?? t('state.absent')} done={here.all.get(wait.on)?.done === true} may={may} onSet={(part) => void acts.run(setWait(wait.edge, part), work.fragment)} onRemove={() => void acts.run(waitNoLonger(wait.edge), work.fragment)} />
        ))}
      </ul>
      {may && <Finder label={t('goal.waitAdd')} here={here} not={[work.id, ...work.waits.map(({ on }) => on)]} onPick={add} />}
    </div>
  );
}

function WaitRow({ wait, title, done, may, onSet, onRemove }: { wait: Wait; title: string; done: boolean; may: boolean; onSet(part: { kind?: LinkKind; lag?: number }): void; onRemove(): void }): ReactNode {
  const { t } = useI18n();
  return (
    <li className="work-wait" data-done={done || undefined}>
      <span className="line">
        <span className="grow cut" dir="auto">{title}</span>
        {may && <IconButton icon="close" name={t('goal.waitRemove', { title })} onClick={onRemove} />}
      </span>
      {may && <Select label={t('goal.waitKind')} value={wait.kind} options={LINK_KINDS.map((value) => ({ value, label: t(KIND_WORDS[value]) }))} onChange={(kind) => onSet({ kind })} />}
      {may && (
        <Field
          key={wait.lag} label={t('goal.lag')} type="number" inputMode="decimal" min={-PLAN_LIMITS.days * 24} max={PLAN_LIMITS.days * 24} step="any" defaultValue={wait.lag}
          onBlur={({ target }) => {
            const lag = target.value === '' ? 0 : Number(target.value);
            if (target.validity.valid && lag !== wait.lag) onSet({ lag });
          }}
        />
      )}
    </li>
  );
}

/** A field with the things whose titles fit. */
export function Finder({ label, here: { all }, not, onPick }: { label: string; here: Pick<WorkHere, 'all'>; not: readonly string[]; onPick(id: string): void }): ReactNode {
  const { t } = useI18n();
  const out = not.join();
  const choices = useMemo(() => {
    const taken = new Set(out.split(','));
    return [...all.values()].filter((one) => one.title !== '' && !taken.has(one.id) && !one.done).map((one) => ({ id: one.id, label: one.title }));
  }, [all, out]);
  return <ChoiceField label={label} choices={choices} empty={t('goal.waitNone')} onPick={onPick} />;
}

function Labels({ work, acts, may }: { work: Work; acts: WorkActs; may: boolean }): ReactNode {
  const { t } = useI18n();
  const [words, setWords] = useState('');
  const add = (): void => {
    const made = addLabel(work, words);
    if (made.ok) void acts.run(made.value);
    setWords('');
  };
  return (
    <div>
      <p className="label">{t('goal.labels')}</p>
      <div className="line wrap">
        {work.labels.map((label) => (
          <span key={label} className="tag" dir="auto">
            {label}
            {may && <IconButton icon="close" size={12} name={t('goal.labelRemove', { label })} onClick={() => void acts.run(removeLabel(work.id, label))} />}
          </span>
        ))}
      </div>
      {may && <Field label={t('goal.labelAdd')} hideLabel placeholder={t('goal.labelAdd')} autoComplete="off" maxLength={PLAN_LIMITS.labelUnits} value={words} onChange={({ target }) => setWords(target.value)} onBlur={() => words !== '' && add()} onKeyDown={(event) => event.key === 'Enter' && !event.nativeEvent.isComposing && (event.preventDefault(), add())} />}
    </div>
  );
}
