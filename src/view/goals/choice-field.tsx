/** A field with the choices whose words fit, and, last, what is made of the words themselves. */
import { useId, useMemo, useState, type ReactNode } from 'react';
import { Field } from '#view/kit/controls.tsx';
import { bestChoices, Picker, plain, type Choice } from '#view/kit/picker.tsx';

const SHOWN = 8;

export interface ChoiceFieldProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  /** Said where none fits. */
  readonly empty: string;
  readonly maxLength?: number;
  /** Makes one of the words, where none is called so; `id`: what is picked then. */
  readonly create?: { readonly id: string; words(title: string): string };
  onPick(id: string, words: string): void;
}

/** Arrows choose, Enter takes, Escape empties it. */
export function ChoiceField({ label, choices: all, empty, maxLength, create, onPick }: ChoiceFieldProps): ReactNode {
  const id = useId();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const words = query.trim();
  const choices = useMemo((): Choice[] => {
    if (words === '') return [];
    const best = bestChoices(words, all, SHOWN);
    return create && !all.some((one) => plain(one.label) === plain(words)) ? [...best, { id: create.id, label: create.words(words) }] : best;
  }, [words, all, create]);
  const open = words !== '';
  const chosen = Math.min(at, choices.length - 1);
  const pick = (choice: Choice): void => (setQuery(''), setAt(0), onPick(choice.id, words));
  return (
    <div className="person-field">
      <Field
        label={label} hideLabel placeholder={label} role="combobox" aria-expanded={open && choices.length > 0} aria-autocomplete="list" autoComplete="off" value={query} {...(maxLength === undefined ? {} : { maxLength })}
        {...(choices.length > 0 ? { 'aria-controls': `${id}l`, 'aria-activedescendant': `${id}l-${chosen}` } : {})}
        onChange={({ target }) => (setQuery(target.value), setAt(0))} onBlur={() => setQuery('')}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || !open) return;
          const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          if (by !== 0) setAt((chosen + by + choices.length) % Math.max(1, choices.length));
          else if (event.key === 'Enter' && choices[chosen]) pick(choices[chosen]);
          else if (event.key === 'Escape') setQuery('');
          else return;
          event.preventDefault();
        }}
      />
      {open && (
        <div className="person-list">
          <Picker id={`${id}l`} label={label} choices={choices} at={chosen} onPick={pick} empty={empty} />
        </div>
      )}
    </div>
  );
}
