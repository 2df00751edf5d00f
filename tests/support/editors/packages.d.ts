/**
 * The editor beside ours, as far as it is used here. Its own types would add its commands to those of every editor in the house, and what ours does not have would
 * pass the check of types.
 */
declare module '@tiptap/starter-kit' {
  import type { Extension } from '@tiptap/core';
  export const StarterKit: Extension<{ undoRedo: false }>;
}
declare module '@tiptap/extension-table' {
  import type { Extension } from '@tiptap/core';
  export const TableKit: Extension;
}
declare module '@tiptap/extension-collaboration' {
  import type { Extension } from '@tiptap/core';
  import type { Doc } from 'yjs';
  export const Collaboration: Extension<{ document: Doc }>;
}
