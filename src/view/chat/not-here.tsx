/** What stands where an address leads to nothing that is here. */
import { useEffect, useState, type ReactNode } from 'react';
import { readRoom } from '#domain/messenger/manifest';
import '#view/kit/not-here-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { currentRoute, navigate } from '#view/kit/router.tsx';
import { ErrorState } from '#view/kit/states.tsx';
import { keepTrouble } from '#view/kit/troubles.tsx';

/** An address whose thing is not here: still looking while somebody may hold it, else not found. */
export function NotHere({ space, object }: { space: string; object: string }): ReactNode {
  const { t, time } = useI18n();
  const api = useKernel();
  const copies = useAsked(() => api.copiesOf(space, object), ['network', 'copies', 'record'], [api, space, object], 300);
  const network = api.network.status();
  const [since] = useState(() => Date.now());
  // A room is opened where calls are.
  useEffect(() => {
    void api.graph(space).get(object).then((node) => node.state === 'here' && readRoom(node) && navigate({ ...currentRoute(), lens: 'messenger' }, { replace: true }), () => undefined);
  }, [api, space, object, copies]);
  const looking = copies?.state === 'looking' || copies?.state === 'catching-up';
  const reach = network.peers.length > 0 ? t('where.asked', { n: network.peers.length }) : t('where.nobody');
  return (
    <ErrorState
      title={looking ? t('state.looking') : t('state.absent')}
      text={`${looking ? t('notHere.looking') : t('notHere.absent')} ${t('notHere.safe')}`}
      acts={[
        { label: t('act.tryNow'), onClick: () => void api.network.retry().catch(() => undefined) },
        { label: t('act.back'), onClick: () => navigate({ space, lens: 'chat' }) },
        { label: t('system.export'), onClick: () => keepTrouble(api, 'diagnostics') },
      ]}
      facts={[
        [t('notHere.address'), object],
        [t('notHere.tried'), reach],
        [t('part.since'), time(since)],
      ]}
    />
  );
}
