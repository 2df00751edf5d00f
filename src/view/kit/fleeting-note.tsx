/** A tab that keeps nothing: what it says on every screen, leaving it, and what is left of it. Comes with such a tab. */
import { useEffect, useState, type ReactNode } from 'react';
import { enFleeting } from '#view/i18n/en-fleeting.ts';
import { ruFleeting } from '#view/i18n/ru-fleeting.ts';
import { Button } from '#view/kit/controls.tsx';
import { after, waitForOthers } from '#view/kit/fleeting-wait.ts';
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
      {leaving && <CloseAndForget unheld={unheld} onClose={() => setLeaving(false)} />}
    </section>
  );
}

/** So long this device may take to take itself away, ms: then the tab ends without it, and its last page says so. */
const PART_MS = 10_000;
type Step = 'ask' | 'wait' | 'late' | 'part';

/** The red button of a step is never the one of another: a second press that was meant for the first one does nothing. */
function CloseAndForget({ unheld, onClose }: { unheld: number; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const tab = useTabKind();
  const api = useKernel();
  const [step, setStep] = useState<Step>('ask');
  const [left, setLeft] = useState(unheld);
  useEffect(() => {
    if (step !== 'wait') return;
    // Without any answer there is something.
    return waitForOthers(api, { left: setLeft, held: () => setStep('part'), late: () => (setLeft((count) => count || 1), setStep('late')) });
  }, [api, step]);
  useEffect(() => {
    if (step === 'part') void Promise.race([api.devices.part().catch(() => false), after(PART_MS)]).then(() => tab.restart('closed'));
  }, [api, step, tab]);
  return (
    <Dialog title={t('fleeting.closeTitle')} keep={step === 'part' ? 'open' : undefined} onClose={onClose}>
      <div aria-live="polite" className="stack">
        {(step === 'ask' || step === 'wait') && <p>{t('fleeting.closeText')}</p>}
        {step === 'wait' && <p className="line"><Icon name="running" className="spin" />{t('fleeting.sending', { n: left })}</p>}
        {step === 'late' && <p className="line state" data-tone="wait"><Icon name="alert" />{t('fleeting.late', { n: left })}</p>}
        {step === 'part' && <p className="line"><Icon name="running" className="spin" />{t('fleeting.parting')}</p>}
      </div>
      {step !== 'part' && (
        <div className="dialog-foot">
          <Button kind="quiet" onClick={onClose}>{t('fleeting.stay')}</Button>
          {step === 'late' && <Button key="wait" kind="quiet" onClick={() => setStep('wait')}>{t('fleeting.waitOn')}</Button>}
          {step === 'late' ? <Button key="now" kind="bad" onClick={() => setStep('part')}>{t('fleeting.closeNow')}</Button> : <Button key="close" kind="bad" disabled={step === 'wait'} onClick={() => setStep('wait')}>{t('fleeting.close')}</Button>}
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
