/** A clock that runs down, for what is good for some minutes only. */
import { useEffect, useState } from 'react';

/** Minutes and seconds until then, as 9:05; 0:00 when it is over. */
export function useTimeLeft(until: number): string {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.ceil((until - now) / 1_000));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
}
