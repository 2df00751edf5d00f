/** What stands where a space should: its rights are gone from this device, or it is none of this person's. Seen seldom, so loaded when it is. */
import '#view/kit/refusal-words.ts';
import '#view/kit/not-here-words.ts';
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNetwork } from '#view/kit/kernel.tsx';
import { Place } from '#view/kit/place.tsx';
import { navigate } from '#view/kit/router.tsx';
import { ErrorState } from '#view/kit/states.tsx';
import { keepTrouble } from '#view/kit/troubles.tsx';

/** The rights of the space are gone from this device: nothing of it can be read or judged until they come back. */
export function NoRights({ space, onFloat }: { space: SpaceView; onFloat: (what: 'join') => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const network = useNetwork();
  return (
    <Place header={{ crumbs: [], title: space.name, copies: null }}>
      <ErrorState
        title={t('noRights.title')}
        text={t('noRights.text')}
        acts={[
          { label: t('welcome.haveLink'), onClick: () => onFloat('join') },
          { label: t('act.tryNow'), onClick: () => void api.network.retry().catch(() => undefined) },
        ]}
        facts={[
          [t('notHere.address'), space.id],
          [t('notHere.tried'), network.peers.length > 0 ? t('where.asked', { n: network.peers.length }) : t('where.nobody')],
        ]}
      />
    </Place>
  );
}

/** The address names a space that is not here. */
export function NoSpace({ address }: { address: string }): ReactNode {
  const { t, time } = useI18n();
  const api = useKernel();
  const [since] = useState(() => Date.now());
  return (
    <Place header={{ crumbs: [], title: t('state.absent'), copies: null }}>
      <ErrorState title={t('noSpace.title')} text={t('noSpace.text')} acts={[{ label: t('noSpace.home'), onClick: () => navigate({}) }, { label: t('system.export'), onClick: () => keepTrouble(api, 'diagnostics') }]} facts={[[t('notHere.address'), address], [t('part.since'), time(since)]]} />
    </Place>
  );
}
