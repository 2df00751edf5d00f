/** Goals as a lens of the shell; views, words and the engine are loaded when first opened. */
import type { SpaceView } from '#os/api';
import { mayMakeGoals } from '#domain/goals';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { Lens, RailRows } from '#view/kit/lens.ts';
import { useGoals } from './use-goals.ts';

function useRows(space: SpaceView): RailRows {
  const { goals, loaded } = useGoals(space.id);
  return { loaded, unread: 0, rows: goals.map(({ fragment, title }) => ({ object: fragment, label: title, unread: 0, mentions: 0, muted: false })) };
}

export const goalsLens: Lens = {
  id: 'goals',
  word: 'lens.goals',
  icon: 'task',
  go: 'goGoals',
  useRows,
  useUnread: () => 0,
  Above: lazyPart(async () => (await import('./reminders.tsx')).Reminders, { alone: true, failed: () => null }),
  View: lazyPart(async () => (await import('./goals-view.tsx')).GoalsView),
  create: { word: 'goal.new', may: mayMakeGoals, Dialog: lazyPart(async () => (await import('./create-goal.tsx')).CreateGoal, { alone: true }) },
};
