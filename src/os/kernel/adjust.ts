/**
 * Adjusters (K12): from what the watcher saw to batch sizes, rates and the number of links this kernel seeks. Pure. Each has a place it goes to for given
 * metrics, bounded, and no better for worse metrics; it walks there in steps, and back to normal when the load is over.
 */
import { ADJUST_LIMITS, KERNEL_LIMITS } from '#os/limits';
import { MESH_LIMITS, SYNC_LIMITS } from '#vm/limits';
import type { PipelineMetrics } from './watch.ts';

/** What is turned. */
export interface Knobs {
  /** Bulk records of others in one commit, and delivered without a pause for live ones. */
  readonly bulkBatch: number;
  readonly deliverAtOnce: number;
  /** Gets asked of one link at a time. */
  readonly asksPerLink: number;
  /** Bytes of records sent along with the answer to "what is new". */
  readonly newsBytes: number;
  /** Links this peer opens by itself. */
  readonly links: number;
}

export type KnobName = keyof Knobs;
/** Why a knob stands where it does. */
export type KnobReason = 'normal' | 'busy' | 'slow-commits' | 'queue';

/** Where all stand without load. */
export const NORMAL: Knobs = {
  bulkBatch: KERNEL_LIMITS.ingestBulkBatch, deliverAtOnce: KERNEL_LIMITS.deliverAtOnce, asksPerLink: SYNC_LIMITS.asksPerLink, newsBytes: SYNC_LIMITS.newsBytes, links: MESH_LIMITS.activeTarget,
};

/** 0 up to `from`, 1 from `to` on, straight between. */
const ramp = (value: number, [from, to]: readonly [number, number]): number => Math.min(1, Math.max(0, (value - from) / (to - from)));
/** From one end to the other by a share. */
const between = (from: number, to: number, share: number): number => Math.round(from + (to - from) * share);

/** Where each knob goes to for these metrics, and why. */
export function aim(m: PipelineMetrics): Readonly<Record<KnobName, readonly [value: number, why: KnobReason]>> {
  const busy = ramp(m.lagMs, ADJUST_LIMITS.lagMs);
  const full = ramp(m.queue, ADJUST_LIMITS.queue);
  // A commit costs much and much waits: fewer, larger ones. A loop that is late wants smaller ones, whatever the disk says.
  const slow = ramp(m.commitMs, ADJUST_LIMITS.commitMs) * ramp(m.queue, ADJUST_LIMITS.backlog);
  const batch = between(between(NORMAL.bulkBatch, ADJUST_LIMITS.bulkBatchMax, slow), ADJUST_LIMITS.bulkBatchMin, busy);
  const why = (share: number, reason: KnobReason): KnobReason => (share > 0 ? reason : 'normal');
  const load = Math.max(busy, full);
  const loaded: KnobReason = load === 0 ? 'normal' : busy >= full ? 'busy' : 'queue';
  return {
    bulkBatch: [batch, busy > 0 ? 'busy' : why(slow, 'slow-commits')],
    deliverAtOnce: [between(NORMAL.deliverAtOnce, ADJUST_LIMITS.deliverAtOnceMin, busy), why(busy, 'busy')],
    asksPerLink: [between(NORMAL.asksPerLink, ADJUST_LIMITS.asksPerLinkMin, load), loaded],
    newsBytes: [between(NORMAL.newsBytes, ADJUST_LIMITS.newsBytesMin, load), loaded],
    links: [between(NORMAL.links, MESH_LIMITS.activeMin, load), loaded],
  };
}

/** Where the knobs stand, since when (ms, monotone) and why. */
export type Adjustment = Readonly<Record<KnobName, { readonly value: number; readonly why: KnobReason; readonly since: number }>>;

export const knobsOf = (all: Adjustment): Knobs => ({
  bulkBatch: all.bulkBatch.value, deliverAtOnce: all.deliverAtOnce.value, asksPerLink: all.asksPerLink.value, newsBytes: all.newsBytes.value, links: all.links.value,
});

/** All at normal. */
export function unadjusted(now: number): Adjustment {
  const at = (value: number) => ({ value, why: 'normal' as const, since: now });
  return { bulkBatch: at(NORMAL.bulkBatch), deliverAtOnce: at(NORMAL.deliverAtOnce), asksPerLink: at(NORMAL.asksPerLink), newsBytes: at(NORMAL.newsBytes), links: at(NORMAL.links) };
}

/** One step: half of the way that is left, at least one. Links change by one, and only now and then: others build on them. */
export function adjust(before: Adjustment, metrics: PipelineMetrics, now: number): Adjustment {
  const goals = aim(metrics);
  const step = (name: KnobName): Adjustment[KnobName] => {
    const { value, since, why } = before[name];
    const [goal, reason] = goals[name];
    const way = goal - value;
    if (way === 0) return why === reason ? before[name] : { value, why: reason, since: now };
    if (name === 'links' && now - since < ADJUST_LIMITS.linksEveryMs) return before[name];
    const by = name === 'links' ? Math.sign(way) : Math.sign(way) * Math.max(1, Math.floor(Math.abs(way) / 2));
    return { value: value + by, why: value + by === NORMAL[name] ? 'normal' : reason === 'normal' ? why : reason, since: now };
  };
  return { bulkBatch: step('bulkBatch'), deliverAtOnce: step('deliverAtOnce'), asksPerLink: step('asksPerLink'), newsBytes: step('newsBytes'), links: step('links') };
}
