/** Where a thing is, for rows and cards: only while something about it is not settled, so that what is well says nothing twice. */
import type { Copies, CopyState } from '#os/api';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { useCalmCopies } from '#view/kit/state-chip.tsx';

/** How many of my latest words of a place are asked for. */
const WATCHED = 6;
/** How often one card asks at most while things change, ms. */
const CARD_MS = 400;
const UNSETTLED: readonly CopyState[] = ['waiting', 'stuck', 'writing'];
const NO_STATES: ReadonlyMap<string, Copies> = new Map();

/** States of my latest messages of a place, oldest first in `own`, while something about them is not yet settled: saving, waiting, not saved. */
export function useOwnStates(own: readonly string[], place: Copies | null): ReadonlyMap<string, Copies> {
  const api = useKernel();
  const calm = useCalmCopies(place);
  const ids = calm !== null && UNSETTLED.includes(calm.state) ? own.slice(-WATCHED).join(' ') : '';
  const states = useAsked(
    async () => {
      const found = new Map<string, Copies>();
      for (const id of ids.split(' ').filter(Boolean)) {
        const copies = await api.copies(id);
        if (UNSETTLED.includes(copies.state)) found.set(id, copies);
      }
      return found;
    },
    ['copies', 'stuck', 'network'],
    [api, ids],
    150,
  );
  return states ?? NO_STATES;
}

/** Where one thing is; null until it is known. */
export function useThingCopies(id: string): Copies | null {
  const api = useKernel();
  return useAsked(() => api.copies(id), ['copies', 'stuck', 'network'], [api, id], CARD_MS);
}

/** What a card says of its thing, or null: being written, waiting, not saved, and where there is room also that this device alone has it. */
export function useCardCopies(id: string, room: boolean): Copies | null {
  const calm = useCalmCopies(useThingCopies(id));
  return calm && (UNSETTLED.includes(calm.state) || (room && calm.state === 'one-copy')) ? calm : null;
}
