/**
 * What a person did with the entries of one place (a fragment of a space): a `hub@1` node in the Personal space, under an id that all their devices compute alike.
 * `max` holds per writer up to which record all is done; sets `done`, `again` (taken back), `seen` (opened from the Hub), `saved` hold entries, `later` those put off, each
 * behind its time. What is told by the record
 * that made it is written "id seq writer", anything else as its id.
 */
import type { NodeView } from '#os/api';
import { derivedId, idOf, type Happening, type HappeningKind, type PlaceOf } from '#domain/shared';

export const HUB = 'hub@1';
export const HUB_VERB = { done: 'hub/item.done@1', again: 'hub/item.again@1', save: 'hub/item.save@1', snooze: 'hub/item.snooze@1', seen: 'hub/item.seen@1', follow: 'hub/place.follow@1', visit: 'hub/visit.end@1' } as const;

/** Key under which the end of the last visit stands, in a node of its own; only ever forwards, so that all devices agree. */
export const VISIT = 'visit';

/** What is not a node of a log: a request to join, a report. They stand in the place of this name. */
export const DESK = 'desk';

/** Why an entry is in the Inbox, the strongest first: the order they are told in. */
export const REASONS = ['mention', 'reply', 'given', 'join', 'report', 'comment', 'proposal', 'missed', 'thread', 'follow'] as const;
export type Reason = (typeof REASONS)[number];

/** Ways to narrow the Inbox. */
export const FILTERS = { mentions: ['mention', 'reply', 'missed'], given: ['given', 'join', 'report', 'proposal'], watching: ['comment', 'thread', 'follow'] } as const satisfies Record<string, readonly Reason[]>;
export type Filter = keyof typeof FILTERS;

/** A node as the Hub knows it. */
export interface Entry {
  readonly id: string;
  readonly space: string;
  readonly fragment: string;
  readonly kind: HappeningKind | 'join' | 'report';
  readonly by: string | null;
  readonly at: number;
  readonly title: string;
  readonly to: readonly string[];
  /** uids of who took part, of a call. */
  readonly with?: readonly string[];
  readonly answers: string | null;
  /** The message whose thread it stands in. */
  readonly thread: string | null;
  readonly given: { readonly to: string; readonly by: string | null } | null;
  readonly due: string | null;
  readonly waits: boolean | null;
  readonly params: Readonly<Record<string, string>>;
  readonly place: PlaceOf | null;
  /** Where it is looked at, when that is elsewhere. */
  readonly leads?: Happening['leads'];
  /** Null: of no log. */
  readonly log: { readonly writer: string; readonly seq: number } | null;
  /** uid of who made the node; order of making. */
  readonly createdBy: string | null;
  readonly stamp: string;
}

export interface HubMark {
  readonly upTo: ReadonlyMap<string, number>;
  readonly done: ReadonlyMap<string, string>;
  readonly again: ReadonlyMap<string, string>;
  readonly seen: ReadonlyMap<string, string>;
  readonly saved: ReadonlyMap<string, string>;
  /** Id → when it comes back, ms, and the values that say so. */
  readonly later: ReadonlyMap<string, { readonly until: number; readonly values: readonly string[] }>;
  readonly follows: boolean;
  readonly exists: boolean;
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();
export const NO_HUB_MARK: HubMark = { upTo: NONE, done: NONE, again: NONE, seen: NONE, saved: NONE, later: NONE, follows: false, exists: false };

export const hubMarkId = (space: string, fragment: string): string => derivedId('lgos/hub/1', space, fragment);
export const visitId = (personal: string): string => derivedId('lgos/hub/1', personal, VISIT);

/** Id and value of what stands in a set; what is no text is nothing. */
const membersOf = (node: NodeView, set: string): Map<string, string> => new Map((node.sets[set] ?? []).flatMap((value) => (typeof value === 'string' && idOf(value.split(' ')[0]) !== null ? [[value.split(' ')[0]!, value] as const] : [])));

function laterOf(node: NodeView): HubMark['later'] {
  const out = new Map<string, { until: number; values: string[] }>();
  for (const value of node.sets['later'] ?? []) {
    const [time, id] = typeof value === 'string' ? value.split(' ') : [];
    const until = Number(time);
    if (!id || typeof value !== 'string' || !Number.isSafeInteger(until)) continue;
    const known = out.get(id);
    // Two devices put it off at the same time: the later time holds.
    out.set(id, { until: Math.max(until, known?.until ?? 0), values: [...(known?.values ?? []), value] });
  }
  return out;
}

/** The mark a node carries. */
export function hubMarkOf(node: NodeView | undefined): HubMark {
  if (node?.type !== HUB) return NO_HUB_MARK;
  const [done, again, seen, saved] = ['done', 'again', 'seen', 'saved'].map((set) => membersOf(node, set));
  return { upTo: new Map(Object.entries(node.max)), done: done!, again: again!, seen: seen!, saved: saved!, later: laterOf(node), follows: node.props['follow'] === true, exists: true };
}

/** When the Hub was last left, ms; null: never. */
export const lastVisitOf = (node: NodeView | undefined): number | null => (node?.type === HUB ? (node.max[VISIT] ?? null) : null);

/** Is it told by the record that made it? A task is not: whose it is may be said long after; nor a proposal, which is a draft at first, nor a call, which is told when it is over. */
export const counted = ({ log, kind }: Pick<Entry, 'log' | 'kind'>): boolean => log !== null && kind !== 'task' && kind !== 'proposal' && kind !== 'call';

/** How an entry is written in a set. */
export const valueOf = (entry: Pick<Entry, 'id' | 'log' | 'kind'>): string => (counted(entry) ? `${entry.id} ${entry.log!.seq} ${entry.log!.writer}` : entry.id);

/** Seq and writer of a written entry; null when it is of no log. */
export function logOf(value: string): { writer: string; seq: number } | null {
  const [, seq, writer] = value.split(' ');
  return writer !== undefined && Number.isSafeInteger(Number(seq)) ? { writer, seq: Number(seq) } : null;
}
