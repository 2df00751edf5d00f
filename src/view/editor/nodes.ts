/**
 * The editor's schema: top-level blocks whose kind is an attribute, so that another kind never makes another node of it. Code and dividers have
 * nodes of their own because of what they may hold. Styles are classes and data attributes: the policy of the page forbids style attributes.
 */
import { Mark, Node } from '@tiptap/core';
import type { DOMOutputSpec, Node as PmNode } from '@tiptap/pm/model';
import type { I18n } from '#view/kit/i18n.tsx';
import { tableParts } from './table-nodes.ts';

/** `null` = as usual. `bid` is the id of the block in the document; a new block has none until the editor gives it one. */
const ATTRIBUTES = { bid: null, kind: 'paragraph', level: null, indent: null, numbered: null, done: null, lang: null, page: null, file: null, alt: null, from: null, plain: null, show: null };
const plainAttributes = (kind: string) => () => Object.fromEntries(Object.entries({ ...ATTRIBUTES, kind }).map(([name, value]) => [name, { default: value, rendered: false }]));

const TAGS: Record<string, string> = { quote: 'blockquote', callout: 'div', list: 'div', task: 'div' };

function draw(node: PmNode, t: I18n['t']): DOMOutputSpec {
  const { kind, level, indent, done } = node.attrs as { kind: string; level: number | null; indent: number | null; done: true | null };
  // The title of the page is its h1.
  const tag = kind === 'heading' ? `h${Math.min(6, (level ?? 1) + 1)}` : (TAGS[kind] ?? 'p');
  const data = { class: 'block', 'data-kind': kind, dir: 'auto', ...(indent ? { 'data-indent': String(indent) } : {}), ...(done ? { 'data-done': '' } : {}), ...(kind === 'callout' ? { role: 'note' } : {}) };
  if (kind !== 'task') return [tag, data, 0];
  const box = { type: 'checkbox', class: 'task-box', contenteditable: 'false', 'aria-label': t('document.done'), ...(done ? { checked: '' } : {}) };
  return [tag, data, ['input', box], ['span', { class: 'task-text' }, 0]];
}

/** The nodes and marks; `t` for what stands in the page as words. */
export function schemaParts(t: I18n['t']): (Node | Mark)[] {
  const mark = (name: string, tag: string): Mark => Mark.create({ name, code: tag === 'code', renderHTML: () => [tag, 0], parseHTML: () => [] });
  return [
    Node.create({ name: 'doc', topNode: true, content: 'blk+' }),
    Node.create({ name: 'text', group: 'inline' }),
    Node.create({ name: 'block', group: 'blk', content: 'text*', whitespace: 'pre', defining: true, addAttributes: plainAttributes('paragraph'), renderHTML: ({ node }) => draw(node, t), parseHTML: () => [] }),
    Node.create({ name: 'code', group: 'blk', content: 'text*', marks: '', code: true, defining: true, addAttributes: plainAttributes('code'), renderHTML: () => ['pre', { class: 'block', 'data-kind': 'code', dir: 'ltr', spellcheck: 'false' }, ['code', 0]], parseHTML: () => [] }),
    Node.create({ name: 'divider', group: 'blk', atom: true, addAttributes: plainAttributes('divider'), renderHTML: () => ['div', { class: 'block', 'data-kind': 'divider' }, ['hr']], parseHTML: () => [] }),
    Node.create({ name: 'newer', group: 'blk', atom: true, addAttributes: plainAttributes('newer'), renderHTML: () => ['p', { class: 'block muted', 'data-kind': 'newer' }, t('state.newer')], parseHTML: () => [] }),
    Node.create({ name: 'table', group: 'blk', content: 'row+', isolating: true, defining: true, addAttributes: plainAttributes('table'), renderHTML: () => ['div', { class: 'block', 'data-kind': 'table' }, ['table', ['tbody', 0]]], parseHTML: () => [] }),
    ...tableParts(),
    // Drawn by shown-text.tsx; this is what goes to other programs.
    Node.create({ name: 'shown', group: 'blk', atom: true, addAttributes: () => ({ ...plainAttributes('paragraph')(), href: { default: '', rendered: false }, words: { default: '', rendered: false } }), renderHTML: ({ node }) => ['p', { class: 'block', 'data-kind': 'shown' }, ['a', { href: String(node.attrs['href']) }, String(node.attrs['words'])]], parseHTML: () => [] }),
    // Drawn by file-view.ts; this is what stands there without it.
    Node.create({ name: 'file', group: 'blk', atom: true, addAttributes: plainAttributes('file'), renderHTML: ({ node }) => ['div', { class: 'block', 'data-kind': String(node.attrs['kind']) }, String(node.attrs['alt'] ?? '')], parseHTML: () => [] }),
    mark('bold', 'strong'), mark('italic', 'em'), mark('strike', 's'), mark('mono', 'code'),
    Mark.create({
      name: 'link', inclusive: false, addAttributes: () => ({ href: { default: '' } }), parseHTML: () => [],
      // A place of the app opens here, and Back leads to the page again.
      renderHTML: ({ mark: { attrs } }) => ['a', { href: String(attrs['href']), ...(!String(attrs['href']).startsWith('#/') && { rel: 'noopener noreferrer nofollow', target: '_blank' }) }, 0],
    }),
  ];
}
