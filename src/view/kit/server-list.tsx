/** Introduction servers with their states; in System and in Settings. */
import '#view/kit/system-words.ts';
import type { ReactNode } from 'react';
import type { NetworkStatus } from '#os/api';
import { useI18n } from '#view/kit/i18n.tsx';

/** Servers with their states. */
export function ServerList({ network }: { network: NetworkStatus }): ReactNode {
  const { t } = useI18n();
  const words = { connecting: t('server.connecting'), open: t('server.open'), closed: t('server.closed'), refused: t('server.refused') };
  if (network.signaling.length === 0) return <p className="muted">{t('server.none')}</p>;
  return (
    <ul className="card list-card">
      {network.signaling.map((server) => (
        <li key={server.url} className="line server-row">
          <code className="grow cut">{server.url}</code>
          {server.retryInMs !== null && server.state !== 'open' && <span className="small muted nobreak">{t('server.retry', { s: Math.ceil(server.retryInMs / 1000) })}</span>}
          <span className="tag" data-tone={server.state === 'open' ? 'ok' : server.state === 'refused' ? 'bad' : 'wait'}>
            {words[server.state]}
          </span>
        </li>
      ))}
    </ul>
  );
}
