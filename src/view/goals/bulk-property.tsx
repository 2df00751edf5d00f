/** A property of all that is chosen: which one, what it says then; taken away with an empty field. */
import { useState, type ReactNode } from 'react';
import type { Change, Column } from '#domain/goals/work';
import { PROPERTY_TEXT_MAX } from '#domain/shared/properties';
import { Button, Field, Select } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import type { People } from '#view/kit/people.tsx';
import { PersonField } from '#view/kit/person-field.tsx';
import { typedValue } from '#view/kit/property-draft.ts';
import '#view/kit/property-words.ts';

const NONE = '';
const INPUT = { text: 'text', number: 'number', day: 'date', link: 'url' } as const;

/** The fields; nothing where no thing has a property. */
export function BulkProperty({ columns, people, run }: { columns: readonly Column[]; people: People; run: (change: Change) => void }): ReactNode {
  const { t } = useI18n();
  const [key, setKey] = useState(NONE);
  const [words, setWords] = useState('');
  const [wrong, setWrong] = useState(false);
  const of = columns.find((one) => one.key === key)?.of;
  if (columns.length === 0) return null;
  const set = (to: string | number | boolean | null): void => of && run({ type: 'property', of: { id: of.id, kind: of.kind, name: of.name }, to });
  const keep = (box: HTMLInputElement | null): void => {
    const read = box?.validity.valid && of ? typedValue({ kind: of.kind, value: null }, box.value) : undefined;
    setWrong(read === undefined);
    if (read !== undefined) set(read);
  };
  return (
    <>
      <Select label={t('goal.property')} value={key} options={[{ value: NONE, label: '—' }, ...columns.map((one) => ({ value: one.key, label: one.of.name }))]} onChange={(next) => (setKey(next), setWords(''), setWrong(false))} />
      {of?.kind === 'check' && <Select label={t('goal.bulkValue')} value={NONE} options={[{ value: NONE, label: '—' }, { value: 'yes', label: t('property.yes') }, { value: 'no', label: t('property.no') }]} onChange={(value) => value !== NONE && set(value === 'yes')} />}
      {of?.kind === 'person' && <PersonField label={t('goal.bulkValue')} people={people} value={null} none="" onChange={set} />}
      {of && of.kind !== 'check' && of.kind !== 'person' && (
        <form className="goals-bulk-value" noValidate onSubmit={(event) => (event.preventDefault(), keep(event.currentTarget.querySelector('input')))}>
          <Field
            key={key} label={t('goal.bulkValue')} type={INPUT[of.kind]} step="any" dir="auto" autoComplete="off" placeholder={t('property.empty')} value={words} error={wrong ? t(of.kind === 'link' ? 'property.noLink' : 'property.noValue') : null} onChange={({ target }) => (setWords(target.value), setWrong(false))}
            {...(of.kind === 'text' ? { maxLength: PROPERTY_TEXT_MAX } : of.kind === 'day' ? { min: '1970-01-01', max: '9999-12-31' } : {})}
          />
          <Button size="compact" type="submit">{t(words === '' ? 'goal.bulkClear' : 'goal.bulkSet')}</Button>
        </form>
      )}
    </>
  );
}
