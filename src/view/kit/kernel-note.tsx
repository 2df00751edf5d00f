/** The kernel of this tab is being restarted, or stays stopped: why, since when, what to do, and what is not saved as a file. */
import { useEffect, useState, type ReactNode } from 'react';
import type { SupervisionView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { useUnkept } from '#view/kit/draft.ts';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel, useSupervision } from '#view/kit/kernel.tsx';
import { download } from '#view/kit/download.ts';

const REASON: Record<NonNullable<SupervisionView['reason']>, Key> = { ended: 'kernel.ended', silent: 'kernel.silent', error: 'kernel.error', start: 'kernel.start', slow: 'kernel.slow' };

/** Why it ended, in words. */
export function endReason(t: I18n['t'], reason: string | null): string {
  return t(REASON[reason as keyof typeof REASON] ?? 'kernel.ended');
}

/** A restart that takes less than this, ms, is not told: what is done meanwhile is kept. */
const CALM_MS = 1000;

/** One quiet line while it restarts, a full-width alert when it stays stopped, else nothing. */
export function KernelNote(): ReactNode {
  const { t, time } = useI18n();
  const api = useKernel();
  const kernel = useSupervision();
  const restarting = kernel.state === 'restarting';
  const [late, setLate] = useState(false);
  const unkept = useUnkept();
  const asks = unkept && kernel.state !== 'running';
  useEffect(() => {
    if (!asks) return;
    const ask = (event: Event): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [asks]);
  useEffect(() => {
    setLate(false);
    if (!restarting) return;
    const timer = setTimeout(() => setLate(true), CALM_MS);
    return () => clearTimeout(timer);
  }, [restarting]);
  if (restarting && late) {
    return (
      <div className="note" role="status">
        <Icon name="retry" />
        <span className="grow">{t('kernel.restarting', { time: time(kernel.since), reason: endReason(t, kernel.reason) })}</span>
      </div>
    );
  }
  if (kernel.state !== 'stopped') return null;
  return (
    <div className="note" data-tone="bad" role="alert">
      <Icon name="stuck" size={20} />
      <div className="grow">
        <strong className="medium">{t('kernel.stopped', { time: time(kernel.since), reason: endReason(t, kernel.reason) })}</strong>
        {(kernel.waiting > 0 || !unkept) && <div>{kernel.waiting > 0 ? t('kernel.waiting', { n: kernel.waiting }) : t('kernel.nothing')}</div>}
        {unkept && <div>{t('kernel.draft')}</div>}
      </div>
      <div className="line wrap">
        <Button size="compact" kind="quiet" onClick={() => void api.stuck.exportUnsaved().then((blob) => download(blob, 'lifegraph-unsaved.json'))}>
          {t('notSaved.export')}
        </Button>
        <Button size="compact" kind="quiet" onClick={() => location.reload()}>
          {t('crash.reload')}
        </Button>
        <Button size="compact" kind="primary" onClick={() => void api.supervision.restart()}>
          {t('act.retry')}
        </Button>
      </div>
    </div>
  );
}
