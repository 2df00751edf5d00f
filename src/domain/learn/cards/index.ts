/** Cards and when they come again. Loaded with the first of them. */
export * from './find.ts';
export * from './limits.ts';
export * from './schedule.ts';
export * from './things.ts';
