/** Blocks → Markdown. */
import { gfmToMarkdown } from 'mdast-util-gfm';
import { defaultHandlers, toMarkdown, type Handle } from 'mdast-util-to-markdown';
import type { DraftBlock } from './draft.ts';
import { treeOf } from './tree.ts';

/** A cell is one line of the file. */
const hardBreak: Handle = (node, parent, state, info) => (state.stack.includes('tableCell') ? '<br>' : defaultHandlers.break(node as never, parent, state, info));

/** The text of a file. */
export const markdownOf = (blocks: readonly DraftBlock[]): string => toMarkdown(treeOf(blocks), { extensions: [gfmToMarkdown()], bullet: '-', rule: '-', fences: true, resourceLink: false, handlers: { break: hardBreak } });
