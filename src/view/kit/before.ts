/** Who came later under the rule that newcomers read from their coming on (HIST3). */
import type { SpaceView } from '#os/api';

/** Is something of a thing that was made then not open to this person? */
export const isBefore = ({ since }: Pick<SpaceView, 'since'>, created: number): boolean => since !== undefined && created < since;
