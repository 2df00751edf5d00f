/** Storage counters and introduction servers. */
import { useReducer, type ReactNode } from 'react';
import type { NetworkStatus } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useKernelEvents } from '#view/kit/kernel.tsx';
import { ServerList } from '#view/kit/server-list.tsx';

/** All counters of the kernel by name. */
export function StorageTab(): ReactNode {
  const { t, number } = useI18n();
  const api = useKernel();
  const [, again] = useReducer((n: number) => n + 1, 0);
  useKernelEvents(['record', 'copies'], again);
  const rows = Object.entries(api.metrics()).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <table className="table card" data-dense="" aria-label={t('system.storage')}>
      <thead>
        <tr>
          <th scope="col">{t('system.counter')}</th>
          <th scope="col" className="end">{t('system.value')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td className="end num">{number(Math.round(value * 100) / 100)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Introduction servers and this device's clock. */
export function NetworkTab({ network }: { network: NetworkStatus }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  return (
    <div className="stack network">
      <ServerList network={network} />
      <p className="small muted">{t('network.clock', { ms: Math.round(network.clockOffsetMs) })}</p>
      <div className="line wrap">
        <Button kind="quiet" icon="retry" onClick={() => void api.network.retry().catch(() => undefined)}>
          {t('act.tryNow')}
        </Button>
        <Button kind="quiet" icon={network.paused ? 'network' : 'offline'} onClick={() => (network.paused ? api.network.resume() : api.network.pause())}>
          {network.paused ? t('offline.resume') : t('offline.pause')}
        </Button>
      </div>
    </div>
  );
}
