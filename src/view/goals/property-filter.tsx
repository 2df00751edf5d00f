/** What a filter asks of a property: which one, and then what it says. */
import { useMemo, type ReactNode } from 'react';
import { columnKey, columnsOf, inColumn, type Asked, type Work } from '#domain/goals/work';
import { PLAN_LIMITS } from '#domain/shared';
import { Field, Select } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import type { People } from '#view/kit/people.tsx';

const ANY = '';

/** The fields; nothing where no thing has a property. */
export function PropertyFilter({ asked, works, people, onChange }: { asked: Asked | undefined; works: readonly Work[]; people: People; onChange: (asked: Asked | undefined) => void }): ReactNode {
  const { t } = useI18n();
  const columns = useMemo(() => columnsOf(works), [works]);
  const key = asked ? columnKey(asked) : ANY;
  const named = useMemo(() => (asked?.kind === 'person' ? [...new Set(works.flatMap((work) => inColumn(work, columnKey(asked))?.value ?? []))].map(String) : []), [works, asked]);
  if (columns.length === 0 && !asked) return null;
  const pick = (next: string): void => {
    const of = columns.find((one) => one.key === next)?.of;
    onChange(of && { kind: of.kind, name: of.name });
  };
  const bound = (part: 'from' | 'to', words: string): void => {
    const { [part]: _, ...rest } = asked!;
    const value = asked!.kind === 'number' ? Number(words) : words;
    onChange(words === '' || Number.isNaN(value) ? rest : { ...rest, [part]: value });
  };
  const is = (value: string | boolean | undefined): void => {
    const { is: _, ...rest } = asked!;
    onChange(value === undefined || value === '' ? rest : { ...rest, is: value });
  };
  const known = columns.some((one) => one.key === key) || !asked ? columns.map((one) => ({ value: one.key, label: one.of.name })) : [...columns.map((one) => ({ value: one.key, label: one.of.name })), { value: key, label: asked.name }];
  return (
    <>
      <Select label={t('goal.property')} value={key} options={[{ value: ANY, label: t('goal.anyProperty') }, ...known]} onChange={pick} />
      {(asked?.kind === 'text' || asked?.kind === 'link') && <Field label={t('goal.propertySays')} autoComplete="off" maxLength={PLAN_LIMITS.filterUnits} value={String(asked.is ?? '')} onChange={({ target }) => is(target.value)} />}
      {asked?.kind === 'check' && <Select label={asked.name} value={asked.is === false ? 'no' : 'yes'} options={[{ value: 'yes', label: t('property.yes') }, { value: 'no', label: t('property.no') }]} onChange={(value) => is(value === 'yes')} />}
      {asked?.kind === 'person' && <Select label={asked.name} value={String(asked.is ?? ANY)} options={[{ value: ANY, label: t('goal.anyone') }, ...named.map((uid) => ({ value: uid, label: people.name(uid) }))]} onChange={is} />}
      {(asked?.kind === 'number' || asked?.kind === 'day') && (['from', 'to'] as const).map((part) => (
        <Field
          key={`${key} ${part}`} label={t(part === 'from' ? 'goal.propertyFrom' : 'goal.propertyTo')} type={asked.kind === 'day' ? 'date' : 'number'} step="any" defaultValue={String(asked[part] ?? '')}
          onChange={({ target }) => target.validity.valid && bound(part, target.value)}
        />
      ))}
    </>
  );
}
