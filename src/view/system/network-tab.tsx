/** Network: introduction servers, this device's clock, and a check that tries every way and says which one stands. */
import '#view/kit/palette-words.ts';
import '#view/kit/system-words.ts';
import { useState, type ReactNode } from 'react';
import type { NetCheckLine, NetworkStatus } from '#os/api';
import { ArchiveRelays } from '#view/kit/archive-relays.tsx';
import { Button } from '#view/kit/controls.tsx';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { ServerList } from '#view/kit/server-list.tsx';

/** The tab. */
export function NetworkTab({ network }: { network: NetworkStatus }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  return (
    <div className="stack network">
      <ServerList network={network} />
      <Archives network={network} />
      <p className="small muted">{t('network.clock', { ms: Math.round(network.clockOffsetMs) })}</p>
      <div className="line wrap">
        <Button kind="quiet" icon="retry" onClick={() => void api.network.retry().catch(() => undefined)}>
          {t('act.tryNow')}
        </Button>
        <Button kind="quiet" icon={network.paused ? 'network' : 'offline'} onClick={() => (network.paused ? api.network.resume() : api.network.pause())}>
          {network.paused ? t('offline.resume') : t('offline.pause')}
        </Button>
      </div>
      <Check />
    </div>
  );
}

/** Relays of all spaces that have an archive. */
function Archives({ network }: { network: NetworkStatus }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const spaces = useAsked(() => api.spaces.list(), ['spaces'], [api], 300) ?? [];
  if (network.archives.length === 0) return null;
  return (
    <section className="net-check" aria-label={t('archive.many')}>
      <h2 className="medium">{t('archive.many')}</h2>
      <p className="small muted">{t('archive.noCopy')}</p>
      <ArchiveRelays relays={network.archives} name={(id) => spaces.find((space) => space.id === id)?.name ?? ''} />
    </section>
  );
}

const NAME: Record<NetCheckLine['name'], Key> = { server: 'check.server', signal: 'check.signal', relay: 'check.relay', direct: 'check.direct', stun: 'check.stun' };
const STATE: Record<NetCheckLine['state'], { word: Key; tone: string }> = {
  ok: { word: 'check.ok', tone: 'ok' }, failed: { word: 'check.failed', tone: 'bad' }, skipped: { word: 'check.skipped', tone: 'wait' },
};
/** What a line means for the person, when it is not well. */
const MEANS: Record<NetCheckLine['name'], Key> = { server: 'check.serverMeans', signal: 'check.signalMeans', relay: 'check.relayMeans', direct: 'check.directMeans', stun: 'check.stunMeans' };

function Check(): ReactNode {
  const { t, time } = useI18n();
  const api = useKernel();
  const [lines, setLines] = useState<{ at: number; list: NetCheckLine[] } | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const run = (): void => {
    setBusy(true);
    setFailed(false);
    api.network.check().then((list) => setLines({ at: Date.now(), list }), () => setFailed(true)).finally(() => setBusy(false));
  };
  return (
    <section className="net-check" aria-label={t('check.title')}>
      <h2 className="medium">{t('check.title')}</h2>
      <p className="small muted">{t('check.text')}</p>
      <div className="line wrap">
        <Button kind="quiet" icon="network" disabled={busy} onClick={run}>
          {busy ? t('check.running') : t('check.run')}
        </Button>
        {lines && !busy && <span className="small muted">{t('check.at', { time: time(lines.at) })}</span>}
      </div>
      <div role="status">
        {failed && <p className="state" data-tone="bad">{t('check.broken')}</p>}
        {lines && <Lines list={lines.list} />}
      </div>
    </section>
  );
}

function Lines({ list }: { list: readonly NetCheckLine[] }): ReactNode {
  const i18n = useI18n();
  return (
    <ul className="card list-card">
      {list.map((line) => (
        <li key={`${line.url} ${line.name}`} className="server-row check-row">
          <div className="line">
            <span className="grow cut">
              {i18n.t(NAME[line.name])} {line.url && <code className="muted small">{line.url.replace(/^wss?:\/\//, '')}</code>}
            </span>
            {line.ms !== null && <span className="small muted num nobreak">{i18n.t('link.ms', { n: Math.round(line.ms) })}</span>}
            <span className="tag" data-tone={STATE[line.state].tone}>
              {i18n.t(STATE[line.state].word)}
            </span>
          </div>
          {note(i18n, line) && <p className="small muted">{note(i18n, line)}</p>}
        </li>
      ))}
    </ul>
  );
}

function note({ t }: I18n, line: NetCheckLine): string {
  if (line.name === 'stun' && line.state === 'skipped') return t('check.stunNone');
  if (line.state === 'failed') return `${t(MEANS[line.name])}${line.reason ? ` ${t('check.reason', { code: line.reason })}` : ''}`;
  if (line.name === 'direct' && line.state === 'ok') return line.reason?.includes('srflx') || line.reason?.includes('relay') ? t('check.directFar') : t('check.directNear');
  return '';
}
