/** Empty, error and offline: what happened, what is safe, what to do. Picture-free. */
import { useEffect, useState, type ReactNode } from 'react';
import type { AppErrorShape } from '#base/app-error';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { download } from '#view/kit/download.ts';
import { errorWords } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel, useKernelEvents, useNetwork } from '#view/kit/kernel.tsx';
import { currentRoute, navigate } from '#view/kit/router.tsx';

interface Act {
  label: string;
  onClick(): void;
}

/** Title, one sentence, one primary act, one quiet alternative. */
export function EmptyState({ title, text, act, quiet, children }: { title: string; text: ReactNode; act?: Act; quiet?: Act; children?: ReactNode }): ReactNode {
  return (
    <div className="empty">
      <h2 className="title3">{title}</h2>
      <p className="muted">{text}</p>
      {act && (
        <Button kind="primary" onClick={act.onClick}>
          {act.label}
        </Button>
      )}
      {quiet && (
        <Button kind="text" onClick={quiet.onClick}>
          {quiet.label}
        </Button>
      )}
      {children}
    </div>
  );
}

/** Facts as name and value. */
export function FactList({ facts }: { facts: [string, ReactNode][] }): ReactNode {
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div key={name} className="fact">
          <dt className="small muted">{name}</dt>
          <dd className="small">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Figures by name, in a table of two columns under the title; `code`: the names are those of the kernel, many and close together. */
export function FigureTable({ label, title = label, code = false, rows }: { label: string; title?: string; code?: boolean; rows: [name: string, figure: string][] }): ReactNode {
  const { t } = useI18n();
  return (
    <table className="table card" data-dense={code ? '' : undefined} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col" className="end">{t('system.value')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, figure]) => (
          <tr key={name}>
            <th scope="row">{code ? <code>{name}</code> : name}</th>
            <td className="end num">{figure}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** An error in the place of the thing it concerns. Facts stand below as name and value. */
export function ErrorState({ title, text, acts, facts }: { title: string; text: string; acts: Act[]; facts?: [string, string][] }): ReactNode {
  return (
    <div className="empty" role="alert">
      <h2 className="title3">{title}</h2>
      <p className="muted">{text}</p>
      <div className="line wrap centre">
        {acts.map((act, at) => (
          <Button key={act.label} kind={at === 0 ? 'primary' : 'outline'} onClick={act.onClick}>
            {act.label}
          </Button>
        ))}
      </div>
      {facts && (
        <div className="card facts">
          <FactList facts={facts} />
        </div>
      )}
    </div>
  );
}

/** Nothing for the first 150 ms, then rows of the real height. */
export function Skeleton({ rows = 5, label }: { rows?: number; label: string }): ReactNode {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {shown && Array.from({ length: rows }, (_, at) => <div key={at} className="skeleton-row" data-wide={at % 3} />)}
    </div>
  );
}

/** A network that is away for less than this, ms, is not told. */
const CALM_MS = 3000;

/** One quiet line under the header while there is no network. */
export function OfflineNote(): ReactNode {
  const [since, setSince] = useState<number | null>(null);
  const { paused, online } = useNetwork();
  const off = paused || !online;
  useEffect(() => {
    if (!off) return setSince(null);
    const at = Date.now();
    // A page that has just opened, or a link that is dialled anew, is not offline yet.
    const timer = setTimeout(() => setSince((before) => before ?? at), paused ? 0 : CALM_MS);
    return () => clearTimeout(timer);
  }, [off, paused]);
  return off && since !== null ? <OfflineLine since={since} /> : null;
}

/** Since when, what waits, what can be done, and something to keep. */
export function OfflineLine({ since }: { since: number }): ReactNode {
  const { t, time } = useI18n();
  const api = useKernel();
  const network = useNetwork();
  const words = network.pending > 0 ? t('offline.waiting', { n: network.pending }) : t('offline.nothing');
  // The device has a network, the server does not answer: another server may be the way.
  const lost = !network.paused && navigator.onLine && network.signaling.length > 0;
  return (
    <div className="note" role="status">
      <Icon name="offline" />
      <span className="grow">{`${t(lost ? 'offline.noServer' : 'offline.since', { time: time(since) })} ${words}`}</span>
      {network.paused ? (
        <Button kind="quiet" size="compact" onClick={() => api.network.resume()}>
          {t('offline.resume')}
        </Button>
      ) : (
        <Button kind="quiet" size="compact" onClick={() => void api.network.retry().catch(() => undefined)}>
          {t('act.tryNow')}
        </Button>
      )}
      <span className="wide-only">
        <IconButton icon="download" name={t('system.export')} onClick={() => void api.diagnostics().then((blob) => download(blob, 'lifegraph-diagnostics.json'))} />
      </span>
      {lost && (
        <Button kind="text" size="compact" onClick={() => navigate({ space: currentRoute().space, lens: 'settings', object: 'network' })}>
          {t('offline.otherServer')}
        </Button>
      )}
    </div>
  );
}

/** Not saved: the only full-width colour. Stays until solved; offers Retry and Export. */
export function NotSavedNote({ reason, since }: { reason: AppErrorShape; since: number | null }): ReactNode {
  const { t, time } = useI18n();
  const api = useKernel();
  const [busy, setBusy] = useState(false);
  useKernelEvents(['stuck', 'copies'], () => setBusy(false));
  const retry = (): void => {
    setBusy(true);
    void api.stuck.retry().then(() => setBusy(false), () => setBusy(false));
  };
  return (
    <div className="note" data-tone="bad" role="alert">
      <Icon name="stuck" size={20} />
      <div className="grow">
        <strong className="medium">{`${t('notSaved.title', { reason: errorWords(t, reason) })}${since === null ? '' : `, ${t('state.since', { time: time(since) })}`}`}</strong>
        <div>{t('notSaved.text')}</div>
      </div>
      <div className="line wrap">
        <Button size="compact" kind="quiet" onClick={() => void api.stuck.exportUnsaved().then((blob) => download(blob, 'lifegraph-unsaved.json'))}>
          {t('notSaved.export')}
        </Button>
        <Button size="compact" kind="primary" disabled={busy} onClick={retry}>
          {t('act.retry')}
        </Button>
      </div>
    </div>
  );
}
