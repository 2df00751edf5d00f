/** Fields of the details that few things need: what waits for this one, who does it besides, the day an event begins. */
import type { ReactNode } from 'react';
import { BLOCKS, circleBy, dependOn, holdUp, setHelper, setStart, waitNoLonger, type CircleRefusal, type Work } from '#domain/goals/work';
import type { Refusal } from '#domain/shared';
import { Field, IconButton } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { PersonField } from '#view/kit/person-field.tsx';
import type { People } from '#view/kit/people.tsx';
import { useToast } from '#view/kit/toast.tsx';
import type { WorkActs, WorkHere } from './use-work.ts';

interface MoreProps {
  readonly work: Work;
  readonly may: boolean;
  readonly acts: WorkActs;
}

/** What waits for this one. Where the other may not be changed, this one says itself that it holds it up. */
export function Holds({ work, here, acts, may, space, said, finder }: MoreProps & { here: WorkHere; space: string; said: (error: Refusal | CircleRefusal) => void; finder: (label: string, not: readonly string[], onPick: (id: string) => void) => ReactNode }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const waiting = [...here.all.values()].filter((one) => work.blocks.includes(one.id) || one.waits.some(({ on }) => on === work.id));
  const add = (id: string): void => {
    const other = here.all.get(id);
    if (!other) return;
    if (acts.may(other)) {
      const made = dependOn(other, work, {}, here.all);
      return void (made.ok ? acts.run(made.value, other.fragment) : said(made.error));
    }
    const circle = circleBy(here.all, { ...work, blocks: [...work.blocks, id] }, work.id);
    if (circle) said({ type: 'circle', tasks: circle });
    else void acts.run(holdUp(work, other), work.fragment);
  };
  const remove = async (other: Work): Promise<void> => {
    const wait = other.waits.find(({ on }) => on === work.id);
    if (wait && acts.may(other)) return void acts.run(waitNoLonger(wait.edge), other.fragment);
    const node = await api.graph(space).get(work.id);
    const edge = node.state === 'here' ? node.edges.find(({ type, to }) => type === BLOCKS && (Array.isArray(to) ? to.at(-1) : to) === other.id) : undefined;
    if (edge) await acts.run(waitNoLonger(edge.id), work.fragment);
  };
  if (!may && waiting.length === 0) return null;
  return (
    <div>
      <p className="label">{t('goal.holds')}</p>
      <ul className="work-waits">
        {waiting.map((one) => (
          <li key={one.id} className="work-wait line" data-done={one.done || undefined}>
            <span className="grow cut" dir="auto">{one.title}</span>
            {(may && work.blocks.includes(one.id)) || acts.may(one) ? <IconButton icon="close" name={t('goal.holdRemove', { title: one.title })} onClick={() => void remove(one).catch((error: unknown) => toast({ text: errorText(t, error, 'goal.failed') }))} /> : null}
          </li>
        ))}
      </ul>
      {may && finder(t('goal.holdAdd'), [work.id, ...waiting.map(({ id }) => id), ...work.waits.map(({ on }) => on)], add)}
    </div>
  );
}

/** Who does it besides: each counts with all of their time. */
export function Helpers({ work, acts, may, people }: MoreProps & { people: People }): ReactNode {
  const { t } = useI18n();
  if (!may && work.helpers.length === 0) return null;
  return (
    <div>
      {may ? <PersonField label={t('goal.helpers')} people={people} value={null} none="" onChange={(uid) => uid !== null && uid !== work.assignee && !work.helpers.includes(uid) && void acts.run(setHelper(work.id, uid, true))} /> : <p className="label">{t('goal.helpers')}</p>}
      <div className="line wrap">
        {work.helpers.map((uid) => (
          <span key={uid} className="tag" dir="auto">
            {people.name(uid)}
            {may && <IconButton icon="close" size={12} name={t('goal.helperRemove', { name: people.name(uid) })} onClick={() => void acts.run(setHelper(work.id, uid, false))} />}
          </span>
        ))}
      </div>
    </div>
  );
}

/** The day an event begins; the day it is due is its last. */
export function EventDay({ work, acts }: Omit<MoreProps, 'may'>): ReactNode {
  const { t } = useI18n();
  return (
    <Field
      key={work.start} label={t('goal.eventDay')} type="date" defaultValue={work.start ?? ''} min="1970-01-01" max="9999-12-31"
      onBlur={({ target }) => {
        const made = target.validity.valid && target.value !== '' && target.value !== work.start ? setStart(work.id, target.value) : null;
        if (made?.ok) void acts.run(made.value);
      }}
    />
  );
}
