/** Documents (component name Editor): pages of blocks that several people write. The door of the component; the model has its own (./model). */
export * from './comments.ts';
export * from './indexes.ts';
export { editorManifest } from './manifest.ts';
export * from './operations.ts';
export * from './properties.ts';
export * from './rules.ts';
export * from './schema.ts';
export * from './trash.ts';
export * from './versions.ts';
