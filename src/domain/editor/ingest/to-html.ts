/** Blocks → a page of HTML that stands alone: no script, no style, nothing fetched. */
import type { ListItem, Nodes, Parents, Table } from 'mdast';
import type { Field } from '#domain/editor';
import { isFormula } from '#domain/editor/model';
import type { DraftBlock } from './draft.ts';
import { isCallout, isPlain, shownOf, treeOf } from './tree.ts';

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const TAGS: Partial<Record<Nodes['type'], string>> = { paragraph: 'p', strong: 'strong', emphasis: 'em', delete: 's' };

/** The text of a file. */
export function htmlOf(title: string, blocks: readonly DraftBlock[], fields: readonly Field[] = []): string {
  return `<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>${escape(title)}</title>\n</head>\n<body>\n${properties(fields)}${inner(treeOf(blocks))}</body>\n</html>\n`;
}

/** Properties of the page, each with its kind. */
const properties = (fields: readonly Field[]): string => (fields.length === 0 ? '' : `<dl class="properties">\n${fields.map(({ name, kind, value }) => `<dt${AUTO}>${escape(name)}</dt><dd${AUTO} data-kind="${kind}">${escape(String(value ?? ''))}</dd>\n`).join('')}</dl>\n`);

/** Tables whose first row is no head. */
const table = (node: Table): string => `<table>\n${node.children.map((row, at) => `<tr>${row.children.map((cell) => `<${at === 0 && !isPlain(node) ? 'th' : 'td'}${AUTO}>${inner(cell)}</${at === 0 && !isPlain(node) ? 'th' : 'td'}>`).join('')}</tr>\n`).join('')}</table>\n`;

const inner = (node: Parents): string => node.children.map((child) => one(child)).join('');

/** Each says by its own words from which side it is read. */
const AUTO = ' dir="auto"';

/** What is shown of another page: its name, and its text where that goes with it. */
function shown({ text, inner: blocks }: DraftBlock): string {
  const { text: words, marks } = text[0]!;
  return `<blockquote class="shown"${AUTO}><p${AUTO}><a href="${escape(marks.link!)}">${escape(words)}</a></p>\n${blocks ? inner(treeOf(blocks)) : ''}</blockquote>\n`;
}

function one(node: Nodes): string {
  const other = shownOf(node);
  if (other) return shown(other);
  const tag = TAGS[node.type];
  if (tag !== undefined && 'children' in node) return `<${tag}${tag === 'p' ? AUTO : ''}>${inner(node)}</${tag}>${tag === 'strong' || tag === 'em' || tag === 's' ? '' : '\n'}`;
  switch (node.type) {
    case 'text': return escape(node.value);
    case 'inlineCode': return `<code${isFormula(node.value) ? ' class="language-math"' : ''}>${escape(node.value)}</code>`;
    case 'blockquote': return `<blockquote${isCallout(node) ? ' class="callout"' : ''}${AUTO}>${inner(node)}</blockquote>\n`;
    case 'table': return table(node);
    case 'break': return '<br>\n';
    case 'link': return `<a href="${escape(node.url)}">${inner(node)}</a>`;
    case 'heading': return `<h${node.depth}${AUTO}>${inner(node)}</h${node.depth}>\n`;
    case 'thematicBreak': return '<hr>\n';
    case 'code': return `<pre><code${node.lang ? ` class="language-${escape(node.lang)}"` : ''}>${escape(node.value)}${node.value === '' ? '' : '\n'}</code></pre>\n`;
    case 'list': return `<${node.ordered ? 'ol' : 'ul'}>\n${inner(node)}</${node.ordered ? 'ol' : 'ul'}>\n`;
    case 'listItem': return `<li${AUTO}>${box(node)}${node.children.map((child, at) => (at === 0 && child.type === 'paragraph' ? inner(child) : one(child))).join('')}</li>\n`;
    default: return '';
  }
}

const box = ({ checked }: ListItem): string => (typeof checked === 'boolean' ? `<input type="checkbox" disabled${checked ? ' checked' : ''}> ` : '');
