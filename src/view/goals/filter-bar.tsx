/** What is shown: words of titles, who does it, a label, a priority, a property. The same for every view. */
import { useMemo, type ReactNode } from 'react';
import { PRIORITIES, type Filter, type Priority, type Work } from '#domain/goals/work';
import { Field, Select } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { PropertyFilter } from './property-filter.tsx';

export const PRIORITY_WORDS = { urgent: 'goal.priorityUrgent', high: 'goal.priorityHigh', normal: 'goal.priorityNormal', low: 'goal.lowPriority' } as const;
const ANY = 'any';
const NOBODY = 'nobody';

/** The row under the views. */
export function FilterBar({ filter, works, people, onChange, order, saves }: { filter: Filter; works: readonly Work[]; people: People; onChange: (filter: Filter) => void; order?: ReactNode; saves?: ReactNode }): ReactNode {
  const { t } = useI18n();
  const me = useKernel().identity.get()?.uid ?? '';
  const labels = useMemo(() => [...new Set(works.flatMap((work) => work.labels))].sort(), [works]);
  const doing = useMemo(() => [...new Set(works.flatMap(({ assignee, helpers }) => [...(assignee ? [assignee] : []), ...helpers]))].filter((uid) => uid !== me), [works, me]);
  const set = (part: { [K in keyof Filter]?: Filter[K] | undefined }): void => {
    const next = { ...filter, ...part };
    onChange(Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== '')) as Filter);
  };
  return (
    <div className="goals-filter">
      <Field label={t('goal.find')} type="search" value={filter.text ?? ''} autoFocus onChange={({ target }) => set({ text: target.value })} />
      <Select
        label={t('goal.whoDoes')} value={filter.assignee === null ? NOBODY : (filter.assignee ?? ANY)} onChange={(value) => set({ assignee: value === ANY ? undefined : value === NOBODY ? null : value })}
        options={[{ value: ANY, label: t('goal.anyone') }, { value: me, label: t('goal.me') }, { value: NOBODY, label: t('task.nobody') }, ...doing.map((uid) => ({ value: uid, label: people.name(uid) }))]}
      />
      <Select label={t('goal.priority')} value={filter.priority ?? ANY} options={[{ value: ANY, label: t('goal.any') }, ...PRIORITIES.map((one) => ({ value: one as string, label: t(PRIORITY_WORDS[one]) }))]} onChange={(value) => set({ priority: value === ANY ? undefined : (value as Priority) })} />
      {labels.length > 0 && <Select label={t('goal.label')} value={filter.label ?? ANY} options={[{ value: ANY, label: t('goal.anyLabel') }, ...labels.map((one) => ({ value: one, label: one }))]} onChange={(value) => set({ label: value === ANY ? undefined : value })} />}
      <PropertyFilter asked={filter.property} works={works} people={people} onChange={(property) => set({ property })} />
      {order}
      {saves}
    </div>
  );
}
