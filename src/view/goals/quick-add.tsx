/** One line that becomes a task: its words are the title, a day in them is when, `!high` how urgent, `@Name` who. At the foot, where a thumb is. */
import { useRef, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { mayMakeTask } from '#domain/goals';
import { lineOf } from '#domain/goals/words';
import { makeOther, makeResource, makeWork } from '#domain/goals/work';
import { TASK_TITLE_MAX, type DirectoryEntry } from '#domain/shared';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { createTurns } from '#view/kit/in-turn.ts';
import { useKernel } from '#view/kit/kernel.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { MenuButton } from '#view/kit/overlays.tsx';
import type { People } from '#view/kit/people.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { clockOf, today } from '#view/kit/today.ts';
import { makeGoal } from './make-goal.ts';
import { LINE_KINDS, MADE_WORDS, type LineKind } from './made-words.ts';
import { PRIORITY_WORDS } from './filter-bar.tsx';
import type { WorkActs } from './use-work.ts';

/** The field. Where there is no goal yet the first task makes one. A resource is no row of a view: its details open. */
export function QuickAdd({ space, goal, goals, acts, people, onResource }: { space: SpaceView; goal: DirectoryEntry | null; goals: readonly DirectoryEntry[]; acts: WorkActs; people: People; onResource(id: string): void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const toast = useToast();
  const [words, setWords] = useState('');
  const [kind, setKind] = useState<LineKind>('task');
  // A line that is sent while the one before is being kept waits for it: the first may have to make the goal both go into.
  const turns = useRef(createTurns());
  const begun = useRef<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const line = lineOf(words, people.members.map(({ uid }) => ({ uid, name: people.name(uid) })), today());
  // A resource is called what is typed: a day in it is part of its name.
  const draft = kind === 'resource' ? { title: words, due: null, time: null, priority: null, assignee: null } : line;
  const told = [
    ...(draft.due ? [t('goal.due', { day: dayWords(i18n, draft.due) }) + (draft.time === null ? '' : `, ${clockOf(i18n, draft.time)}`)] : []), ...(draft.priority ? [t(PRIORITY_WORDS[draft.priority])] : []), ...(draft.assignee ? [people.name(draft.assignee)] : []),
  ];
  const into = goal ?? goals.find(({ fragment }) => mayMakeTask(space, fragment)) ?? null;
  const add = async (): Promise<void> => {
    const made = kind === 'task' ? makeWork(draft, 'next') : kind === 'resource' ? makeResource(draft.title) : makeOther(kind, draft, today());
    if (!made.ok) return;
    setWords('');
    setKind('task');
    // What was not kept stands there again, before what was typed meanwhile.
    const back = (): void => {
      setWords((now) => (now === '' ? words : `${words} ${now}`));
      setKind(kind);
    };
    await turns.current('', async () => {
      if (into) begun.current = null;
      const fragment = into?.fragment ?? (begun.current ??= await makeGoal(api, space.id, t('goal.first')));
      if (kind === 'resource') onResource((await api.graph(space.id).transact(made.value, { fragment })).ids[0]!);
      else if (!(await acts.run(made.value, fragment))) back();
    }).catch((error: unknown) => {
      back();
      toast({ text: errorText(t, error, 'goal.failed') });
    });
  };
  return (
    <form className="work-add" data-region aria-label={t('goal.add')} onSubmit={(event) => (event.preventDefault(), void add())}>
      <MenuButton icon="plus" name={t('goal.addKind', { kind: t(MADE_WORDS[kind]) })} items={LINE_KINDS.map((one) => ({ label: t(MADE_WORDS[one]), checked: one === kind, onSelect: () => (setKind(one), field.current?.focus()) }))} />
      {kind !== 'task' && <span className="tag">{t(MADE_WORDS[kind])}</span>}
      <input
        ref={field} className="grow" dir="auto" aria-label={t('goal.add')} placeholder={t('goal.addHint')} autoComplete="off" value={words} maxLength={TASK_TITLE_MAX} onChange={(event) => setWords(event.target.value)}
      />
      <span className="small muted cut" role="status">
        {told.length > 0 && words !== '' ? <span className="work-day">{told.join(' · ')}</span> : goal === null && into ? into.title : ''}
      </span>
    </form>
  );
}
