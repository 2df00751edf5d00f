/**
 * Strict canonical CBOR (FORMATS, 'CBOR:' paragraph): every value has exactly one encoding, and the decoder takes no other.
 * decodeCbor(encodeCbor(v)) equals v, and encodeCbor(decodeCbor(b)) equals b for every b that decodes.
 */
import type { Bytes } from './bytes.ts';
import { CborReader } from './cbor-reader.ts';
import type { CborValue } from './cbor-types.ts';
import { CborWriter } from './cbor-writer.ts';

export { CborReader } from './cbor-reader.ts';
export { CborWriter } from './cbor-writer.ts';
export { CborError, isForbiddenKey, MAX_CBOR_DEPTH, type CborValue } from './cbor-types.ts';

const shared = new CborWriter();

/** The one encoding of a value; throws CborError for what the profile does not hold (NaN, −0, undefined, lone surrogates…). */
export function encodeCbor(value: CborValue): Bytes {
  shared.reset();
  shared.value(value);
  return shared.take();
}

/** The value of the bytes; throws CborError unless they are its one encoding. Byte strings are views into the input, not copies. */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const reader = new CborReader(bytes);
  const value = reader.value();
  reader.finish();
  return value;
}

/** Like decodeCbor, as a value: undefined when the bytes are refused (undefined is no CBOR value of the profile). */
export function tryDecodeCbor(bytes: Uint8Array): CborValue | undefined {
  try {
    return decodeCbor(bytes);
  } catch {
    return undefined;
  }
}
