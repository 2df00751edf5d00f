/** New course: its title. Opens it when it is there. */
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import '#view/kit/learn-words.ts';
import { beginCourse, COURSE } from '#domain/learn';
import { courseNodeOf, learnTitle } from '#domain/learn/course';
import { CHANNEL_TITLE_MAX, type Refusal } from '#domain/shared';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { navigate } from '#view/kit/router.tsx';

/** Why a title, a question or a need is not taken, in words. */
export const refusalWord = ({ code }: Refusal): Key => (code === 'empty' ? 'learn.noTitle' : code === 'too-many' ? 'learn.tooMany' : code === 'taken' ? 'learn.circle' : code === 'no-change' ? 'learn.same' : 'learn.tooLong');

/** The dialog. */
export function CreateCourse({ space, words: name = '', onClose }: { space: SpaceView; words?: string; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const create = async (words: string): Promise<string | null> => {
    const title = learnTitle(words);
    if (!title.ok) return t(refusalWord(title.error));
    try {
      const graph = api.graph(space.id);
      const fragment = await graph.createFragment({ type: COURSE, title: title.value });
      await graph.transact(beginCourse(courseNodeOf(fragment)), { fragment });
      onClose();
      navigate({ space: space.id, lens: 'learn', object: fragment, params: { edit: 'on' } });
      return null;
    } catch (caught) {
      return errorText(t, caught, 'learn.failed');
    }
  };
  return <FieldDialog title={t('learn.new')} label={t('learn.name')} act="act.create" initial={name} maxLength={CHANNEL_TITLE_MAX} note={t('learn.who', { space: space.name })} onSubmit={create} onClose={onClose} />;
}
