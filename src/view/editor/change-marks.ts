/** Changes drawn in a page, words that came and words that went: in a branch over what it began with, in the document over what is suggested. Nothing of it is part of the text. */
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import { cutText } from '#base/plain-text';
import { plainOf, textPieces, type Block, type Hunk, type HunkLine } from '#domain/editor/model';
import { showSigns } from './binding.ts';

/** Changes of one person, as they are drawn. */
export interface DrawnChanges {
  /** Leads to them; '' where there is nowhere to go. */
  readonly id: string;
  /** Whose they are, in words. */
  readonly note: string;
  readonly hunks: readonly Hunk[];
  /** `wanted`: the page shows what they make; `now`: what they would change. */
  readonly shows: 'wanted' | 'now';
  /** The order in which blocks stand in what is not shown: what went, or would come, is drawn behind the block before it. */
  readonly other: readonly Block[];
}

const WORDS = 40;

interface Shown {
  readonly all: readonly DrawnChanges[];
  readonly drawn: DecorationSet;
}

interface Spot {
  readonly pos: number;
  readonly node: Node;
}

const strange = (tag: 'ins' | 'del', words: string, { note }: DrawnChanges): HTMLElement => {
  const made = document.createElement(tag);
  made.className = 'change-words';
  made.contentEditable = 'false';
  made.textContent = words;
  made.title = note;
  return made;
};

/** Words of a block that are in the page, and those that are not, at their places. */
function drawText({ before, after }: HunkLine, { pos, node }: Spot, from: DrawnChanges, out: Decoration[]): void {
  const wanted = from.shows === 'wanted';
  let [at, was] = [pos + 1, 0];
  const end = pos + 1 + node.content.size;
  const here = (length: number, name: string): void => {
    if (at < end) out.push(Decoration.inline(at, Math.min(end, at + length), { class: name, title: from.note }));
    at += length;
  };
  const away = (tag: 'ins' | 'del', words: string): void => {
    if (at <= end) out.push(Decoration.widget(at, () => strange(tag, words, from), { side: tag === 'del' ? -1 : 1, key: `${tag} ${words} ${from.id}`, ignoreSelection: true }));
  };
  const text = plainOf(before!.text);
  for (const piece of textPieces(before!.text, after!.text)) {
    const words = piece.op === 'added' ? plainOf(piece.runs) : text.slice(was, was + piece.length);
    if (piece.op === 'kept') at += piece.length;
    else if (piece.op === 'marked') here(piece.length, 'change-mark');
    else if ((piece.op === 'added') === wanted) here(words.length, wanted ? 'change-add' : 'change-del');
    else away(wanted ? 'del' : 'ins', words);
    if (piece.op !== 'added') was += piece.length;
  }
}

/** Blocks of the page by their ids; and for each block of what is not shown the one in the page behind which it stands. */
interface Spots {
  readonly here: ReadonlyMap<string, Spot>;
  readonly before: ReadonlyMap<string, Spot | null>;
}

function spotsOf(here: ReadonlyMap<string, Spot>, other: readonly Block[]): Spots {
  const before = new Map<string, Spot | null>();
  let last: Spot | null = null;
  for (const { id } of other) {
    before.set(id, last);
    last = here.get(id) ?? last;
  }
  return { here, before };
}

function drawLine(line: HunkLine, { here: spots, before: beside }: Spots, from: DrawnChanges, out: Decoration[]): void {
  const { before, after, id, moved } = line;
  const spot = spots.get(id);
  const wanted = from.shows === 'wanted';
  const block = (name: string): void => void (spot && out.push(Decoration.node(spot.pos, spot.pos + spot.node.nodeSize, { class: name, title: from.note })));
  if (before && after) {
    if (spot?.node.isTextblock) drawText(line, spot, from, out);
    if (moved || before.type !== after.type || before.attrs.show !== after.attrs.show || after.table || (spot && !spot.node.isTextblock)) block('change-block');
  } else if (wanted ? after : before) block(wanted ? 'change-new' : 'change-gone');
  else {
    const place = beside.get(id) ?? null;
    const words = plainOf((before ?? after)!.text) || '—';
    out.push(Decoration.widget(place ? place.pos + place.node.nodeSize : 0, () => {
      const box = document.createElement('div');
      box.className = 'change-lost';
      box.contentEditable = 'false';
      box.append(strange(wanted ? 'del' : 'ins', words, from));
      return box;
    }, { side: 1, key: `block ${id} ${words} ${from.id}`, ignoreSelection: true }));
  }
}

interface Signed {
  readonly from: DrawnChanges;
  readonly words: string;
}

/** One button for the changes at a block: it leads to the first of them. */
function sign(list: readonly Signed[], open: (id: string) => void): HTMLElement {
  const box = document.createElement('div');
  box.className = 'comment-gone change-sign';
  box.contentEditable = 'false';
  const button = box.appendChild(document.createElement('button'));
  button.type = 'button';
  button.textContent = list.length > 1 ? String(list.length) : '±';
  button.title = list.map(({ from: { note }, words }) => (words === '' ? note : `${note}: ${words}`)).join(', ');
  button.setAttribute('aria-label', button.title);
  button.addEventListener('click', () => open(list[0]!.from.id));
  return box;
}

function draw(doc: Node, all: readonly DrawnChanges[], open: (id: string) => void): DecorationSet {
  if (all.length === 0) return DecorationSet.empty;
  const here = new Map<string, Spot>();
  doc.forEach((node, pos) => void here.set(String(node.attrs['bid']), { pos, node }));
  const out: Decoration[] = [];
  const signs = new Map<number, Signed[]>();
  for (const from of all) {
    const spots = spotsOf(here, from.other);
    for (const { lines } of from.hunks) {
      for (const line of lines) drawLine(line, spots, from, out);
      const pos = (here.get(lines[0]!.id) ?? spots.before.get(lines[0]!.id))?.pos ?? 0;
      if (from.id === '') continue;
      if (!signs.has(pos)) signs.set(pos, []);
      signs.get(pos)!.push({ from, words: cutText(plainOf((lines[0]!.after ?? lines[0]!.before)!.text), WORDS) });
    }
  }
  for (const [pos, list] of signs) out.push(Decoration.widget(pos, () => sign(list, open), { side: -1, key: `sign ${list.map(({ from, words }) => `${from.id} ${words}`).join(' ')}`, ignoreSelection: true, stopEvent: () => true }));
  return DecorationSet.create(doc, out);
}

/** The plugin; `open` leads to where changes are decided. */
export function changeMarks(open: (id: string) => void): { plugin: Plugin<Shown>; show(view: EditorView, all: readonly DrawnChanges[]): void } {
  const key = new PluginKey<Shown>('changes');
  const plugin = new Plugin<Shown>({
    key,
    state: {
      init: () => ({ all: [], drawn: DecorationSet.empty }),
      apply(tr, before) {
        const all = tr.getMeta(key) as readonly DrawnChanges[] | undefined;
        if (all) return { all, drawn: draw(tr.doc, all, open) };
        return tr.docChanged ? { all: before.all, drawn: before.drawn.map(tr.mapping, tr.doc) } : before;
      },
    },
    props: { decorations: (state) => key.getState(state)?.drawn },
  });
  return { plugin, show: (view, all) => showSigns(view, (tr) => tr.setMeta(key, all)) };
}
