/**
 * One log being pulled: a range of seqs cut into windows (one GUN page each), asked from up to three sources, taken in order. Pure
 * bookkeeping; ./pulls.ts does the asking.
 */
import type { Bytes } from '#base/bytes';
import type { RecordEntry } from '#ports/replica';
import { SYNC_LIMITS } from '#vm/limits';

export interface PullWindow {
  readonly from: number;
  readonly to: number;
  /** Peer that was asked; null while it waits for one. */
  peer: string | null;
  /** It takes long: another peer may be asked as well, and the first answer counts. */
  late?: boolean;
  also?: string;
  /** Peer that answered: what is wrong in it is its fault. */
  by?: string;
  /** Answered and not yet taken. */
  entries: RecordEntry[] | null;
  bytes: number;
}

export interface LogPull {
  readonly key: string;
  /** Link that named it first: the pull stands on its account. */
  readonly opener: string;
  readonly space: Bytes;
  readonly fragment: Bytes;
  readonly writer: Bytes;
  /** 0 acl, 1 root, 2 others: asked in this order. */
  readonly rank: 0 | 1 | 2;
  /** Peer → head it named. */
  readonly sources: Map<string, { readonly seq: number; readonly id: Bytes; readonly idText: string }>;
  windows: PullWindow[];
  /** First seq not yet in a window, and the last to ask for. */
  next: number;
  to: number;
  /** Steps back made while looking for a fork point. */
  steps: number;
  /** A part of the log, for its own sake. */
  readonly run?: boolean;
  /** Pushed records wait for it. */
  soon: boolean;
  /** Parts of this log that the kernel works on. */
  taking: number;
  readonly done: ((held: boolean) => void)[];
}

/** Bytes answered and waiting for an earlier window. */
export function aheadBytes(pull: LogPull): number {
  let bytes = 0;
  for (const window of pull.windows) bytes += window.bytes;
  return bytes;
}

/** The next window to ask `peer` for; null when it has none for it. */
export function nextWindow(pull: LogPull, peer: string): PullWindow | null {
  const source = pull.sources.get(peer);
  if (source === undefined) return null;
  for (const window of pull.windows) {
    const free = window.peer === null || (window.late === true && window.also === undefined && window.peer !== peer);
    if (free && window.entries === null && source.seq >= window.to) return window;
  }
  if (pull.next > pull.to || pull.next > source.seq || pull.windows.length >= SYNC_LIMITS.asksPerLink) return null;
  if (aheadBytes(pull) > SYNC_LIMITS.aheadBytes) return null;
  const window: PullWindow = {
    from: pull.next, to: Math.min(pull.to, source.seq, pull.next + SYNC_LIMITS.windowSeqs - 1), peer: null, entries: null, bytes: 0,
  };
  pull.next = window.to + 1;
  pull.windows.push(window);
  pull.windows.sort((a, b) => a.from - b.from);
  return window;
}

/** The peer is asked for the window no more. */
export function release(window: PullWindow, peer: string): void {
  if (window.also !== peer && window.peer !== peer) return;
  if (window.peer === peer) window.peer = window.also ?? null;
  delete window.also;
}

/** The entries from the start of the window up to its first hole, in order; two records of one seq (a fork) both stay. */
export function runOf(window: PullWindow, entries: readonly RecordEntry[]): { readonly run: RecordEntry[]; readonly last: number } {
  const run: RecordEntry[] = [];
  let last = window.from - 1;
  for (const entry of [...entries].sort((a, b) => a.seq - b.seq)) {
    if (entry.seq < window.from || entry.seq > window.to) continue;
    if (entry.seq > last + 1) break;
    last = entry.seq;
    run.push(entry);
  }
  return { run, last };
}

/** Puts an answer into its window; what the answer did not reach becomes a window of its own. False when it brought nothing. */
export function answerWindow(pull: LogPull, window: PullWindow, entries: readonly RecordEntry[], by: string): boolean {
  const { run, last } = runOf(window, entries);
  if (run.length === 0) return false;
  const at = pull.windows.indexOf(window);
  let bytes = 0;
  for (const entry of run) bytes += entry.bytes.length;
  const filled: PullWindow = { from: window.from, to: last, peer: null, by, entries: run, bytes };
  const rest: PullWindow[] = last < window.to ? [{ from: last + 1, to: window.to, peer: null, entries: null, bytes: 0 }] : [];
  pull.windows.splice(at, 1, filled, ...rest);
  return true;
}

/** Takes the answered windows at the start, those of one peer, as many as make one commit. There is at least one. */
export function takeAnswered(pull: LogPull): { readonly from: string; readonly bytes: number; readonly answered: readonly RecordEntry[] } {
  const from = pull.windows[0]!.by ?? '';
  const answered: RecordEntry[] = [];
  let bytes = 0;
  for (let window = pull.windows[0]; window?.entries != null && (window.by ?? '') === from; window = pull.windows[0]) {
    if (answered.length > 0 && answered.length + window.entries.length > SYNC_LIMITS.takeRecords) break;
    for (const entry of window.entries) answered.push(entry);
    bytes += window.bytes;
    pull.windows.shift();
  }
  return { from, bytes, answered };
}

/** Nobody is asked for any of it now. */
export function isUnasked(pull: LogPull): boolean {
  return pull.windows.every((window) => window.peer === null);
}

/** Everything asked and taken. */
export function isDrained(pull: LogPull): boolean {
  return pull.windows.length === 0 && pull.next > pull.to && pull.taking === 0;
}
