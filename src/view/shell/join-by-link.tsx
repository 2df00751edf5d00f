/** Joining by a pasted link. */
import type { ReactNode } from 'react';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { inviteIn } from '#view/kit/invite-text.ts';

/** The dialog. */
export function JoinByLink({ onJoin, onClose }: { onJoin: (link: string) => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const join = (text: string): string | null => {
    const link = inviteIn(text);
    if (link === null) return t('join.notALink');
    onClose();
    onJoin(link);
    return null;
  };
  return <FieldDialog title={t('join.byLink')} label={t('join.pasteLink')} act="act.join" spellCheck={false} onSubmit={join} onClose={onClose} />;
}
