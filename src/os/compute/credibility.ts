/**
 * How much the word of a worker is worth (Sarmenta, "Sabotage-tolerance mechanisms for volunteer computing systems", 2001): who passed k known answers and is not
 * shut out lies in at most f / ((1 − f) · e · k) of its answers, f being the share of liars that is reckoned with. Answers to one task are weighed against each other by that.
 */
import { COMPUTE_LIMITS } from '#os/compute-limits';

const F = COMPUTE_LIMITS.liarsPercent / 100;

/** At most so likely is an answer of a worker wrong that passed so many known ones. */
export const errorBound = (passed: number): number => (passed === 0 ? F : Math.min(F, F / ((1 - F) * Math.E * passed)));

/** Odds that one answer is right. */
export const oddsOf = (passed: number): number => (1 - errorBound(passed)) / errorBound(passed);

/** How likely all are wrong who say the same, when each lies by itself: their odds multiply. */
export const wrongAlone = (odds: readonly number[]): number => 1 / (1 + odds.reduce((all, one) => all * one, 1));
