/** Blocks → Markdown. */
import type { Code, InlineCode, Parents, Text } from 'mdast';
import { gfmToMarkdown } from 'mdast-util-gfm';
import { defaultHandlers, toMarkdown, type Handle } from 'mdast-util-to-markdown';
import { isFormula } from '#domain/editor/model';
import type { DraftBlock } from './draft.ts';
import { noFormulas } from './math.ts';
import { hasSigns, treeOf, type HrefOf } from './tree.ts';

/** A cell is one line of the file. */
const hardBreak: Handle = (node, parent, state, info) => (state.stack.includes('tableCell') ? '<br>' : defaultHandlers.break(node as never, parent, state, info));

/** A formula stands between its signs where it is read as one there. */
const code: Handle = (node: Code, parent, state, info) => (node.lang === 'math' && !node.value.includes('$$') && !(parent?.type === 'listItem' && parent.children[0] === node) ? `$$\n${node.value}\n$$` : defaultHandlers.code(node, parent, state, info));

const written: Handle = (node: InlineCode, parent, state) => {
  const cell = state.stack.includes('tableCell');
  if (isFormula(node.value) && !(cell && node.value.includes('|')) && standsFree(node, parent)) return node.value;
  const code = defaultHandlers.inlineCode(node, parent, state);
  return cell ? code.replaceAll('|', '\\|') : code;
};
const inlineCode: Handle = Object.assign(written, { peek: (node: InlineCode) => (isFormula(node.value) ? '$' : '`') });

/** Is what stands beside it no letter, digit or sign that makes it another thing? */
function standsFree(node: InlineCode, parent: Parents | undefined): boolean {
  const among: readonly unknown[] = parent?.children ?? [];
  const at = among.indexOf(node);
  const [before, behind] = [among[at - 1], among[at + 1]] as ({ type: string; value?: string } | undefined)[];
  const edge = parent?.type !== 'emphasis' && parent?.type !== 'strong' && parent?.type !== 'delete';
  const free = (side: typeof before, sign: RegExp): boolean => (side === undefined ? edge : side.type === 'break' || (side.type === 'text' && !sign.test(side.value ?? '')));
  return free(before, /[\\\w$`]$|(?:https?:\/\/|mailto:|www\.)\S*$/i) && free(behind, /^[\w$]/);
}

const text: Handle = (node: Text, parent, state, info) => {
  const written = defaultHandlers.text(node, parent, state, info);
  return hasSigns(node) ? noFormulas(written) : written;
};

/** The text of a file. A rule at its beginning is written with other signs: between two of the same there is a front. `hrefOf`: where files lie beside it. */
export const markdownOf = (blocks: readonly DraftBlock[], hrefOf?: HrefOf): string => toMarkdown(treeOf(blocks, hrefOf), { extensions: [gfmToMarkdown()], bullet: '-', rule: '-', fences: true, resourceLink: false, handlers: { break: hardBreak, code, inlineCode, text } }).replace(/^---(?=\n|$)/, '***');
