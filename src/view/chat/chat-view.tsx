/** Chat: finds the channel an address names, or says why there is none to show. */
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { mayMakeChannels } from '#domain/chat';
import { CALL } from '#domain/messenger/manifest';
import { useI18n } from '#view/kit/i18n.tsx';
import { useCopies, useNodes } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import { useNarrow } from '#view/kit/media.ts';
import { Place } from '#view/kit/place.tsx';
import { isStillAt, navigate } from '#view/kit/router.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { TasksOf, TasksProvider } from '#view/kit/tasks.tsx';
import { ChannelView } from './channel-view.tsx';
import { CreateChannel, NotHere } from './channel-dialogs.ts';
import type { ChannelLine } from './projection.ts';
import { useChannels } from './use-channels.ts';

/** The list of channels on a phone. */
const TalkList = lazyPart(async () => (await import('./talk-list.tsx')).TalkList, { alone: true });

const CallLine = lazyPart(async () => (await import('#view/kit/call-line.tsx')).CallLine, { alone: true, failed: () => null });

/** Calls that were held in a channel stand among its messages; the newest. */
const CALLS = 200;
const NO_CALLS: readonly ChannelLine[] = [];

function useCallLines(space: string, fragment: string | null): readonly ChannelLine[] {
  const { nodes } = useNodes(fragment ? space : null, { type: CALL, ...(fragment && { fragment }) });
  return useMemo(() => (nodes.size === 0 ? NO_CALLS : [...nodes.values()].filter(({ deleted }) => !deleted).sort((a, b) => a.createdAt - b.createdAt).slice(-CALLS).map((node) => ({ key: `call:${node.id}`, at: node.createdAt, line: <><CallLine node={node} /><TasksOf source={node.id} /></> }))), [nodes]);
}

/** The lens. */
export function ChatView({ space, route }: LensProps): ReactNode {
  const { channels, loaded } = useChannels(space.id);
  const narrow = useNarrow();
  const channel = channels.find((one) => one.fragment === route.object) ?? null;
  const first = channels[0]?.fragment;
  const lines = useCallLines(space.id, channel?.fragment ?? null);
  useEffect(() => {
    // A first visit goes straight to the first channel; on a phone the list of channels comes otherwise first.
    if ((!narrow || route.params['start']) && route.object === null && first && isStillAt(route)) navigate({ space: space.id, lens: 'chat', object: first }, { replace: true });
  }, [narrow, route, first, space.id]);
  if (channel) {
    return (
      <TasksProvider key={channel.fragment} space={space.id} fragment={channel.fragment} lens="chat">
        <ChannelView space={space} channel={channel} channels={channels} first={channel.fragment === first} route={route} lines={lines} />
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
