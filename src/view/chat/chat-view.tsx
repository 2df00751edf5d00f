/** Chat: finds the channel an address names, or says why there is none to show. */
import { useEffect, useState, type ReactNode } from 'react';
import { mayMakeChannels } from '#domain/chat';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useCopies, useKernel } from '#view/kit/kernel.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import { useNarrow } from '#view/kit/media.ts';
import { Place } from '#view/kit/place.tsx';
import { isStillAt, navigate } from '#view/kit/router.tsx';
import { EmptyState, ErrorState, Skeleton } from '#view/kit/states.tsx';
import { TasksProvider } from '#view/kit/tasks.tsx';
import { keepTrouble } from '#view/kit/troubles.tsx';
import { ChannelView } from './channel-view.tsx';
import { CreateChannel } from './channel-dialogs.ts';
import { TalkList } from './talk-list.tsx';
import { useChannels } from './use-channels.ts';

/** The lens. */
export function ChatView({ space, route }: LensProps): ReactNode {
  const { channels, loaded } = useChannels(space.id);
  const narrow = useNarrow();
  const channel = channels.find((one) => one.fragment === route.object) ?? null;
  const first = channels[0]?.fragment;
  useEffect(() => {
    // A first visit goes straight to the first channel; on a phone the list of channels comes otherwise first.
    if ((!narrow || route.params['start']) && route.object === null && first && isStillAt(route)) navigate({ space: space.id, lens: 'chat', object: first }, { replace: true });
  }, [narrow, route, first, space.id]);
  if (channel) {
    return (
      <TasksProvider key={channel.fragment} space={space.id} fragment={channel.fragment} lens="chat">
        <ChannelView space={space} channel={channel} channels={channels} first={channel.fragment === first} route={route} />
      </TasksProvider>
    );
  }
  if (route.object === null && narrow) return <TalkList space={space} channels={channels} loaded={loaded} />;
  return <NoChannel space={space} loaded={loaded} object={route.object} />;
}

function NoChannel({ space, loaded, object }: { space: LensProps['space']; loaded: boolean; object: string | null }): ReactNode {
  const { t } = useI18n();
  const copies = useCopies(space.id);
  const [creating, setCreating] = useState(false);
  const header = { crumbs: [space.name], title: t('lens.chat'), copies, onBack: () => navigate({ space: space.id, lens: 'chat' }) };
  return (
    <Place header={header}>
      {!loaded ? <Skeleton label={t('list.loading')} /> : object === null ? (
        <EmptyState title={t('chat.noChannels')} text={t('chat.noChannelsText')} {...(mayMakeChannels(space) ? { act: { label: t('channel.new'), onClick: () => setCreating(true) } } : {})} />
      ) : (
        <NotHere space={space.id} object={object} />
      )}
      {creating && <CreateChannel space={space} onClose={() => setCreating(false)} />}
    </Place>
  );
}

/** An address whose thing is not here: still looking while somebody may hold it, else not found. */
function NotHere({ space, object }: { space: string; object: string }): ReactNode {
  const { t, time } = useI18n();
  const api = useKernel();
  const copies = useAsked(() => api.copiesOf(space, object), ['network', 'copies', 'record'], [api, space, object], 300);
  const network = api.network.status();
  const [since] = useState(() => Date.now());
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
