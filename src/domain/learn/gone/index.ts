/**
 * What of Learn lies in the trash. A deletion takes one node away and nothing else: of a course or a deck its entry, of a module its name, of a step what stands in
 * it. What people did of it and what belongs to it stay, and are there again when it comes back. A door of its own: the trash asks for no more.
 */
import type { JsonValue, NodeView, Op, SpaceView } from '#os/api';
import { FRAGMENT, idOf, mayChange, mayMake, oneLine, readDirectoryEntry, ROOT, TASK_TITLE_MAX, textOf, type DirectoryEntry } from '#domain/shared';
import { ASSIGNMENT, CARD, COURSE, DECK, LESSON, MODULE, QUESTION } from '#domain/learn';

/** Nodes that are a part of a course or a deck, and may be deleted alone. */
export const LEARN_PARTS = [MODULE, LESSON, ASSIGNMENT, QUESTION, CARD] as const;
/** Types of entries that may be deleted. */
export const LEARN_WHOLES: readonly string[] = [COURSE, DECK];

/** Takes a part of a course out of it; what people did of it is kept, and restorePart brings it back. */
export const deletePart = (id: string): Op[] => [{ op: 'node.delete', id, verb: 'learn/part.delete@1' }];
export const restorePart = (id: string): Op[] => [{ op: 'node.restore', id, verb: 'learn/part.restore@1' }];
export const deleteCard = (id: string): Op[] => [{ op: 'node.delete', id, verb: 'learn/card.delete@1' }];
export const restoreCard = (id: string): Op[] => [{ op: 'node.restore', id, verb: 'learn/card.restore@1' }];

const of = ({ type }: Pick<DirectoryEntry, 'type'>): string => (type === DECK ? 'deck' : 'course');
/** Moves a course or a deck to the trash: its entry goes, and with it all that is read by it. */
export const deleteWhole = (entry: Pick<DirectoryEntry, 'node' | 'type'>): Op[] => [{ op: 'node.delete', id: entry.node, verb: `learn/${of(entry)}.delete@1` }];
export const restoreWhole = (entry: Pick<DirectoryEntry, 'node' | 'type'>): Op[] => [{ op: 'node.restore', id: entry.node, verb: `learn/${of(entry)}.restore@1` }];

/** In the entry of a deck: that it is being written, or was left so; or that what came of it was taken away. */
const HALF = 'half';
const half = ({ node }: Pick<DirectoryEntry, 'node'>, value: JsonValue, verb: string): Op => ({ op: 'node.set', id: node, props: { [HALF]: value }, verb });

/** A deck of which not all is written yet is in no list, and not in the trash: nobody brings back half of one. */
export const beginHalf = (entry: Pick<DirectoryEntry, 'node' | 'type'>): Op[] => [half(entry, true, `learn/${of(entry)}.delete@1`), ...deleteWhole(entry)];
/** All of it is written. */
export const endHalf = (entry: Pick<DirectoryEntry, 'node' | 'type'>): Op[] => [...restoreWhole(entry), half(entry, false, `learn/${of(entry)}.restore@1`)];
/** It is not gone on with: what came of it is taken away. */
export const dropHalf = (entry: Pick<DirectoryEntry, 'node' | 'type'>): Op[] => [half(entry, 'gone', `learn/${of(entry)}.delete@1`)];

/** The decks of which only a part came, as their entries say. */
export const halfWholes = (nodes: Iterable<NodeView>): DirectoryEntry[] =>
  [...nodes].flatMap((node) => (node.deleted && node.props[HALF] === true ? (readDirectoryEntry({ ...node, deleted: false }) ?? []) : [])).filter(({ type }) => type === DECK);

/** A deleted course or deck of a directory node; null for every other node, and of what never was whole. */
export function goneWhole(node: NodeView): DirectoryEntry | null {
  const entry = node.deleted ? readDirectoryEntry({ ...node, deleted: false }) : null;
  // Of decks alone, which lie with one person: nobody hides a course of others by it.
  const never = entry?.type === DECK && (node.props[HALF] === true || node.props[HALF] === 'gone');
  return entry && !never && LEARN_WHOLES.includes(entry.type) ? entry : null;
}

/** Something that was deleted in a course or a deck. */
export interface GonePart {
  readonly id: string;
  readonly type: (typeof LEARN_PARTS)[number];
  readonly fragment: string;
  readonly title: string;
  /** Of a question: the step it stands in. */
  readonly step: string | null;
}

const holes = (ask: string): string => ask.replace(/\{\{([^{}|]*)[^{}]*\}\}/g, '$1');
const words = (value: JsonValue | undefined): string => oneLine(textOf(value, TASK_TITLE_MAX) ?? (typeof value === 'string' ? value.slice(0, TASK_TITLE_MAX) : ''));

/** A deleted part of a node, or null; `titles`: of documents, by their fragment, as a lesson is called like its own. */
export function gonePart(node: NodeView, titles: { get(fragment: string): string | undefined }): GonePart | null {
  const type = LEARN_PARTS.find((one) => one === node.type);
  if (!node.deleted || type === undefined) return null;
  const reads = type === LESSON ? node.edges.find((edge) => edge.type === 'learn/reads@1')?.to : undefined;
  const document = Array.isArray(reads) ? titles.get(reads.at(-2)!) : undefined;
  const { title, ask, front } = node.props;
  return { id: node.id, type, fragment: node.fragment, title: document || (type === QUESTION ? holes(words(ask)) : type === CARD ? words(front) : words(title)), step: type === QUESTION ? idOf(node.parent) : null };
}

export const deleteGone = ({ id, type }: Pick<GonePart, 'id' | 'type'>): Op[] => (type === CARD ? deleteCard(id) : deletePart(id));
export const restoreGone = ({ id, type }: Pick<GonePart, 'id' | 'type'>): Op[] => (type === CARD ? restoreCard(id) : restorePart(id));

/** May this person bring it back: who writes the course or the deck. */
export const mayRestorePart = (space: SpaceView, { id, type, fragment }: GonePart): boolean =>
  mayMake(space, type === CARD ? CARD : LESSON, fragment) && mayChange(space, fragment, id) && space.role !== 'guest' && !space.comments.includes(fragment);

/** May this person delete or bring back the course or the deck: an entry of the directory, which who has a part of the space does not write. */
export const mayMoveWhole = (space: SpaceView, { type, fragment, node }: Pick<DirectoryEntry, 'type' | 'fragment' | 'node'>): boolean =>
  mayMake(space, FRAGMENT) && mayMake(space, type, fragment) && mayChange(space, ROOT, fragment, node) && space.role !== 'guest' && space.scope === null;
