/**
 * The bodies of a snapshot in the log (docs/PROTOCOL.md): rows, each behind its length, make one stream; the stream is cut into pieces, each the payload of a
 * record of class 2: CBOR [0, number, of how many, bytes]. Framed and sealed as the body of class op.
 */
import { concat, u32be, type Bytes } from '#base/bytes';
import { CborReader, encodeCbor } from '#base/cbor';
import { BASELINE_LIMITS } from '#vm/baseline-limits';

const SNAPSHOT_SCHEMA = 0;

export interface Piece {
  readonly no: number;
  readonly of: number;
  readonly bytes: Uint8Array;
}

/** The payload of one record. */
export function encodePiece({ no, of, bytes }: Piece): Bytes {
  return encodeCbor([SNAPSHOT_SCHEMA, no, of, bytes as Bytes]);
}

/** Null for what is no piece of this version. Its bytes are a view into the payload. */
export function decodePiece(payload: Uint8Array): Piece | null {
  try {
    const r = new CborReader(payload);
    if (r.array() !== 4 || r.uint() !== SNAPSHOT_SCHEMA) return null;
    const piece = { no: r.uint(), of: r.uint(), bytes: r.bytes() };
    r.finish();
    return piece.no < piece.of && piece.of <= BASELINE_LIMITS.pieces && piece.bytes.length <= BASELINE_LIMITS.pieceBytes ? piece : null;
  } catch {
    return null;
  }
}

/** Gathers rows into the stream. */
export class RowsOut {
  private parts: Uint8Array[] = [];
  length = 0;

  /** False when the stream would be longer than a snapshot may be. */
  put(row: Uint8Array): boolean {
    this.length += 4 + row.length;
    if (this.length > BASELINE_LIMITS.pieces * BASELINE_LIMITS.pieceBytes) return false;
    this.parts.push(u32be(row.length), row);
    return true;
  }

  take(): Bytes {
    return concat(...this.parts);
  }
}

/** The payloads of the stream's records, in their order. */
export function* piecesOf(stream: Uint8Array): Generator<Bytes> {
  const of = Math.ceil(stream.length / BASELINE_LIMITS.pieceBytes);
  for (let no = 0; no < of; no++) yield encodePiece({ no, of, bytes: stream.subarray(no * BASELINE_LIMITS.pieceBytes, (no + 1) * BASELINE_LIMITS.pieceBytes) });
}

/** The stream of all payloads of a run, in their order; null unless they are exactly one snapshot. */
export function streamOf(payloads: readonly Uint8Array[]): Bytes | null {
  const pieces = payloads.map(decodePiece);
  const whole = pieces.every((piece, no) => piece !== null && piece.no === no && piece.of === payloads.length && (piece.bytes.length === BASELINE_LIMITS.pieceBytes || no === payloads.length - 1));
  return whole && pieces.length > 0 ? concat(...pieces.map((piece) => piece!.bytes)) : null;
}

/** The rows of a stream, views into it; throws RangeError where a length leads behind its end. */
export function* rowsIn(stream: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  for (let at = 0; at < stream.length; ) {
    const length = at + 4 <= stream.length ? view.getUint32(at) : Infinity;
    if (length > stream.length - at - 4) throw new RangeError('snapshot: end');
    yield stream.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
}
