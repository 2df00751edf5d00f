/** Beside the block one stands in or points at: what is done with it as a whole. It is dragged by it too; by keyboard Alt+F10 opens its menu. */
import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { NodeSelection, Selection, type Command } from '@tiptap/pm/state';
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { IconButton } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Menu, Popover, type MenuItem } from '#view/kit/overlays.tsx';
import type { Route } from '#view/kit/router.tsx';
import { addressOf, useCopy } from '#view/kit/use-copy.ts';
import { blockItems } from './block-items.ts';
import { BlocksSelection, chooseTo, chosenBlocks } from './block-selection.ts';
import type { Dragged } from './drag.ts';
import { tableAt } from './table-acts.ts';
import './block-handle.css';

interface Spot {
  readonly bid: string;
  readonly top: number;
  readonly bottom: number;
}

function blockOf(editor: Editor, bid: string): { node: Node; pos: number } | null {
  let found: { node: Node; pos: number } | null = null;
  editor.state.doc.forEach((node, pos) => {
    if (node.attrs['bid'] === bid) found = { node, pos };
  });
  return found;
}

function spotOf(editor: Editor, bid: string): Spot | null {
  const block = blockOf(editor, bid);
  const box = block && (editor.view.nodeDOM(block.pos) as HTMLElement | null);
  const page = editor.view.dom.closest('.doc')?.getBoundingClientRect();
  if (!block || !box || !page) return null;
  const { top, bottom } = box.getBoundingClientRect();
  return { bid, top: top - page.top, bottom: bottom - page.top };
}

/** Stands in the block as a whole, or at its beginning. */
function choose(editor: Editor, bid: string, whole: boolean): boolean {
  const block = blockOf(editor, bid);
  if (!block) return false;
  const { doc, tr } = editor.state;
  const inside = !block.node.isAtom && !whole;
  editor.view.dispatch(tr.setSelection(inside ? Selection.near(doc.resolve(block.pos + 1)) : NodeSelection.create(doc, block.pos)));
  return true;
}

