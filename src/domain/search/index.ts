/** Search: one full-text index over all that a person may read on this device. The door; the index itself has its own (./engine), loaded where it works. */
export * from './days.ts';
export * from './elsewhere.ts';
export * from './place.ts';
export * from './schema.ts';
