/**
 * A file as QR codes that are shown one after the other (docs/PROTOCOL.md, Codes of a file): first each piece of it, then sums of about half of them, for ever. Whoever sees
 * any codes, in any order and from any moment on, has the file after about as many as it has pieces. Pure.
 */
import { concat, equalBytes, fromBase64url, toBase64url, u32be, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { CODES_LIMITS } from '#os/code-limits';

const PREFIX = 'LGCODES1.';
const ID = 16;
/** Id of the file, its length, number of the code, check. */
const HEAD = ID + 4 + 4 + 4;

/** The codes of one file. */
export interface FileCodes {
  readonly pieces: number;
  /** The text of a code; any number from 0. */
  text(no: number): string;
}

/** Which pieces a code sums up: those below the number of pieces are one piece each. */
function partsOf(no: number, pieces: number): Uint32Array {
  const bits = new Uint32Array((pieces + 31) >> 5);
  if (no < pieces) {
    bits[no >> 5] = 1 << (no & 31);
    return bits;
  }
  let any = false;
  for (let block = 0; block * 256 < pieces; block++) {
    const drawn = sha256('lgos/codes/1', u32be(no), u32be(block));
    for (let i = 0; i < 256 && block * 256 + i < pieces; i++) {
      if ((drawn[i >> 3]! & (1 << (i & 7))) === 0) continue;
      const at = block * 256 + i;
      bits[at >> 5] = bits[at >> 5]! | (1 << (at & 31));
      any = true;
    }
  }
  if (!any) bits[(no % pieces) >> 5] = 1 << (no % pieces & 31);
  return bits;
}

const has = (bits: Uint32Array, at: number): boolean => ((bits[at >> 5]! >>> (at & 31)) & 1) === 1;

function addTo(sum: Uint8Array | Uint32Array, other: Uint8Array | Uint32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! ^ other[i]!;
}

const checkOf = (head: Uint8Array, data: Uint8Array): Bytes => sha256(head, data).slice(0, 4);

/** The codes of a file of at most CODES.fileBytes. */
export function codesOf(file: Uint8Array): FileCodes {
  const piece = CODES_LIMITS.pieceBytes;
  if (file.length === 0 || file.length > CODES_LIMITS.fileBytes) throw new RangeError('codes: size of the file');
  const pieces = Math.ceil(file.length / piece);
  const padded = new Uint8Array(pieces * piece);
  padded.set(file);
  const front = concat(sha256(file).slice(0, ID), u32be(file.length));
  return {
    pieces,
    text(no) {
      const parts = partsOf(no, pieces);
      const data = new Uint8Array(piece);
      for (let at = 0; at < pieces; at++) if (has(parts, at)) addTo(data, padded.subarray(at * piece, (at + 1) * piece));
      const head = concat(front, u32be(no));
      return PREFIX + toBase64url(concat(head, checkOf(head, data), data));
    },
  };
}

/** Is it a code of a file, whatever it is worth? */
export const isCodeText = (text: string): boolean => text.startsWith(PREFIX);

interface Code {
  readonly id: Bytes;
  readonly length: number;
  readonly pieces: number;
  readonly no: number;
  readonly data: Bytes;
}

/** Null when it is damaged or says what no code of ours does. */
function readCode(text: string): Code | null {
  if (!isCodeText(text) || text.length > PREFIX.length + Math.ceil(((HEAD + CODES_LIMITS.readPieceBytes) * 4) / 3)) return null;
  const bytes = fromBase64url(text.slice(PREFIX.length));
  if (bytes === null || bytes.length <= HEAD) return null;
  const data = bytes.slice(HEAD);
  if (!equalBytes(bytes.subarray(HEAD - 4, HEAD), checkOf(bytes.subarray(0, HEAD - 4), data))) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = view.getUint32(ID);
  const pieces = Math.ceil(length / data.length);
  if (length === 0 || length > CODES_LIMITS.fileBytes || pieces > CODES_LIMITS.pieces) return null;
  return { id: bytes.slice(0, ID), length, pieces, no: view.getUint32(ID + 4), data };
}

/** A sum that is held: of these pieces, the first of which stands for it. */
interface Sum {
  readonly parts: Uint32Array;
  readonly data: Bytes;
}

/** new: it says what was not known yet · known: it says nothing new · damaged: it is not as it was made · other: of another file than the codes before. */
export type Taken = 'new' | 'known' | 'damaged' | 'other';

/** What was read of one file. */
export class CodesReader {
  /** Codes that were damaged, and left out; one that stands before the camera for a while is one. */
  damaged = 0;
  private last = '';
  have = 0;
  /** Pieces of the file; 0 before the first code. */
  of = 0;
  private first: Code | null = null;
  private readonly sums = new Map<number, Sum>();

  /** Takes a code in; once all is known, no more. */
  take(text: string): Taken {
    const code = readCode(text);
    const again = text === this.last;
    this.last = text;
    if (code === null) {
      if (again) return 'known';
      this.damaged++;
      return 'damaged';
    }
    const first = (this.first ??= code);
    if (!equalBytes(first.id, code.id) || first.length !== code.length || first.data.length !== code.data.length) return 'other';
    this.of = code.pieces;
    return this.have < this.of && this.reduce(partsOf(code.no, code.pieces), code.data.slice()) ? 'new' : 'known';
  }

  /** Takes out of the sum what is known (Gauss); is anything left? */
  private reduce(parts: Uint32Array, data: Bytes): boolean {
    for (let at = 0; at < this.of; at++) {
      if (!has(parts, at)) continue;
      const known = this.sums.get(at);
      if (!known) {
        this.sums.set(at, { parts, data });
        this.have++;
        return true;
      }
      addTo(parts, known.parts);
      addTo(data, known.data);
    }
    return false;
  }

  /** The file, once all of it is here: null before, `wrong` when it is not what its codes say that it is. */
  whole(): Bytes | 'wrong' | null {
    const { first, sums, of } = this;
    if (first === null || this.have < of) return null;
    const out = new Uint8Array(of * first.data.length);
    // From the last piece on: what stands behind a piece in its sum is known by then.
    for (let at = of - 1; at >= 0; at--) {
      const { parts, data } = sums.get(at)!;
      const piece = data.slice();
      for (let behind = at + 1; behind < of; behind++) if (has(parts, behind)) addTo(piece, out.subarray(behind * piece.length, (behind + 1) * piece.length));
      out.set(piece, at * piece.length);
    }
    const file = out.slice(0, first.length);
    return equalBytes(sha256(file).subarray(0, ID), first.id) ? file : 'wrong';
  }
}
