/** The chip that says for whom this device works, with Stop; nothing when it works for nobody. */
import { KIND_WORD } from '#view/kit/compute-words.ts';
import '#view/kit/helping.css';
import type { ReactNode } from 'react';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useSpaces } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { useCompute } from './use-compute.ts';

/** The chip. */
export function Helping(): ReactNode {
  const { t } = useI18n();
  const toast = useToast();
  const spaces = useSpaces();
  const { view, set } = useCompute();
  const first = view?.helping[0];
  if (!view || !first) return null;
  const space = spaces?.find(({ id }) => id === first.space)?.name ?? '';
  const stop = (): void => void set({ on: false }).then(() => toast({ text: t('compute.stopped') }), () => toast({ text: t('compute.notStopped') }));
  return (
    <div className="helping" role="status">
      <Icon name="clock" size={14} />
      <span className="cut small">{t('compute.helping', { kind: t(KIND_WORD[first.kind]), space })}</span>
      <Button kind="quiet" size="small" onClick={stop}>{t('compute.stop')}</Button>
    </div>
  );
}
