/**
 * Shared words of all components: people, the directory of fragments, read marks, the first steps, manifests.
 * Pure; time and ids come in from outside.
 */
export * from './calls.ts';
export * from './derived-id.ts';
export * from './directory.ts';
export * from './limits.ts';
export * from './manifest.ts';
export * from './people.ts';
export * from './quiet.ts';
export * from './read-marks.ts';
export * from './refusal.ts';
export * from './space-rules.ts';
export * from './start-steps.ts';
export * from './text.ts';
export * from './trash.ts';
