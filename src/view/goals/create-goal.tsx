/** New goal: its title, and what it begins with where there are templates. Opens it when it is there. */
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import '#view/kit/goals-words.ts';
import { goalTitle } from '#domain/goals/work';
import { CHANNEL_TITLE_MAX, isDay } from '#domain/shared';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { navigate } from '#view/kit/router.tsx';
import { today } from '#view/kit/today.ts';
import { fillFrom, TemplateFields, templateWords } from './from-template.tsx';
import { makeGoal } from './make-goal.ts';
import { useGoalTemplates } from './use-goals.ts';

/** The dialog. `template`: what it begins with, where somebody came from one. */
export function CreateGoal({ space, template = '', words: name = '', onClose }: { space: SpaceView; template?: string; words?: string; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const templates = useGoalTemplates(space.id);
  const [from, setFrom] = useState(template);
  const [first, setFirst] = useState(today());
  // Made once, also when what it begins with is asked for again.
  const [made, setMade] = useState<string | null>(null);
  const create = async (words: string): Promise<string | null> => {
    const title = goalTitle(words);
    if (!title.ok) return t(title.error.code === 'empty' ? 'goal.noTitle' : 'goal.longTitle');
    try {
      const fragment = made ?? (await makeGoal(api, space.id, title.value));
      setMade(fragment);
      if (from !== '') await fillFrom(api, space.id, { from, into: fragment, first: isDay(first) ? first : null });
      onClose();
      navigate({ space: space.id, lens: 'goals', object: fragment });
      return null;
    } catch (caught) {
      return templateWords(t, caught);
    }
  };
  return (
    <FieldDialog title={t('goal.new')} label={t('goal.name')} act="act.create" initial={name} maxLength={CHANNEL_TITLE_MAX} note={t('goal.who', { space: space.name })} onSubmit={create} onClose={onClose}>
      {templates.length > 0 && <TemplateFields templates={templates} chosen={from} first={first} none={t('goal.noTemplate')} onChoose={setFrom} onFirst={setFirst} />}
    </FieldDialog>
  );
}
