/** Decks that come from files and go into them: packages of Anki, and lines of values. Loaded in a thread of its own with the first of them. */
export * from './csv.ts';
export * from './fault.ts';
export * from './job.ts';
export * from './limits.ts';
export * from './newer.ts';
export * from './read.ts';
export * from './text.ts';
export * from './write.ts';
