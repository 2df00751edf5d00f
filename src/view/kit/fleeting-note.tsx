/** A tab that keeps nothing: what it says on every screen, leaving it, and what is left of it. Comes with such a tab. */
import { useEffect, useState, type ReactNode } from 'react';
import { enFleeting } from '#view/i18n/en-fleeting.ts';
import { ruFleeting } from '#view/i18n/ru-fleeting.ts';
import { Button } from '#view/kit/controls.tsx';
import { addWords, useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { AppMark } from '#view/kit/seal.tsx';
import { useTabKind } from '#view/kit/tab-kind.tsx';

addWords({ en: enFleeting, ru: ruFleeting });

/** Its line, or its last page. */
export const Fleeting = (): ReactNode => (useTabKind().begun === 'closed' ? <ClosedPage /> : <FleetingNote />);

/** The line, and the way out. */
function FleetingNote(): ReactNode {
  const { t } = useI18n();
  const tab = useTabKind();
  const api = useKernel();
  const [leaving, setLeaving] = useState(false);
  const unheld = useAsked(() => api.devices.unheld(), ['copies', 'node_created', 'node_updated', 'network', 'members', 'spaces'], [api], 200) ?? 0;
  const emptied = tab.begun === 'again' && api.identity.get() === null;
  const said = unheld > 0 ? t('fleeting.unheld', { n: unheld }) : t(emptied ? 'fleeting.again' : 'fleeting.text');
  return (
    <section className="note" data-fleeting={unheld > 0 ? 'unheld' : 'held'} aria-label={t('fleeting.title')}>
      <Icon name="info" />
      <span className="grow">
        <strong className="medium">{t('fleeting.title')}</strong> <span role="status">{said}</span>
      </span>
      <Button kind="quiet" size="compact" onClick={() => setLeaving(true)}>{t('fleeting.close')}</Button>
      {leaving && <CloseAndForget onClose={() => setLeaving(false)} />}
    </section>
  );
}

/** So long it is waited for others before a person has to choose, and so often it is looked, ms. */
const WAIT_MS = 20_000;
const LOOK_MS = 250;
type Step = 'ask' | 'wait' | 'late' | 'part';

function CloseAndForget({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const tab = useTabKind();
  const api = useKernel();
  const [step, setStep] = useState<Step>('ask');
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (step !== 'wait') return;
    const end = performance.now() + WAIT_MS;
    const look = async (): Promise<void> => {
      // What stands in the way of it is told by the count that does not fall.
      await api.saved().catch(() => undefined);
      const count = await api.devices.unheld().catch(() => 1);
      setLeft(count);
      if (count === 0) setStep('part');
      else if (performance.now() > end) setStep('late');
    };
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => clearInterval(timer);
  }, [api, step]);
  useEffect(() => {
    if (step === 'part') void api.devices.part().catch(() => false).then(() => tab.restart('closed'));
  }, [api, step, tab]);
  const close = (word: 'fleeting.close' | 'fleeting.closeNow', to: Step): ReactNode => <Button kind="bad" onClick={() => setStep(to)}>{t(word)}</Button>;
  return (
    <Dialog title={t('fleeting.closeTitle')} onClose={() => step !== 'part' && onClose()}>
      <div aria-live="polite" className="stack">
        {step === 'ask' && <p>{t('fleeting.closeText')}</p>}
        {step === 'wait' && <p className="line"><Icon name="running" className="spin" />{t('fleeting.sending', { n: left })}</p>}
        {step === 'late' && <p className="line state" data-tone="wait"><Icon name="alert" />{t('fleeting.late', { n: left })}</p>}
        {step === 'part' && <p className="line"><Icon name="running" className="spin" />{t('fleeting.parting')}</p>}
      </div>
      {step !== 'part' && (
        <div className="dialog-foot">
          <Button kind="quiet" onClick={onClose}>{t('fleeting.stay')}</Button>
          {step === 'late' && <Button kind="quiet" onClick={() => setStep('wait')}>{t('fleeting.waitOn')}</Button>}
          {step === 'ask' ? close('fleeting.close', 'wait') : close('fleeting.closeNow', 'part')}
        </div>
      )}
    </Dialog>
  );
}

/** After it: nothing of it is here any more. */
function ClosedPage(): ReactNode {
  const { t } = useI18n();
  const tab = useTabKind();
  return (
    <main className="page">
      <div className="page-column">
        <AppMark />
        <h1 className="title2 page-title">{t('fleeting.closedTitle')}</h1>
        <p className="muted page-text">{t('fleeting.closedText')}</p>
        <div className="line wrap stop-acts">
          <Button kind="primary" onClick={() => tab.restart('begins')}>{t('fleeting.anew')}</Button>
          <Button kind="text" onClick={() => tab.restart(null)}>{t('fleeting.usual')}</Button>
        </div>
      </div>
    </main>
  );
}
