/** Body framing of class op and snapshot (FORMATS 2): codec ‖ u32be length ‖ payload ‖ zeros, padded against length leaks. */
import { assert } from '#base/assert';
import type { Bytes } from '#base/bytes';
import { err, ok, type Result } from '#base/result';
import { MAX_PAYLOAD_BYTES, MAX_RECORD_BYTES } from '#vm/limits';
import { deflate } from './deflate.ts';
import { inflateBounded } from './inflate.ts';

export type BodyError = 'codec' | 'length' | 'padding' | 'deflate' | 'too-large';

const CODEC_RAW = 0;
const CODEC_DEFLATE = 1;
const HEAD = 5;
const MIN_PLAIN = 64;

/** Plaintext length for a payload of so many stored bytes: max(64, P), P = L rounded up to a multiple of 2^(E−S). */
export function paddedLength(stored: number): number {
  const length = HEAD + stored;
  const e = 31 - Math.clz32(length);
  const s = 32 - Math.clz32(e);
  const step = 2 ** (e - s);
  return Math.max(MIN_PLAIN, Math.ceil(length / step) * step);
}

function frame(codec: number, stored: Uint8Array): Bytes {
  const out = new Uint8Array(paddedLength(stored.length));
  out[0] = codec;
  new DataView(out.buffer).setUint32(1, stored.length);
  out.set(stored, HEAD);
  return out;
}

/** The plaintext to seal: deflated when that makes it shorter on the wire, else raw. Payload ≤ 256 KiB. */
export function frameBody(payload: Uint8Array): Bytes {
  assert(payload.length <= MAX_PAYLOAD_BYTES, 'payload too large');
  const raw = paddedLength(payload.length);
  if (raw > MIN_PLAIN) {
    const deflated = deflate(payload);
    if (paddedLength(deflated.length) < raw) return frame(CODEC_DEFLATE, deflated);
  }
  return frame(CODEC_RAW, payload);
}

/** The payload of an opened body. A raw payload is a view into the plaintext. */
export function unframeBody(plain: Uint8Array): Result<Bytes, BodyError> {
  if (plain.length < MIN_PLAIN || plain.length > MAX_RECORD_BYTES) return err('length');
  const codec = plain[0]!;
  if (codec > CODEC_DEFLATE) return err('codec');
  const length = new DataView(plain.buffer, plain.byteOffset, plain.byteLength).getUint32(1);
  const end = HEAD + length;
  if (end > plain.length || paddedLength(length) !== plain.length) return err('length');
  for (let i = end; i < plain.length; i++) if (plain[i] !== 0) return err('padding');
  const stored = plain.subarray(HEAD, end) as Bytes;
  if (codec === CODEC_RAW) return ok(stored);
  const inflated = inflateBounded(stored, MAX_PAYLOAD_BYTES);
  if (inflated.ok) return inflated;
  return err(inflated.error === 'too-large' ? 'too-large' : 'deflate');
}
