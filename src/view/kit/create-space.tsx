/** New space: one field. People come by invitation afterwards. */
import type { ReactNode } from 'react';
import { oneLine, PERSON_NAME_MAX } from '#domain/shared';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';

/** The dialog. */
export function CreateSpace({ note, onClose, onMade }: { note?: string; onClose: () => void; onMade: (space: string) => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const create = async (name: string): Promise<string | null> => {
    const clean = oneLine(name);
    if (clean === '') return t('refusal.empty');
    try {
      onMade(await api.spaces.create({ name: clean, kind: 'team' }));
      return null;
    } catch (caught) {
      return errorText(t, caught, 'space.failed');
    }
  };
  return <FieldDialog title={t('space.new')} label={t('space.name')} act="act.create" maxLength={PERSON_NAME_MAX} note={note ?? t('space.note')} onSubmit={create} onClose={onClose} />;
}
