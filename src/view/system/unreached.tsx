/** Devices that are around and that no way was found to: how often it was tried, since when, and another try. */
import '#view/kit/system-words.ts';
import type { ReactNode } from 'react';
import type { NetworkStatus } from '#os/api';
import { useI18n } from '#view/kit/i18n.tsx';
import { useNetwork } from '#view/kit/kernel.tsx';
import { REACH, TroubleActs, type Trouble } from '#view/kit/troubles.tsx';

/** What can be done about it. */
export const UNREACHED: Trouble = { reason: 'system.unreachedText', ...REACH };

/** The list; nothing while every device around is reached. */
export function Unreached(): ReactNode {
  const { t } = useI18n();
  const { unreached } = useNetwork();
  if (unreached.length === 0) return null;
  return (
    <section className="net-check" aria-label={t('system.unreached')}>
      <h2 className="medium">{t('system.unreached')}</h2>
      <p className="small muted">{t(UNREACHED.reason)}</p>
      <ul className="card list-card">
        {unreached.map((device, at) => (
          <Row key={`${device.device ?? ''}${at}`} device={device} />
        ))}
      </ul>
      <TroubleActs trouble={UNREACHED} />
    </section>
  );
}

function Row({ device }: { device: NetworkStatus['unreached'][number] }): ReactNode {
  const { t, moment } = useI18n();
  return (
    <li className="server-row check-row">
      <div className="line">
        <span className="grow cut medium">{device.name ?? device.device?.slice(0, 8) ?? t('link.unnamed')}</span>
        <span className="tag" data-tone={device.trying ? 'wait' : 'bad'}>
          {t(device.trying ? 'link.trying' : 'link.unreached')}
        </span>
      </div>
      <p className="small muted">{t('link.tried', { n: device.tries, time: moment(device.since) })}</p>
    </li>
  );
}
