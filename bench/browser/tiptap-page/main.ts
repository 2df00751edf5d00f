/** TipTap with the kit its makers hand out, as it comes, and nothing else: no store, no other people. */
import { Editor } from '@tiptap/core';
import { StarterKit } from '@tiptap/starter-kit';

/** What the benchmark asks of the page. */
export interface PlainEditor {
  /** The text of the page is these lines now, each a block; `## ` begins a heading. */
  fill(lines: readonly string[]): number;
}

const editor = new Editor({ element: document.querySelector<HTMLElement>('#text')!, extensions: [StarterKit] });
const block = (line: string): object => (line.startsWith('## ') ? { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: line.slice(3) }] } : { type: 'paragraph', content: [{ type: 'text', text: line }] });

(globalThis as unknown as { plain: PlainEditor }).plain = {
  fill(lines) {
    editor.commands.setContent({ type: 'doc', content: lines.map(block) });
    return editor.state.doc.childCount;
  },
};
