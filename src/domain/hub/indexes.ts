/**
 * What the Hub knows of a space, kept up by changes: whatever order they come in, and however they are cut, it is what reading everything anew gives.
 * The lists are computed from it.
 */
import type { Change, NodeView } from '#os/api';
import { HUB_LIMITS, THREAD_DEPTH_MAX, type ActivityType, type Happening, type Quiet, type ReadMark } from '#domain/shared';
import { byNewest, isSilent, isUnclear, reasonsOf, standingOf, type CallsHeard, type Standing, type Surroundings } from './rules.ts';
import { type Entry, type HubMark, type Reason } from './schema.ts';

export interface SpaceIndex {
  readonly entries: ReadonlyMap<string, Entry>;
  /** Nodes that were asked for and tell nothing, or are not here. */
  readonly nowhere: ReadonlySet<string>;
}

export const EMPTY_INDEX: SpaceIndex = { entries: new Map(), nowhere: new Set() };

/** What a node tells; null when nothing. A type may be told by several components: the first that reads it. */
export function entryOf(node: NodeView, types: readonly ActivityType[]): Entry | null {
  let told: Happening | null = null;
  for (const one of types) if (one.type === node.type && (told = one.read(node)) !== null) break;
  if (told === null) return null;
  return {
    id: node.id, space: node.space, fragment: told.place?.fragment ?? node.fragment, kind: told.kind, by: told.by, at: told.at, title: told.title, to: told.to ?? [], ...(told.with && { with: told.with }), answers: told.answers ?? null, thread: told.thread ?? null, given: told.given ?? null,
    due: told.due ?? null, waits: told.waits ?? null, params: told.params ?? {}, place: told.place ?? null, ...(told.leads && { leads: told.leads }), log: node.seq < 0 ? null : { writer: node.writer, seq: node.seq }, createdBy: node.told ? node.told.by : node.createdBy, stamp: node.stamp,
  };
}

/** The index after a change; the same object when nothing of it is told. */
export function applyHub(index: SpaceIndex, change: Pick<Change, 'added' | 'changed' | 'removed'>, types: readonly ActivityType[]): SpaceIndex {
  const entries = new Map(index.entries);
  const nowhere = new Set(index.nowhere);
  let touched = false;
  const leave = (id: string): void => {
    touched = entries.delete(id) || touched;
    if (nowhere.has(id)) return;
    nowhere.add(id);
    touched = true;
  };
  for (const id of change.removed) leave(id);
  for (const node of [...change.added, ...change.changed]) {
    const entry = entryOf(node, types);
    if (entry === null) {
      leave(node.id);
      continue;
    }
    entries.set(entry.id, entry);
    nowhere.delete(entry.id);
    touched = true;
  }
  return touched ? { entries, nowhere } : index;
}

/** An entry of the Inbox. */
export interface Item {
  readonly entry: Entry;
  readonly reasons: readonly Reason[];
  readonly is: Standing;
  readonly unread: boolean;
  readonly saved: boolean;
  /** When it comes back, ms; null: it was not put off. */
  readonly until: number | null;
  /** Muted or blocked: in no list. */
  readonly silent: boolean;
}

export interface Marks {
  hub(space: string, fragment: string): HubMark;
  read(space: string, fragment: string): ReadMark;
}

/** Who looks. */
interface Asker {
  readonly me: string | null;
  readonly marks: Marks;
  readonly calls: CallsHeard;
}

/** A look at one index: who stands where, and whom it concerns. */
export interface SpaceLook {
  readonly items: readonly Item[];
  /** Answers to what was not looked for yet. */
  readonly unclear: readonly Entry[];
}

