/** Backup files taken apart and put together again, as damage and hostile hands do. */
import { concat, u32be, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import type { CryptoPort } from '#ports/crypto';
import { readBackupHead, readBackupPieces, sealBackupPiece, type BackupSource } from '#vm/protocol/backup-file';
import { recoverySeed } from '#vm/protocol/identity';
import { openKept } from '#vm/protocol/kept-key';
import { entropyOf } from '#vm/protocol/phrase';

export const bytesOf = async (file: Blob): Promise<Bytes> => new Uint8Array(await file.arrayBuffer());
export const sourceOf = (bytes: Bytes): BackupSource => ({ read: async (from, to) => bytes.slice(from, to) });

/** Head and sealed pieces of a file, each with its length. */
export function cutUp(bytes: Bytes): { head: Bytes; pieces: Bytes[] } {
  const lengthAt = (at: number): number => new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
  const head = bytes.slice(0, 4 + lengthAt(0));
  const pieces: Bytes[] = [];
  for (let at = head.length; at < bytes.length; at += pieces.at(-1)!.length) pieces.push(bytes.slice(at, at + 4 + lengthAt(at)));
  return { head, pieces };
}

export const whole = ({ head, pieces }: { head: Bytes; pieces: readonly Bytes[] }): Blob => new Blob([head, ...pieces]);
/** One bit of the file turned over. */
export const flipped = (bytes: Bytes, at: number): Blob => new Blob([concat(bytes.slice(0, at), Uint8Array.of(bytes[at]! ^ 1), bytes.slice(at + 1))]);
/** A piece of the same length in front, of a length that no piece has. */
export const endless = ({ head }: { head: Bytes }): Blob => new Blob([head, u32be(0xffffffff), new Uint8Array(64)]);

/** The file with other content under its own key: what only its owner could make. */
export async function rewritten(crypto: CryptoPort, bytes: Bytes, phrase: string, change: (pieces: CborValue[][]) => CborValue[][]): Promise<Blob> {
  const head = await readBackupHead(sourceOf(bytes));
  if (!head.ok) throw new Error(head.error);
  const key = await crypto.importAead((await openKept(crypto, recoverySeed(entropyOf(phrase)!), head.value.kept))!);
  const pieces: CborValue[][] = [];
  for await (const { piece } of readBackupPieces(crypto, sourceOf(bytes), head.value, key)) pieces.push(piece);
  const out: Bytes[] = [];
  const changed = change(pieces);
  for (const [no, piece] of changed.entries()) out.push(await sealBackupPiece(crypto, key, { headHash: head.value.hash, no, last: no === changed.length - 1 }, piece));
  return new Blob([bytes.slice(0, head.value.bytes), ...out]);
}
