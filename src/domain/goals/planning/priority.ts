/**
 * What to do first, and why. Ranked as schedulers rank (Davis and Patterson, "A Comparison of Heuristic and Optimum Solutions in
 * Resource-Constrained Project Scheduling", 1975: least slack, then latest finish), with every reason told. A proposal only.
 */
import type { Network } from './network.ts';
import type { Passes } from './passes.ts';

export type Level = 'urgent' | 'high' | 'normal' | 'low';
const LEVELS: readonly Level[] = ['urgent', 'high', 'normal', 'low'];

export type Reason =
  /** Ends so many minutes after its deadline even if begun at once; `for`: the thing whose day that is, where it is not its own. */
  | { readonly why: 'late'; readonly minutes: number; readonly for?: string }
  /** So many minutes are left beside its work until its deadline. */
  | { readonly why: 'due'; readonly minutes: number; readonly for?: string }
  /** Any delay moves the end. */
  | { readonly why: 'critical' }
  /** Only so many minutes may be lost. */
  | { readonly why: 'slack'; readonly minutes: number }
  /** So many tasks wait for it and for nothing else, or for it among others. */
  | { readonly why: 'releases'; readonly tasks: number }
  /** It cannot begin: so many it waits for are not done. */
  | { readonly why: 'waits'; readonly tasks: number };

export interface Proposal {
  readonly task: string;
  readonly level: Level;
  readonly reasons: readonly Reason[];
}

function reasonsFor(net: Network, passes: Passes, i: number, day: number): Reason[] {
  const { deadline, for: of } = net.tasks[i]!;
  const meant = of === undefined ? {} : { for: of };
  const late = passes.late.get(i);
  const left = typeof deadline === 'number' ? deadline - passes.finish[i]! : null;
  const slack = passes.total[i]!;
  const [waits, releases] = [net.head[i + 1]! - net.head[i]!, net.outHead[i + 1]! - net.outHead[i]!];
  return [
    ...(late === undefined ? [] : [{ why: 'late' as const, minutes: late, ...meant }]),
    ...(late === undefined && left !== null && left <= 2 * day ? [{ why: 'due' as const, minutes: left, ...meant }] : []),
    ...(slack === 0 ? [{ why: 'critical' as const }] : slack <= day ? [{ why: 'slack' as const, minutes: slack }] : []),
    ...(releases > 0 ? [{ why: 'releases' as const, tasks: releases }] : []),
    ...(waits > 0 ? [{ why: 'waits' as const, tasks: waits }] : []),
  ];
}

function levelOf(reasons: readonly Reason[], slack: number, day: number): Level {
  const has = (why: Reason['why']): boolean => reasons.some((one) => one.why === why);
  if (has('late')) return 'urgent';
  if (has('critical') || has('due')) return has('waits') ? 'normal' : 'high';
  if (has('slack') || has('releases')) return 'normal';
  return slack > 5 * day ? 'low' : 'normal';
}

/** All tasks, the first to be done first; `day` = minutes of work of a day. */
export function prioritiesOf(net: Network, passes: Passes, day: number): Proposal[] {
  const all = net.tasks.map(({ id }, i) => {
    const reasons = reasonsFor(net, passes, i, day);
    return { i, proposal: { task: id, level: levelOf(reasons, passes.total[i]!, day), reasons } };
  });
  return all.sort((a, b) => LEVELS.indexOf(a.proposal.level) - LEVELS.indexOf(b.proposal.level) || passes.total[a.i]! - passes.total[b.i]! || passes.lateFinish[a.i]! - passes.lateFinish[b.i]! || a.i - b.i).map(({ proposal }) => proposal);
}

/** How urgent work about this plan is, by its most urgent task: 3 where something is late, 2 where a deadline is near or any delay moves the end, down to 0. */
export const urgencyOf = (proposals: readonly Pick<Proposal, 'level'>[]): number => Math.max(0, ...proposals.map(({ level }) => LEVELS.length - 1 - LEVELS.indexOf(level)));
