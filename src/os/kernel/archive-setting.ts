/**
 * The archive of a space (FORMATS 7): a setting in the graph, written by an Owner as policy.set {archive: sealed [key, addresses]}. Off is no
 * such key. The key is random and made anew each time the archive is turned on: who was removed since cannot follow it to the next one.
 */
import { fromBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { CborValue } from '#base/cbor';
import type { ArchiveView } from '#os/api';
import { ARCHIVE_LIMITS } from '#vm/archive-limits';
import { openField } from '#vm/protocol/keys';
import { FRAGMENT, ROLE } from '#vm/protocol/types';
import type { ArchiveContact } from '#vm/replication/host';
import type { Kernel, Space } from './state.ts';

/** Name of the setting in policy.set. */
export const ARCHIVE_POLICY = 'archive';

export interface ArchiveSetting {
  readonly key: Bytes;
  readonly urls: readonly string[];
}

/** Address of a relay. */
export const ADDRESS = /^wss?:\/\/[^\s]{1,200}$/;

/** Reads the setting in force; one that does not open or has another form is none. */
export async function refreshArchive(kernel: Kernel, space: Space): Promise<void> {
  const field = space.rights.view().policy.get(ARCHIVE_POLICY);
  const setting = field === undefined ? null : await openSetting(kernel, space, field.value, must(fromBase64url(field.writer), 'writer'));
  // What was read may have been replaced while it was opened.
  if (space.rights.view().policy.get(ARCHIVE_POLICY)?.value === field?.value) space.archive = setting;
}

async function openSetting(kernel: Kernel, space: Space, field: CborValue, writer: Bytes): Promise<ArchiveSetting | null> {
  if (!Array.isArray(field) || field.length !== 3 || !field.every((part) => part instanceof Uint8Array)) return null;
  const [epoch, nonce, ct] = field as unknown as [Bytes, Bytes, Bytes];
  if (epoch.length !== 16 || nonce.length !== 12) return null;
  const aead = await space.keys.body(epoch, FRAGMENT.acl, writer);
  const value = aead && (await openField(kernel.deps.crypto, aead, { epoch, nonce, ct }));
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [key, urls] = value;
  if (!(key instanceof Uint8Array) || key.length !== 32 || !Array.isArray(urls) || urls.length === 0 || urls.length > ARCHIVE_LIMITS.relays) return null;
  if (!urls.every((url) => typeof url === 'string' && ADDRESS.test(url))) return null;
  return { key: key.slice() as Bytes, urls: urls as string[] };
}

/** The setting as views show it. */
export function archiveView(kernel: Kernel, space: Space): ArchiveView {
  const role = kernel.profile ? space.rights.roleOf(kernel.profile.uid) : null;
  return { urls: [...(space.archive?.urls ?? [])], mayChange: role === ROLE.owner };
}

/** Archives of the spaces this device is a member of. */
export function archiveContacts(kernel: Kernel): ArchiveContact[] {
  const out: ArchiveContact[] = [];
  for (const space of kernel.spaces.values()) {
    const member = space.standing === 'member' && kernel.profile !== null && space.rights.roleOf(kernel.profile.uid) !== null;
    if (member && space.archive !== null) out.push({ space: space.id, ...space.archive });
  }
  return out;
}
