/**
 * Cards below blocks: things that were made from one, and the thing a block links to when it holds nothing else. They stand beside the text, not in it, and go with the
 * block wherever it is moved.
 */
import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { ObjectLink, ownRoute } from '#view/kit/object-link.tsx';
import { parseRoute, type Route } from '#view/kit/router.tsx';
import { TasksOf, useTasksHere } from '#view/kit/tasks.tsx';
import { showSigns } from './binding.ts';

/** Boxes by the id of the block they stand below. */
type Boxes = ReadonlyMap<string, HTMLElement>;
interface Shown {
  readonly boxes: Boxes;
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
    init: () => ({ boxes: NONE, drawn: DecorationSet.empty }),
    apply: (tr, before, _old, state) => {
      const boxes = (tr.getMeta(KEY) as Boxes | undefined) ?? before.boxes;
      return boxes === before.boxes && !tr.docChanged ? before : { boxes, drawn: draw(state.doc, boxes) };
    },
  },
  props: {
    decorations(state) {
      const { boxes, drawn } = KEY.getState(state)!;
      if (boxes.size === 0) return drawn;
      // Its words show while somebody stands in them.
      const { from, to } = state.selection;
      const embeds = embedsOf(state.doc, location.href);
      const closed: Decoration[] = [];
      state.doc.forEach((node, pos) => {
        const bid = String(node.attrs['bid']);
        if (embeds.has(bid) && boxes.has(bid) && (to <= pos || from >= pos + node.nodeSize)) closed.push(Decoration.node(pos, pos + node.nodeSize, { class: 'embed-closed' }));
      });
      return closed.length > 0 ? drawn.add(state.doc, closed) : drawn;
    },
  },
});

const NO_EMBEDS: ReadonlyMap<string, string> = new Map();

/** The blocks of the page that are shown as what they link to. */
function useEmbeds(editor: Editor): ReadonlyMap<string, string> {
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

/** Draws the tasks made from blocks of the text `node`, and what blocks of it link to. */
export function BlockCards({ editor, node }: { editor: Editor; node: string }): ReactNode {
  const { tasks } = useTasksHere();
  const known = useRef(new Map<string, HTMLElement>());
  const embeds = useEmbeds(editor);
  const blocks = [...new Set([...[...tasks.keys()].filter((key) => key.startsWith(`${node}/`)).map((key) => key.slice(node.length + 1)), ...embeds.keys()])];
  const boxes = new Map(blocks.map((block) => {
    const box = known.current.get(block) ?? newBox();
    known.current.set(block, box);
    return [block, box] as const;
  }));
  const all = blocks.join(' ');
  useLayoutEffect(() => {
    if (!editor.isDestroyed) showSigns(editor.view, (tr) => tr.setMeta(KEY, boxes));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the boxes of the same blocks are the same
  }, [editor, all]);
  return [...boxes].map(([block, box]) => {
    const route = embeds.has(block) ? routeOf(embeds.get(block)!, location.href) : null;
    return createPortal(<>{route && <ObjectLink route={route} size="card" />}<TasksOf source={`${node}/${block}`} /></>, box, block);
  });
}
