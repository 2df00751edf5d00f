/** What a task needs of resources, each with how much of it; a field finds one more, or makes it. */
import type { ReactNode } from 'react';
import '#view/kit/goal-views-words.ts';
import { mayMakeTask, RESOURCE } from '#domain/goals';
import { byTitle, makeResource, needNoLonger, needOf, setNeed, type Need, type Resource, type Work } from '#domain/goals/work';
import { mayMake, PLAN_LIMITS, TASK_TITLE_MAX } from '#domain/shared';
import type { SpaceView } from '#os/api';
import { IconButton } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { AmountField } from './amount-field.tsx';
import { ChoiceField } from './choice-field.tsx';
import type { WorkActs, WorkHere } from './use-work.ts';

/** No id of a node. */
const NEW = '';

/** May this person make a resource in the fragment? */
export const mayMakeResource = (space: SpaceView, fragment: string): boolean => mayMakeTask(space, fragment) && mayMake(space, RESOURCE, fragment);

/** The list; `onResource` opens one. */
export function Needs({ space, work, here, acts, may, onResource }: { space: SpaceView; work: Work; here: WorkHere; acts: WorkActs; may: boolean; onResource: (one: Resource) => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const taken = new Set(work.needs.map(({ of }) => of));
  const choices = byTitle(here.resources.values()).filter(({ id, title }) => title !== '' && !taken.has(id)).map((one) => ({ id: one.id, label: one.title }));
  const need = (of: Pick<Resource, 'id' | 'fragment'>): void => {
    const made = needOf(work, of);
    if (made.ok) void acts.run(made.value, work.fragment);
    else if (made.error.code === 'too-many') toast({ text: t('goal.needMany', { n: PLAN_LIMITS.links }) });
  };
  const make = async (title: string): Promise<void> => {
    const made = makeResource(title);
    if (!made.ok) return;
    const { ids: [id] } = await api.graph(space.id).transact(made.value, { fragment: work.fragment });
    if (id !== undefined) need({ id, fragment: work.fragment });
  };
  if (!may && work.needs.length === 0) return null;
  return (
    <div>
      <p className="label">{t('goal.needs')}</p>
      <ul className="work-waits">
        {work.needs.map((one) => <NeedRow key={one.edge} need={one} of={here.resources.get(one.of)} work={work} acts={acts} may={may} onResource={onResource} />)}
      </ul>
      {may && (
        <ChoiceField
          label={t('goal.needAdd')} choices={choices} empty={t('goal.needNone')} maxLength={TASK_TITLE_MAX} {...(mayMakeResource(space, work.fragment) ? { create: { id: NEW, words: (title: string) => t('goal.resourceMake', { title }) } } : {})}
          onPick={(id, words) => {
            const of = here.resources.get(id);
            if (of) need(of);
            else if (id === NEW) void make(words).catch((error: unknown) => toast({ text: errorText(t, error, 'goal.failed') }));
          }}
        />
      )}
    </div>
  );
}

function NeedRow({ need, of, work, acts, may, onResource }: { need: Need; of: Resource | undefined; work: Work; acts: WorkActs; may: boolean; onResource: (one: Resource) => void }): ReactNode {
  const { t, number } = useI18n();
  const title = of?.title || t('state.absent');
  const over = of !== undefined && need.amount > of.capacity;
  const set = (amount: number): Promise<boolean> | null => {
    const made = setNeed(need, amount);
    return made.ok ? acts.run(made.value, work.fragment) : made.error.code === 'no-change' ? Promise.resolve(false) : null;
  };
  return (
    <li className="work-wait">
      <span className="line">
        {of ? <button type="button" className="work-open grow" onClick={() => onResource(of)}><span className="work-title cut" dir="auto">{title}</span></button> : <span className="grow cut muted">{title}</span>}
        {!may && <span className="num">{`× ${number(need.amount)}`}</span>}
        {may && <IconButton icon="close" name={t('goal.needRemove', { title })} onClick={() => void acts.run(needNoLonger(need), work.fragment)} />}
      </span>
      {may && <AmountField label={t('goal.needAmount')} value={need.amount} min={0.01} set={set} />}
      {over && <p className="small line" data-tone="wait"><Icon name="alert" size={12} />{t('goal.needOver', { n: number(of.capacity) })}</p>}
    </li>
  );
}
