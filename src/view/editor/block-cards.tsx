/** Cards below blocks: things that were made from one. They stand beside the text, not in it, and go with the block wherever it is moved. */
import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { TasksOf, useTasksHere } from '#view/kit/tasks.tsx';

/** Boxes by the id of the block they stand below. */
type Boxes = ReadonlyMap<string, HTMLElement>;
interface Shown {
  readonly boxes: Boxes;
  readonly drawn: DecorationSet;
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
  props: { decorations: (state) => KEY.getState(state)?.drawn },
});

function newBox(): HTMLElement {
  const box = document.createElement('div');
  box.className = 'block-cards';
  box.contentEditable = 'false';
  return box;
}

/** Draws the tasks made from blocks of the text `node`. */
export function BlockCards({ editor, node }: { editor: Editor; node: string }): ReactNode {
  const { tasks } = useTasksHere();
  const known = useRef(new Map<string, HTMLElement>());
  const blocks = [...tasks.keys()].filter((key) => key.startsWith(`${node}/`)).map((key) => key.slice(node.length + 1));
  const boxes = new Map(blocks.map((block) => {
    const box = known.current.get(block) ?? newBox();
    known.current.set(block, box);
    return [block, box] as const;
  }));
  const all = blocks.join(' ');
  useLayoutEffect(() => {
    if (!editor.isDestroyed) editor.view.dispatch(editor.state.tr.setMeta(KEY, boxes).setMeta('addToHistory', false));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the boxes of the same blocks are the same
  }, [editor, all]);
  return [...boxes].map(([block, box]) => createPortal(<TasksOf source={`${node}/${block}`} />, box, block));
}
