/** What one does with templates at a goal. */
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { mayMakeGoals } from '#domain/goals';
import type { DirectoryEntry } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { MenuItem } from '#view/kit/overlays.tsx';
import '#view/kit/property-words.ts';
import { useToast } from '#view/kit/toast.tsx';
import { AddFromTemplate, SaveAsTemplate } from './from-template.tsx';
import type { WorkHere } from './use-work.ts';
import { useGoalTemplates } from './use-goals.ts';

const CreateGoal = lazyPart(async () => (await import('./create-goal.tsx')).CreateGoal, { alone: true });

/** Items of the menu, and the dialog one of them opened. */
export function useTemplateActs({ space, goal, into, here }: { space: SpaceView; goal: DirectoryEntry | null; into: DirectoryEntry | null; here: WorkHere }): { items: MenuItem[]; dialog: ReactNode } {
  const { t } = useI18n();
  const toast = useToast();
  const [open, setOpen] = useState<'add' | 'save' | null>(null);
  const others = useGoalTemplates(space.id).filter(({ fragment }) => fragment !== goal?.fragment);
  const close = (): void => setOpen(null);
  return {
    items: [
      ...(goal && into && others.length > 0 ? [{ label: t('goal.addFrom'), icon: 'copy' as const, onSelect: () => setOpen('add') }] : []),
      ...(goal && mayMakeGoals(space) && here.works.length > 0 && !here.template ? [{ label: t('goal.saveTemplate'), icon: 'copy' as const, onSelect: () => setOpen('save') }] : []),
    ],
    dialog: goal && open === 'add' ? <AddFromTemplate space={space} goal={goal} onMade={(n) => toast({ text: t('goal.fileRead', { n }) })} onClose={close} /> : goal && open === 'save' ? <SaveAsTemplate space={space} goal={goal} onClose={close} /> : null,
  };
}

/** Above the tasks of a template: what it is, and a goal begun with it. */
export function TemplateNote({ space, goal, makes }: { space: SpaceView; goal: DirectoryEntry; makes: boolean }): ReactNode {
  const { t } = useI18n();
  const [making, setMaking] = useState(false);
  return (
    <div className="line wrap template-note">
      <span className="grow small muted">{t('goal.templateIs')}</span>
      {makes && <Button kind="primary" size="compact" icon="plus" onClick={() => setMaking(true)}>{t('goal.beginWith')}</Button>}
      {making && <CreateGoal space={space} template={goal.fragment} onClose={() => setMaking(false)} />}
    </div>
  );
}
