/** The editor in a page: TipTap over the copy of the document, and the menu behind `/`. */
import { Editor } from '@tiptap/core';
import { Selection, type Transaction } from '@tiptap/pm/state';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';
import { Behaviour } from './behaviour.ts';
import { Binding, REMOTE } from './binding.ts';
import { BlockCards, plainLinks } from './block-cards.tsx';
import { BlockHandle } from './block-handle.tsx';
import { BlocksBar } from './blocks-bar.tsx';
import { CodeBar } from './code-bar.tsx';
import { CompleteMenu } from './complete-menu.tsx';
import { runByKey, type PageAct } from './page-acts.ts';
import { schemaParts } from './nodes.ts';
import type { PageSession } from './session.ts';
import { RefMenu } from './ref-menu.tsx';
import type { Asked } from './refs.ts';
import { showsPage, shownBlocks, ShownPlaces } from './shown.ts';
import { ShownTexts } from './shown-text.tsx';
import { SlashMenu, type Slash } from './slash-menu.tsx';
import { TableBar } from './table-bar.tsx';
import type { MenuKeys } from './text-menu.tsx';
import { menusAt } from './text-menus.ts';
import { markTwice } from './twice-marks.ts';
import { fileBlocks } from './file-blocks.ts';
import { useFiles } from './use-files.tsx';

/** An editor that stands, with the copy it shows. */
export interface Desk {
  readonly editor: Editor;
  readonly binding: Binding;
}

export interface PageEditorProps {
  space: string;
  /** Where its files lie; left out where none is added. */
  fragment?: string;
  session: PageSession;
  writes: boolean;
  label: string;
  /** The node whose text this is: things made from its blocks are shown below them. */
  node: string;
  /** A block an address names. */
  at: string | null;
  /** What else is done with words, by the menu behind `/` and by key. */
  acts: readonly PageAct[];
  /** Nothing else of ours can be opened from here: links to it are words. */
  alone?: boolean;
  /** Said where nothing is written and who reads cannot write. */
  none?: string | undefined;
  /** It is shown in another page. */
  inside?: boolean;
  onDesk(desk: Desk | null): void;
  children?: ReactNode;
}

/** What stands at the foot of the page covers nothing one has come to, px. */
const SCROLL_ROOM = { top: 8, right: 0, bottom: 80, left: 0 };

