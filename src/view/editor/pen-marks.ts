/** Where others stand in the page: caret with name, what they chose, the letters that are on their way, and a word at the block they are in. Nothing of it is part of the document. */
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import type { Caret, PenPlace } from '#domain/editor/model';
import { REMOTE, showSigns } from './binding.ts';
import { textStarts } from './texts.ts';

/** Somebody's pen, as it is drawn. */
export interface ShownPen {
  readonly writer: string;
  readonly name: string;
  /** Their colour; the name stands with it. */
  readonly hue: number;
  /** Where it is now, asked whenever the text becomes another. */
  place(): PenPlace | null;
}

interface Shown {
  readonly pens: readonly ShownPen[];
  readonly drawn: DecorationSet;
}

const KEY = new PluginKey<Shown>('pens');

const colour = (hue: number): string => `--hue: ${hue}`;

function element(name: string, hue: number, text = ''): HTMLElement {
  const made = document.createElement('span');
  made.className = name;
  made.style.setProperty('--hue', String(hue));
  made.textContent = text;
  return made;
}

/** Name and letters stand in a style: what is read out, chosen or copied as the text of the page is the text of the page. */
function caret({ name, hue }: ShownPen, typed: PenPlace['typed']): HTMLElement {
  const box = element('pen', hue);
  box.setAttribute('aria-hidden', 'true');
  box.contentEditable = 'false';
  const line = element('pen-line', hue);
  line.dataset['name'] = name;
  const letters = (text: string | undefined): HTMLElement => {
    const made = element('pen-typed', hue);
    if (text) made.dataset['typed'] = text;
    return made;
  };
  box.append(letters(typed?.before), line, letters(typed?.after));
  return box;
}

function lock(words: string, hue: number): HTMLElement {
  const box = document.createElement('div');
  box.className = 'pen-lock';
  box.contentEditable = 'false';
  box.append(element('pen-note', hue, words));
  return box;
}

/** Names of those who are in a block. */
export type Words = (names: readonly string[]) => string;

function draw(doc: Node, pens: readonly ShownPen[], words: Words): DecorationSet {
  if (pens.length === 0) return DecorationSet.empty;
  const starts = textStarts(doc);
  const out: Decoration[] = [];
  const within = new Map<number, ShownPen[]>();
  const at = ({ id, at: index }: Caret): number | null => {
    const text = starts.get(id);
    return text ? Math.min(text.start + index, text.start + text.size) : null;
  };
  for (const pen of pens) {
    const place = pen.place();
    const head = place ? at(place.head) : null;
    if (!place || head === null) continue;
    const anchor = place.anchor ? at(place.anchor) : null;
    if (anchor !== null && anchor !== head) out.push(Decoration.inline(Math.min(anchor, head), Math.max(anchor, head), { class: 'pen-chosen', style: colour(pen.hue) }));
    out.push(Decoration.widget(head, () => caret(pen, place.typed), { key: JSON.stringify([pen.writer, pen.name, place.typed]), side: 10, ignoreSelection: true, stopEvent: () => true }));
    const block = doc.resolve(head).before(1);
    within.set(block, [...(within.get(block) ?? []), pen]);
  }
  for (const [block, list] of within) {
    const text = words([...new Set(list.map(({ name }) => name))]);
    out.push(Decoration.widget(block, () => lock(text, list[0]!.hue), { key: `lock ${text}`, side: -2, ignoreSelection: true, stopEvent: () => true }));
  }
  return DecorationSet.create(doc, out);
}

/** The plugin; `words` say who is in a block. */
export function penMarks(words: () => Words): Plugin<Shown> {
  return new Plugin<Shown>({
    key: KEY,
    state: {
      init: () => ({ pens: [], drawn: DecorationSet.empty }),
      apply(tr, before) {
        const pens = (tr.getMeta(KEY) as readonly ShownPen[] | undefined) ?? before.pens;
        // What came from others is in the copy already: letters that were on their way are in the text now.
        if (pens !== before.pens || (tr.docChanged && tr.getMeta(REMOTE) === true)) return { pens, drawn: draw(tr.doc, pens, words()) };
        return tr.docChanged ? { pens, drawn: before.drawn.map(tr.mapping, tr.doc) } : before;
      },
    },
    props: { decorations: (state) => KEY.getState(state)?.drawn },
  });
}

/** Shows these. */
export const showPens = (view: EditorView, pens: readonly ShownPen[]): void => showSigns(view, (tr) => tr.setMeta(KEY, pens));
