/** New goal: its title. Opens it when it is there. */
import type { ReactNode } from 'react';
import type { LifegraphApi, SpaceView } from '#os/api';
import '#view/kit/goals-words.ts';
import { GOAL } from '#domain/goals';
import { beginGoal, goalTitle } from '#domain/goals/work';
import { CHANNEL_TITLE_MAX } from '#domain/shared';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { navigate } from '#view/kit/router.tsx';

/** Makes the fragment of a goal and what it begins with; answers with the fragment. */
export async function makeGoal(api: LifegraphApi, space: string, title: string): Promise<string> {
  const graph = api.graph(space);
  const fragment = await graph.createFragment({ type: GOAL, title });
  await graph.transact(beginGoal(fragment), { fragment });
  return fragment;
}

/** The dialog. */
export function CreateGoal({ space, onClose }: { space: SpaceView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const create = async (words: string): Promise<string | null> => {
    const title = goalTitle(words);
    if (!title.ok) return t(title.error.code === 'empty' ? 'goal.noTitle' : 'goal.longTitle');
    try {
      const fragment = await makeGoal(api, space.id, title.value);
      onClose();
      navigate({ space: space.id, lens: 'goals', object: fragment });
      return null;
    } catch (caught) {
      return errorText(t, caught, 'goal.failed');
    }
  };
  return <FieldDialog title={t('goal.new')} label={t('goal.name')} act="act.create" maxLength={CHANNEL_TITLE_MAX} note={t('goal.who', { space: space.name })} onSubmit={create} onClose={onClose} />;
}
