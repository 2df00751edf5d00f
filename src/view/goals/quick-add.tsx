/** One line that becomes a task: its words are the title, a day in them is when. At the foot, where a thumb is. */
import { useRef, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { mayMakeTask } from '#domain/goals';
import { dayFound, withoutDay } from '#domain/goals/words';
import { makeWork } from '#domain/goals/work';
import { TASK_TITLE_MAX, type DirectoryEntry } from '#domain/shared';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { today } from '#view/kit/today.ts';
import { makeGoal } from './create-goal.tsx';
import type { WorkActs } from './use-work.ts';

/** The field. Where there is no goal yet the first task makes one. */
export function QuickAdd({ space, goal, goals, acts }: { space: SpaceView; goal: DirectoryEntry | null; goals: readonly DirectoryEntry[]; acts: WorkActs }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const toast = useToast();
  const [words, setWords] = useState('');
  const busy = useRef(false);
  const found = dayFound(words, today());
  const draft = { title: found ? withoutDay(words, found) : words, due: found?.day ?? null };
  const into = goal ?? goals.find(({ fragment }) => mayMakeTask(space, fragment)) ?? null;
  const add = async (): Promise<void> => {
    const made = makeWork(draft, 'next');
    if (!made.ok || busy.current) return;
    busy.current = true;
    setWords('');
    try {
      const fragment = into?.fragment ?? (await makeGoal(api, space.id, t('goal.first')));
      if (!(await acts.run(made.value, fragment))) setWords(words);
    } catch (error) {
      setWords(words);
      toast({ text: errorText(t, error, 'goal.failed') });
    } finally {
      busy.current = false;
    }
  };
  return (
    <form className="work-add" onSubmit={(event) => (event.preventDefault(), void add())}>
      <Icon name="plus" />
      <input
        className="grow" dir="auto" aria-label={t('goal.add')} placeholder={t('goal.addHint')} autoComplete="off" value={words} maxLength={TASK_TITLE_MAX} onChange={(event) => setWords(event.target.value)}
      />
      <span className="small muted cut" role="status">
        {draft.due && words !== '' ? <span className="work-day">{t('goal.due', { day: dayWords(i18n, draft.due) })}</span> : goal === null && into ? into.title : ''}
      </span>
    </form>
  );
}
