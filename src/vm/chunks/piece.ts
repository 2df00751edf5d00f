/**
 * One sealed piece of a file, or one node of the tree above the pieces (docs/PROTOCOL.md, Files; FORMATS 10). Stored = CBOR [header, body]; its id is the
 * BLAKE3 of exactly these bytes, so whoever holds it can check it without a key.
 */
import { concat, u64be, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import { err, ok, type Result } from '#base/result';
import type { AeadKey, CryptoPort } from '#ports/crypto';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { squeeze, unsqueeze } from './squeeze.ts';

/** What the pieces of one file are sealed with. */
export interface FileKey {
  readonly key: AeadKey;
  readonly salt: Bytes;
}

/** Where a piece stands: level 0 is the file itself, above it the tree. */
export interface PiecePlace {
  readonly level: number;
  readonly index: number;
  /** The last of its level. */
  readonly last: boolean;
}

export type PieceFault =
  /** Not the form, or of another place. */
  | 'form'
  /** Of a later version. */
  | 'newer'
  /** It does not open with this key. */
  | 'key'
  /** What comes out is not what the header says. */
  | 'content';

const CODEC = { raw: 0, brotli: 1, gzip: 2 } as const;
const SEALED = 1;
const TAG_BYTES = 16;

const nonceOf = ({ level, index }: PiecePlace): Bytes => concat(Uint8Array.of(level, 0, 0, 0), u64be(index));

/** The piece as it is stored. */
export async function sealPiece(crypto: CryptoPort, { key, salt }: FileKey, place: PiecePlace, plain: Uint8Array): Promise<Bytes> {
  const small = await squeeze(plain);
  const header = encodeCbor([0, small === null ? CODEC.raw : CODEC.gzip, SEALED, plain.length, place.index, place.last ? 1 : 0]);
  return encodeCbor([header, await crypto.seal(key, nonceOf(place), small ?? plain, concat(header, salt))]);
}

interface Parsed {
  readonly header: Bytes;
  readonly body: Bytes;
  readonly codec: number;
  readonly length: number;
}

function parse(stored: Uint8Array, place: PiecePlace): Result<Parsed, PieceFault> {
  const outer = stored.length <= CHUNK_LIMITS.storedBytes ? tryDecodeCbor(stored) : undefined;
  if (!Array.isArray(outer) || outer.length !== 2) return err('form');
  const [header, body] = outer;
  if (!(header instanceof Uint8Array) || !(body instanceof Uint8Array)) return err('form');
  const fields = tryDecodeCbor(header);
  if (!Array.isArray(fields)) return err('form');
  const [v, codec, enc, length, index, last] = fields;
  if (typeof v === 'number' && v > 0) return err('newer');
  if (fields.length !== 6 || v !== 0 || enc !== SEALED || typeof codec !== 'number' || typeof length !== 'number') return err('form');
  if (index !== place.index || last !== (place.last ? 1 : 0) || length < 0 || length > CHUNK_LIMITS.pieceBytes) return err('form');
  if (codec > CODEC.gzip) return err('newer');
  return ok({ header: header as Bytes, body: body as Bytes, codec, length });
}

/** The plain bytes of a stored piece that belongs at `place`. Never more than one piece of memory, whatever is in it. */
export async function openPiece(crypto: CryptoPort, { key, salt }: FileKey, place: PiecePlace, stored: Uint8Array): Promise<Result<Bytes, PieceFault>> {
  const parsed = parse(stored, place);
  if (!parsed.ok) return parsed;
  const { header, body, codec, length } = parsed.value;
  if (body.length < TAG_BYTES) return err('form');
  const inner = await crypto.open(key, nonceOf(place), body, concat(header, salt));
  if (inner === null) return err('key');
  if (codec === CODEC.raw) return inner.length === length ? ok(inner) : err('content');
  const plain = await unsqueeze(inner, codec === CODEC.gzip ? 'gzip' : 'brotli', length);
  return plain === null ? err('content') : ok(plain);
}
