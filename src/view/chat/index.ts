/** Chat as a lens of the shell. */
import type { LifegraphApi, SpaceView } from '#os/api';
import { CHANNEL, MESSAGE, mayMakeChannels, readChannel, readMessage } from '#domain/chat';
import { FRAGMENT, oneLine, peopleByUid, PERSON, QUIET, readQuiet, ROOT } from '#domain/shared';
import type { Lens, RailRows } from '#view/kit/lens.ts';
import type { PaletteEntry } from '#view/kit/palette.tsx';
import { isFiltered, parseFilter, type PaletteFilter } from '#view/kit/palette-filter.ts';
import { plain } from '#view/kit/picker.tsx';
import { navigate } from '#view/kit/router.tsx';
import { ChatView } from './chat-view.tsx';
import { CreateChannel } from './channel-dialogs.ts';
import { useChannels, useUnread } from './use-channels.ts';

/** How many messages a search looks through, newest first, and how many it shows; more when filters narrow it. */
const SEARCHED = 5000;
const SHOWN = 8;
const SHOWN_FILTERED = 24;

function useRows(space: SpaceView): RailRows {
  const { channels, loaded } = useChannels(space.id);
  return {
    loaded,
    rows: channels.map((channel) => ({ object: channel.fragment, label: channel.title, unread: channel.unread, mentions: channel.mentions, muted: channel.muted })),
    unread: channels.reduce((sum, channel) => sum + channel.unread, 0),
  };
}

async function find(api: LifegraphApi, space: SpaceView, query: string): Promise<PaletteEntry[]> {
  const filter = parseFilter(query);
  if (filter.type === 'channel') return [];
  const wanted = plain(filter.text);
  const narrow = isFiltered(filter);
  const graph = api.graph(space.id);
  const personal = (await api.spaces.list()).find((one) => one.kind === 'personal');
  const { blocked } = readQuiet(personal ? await api.graph(personal.id).query({ type: QUIET }) : []);
  const [nodes, people, members, directory] = await Promise.all([
    graph.query({ type: MESSAGE, order: '-stamp', limit: SEARCHED }), graph.query({ type: PERSON, fragment: ROOT }), api.spaces.members(space.id), graph.query({ type: FRAGMENT, fragment: ROOT, where: { type: CHANNEL } }),
  ]);
  const names = new Map([...members, ...peopleByUid(people).values()].map((person) => [person.uid, person.name] as const));
  const channels = new Map(directory.map(readChannel).flatMap((entry) => (entry ? [[entry.fragment, entry.title] as const] : [])));
  const authors = authorsOf(api, names, filter);
  const places = filter.in === null ? null : new Set([...channels].filter(([, title]) => plain(title).startsWith(filter.in!)).map(([fragment]) => fragment));
  const found: PaletteEntry[] = [];
  for (const node of nodes) {
    const message = readMessage(node);
    if (!message || message.deleted || blocked.has(message.by ?? '') || (authors && !authors.has(message.by ?? '')) || (places && !places.has(message.fragment))) continue;
    const text = oneLine(message.text);
    const at = plain(text).indexOf(wanted);
    if (at < 0) continue;
    const label = at > 40 ? `…${text.slice(at - 24, at + 80)}` : text.slice(0, 104);
    found.push({ id: message.id, group: 'things', label, icon: 'message', hue: 'type-message', note: [names.get(message.by ?? ''), `#${channels.get(message.fragment) ?? ''}`, narrow ? '' : space.name].filter(Boolean).join(' · '), run: () => navigate({ space: space.id, lens: 'chat', object: message.fragment, params: { m: message.id } }) });
    if (found.length >= (narrow ? SHOWN_FILTERED : SHOWN)) break;
  }
  return found;
}

/** Uids a `from:` filter names; null when there is none. */
function authorsOf(api: LifegraphApi, names: ReadonlyMap<string, string>, { from }: PaletteFilter): Set<string> | null {
  if (from === null) return null;
  if (from === 'me') return new Set([api.identity.get()?.uid ?? '']);
  return new Set([...names].filter(([, name]) => plain(name).startsWith(from)).map(([uid]) => uid));
}

export const chatLens: Lens = {
  id: 'chat',
  word: 'lens.chat',
  icon: 'chat',
  go: 'goChat',
  useRows,
  useUnread: (space) => useUnread(space.id),
  View: ChatView,
  create: { word: 'channel.new', may: mayMakeChannels, Dialog: CreateChannel },
  find,
};
