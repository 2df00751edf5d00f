/** Hands of a person at an editor, whichever it is: where they stand, what they type and press. */
import type { Node } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { readCaret } from '#view/editor/binding.ts';
import type { Peer } from './exchange.ts';
import type { Act } from './script.ts';

/** What somebody sees in the end. */
export interface Sight {
  /** All of the document, to compare with what others have. */
  readonly whole: string;
  /** The words on the screen, and those of the editor's document. */
  readonly screen: string;
  readonly text: string;
  /** Words that are marked as standing twice. */
  readonly marked: readonly string[];
}

export interface Person extends Peer {
  readonly view: EditorView;
  /** Does what is not typing, in the way of this editor. */
  act(act: Act): void;
  see(): Promise<Sight>;
  close(): void;
}

export interface Spot {
  readonly pos: number;
  /** Where the text it is in begins. */
  readonly start: number;
}

export const pick = <T>(list: readonly T[], part: number): T => list[Math.floor(part * list.length)]!;

/** Places between whole words, as far as they are here: what is done there tears none. `tables`: only there, or only elsewhere. */
export function spotsOf(doc: Node, tables?: boolean): Spot[] {
  const out: Spot[] = [];
  doc.descendants((node, pos) => {
    if (!node.isTextblock) return;
    const $pos = doc.resolve(pos);
    const inTable = Array.from({ length: $pos.depth + 1 }, (_, depth) => $pos.node(depth).type.name).includes('table');
    if (tables !== undefined && tables !== inTable) return;
    const text = node.textBetween(0, node.content.size, undefined, '\ufffc');
    for (let at = 0; at <= text.length; at++) {
      const [before, behind] = [text[at - 1] ?? 'Z', text[at] ?? 'a'];
      if (/[A-Z]/.test(before) && /[a-z]/.test(behind)) out.push({ pos: pos + 1 + at, start: pos + 1 });
    }
  });
  return out;
}

/** Chooses words, or stands at a place. */
export function choose(view: EditorView, from: number, to = from): void {
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, from, to)));
}

/** Stands somewhere; false where there is no such place. */
export function stand(view: EditorView, part: number, tables?: boolean): boolean {
  const spots = spotsOf(view.state.doc, tables);
  if (spots.length > 0) choose(view, pick(spots, part).pos);
  return spots.length > 0;
}

/** Chooses a part of a text, or all of it. */
export function chooseSome(view: EditorView, [where, one, other]: readonly number[]): void {
  const spots = spotsOf(view.state.doc);
  const { start } = pick(spots, where!);
  const here = spots.filter((spot) => spot.start === start);
  const [from, to] = [pick(here, one!).pos, pick(here, other!).pos].toSorted((a, b) => a - b) as [number, number];
  if (from < to) choose(view, from, to);
  else choose(view, here[0]!.pos, here.at(-1)!.pos);
}

/** Types where one stands: by keys of the browser, else as its input does it, letter by letter; the editor reads both out of the page. */
export async function type(view: EditorView, text: string, keys: ((text: string) => Promise<void>) | null): Promise<void> {
  view.focus();
  if (!view.hasFocus()) throw new Error('the editor does not take the focus');
  if (keys) await keys(text);
  else {
    for (const letter of text) {
      document.execCommand('insertText', false, letter);
      readCaret(view);
    }
  }
  readCaret(view);
  if (!view.state.doc.textContent.includes(text)) throw new Error(`typed and not there: ${text}`);
}

const CODES: Readonly<Record<string, number>> = { Enter: 13, Tab: 9, ArrowUp: 38, ArrowDown: 40 };
/** What Shift makes of a key. */
const SHIFTED: Readonly<Record<string, string>> = { 7: '&', 8: '*' };

/** Presses a key by its name as editors write it: Mod-Alt-1. */
export function press(view: EditorView, name: string): void {
  const parts = name.split('-');
  const key = parts.pop()!;
  const mac = /Mac|iP/.test(navigator.platform);
  const shiftKey = parts.includes('Shift');
  view.focus();
  view.dom.dispatchEvent(new KeyboardEvent('keydown', {
    key: (shiftKey && SHIFTED[key]) || key, keyCode: CODES[key] ?? key.toUpperCase().charCodeAt(0), bubbles: true, cancelable: true,
    shiftKey, altKey: parts.includes('Alt'), ctrlKey: !mac && parts.includes('Mod'), metaKey: mac && parts.includes('Mod'),
  }));
}

const MARKS = ['Mod-b', 'Mod-i', 'Mod-e'];
const LISTS = ['Mod-Shift-8', 'Mod-Shift-7', 'Tab', 'Tab', 'Shift-Tab'];

/** Acts that have the same keys in both editors; false for others. */
export function pressed(view: EditorView, { what, by }: Act): boolean {
  switch (what) {
    case 'mark':
      chooseSome(view, by);
      press(view, pick(MARKS, by[3]));
      return true;
    case 'heading':
      stand(view, by[0]);
      press(view, `Mod-Alt-${1 + Math.floor(by[1] * 3)}`);
      return true;
    case 'list':
      stand(view, by[0]);
      press(view, pick(LISTS, by[1]));
      return true;
    case 'split':
      stand(view, by[0]);
      press(view, 'Enter');
      return true;
    default:
      return false;
  }
}

/** Where a block is moved to: over its neighbour, or between two others; as the index of the block it stands before then. */
export function target(count: number, at: number, [, how, where]: readonly number[]): { step: 1 | -1 } | { before: number } {
  if (how! < 0.5) return { step: where! < 0.5 ? -1 : 1 };
  const before = Math.floor(where! * (count + 1));
  return { before: before === at || before === at + 1 ? (at + 2 <= count ? at + 2 : 0) : before };
}
