/**
 * What was written in the fragments that are opened to this beacon, in numbers and titles: `npm run beacon -- digest [HOURS]` asks the one that runs. It goes to who runs it
 * alone, and nothing of it is stored, logged or sent.
 */
import { toBase64url } from '#base/bytes';
import { cutText, plainLine } from '#base/plain-text';
import type { KernelParts } from '#os/kernel/kernel';
import { fragmentTitle, spaceName } from '#os/kernel/spaces';
import { mayRead } from '#os/rights/permit';
import { askDigest } from './control.ts';

export interface FragmentDigest {
  readonly title: string;
  /** Things of each type that were made since, and all that there are. */
  readonly fresh: Readonly<Record<string, number>>;
  readonly all: number;
  /** How many people made them. */
  readonly people: number;
  /** When the newest thing was made, ms; null: there is none. */
  readonly last: number | null;
}

export interface SpaceDigest {
  readonly space: string;
  readonly fragments: readonly FragmentDigest[];
}

/** Of a type that somebody made up this much is told, and of so many of them. */
const TYPE_UNITS = 60;
const TYPES = 20;
const HOURS = 24;
const MOST_HOURS = 24 * 366;
/** They say what a fragment is and who writes there. */
const NAMES: ReadonlySet<string> = new Set(['about@1', 'person@1']);

/** Of all spaces in which something is opened to this beacon. */
export function digestOf({ kernel }: Pick<KernelParts, 'kernel'>, since: number): SpaceDigest[] {
  const self = kernel.profile ? toBase64url(kernel.profile.uid) : '';
  return [...kernel.spaces.values()].flatMap((space) => {
    const scope = space.rights.memberOf(self)?.scope ?? new Map<string, number>();
    const opened = [...scope.keys()].filter((key) => mayRead({ scope }, key));
    if (space.standing !== 'member' || opened.length === 0) return [];
    return [{ space: plainLine(spaceName(space)), fragments: opened.map((key): FragmentDigest => {
      const fresh = new Map<string, number>();
      const people = new Set<string>();
      let [all, last]: [number, number | null] = [0, null];
      for (const id of space.fragments.get(key)?.graph.nodeIds() ?? []) {
        const node = space.source.view(key, id);
        if (node === null || node.deleted || NAMES.has(node.type)) continue;
        all += 1;
        last = Math.max(last ?? 0, node.createdAt);
        if (node.createdAt < since) continue;
        const type = cutText(plainLine(node.type), TYPE_UNITS);
        fresh.set(type, (fresh.get(type) ?? 0) + 1);
        if (node.createdBy !== null) people.add(node.createdBy);
      }
      return { title: plainLine(fragmentTitle(space, key)), fresh: Object.fromEntries([...fresh].sort((a, b) => b[1] - a[1]).slice(0, TYPES)), all, people: people.size, last };
    }) }];
  });
}

/** The command; the exit code. */
export async function digestCommand(data: string, hours: string | undefined, print: (line: string) => void, complain: (line: string) => void): Promise<number> {
  const count = hours === undefined ? HOURS : Number(hours);
  if (!Number.isInteger(count) || count < 1 || count > MOST_HOURS) {
    complain(`Say of how many hours, from 1 to ${MOST_HOURS}: npm run beacon -- digest 24 [--data beacon-data]`);
    return 1;
  }
  try {
    const spaces = await askDigest(data, count);
    if (spaces.length === 0) print('Nothing is opened to this beacon: it keeps, and reads nothing. An Owner or Admin opens channels and pages to it under Access, Beacons.');
    for (const { space, fragments } of spaces) {
      print(space);
      for (const { title, fresh, all, people, last } of fragments) {
        const made = Object.entries(fresh).sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, many]) => `${many} ${type}`).join(', ');
        print(`  ${title}: ${made === '' ? 'nothing new' : `${made} by ${people} ${people === 1 ? 'person' : 'people'}`}, ${all} in all${last === null ? '' : `, the newest ${new Date(last).toISOString()}`}`);
      }
    }
    return 0;
  } catch (error) {
    complain((error as Error).message);
    return 1;
  }
}
