/** New space: one field. People come by invitation afterwards. */
import { useState, type ReactNode } from 'react';
import { oneLine, PERSON_NAME_MAX } from '#domain/shared';
import { Button, Field } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';

/** The dialog. */
export function CreateSpace({ note, onClose, onMade }: { note?: string; onClose: () => void; onMade: (space: string) => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [name, setName] = useState('');
  const [error, setError] = useState<string | null>(null);
  const create = async (): Promise<void> => {
    const clean = oneLine(name);
    if (clean === '') return setError(t('refusal.empty'));
    try {
      onMade(await api.spaces.create({ name: clean, kind: 'team' }));
    } catch (caught) {
      setError(errorText(t, caught, 'space.failed'));
    }
  };
  return (
    <Dialog title={t('space.new')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field label={t('space.name')} value={name} maxLength={PERSON_NAME_MAX} autoFocus autoComplete="off" error={error} onChange={(event) => (setName(event.target.value), setError(null))} />
        <p className="small muted field-note">{note ?? t('space.note')}</p>
        <div className="dialog-foot">
          <Button kind="quiet" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button kind="primary" type="submit">
            {t('act.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
