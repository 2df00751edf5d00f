/** What build this is, who has signed it, and why an offered one was not taken: as the service worker says. */
import '#view/kit/system-words.ts';
import { useEffect, useState, type ReactNode } from 'react';
import type { RefusalReason, ReleaseStatus } from '#os/release';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { SettingRow } from './setting-row.tsx';

const REASONS: Record<RefusalReason, Key> = {
  unsigned: 'about.refusedUnsigned', signatures: 'about.refusedSignatures', 'rolled-back': 'about.refusedRolledBack', early: 'about.refusedEarly', altered: 'about.refusedAltered', form: 'about.refusedForm', kill: 'about.refusedKill', full: 'about.refusedFull',
};
/** Time for the service worker to say it, ms; that of an older build never does. */
const ANSWER_MS = 3_000;

/** Asks the service worker of this page; null where there is none, or it knows nothing; `silent` when it does not answer. */
function askRelease(): Promise<ReleaseStatus | null | 'silent'> {
  const worker = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null;
  if (!worker) return Promise.resolve(null);
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const end = (answer: ReleaseStatus | null | 'silent'): void => (resolve(answer), port1.close());
    port1.onmessage = ({ data }) => end(data as ReleaseStatus | null);
    setTimeout(() => end('silent'), ANSWER_MS);
    worker.postMessage({ type: 'status' }, [port2]);
  });
}

/** The rows. */
export function ReleaseRows(): ReactNode {
  const { t } = useI18n();
  const [status, setStatus] = useState<ReleaseStatus | null | 'silent' | undefined>(undefined);
  useEffect(() => {
    const ask = (): void => void askRelease().then(setStatus);
    ask();
    if (!('serviceWorker' in navigator)) return;
    navigator.serviceWorker.addEventListener('message', ask);
    return () => navigator.serviceWorker.removeEventListener('message', ask);
  }, []);
  if (status === undefined) return null;
  if (status === null || status === 'silent') return <SettingRow title={t('about.build')} note={t(status ? 'about.buildSilent' : 'about.buildNone')} />;
  const { version, commit, signed, pinned, next, refused } = status;
  // The worker of an older build does not say where files came from.
  const { fromDevices = 0, nextFromDevices = 0 } = status as Partial<ReleaseStatus>;
  const signers = pinned === 0 ? t('about.buildUnsigned') : t('about.buildSigned', { n: signed, all: pinned });
  return (
    <>
      <SettingRow title={t('about.build')} note={fromDevices > 0 ? `${signers} ${t('about.fromDevices', { n: fromDevices })}` : signers}>
        <span className="num">{commit === 'dev' ? t('about.buildDev', { version }) : t('about.buildFrom', { version, commit: commit.slice(0, 8) })}</span>
      </SettingRow>
      {next !== null && <SettingRow title={t('about.next', { version: next })} note={nextFromDevices > 0 ? t('about.fromDevices', { n: nextFromDevices }) : t('about.fromServer')} />}
      {refused && (
        <div role="status">
          <SettingRow title={t('about.refused', { version: refused.version || t('about.refusedUnknown') })} note={t(REASONS[refused.reason], { file: refused.file })} />
        </div>
      )}
    </>
  );
}
