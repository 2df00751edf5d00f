/** The index itself, with its library: loaded by the worker that keeps it. */
export * from './ask.ts';
export * from './elsewhere.ts';
export * from './entries.ts';
export * from './postings.ts';
export * from './text-index.ts';
