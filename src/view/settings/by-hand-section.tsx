/** Settings → Network: a connection without any server. */
import { useState, type ReactNode } from 'react';
import { ByHandDialog } from '#view/kit/by-hand.tsx';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import '#view/kit/ways-words.ts';

/** The row, and the dialog behind it. */
export function ByHandSection(): ReactNode {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  return (
    <div className="setting">
      <div className="grow">
        <div className="medium">{t('hand.title')}</div>
        <div className="small muted">{t('hand.openText')}</div>
      </div>
      <div className="setting-control"><Button kind="quiet" onClick={() => setOpen(true)}>{t('hand.open')}</Button></div>
      {open && <ByHandDialog onClose={() => setOpen(false)} />}
    </div>
  );
}
