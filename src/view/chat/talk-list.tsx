/** The channels as a page: what Talk shows on a phone before one is open. */
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { mayMakeChannels } from '#domain/chat';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useCopies } from '#view/kit/kernel.tsx';
import { MutedMark } from '#view/kit/quiet.tsx';
import { Place } from '#view/kit/place.tsx';
import { formatRoute } from '#view/kit/router.tsx';
import { Skeleton } from '#view/kit/states.tsx';
import { TalkSegments } from '#view/kit/talk-segments.tsx';
import { CreateChannel } from './channel-dialogs.ts';
import type { ChannelRow } from './use-channels.ts';

/** The list. */
export function TalkList({ space, channels, loaded }: { space: SpaceView; channels: ChannelRow[]; loaded: boolean }): ReactNode {
  const { t, count } = useI18n();
  const copies = useCopies(space.id);
  const [creating, setCreating] = useState(false);
  return (
    <Place header={{ crumbs: [space.name], title: space.name, copies }}>
      <TalkSegments space={space.id} at="chat" />
      {!loaded && <Skeleton label={t('list.loading')} />}
      <ul className="list">
        {channels.map((channel) => (
          <li key={channel.fragment}>
            <a className="list-row" href={formatRoute({ space: space.id, lens: 'chat', object: channel.fragment })}>
              <Icon name="channel" tone="muted" />
              <span className={`cut grow ${channel.unread > 0 ? 'bold' : ''}`}>{channel.title}</span>
              {channel.muted && <MutedMark />}
              {channel.mentions > 0 && <Icon name="at" size={12} />}
              {channel.unread > 0 && <span className="num bold" aria-label={t('rail.unread', { n: channel.unread })}>{count(channel.unread)}</span>}
            </a>
          </li>
        ))}
      </ul>
      {mayMakeChannels(space) && (
        <div className="list-foot">
          <Button kind="text" icon="plus" onClick={() => setCreating(true)}>
            {t('channel.new')}
          </Button>
        </div>
      )}
      {creating && <CreateChannel space={space} onClose={() => setCreating(false)} />}
    </Place>
  );
}
