/** The frame of a backup file: bytes written out, made a second time by Node's own crypto, and read back piece by piece. */
import { createCipheriv, createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat, toBase64url, u32be, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { sourceOf } from '#tests/support/backup-forge';
import { realCrypto } from '#tests/support/web-crypto';
import { encodeBackupHead, readBackupHead, readBackupPieces, sealBackupPiece } from '#vm/protocol/backup-file';

const bytes = (length: number, value: number): Bytes => new Uint8Array(length).fill(value) as Bytes;
const [ID, KEPT, KEY] = [bytes(16, 0x11), bytes(80, 0x22), bytes(32, 0x33)];
const FILE = 'AAAAe4ZrbGdvcy9iYWNrdXABUBERERERERERERERERERERFYUCIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi9kgMPJ7B4lyk7QAAAHbaQ2HzS2bzHH4eRE8XxDQCzbuKB-EIdwzIFs79oEHGtM8dPbUXy_Ble777AJ8gIsP9GY2gTdI0imokvzU9omJVKST0XCuftV2ULE09O2_QnpNjPDVyf-dKp6f-mN9X7DhIEBh-mITNOyKGRwdMQ_CygKW9BHYEAAAAEpogkFgKYiG7W2v263vSWlDuKA';

const node = (data: Uint8Array): Bytes => new Uint8Array(createHash('sha256').update(data).digest()) as Bytes;

/** The same by Node alone. */
function alone(pieces: readonly CborValue[][]): Bytes {
  const said: CborValue[] = ['lgos/backup', 1, ID, KEPT, null];
  const body = encodeCbor([...said, node(encodeCbor(said)).slice(0, 8)]);
  const head = concat(u32be(body.length), body);
  const sealed = pieces.map((piece, no) => {
    const cipher = createCipheriv('aes-256-gcm', KEY, concat(new Uint8Array(8), u32be(no)));
    cipher.setAAD(concat('lgos/backup/1', node(head), Uint8Array.of(no === pieces.length - 1 ? 1 : 0)));
    const ct = concat(new Uint8Array(cipher.update(encodeCbor(piece))), new Uint8Array(cipher.final()), new Uint8Array(cipher.getAuthTag()));
    return concat(u32be(ct.length), ct);
  });
  return concat(head, ...sealed);
}

describe('{K15} PROTOCOL 3: the backup file', () => {
  const pieces: CborValue[][] = [[2, ID, [KEPT]], [4]];

  test('the bytes are those of the page, and Node alone makes the same', async () => {
    const head = encodeBackupHead({ id: ID, kept: KEPT, keyFile: null });
    const key = await realCrypto.importAead(KEY);
    const made = [head];
    for (const [no, piece] of pieces.entries()) made.push(await sealBackupPiece(realCrypto, key, { headHash: node(head), no, last: no === 1 }, piece));
    expect(toBase64url(concat(...made))).toBe(toBase64url(alone(pieces)));
    expect(toBase64url(concat(...made))).toBe(FILE);
  });

  test('what was written is read, each piece with the place behind it, also from a place in between', async () => {
    const source = sourceOf(alone(pieces));
    const head = await readBackupHead(source);
    if (!head.ok) throw new Error(head.error);
    expect(head.value).toMatchObject({ id: ID, kept: KEPT, keyFile: null });
    const key = await realCrypto.importAead(KEY);
    const read = [];
    for await (const one of readBackupPieces(realCrypto, source, head.value, key)) read.push(one);
    expect(read.map(({ piece }) => piece)).toEqual(pieces);
    const again = [];
    for await (const { piece } of readBackupPieces(realCrypto, source, head.value, key, read[0]!.next)) again.push(piece);
    expect(again).toEqual([[4]]);
  });
});
