/** What is done with the chosen things at once; one act, and one Undo for what is deleted. */
import { useState, type ReactNode } from 'react';
import { restoreTask } from '#domain/goals';
import { changeAll, PRIORITIES, STATUSES, type Change, type Column, type Priority, type Status, type Work } from '#domain/goals/work';
import { PLAN_LIMITS } from '#domain/shared';
import { Button, Field, Select } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import type { People } from '#view/kit/people.tsx';
import { PersonField } from '#view/kit/person-field.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { BulkProperty } from './bulk-property.tsx';
import { PRIORITY_WORDS } from './filter-bar.tsx';
import { STATUS_WORDS } from './moves.ts';
import type { WorkActs } from './use-work.ts';

const AS_IS = '';

/** The bar: `all` are those shown that may be changed, `picked` those of them that are chosen. */
export function BulkBar({ all, picked, columns, acts, people, onPick, onClose }: { all: readonly Work[]; columns: readonly Column[]; picked: readonly Work[]; acts: WorkActs; people: People; onPick: (ids: ReadonlySet<string>) => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const toast = useToast();
  const [label, setLabel] = useState('');
  const run = async (change: Change): Promise<void> => {
    const made = changeAll(picked, change);
    if (!made.ok) return void (made.error.code !== 'no-change' && toast({ text: t(made.error.code === 'too-many' ? 'goal.bulkMany' : 'goal.bulkRefused', { n: PLAN_LIMITS.bulk }) }));
    const ran = change.type === 'status' && change.to === 'done' ? await acts.tickAll(picked, made.value) : await acts.run(made.value);
    if (!ran || change.type !== 'delete') return;
    onPick(new Set());
    toast({ text: t('goal.bulkDeleted', { n: picked.length }), undo: () => void acts.run(picked.flatMap(({ id }) => restoreTask(id))) });
  };
  return (
    <div className="goals-bulk" role="group" aria-label={t('goal.pickSeveral')}>
      <span className="medium num" role="status">{t('goal.picked', { n: picked.length })}</span>
      <Button kind="quiet" size="compact" onClick={() => onPick(new Set(picked.length < all.length ? all.slice(0, PLAN_LIMITS.bulk).map(({ id }) => id) : []))}>{t(picked.length < all.length ? 'goal.pickAll' : 'goal.pickNone')}</Button>
      {picked.length > 0 && (
        <>
          <Select label={t('goal.status')} value={AS_IS} options={[{ value: AS_IS, label: '—' }, ...STATUSES.map((value) => ({ value: value as string, label: t(STATUS_WORDS[value]) }))]} onChange={(to) => to !== AS_IS && void run({ type: 'status', to: to as Status })} />
          <Select label={t('goal.priority')} value={AS_IS} options={[{ value: AS_IS, label: '—' }, ...PRIORITIES.map((value) => ({ value: value as string, label: t(PRIORITY_WORDS[value]) }))]} onChange={(to) => to !== AS_IS && void run({ type: 'priority', to: to as Priority })} />
          <PersonField label={t('goal.whoDoes')} people={people} value={null} onChange={(to) => void run({ type: 'assignee', to })} />
          <Field label={t('goal.dueDay')} type="date" min="1970-01-01" max="9999-12-31" onChange={({ target }) => target.validity.valid && target.value !== '' && void run({ type: 'due', to: target.value })} />
          <BulkProperty columns={columns} people={people} run={(change) => void run(change)} />
          <form onSubmit={(event) => (event.preventDefault(), label.trim() !== '' && void run({ type: 'label', add: label }), setLabel(''))}>
            <Field label={t('goal.labelAdd')} autoComplete="off" maxLength={PLAN_LIMITS.labelUnits} value={label} onChange={({ target }) => setLabel(target.value)} />
          </form>
          <Button kind="bad" size="compact" icon="trash" onClick={() => void run({ type: 'delete' })}>{t('goal.bulkDelete')}</Button>
          <p className="small muted">{t('goal.bulkDeleteText')}</p>
        </>
      )}
      <Button kind="quiet" size="compact" onClick={onClose}>{t('goal.pickEnd')}</Button>
    </div>
  );
}
