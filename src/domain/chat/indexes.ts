/** Incremental views of a channel: messages in order and threads, kept up by changes instead of recomputed per frame. */
import type { Change, NodeView } from '#os/api';
import { byStamp } from './rules.ts';
import { readMessage, type Message } from './schema.ts';

export interface ChannelState {
  /** All messages by id, deleted ones included while they are known. */
  readonly byId: ReadonlyMap<string, Message>;
  /** All messages in order. */
  readonly order: readonly Message[];
  /** Replies by the id of the message they answer, in order. */
  readonly threads: ReadonlyMap<string, readonly Message[]>;
}

export const EMPTY_CHANNEL: ChannelState = { byId: new Map(), order: [], threads: new Map() };

/** Does it stand in its thread alone? Where that cannot be opened (what it answers is not here, is deleted, was moved, stands in a thread itself) it stands in the channel: nothing is out of sight. */
export function inThread(state: Pick<ChannelState, 'byId'>, message: Message): boolean {
  const root = message.thread === null ? undefined : state.byId.get(message.thread);
  return root !== undefined && !root.deleted && root.moved === null && root.thread === null;
}

/** The state after a change; the same object when nothing changed. */
export function applyChange(state: ChannelState, change: Pick<Change, 'added' | 'changed' | 'removed'>): ChannelState {
  const touched: Message[] = [];
  for (const node of [...change.added, ...change.changed] as NodeView[]) {
    const message = readMessage(node);
    if (message) touched.push(message);
  }
  const gone = change.removed.filter((id) => state.byId.has(id));
  if (touched.length === 0 && gone.length === 0) return state;
  const byId = new Map(state.byId);
  // What was deleted stays known as deleted: an answer says so, and words typed for it are not lost.
  const buried = gone.map((id): Message => ({ ...state.byId.get(id)!, deleted: true }));
  for (const message of [...buried, ...touched]) byId.set(message.id, message);
  const order = placed(state.order, byId, [...buried, ...touched]);
  return { byId, order, threads: threadsOf(order, state.threads) };
}

function placed(before: readonly Message[], byId: ReadonlyMap<string, Message>, touched: Message[]): Message[] {
  const last = before.at(-1);
  const known = new Set<string>();
  const order: Message[] = [];
  for (const message of before) {
    const now = byId.get(message.id);
    if (!now) continue;
    known.add(message.id);
    order.push(now);
  }
  const fresh = new Map(touched.filter(({ id }) => !known.has(id)).map((message) => [message.id, message]));
  const tail = [...fresh.values()].sort(byStamp);
  order.push(...tail);
  const inOrder = (tail.length === 0 || !last || byStamp(last, tail[0]!) < 0) && touched.every((m) => !known.has(m.id));
  return inOrder ? order : order.sort(byStamp);
}

/** What is the same as before is the same array: a row whose answers did not change is not drawn again. */
function threadsOf(order: readonly Message[], before: ChannelState['threads']): Map<string, readonly Message[]> {
  const threads = new Map<string, Message[]>();
  for (const message of order) {
    if (!message.replyTo || message.deleted) continue;
    const thread = threads.get(message.replyTo);
    if (thread) thread.push(message);
    else threads.set(message.replyTo, [message]);
  }
  return new Map([...threads].map(([id, now]) => {
    const then = before.get(id);
    return [id, then?.length === now.length && now.every((message, at) => message === then[at]) ? then : now];
  }));
}
