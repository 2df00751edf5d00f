/** This person's cards and decks, in their Personal space, and what one does with them. */
import { useMemo } from 'react';
import { CARD, DECK } from '#domain/learn';
import { decksOf, halfWholes, readCard, type Card } from '#domain/learn/cards';
import { FRAGMENT, ROOT, type DirectoryEntry } from '#domain/shared';
import type { NodeView, Op } from '#os/api';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNodes, usePersonal } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { HALVES, WRITING } from './deck-files.ts';

export interface CardsHere {
  readonly personal: string | null;
  readonly cards: readonly Card[];
  readonly decks: readonly DirectoryEntry[];
  readonly loaded: boolean;
}

const CARDS = { type: CARD };

/** Nodes are new when they change: what was read of one is kept, and so is its schedule. */
const read = new WeakMap<NodeView, Card | null>();
const cardOf = (node: NodeView): Card | null => {
  const known = read.get(node);
  if (known !== undefined) return known;
  const card = readCard(node);
  read.set(node, card);
  return card;
};

/** All of them, kept up to date. */
export function useCards(): CardsHere {
  const personal = usePersonal()?.id ?? null;
  const held = useNodes(personal, CARDS);
  const entries = useNodes(personal, { type: FRAGMENT, fragment: ROOT, where: { type: DECK } });
  const decks = useMemo(() => decksOf(entries.nodes.values()), [entries.nodes]);
  // Of a deck that was taken out, or is not all written, nothing is asked.
  const cards = useMemo(() => {
    const here = new Set(decks.map(({ fragment }) => fragment));
    return [...held.nodes.values()].flatMap((node) => (here.has(node.fragment) ? (cardOf(node) ?? []) : []));
  }, [held.nodes, decks]);
  return { personal, cards, decks, loaded: held.loaded && entries.loaded };
}

/** Decks of which only a part came, but for those this page is writing. */
export function useHalves(personal: string | null): readonly DirectoryEntry[] {
  const { nodes } = useNodes(personal, HALVES);
  return useMemo(() => halfWholes(nodes.values()).filter(({ fragment }) => !WRITING.has(fragment)), [nodes]);
}

/** Writes into a deck; false when that failed, which is said. */
export function useCardActs(personal: string | null): (ops: readonly Op[], fragment: string) => Promise<boolean> {
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  return useMemo(() => async (ops, fragment) => {
    if (personal === null) return false;
    return api.graph(personal).transact([...ops], { fragment }).then(() => true, (error: unknown) => (toast({ text: errorText(t, error, 'learn.failed') }), false));
  }, [api, personal, toast, t]);
}

/** When the day of this person began, ms. */
export function dayStart(now: number): number {
  const at = new Date(now);
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
