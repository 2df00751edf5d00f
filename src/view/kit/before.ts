/** Who came later under the rule that newcomers read from their coming on (HIST3). */
import type { SpaceView } from '#os/api';

/** Was the thing there before this person came, who reads from then on? */
export const isBefore = ({ since }: Pick<SpaceView, 'since'>, created: number): boolean => since !== undefined && created < since;

/** Is the past of the fragment open to them all the same? Its keys come when somebody is here who has them. */
export const opensPast = ({ rules }: Pick<SpaceView, 'rules'>, fragment: string): boolean => rules.pasts.includes(fragment);

/** Is there something to say about it in a channel whose first message here is of then? */
export const saysPast = (space: Pick<SpaceView, 'since' | 'rules'>, { fragment, created }: { fragment: string; created: number }, first = Infinity): boolean => isBefore(space, created) && !(opensPast(space, fragment) && first < space.since!);
