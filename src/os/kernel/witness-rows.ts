/** Rows of the store about witnesses: what is kept of each beacon in each space. */

export const WITNESS_ROWS = 'witness/';

/** Row of a beacon, by texts of the space and of its device. */
export const rowOf = (space: string, device: string): string => `${WITNESS_ROWS}${space}/${device}`;
