/** What every kernel knows of this person's devices all the time; the acts on them (device-acts.ts) are loaded when one is asked for. */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { SPACE_KIND } from '#vm/protocol/types';
import { ACL_KEY, derivedNodeId } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

/** Rows `revoke/<device>`: the statement, until every space has it; it stays, for spaces that come later. */
export const REVOKE_ROWS = 'revoke/';

/** Node that carries the name of a device, in `root` of the Personal space. */
export const deviceNodeId = (ds: Bytes): Bytes => derivedNodeId('lgos/device-node/1', ds);

/** Kernels whose device takes itself away: until that is told to others they go on as before. */
const parting = new WeakSet<Kernel>();
/** From here on what this device writes about itself does not silence it. */
export const beginParting = (kernel: Kernel): void => void parting.add(kernel);

/** Is this device taken away by its person? When the record that says so was made, ms; null when not. A statement carries its own authority, so one space is enough. */
export function whenRevoked(kernel: Kernel): number | null {
  const { profile, spaces } = kernel;
  if (!profile || parting.has(kernel)) return null;
  const [uid, ds] = [toBase64url(profile.uid), toBase64url(profile.ds.pub)];
  for (const space of spaces.values()) {
    const { state, revokes } = space.rights.view();
    if (state.persons.get(uid)?.devices.get(ds)?.revoked !== true) continue;
    const record = revokes.find(({ to }) => to === ds);
    return space.fragments.get(ACL_KEY)?.log.get(record?.id ?? '')?.hlc.ms ?? 0;
  }
  return null;
}

/** Statements that take own devices away and that this device made, from its store. */
export async function loadRevokes(kernel: Kernel): Promise<void> {
  for (const [row, statement] of await kernel.store.list(REVOKE_ROWS)) {
    const ds = row.slice(REVOKE_ROWS.length);
    if (statement instanceof Uint8Array && fromBase64url(ds)?.length === 32) kernel.dropped.set(ds, statement as Bytes);
  }
}

/** The Personal space, once its acl is here. */
export function personalOf({ spaces }: Kernel): Space | null {
  for (const space of spaces.values()) if (space.rights.view().kind === SPACE_KIND.personal && space.rights.view().members.size > 0) return space;
  return null;
}
