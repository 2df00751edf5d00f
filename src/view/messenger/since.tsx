/** How long something goes on, to the second. */
import { useEffect, useState, type ReactNode } from 'react';

const two = (n: number): string => String(n).padStart(2, '0');

export function Since({ at }: { at: number }): ReactNode {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - at) / 1_000));
  const hours = Math.floor(seconds / 3_600);
  return <time role="timer">{`${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`}</time>;
}
