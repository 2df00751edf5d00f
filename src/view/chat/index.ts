/** Chat as a lens of the shell. */
import type { LifegraphApi, SpaceView } from '#os/api';
import { CHANNEL, MESSAGE, mayWrite, readChannel, readMessage } from '#domain/chat';
import { FRAGMENT, oneLine, peopleByUid, PERSON } from '#domain/shared';
import type { Lens, RailRows } from '#view/kit/lens.ts';
import type { PaletteEntry } from '#view/kit/palette.tsx';
import { isFiltered, parseFilter, type PaletteFilter } from '#view/kit/palette-filter.ts';
import { plain } from '#view/kit/picker.tsx';
import { navigate } from '#view/kit/router.tsx';
import { ChatView } from './chat-view.tsx';
import { CreateChannel } from './create-channel.tsx';
import { useChannels } from './use-channels.ts';

/** How many messages a search looks through, newest first, and how many it shows; more when filters narrow it. */
const SEARCHED = 5000;
const SHOWN = 8;
const SHOWN_FILTERED = 24;

function useRows(space: SpaceView): RailRows {
  const { channels, loaded } = useChannels(space.id);
  return {
    loaded,
    rows: channels.map((channel) => ({ object: channel.fragment, label: channel.title, unread: channel.unread, mentions: channel.mentions })),
    unread: channels.reduce((sum, channel) => sum + channel.unread, 0),
  };
}

async function find(api: LifegraphApi, space: SpaceView, query: string): Promise<PaletteEntry[]> {
  const filter = parseFilter(query);
  if (filter.type === 'channel') return [];
  const wanted = plain(filter.text);
  const narrow = isFiltered(filter);
  const [nodes, authors, places] = await Promise.all([api.graph(space.id).query({ type: MESSAGE, order: '-stamp', limit: SEARCHED }), authorsOf(api, space, filter), placesOf(api, space, filter)]);
  const found: PaletteEntry[] = [];
  for (const node of nodes) {
    const message = readMessage(node);
    if (!message || message.deleted || (authors && !authors.has(message.by ?? '')) || (places && !places.has(message.fragment))) continue;
    const text = oneLine(message.text);
    const at = plain(text).indexOf(wanted);
    if (at < 0) continue;
    const label = at > 40 ? `…${text.slice(at - 24, at + 80)}` : text.slice(0, 104);
    found.push({ id: message.id, group: 'things', label, icon: 'message', hue: 'type-message', note: space.name, run: () => navigate({ space: space.id, lens: 'chat', object: message.fragment, params: { m: message.id } }) });
    if (found.length >= (narrow ? SHOWN_FILTERED : SHOWN)) break;
  }
  return found;
}

/** Uids a `from:` filter names; null when there is none. */
async function authorsOf(api: LifegraphApi, space: SpaceView, { from }: PaletteFilter): Promise<Set<string> | null> {
  if (from === null) return null;
  if (from === 'me') return new Set([api.identity.get()?.uid ?? '']);
  const people = peopleByUid(await api.graph(space.id).query({ type: PERSON }));
  const named = [...people.values()].map((person) => [person.uid, person.name] as const);
  const members = (await api.spaces.members(space.id)).map((member) => [member.uid, member.name] as const);
  return new Set([...named, ...members].filter(([, name]) => plain(name).startsWith(from)).map(([uid]) => uid));
}

/** Channels an `in:` filter names; null when there is none. */
async function placesOf(api: LifegraphApi, space: SpaceView, filter: PaletteFilter): Promise<Set<string> | null> {
  if (filter.in === null) return null;
  const wanted = filter.in;
  const channels = (await api.graph(space.id).query({ type: FRAGMENT, where: { type: CHANNEL } })).map(readChannel).filter((entry) => entry !== null);
  return new Set(channels.filter((channel) => plain(channel.title).startsWith(wanted)).map((channel) => channel.fragment));
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
