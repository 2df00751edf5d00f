/** Doors of all spaces, as the list of the Messenger shows them, and how a person stands before each. */
import type { LifegraphApi, OwnRequest, SpaceView } from '#os/api';
import { DOOR, mayCloseDoor, pickDoors, readDoors, type Door } from '#domain/messenger';
import { ROOT } from '#domain/shared';
import { errorCode } from '#view/kit/error-words.ts';

/** Changes that come together are one looking, ms; links that are remembered. */
const GATHER_MS = 400;
const LINKS = 2_000;

type Role = SpaceView['role'] | null;
const OUTSIDE: readonly Role[] = [null, 'removed', 'joining', 'no-rights'];

/** `asked`: with the reason why nobody could be asked yet, if there is one. `refused`: somebody said no, or the link lets in no more; `words` of who said no. */
export type DoorState = { readonly is: 'open' } | { readonly is: 'inside' } | { readonly is: 'asked'; readonly reason: string | null } | { readonly is: 'refused'; readonly reason: string; readonly words: string };

export interface SeenDoor extends Door {
  readonly at: SpaceView;
  /** The space behind it, and what its link calls it. */
  readonly inside: string;
  readonly title: string;
  readonly state: DoorState;
  readonly mayClose: boolean;
}

/** What one maker put among the doors of a space and is none: whoever may takes it out. */
export interface BadDoors {
  readonly at: SpaceView;
  readonly by: string | null;
  readonly nodes: readonly string[];
}

export interface DoorList {
  readonly doors: readonly SeenDoor[];
  readonly bad: readonly BadDoors[];
  /** Rooms that are not shown: somebody made too many doors. */
  readonly more: number;
  /** Names of spaces that could not be read. */
  readonly unread: readonly string[];
}

type Link = Awaited<ReturnType<LifegraphApi['spaces']['readLink']>>;

/** By their text, which says the same for good; null: nothing, undefined: what a newer version reads. */
const links = new Map<string, Promise<Link | null | undefined>>();

function readLink(api: Pick<LifegraphApi, 'spaces'>, text: string): Promise<Link | null | undefined> {
  let read = links.get(text);
  if (!read) {
    if (links.size >= LINKS) links.clear();
    read = api.spaces.readLink(text).catch((error: unknown) => {
      const code = errorCode(error);
      if (code === 'bad-link') return null;
      if (code === 'newer-link') return undefined;
      links.delete(text);
      throw error;
    });
    links.set(text, read);
  }
  return read;
}

/** Was the request made by this link? */
export const askedBy = (request: OwnRequest, link: string): boolean => request.link.slice(Math.max(0, request.link.indexOf('#'))) === link;

/** How somebody of this role in the room, with this request into it, stands before a door. */
export function doorState(link: string, role: Role, request: OwnRequest | null): DoorState {
  if (!OUTSIDE.includes(role)) return { is: 'inside' };
  if (request === null) return role === 'joining' ? { is: 'asked', reason: null } : { is: 'open' };
  const { state } = request;
  const reason = state?.state === 'failed' ? (state.reason ?? '') : null;
  if (reason === null || state?.step !== 'asked') return { is: 'asked', reason };
  // By another door they may be let in all the same.
  return askedBy(request, link) ? { is: 'refused', reason, words: state.words ?? '' } : { is: 'open' };
}

interface Looking {
  readonly api: Pick<LifegraphApi, 'spaces' | 'graph'>;
  readonly me: string;
  readonly blocked: ReadonlySet<string>;
  readonly standing: ReadonlyMap<string, Role>;
}

/** The doors of one space that lead where this person is not, or that they may take away. */
async function lookAt({ api, me, blocked, standing }: Looking, at: SpaceView): Promise<Omit<DoorList, 'unread'>> {
  // The oldest first: who comes later takes nobody's place.
  const { doors, bad } = readDoors(await api.graph(at.id).query({ type: DOOR, fragment: ROOT }), blocked);
  if (doors.length === 0 && bad.length === 0) return { doors: [], bad: [], more: 0 };
  const read = await Promise.all(doors.map(async (door) => ({ door, link: await readLink(api, door.link) })));
  const found: (Omit<SeenDoor, 'state'> & { readonly role: Role })[] = [];
  const lines = new Set<string>();
  for (const { door, link } of read) {
    if (link === undefined) continue;
    // What asks others to keep nothing is joined by its own page, which says so; what lets in without a hand is no door.
    if (link === null || link.fleeting || !link.asks || link.space === at.id) {
      bad.push(door);
      continue;
    }
    const role = standing.get(link.space) ?? null;
    const mayClose = mayCloseDoor(at, door, me);
    // A room has one line of each who made a door to it: none stands before that of another.
    const line = `${link.space}/${door.by}`;
    if (lines.has(line) || !(OUTSIDE.includes(role) || mayClose)) continue;
    lines.add(line);
    found.push({ ...door, at, inside: link.space, title: link.name, role, mayClose });
  }
  const members = found.length === 0 ? [] : await api.spaces.members(at.id).catch(() => []);
  const deciding = new Set(members.filter(({ role }) => role === 'owner' || role === 'admin').map(({ uid }) => uid));
  const shown = pickDoors(found, (uid) => uid !== null && deciding.has(uid));
  return {
    doors: await Promise.all(shown.map(async ({ role, ...door }) => ({ ...door, state: doorState(door.link, role, OUTSIDE.includes(role) ? await api.spaces.request(door.inside).catch(() => null) : null) }))),
    bad: gathered(at, bad.filter((door) => mayCloseDoor(at, door, me))),
    more: found.length - shown.length,
  };
}

function gathered(at: SpaceView, bad: readonly Door[]): BadDoors[] {
  const makers = new Map<string | null, string[]>();
  for (const { by, node } of bad) makers.set(by, [...(makers.get(by) ?? []), node]);
  return [...makers].map(([by, nodes]) => ({ at, by, nodes }));
}

/** The doors of all spaces; one space that cannot be read hides no other. */
export async function lookAtDoors(api: Pick<LifegraphApi, 'spaces' | 'graph' | 'identity'>, blocked: ReadonlySet<string>): Promise<DoorList> {
  const spaces = await api.spaces.list();
  const looking: Looking = { api, me: api.identity.get()?.uid ?? '', blocked, standing: new Map(spaces.map(({ id, role }) => [id, role])) };
  const unread: string[] = [];
  const lists = await Promise.all(spaces.filter(({ kind, role }) => kind !== 'personal' && !OUTSIDE.includes(role)).map((at) => lookAt(looking, at).catch(() => (unread.push(at.name), { doors: [], bad: [], more: 0 }))));
  const all = lists.flatMap(({ doors }) => doors);
  // The same where several spaces know of it by the same person.
  const doors = all.filter((door, n) => all.findIndex(({ inside, by }) => inside === door.inside && by === door.by) === n);
  return { doors, bad: lists.flatMap(({ bad }) => bad), more: lists.reduce((sum, { more }) => sum + more, 0), unread };
}

/** Says when doors of these spaces changed, and once at the beginning; returns stop. */
export function followDoors(api: Pick<LifegraphApi, 'graph'>, spaces: readonly string[], on: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const soon = (): void => void (timer ??= setTimeout(() => ((timer = null), on()), GATHER_MS));
  const stops = spaces.map((id) => api.graph(id).subscribe({ type: DOOR, fragment: ROOT }, soon));
  soon();
  return () => {
    if (timer) clearTimeout(timer);
    for (const stop of stops) stop();
  };
}
