/** Vectors of spelling: similar letters and words, never meaning. What works with nothing downloaded. */
import { DIMENSIONS, spellingOf } from '#domain/mind/text';
import type { VectorMaker } from './search-vectors.ts';

/** Two texts without three letters in a row in common come to 0.06 by chance, one of a hundred thousand to 0.27. */
const LEAST = 0.3;

export const spellingVectors: VectorMaker = { id: 'spelling/1', places: DIMENSIONS, least: LEAST, make: spellingOf };
