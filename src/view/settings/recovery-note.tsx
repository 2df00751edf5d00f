/** A line in Settings → Me that leads to Settings → Recovery. */
import { type ReactNode } from 'react';
import { Button } from '#view/kit/controls.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { navigate } from '#view/kit/router.tsx';

/** `text`: what is open; `act`: what the button says. */
export function RecoveryNote({ space, state, text, act }: { space: string; state: string; text: Key; act: Key }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="line wrap settings-note" data-state={state}>
      <Icon name="alert" tone="wait" />
      <p className="small muted grow">{t(text)}</p>
      <Button kind="quiet" size="small" onClick={() => navigate({ space, lens: 'settings', object: 'recovery' })}>
        {t(act)}
      </Button>
    </div>
  );
}
