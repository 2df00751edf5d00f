/** Where a bar stands that belongs to the block the caret is in. */
import type { Editor } from '@tiptap/core';
import type { EditorState } from '@tiptap/pm/state';
import { useEffect, useRef, useState } from 'react';

/** px below the top of the page; `fact` is what was asked for. */
export interface BarSpot<T> {
  readonly bottom: number;
  readonly fact: T;
}

/** Null while the caret is in no such block, and until somebody put it anywhere. `find` gives the position of the block and a fact of it. */
export function useBarSpot<T extends string | boolean | null>(editor: Editor, find: (state: EditorState) => { pos: number; fact: T } | null): BarSpot<T> | null {
  const [spot, setSpot] = useState<BarSpot<T> | null>(null);
  const latest = useRef(find);
  useEffect(() => {
    latest.current = find;
  });
  useEffect(() => {
    let entered = false;
    const look = (): void => {
      entered ||= editor.isFocused;
      const place = editor.isDestroyed || !editor.isEditable || !entered ? null : latest.current(editor.state);
      const page = editor.isDestroyed ? null : editor.view.dom.closest('.doc');
      const box = place && (editor.view.nodeDOM(place.pos) as HTMLElement | null);
      if (!place || !page || !box) return setSpot(null);
      const next = { bottom: box.getBoundingClientRect().bottom - page.getBoundingClientRect().top, fact: place.fact };
      setSpot((before) => (before && before.bottom === next.bottom && before.fact === next.fact ? before : next));
    };
    look();
    editor.on('transaction', look);
    editor.on('focus', look);
    // A picture that arrives moves what stands below it.
    const watch = new ResizeObserver(look);
    watch.observe(editor.view.dom);
    return () => {
      editor.off('transaction', look);
      editor.off('focus', look);
      watch.disconnect();
    };
  }, [editor]);
  return spot;
}
