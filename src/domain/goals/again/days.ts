/** The days of a rule, by a library; days have no time, so no clock is put forward or back in them. */
import { RRuleTemporal } from 'rrule-temporal';
import { isDay, PLAN_LIMITS } from '#domain/shared';
import { readRule, ruleText, type Rule } from './rule.ts';

const at = (day: string): Date => new Date(`${day}T00:00:00Z`);
const plain = (day: string): string => day.replaceAll('-', '');

/** The library on this rule; an end is the end of its day. */
function begun(rule: Rule, first: string): RRuleTemporal {
  const until = rule.until === null ? '' : `;UNTIL=${plain(rule.until)}T235959Z`;
  return new RRuleTemporal({
    rruleString: `DTSTART;TZID=UTC:${plain(first)}T000000\nRRULE:${ruleText({ ...rule, until: null })}${until}`,
    maxIterations: PLAN_LIMITS.rulePeriods, maxCandidateEvaluations: PLAN_LIMITS.ruleDays, cache: false,
  });
}

const dayOf = (found: { toString(): string }): string => found.toString().slice(0, 10);

/** The first day behind `after` by the rule that begins on `first`; null: none, or none within what is looked through. */
export function nextDay(text: string, first: string, after: string): string | null {
  const rule = readRule(text);
  if (!rule || !isDay(first) || !isDay(after)) return null;
  try {
    const found = begun(rule, first).next(at(after > first ? after : first), false);
    const day = found === null ? '' : dayOf(found);
    return isDay(day) ? day : null;
  } catch {
    return null;
  }
}

/** How many of its days come before one. */
export function daysBefore(text: string, first: string, day: string): number {
  const rule = readRule(text);
  if (!rule || !isDay(first) || !isDay(day) || day <= first) return 0;
  try {
    return begun(rule, first).between(at(first), at(day), true).filter((found) => dayOf(found) < day).length;
  } catch {
    return 0;
  }
}

/** Its days from one to another, both included, the first ones when they are many; `first` itself is one of them, as every calendar has it. */
export function daysOf(text: string, first: string, from: string, to: string): string[] {
  const rule = readRule(text);
  if (!isDay(first) || !isDay(from) || !isDay(to) || to < from || to < first) return [];
  const own = first >= from ? [first] : [];
  if (!rule) return own;
  try {
    const found = begun(rule, first).between(at(from > first ? from : first), at(to), true).slice(0, PLAN_LIMITS.drawnDays).map(dayOf);
    return [...new Set([...own, ...found])].sort();
  } catch {
    return own;
  }
}
