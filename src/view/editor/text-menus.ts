/** Which of the menus that are opened by what was typed is open. */
import type { EditorState } from '@tiptap/pm/state';
import { askedAt, type Asked } from './refs.ts';
import { slashAt, type Slash } from './slash-menu.tsx';

export interface TextMenus {
  readonly asked: Asked | null;
  readonly slash: Slash | null;
  /** Where one was closed: it stays so while its words are written on. */
  readonly shut: number | null;
}

/** The menus where the caret stands; `shut`: where one was closed by hand. */
export function menusAt(state: EditorState, shut: number | null): TextMenus {
  const asked = askedAt(state);
  const slash = asked === null ? slashAt(state) : null;
  return shut !== null && (asked ?? slash)?.from === shut ? { asked: null, slash: null, shut } : { asked, slash, shut: null };
}
