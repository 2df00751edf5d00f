/** Files in the editor: how their blocks are drawn, and what is pasted or dropped as a file. */
import { Extension } from '@tiptap/core';
import { Plugin, TextSelection } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { RASTER_HEAD, rasterType } from '#view/kit/raster.ts';
import { newBlockId } from './convert.ts';
import { FileView, type FileRoom } from './file-view.ts';

/** What the page gives its files; null where there are none. */
export interface FileDesk {
  readonly room: FileRoom | null;
  /** Takes files of this person; null where nothing is added. */
  readonly take: ((files: readonly File[]) => void) | null;
}

const filesOf = (data: DataTransfer | null): File[] => [...(data?.files ?? [])];

/** All of it as one extension, asked before the text of the clipboard is. */
export const fileBlocks = (desk: () => FileDesk): Extension => Extension.create({
  name: 'files',
  priority: 1_100,
  addProseMirrorPlugins: () => [new Plugin({
    props: {
      nodeViews: { file: (node, view, place) => {
        const { room } = desk();
        return room ? new FileView(node, view, place, room) : { dom: document.createElement('div') };
      } },
      handleDOMEvents: {
        paste(view, event) {
          const files = filesOf(event.clipboardData);
          const { take } = desk();
          // Words that come with a picture of themselves are pasted as words.
          if (!take || !view.editable || files.length === 0 || event.clipboardData?.getData('text/plain')) return false;
          event.preventDefault();
          take(files);
          return true;
        },
        drop(view, event) {
          const files = filesOf(event.dataTransfer);
          const { take } = desk();
          if (!take || !view.editable || view.dragging || files.length === 0) return false;
          event.preventDefault();
          const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
          if (place) view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(place.pos))));
          take(files);
          return true;
        },
      },
    },
  })],
});

/** The block the caret stands in. */
export function blockHere({ state }: EditorView): string | null {
  const { $head } = state.selection;
  return $head.depth > 0 ? String($head.node(1).attrs['bid']) : null;
}

export const isPicture = async (file: File): Promise<boolean> => rasterType(new Uint8Array(await file.slice(0, RASTER_HEAD).arrayBuffer())) !== null;

/** A file that is kept now becomes a block behind the one named, or at the end when that is gone; an empty paragraph makes room. */
export function putFile(view: EditorView, file: File, id: string, picture: boolean, behind: string | null): string {
  const { state } = view;
  const bid = newBlockId();
  const node = state.schema.node('file', { bid, kind: picture ? 'picture' : 'file', file: id, alt: picture ? null : file.name });
  let [from, to] = [state.doc.content.size, state.doc.content.size];
  state.doc.forEach((block, pos) => {
    if (block.attrs['bid'] !== behind) return;
    const empty = block.type.name === 'block' && block.attrs['kind'] === 'paragraph' && block.content.size === 0;
    [from, to] = [empty ? pos : pos + block.nodeSize, pos + block.nodeSize];
  });
  // A page that ends in a file has no line to go on writing in.
  const after = to === state.doc.content.size ? [state.schema.node('block', { bid: newBlockId() })] : [];
  view.dispatch(state.tr.replaceWith(from, to, [node, ...after]).scrollIntoView());
  return bid;
}
