/** Joining by a pasted link. */
import type { ReactNode } from 'react';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';

/** True for a text that carries an invite. */
export function isInvite(text: string): boolean {
  return /#\/join\/[A-Za-z0-9_-]{8,}/.test(text.trim());
}

/** The dialog. */
export function JoinByLink({ onJoin, onClose }: { onJoin: (link: string) => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const join = (link: string): string | null => {
    if (!isInvite(link)) return t('join.notALink');
    onClose();
    onJoin(link.trim());
    return null;
  };
  return <FieldDialog title={t('join.byLink')} label={t('join.pasteLink')} act="act.join" spellCheck={false} onSubmit={join} onClose={onClose} />;
}
