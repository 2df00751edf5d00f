/** Opening a backup file and reading its pieces, with refusals in plain words. */
import { AppError } from '#base/app-error';
import { equalBytes, type Bytes } from '#base/bytes';
import type { BackupKey } from '#os/backup-api';
import type { AeadKey, CryptoPort } from '#ports/crypto';
import { BackupFileError, readBackupHead, readBackupPieces, type BackupFault, type BackupPlace, type BackupSource, type ReadHead } from '#vm/protocol/backup-file';
import { loadCurve } from '#vm/protocol/curve';
import { recoverySeed } from '#vm/protocol/identity';
import { openKept } from '#vm/protocol/kept-key';
import { openKeyFile, parseKeyFile } from '#vm/protocol/key-file';
import { parseRecord, slotCertificate, verifyRecord } from '#vm/protocol/record';
import type { ParsedRecord } from '#vm/protocol/types';
import { decodePiece, type BackupPiece } from './backup-content.ts';
import { certificateHolds } from './ingest.ts';
import { entropyOfKey } from './key-file.ts';
import { typedPassphrase } from './passphrase.ts';

const NONE = 'Nothing was changed.';
const FAULTS: Record<BackupFault, () => AppError> = {
  none: () => new AppError('backup-none', 'This is no backup file.', NONE, 'Choose the file that LifeGraph saved; its name ends in .lgbackup.'),
  newer: () => new AppError('backup-newer', 'This backup was made by a newer version.', NONE, 'Reload LifeGraph to get the newer version.'),
  damaged: () => new AppError('backup-damaged', 'This backup was changed: a part of it is not as it was written.', NONE, 'Look for another copy of it, and make a new backup while a device of yours still has everything.'),
  cut: () => new AppError('backup-cut', 'This backup is cut off: its end is missing.', NONE, 'Copy it again from where you keep it, or make a new one.'),
};

/** The refusal for a fault. */
export const backupFault = (fault: BackupFault): AppError => FAULTS[fault]();

/** The key of a file, known because it was made just now. */
export interface FileKey {
  readonly fileKey: Bytes;
}

/** A file that opened. */
export interface OpenBackup {
  /** The entropy of the person's recovery key; null when it was opened by its own key. Whoever takes it wipes it. */
  readonly entropy: Bytes | null;
  pieces(from?: BackupPlace): AsyncGenerator<{ piece: BackupPiece; next: BackupPlace }>;
}

const sourceOf = (file: Blob): BackupSource => ({ read: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()) });

async function entropyFor(crypto: CryptoPort, head: ReadHead, key: BackupKey): Promise<Bytes> {
  if ('phrase' in key || 'file' in key) return entropyOfKey(crypto, key);
  if (!head.keyFile) throw new AppError('backup-no-passphrase', 'This backup was made without a passphrase.', NONE, 'Use your recovery phrase or your key file.');
  const parsed = parseKeyFile(head.keyFile);
  if (!parsed.ok) throw backupFault('damaged');
  const typed = typedPassphrase(key.passphrase);
  const entropy = typed === '' ? null : await openKeyFile(crypto, parsed.value, typed);
  if (!entropy) throw new AppError('wrong-passphrase', 'This passphrase does not open the file.', NONE, 'Type it as you did when you saved the file; capital letters and spaces count.');
  return entropy;
}

async function* decoded(crypto: CryptoPort, source: BackupSource, head: ReadHead, aead: AeadKey, from?: BackupPlace): ReturnType<OpenBackup['pieces']> {
  try {
    for await (const { piece, next } of readBackupPieces(crypto, source, head, aead, from)) {
      const known = decodePiece(piece);
      if (!known) throw backupFault('damaged');
      yield { piece: known, next };
    }
  } catch (error) {
    throw error instanceof BackupFileError ? backupFault(error.fault) : error;
  }
}

/** Opens a file. AppError as above, `wrong-passphrase`, `other-key`, and as words and key files do. */
export async function openBackup(crypto: CryptoPort, file: Blob, key: BackupKey | FileKey): Promise<OpenBackup> {
  const source = sourceOf(file instanceof Blob ? file : new Blob([]));
  const head = await readBackupHead(source);
  if (!head.ok) throw backupFault(head.error);
  const entropy = 'fileKey' in key ? null : await entropyFor(crypto, head.value, key);
  const fileKey = 'fileKey' in key ? key.fileKey : await openKept(crypto, recoverySeed(entropy!), head.value.kept);
  if (fileKey?.length !== 32) {
    entropy?.fill(0);
    throw new AppError('other-key', 'This is the backup of somebody else, or its key was changed.', NONE, 'Use the phrase or the key file of the person who made it.');
  }
  const aead = await crypto.importAead(fileKey);
  return { entropy, pieces: (from) => decoded(crypto, source, head.value, aead, from) };
}

/** A record of that space, verified as if a stranger had brought it; throws `backup-damaged`. One of an unknown version is kept as it was. */
export async function checkedRecord(crypto: CryptoPort, admits: (writer: Uint8Array) => boolean, space: Bytes, bytes: Bytes): Promise<ParsedRecord> {
  const parsed = parseRecord(bytes);
  if (!parsed.ok) throw backupFault('damaged');
  const { header, id, status } = parsed.value;
  if (!equalBytes(header.space.every((byte) => byte === 0) ? id : header.space, space)) throw backupFault('damaged');
  if (status === 'unknown-version') return parsed.value;
  const certificate = slotCertificate(header);
  await loadCurve();
  const holds = admits(header.writer) && (header.seq > 0 || certificate !== null) && (!certificate || (await certificateHolds(crypto, header.writer, certificate)));
  if (!holds || !(await verifyRecord(crypto, parsed.value))) throw backupFault('damaged');
  return parsed.value;
}
