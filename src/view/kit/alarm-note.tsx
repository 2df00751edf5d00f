/**
 * What concerns every screen and is rare. Somebody changes connections on their way: which, how often and since when, what it means for what was written,
 * and what can be done. And the clock of this device is off.
 */
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

const MINUTE_MS = 60_000;

/** The calm line about a clock that is off. `offsetMs`: what the others' clocks say less what this one says. */
export function ClockNote({ offsetMs }: { offsetMs: number }): ReactNode {
  const { t } = useI18n();
  const minutes = Math.round(Math.abs(offsetMs) / MINUTE_MS);
  const time = minutes < 120 ? t('clock.minutes', { n: minutes }) : minutes < 48 * 60 ? t('clock.hours', { n: Math.round(minutes / 60) }) : t('clock.days', { n: Math.round(minutes / 60 / 24) });
  return (
    <div className="note" role="status">
      <Icon name="clock" tone="wait" />
      <span className="grow">{`${t(offsetMs < 0 ? 'clock.ahead' : 'clock.behind', { time })} ${t('clock.what')}`}</span>
    </div>
  );
}
