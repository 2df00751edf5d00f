/** What waits unread in the spaces that are not open: shown at the switcher, and on a phone at More. */
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import type { Lens } from '#view/kit/lens.ts';

/** Unread counts by space. */
export type UnreadBySpace = ReadonlyMap<string, number>;

const NONE: UnreadBySpace = new Map();
/** The other spaces are counted once the open one is on the screen, ms. */
const AFTER_MS = 1500;

function Probe({ lens, space, onCount }: { lens: Lens; space: SpaceView; onCount: (space: string, unread: number) => void }): ReactNode {
  const unread = lens.useUnread(space);
  useEffect(() => onCount(space.id, unread), [onCount, space.id, unread]);
  useEffect(() => () => onCount(space.id, 0), [onCount, space.id]);
  return null;
}

/** The counts, and the probes that keep them; Personal holds no news. */
export function useUnreadElsewhere(lens: Lens, space: SpaceView | null, spaces: SpaceView[]): { unread: UnreadBySpace; probes: ReactNode } {
  const [unread, setUnread] = useState(NONE);
  const [begun, setBegun] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setBegun(true), AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const onCount = useCallback((id: string, n: number) => {
    setUnread((before) => {
      if ((before.get(id) ?? 0) === n) return before;
      const next = new Map(before);
      if (n > 0) next.set(id, n);
      else next.delete(id);
      return next;
    });
  }, []);
  const others = begun ? spaces.filter((one) => one.id !== space?.id && one.kind !== 'personal') : [];
  return { unread, probes: others.map((one) => <Probe key={one.id} lens={lens} space={one} onCount={onCount} />) };
}
