/**
 * The key file (docs/PROTOCOL.md, Key file): the entropy of the recovery key under a passphrase. Its bytes follow from the passphrase, the entropy, the salt
 * and the nonce alone. The number of rounds stands in the file so that it may grow; what a hostile file may ask for is capped.
 */
import { equalBytes, utf8, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import { err, ok, type Result } from '#base/result';
import type { AeadKey, CryptoPort } from '#ports/crypto';
import { KEY_FILE_ROUNDS, MAX_KEY_FILE_BYTES, MAX_KEY_FILE_ROUNDS } from '#vm/key-file-limits';

const NAME = 'lgos/key-file';
const VERSION = 1;
const ENTROPY_BYTES = 32;
const TAG_BYTES = 16;
const CHECK_BYTES = 8;
/** How a file of any version begins, after the head of its array. */
const BEGINNING = encodeCbor(NAME);

/** A file of this version whose bytes are as they were written. */
export interface KeyFile {
  readonly rounds: number;
  readonly salt: Bytes;
  readonly nonce: Bytes;
  readonly sealed: Bytes;
}

/** `none`: no key file; `damaged`: cut off or changed; `newer`: of a later version; `costly`: asks for more rounds than this reads. */
export type KeyFileFault = 'none' | 'damaged' | 'newer' | 'costly';

/** What the seal covers besides the entropy. */
const headOf = ({ rounds, salt, nonce }: Omit<KeyFile, 'sealed'>): CborValue[] => [NAME, VERSION, rounds, salt, nonce];

/** The key of a passphrase: the same one however its letters were typed (NFKC). */
function keyOf(crypto: CryptoPort, passphrase: string, { salt, rounds }: Pick<KeyFile, 'salt' | 'rounds'>): Promise<AeadKey> {
  return crypto.stretchAead(utf8(passphrase.normalize('NFKC')), salt, rounds);
}

/** The bytes of a file; salt b16 and nonce b12 must be random. */
export async function sealKeyFile(crypto: CryptoPort, passphrase: string, entropy: Bytes, { salt, nonce, rounds = KEY_FILE_ROUNDS }: { salt: Bytes; nonce: Bytes; rounds?: number }): Promise<Bytes> {
  const head = headOf({ rounds, salt, nonce });
  const sealed = await crypto.seal(await keyOf(crypto, passphrase, { salt, rounds }), nonce, entropy, encodeCbor(head));
  const said = [...head, sealed];
  return encodeCbor([...said, sha256(encodeCbor(said)).subarray(0, CHECK_BYTES)]);
}

const isBytes = (value: CborValue | undefined, length: number): value is Bytes => value instanceof Uint8Array && value.length === length;

/** What a file says without its passphrase. */
export function parseKeyFile(bytes: Uint8Array): Result<KeyFile, KeyFileFault> {
  if (bytes.length > MAX_KEY_FILE_BYTES || !equalBytes(bytes.subarray(1, 1 + BEGINNING.length), BEGINNING)) return err('none');
  const value = tryDecodeCbor(bytes);
  if (!Array.isArray(value)) return err('damaged');
  const [, version, rounds, salt, nonce, sealed, check] = value as CborValue[];
  if (typeof version === 'number' && version > VERSION) return err('newer');
  const whole = version === VERSION && value.length === 7 && isBytes(salt, 16) && isBytes(nonce, 12) && isBytes(sealed, ENTROPY_BYTES + TAG_BYTES) && isBytes(check, CHECK_BYTES);
  if (!whole || !equalBytes(sha256(encodeCbor(value.slice(0, 6))).subarray(0, CHECK_BYTES), check)) return err('damaged');
  // Fewer rounds than are written here nobody has written in earnest.
  if (typeof rounds !== 'number' || !Number.isSafeInteger(rounds) || rounds < KEY_FILE_ROUNDS) return err('damaged');
  return rounds > MAX_KEY_FILE_ROUNDS ? err('costly') : ok({ rounds, salt, nonce, sealed });
}

/** The entropy; null with another passphrase. */
export async function openKeyFile(crypto: CryptoPort, file: KeyFile, passphrase: string): Promise<Bytes | null> {
  return crypto.open(await keyOf(crypto, passphrase, file), file.nonce, file.sealed, encodeCbor(headOf(file)));
}
