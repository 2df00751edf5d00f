/** Chat as a lens of the shell. */
import type { LifegraphApi, SpaceView } from '#os/api';
import { MESSAGE, mayWrite, readMessage } from '#domain/chat';
import { oneLine } from '#domain/shared';
import type { Lens, RailRows } from '#view/kit/lens.ts';
import type { PaletteEntry } from '#view/kit/palette.tsx';
import { plain } from '#view/kit/picker.tsx';
import { navigate } from '#view/kit/router.tsx';
import { ChatView } from './chat-view.tsx';
import { CreateChannel } from './create-channel.tsx';
import { useChannels } from './use-channels.ts';

/** How many messages a search looks through, newest first, and how many it shows. */
const SEARCHED = 5000;
const SHOWN = 8;

function useRows(space: SpaceView): RailRows {
  const { channels, loaded } = useChannels(space.id);
  return {
    loaded,
    rows: channels.map((channel) => ({ object: channel.fragment, label: channel.title, unread: channel.unread, mentions: channel.mentions })),
    unread: channels.reduce((sum, channel) => sum + channel.unread, 0),
  };
}

async function find(api: LifegraphApi, space: SpaceView, query: string): Promise<PaletteEntry[]> {
  const wanted = plain(query);
  const nodes = await api.graph(space.id).query({ type: MESSAGE, order: '-stamp', limit: SEARCHED });
  const found: PaletteEntry[] = [];
  for (const node of nodes) {
    const message = readMessage(node);
    if (!message || message.deleted) continue;
    const text = oneLine(message.text);
    const at = plain(text).indexOf(wanted);
    if (at < 0) continue;
    const label = at > 40 ? `…${text.slice(at - 24, at + 80)}` : text.slice(0, 104);
    found.push({ id: message.id, group: 'things', label, icon: 'message', hue: 'type-message', note: space.name, run: () => navigate({ space: space.id, lens: 'chat', object: message.fragment, params: { m: message.id } }) });
    if (found.length >= SHOWN) break;
  }
  return found;
}

export const chatLens: Lens = {
  id: 'chat',
  word: 'lens.chat',
  icon: 'chat',
  go: 'goChat',
  useRows,
  View: ChatView,
  create: { word: 'channel.new', may: (space) => mayWrite(space.role), Dialog: CreateChannel },
  find,
};
