/** Who may call and make rooms, as offered by views (every peer's kernel decides for itself), and which calls were missed. */
import type { SpaceView } from '#os/api';
import { didMiss, FRAGMENT, mayMake, type Hearer } from '#domain/shared';
import type { CallEntry } from './log.ts';
import { CALL } from './schema.ts';

/** May this person call there? Guests hear no call: their kernel sends no signal, and others take none of theirs. */
export const mayCall = (space: SpaceView, fragment: string): boolean => space.kind !== 'personal' && ['owner', 'admin', 'member'].includes(space.role) && mayMake(space, CALL, fragment);

/** The directory of the space is written by whom it is open to. */
export const mayMakeRooms = (space: SpaceView): boolean => space.kind !== 'personal' && mayMake(space, FRAGMENT) && space.scope === null;

/** A call of another that is over without this person, who could have heard it. `going`: it is heard of now. */
export const isMissed = (call: CallEntry, hearer: Hearer, going: boolean): boolean => !going && didMiss(call, hearer);
