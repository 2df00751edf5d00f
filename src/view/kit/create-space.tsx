/** New space: its name and its kind. People come by invitation afterwards. */
import '#view/kit/start-words.ts';
import '#view/kit/access-words.ts';
import { useState, type ReactNode } from 'react';
import { oneLine, PERSON_NAME_MAX } from '#domain/shared';
import { Segments } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';

/** The dialog. */
export function CreateSpace({ note, onClose, onMade }: { note?: string; onClose: () => void; onMade: (space: string) => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [kind, setKind] = useState<'team' | 'guild'>('team');
  const create = async (name: string): Promise<string | null> => {
    const clean = oneLine(name);
    if (clean === '') return t('refusal.empty');
    try {
      onMade(await api.spaces.create({ name: clean, kind }));
      return null;
    } catch (caught) {
      return errorText(t, caught, 'space.failed');
    }
  };
  return (
    <FieldDialog title={t('space.new')} label={t('space.name')} act="act.create" maxLength={PERSON_NAME_MAX} note={note ?? t('space.note')} onSubmit={create} onClose={onClose}>
      <div className="field-note">
        <Segments label={t('kind.label')} value={kind} onChange={setKind} options={[{ value: 'team', label: t('kind.team') }, { value: 'guild', label: t('kind.guild') }]} />
        <p className="small muted share-note" role="status">{t(kind === 'team' ? 'kind.teamNote' : 'kind.guildNote')}</p>
      </div>
    </FieldDialog>
  );
}
