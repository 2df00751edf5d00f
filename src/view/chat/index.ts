/** Chat as a lens of the shell. */
import type { SpaceView } from '#os/api';
import { mayMakeChannels } from '#domain/chat';
import type { Lens, RailRows } from '#view/kit/lens.ts';
import { ChatView } from './chat-view.tsx';
import { CreateChannel } from './channel-dialogs.ts';
import { useChannels, useUnread } from './use-channels.ts';

function useRows(space: SpaceView): RailRows {
  const { channels, loaded } = useChannels(space.id);
  return {
    loaded,
    rows: channels.map((channel) => ({ object: channel.fragment, label: channel.title, unread: channel.unread, mentions: channel.mentions, muted: channel.muted })),
    unread: channels.reduce((sum, channel) => sum + channel.unread, 0),
  };
}

export const chatLens: Lens = {
  id: 'chat',
  word: 'lens.chat',
  icon: 'chat',
  go: 'goChat',
  mark: '#',
  useRows,
  useUnread: (space) => useUnread(space.id),
  View: ChatView,
  create: { word: 'channel.new', may: mayMakeChannels, Dialog: CreateChannel },
};
