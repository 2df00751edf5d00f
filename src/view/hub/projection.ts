/** From the entries of the Hub to rows: one for each thing they are about, grouped by space; and what holds a list still under the eyes. Pure. */
import { FILTERS, fits, REASONS, type Entry, type Filter, type HubMark, type Item, type Reason, type SpaceIndex } from '#domain/hub';
import type { Route } from '#view/kit/router.tsx';

export interface HubRow {
  readonly key: string;
  /** The newest first. */
  readonly items: readonly Item[];
  readonly reasons: readonly Reason[];
  readonly unread: boolean;
  readonly saved: boolean;
}

export const LISTS = ['all', ...(Object.keys(FILTERS) as Filter[]), 'saved', 'later', 'done'] as const;
export type List = (typeof LISTS)[number];

/** What the entry is about: answers to one thing are one row, what stands in a place that is followed as well. */
function subjectOf({ entry, reasons }: Item): string {
  if (entry.kind !== 'message') return entry.id;
  if (entry.answers !== null) return entry.answers;
  return reasons[0] === 'follow' ? entry.fragment : entry.id;
}

/** Does the entry stand in a list? */
export function isIn({ is, saved, reasons }: Item, list: List): boolean {
  if (list === 'saved') return saved;
  if (list === 'later' || list === 'done') return is === list;
  return is === 'inbox' && fits(reasons, list === 'all' ? null : list);
}

/** The rows of a list, the newest first. */
export function rowsOf(items: readonly Item[], list: List): HubRow[] {
  const here = items.filter((item) => isIn(item, list));
  return grouped(here, (item) => `${item.entry.space} ${item.entry.fragment} ${subjectOf(item)}`).map(([key, group]) => {
    const told = new Set(group.flatMap(({ reasons }) => reasons));
    return { key, items: group, reasons: REASONS.filter((reason) => told.has(reason)), unread: group.some(({ unread }) => unread), saved: group.every(({ saved }) => saved) };
  });
}

/** How many rows each list has. */
export const countsOf = (items: readonly Item[]): Record<List, number> => Object.fromEntries(LISTS.map((list) => [list, rowsOf(items, list).length])) as Record<List, number>;

export interface ShownRow extends HubRow {
  /** It left the list somewhere else while it was looked at. */
  readonly gone: boolean;
}

/**
 * What is shown of the rows of now while somebody looks at those of before: none moves, what left elsewhere stays in its place and says so, what is new waits and is
 * counted. What I moved myself goes at once.
 */
export function heldRows(before: readonly HubRow[] | null, now: readonly HubRow[], moved: ReadonlySet<string>): { rows: ShownRow[]; fresh: number } {
  const standing = new Map(now.map((row) => [row.key, row]));
  if (before === null || before.length === 0) return { rows: now.map((row) => ({ ...row, gone: false })), fresh: 0 };
  const rows = before.flatMap((row) => {
    const current = standing.get(row.key);
    if (current) return [{ ...current, gone: false }];
    return moved.has(row.key) ? [] : [{ ...row, gone: true }];
  });
  const shown = new Set(before.map(({ key }) => key));
  const fresh = now.filter(({ key }) => !shown.has(key) && !moved.has(key)).length;
  // With nothing left to hold still there is nothing to wait for.
  return rows.length === 0 ? heldRows(null, now, moved) : { rows, fresh };
}

/** In groups, each in the order it came. */
export function grouped<T>(list: readonly T[], keyOf: (one: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups];
}

/** Rows by space, the space with the newest first. */
export const bySpace = <T extends HubRow>(rows: readonly T[]): [string, T[]][] => grouped(rows, ({ items }) => items[0]!.entry.space);

const placesOf = new WeakMap<SpaceIndex, Map<string, Entry>>();

/** The entry that made the place an entry stands in: of several the first. */
export function placeEntry(index: SpaceIndex | undefined, fragment: string): Entry | null {
  if (!index) return null;
  let places = placesOf.get(index);
  if (!places) {
    placesOf.set(index, (places = new Map()));
    for (const entry of index.entries.values()) {
      const known = places.get(entry.fragment);
      if (entry.place && (!known || entry.stamp < known.stamp)) places.set(entry.fragment, entry);
    }
  }
  return places.get(fragment) ?? null;
}

/** Where an entry is looked at. */
export function routeOf(entry: Entry, place: Entry | null): Partial<Route> {
  const { space } = entry;
  if (entry.leads) return { ...entry.leads };
  if (entry.kind === 'join' || entry.kind === 'report' || entry.kind === 'person') return { space, lens: 'access' };
  const at = entry.place ?? place?.place ?? null;
  // A task whose place is none of the Hub, a course say, is looked at among tasks.
  if (at === null) return { space, lens: entry.kind === 'task' ? 'goals' : 'chat', object: entry.fragment, params: entry.params };
  return { space, lens: at.lens, object: at.fragment, params: entry.place ? {} : { ...(entry.kind === 'message' ? at.params : {}), ...entry.params } };
}

export type Snooze = 'hour' | 'evening' | 'tomorrow' | 'monday';

/** Times to put something off to, by the clock of the reader; `at` ms. One that is over or all but the same as another is left out. */
export function snoozeTimes(at: number): { word: Snooze; until: number }[] {
  const on = (days: number, hour: number): number => {
    const day = new Date(at);
    day.setDate(day.getDate() + days);
    day.setHours(hour, 0, 0, 0);
    return day.getTime();
  };
  const toMonday = (8 - new Date(at).getDay()) % 7 || 7;
  const evening = on(0, 18);
  return [
    { word: 'hour', until: at + 3_600_000 },
    ...(evening - at > 3_600_000 ? [{ word: 'evening' as const, until: evening }] : []),
    { word: 'tomorrow', until: on(1, 9) },
    ...(toMonday > 1 ? [{ word: 'monday' as const, until: on(toMonday, 9) }] : []),
  ];
}

/** Can the place be followed, and is it? */
export const followable = (place: Entry | null, mark: HubMark): { title: string; on: boolean } | null => (place?.place ? { title: place.place.title, on: mark.follows } : null);