/** Where the handle stands: at the block that is pointed at, else at that of the caret. Not while its menu is open. */
function useSpot(editor: Editor, open: boolean): Spot | null {
  const [spot, setSpot] = useState<Spot | null>(null);
  const pointed = useRef<string | null>(null);
  useEffect(() => {
    const page = editor.view.dom.closest<HTMLElement>('.doc');
    if (open || !page) return;
    const look = (): void => {
      if (editor.isDestroyed) return;
      const { $head } = editor.state.selection;
      const own = ($head.depth > 0 ? $head.node(1) : ($head.nodeAfter ?? $head.nodeBefore))?.attrs['bid'] as string | null | undefined;
      const next = (pointed.current && spotOf(editor, pointed.current)) || (own && editor.isFocused ? spotOf(editor, own) : null);
      setSpot((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    const point = (event: PointerEvent): void => {
      if (event.pointerType !== 'mouse' || (event.target as Element).closest('.block-handle')) return;
      const y = event.clientY;
      // A card belongs to the block above it.
      const card = (event.target as Element).closest('.doc-text > .block-cards')?.previousElementSibling;
      const own = card?.parentElement === editor.view.dom ? card : null;
      const box = own?.classList.contains('block') ? own : [...editor.view.dom.querySelectorAll<HTMLElement>(':scope > .block')].find((one) => one.getBoundingClientRect().bottom >= y);
      const pos = box && (box === own || box.getBoundingClientRect().top <= y) ? editor.view.posAtDOM(box, 0) : -1;
      const node = pos < 0 ? null : editor.state.doc.resolve(pos).depth > 0 ? editor.state.doc.resolve(pos).node(1) : editor.state.doc.nodeAt(pos);
      const bid = (node?.attrs['bid'] as string | null | undefined) ?? null;
      if (bid !== null && bid !== pointed.current) {
        pointed.current = bid;
        look();
      }
    };
    const leave = (): void => {
      pointed.current = null;
      look();
    };
    look();
    editor.on('transaction', look);
    editor.on('focus', look);
    page.addEventListener('pointermove', point);
    page.addEventListener('pointerleave', leave);
    addEventListener('resize', look);
    return () => {
      editor.off('transaction', look);
      editor.off('focus', look);
      page.removeEventListener('pointermove', point);
      page.removeEventListener('pointerleave', leave);
      removeEventListener('resize', look);
    };
  }, [editor, open]);
  return spot;
}

/** The handle. `page`: where links to its blocks lead; null where there are none. */
export function BlockHandle({ editor, page }: { editor: Editor; page: Partial<Route> | null }): ReactNode {
  const { t } = useI18n();
  const copy = useCopy();
  const [open, setOpen] = useState<string | null>(null);
  const spot = useSpot(editor, open !== null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const { dom } = editor.view;
    const lead = (event: KeyboardEvent): void => {
      if (event.key !== 'F10' || !event.altKey || tableAt(editor.state)) return;
      event.preventDefault();
      const { $head, from } = editor.state.selection;
      const bid = ($head.depth > 0 ? $head.node(1) : editor.state.doc.nodeAt(from))?.attrs['bid'] as string | null | undefined;
      if (bid) setOpen(bid);
    };
    dom.addEventListener('keydown', lead);
    return () => dom.removeEventListener('keydown', lead);
  }, [editor]);
  if (!spot) return null;
  const bid = open ?? spot.bid;
  // One of several that are chosen stands for all of them.
  const among = editor.state.selection instanceof BlocksSelection && chosenBlocks(editor.state).some(({ node }) => node.attrs['bid'] === bid);
  const run = (command: Command) => (): void => {
    if (among || choose(editor, bid, false)) command(editor.state, editor.view.dispatch, editor.view);
    // At once: what is typed before the menu is gone belongs to the page.
    editor.view.focus();
  };
  const drag = (event: DragEvent): void => {
    if (!among && !choose(editor, bid, true)) return;
    const slice = editor.state.selection.content();
    event.dataTransfer.clearData();
    event.dataTransfer.setData('text/plain', slice.content.textBetween(0, slice.content.size, '\n'));
    event.dataTransfer.effectAllowed = 'move';
    const box = editor.view.nodeDOM(editor.state.selection.from) as HTMLElement | null;
    if (box) event.dataTransfer.setDragImage(box, 0, 0);
    const bids = among ? chosenBlocks(editor.state).map(({ node }) => String(node.attrs['bid'])) : [bid];
    const dragged: Dragged = { slice, move: true, bids };
    editor.view.dragging = dragged;
  };
  const block = blockOf(editor, bid);
  const items: (MenuItem | string | null)[] = [
    { label: t('block.choose'), end: 'Esc', onSelect: run(among ? () => true : chooseTo(bid, false)) },
    ...(page && !among ? [{ label: t('block.link'), icon: 'link' as const, onSelect: () => copy(addressOf({ ...page, params: { b: bid } })) }] : []),
    ...blockItems(t, among ? chosenBlocks(editor.state) : block ? [block] : [], run),
  ];
  const press = (event: React.MouseEvent): void => {
    if (!event.shiftKey) return setOpen(spot.bid);
    chooseTo(spot.bid, true)(editor.state, editor.view.dispatch);
    editor.view.focus();
  };
  return (
    <div className="block-handle" style={{ '--top': `${spot.top}px`, '--bottom': `${spot.bottom}px` } as React.CSSProperties} draggable onDragStart={drag} onDragEnd={() => void (editor.view.dragging = null)}>
      <IconButton ref={button} icon="more" name={t('block.acts')} hint="Alt+F10" aria-haspopup="menu" aria-expanded={open !== null} onClick={press} />
      {open !== null && (
        <Popover anchor={button.current} onClose={() => setOpen(null)} label={t('block.acts')} className="menu">
          <Menu items={items} onDone={() => setOpen(null)} />
        </Popover>
      )}
    </div>
  );
}
