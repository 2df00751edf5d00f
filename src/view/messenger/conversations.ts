/** The list of conversations over all spaces, read anew when something of it may have changed. */
import type { KernelEvent, LifegraphApi, NodeView, SpaceView } from '#os/api';
import { MESSAGE, readMessage } from '#domain/chat';
import { conversationsOf, inOrder, type Conversation } from '#domain/messenger';
import { FRAGMENT, isUnread, READ, readMarksOf, ROOT } from '#domain/shared';
import { spaceForTwo } from '#domain/subscription';
import type { RailRow } from '#view/kit/lens.ts';

/** Changes that come together are one reading, ms; messages of a conversation that are counted; lines in the rail. */
const GATHER_MS = 300;
const COUNTED = 100;
const IN_RAIL = 30;
const CHANGES: ReadonlySet<KernelEvent['type']> = new Set<KernelEvent['type']>(['spaces', 'members', 'node_created', 'node_updated', 'kernel']);

/** Who the other is in a space that was made for two; null where it was not. */
async function otherIn(api: LifegraphApi, space: SpaceView): Promise<string | null> {
  const me = api.identity.get();
  if (!me || space.kind !== 'team' || space.members > 2 || !space.name.includes(' & ')) return null;
  const other = (await api.spaces.members(space.id)).find(({ self }) => !self);
  const halves = space.name.split(' & ');
  const mine = halves.find((half) => half === spaceForTwo(me.name, ''));
  // One who has not come yet has the name that the space was given.
  return other?.name || (mine === undefined ? null : (halves.find((half) => half !== mine) ?? null));
}

async function read(api: LifegraphApi): Promise<Conversation[]> {
  const spaces = (await api.spaces.list()).filter(({ role }) => !['removed', 'joining', 'no-rights'].includes(role));
  const personal = spaces.find(({ kind }) => kind === 'personal');
  const marks = new Map((personal ? await api.graph(personal.id).query({ type: READ }) : []).map((node): [string, NodeView] => [node.id, node]));
  const me = api.identity.get()?.uid ?? null;
  const lists = await Promise.all(spaces.filter((space) => space !== personal).map(async (space) => {
    const graph = api.graph(space.id);
    const found = conversationsOf(space, await graph.query({ type: FRAGMENT, fragment: ROOT }), await otherIn(api, space));
    return Promise.all(found.map(async (one): Promise<Conversation> => {
      const mark = readMarksOf(marks, one.space, one.fragment);
      const messages = (await graph.query({ type: MESSAGE, fragment: one.fragment, order: '-stamp', limit: COUNTED })).map(readMessage).filter((message) => message !== null);
      const unread = personal ? messages.filter((message) => !message.deleted && isUnread(message, me, mark)).length : 0;
      return { ...one, unread, at: Math.max(one.at, messages[0]?.at ?? 0) };
    }));
  }));
  return inOrder(lists.flat());
}

/** Now and after every change; returns stop. */
export function followConversations(api: LifegraphApi, on: (list: Conversation[]) => void): () => void {
  let [alive, reading, again] = [true, false, false];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const look = async (): Promise<void> => {
    timer = null;
    if (reading) return void (again = true);
    reading = true;
    // A reading that failed is followed by the next change.
    const list = await read(api).catch(() => null);
    reading = false;
    if (alive && list) on(list);
    if (alive && again) {
      again = false;
      soon();
    }
  };
  const soon = (): void => void (timer ??= setTimeout(() => void look(), GATHER_MS));
  const stop = api.on(({ type }) => void (CHANGES.has(type) && soon()));
  void look();
  return () => {
    alive = false;
    if (timer) clearTimeout(timer);
    stop();
  };
}

/** The same as lines of the rail. */
export const followRows = (api: LifegraphApi, on: (rows: RailRow[]) => void): (() => void) =>
  followConversations(api, (list) => on(list.slice(0, IN_RAIL).map(({ space, fragment, title, unread, kind }) => ({ space, object: fragment, label: title, unread, twice: kind === 'direct', mentions: 0, muted: false }))));
