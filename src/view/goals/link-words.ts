/** How one thing waits for another, and how much later it may be, in words. */
import type { LinkKind } from '#domain/goals/planning';
import type { I18n } from '#view/kit/i18n.tsx';

export const KIND_WORDS = { FS: 'goal.kindFS', SS: 'goal.kindSS', FF: 'goal.kindFF', SF: 'goal.kindSF' } as const;
const KIND_LETTERS = { FS: 'goal.lettersFS', SS: 'goal.lettersSS', FF: 'goal.lettersFF', SF: 'goal.lettersSF' } as const;

interface How {
  readonly kind: LinkKind;
  /** Hours of work. */
  readonly lag: number;
}

/** "+2 d" where it is whole days of so many minutes, else hours; '' without a lag. */
function plus({ t }: Pick<I18n, 't'>, lag: number, day: number): string {
  if (lag === 0) return '';
  const days = (Math.abs(lag) * 60) / day;
  const sign = lag < 0 ? '−' : '+';
  return `${sign}${Number.isInteger(days) ? t('goal.slackDays', { n: days }) : t('goal.lagHours', { n: Math.abs(lag) })}`;
}

/** What stands on a line. */
export const linkWords = (i18n: Pick<I18n, 't'>, { kind, lag }: How, day: number): string => [i18n.t(KIND_LETTERS[kind]), plus(i18n, lag, day)].filter(Boolean).join(' ');

/** The same in words. */
export const lagWords = (i18n: Pick<I18n, 't'>, { kind, lag }: How, day: number): string => [i18n.t(KIND_WORDS[kind]), plus(i18n, lag, day)].filter(Boolean).join(', ');

/** Whole days of slack; what is less than one is not none. */
export function slackWords({ t }: Pick<I18n, 't'>, minutes: number, day: number): string {
  return minutes > 0 && minutes < day ? t('goal.slackUnder') : t('goal.slackDays', { n: Math.floor(minutes / day) });
}
