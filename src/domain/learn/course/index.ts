/** What the lens of Learn reads and does: courses, progress, the way through them, answers. Loaded with it. */
export * from './acts.ts';
export { deletePart, deleteWhole, mayMoveWhole, restorePart, restoreWhole } from '#domain/learn/gone';
export * from './answers.ts';
export * from './certificates.ts';
export * from './limits.ts';
export * from './papers.ts';
export * from './progress.ts';
export * from './things.ts';
export * from './way.ts';
