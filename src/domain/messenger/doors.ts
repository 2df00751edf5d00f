/** Doors: rooms of invited people that a space knows of. Who is not inside asks by the link of the door, and somebody inside lets them in by hand. */
import type { NodeView, Op, SpaceView } from '#os/api';
import { DOORS_MAX, DOORS_OF_ONE_MAX, DOOR_LINK_MAX, mayChange, mayMake, ROOT } from '#domain/shared';
import { MESSENGER_VERB } from './operations.ts';
import { mayMakeRooms } from './rules.ts';
import { DOOR } from './schema.ts';

/** A door in the directory of a space. */
export interface Door {
  readonly node: string;
  /** The space that knows of it. */
  readonly place: string;
  /** `#/join/…`: what it says of the room is the word of whoever made it. */
  readonly link: string;
  /** uid of who says where it leads: who put it there, or whoever wrote another link since. */
  readonly by: string | null;
}

/** How a link of a door is made: people are let in one by one, for a year. */
export const DOOR_INVITE = { role: 'member', approval: 'manual', uses: 1_000, expiresInMs: 365 * 86_400_000 } as const;

const makerOf = (node: NodeView): string | null => (node.setBy && 'link' in node.setBy ? (node.setBy['link'] ?? null) : node.createdBy);

/** A door of a node, or null when the node is none. */
export function readDoor(node: NodeView): Door | null {
  const { link } = node.props;
  if (node.type !== DOOR || node.deleted || node.fragment !== ROOT || typeof link !== 'string' || link.length > DOOR_LINK_MAX || !/^#\/join\/[A-Za-z0-9_-]{8,}$/.test(link)) return null;
  return { node: node.id, place: node.space, link, by: makerOf(node) };
}

/** The doors of a directory, in its order and without those of `blocked` people: of each maker as many as are looked behind, and what is no door. */
export function readDoors(nodes: readonly NodeView[], blocked: ReadonlySet<string>): { doors: Door[]; bad: Door[] } {
  const out: { doors: Door[]; bad: Door[] } = { doors: [], bad: [] };
  const made = new Map<string | null, number>();
  for (const node of nodes) {
    const by = makerOf(node);
    if (node.type !== DOOR || node.deleted || node.fragment !== ROOT || (by !== null && blocked.has(by))) continue;
    const door = readDoor(node);
    if (door === null) {
      out.bad.push({ node: node.id, place: node.space, link: '', by });
      continue;
    }
    const n = made.get(by) ?? 0;
    made.set(by, n + 1);
    if (n < DOORS_MAX) out.doors.push(door);
  }
  return out;
}

/** Those that are shown of a space: of who decides there first, then the first of everybody, the second of everybody, so that nobody hides those of others by many. */
export function pickDoors<T extends Pick<Door, 'by'>>(doors: readonly T[], decides: (uid: string | null) => boolean): T[] {
  const made = new Map<string | null, number>();
  const ranked = doors.map((door) => {
    const rank = made.get(door.by) ?? 0;
    made.set(door.by, rank + 1);
    return { door, rank, first: decides(door.by) };
  });
  const shown = ranked.filter(({ rank, first }) => first || rank < DOORS_OF_ONE_MAX);
  return shown.sort((a, b) => Number(b.first) - Number(a.first) || a.rank - b.rank).slice(0, DOORS_MAX).map(({ door }) => door);
}

/** Puts a door into the directory: `link` may be a whole address, of which the part that leads in is kept. */
export const openDoor = (link: string): Op[] => [{ op: 'node.create', type: DOOR, props: { link: link.slice(Math.max(0, link.indexOf('#'))) }, verb: MESSENGER_VERB.open }];

/** Takes it out of the directory; who was let in stays inside. */
export const closeDoor = (door: Pick<Door, 'node'>): Op[] => [{ op: 'node.delete', id: door.node, verb: MESSENGER_VERB.close }];

export const mayOpenDoor = (space: SpaceView): boolean => mayMakeRooms(space) && mayMake(space, DOOR);

/** Who put it there, and those who decide about the space. */
export const mayCloseDoor = (space: SpaceView, door: Door, me: string): boolean => mayChange(space, door.node) && (space.role === 'owner' || space.role === 'admin' || (door.by === me && mayOpenDoor(space)));
