/**
 * Cards below blocks: things that were made from one, and the thing here that a block links to when it holds nothing else. They stand beside the text, not in it, and go with the
 * block wherever it is moved.
 */
import { Extension, type Editor } from '@tiptap/core';
import { DOMSerializer, type Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import type { NodeView } from '#os/api';
import { readDocument } from '#domain/editor';
import { isAddress } from '#domain/editor/model';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { NodeCard } from '#view/kit/node-card.tsx';
import { ownRoute, thingAt } from '#view/kit/object-link.tsx';
import { parseRoute, type Route } from '#view/kit/router.tsx';
import { TasksOf, useTasksHere } from '#view/kit/tasks.tsx';
import { showSigns } from './binding.ts';
import { blockPos } from './block-selection.ts';
import { asText, shownHref } from './shown.ts';

/** Boxes by the id of the block they stand below. */
type Boxes = ReadonlyMap<string, HTMLElement>;
/** Addresses by the id of the block that links there. */
type Addresses = ReadonlyMap<string, string>;
interface Shown {
  readonly boxes: Boxes;
  /** Blocks that stand as the card of what they link to, with the address. */
  readonly cards: Addresses;
  readonly drawn: DecorationSet;
}

/** The route of a link to a thing of ours; null for any other address. */
export function routeOf(href: string, page: string): Route | null {
  const route = href.startsWith('#/') ? parseRoute(href) : ownRoute(href, page);
  return route?.space && route.lens && route.object ? route : null;
}

/** So many blocks are shown as what they link to, from the beginning of the page on: each card looks again whenever something changes. */
const EMBEDS = 50;

/** Blocks of text that hold one link to a thing of ours and nothing else: their ids, with the address. */
export function embedsOf(doc: Node, page: string): Map<string, string> {
  const out = new Map<string, string>();
  doc.forEach((node) => {
    if (out.size === EMBEDS || node.attrs['kind'] !== 'paragraph' || node.childCount === 0) return;
    const links = new Set<string>();
    for (const child of node.children) {
      const href: unknown = child.marks.find(({ type }) => type.name === 'link')?.attrs['href'];
      if (typeof href === 'string') links.add(href);
      else if (child.textContent.trim() !== '') return;
    }
    const [href] = links;
    if (links.size === 1 && routeOf(href!, page)) out.set(String(node.attrs['bid']), href!);
  });
  return out;
}

const KEY = new PluginKey<Shown>('block-cards');
const NONE: Boxes = new Map();
const NO_EMBEDS: Addresses = new Map();

function draw(doc: Node, boxes: Boxes): DecorationSet {
  if (boxes.size === 0) return DecorationSet.empty;
  const out: Decoration[] = [];
  doc.forEach((node, pos) => {
    const bid = String(node.attrs['bid']);
    const box = boxes.get(bid);
    if (!box) return;
    const end = pos + node.nodeSize;
    // The box of the task takes the place of the block's own.
    out.push(Decoration.node(pos, end, { 'data-card': '' }), Decoration.widget(end, () => box, { key: `cards ${bid}`, side: -1, stopEvent: () => true, ignoreSelection: true }));
  });
  return DecorationSet.create(doc, out);
}

/** Keeps the boxes at their blocks. */
export const blockCards = (): Plugin<Shown> => new Plugin<Shown>({
  key: KEY,
  state: {
    init: () => ({ boxes: NONE, cards: NO_EMBEDS, drawn: DecorationSet.empty }),
    apply: (tr, before, _old, state) => {
      const told = tr.getMeta(KEY) as Pick<Shown, 'boxes' | 'cards'> | undefined;
      const { boxes, cards } = told ?? before;
      return !told && !tr.docChanged ? before : { boxes, cards, drawn: draw(state.doc, boxes) };
    },
  },
  props: {
    decorations(state) {
      const { cards, drawn } = KEY.getState(state)!;
      if (cards.size === 0) return drawn;
      // Its words show while somebody stands in them.
      const { from, to } = state.selection;
      const embeds = embedsOf(state.doc, location.href);
      const closed: Decoration[] = [];
      state.doc.forEach((node, pos) => {
        const bid = String(node.attrs['bid']);
        if (cards.has(bid) && embeds.get(bid) === cards.get(bid) && (to <= pos || from >= pos + node.nodeSize)) closed.push(Decoration.node(pos, pos + node.nodeSize, { class: 'embed-closed' }));
      });
      return closed.length > 0 ? drawn.add(state.doc, closed) : drawn;
    },
  },
});

/** Tells the plugin what stands below which block. */
export const tellCards = (tr: Transaction, boxes: Boxes, cards: Addresses): Transaction => tr.setMeta(KEY, { boxes, cards });

/** Where nothing else of ours can be opened links to it are words. */
export const plainLinks = Extension.create({
  name: 'plain-links',
  addProseMirrorPlugins: () => [new Plugin({
    props: {
      markViews: { link: (mark, _view, inline) => {
        const href = String(mark.attrs['href']);
        return href.startsWith('#/') || routeOf(href, location.href) ? { dom: document.createElement('span') } : DOMSerializer.renderSpec(document, mark.type.spec.toDOM!(mark, inline));
      } },
    },
  })],
});

/** The blocks of the page that can be shown as what they link to. */
function useEmbeds(editor: Editor): Addresses {
  const [embeds, setEmbeds] = useState(NO_EMBEDS);
  useEffect(() => {
    let doc: Node | null = null;
    const look = (): void => {
      if (editor.isDestroyed || editor.state.doc === doc) return;
      ({ doc } = editor.state);
      const next = embedsOf(doc, location.href);
      setEmbeds((before) => (before.size === next.size && [...next].every(([bid, href]) => before.get(bid) === href) ? before : next));
    };
    look();
    editor.on('transaction', look);
    return () => void editor.off('transaction', look);
  }, [editor]);
  return embeds;
}

function newBox(): HTMLElement {
  const box = document.createElement('div');
  box.className = 'block-cards';
  box.contentEditable = 'false';
  return box;
}

/** How often it is looked again what the links lead to while things change, ms. */
const EVERY_MS = 150;
const NO_THINGS: ReadonlyMap<string, NodeView> = new Map();

/** What blocks of the page link to, by the address, as far as it is here: the words of a link to anything else are all there is of it. */
function useThings(embeds: Addresses): ReadonlyMap<string, NodeView> {
  const api = useKernel();
  const read = async (): Promise<ReadonlyMap<string, NodeView>> => {
    if (embeds.size === 0) return NO_THINGS;
    const found = await Promise.all([...new Set(embeds.values())].map(async (href) => [href, await thingAt(api, routeOf(href, location.href)!).catch(() => null)] as const));
    return new Map(found.flatMap(([href, thing]) => (thing?.state === 'here' ? [[href, thing] as const] : [])));
  };
  return useAsked(read, ['node_created', 'node_updated'], [api], EVERY_MS, embeds) ?? NO_THINGS;
}

/** The words of a link, unless they are its address: then the present title of what it leads to. */
function wordsFor({ state: { doc } }: Editor, block: string, thing: NodeView): string {
  const pos = blockPos(doc, block);
  const words = pos === null ? '' : doc.nodeAt(pos)!.textContent.trim();
  return isAddress(words) ? (readDocument(thing)?.title || words) : words;
}

/** Draws the tasks made from blocks of the text `node`, and what blocks of it link to, unless nothing else can be opened from here. */
export function BlockCards({ editor, node, alone, writes }: { editor: Editor; node: string; alone: boolean; writes: boolean }): ReactNode {
  const { t } = useI18n();
  const { tasks } = useTasksHere();
  const known = useRef(new Map<string, HTMLElement>());
  const embeds = useEmbeds(editor);
  const things = useThings(alone ? NO_EMBEDS : embeds);
  const cards = useMemo(() => new Map([...embeds].filter(([, href]) => things.has(href))), [embeds, things]);
  const blocks = [...new Set([...[...tasks.keys()].filter((key) => key.startsWith(`${node}/`)).map((key) => key.slice(node.length + 1)), ...cards.keys()])];
  const boxes = new Map(blocks.map((block) => {
    const box = known.current.get(block) ?? newBox();
    known.current.set(block, box);
    return [block, box] as const;
  }));
  const all = [...blocks, '', ...cards].join(' ');
  useLayoutEffect(() => {
    if (!editor.isDestroyed) showSigns(editor.view, (tr) => tellCards(tr, boxes, cards));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the boxes of the same blocks are the same, and so are the cards of the same addresses
  }, [editor, all]);
  return [...boxes].map(([block, box]) => {
    const href = cards.get(block);
    const route = href === undefined ? null : routeOf(href, location.href);
    const text = route && writes ? shownHref(route) : null;
    const show = (): void => {
      const tr = asText(editor.state, block, { href: text!, words: wordsFor(editor, block, things.get(href!)!) });
      if (tr) editor.view.dispatch(tr);
      editor.view.focus();
    };
    return createPortal(<>{route && <NodeCard node={things.get(href!)!} size="card" route={route} />}{text !== null && <Button kind="text" onClick={show}>{t('shown.here')}</Button>}<TasksOf source={`${node}/${block}`} /></>, box, block);
  });
}
