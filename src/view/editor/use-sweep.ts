/** Blocks chosen by the mouse: drawn over from beside the text. */
import type { Editor } from '@tiptap/core';
import { useEffect } from 'react';
import { BlocksSelection, blockPos } from './block-selection.ts';

/** A hand that moved less pressed and did not draw, px. */
const STILL = 4;

/** The block at a height of the window, or the nearest one. */
function bidAt(editor: Editor, y: number): string | null {
  let best: { bid: string; far: number } | null = null;
  editor.state.doc.forEach((node, pos) => {
    const box = (editor.view.nodeDOM(pos) as HTMLElement | null)?.getBoundingClientRect();
    if (!box) return;
    const far = Math.max(0, box.top - y, y - box.bottom);
    if (!best || far < best.far) best = { bid: String(node.attrs['bid']), far };
  });
  return (best as { bid: string } | null)?.bid ?? null;
}

/** Begins where nothing but the page is pressed. */
export function useSweep(editor: Editor): void {
  useEffect(() => {
    const page = editor.view.dom.closest<HTMLElement>('.doc');
    const main = page?.closest<HTMLElement>('.main') ?? page;
    if (!page || !main) return;
    let end = (): void => undefined;
    const begin = (event: MouseEvent): void => {
      const beside = event.target instanceof Element && event.target.contains(page) && event.clientX < main.getBoundingClientRect().left + main.clientWidth;
      const first = event.button === 0 && beside ? bidAt(editor, event.clientY) : null;
      if (first === null) return;
      // Else the browser would choose letters.
      event.preventDefault();
      let drawn = false;
      const move = (next: MouseEvent): void => {
        drawn ||= Math.abs(next.clientY - event.clientY) > STILL;
        const last = drawn && !editor.isDestroyed ? bidAt(editor, next.clientY) : null;
        const [anchor, head] = [blockPos(editor.state.doc, first), last === null ? null : blockPos(editor.state.doc, last)];
        if (anchor === null || head === null) return;
        editor.view.dispatch(editor.state.tr.setSelection(BlocksSelection.at(editor.state.doc, anchor, head)));
        editor.view.focus();
      };
      end = () => {
        removeEventListener('mousemove', move);
        removeEventListener('mouseup', end);
      };
      addEventListener('mousemove', move);
      addEventListener('mouseup', end);
    };
    main.addEventListener('mousedown', begin);
    return () => {
      end();
      main.removeEventListener('mousedown', begin);
    };
  }, [editor]);
}
