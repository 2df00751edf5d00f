/** A person at the editor beside ours: TipTap with its starter kit, its tables and its extension for collaboration on Yjs, as its manual puts them together. */
import { Editor } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { TableKit } from '@tiptap/extension-table';
import { NodeSelection } from '@tiptap/pm/state';
import { addColumnAfter, addColumnBefore, addRowAfter, addRowBefore } from '@tiptap/pm/tables';
import { StarterKit } from '@tiptap/starter-kit';
import * as Y from 'yjs';
import { pressed, stand, target, type Person } from './hand.ts';
import type { Act } from './script.ts';

/** Origin of what came from others. */
const OTHERS = 'others';
/** The command of its tables. */
interface Commands {
  insertTable(options: { rows: number; cols: number; withHeaderRow: boolean }): boolean;
}

/** As ProseMirror lets go of what is dragged: deleted where it was, put in where it goes. */
function move({ view }: Editor, { by }: Act): void {
  stand(view, by[0]);
  const { doc, tr, selection } = view.state;
  const at = selection.$head.index(0);
  const to = target(doc.childCount, at, by);
  const before = 'before' in to ? to.before : to.step < 0 ? at - 1 : at + 2;
  if (before < 0 || before > doc.childCount || before === at || before === at + 1) return;
  const start = (index: number): number => doc.children.slice(0, index).reduce((sum, block) => sum + block.nodeSize, 0);
  tr.delete(start(at), start(at + 1));
  const place = tr.mapping.map(start(before));
  tr.insert(place, doc.child(at));
  view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, place)).setMeta('uiEvent', 'drop'));
}

function act(editor: Editor, done: Act): void {
  const { view } = editor;
  const { what, by } = done;
  if (pressed(view, done)) return;
  const run = (command: typeof addRowAfter): void => void command(view.state, view.dispatch);
  if (what === 'move') move(editor, done);
  else if (what === 'table') {
    if (stand(view, by[0], false)) (editor.commands as unknown as Commands).insertTable({ rows: 3, cols: 2, withHeaderRow: true });
  } else if (stand(view, by[0], true)) run(what === 'row' ? (by[1] < 0.5 ? addRowBefore : addRowAfter) : by[1] < 0.5 ? addColumnBefore : addColumnAfter);
}

/** Opens the editor for somebody who writes under this id. */
export function openTheirs(client: number, host: HTMLElement): Person {
  const document = new Y.Doc();
  document.clientID = client;
  const sent: Uint8Array[] = [];
  document.on('update', (update: Uint8Array, origin: unknown) => void (origin !== OTHERS && sent.push(update)));
  // The policy of the page forbids style tags and markup as text.
  const editor = new Editor({ element: host, injectCSS: false, content: { type: 'doc', content: [{ type: 'paragraph' }] }, extensions: [StarterKit.configure({ undoRedo: false }), TableKit, Collaboration.configure({ document })] });
  return {
    view: editor.view,
    sent,
    take: async (updates) => updates.forEach((update) => Y.applyUpdate(document, update, OTHERS)),
    act: (done) => act(editor, done),
    see: async () => ({ whole: JSON.stringify(editor.state.doc.toJSON()), screen: editor.view.dom.textContent, text: editor.state.doc.textContent, marked: [] }),
    close: () => editor.destroy(),
  };
}
