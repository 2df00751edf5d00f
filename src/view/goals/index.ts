/** Goals as a lens of the shell; views, words and the engine are loaded when first opened. */
import type { SpaceView } from '#os/api';
import { mayMakeGoals } from '#domain/goals';
import type { DirectoryEntry } from '#domain/shared';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { Lens, RailRow, RailRows } from '#view/kit/lens.ts';
import { useGoals, useGoalTemplates } from './use-goals.ts';

function useRows(space: SpaceView): RailRows {
  const { goals, loaded } = useGoals(space.id);
  const templates = useGoalTemplates(space.id);
  const row = ({ fragment, title }: DirectoryEntry): RailRow => ({ object: fragment, label: title, unread: 0, mentions: 0, muted: false });
  return { loaded, unread: 0, rows: [...goals.filter((one) => !templates.includes(one)).map(row), ...templates.map((one) => ({ ...row(one), group: 'rail.templates' as const }))] };
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
