/** How loud something is. */
import type { ReactNode } from 'react';

/** Loudness in five bars; decoration, the words say it. */
export function Meter({ level }: { level: number }): ReactNode {
  return (
    <span className="meter" aria-hidden="true">
      {[0.2, 0.35, 0.5, 0.65, 0.8].map((from) => <span key={from} data-on={level >= from ? '' : undefined} />)}
    </span>
  );
}
