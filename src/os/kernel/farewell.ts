/**
 * Who leaves a space stays its contact until others had the time to take the leaving, and what was written before it, from here: nobody can ask a person
 * who is gone. It survives a restart (row `farewell/<space>`); what others send is not taken any more.
 */
import type { KeyValue } from '#ports/record-store';
import type { Kernel, Space } from './state.ts';

/** A link on which the space is proven must have been up for so many looks in a row: longer than a dead one takes to be noticed. */
const LOOKS = 40;
const LOOK_MS = 1_000;

const leaving = new WeakSet<Space>();

/** Does this device still speak with others about the space? */
export const isContact = (space: Space): boolean => space.standing === 'member' || leaving.has(space);

const keyOf = (space: Space): string => `farewell/${space.key}`;

/** The row that stays until the farewell is over. */
export const farewellRow = (space: Space): KeyValue => [keyOf(space), true];

/** Begins the farewell of a space that was left just now. */
export function sayFarewell(kernel: Kernel, space: Space): void {
  if (leaving.has(space)) return;
  leaving.add(space);
  let linked = 0;
  const look = (): void => {
    linked = kernel.network.peers.some((peer) => peer.spaces.includes(space.key)) ? linked + 1 : 0;
    if (space.standing === 'left' && linked < LOOKS) return void kernel.deps.clock.setTimer(LOOK_MS, look);
    leaving.delete(space);
    kernel.replication?.refresh();
    kernel.store.commit({ origin: kernel.boot, records: [], values: [[keyOf(space), undefined]] }).catch((error: unknown) => kernel.fault('farewell', error));
  };
  kernel.deps.clock.setTimer(LOOK_MS, look);
}

/** Goes on with a farewell that an earlier run, or another tab, began. */
export async function resumeFarewell(kernel: Kernel, space: Space): Promise<void> {
  if (space.standing === 'left' && !leaving.has(space) && (await kernel.store.get(keyOf(space))) === true) sayFarewell(kernel, space);
}
