/** Search by vectors: exact, in whole numbers. What a vector says is its maker's affair. Loaded by the worker that keeps the index. */
export * from './codes.ts';
export * from './fuse.ts';
export * from './table.ts';
