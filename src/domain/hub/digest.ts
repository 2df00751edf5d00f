/** What is told at a glance: what changed since the last visit, counted, and what is mine to do. Nothing of it is guessed or written by a machine. */
import type { HappeningKind, Quiet } from '#domain/shared';
import { activityOf, type SpaceIndex } from './indexes.ts';
import { byNewest } from './rules.ts';
import type { Entry } from './schema.ts';

/** Lines of a space in the digest. */
const LINES = 5;

export interface SpaceDigest {
  readonly space: string;
  /** Changes by others since then. */
  readonly total: number;
  /** What they were and how many, the most first, each with the newest of it. */
  readonly lines: readonly { readonly kind: HappeningKind; readonly over: boolean; readonly n: number; readonly newest: Entry; readonly places: number; readonly people: readonly string[] }[];
}

/** What others did in a space after `since`, ms. */
export function digestOf(space: string, index: SpaceIndex, since: number, me: string | null, quiet: Quiet): SpaceDigest {
  const groups = new Map<string, Entry[]>();
  let total = 0;
  for (const entry of activityOf(index, quiet)) {
    if (entry.at <= since || entry.by === me || entry.kind === 'join' || entry.kind === 'report') continue;
    total++;
    const key = `${entry.kind}${entry.waits === false ? ' over' : ''}`;
    const list = groups.get(key);
    if (list) list.push(entry);
    else groups.set(key, [entry]);
  }
  const lines = [...groups.values()].map((list) => ({
    kind: list[0]!.kind as HappeningKind, over: list[0]!.waits === false, n: list.length, newest: list[0]!, places: new Set(list.map(({ fragment }) => fragment)).size,
    people: [...new Set(list.map(({ by }) => by).filter((by) => by !== null))],
  }));
  return { space, total, lines: lines.sort((a, b) => b.n - a.n || byNewest(a.newest, b.newest)).slice(0, LINES) };
}

export type Urgency = 'overdue' | 'today' | 'soon' | 'later' | 'open';

export interface OwnTask {
  readonly entry: Entry;
  readonly urgency: Urgency;
}

const URGENCIES: readonly Urgency[] = ['overdue', 'today', 'soon', 'later', 'open'];

/** Days from a day to another, both YYYY-MM-DD. */
const daysBetween = (from: string, to: string): number => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

/** The open tasks of this person in all spaces: first what is due first, what has no day last. */
export function myTasks(indexes: Iterable<SpaceIndex>, me: string | null, today: string): OwnTask[] {
  const out: OwnTask[] = [];
  for (const { entries } of indexes) {
    for (const entry of entries.values()) {
      if (entry.kind !== 'task' || entry.waits !== true || me === null || entry.given?.to !== me) continue;
      const left = entry.due === null ? null : daysBetween(today, entry.due);
      out.push({ entry, urgency: left === null ? 'open' : left < 0 ? 'overdue' : left === 0 ? 'today' : left <= 7 ? 'soon' : 'later' });
    }
  }
  const day = ({ entry }: OwnTask): string => entry.due ?? '';
  return out.sort((a, b) => URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency) || (day(a) === day(b) ? byNewest(a.entry, b.entry) : day(a) < day(b) ? -1 : 1));
}
