/** Messenger: people, rooms and calls across spaces (UX §2). The door of the component; what is loaded first has another (./manifest.ts). */
export * from './doors.ts';
export * from './indexes.ts';
export * from './log.ts';
export * from './manifest.ts';
export * from './operations.ts';
export * from './rules.ts';
export { ROOM } from './schema.ts';
