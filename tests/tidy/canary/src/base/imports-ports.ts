import type { Random } from '#ports/random';
export type Planted = Random;
