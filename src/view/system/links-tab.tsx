/** Links: other devices reached now, and how. */
import '#view/kit/system-words.ts';
import type { ReactNode } from 'react';
import type { NetworkStatus, SpaceView } from '#os/api';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { EmptyState } from '#view/kit/states.tsx';
import { Unreached } from './unreached.tsx';

/** The table, and below it who could not be reached. */
export function LinksTab({ network, space }: { network: NetworkStatus; space: SpaceView }): ReactNode {
  return (
    <>
      <Links network={network} space={space} />
      <Unreached />
    </>
  );
}

function Links({ network, space }: { network: NetworkStatus; space: SpaceView }): ReactNode {
  const { t, bytes } = useI18n();
  const people = usePeople(space.id);
  const via = { direct: t('link.direct'), relay: t('link.relay'), tab: t('link.tab'), beacon: t('link.beacon') };
  if (network.peers.length === 0) return <EmptyState title={t('system.noLinks')} text={t('system.noLinksText')} />;
  return (
    <table className="table card" aria-label={t('system.links')}>
      <thead>
        <tr>
          <th scope="col">{t('link.device')}</th>
          <th scope="col">{t('link.way')}</th>
          <th scope="col" className="end">{t('link.rtt')}</th>
          <th scope="col" className="end wide-only-cell">{t('link.in')}</th>
          <th scope="col" className="end wide-only-cell">{t('link.out')}</th>
        </tr>
      </thead>
      <tbody>
        {network.peers.map((peer) => {
          const name = peer.name ?? (peer.uid ? people.name(peer.uid) : peer.device.slice(0, 8));
          return (
            <tr key={`${peer.device}${peer.via}`}>
              <th scope="row">
                <span className="line">
                  {peer.uid ? <Face uid={peer.uid} name={name} size={24} /> : <Icon name={peer.via === 'beacon' ? 'beacon' : 'device'} tone="muted" />}
                  <span className="medium cut">{name}</span>
                  <code className="muted wide-only">{peer.device.slice(0, 8)}</code>
                </span>
              </th>
              <td className="muted">{peer.via === 'direct' && peer.pair?.includes('relay') ? t('link.turn') : via[peer.via]}</td>
              <td className="end num">{peer.rttMs === null ? '' : t('link.ms', { n: Math.round(peer.rttMs) })}</td>
              <td className="end num muted wide-only-cell">{bytes(peer.bytesIn)}</td>
              <td className="end num muted wide-only-cell">{bytes(peer.bytesOut)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
