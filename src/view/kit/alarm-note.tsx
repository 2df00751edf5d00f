/** Somebody changes connections on their way: which, how often and since when, what it means for what was written, and what can be done. */
import type { ReactNode } from 'react';
import type { NetworkStatus } from '#os/api';
import { enAlarm } from '#view/i18n/en-alarm.ts';
import { ruAlarm } from '#view/i18n/ru-alarm.ts';
import { addWords, useI18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { currentRoute, navigate } from '#view/kit/router.tsx';
import { Button } from '#view/kit/controls.tsx';
import { REACH, TroubleActs, type Trouble } from '#view/kit/troubles.tsx';

addWords({ en: enAlarm, ru: ruAlarm });

const WAYS = { direct: 'alarm.direct', relay: 'alarm.relay' } as const satisfies Record<string, Key>;
/** What can be done about it. */
export const ALARM: Trouble = { reason: 'alarm.safe', ...REACH };

/** The alert. `altered` is what the network status tells; it is not empty. */
export function AlarmNote({ altered }: { altered: NetworkStatus['altered'] }): ReactNode {
  const { t, list, moment } = useI18n();
  const servers = [...new Set(altered.flatMap((way) => way.servers))];
  return (
    <div className="note" data-tone="bad" role="alert">
      <Icon name="alert" size={20} />
      <div className="grow">
        <strong className="medium">{t('alarm.title')}</strong>
        {altered.map((way) => (
          <div key={way.via}>
            {t(WAYS[way.via], { n: way.times })} {t('where.since', { time: moment(way.since) })}
          </div>
        ))}
        {servers.length > 0 && <div>{t('alarm.introduced', { servers: list(servers.map((url) => url.replace(/^wss?:\/\//, ''))) })}</div>}
        <div>{t(ALARM.reason)}</div>
        <div className="line wrap trouble-acts">
          <Button kind="quiet" size="compact" onClick={() => navigate({ space: currentRoute().space, lens: 'settings', object: 'network' })}>
            {t('offline.otherServer')}
          </Button>
          <TroubleActs trouble={ALARM} />
        </div>
      </div>
    </div>
  );
}
