/** Figures in a row of cards: what each is, the figure, and what it says. */
import type { ReactNode } from 'react';

/** `of`: name, figure and note of each; the names are unlike each other. */
export function Figures({ of }: { of: readonly (readonly [name: string, value: string, note: string])[] }): ReactNode {
  return (
    <dl className="figures">
      {of.map(([name, value, note]) => (
        <div key={name} className="card figure">
          <dt className="small muted">{name}</dt>
          <dd className="title3 num">{value}</dd>
          <dd className="small muted">{note}</dd>
        </div>
      ))}
    </dl>
  );
}