/** The editor; `onDesk` is told when it stands and (null) when it goes. */
export function PageEditor({ space, fragment, session, writes, label, node, at, acts, alone = false, inside = false, none, onDesk, children }: PageEditorProps): ReactNode {
  const { t } = useI18n();
  const box = useRef<HTMLDivElement>(null);
  const menu = useRef<MenuKeys | null>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const [empty, setEmpty] = useState(false);
  const [slash, setSlash] = useState<Slash | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const files = useFiles(space, fragment ?? null, editor, writes);
  const shut = useRef<number | null>(null);
  const [places] = useState(() => new ShownPlaces());
  const keyed = useRef(acts);
  useEffect(() => {
    keyed.current = acts;
  });
  useJumpTo(editor, at);
  useEffect(() => {
    const made = new Editor({
      element: box.current,
      extensions: [...schemaParts(t), Behaviour.configure({ space, formula: { empty: t('code.empty'), tooLong: t('code.tooLong'), fault: (found) => t('code.fault', { found }) } }), fileBlocks(files.desk), shownBlocks(places), ...(alone ? [plainLinks] : [])],
      // The policy of the page forbids style tags; the keymap of the library forgets ids when it clears a page.
      injectCSS: false,
      enableCoreExtensions: { keymap: false },
      content: { type: 'doc', content: [{ type: 'block' }] },
      editable: writes,
      editorProps: { scrollThreshold: SCROLL_ROOM, scrollMargin: SCROLL_ROOM, attributes: { 'class': 'doc-text', 'aria-label': label, ...(inside ? { role: 'group' } : { 'role': 'textbox', 'aria-multiline': 'true' }) }, handleKeyDown: (_view, event) => (menu.current?.key(event) ?? false) || runByKey(keyed.current, event) },
    });
    const binding = new Binding(made, session.replica, (updates) => session.send(updates));
    const look = (): void => {
      setEmpty(made.state.doc.childCount === 1 && made.state.doc.content.size === 2);
      const menus = made.isEditable ? menusAt(made.state, shut.current) : { asked: null, slash: null, shut: null };
      shut.current = menus.shut;
      setAsked(menus.asked);
      setSlash(menus.slash);
    };
    made.on('transaction', look);
    const unmark = markTwice(made, binding, { note: t('document.twice'), away: t('document.twiceAway'), keep: t('document.twiceKeep') });
    session.show(binding);
    look();
    setEditor(made);
    onDesk({ editor: made, binding });
    // At once: a command would give the focus a frame later, and the first letters went elsewhere.
    if (writes && made.state.doc.content.size === 2) made.view.focus();
    return () => {
      onDesk(null);
      unmark();
      binding.close();
      made.destroy();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- one editor for one session; words and rights are followed below
  }, [session]);
  useEffect(() => {
    editor?.setEditable(writes, false);
    editor?.view.dom.setAttribute('aria-label', label);
    if (!inside) editor?.view.dom.setAttribute('aria-readonly', String(!writes));
  }, [editor, writes, label, inside]);
  return (
    <div className={inside ? 'doc doc-inside' : 'doc'} data-empty={empty && writes ? t('document.placeholder') : undefined}>
      {empty && !writes && none !== undefined && <p className="muted doc-none">{none}</p>}
      <div ref={box} />
      {editor && <BlockCards editor={editor} node={node} alone={alone} writes={writes} />}
      {editor && <ShownTexts editor={editor} places={places} writes={writes} alone={alone} node={node} Page={PageEditor} />}
      {editor && writes && <BlockHandle editor={editor} page={fragment === undefined ? null : { space, lens: 'documents', object: fragment }} />}
      {editor && writes && <><TableBar editor={editor} /><CodeBar editor={editor} /></>}
      {editor && writes && <BlocksBar editor={editor} />}
      {editor && slash && <SlashMenu editor={editor} slash={slash} keys={menu} acts={[showsPage(editor, t), ...files.acts, ...acts]} onClose={() => (setSlash(null), void (shut.current = slash.from))} />}
      {editor && <RefMenu space={space} editor={editor} asked={asked} keys={menu} onClose={() => (setAsked(null), void (shut.current = asked?.from ?? null))} />}
      {editor && writes && !slash && !asked && <CompleteMenu editor={editor} keys={menu} />}
      {files.adding}
      {children}
    </div>
  );
}

/** Shows the block an address names, once for each address, when it is here. */
function useJumpTo(editor: Editor | null, at: string | null): void {
  const done = useRef<string | null>(null);
  useEffect(() => {
    if (!editor || at === null) return void (done.current = null);
    // Whoever has begun to write or to go elsewhere is not taken away from there.
    const moved = ({ transaction }: { transaction: Transaction }): void => {
      if (transaction.getMeta(REMOTE) !== true && (transaction.docChanged || transaction.selectionSet)) done.current = at;
      look();
    };
    const look = (): void => {
      if (done.current === at) return;
      editor.state.doc.forEach((block, pos) => {
        if (block.attrs['bid'] !== at) return;
        done.current = at;
        editor.view.dispatch(editor.state.tr.setSelection(Selection.near(editor.state.doc.resolve(pos + 1))));
        (editor.view.nodeDOM(pos) as HTMLElement | null)?.scrollIntoView({ block: 'center' });
      });
    };
    look();
    editor.on('transaction', moved);
    return () => void editor.off('transaction', moved);
  }, [editor, at]);
}
