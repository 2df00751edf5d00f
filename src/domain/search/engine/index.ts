/** The index itself, with its library: loaded by the worker that keeps it. */
export * from './ask.ts';
export * from './elsewhere.ts';
export * from './entries.ts';
export * from './linked.ts';
export * from './postings.ts';
export { addressed, nodeKey, spotAt, spotOf } from './spots.ts';
export * from './text-index.ts';
