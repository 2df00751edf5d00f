/**
 * A fragment log that stands on a baseline (BASE2, BASE5): each log that is covered begins at its covered head, its foot; what lies below is let go, what lies
 * above is judged as ever. The graph beside it begins with the rows of the snapshot (state-rows.ts).
 */
import type { CoveredLog } from '#vm/graph/state-rows';
import { keyOf } from '#vm/graph/keys';
import { isBelow, refuseBelow } from './below.ts';
import { newEvent, type FragmentLog, type LogDelta } from './fragment-log.ts';
import type { Entry } from './held-record.ts';
import type { LogFoot, WriterLog } from './writer-log.ts';

/** Where the fragment stands: the act that says so, by its id. */
export interface LogBase {
  readonly act: string;
  readonly logs: readonly CoveredLog[];
}

/** Does the fragment hold everything that these heads cover? */
export function holdsAll(log: FragmentLog, heads: readonly Pick<CoveredLog, 'writer' | 'seq' | 'id'>[]): boolean {
  return heads.every(({ id }) => {
    const held = log.byKey.get(keyOf(id));
    return held !== undefined && held.base !== 'waiting-prev';
  });
}

/** Is no more than the stub of something here that they cover? It came from who stands on a baseline, and a part of what is covered is not here. */
export function hasStubs(log: FragmentLog, heads: readonly Pick<CoveredLog, 'id'>[]): boolean {
  return heads.some((head) => upTo(log, head)?.some(({ status }) => status === 'stub') === true);
}

/** Do these heads cover those that the fragment stands on? Only then it may go on to them (BASE7). */
export function coversFeet(log: FragmentLog, heads: readonly Pick<CoveredLog, 'writer' | 'seq' | 'id'>[]): boolean {
  const at = new Map(heads.map(({ writer, seq, id }) => [keyOf(writer), { seq, key: keyOf(id) }]));
  for (const one of log.logs.values()) {
    if (one.foot === null) continue;
    const head = at.get(one.key);
    if (head === undefined || head.seq < one.foot.seq || (head.seq === one.foot.seq && head.key !== one.foot.key)) return false;
  }
  return true;
}

/** Records of the log up to the head, on its branch, from the first held on; null when one is missing. */
export function upTo(log: FragmentLog, head: Pick<CoveredLog, 'id'>): readonly Entry[] | null {
  const out: Entry[] = [];
  for (let entry = log.byKey.get(keyOf(head.id)); entry !== undefined; entry = entry.parent ?? undefined) {
    if (entry.base === 'waiting-prev') return null;
    out.push(entry);
    if (entry.parent === null) return out.reverse();
  }
  return null;
}

/** What is held and goes with standing on these heads: what lies at or below one, or on another branch, placed or waiting. */
export function goingWith(log: FragmentLog, heads: readonly Pick<CoveredLog, 'writer' | 'seq' | 'id'>[]): Entry[] {
  const feet = new Map(heads.map(({ writer, seq, id }) => [keyOf(writer), { seq, key: keyOf(id), above: aboveOf(log, log.logs.get(keyOf(writer)), keyOf(id)) }]));
  const going = new Set<string>();
  // Before what waits for them.
  return [...log.byKey.values()].sort((a, b) => a.seq - b.seq).filter((entry) => {
    const foot = feet.get(entry.writerKey);
    if (!foot || (foot.above.has(entry) && entry.key !== foot.key)) return false;
    const goes = entry.seq <= foot.seq || entry.base !== 'waiting-prev' || isBelow({ ...foot, clocks: NO_CLOCKS }, entry) || (entry.prev !== null && going.has(entry.prev) && entry.prev !== foot.key);
    if (goes) going.add(entry.key);
    return goes;
  });
}

const NO_CLOCKS: LogFoot['clocks'] = new Map();

/** Lets go of what the base covers. The graph is made anew from the rows of its snapshot and what has effect now. */
export function standOn(log: FragmentLog, { act, logs }: LogBase): LogDelta {
  const event = newEvent();
  for (const covered of logs) {
    const one = log.logFor(covered.writer);
    // Over the cap of logs: as if it were not named, its records go on waiting.
    if (one === null) continue;
    const foot: LogFoot = { seq: covered.seq, key: keyOf(covered.id), clocks: covered.clocks };
    const above = aboveOf(log, one, foot.key);
    const head = above.size > 0 ? log.byKey.get(foot.key)! : null;
    head?.take({ kind: 'stub' });
    if (head) head.parent = null;
    for (const entry of [...one.entries()]) if (!above.has(entry)) log.byKey.delete(entry.key);
    log.schedule.forget(one);
    one.standOn(foot, [...above]);
    dropOrphans(log, one, foot, event);
    log.headList.changed(one);
  }
  log.stands = act;
  event.headsChanged = true;
  return { ...log.finish(event, log.context()), rebuild: true };
}

/** The covered head, if it is held in its place, and what stands on it, in the order (seq, id). */
function aboveOf(log: FragmentLog, one: WriterLog | undefined, foot: string): Set<Entry> {
  const out = new Set<Entry>();
  const head = log.byKey.get(foot);
  if (one === undefined || head === undefined || head.base === 'waiting-prev') return out;
  for (const entry of one.entries()) {
    if (entry === head || (entry.parent !== null && out.has(entry.parent))) out.add(entry);
  }
  return out;
}

/** What waits for a record that is not looked for any more. */
function dropOrphans(log: FragmentLog, one: WriterLog, foot: LogFoot, event: ReturnType<typeof newEvent>): void {
  const lost: Entry[] = [];
  for (const list of log.orphans.values()) for (const entry of list) if (entry.writerKey === one.key && (isBelow(foot, entry) || one.isFoot(entry))) lost.push(entry);
  for (const entry of lost) {
    const siblings = log.orphans.get(entry.prev!)?.filter((other) => other !== entry) ?? [];
    if (siblings.length > 0) log.orphans.set(entry.prev!, siblings);
    else log.orphans.delete(entry.prev!);
    if (log.byKey.delete(entry.key)) one.waiting--;
    // The covered head itself waits for nothing any more.
    if (one.isFoot(entry)) log.place(entry, one, log.context(), event);
    else refuseBelow(entry, log.byKey, log.orphans, log.logs, event.refused);
  }
}
