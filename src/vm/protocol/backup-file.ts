/**
 * The frame of a backup file (docs/PROTOCOL.md, Backup file): a head with the locks of its key, then pieces, each sealed for its place in this one file, the
 * last of which says so. What is in the pieces is not known here. Made and read as a stream: nobody holds more than a piece.
 */
import { concat, equalBytes, u32be, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import { err, ok, type Result } from '#base/result';
import type { AeadKey, CryptoPort } from '#ports/crypto';
import { MAX_BACKUP_HEAD_BYTES, MAX_BACKUP_PIECE_BYTES } from '#vm/backup-limits';
import { MAX_KEY_FILE_BYTES } from '#vm/key-file-limits';

const NAME = 'lgos/backup';
/** 2: fragments may stand on baselines. Written where one does, so that builds before them say that the file is newer. */
const VERSION = 2;
const KEPT_BYTES = 80;
const CHECK_BYTES = 8;
const TAG_BYTES = 16;
/** How a file of any version begins, after its length and the head of its array. */
const BEGINNING = encodeCbor(NAME);

/** `none`: no backup file; `newer`: of a later version; `damaged`: changed; `cut`: its end is missing. */
export type BackupFault = 'none' | 'newer' | 'damaged' | 'cut';

/** What the head of a file of this version says. */
export interface BackupHead {
  readonly id: Bytes;
  /** Copy of the file's key that the recovery key of the person opens. */
  readonly kept: Bytes;
  /** A key file: with its passphrase it gives the recovery key. Null: made without a passphrase. */
  readonly keyFile: Bytes | null;
}

/** A head as read: where the pieces begin, and what each of them is bound to. */
export interface ReadHead extends BackupHead {
  readonly bytes: number;
  readonly hash: Bytes;
}

/** Parts of a file; reading beyond its end gives less. */
export interface BackupSource {
  read(from: number, to: number): Promise<Bytes>;
}

/** A place between two pieces. */
export interface BackupPlace {
  readonly at: number;
  readonly no: number;
}

/** The only error that reading pieces throws. */
export class BackupFileError extends Error {
  override readonly name = 'BackupFileError';
  constructor(readonly fault: BackupFault) {
    super(fault);
  }
}

/** The first bytes of a file. */
export function encodeBackupHead({ id, kept, keyFile }: BackupHead, version: 1 | 2 = 1): Bytes {
  const said: CborValue[] = [NAME, version, id, kept, keyFile];
  const body = encodeCbor([...said, sha256(encodeCbor(said)).subarray(0, CHECK_BYTES)]);
  return concat(u32be(body.length), body);
}

const isBytes = (value: CborValue | undefined, length: number): value is Bytes => value instanceof Uint8Array && value.length === length;
const u32At = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);

/** Reads the head of a file. */
export async function readBackupHead(source: BackupSource): Promise<Result<ReadHead, BackupFault>> {
  const start = await source.read(0, 4 + MAX_BACKUP_HEAD_BYTES);
  if (!equalBytes(start.subarray(5, 5 + BEGINNING.length), BEGINNING)) return err('none');
  const length = u32At(start);
  if (length > MAX_BACKUP_HEAD_BYTES) return err('damaged');
  if (start.length < 4 + length) return err('cut');
  const value = tryDecodeCbor(start.subarray(4, 4 + length));
  if (!Array.isArray(value)) return err('damaged');
  const [, version, id, kept, keyFile, check] = value as CborValue[];
  if (typeof version === 'number' && version > VERSION) return err('newer');
  const lock = keyFile === null || (keyFile instanceof Uint8Array && keyFile.length <= MAX_KEY_FILE_BYTES);
  const whole = (version === 1 || version === VERSION) && value.length === 6 && isBytes(id, 16) && isBytes(kept, KEPT_BYTES) && lock && isBytes(check, CHECK_BYTES);
  if (!whole || !equalBytes(sha256(encodeCbor(value.slice(0, 5))).subarray(0, CHECK_BYTES), check)) return err('damaged');
  return ok({ id, kept, keyFile: keyFile as Bytes | null, bytes: 4 + length, hash: sha256(start.subarray(0, 4 + length)) });
}

const nonceOf = (no: number): Bytes => concat(new Uint8Array(8), u32be(no));
const aadOf = (headHash: Uint8Array, last: boolean): Bytes => concat('lgos/backup/1', headHash, Uint8Array.of(last ? 1 : 0));

/** One piece of the file whose head has this hash. */
export async function sealBackupPiece(crypto: CryptoPort, key: AeadKey, { headHash, no, last }: { headHash: Uint8Array; no: number; last: boolean }, value: CborValue[]): Promise<Bytes> {
  const sealed = await crypto.seal(key, nonceOf(no), encodeCbor(value), aadOf(headHash, last));
  return concat(u32be(sealed.length), sealed);
}

/** The pieces from a place on, each with the place behind it. Ends with the one that says it is the last; throws BackupFileError. */
export async function* readBackupPieces(crypto: CryptoPort, source: BackupSource, head: ReadHead, key: AeadKey, from: BackupPlace = { at: head.bytes, no: 0 }): AsyncGenerator<{ piece: CborValue[]; next: BackupPlace }> {
  for (let { at, no } = from; ; no++) {
    const size = await source.read(at, at + 4);
    if (size.length < 4) throw new BackupFileError('cut');
    const length = u32At(size);
    if (length < TAG_BYTES || length > MAX_BACKUP_PIECE_BYTES) throw new BackupFileError('damaged');
    const sealed = await source.read(at + 4, at + 4 + length);
    if (sealed.length < length) throw new BackupFileError('cut');
    at += 4 + length;
    const open = (last: boolean): Promise<Bytes | null> => crypto.open(key, nonceOf(no), sealed, aadOf(head.hash, last));
    const plain = await open(false);
    const end = plain === null ? await open(true) : null;
    const piece = tryDecodeCbor(plain ?? end ?? new Uint8Array(0));
    if (!Array.isArray(piece) || (end !== null && (await source.read(at, at + 1)).length > 0)) throw new BackupFileError('damaged');
    yield { piece, next: { at, no: no + 1 } };
    if (end !== null) return;
  }
}
