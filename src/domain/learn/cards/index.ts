/** Cards and when they come again. Loaded with the first of them. */
export * from './find.ts';
export { beginHalf, deleteCard, deleteWhole, dropHalf, endHalf, halfWholes, restoreCard, restoreWhole } from '#domain/learn/gone';
export * from './limits.ts';
export * from './schedule.ts';
export * from './things.ts';
