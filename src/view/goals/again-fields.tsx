/** When a task comes again and when it is told: usual choices, and the rule itself for all others. */
import { useEffect, useState, type ReactNode } from 'react';
import { EVERY, plainRule, readRule, ruleText, setAgain, type Every } from '#domain/goals/again';
import { remindedDay, setReminders, type Work } from '#domain/goals/work';
import { PLAN_LIMITS } from '#domain/shared';
import { Button, Field, IconButton, Select } from '#view/kit/controls.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { clockOf } from '#view/kit/today.ts';
import type { WorkActs } from './use-work.ts';

const NEVER = 'never';
const OTHER = 'other';
const EVERY_WORDS = { DAILY: 'goal.everyDay', WEEKLY: 'goal.everyWeek', MONTHLY: 'goal.everyMonth', YEARLY: 'goal.everyYear' } as const satisfies Record<Every, unknown>;
const EXAMPLE = 'FREQ=MONTHLY;BYDAY=-1FR';
const WORK_DAYS = 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';

/** Minutes before the day: at nine on the day, the evening before, a day and a week before at nine. */
const TIMES = [-540, 360, 900, 9_540] as const;
const TIME_WORDS = { [-540]: 'goal.remindDay', 360: 'goal.remindEvening', 900: 'goal.remindBefore', 9_540: 'goal.remindWeek' } as const;

/** A reminder in words. */
function remindWords(i18n: Pick<I18n, 't' | 'number' | 'time'>, minutes: number): string {
  const { t, number } = i18n;
  const word = (TIME_WORDS as Readonly<Record<number, (typeof TIME_WORDS)[keyof typeof TIME_WORDS]>>)[minutes];
  return word ? t(word) : minutes <= 0 ? t('goal.remindAt', { time: clockOf(i18n, -minutes) }) : t('goal.remindHours', { hours: number(Math.round(minutes / 6) / 10) });
}

/** Both fields. */
export function AgainFields({ work, acts }: { work: Work; acts: WorkActs }): ReactNode {
  const { t } = useI18n();
  if (remindedDay(work) === null) return <p className="small muted">{t('goal.againNoDay')}</p>;
  return (
    <>
      {work.kind === 'task' && <Again work={work} acts={acts} />}
      <Reminders work={work} acts={acts} />
    </>
  );
}

function Again({ work, acts }: { work: Work; acts: WorkActs }): ReactNode {
  const { t } = useI18n();
  const usual = [...EVERY.map((every) => ({ value: ruleText(plainRule(every)), label: t(EVERY_WORDS[every]) })), { value: WORK_DAYS, label: t('goal.everyWorkDay') }];
  const is = work.again === null ? NEVER : usual.some(({ value }) => value === work.again) ? work.again : OTHER;
  const [choice, setChoice] = useState(is);
  const [text, setText] = useState(work.again ?? '');
  const [error, setError] = useState<string | null>(null);
  // Not made anew: the field that was changed keeps the focus. A rule that was typed stays one, also when it is a usual one.
  useEffect(() => {
    setChoice((now) => (now === OTHER && work.again !== null ? OTHER : is));
    setText(work.again ?? '');
    setError(null);
  }, [work.again, is]);
  const set = (rule: string | null): void => {
    const made = setAgain(work, rule);
    if (made.ok) void acts.run(made.value);
    setError(made.ok || made.error.code === 'no-change' ? null : t('goal.badRule'));
  };
  return (
    <div>
      <Select
        label={t('goal.again')} value={choice} options={[{ value: NEVER, label: t('goal.never') }, ...usual, { value: OTHER, label: t('goal.otherRule') }]}
        onChange={(value) => (setChoice(value), value === NEVER ? set(null) : value !== OTHER && set(value))}
      />
      {choice === OTHER && (
        <Field
          label={t('goal.rule')} dir="ltr" autoComplete="off" spellCheck={false} maxLength={PLAN_LIMITS.ruleUnits} placeholder={EXAMPLE} value={text} error={error}
          onChange={({ target }) => setText(target.value)} onBlur={() => text.trim() !== '' && set(text.trim())} onKeyDown={(event) => event.key === 'Enter' && (event.preventDefault(), set(text.trim()))}
        />
      )}
      {work.again !== null && !readRule(work.again) && <p className="small" data-tone="wait">{t('goal.badRule')}</p>}
    </div>
  );
}

function Reminders({ work, acts }: { work: Work; acts: WorkActs }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const [refused, setRefused] = useState(false);
  const set = (minutes: readonly number[]): void => {
    const made = setReminders(work, minutes);
    if (made.ok) void acts.run(made.value);
  };
  const add = (minutes: number): void => {
    set([...work.remind, minutes]);
    // Asked for at the act that needs it; told inside the app whatever the answer is.
    if ('Notification' in globalThis && Notification.permission === 'default') void Notification.requestPermission().then((answer) => setRefused(answer === 'denied'), () => undefined);
  };
  const left = TIMES.filter((one) => !work.remind.includes(one));
  return (
    <div>
      <p className="label">{t('goal.remind')}</p>
      <ul className="work-waits">
        {work.remind.map((minutes) => (
          <li key={minutes} className="line">
            <span className="grow">{remindWords(i18n, minutes)}</span>
            <IconButton icon="close" name={t('goal.remindRemove', { when: remindWords(i18n, minutes) })} onClick={() => set(work.remind.filter((one) => one !== minutes))} />
          </li>
        ))}
      </ul>
      {work.remind.length < PLAN_LIMITS.reminders && (
        <div className="line wrap">
          {left.map((minutes) => (
            <Button key={minutes} kind="quiet" size="compact" icon="bell" onClick={() => add(minutes)}>{remindWords(i18n, minutes)}</Button>
          ))}
        </div>
      )}
      <p className="small muted">{t(refused ? 'goal.remindRefused' : 'goal.remindNote')}</p>
    </div>
  );
}
