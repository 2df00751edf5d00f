/** Who hears of what and why, how an entry stands, and in which order lists are. Pure; the same for every device that holds the same. */
import { didMiss, isUnread, type Quiet, type ReadMark } from '#domain/shared';
import { counted, FILTERS, REASONS, type Entry, type Filter, type HubMark, type Reason } from './schema.ts';

/** Which calls of a space this person could hear. */
export interface CallsHeard {
  /** Since when they are a member, ms; Infinity while that is not known. */
  readonly since: number;
  may(fragment: string): boolean;
}

/** What the reasons depend on besides the entry. */
export interface Surroundings {
  readonly me: string | null;
  /** Null: known to be nowhere here; undefined: not looked for yet. */
  entry(id: string): Entry | null | undefined;
  /** The entry that made the place. */
  place(fragment: string): Entry | undefined;
  follows(fragment: string): boolean;
  /** Did I write in the thread that hangs on this node? */
  inThread(root: string): boolean;
  readonly calls: CallsHeard;
}

/** An answer to something that was not looked for yet: why it concerns me is not known. */
export const isUnclear = (entry: Entry, { entry: find }: Pick<Surroundings, 'entry'>): boolean => entry.answers !== null && find(entry.answers) === undefined;

/** Why this person should hear of it, the strongest reason first; nothing for what they did themselves. */
export function reasonsOf(entry: Entry, around: Surroundings): Reason[] {
  const { me } = around;
  if (me === null) return [];
  const out = new Set<Reason>();
  if (entry.kind === 'join' || entry.kind === 'report') return entry.waits === true ? [entry.kind] : [];
  if (entry.kind === 'task') return entry.waits === true && entry.given?.to === me && entry.given.by !== me ? ['given'] : [];
  if (entry.createdBy === me || entry.by === me) return [];
  const place = around.place(entry.fragment);
  if (entry.kind === 'proposal') {
    if (entry.waits === true && place?.createdBy === me) out.add('proposal');
  } else if (entry.kind === 'message') {
    if (entry.to.includes(me)) out.add('mention');
    if (entry.answers !== null) {
      if (around.entry(entry.answers)?.createdBy === me) out.add('reply');
      if (around.inThread(entry.thread ?? entry.answers)) out.add('thread');
    }
    if (place?.place?.about && place.createdBy === me) out.add('comment');
  } else if (entry.kind === 'call') {
    const { since, may } = around.calls;
    if (didMiss({ by: entry.by, at: entry.at, people: entry.with ?? [] }, { me, since, hears: may(entry.fragment) })) out.add('missed');
  } else if (entry.kind === 'person' || entry.kind === 'channel') return [];
  if (around.follows(entry.fragment)) out.add('follow');
  return REASONS.filter((reason) => out.has(reason));
}

export type Standing = 'inbox' | 'later' | 'done' | 'read';

/** How an entry stands with this person: in the Inbox, put off, done, or read in its place without the Hub. */
export function standingOf(entry: Entry, mark: HubMark, read: ReadMark, me: string | null, now: number, thread: string | null = null): { is: Standing; unread: boolean } {
  const later = mark.later.get(entry.id);
  if (isDone(entry, mark)) return { is: 'done', unread: false };
  if (later && later.until > now) return { is: 'later', unread: false };
  const woken = later !== undefined;
  const opened = mark.seen.has(entry.id) || mark.again.has(entry.id);
  const fresh = entry.kind === 'message' && entry.log !== null ? isUnread({ id: entry.id, by: entry.createdBy, thread, ...entry.log }, me, read) : !opened;
  const waits = entry.waits === true || (entry.kind !== 'message' && entry.waits === null);
  return { is: woken || fresh || opened || waits ? 'inbox' : 'read', unread: woken || fresh };
}

/** Done, one by one or with all before it; what was taken back is not. */
export function isDone({ id, log, kind }: Entry, mark: HubMark): boolean {
  if (mark.again.has(id)) return false;
  return mark.done.has(id) || (counted({ log, kind }) && log!.seq <= (mark.upTo.get(log!.writer) ?? -1));
}

/** The order of all lists: the newest first. One time is told apart by id, so that all devices agree. */
export const byNewest = (a: Pick<Entry, 'at' | 'id'>, b: Pick<Entry, 'at' | 'id'>): number => b.at - a.at || (a.id < b.id ? -1 : 1);

export const fits = (reasons: readonly Reason[], filter: Filter | null): boolean => filter === null || reasons.some((reason) => (FILTERS[filter] as readonly Reason[]).includes(reason));

/** Of somebody muted or blocked, or where I want to hear nothing: said to me by name it is told all the same, of a person never. */
export function isSilent(entry: Entry, reasons: readonly Reason[], quiet: Quiet, answersOf: (id: string) => string | null, depth: number): boolean {
  if (entry.by !== null && quiet.people.has(entry.by)) return true;
  for (let at: string | null = entry.id, n = 0; at !== null && n < depth; n++) {
    if (quiet.threads.has(at)) return true;
    at = n === 0 ? entry.answers : answersOf(at);
  }
  return (quiet.channels.has(entry.fragment) || quiet.named.has(entry.fragment)) && !reasons.includes('mention');
}
