/** The index itself, with its library: loaded by the worker that keeps it. */
export * from './entries.ts';
export * from './text-index.ts';
