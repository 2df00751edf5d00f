/** The comments of one document: what was said, where it stands in the text now, and what can be done. */
import { Selection } from '@tiptap/pm/state';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Change, NodeView, SpaceView } from '#os/api';
import { MESSAGE, sendMessage } from '#domain/chat';
import { commentThreads, mayComment, resolveComment, sendComment, type Comment, type CommentThread } from '#domain/editor';
import { holdPassages, whereIs, type Passage, type Whereabouts } from '#domain/editor/model';
import { useI18n } from '#view/kit/i18n.tsx';
import { useFolded } from '#view/kit/kernel.tsx';
import type { Taken } from '#view/kit/composer.tsx';
import { refusalWord, useMessageActs, type MessageActs } from '#view/kit/message-acts.ts';
import type { People } from '#view/kit/people.tsx';
import { readCaret } from './binding.ts';
import { blockStarts, chosenStretches, commentMarks, commentsAt, showMarks, type CommentMark } from './comment-marks.ts';
import type { Desk } from './page-editor.tsx';

export interface PlacedThread extends CommentThread {
  /** Null while the text is not here. */
  readonly where: Whereabouts | null;
}

/** What is about to be said, and on what. */
export interface CommentDraft {
  readonly on: readonly Passage[];
  readonly turn: number;
}

export interface Comments extends MessageActs {
  /** In the order of the page; those about the whole page come last. */
  readonly threads: readonly PlacedThread[];
  readonly loaded: boolean;
  readonly open: number;
  readonly may: boolean;
  readonly draft: CommentDraft | null;
  readonly active: string | null;
  activate(id: string | null): void;
  /** Shows the words of a thread in the page. */
  show(thread: PlacedThread): void;
  drop(): void;
  /** Begins a comment on what is chosen. */
  begin(): void;
  /** Null when taken, else why not. */
  send(text: string, mentions: string[], answered: string | null): Taken;
  resolve(comment: Comment, resolved: boolean): void;
}

/** After a change of the text the places are looked for once within this time, ms. */
const LOOK_MS = 120;
type Nodes = ReadonlyMap<string, NodeView>;
const NO_NODES: Nodes = new Map();

/** Deleted ones stay: a thread whose first message is gone keeps its place and its replies. */
function fold(state: Nodes, change: Change): Nodes {
  const next = new Map(state);
  for (const id of change.removed) {
    const node = next.get(id);
    if (node) next.set(id, { ...node, deleted: true });
  }
  for (const node of [...change.added, ...change.changed]) next.set(node.id, node);
  return next;
}

/** Where each thread is, looked for again when the text or the comments change. */
function usePlaces(desk: Desk | null, threads: readonly CommentThread[]): ReadonlyMap<string, Whereabouts> | null {
  const [places, setPlaces] = useState<ReadonlyMap<string, Whereabouts> | null>(null);
  const shown = useRef('');
  useEffect(() => {
    if (!desk) return setPlaces(null);
    let timer: ReturnType<typeof setTimeout> | null = null;
    const look = (): void => {
      timer = null;
      if (desk.editor.isDestroyed) return;
      // Marks that come into a word while it is composed would break it off.
      if (desk.editor.view.composing) return void (timer = setTimeout(look, LOOK_MS));
      const found = new Map(threads.flatMap(({ root }) => (root.on.length > 0 ? [[root.message.id, whereIs(desk.binding.copy, root.on)] as const] : [])));
      const now = JSON.stringify([...found]);
      if (now !== shown.current) setPlaces(found);
      shown.current = now;
    };
    const later = ({ transaction }: { transaction: { docChanged: boolean } }): void => {
      if (transaction.docChanged) timer ??= setTimeout(look, LOOK_MS);
    };
    shown.current = '';
    look();
    desk.editor.on('transaction', later);
    return () => {
      desk.editor.off('transaction', later);
      if (timer !== null) clearTimeout(timer);
    };
  }, [desk, threads]);
  return desk ? places : null;
}

/** Threads in the order of the page. */
function inOrder(threads: readonly CommentThread[], places: ReadonlyMap<string, Whereabouts> | null, desk: Desk | null): PlacedThread[] {
  const starts = desk && !desk.editor.isDestroyed ? blockStarts(desk.editor.state.doc) : new Map<string, number>();
  const placed = threads.map((thread) => ({ ...thread, where: places?.get(thread.root.message.id) ?? null }));
  const at = ({ where }: PlacedThread): number => {
    const first = where?.here?.[0];
    const start = first ? starts.get(first.id) : where && where.gone !== null ? starts.get(where.gone) : undefined;
    return start === undefined ? Infinity : start + (first?.from ?? 0);
  };
  return placed.map((thread) => [at(thread), thread] as const).sort(([a], [b]) => (a === b ? 0 : a - b)).map(([, thread]) => thread);
}

