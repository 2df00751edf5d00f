/** Joining by a pasted link. */
import { useState, type ReactNode } from 'react';
import { Button, Field } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Dialog } from '#view/kit/overlays.tsx';

/** True for a text that carries an invite. */
export function isInvite(text: string): boolean {
  return /#\/join\/[A-Za-z0-9_-]{8,}/.test(text.trim());
}

/** The dialog. */
export function JoinByLink({ onJoin, onClose }: { onJoin: (link: string) => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const [link, setLink] = useState('');
  const [error, setError] = useState<string | null>(null);
  return (
    <Dialog title={t('join.byLink')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isInvite(link)) return setError(t('join.notALink'));
          onClose();
          onJoin(link.trim());
        }}
      >
        <Field label={t('join.pasteLink')} value={link} autoFocus autoComplete="off" spellCheck={false} error={error} onChange={(event) => (setLink(event.target.value), setError(null))} />
        <div className="dialog-foot">
          <Button kind="quiet" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button kind="primary" type="submit">
            {t('act.join')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
