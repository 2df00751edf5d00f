/** What is known of a page whose text is shown in another: its title, whether it may be read, and its text, live. */
import { useEffect, useMemo, useState } from 'react';
import { DOCUMENT, textNodeOf } from '#domain/editor';
import { DocReplica, partOf, plainOf, type Block, type ShownLink } from '#domain/editor/model';
import { useAsked, useKernel, useSpaces } from '#view/kit/kernel.tsx';
import { entryOf, SHOWN_BLOCKS } from './shown-read.ts';

/** Between two readings of a text that others write, ms. */
const EVERY_MS = 150;
/** The same of its name, ms. */
const NAME_MS = 1_000;

/** Why there is no text: it may not be read, is not here yet, was deleted; or the part is not in its page. */
export type NotShown = 'closed' | 'away' | 'deleted' | 'gone';

export interface Shown {
  /** Null until it is known. */
  readonly title: string | null;
  /** First words of the part that is meant, when that is a heading. */
  readonly part: string | null;
  /** Null: no text, and why; both null while nothing is known yet. */
  readonly blocks: readonly Block[] | null;
  readonly not: NotShown | null;
  /** There is more than is shown. */
  readonly cut: boolean;
}

/** The text of a page while `wanted`; null until it is here, and `away` says that it is not. */
function useText(space: string, fragment: string, wanted: boolean): { text: readonly Block[] | null; away: boolean } {
  const api = useKernel();
  const [held, setHeld] = useState<{ text: readonly Block[] | null; away: boolean }>({ text: null, away: false });
  useEffect(() => {
    if (!wanted) return;
    const copy = new DocReplica(1);
    let [mark, alive, asking]: [string | null, boolean, boolean] = [null, true, false];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const read = async (): Promise<void> => {
      asking = true;
      try {
        const news = await api.graph(space).updates(textNodeOf(fragment), mark);
        copy.take(news.updates);
        mark = news.mark;
        if (alive) setHeld({ text: copy.shown(), away: false });
      } catch {
        // Of a kernel that began anew everything is asked.
        mark = null;
        if (alive) setHeld(({ text }) => ({ text, away: text === null }));
      } finally {
        asking = false;
      }
    };
    const later = (): void => {
      timer ??= setTimeout(() => {
        timer = null;
        if (asking) later();
        else void read();
      }, EVERY_MS);
    };
    const stop = api.graph(space).subscribe({ type: DOCUMENT, fragment }, later);
    const back = api.on(({ type }) => void (type === 'kernel' && later()));
    void read();
    return () => {
      alive = false;
      stop();
      back();
      if (timer !== null) clearTimeout(timer);
    };
  }, [api, space, fragment, wanted]);
  return held;
}

/** Follows it; `wanted`: its text as well. */
export function useShown(link: ShownLink, wanted: boolean): Shown {
  const api = useKernel();
  const spaces = useSpaces();
  const entry = useAsked(async () => ({ found: await entryOf(api, link).catch(() => null) }), ['node_created', 'node_updated', 'spaces'], [api, link.space, link.fragment], NAME_MS);
  const space = spaces?.find(({ id }) => id === link.space);
  const closed = spaces !== null && (!space || (space.scope !== null && !space.scope.includes(link.fragment)));
  const { text, away } = useText(link.space, link.fragment, wanted && spaces !== null && !closed);
  return useMemo(() => {
    const found = entry?.found ?? null;
    const named = { title: found?.title ?? null, part: null, blocks: null, cut: false };
    if (closed) return { ...named, title: null, not: 'closed' };
    if (found?.deleted) return { ...named, not: 'deleted' };
    if (text === null) return { ...named, not: away ? 'away' : null };
    const blocks = partOf(text, link.block);
    // A page without a word is one all the same; a part is never without its block.
    if (link.block !== null && blocks.length === 0) return { ...named, not: 'gone' };
    const head = link.block !== null && blocks[0]!.type === 'heading' ? plainOf(blocks[0]!.text) : null;
    return { ...named, part: head, blocks: blocks.slice(0, SHOWN_BLOCKS), not: null, cut: blocks.length > SHOWN_BLOCKS };
  }, [closed, entry, text, away, link.block]);
}
