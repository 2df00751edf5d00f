import type { Planted } from '#vm/protocol/types';
export type Used = Planted;