/** Marks in the page, and the key for a comment. */
function useMarks(desk: Desk | null, threads: readonly PlacedThread[], active: string | null, act: { open(id: string): void; begin(): boolean }): void {
  const { t } = useI18n();
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!desk || desk.editor.isDestroyed) return;
    const plugin = commentMarks(() => ({ gone: (n) => t('comment.goneAt', { n }), open: (id) => latest.current.open(id), key: () => latest.current.begin() }));
    desk.editor.registerPlugin(plugin);
    return () => {
      if (!desk.editor.isDestroyed) desk.editor.unregisterPlugin(plugin.spec.key!);
    };
  }, [desk, t]);
  useEffect(() => {
    if (!desk || desk.editor.isDestroyed) return;
    const marks = threads.flatMap(({ root, where }): CommentMark[] => (where && root.resolvedBy === null ? [{ id: root.message.id, where, active: root.message.id === active }] : []));
    showMarks(desk.editor.view, marks);
  }, [desk, threads, active, t]);
}

/** The page scrolls to the words, or to the block where they were; who writes stands there then. */
function showThread({ editor }: Desk, { where }: PlacedThread): void {
  if (where === null || editor.isDestroyed) return;
  const first = where.here?.[0] ?? (where.gone === null ? null : { id: where.gone, from: 0 });
  const start = first && blockStarts(editor.state.doc).get(first.id);
  if (!first || start === undefined || start === null) return;
  const at = Math.min(start + first.from, editor.state.doc.content.size);
  if (editor.isEditable) editor.view.dispatch(editor.state.tr.setSelection(Selection.near(editor.state.doc.resolve(at))));
  const { node } = editor.view.domAtPos(at);
  (node instanceof Element ? node : node.parentElement)?.scrollIntoView({ block: 'center' });
}

/** While the panel is there, the caret in commented words says which comment is meant. */
function useFollow(desk: Desk | null, on: boolean, activate: (id: string) => void): void {
  useEffect(() => {
    if (!desk || !on) return;
    const look = (): void => {
      const { selection } = desk.editor.state;
      const id = selection.empty ? commentsAt(desk.editor.state, selection.head)[0] : undefined;
      if (id !== undefined) activate(id);
    };
    desk.editor.on('selectionUpdate', look);
    return () => void desk.editor.off('selectionUpdate', look);
  }, [desk, on, activate]);
}

/** The comments; `onOpen` brings the panel up. */
export function useComments(space: SpaceView, fragment: string, people: People, desk: Desk | null, panel: { shown: boolean; onOpen(): void }): Comments {
  const { t } = useI18n();
  const query = useMemo(() => ({ type: MESSAGE, fragment, include: { deleted: true } }), [fragment]);
  const { state, loaded } = useFolded(space.id, query, NO_NODES, fold);
  const told = useMemo(() => commentThreads(state.values()), [state]);
  const places = usePlaces(desk, told);
  const threads = useMemo(() => inOrder(told, places, desk), [told, places, desk]);
  const [draft, setDraft] = useState<CommentDraft | null>(null);
  const [active, activate] = useState<string | null>(null);
  const acts = useMessageActs(space, fragment, people);
  const may = mayComment(space, fragment);
  const { onOpen } = panel;
  const open = useCallback((id: string) => (activate(id), onOpen()), [onOpen]);
  const begin = (): boolean => {
    if (!desk || desk.editor.isDestroyed) return false;
    readCaret(desk.editor.view);
    const { state: page } = desk.editor;
    const known = page.selection.empty ? commentsAt(page, page.selection.head)[0] : undefined;
    if (known !== undefined) return (open(known), true);
    if (!may) return false;
    setDraft((before) => ({ on: holdPassages(desk.binding.copy, chosenStretches(page)), turn: (before?.turn ?? 0) + 1 }));
    onOpen();
    return true;
  };
  useMarks(desk, threads, active, { open, begin });
  useFollow(desk, panel.shown, activate);
  return {
    // Behind a closed panel nothing is about to be said: the way to a comment stands beside chosen words.
    ...acts, threads, loaded, may, draft: panel.shown ? draft : null, active, activate, open: told.filter(({ root }) => root.resolvedBy === null).length,
    begin: () => void begin(),
    drop: () => setDraft(null),
    show: (thread) => desk && showThread(desk, thread),
    resolve(comment, resolved) {
      const made = resolveComment(comment, resolved);
      if (made.ok) void acts.run(made.value);
    },
    send(text, mentions, answered) {
      const made = answered === null ? sendComment(fragment, { text, mentions, on: draft?.on ?? [] }) : sendMessage({ text, mentions, replyTo: answered });
      if (!made.ok) return t(refusalWord(made.error));
      setDraft(answered === null ? null : draft);
      return acts.run(made.value).then((done) => {
        if (answered === null && done?.ids[0] !== undefined) activate(done.ids[0]);
        // The words come back into the field, and what they are about with them.
        if (answered === null && done === null) setDraft((now) => now ?? draft);
        return done !== null;
      });
    },
  };
}
