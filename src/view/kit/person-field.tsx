/** One person of the space, or nobody: a field with the list of Picker below it while it is written in. */
import '#view/kit/task-words.ts';
import { useId, useState, type ReactNode } from 'react';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import type { People } from '#view/kit/people.tsx';
import { bestChoices, Picker, type Choice } from '#view/kit/picker.tsx';
import { useMentionable } from '#view/kit/quiet.tsx';

const SHOWN = 8;
const NOBODY = '';

/** The field; `none`: what stands in it while nobody is chosen. Arrows choose, Enter takes, Escape leaves it as it was. */
export function PersonField({ label, people, value, none, onChange }: { label: string; people: People; value: string | null; none?: string; onChange: (uid: string | null) => void }): ReactNode {
  const { t } = useI18n();
  const id = useId();
  const mentionable = useMentionable(people);
  const [query, setQuery] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const all: Choice[] = [
    ...mentionable.map(({ uid, name, note }) => ({ id: uid, label: name, start: <Face uid={uid} name={name} size={20} />, ...(note === undefined ? {} : { note }) })),
    { id: NOBODY, label: t('task.nobody') },
  ];
  const choices = query === null ? [] : bestChoices(query, all, SHOWN);
  const chosen = Math.min(at, choices.length - 1);
  const close = (): void => (setQuery(null), setAt(0));
  const pick = (choice: Choice): void => {
    const uid = choice.id === NOBODY ? null : choice.id;
    if (uid !== value) onChange(uid);
    close();
  };
  const key = (event: React.KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (query === null && by !== 0) setQuery('');
    else if (query === null) return;
    else if (by !== 0) setAt((chosen + by + choices.length) % Math.max(1, choices.length));
    else if (event.key === 'Enter' && choices[chosen]) pick(choices[chosen]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };
  return (
    <div className="person-field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id} className="field" role="combobox" aria-expanded={query !== null && choices.length > 0} aria-autocomplete="list" autoComplete="off" {...(choices.length > 0 ? { 'aria-controls': `${id}l`, 'aria-activedescendant': `${id}l-${chosen}` } : {})}
        value={query ?? (value === null ? (none ?? t('task.nobody')) : people.name(value))} placeholder={t('task.findPerson')}
        onFocus={() => setQuery('')} onClick={() => setQuery(query ?? '')} onBlur={close} onChange={(event) => (setQuery(event.target.value), setAt(0))} onKeyDown={key}
      />
      {query !== null && (
        <div className="person-list">
          <Picker id={`${id}l`} label={label} choices={choices} at={chosen} onPick={pick} empty={t('task.noPerson')} />
        </div>
      )}
    </div>
  );
}
