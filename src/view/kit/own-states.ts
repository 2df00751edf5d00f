/** Where a thing is, for rows and cards: only while something about it is not settled, so that what is well says nothing twice. */
import { createContext, use } from 'react';
import type { Copies, CopyState, NodeView } from '#os/api';
import { useAsked, useCopies, useKernel } from '#view/kit/kernel.tsx';
import { useCalmCopies } from '#view/kit/state-chip.tsx';

/** How many of my latest words of a place are asked for. */
const WATCHED = 6;
/** How often one card asks at most while things change, ms. */
const CARD_MS = 400;
const UNSETTLED: readonly CopyState[] = ['waiting', 'stuck', 'writing'];
/** States of a space in which no card of its things has anything to say. */
const SETTLED: readonly CopyState[] = ['shared', 'local'];
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

/** Where one thing is; null until it is known, and for no thing, of which nothing is asked. */
export function useThingCopies(id: string | null): Copies | null {
  const api = useKernel();
  return useAsked<Copies | null>(() => (id === null ? Promise.resolve(null) : api.copies(id)), id === null ? [] : ['copies', 'stuck', 'network'], [api, id], CARD_MS);
}

/** The space around, while all of it is settled: cards of its things ask nothing. */
export const SettledSpace = createContext<string | null>(null);

/** The space for `SettledSpace`: asked once for all cards of a place. */
export function useSettledSpace(space: string): string | null {
  const copies = useCalmCopies(useCopies(space));
  return copies === null || SETTLED.includes(copies.state) ? space : null;
}

/** What a card says of its thing, or null: being written, waiting, not saved, or that this device alone has it. A chip in a text says nothing and asks nothing. */
export function useCardCopies({ space, id }: Pick<NodeView, 'space' | 'id'>, chip: boolean): Copies | null {
  const settled = use(SettledSpace) === space;
  const calm = useCalmCopies(useThingCopies(chip || settled ? null : id));
  return calm && (UNSETTLED.includes(calm.state) || calm.state === 'one-copy') ? calm : null;
}
