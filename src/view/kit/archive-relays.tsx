/** Relays that keep archives, each with what stands in its way; in Access and in System. */
import type { ReactNode } from 'react';
import type { ArchiveRelay } from '#os/api';
import '#view/kit/system-words.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';

const STATE: Record<ArchiveRelay['state'], { word: Key; tone: string }> = {
  open: { word: 'server.open', tone: 'ok' }, connecting: { word: 'server.connecting', tone: 'wait' }, closed: { word: 'server.closed', tone: 'wait' }, refused: { word: 'server.refused', tone: 'bad' },
};
/** Reasons that have words of their own. */
const REASON: ReadonlyMap<string, Key> = new Map<string, Key>([['silent', 'archive.silent'], ['flood', 'archive.flood'], ['junk', 'archive.junk'], ['not-taken', 'archive.notTaken']]);

/** The list; `name` says which space a line is of, where several are shown. */
export function ArchiveRelays({ relays, name }: { relays: readonly ArchiveRelay[]; name?: (space: string) => string }): ReactNode {
  const { t, moment } = useI18n();
  return (
    <ul className="card list-card" aria-label={t('archive.relays')}>
      {relays.map((relay) => (
        <li key={`${relay.space} ${relay.url}`} className="server-row check-row">
          <div className="line">
            <span className="grow cut">
              {name && <span className="medium">{name(relay.space)} </span>}
              <code>{relay.url}</code>
            </span>
            {relay.retryInMs !== null && <span className="small muted nobreak">{t('server.retry', { s: Math.ceil(relay.retryInMs / 1000) })}</span>}
            <span className="tag" data-tone={STATE[relay.state].tone}>
              {t(STATE[relay.state].word)}
            </span>
          </div>
          <p className="small muted">
            {relay.state === 'open' && relay.even !== null ? t('archive.even', { time: moment(relay.even) }) : t('archive.since', { time: moment(relay.since) })}
            {relay.reason !== null && ` ${t(REASON.get(relay.reason) ?? 'archive.unreachable')}`}
          </p>
        </li>
      ))}
    </ul>
  );
}
