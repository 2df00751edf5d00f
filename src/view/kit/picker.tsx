/** One list for `@` and other choices: fuzzy, arrows and Enter; the field that opened it keeps the focus. */
import type { ReactNode } from 'react';

export interface Choice {
  id: string;
  label: string;
  note?: string;
  start?: ReactNode;
}

/** How well `query` fits `label`: 0 = not at all, higher = better. Case and diacritics do not matter. */
export function fits(query: string, label: string): number {
  const q = plain(query);
  const text = plain(label);
  if (q === '') return 1;
  if (text.startsWith(q)) return 4;
  const at = text.indexOf(q);
  if (at > 0) return /[\s\-_#.]/.test(text[at - 1]!) ? 3 : 2;
  let i = 0;
  for (const letter of text) if (letter === q[i]) i++;
  return i === q.length && q.length > 1 ? 1 : 0;
}

/** Lower case without marks. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The best fitting choices, stable among equals. */
export function bestChoices<T extends { label: string }>(query: string, choices: readonly T[], max: number): T[] {
  return choices
    .map((choice) => ({ choice, fit: fits(query, choice.label) }))
    .filter((one) => one.fit > 0)
    .sort((a, b) => b.fit - a.fit)
    .slice(0, max)
    .map((one) => one.choice);
}

/** The list itself. `at` is the chosen row; `id` is named by aria-controls of the field. */
export function Picker({ id, label, choices, at, onPick, empty }: { id: string; label: string; choices: readonly Choice[]; at: number; onPick: (choice: Choice) => void; empty: string }): ReactNode {
  if (choices.length === 0) return <p className="menu-head" role="status">{empty}</p>;
  return (
    <div id={id} role="listbox" aria-label={label}>
      {choices.map((choice, index) => (
        <div
          key={choice.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          className="menu-item"
          onPointerDown={(event) => {
            event.preventDefault();
            onPick(choice);
          }}
        >
          {choice.start}
          <span className="cut">{choice.label}</span>
          {choice.note && <span className="small muted cut">{choice.note}</span>}
        </div>
      ))}
    </div>
  );
}
