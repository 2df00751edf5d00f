/** Mind: agents, what they make, and what a person says about them. The door of the component; what it can tell of texts has its own (./text), the code of the agents too (./run). */
export * from './agents.ts';
export * from './indexes.ts';
export { mindManifest } from './manifest.ts';
export * from './operations.ts';
export * from './rules.ts';
export * from './schema.ts';
