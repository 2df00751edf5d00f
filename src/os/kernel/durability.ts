/** The durability meter (docs/decisions/0077): copies by kind, each by a signed word, against what the space asks for. Its code comes when somebody looks. */
import { AppError } from '#base/app-error';
import { toBase64url } from '#base/bytes';
import type { CopyTarget, Durability, ShortOf } from '#os/durability-api';
import { beaconOf } from './beacon-counts.ts';
import { checkOfBeacon } from './beacon-stand.ts';
import { targetOf } from './copy-target.ts';
import { keptBackup, type KeptBackup } from './kept-backups.ts';
import { logKey } from './log-key.ts';
import { fragmentOfNode } from './spaces.ts';
import { wordCounts } from './status.ts';
import type { Fragment, Kernel, Space } from './state.ts';

const DAY_MS = 86_400_000;

/** A place in a log that has to be held, and everything before it. */
interface Place {
  readonly log: string;
  readonly writer: string;
  readonly seq: number;
}

/** Of a thing (its last change), of a fragment, or of the whole space. AppError `not-here`. */
export async function durability(kernel: Kernel, space: Space, of: { readonly node?: string; readonly fragment?: string } = {}): Promise<Durability> {
  const places = of.node !== undefined ? placeOfNode(space, of.node) : fragmentsOf(space, of.fragment).flatMap((fragment) => placesOf(space, fragment));
  const kept = await keptBackup(kernel, space);
  return measure(kernel, space, places, kept);
}

function placeOfNode(space: Space, node: string): Place[] {
  const fragment = fragmentOfNode(space, node);
  const state = fragment?.graph.node(node);
  const at = state?.updated ?? state?.created;
  if (!fragment || !at) throw new AppError('not-here', 'This thing is not held on this device.', 'Nothing was changed.', 'Open it first.');
  return [{ log: logKey(space, fragment, at.writer.key), writer: at.writer.key, seq: at.seq }];
}

function fragmentsOf(space: Space, key: string | undefined): Fragment[] {
  if (key === undefined) return [...space.fragments.values()];
  const fragment = space.fragments.get(key);
  if (!fragment) throw new AppError('not-here', 'This place is not held on this device.', 'Nothing was changed.', 'Open it first.');
  return [fragment];
}

const placesOf = (space: Space, fragment: Fragment): Place[] => fragment.log.frontier().map(({ writer, seq }) => ({ log: logKey(space, fragment, toBase64url(writer)), writer: toBase64url(writer), seq }));

/** Who holds every one of the places; an operation that is not sealed yet (seq −1) nobody does. */
function holdersOfAll(kernel: Kernel, space: Space, places: readonly Place[], self: string): { readonly devices: ReadonlySet<string>; readonly confirmed: ReadonlyMap<string, number> } {
  const counts = wordCounts(kernel, space);
  const confirmed = new Map<string, number>();
  const sets: Set<string>[] = [];
  for (const { log, writer, seq } of places) {
    const here = new Set<string>();
    if (seq >= 0) {
      if (!kernel.deps.fleeting) here.add(self);
      const author = space.writerDevice.get(writer);
      if (author !== undefined && counts(author)) here.add(author);
      for (const device of kernel.copies.holders(log, seq, counts).devices) {
        here.add(device);
        const at = kernel.copies.heldBy(log, [device])?.at;
        if (at !== undefined) confirmed.set(device, Math.max(confirmed.get(device) ?? 0, at));
      }
    }
    sets.push(here);
  }
  const [first, ...rest] = sets;
  // Of a place in which nothing was written yet, this device holds all there is.
  if (first === undefined) return { devices: new Set(kernel.deps.fleeting ? [] : [self]), confirmed };
  return { devices: new Set([...first].filter((device) => rest.every((set) => set.has(device)))), confirmed };
}

const newest = (times: readonly (number | null | undefined)[]): number | null => times.reduce<number | null>((best, at) => (at === null || at === undefined ? best : Math.max(best ?? 0, at)), null);

function measure(kernel: Kernel, space: Space, places: readonly Place[], kept: KeptBackup | null): Durability {
  const self = kernel.profile ? toBase64url(kernel.profile.ds.pub) : '';
  const { devices: all, confirmed } = holdersOfAll(kernel, space, places, self);
  const beacons = [...all].flatMap((device) => {
    const beacon = beaconOf(space, device);
    return beacon ? [{ device, ...beacon }] : [];
  });
  const devices = [...all].filter((device) => !beacons.some((one) => one.device === device));
  const owners = new Map(space.rights.view().devices.map(({ ds, uid }) => [ds, uid]));
  const covered = kept !== null && places.every(({ log, seq }) => seq >= 0 && (kept.seqs.get(log) ?? -1) >= seq);
  const found = {
    devices: { n: devices.length, people: new Set(devices.map((device) => owners.get(device) ?? device)).size, lastConfirmed: newest(devices.map((device) => confirmed.get(device))) },
    beacons: { n: beacons.length, names: beacons.map(({ name }) => name), lastConfirmed: newest(beacons.flatMap(({ device }) => [confirmed.get(device), checkOfBeacon(kernel, space, [device]).checkedAt])) },
    backups: { n: covered ? (1 as const) : (0 as const), at: kept?.ms ?? null, readAt: kept?.readAt ?? null },
  };
  const target = targetOf(space);
  return { ...found, target, below: shortOf(found, target, kernel.time.now()) };
}

/** In what a target is not met. */
export function shortOf({ devices, beacons, backups }: Pick<Durability, 'devices' | 'beacons' | 'backups'>, target: CopyTarget, now: number): ShortOf[] {
  const below: ShortOf[] = [];
  if (devices.n + beacons.n < target.copies) below.push('copies');
  if (beacons.n < target.beacons) below.push('beacons');
  if (target.backupDays > 0 && (backups.at === null || now - backups.at > target.backupDays * DAY_MS)) below.push('backup');
  return below;
}
