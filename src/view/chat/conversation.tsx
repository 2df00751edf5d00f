/** One conversation as the chat draws it, for a lens that shows it in another place. */
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import type { Route } from '#view/kit/router.tsx';
import { TasksProvider } from '#view/kit/tasks.tsx';
import { ChannelView } from './channel-view.tsx';
import type { ChannelLine } from './projection.ts';
import { useChannels } from './use-channels.ts';

/** The conversation in a fragment of the type; `none` while there is no such. */
export function ChatConversation({ space, fragment, type, route, call, lines, onLeave, none }: { space: SpaceView; fragment: string; type: string; route: Route; call: ReactNode; lines: readonly ChannelLine[]; onLeave: (() => void) | null; none: ReactNode }): ReactNode {
  const { channels } = useChannels(space.id, type);
  const channel = channels.find((one) => one.fragment === fragment);
  if (!channel) return none;
  return (
    <TasksProvider key={fragment} space={space.id} fragment={fragment} lens={route.lens}>
      <ChannelView space={space} channel={channel} channels={channels} first={false} route={route} call={call} lines={lines} onLeave={onLeave} />
    </TasksProvider>
  );
}
