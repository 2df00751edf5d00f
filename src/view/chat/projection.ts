/** From messages to the rows of a channel: day lines, the unread line, groups by author and time. Pure. */
import type { ReactNode } from 'react';
import { inThread, sameGroup, type ChannelState, type Message } from '#domain/chat';

/** Something that happened in a channel and is no message, as who shows the channel draws it: a call. */
export interface ChannelLine {
  readonly key: string;
  readonly at: number;
  readonly line: ReactNode;
}

export type Row =
  | { kind: 'line'; key: string; at: number; line: ReactNode }
  | { kind: 'day'; key: string; at: number }
  | { kind: 'unread'; key: string; n: number; since: number | null }
  /** What was moved from here with what answers it: one line that says where it is. */
  | { kind: 'moved'; key: string; message: Message }
  | { kind: 'message'; key: string; message: Message; head: boolean; quote: boolean; quoted: Message | null; replies: readonly Message[] };

/** Where the unread line stands, by the marks at the opening of the channel, so that it does not wander while one reads. */
export interface UnreadLine {
  first: string;
  n: number;
  since: number | null;
}

const NO_REPLIES: readonly Message[] = [];
/** One number for each day here: asked for every message of a channel at each change, so no words are made. */
function dayOf(at: number): number {
  const day = new Date(at);
  return (day.getFullYear() * 12 + day.getMonth()) * 31 + day.getDate();
}

/** Rows of a channel in order; `flat`: what stands in threads too, where there is no thread to open. The message under edit stays, even when it is deleted meanwhile: what is typed must not vanish. */
export function channelRows(state: ChannelState, line: UnreadLine | null, editing: string | null = null, flat = false, lines: readonly ChannelLine[] = [], older = false): Row[] {
  const rows: Row[] = [];
  let before: Message | null = null;
  /** What the row before says of the day. */
  let at: number | null = null;
  const first = state.order[0]?.at ?? -Infinity;
  // Those before the first message that is loaded come with the messages around them.
  const left = lines.filter((one) => !older || one.at >= first).toSorted((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  const linesUpTo = (end: number): void => {
    while (left.length > 0 && left[0]!.at <= end) {
      const next = left.shift()!;
      if (at === null || dayOf(at) !== dayOf(next.at)) rows.push({ kind: 'day', key: `day:${next.key}`, at: next.at });
      rows.push({ kind: 'line', ...next });
      at = next.at;
      before = null;
    }
  };
  for (const message of state.order) {
    if (message.deleted && message.id !== editing) continue;
    if (message.moved !== null) {
      if (state.byId.get(message.replyTo ?? '')?.moved == null) rows.push({ kind: 'moved', key: message.id, message });
      continue;
    }
    if (!flat && inThread(state, message)) continue;
    linesUpTo(message.at);
    const newDay = at === null || dayOf(at) !== dayOf(message.at);
    if (newDay) rows.push({ kind: 'day', key: `day:${message.id}`, at: message.at });
    const atLine = line?.first === message.id;
    if (atLine) rows.push({ kind: 'unread', key: 'unread', n: line.n, since: line.since });
    const head = newDay || atLine || !before || !sameGroup(before, message);
    rows.push({
      kind: 'message',
      key: message.id,
      message,
      head,
      // A run of answers to one message names it once.
      quote: message.replyTo !== null && (newDay || atLine || before?.replyTo !== message.replyTo || before === null),
      quoted: message.replyTo ? (state.byId.get(message.replyTo) ?? null) : null,
      replies: state.threads.get(message.id) ?? NO_REPLIES,
    });
    before = message;
    at = message.at;
  }
  linesUpTo(Infinity);
  return rows;
}

/** The unread line over the messages up to the stamp `last`. */
export function unreadLine(order: readonly Message[], last: string, unread: (message: Message) => boolean): UnreadLine | null {
  let first: Message | null = null;
  let since: number | null = null;
  let n = 0;
  for (const message of order) {
    if (message.deleted || message.moved !== null || message.stamp > last) continue;
    if (unread(message)) {
      first ??= message;
      n++;
    } else if (!first) since = message.at;
  }
  return first ? { first: first.id, n, since } : null;
}
