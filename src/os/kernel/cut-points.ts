/** How far a person's writers are trusted by a removal (FORMATS 5): the cuts of a revoke. */
import { fromBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { WriterCuts } from '#os/rights/builders';
import type { Space } from './state.ts';

/** Slots of all devices the person ever had in the space: a device taken away wrote too. */
export function writersOf(space: Space, uid: string): Bytes[] {
  const devices = [...(space.rights.view().state.persons.get(uid)?.devices.keys() ?? [])];
  return devices.flatMap((ds) => space.rights.slotsOf(must(fromBase64url(ds), 'device'))).map((writer) => must(fromBase64url(writer), 'writer'));
}

/** The last record held of each writer of one device. */
export function cutsOfDevice(space: Space, ds: string): WriterCuts {
  return space.rights.slotsOf(must(fromBase64url(ds), 'device')).flatMap((key) => {
    const writer = must(fromBase64url(key), 'writer');
    const tip = space.chain.tip(writer);
    return tip ? [{ writer, n: tip.n, id: tip.id }] : [];
  });
}

/** The last record held of each of a person's writers in the space, so that nothing known before is cut off. */
export function cutsOf(space: Space, uid: string): WriterCuts {
  return writersOf(space, uid).flatMap((writer) => {
    const tip = space.chain.tip(writer);
    return tip ? [{ writer, n: tip.n, id: tip.id }] : [];
  });
}

/**
 * The last record held of each writer before the first one that says to be of `ms` or later: what an access that ended then still made. A clock that is
 * held back gains no more than what came here before this was asked (FORMATS 4).
 */
export function cutsBefore(space: Space, uid: string, ms: number): WriterCuts {
  return writersOf(space, uid).flatMap((writer) => {
    const records = [...space.fragments.values()].flatMap((fragment) => fragment.log.log(writer)).sort((a, b) => a.n - b.n);
    const end = records.findIndex((record) => record.hlc.ms - record.delta >= ms);
    const last = records[(end < 0 ? records.length : end) - 1];
    return last ? [{ writer, n: last.n, id: last.id }] : [];
  });
}
