/** A menu at a place in the text: choices for what was typed there. The text keeps the focus, and its keys go to the menu first. */
import type { Editor } from '@tiptap/core';
import { useEffect, useId, useState, type ReactNode, type RefObject } from 'react';
import { Picker, type Choice } from '#view/kit/picker.tsx';

/** Height of a row that can be touched, and what stays free at an edge of the screen, px. */
const ROW = 44;
const GAP = 12;

/** Keys go to the open menu first. */
export interface MenuKeys {
  key(event: KeyboardEvent): boolean;
}

interface TextMenuProps {
  editor: Editor;
  /** Where what it is about begins. */
  from: number;
  label: string;
  choices: readonly Choice[];
  keys: RefObject<MenuKeys | null>;
  onPick(choice: Choice): void;
  onClose(): void;
}

/** The menu; nothing while nothing fits. */
export function TextMenu({ editor, from, label, choices, keys, onPick, onClose }: TextMenuProps): ReactNode {
  const id = useId();
  const [at, setAt] = useState(0);
  const named = choices.map((choice) => choice.id).join(' ');
  useEffect(() => setAt(0), [named]);
  useEffect(() => {
    keys.current = {
      key(event) {
        if (event.isComposing || choices.length === 0) return false;
        if (event.key === 'Escape') onClose();
        else if (event.key === 'ArrowDown') setAt((at + 1) % choices.length);
        else if (event.key === 'ArrowUp') setAt((at + choices.length - 1) % choices.length);
        else if (event.key === 'Enter') onPick(choices[at] ?? choices[0]!);
        else return false;
        // Nothing else takes the key: Escape would leave the page, Enter cut the line.
        event.preventDefault();
        event.stopPropagation();
        return true;
      },
    };
    return () => {
      keys.current = null;
    };
  });
  const chosen = `${id}-${Math.min(at, choices.length - 1)}`;
  useEffect(() => {
    const { dom } = editor.view;
    if (choices.length === 0) return;
    const names = { 'aria-controls': id, 'aria-activedescendant': chosen };
    for (const [name, value] of Object.entries(names)) dom.setAttribute(name, value);
    document.getElementById(chosen)?.scrollIntoView({ block: 'nearest' });
    return () => Object.keys(names).forEach((name) => dom.removeAttribute(name));
  }, [editor, id, chosen, choices.length]);
  if (choices.length === 0) return null;
  const { left, top, bottom } = editor.view.coordsAtPos(from);
  const [over, under] = [top - GAP, innerHeight - bottom - GAP];
  const above = under < choices.length * ROW + GAP && over > under;
  const place = above ? { bottom: `${innerHeight - top + 4}px`, maxHeight: `${over}px` } : { top: `${bottom + 4}px`, maxHeight: `${under}px` };
  return (
    <div className="popover slash" style={{ left: `${Math.max(8, Math.min(left, innerWidth - 280))}px`, ...place }}>
      <p className="menu-head">{label}</p>
      <Picker id={id} label={label} choices={choices} at={Math.min(at, choices.length - 1)} onPick={onPick} empty="" />
    </div>
  );
}
