/** The files of an archive (zip), read where they are wanted. */
import { ZipShelf, type Source, type ZipEntry } from '#adapters/files/zip-read';
import { ARCHIVE, endingOf, ImportFault } from '#domain/editor/files';
import { decodeText } from '#domain/editor/ingest';
import type { VaultFile } from '#domain/editor/vault';
import { VAULT_LIMITS } from '#domain/shared';

const LIMITS = { entries: VAULT_LIMITS.entries, unpacked: VAULT_LIMITS.unpackedBytes, ratio: VAULT_LIMITS.ratio };
const nameOf = (names: Uint8Array): string => decodeText(names).text;

const sourceOf = (file: Blob): Source => ({ size: file.size, read: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()) });
const inMemory = (bytes: Uint8Array): Source => ({ size: bytes.length, read: (from, to) => Promise.resolve(bytes.subarray(from, to)) });

/** Every file in it. An archive of nothing but archives, as Notion parts large ones, is read as what they hold together; deeper ones are files like others. Throws. */
export async function filesOfArchive(file: Blob): Promise<VaultFile[]> {
  if (file.size === 0) throw new ImportFault('empty-file');
  if (file.size > VAULT_LIMITS.fileBytes) throw new ImportFault('too-large', { found: file.size, limit: VAULT_LIMITS.fileBytes });
  const first = await sourceOf(file).read(0, 2);
  if (first[0] !== 0x50 || first[1] !== 0x4b) throw new ImportFault('not-what-it-says', { kind: ARCHIVE, found: '?' });
  const budget = { left: LIMITS.unpacked };
  const shelf = await ZipShelf.open(sourceOf(file), LIMITS, nameOf, budget);
  const visible = shelf.entries.filter(({ name }) => !name.endsWith('/'));
  if (visible.length === 0 || visible.some(({ name }) => endingOf(name) !== ARCHIVE)) return filesOf(shelf, visible);
  const out: VaultFile[] = [];
  for (const part of visible) {
    const inner = await ZipShelf.open((await shelf.inside(part)) ?? inMemory(await shelf.read(part)), LIMITS, nameOf, budget);
    out.push(...filesOf(inner, inner.entries));
    if (out.length > VAULT_LIMITS.entries) throw new ImportFault('too-many-files', { limit: VAULT_LIMITS.entries });
  }
  return out;
}

/** What comes in with a page is counted where it is named. */
const filesOf = (shelf: ZipShelf, entries: readonly ZipEntry[]): VaultFile[] => entries.map((entry) => ({ path: entry.name, size: entry.size, read: () => shelf.read(entry), attached: () => shelf.read(entry, { left: VAULT_LIMITS.attachmentBytes }) }));