function surroundings(space: string, { entries, nowhere }: SpaceIndex, { me, marks, calls }: Asker): Surroundings {
  const places = new Map<string, Entry>();
  const mine = new Set<string>();
  for (const entry of entries.values()) {
    if (entry.place) {
      const known = places.get(entry.fragment);
      // Several may name one fragment: the first that was made is it.
      if (!known || entry.stamp < known.stamp) places.set(entry.fragment, entry);
    } else if (entry.kind === 'message' && entry.createdBy === me) for (const on of [entry.answers, entry.thread]) if (on !== null) mine.add(on);
  }
  return { me, entry: (id) => entries.get(id) ?? (nowhere.has(id) ? null : undefined), place: (fragment) => places.get(fragment), follows: (fragment) => marks.hub(space, fragment).follows, inThread: (root) => mine.has(root), calls };
}

/** The message whose thread an entry stands in; null: it stands in its place itself. A thread without its beginning is shown in the place. */
function threadOf({ thread }: Entry, entries: ReadonlyMap<string, Entry>): string | null {
  const root = thread === null ? undefined : entries.get(thread);
  return root?.kind === 'message' && root.thread === null ? root.id : null;
}

/** Everything of a space that concerns this person, the newest first. What is no answer to anything known stands apart until that was looked for. */
export function itemsOf(space: string, index: SpaceIndex, { me, marks, quiet, now, calls }: Asker & { readonly quiet: Quiet; readonly now: number }): SpaceLook {
  const around = surroundings(space, index, { me, marks, calls });
  const items: Item[] = [];
  const unclear: Entry[] = [];
  for (const entry of index.entries.values()) {
    const reasons = reasonsOf(entry, around);
    if (isUnclear(entry, around) && entry.createdBy !== me) unclear.push(entry);
    if (reasons.length === 0) continue;
    const mark = marks.hub(space, entry.fragment);
    const silent = isSilent(entry, reasons, quiet, (id) => index.entries.get(id)?.answers ?? null, THREAD_DEPTH_MAX);
    items.push({ entry, reasons, ...standingOf(entry, mark, marks.read(space, entry.fragment), me, now, threadOf(entry, index.entries)), saved: mark.saved.has(entry.id), until: mark.later.get(entry.id)?.until ?? null, silent });
  }
  return { items: items.sort((a, b) => byNewest(a.entry, b.entry)), unclear };
}

/** What happened in a space, the newest first: of everybody, of no one muted or blocked. */
export function activityOf(index: SpaceIndex, quiet: Quiet): Entry[] {
  return [...index.entries.values()].filter((entry) => (entry.by === null || !quiet.people.has(entry.by)) && !quiet.channels.has(entry.fragment)).sort(byNewest);
}

/** When the next one that was put off comes back, ms; null: none. */
export function nextWaking(items: readonly Item[], now: number): number | null {
  const times = items.flatMap(({ until, is }) => (is === 'later' && until !== null && until > now ? [until] : []));
  return times.length === 0 ? null : Math.min(...times);
}

const byStampDown = (a: Entry, b: Entry): number => (a.stamp > b.stamp ? -1 : 1);

/** Keeps no more than the newest that are looked at; what is given to me, places, and what `keep` names stay. */
export function trimIndex(index: SpaceIndex, me: string | null, keep: (entry: Entry) => boolean): SpaceIndex {
  const byKind = new Map<string, Entry[]>();
  for (const entry of index.entries.values()) {
    if (entry.place || (entry.given !== null && entry.given.to === me) || keep(entry)) continue;
    const list = byKind.get(entry.kind);
    if (list) list.push(entry);
    else byKind.set(entry.kind, [entry]);
  }
  const over = [...byKind.values()].flatMap((list) => (list.length > HUB_LIMITS.looked ? list.sort(byStampDown).slice(HUB_LIMITS.looked) : []));
  if (over.length === 0 && index.nowhere.size <= HUB_LIMITS.looked) return index;
  const entries = new Map(index.entries);
  for (const { id } of over) entries.delete(id);
  const answered = new Set([...entries.values()].map((entry) => entry.answers));
  return { entries, nowhere: new Set([...index.nowhere].filter((id) => answered.has(id))) };
}
