/** The key file: bytes written out, made a second time by Node's own crypto, and every way in which a file can be none, cut, changed, newer or hostile. */
import { createCipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat, toBase64url, utf8, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { b } from '#tests/support/json-cbor';
import { realCrypto } from '#tests/support/web-crypto';
import { createStubCrypto } from '#tests/sim/support/sim-crypto';
import { KEY_FILE_ROUNDS, MAX_KEY_FILE_BYTES, MAX_KEY_FILE_ROUNDS } from '#vm/key-file-limits';
import { openKeyFile, parseKeyFile, sealKeyFile } from '#vm/protocol/key-file';

const bytes = (length: number, from: number): Bytes => Uint8Array.from({ length }, (_, at) => from + at) as Bytes;
const ENTROPY = bytes(32, 0);
const SALT = bytes(16, 0x40);
const NONCE = bytes(12, 0x60);
const PASSPHRASE = 'река, мост и 7 лодок';
const FILE = 'h21sZ29zL2tleS1maWxlARoACSfAUEBBQkNERUZHSElKS0xNTk9MYGFiY2RlZmdoaWprWDAaRUsKuxDD7iqDWgwaAcwNW1_9aej0Dn-8AwY9yj7OPrDilEj03ogMy48k7NlL-yFI57C_hmpPkWU';

/** The file of a list, with the right check at its end. */
const written = (said: CborValue[]): Bytes => encodeCbor([...said, createHash('sha256').update(encodeCbor(said)).digest().subarray(0, 8) as unknown as Bytes]);
const fault = (file: Uint8Array): string => {
  const parsed = parseKeyFile(file);
  return parsed.ok ? 'ok' : parsed.error;
};

describe('{K7} PROTOCOL 3: the key file', () => {
  test('the bytes are those of the page, and Node alone makes the same', async () => {
    const file = await sealKeyFile(realCrypto, PASSPHRASE, ENTROPY, { salt: SALT, nonce: NONCE });
    expect(toBase64url(file)).toBe(FILE);
    const head: CborValue[] = ['lgos/key-file', 1, 600_000, SALT, NONCE];
    const cipher = createCipheriv('aes-256-gcm', pbkdf2Sync(utf8(PASSPHRASE.normalize('NFKC')), SALT, 600_000, 32, 'sha256'), NONCE);
    cipher.setAAD(encodeCbor(head));
    const sealed = concat(new Uint8Array(cipher.update(ENTROPY)), new Uint8Array(cipher.final()), new Uint8Array(cipher.getAuthTag()));
    expect(toBase64url(written([...head, sealed]))).toBe(FILE);
  });

  test('it opens with its passphrase, in any normal form of its letters, and with no other', async () => {
    const parsed = parseKeyFile(b(FILE));
    if (!parsed.ok) throw new Error(parsed.error);
    expect(parsed.value.rounds).toBe(600_000);
    for (const same of [PASSPHRASE, PASSPHRASE.normalize('NFKD')]) expect(await openKeyFile(realCrypto, parsed.value, same)).toEqual(ENTROPY);
    for (const other of [PASSPHRASE.toUpperCase(), ` ${PASSPHRASE}`, 'река']) expect(await openKeyFile(realCrypto, parsed.value, other)).toBeNull();
  });

  test('every byte of it counts, and so does every byte that is missing or too much', () => {
    const file = b(FILE);
    expect(fault(file)).toBe('ok');
    for (let at = 0; at < file.length; at++) {
      const changed = file.slice();
      changed[at]! ^= 1;
      expect(fault(changed), `byte ${at}`).toMatch(at > 0 && at <= 14 ? /^none$/ : /^(damaged|newer)$/);
      expect(fault(file.subarray(0, at)), `cut at ${at}`).toMatch(at < 15 ? /^none$/ : /^damaged$/);
    }
    expect(fault(concat(file, Uint8Array.of(0)))).toBe('damaged');
  });

  test('[limit MAX_KEY_FILE_BYTES KEY_FILE_ROUNDS MAX_KEY_FILE_ROUNDS] what is no key file, newer, or asks for too much, says so before any work is done', () => {
    const parsed = parseKeyFile(b(FILE));
    if (!parsed.ok) throw new Error(parsed.error);
    const { sealed } = parsed.value;
    const withRounds = (rounds: CborValue): string => fault(written(['lgos/key-file', 1, rounds, SALT, NONCE, sealed]));
    expect([KEY_FILE_ROUNDS - 1, KEY_FILE_ROUNDS, 10_000_000, 10_000_001, MAX_KEY_FILE_ROUNDS * 1000].map(withRounds)).toEqual(['damaged', 'ok', 'ok', 'costly', 'costly']);
    for (const senseless of [-1, 0, 600_000.5, null, '600000', true, SALT] as CborValue[]) expect(withRounds(senseless)).toBe('damaged');
    const newer = (length: number): Bytes => {
      const short = encodeCbor(['lgos/key-file', 2, new Uint8Array(512)]);
      return encodeCbor(['lgos/key-file', 2, new Uint8Array(length - short.length + 512)]);
    };
    expect([newer(1_024).length, fault(newer(1_024))]).toEqual([MAX_KEY_FILE_BYTES, 'newer']);
    expect(fault(newer(1_025))).toBe('none');
    for (const none of [new Uint8Array(0), utf8('{"key":1}'), encodeCbor(['lgos/key', 1]), encodeCbor(new Map([['a', 1]])), new Uint8Array(1_000_000)]) expect(fault(none)).toBe('none');
    for (const damaged of [['lgos/key-file'], ['lgos/key-file', 0, 600_000, SALT, NONCE, sealed], ['lgos/key-file', 1, 600_000, SALT, NONCE], ['lgos/key-file', 1, 600_000, NONCE, SALT, sealed], ['lgos/key-file', 1, 600_000, SALT, NONCE, sealed.subarray(1)], ['lgos/key-file', '2']] as CborValue[][]) {
      expect(fault(written(damaged))).toBe('damaged');
      expect(fault(encodeCbor(damaged))).toBe('damaged');
    }
  });

  test('the number of rounds is sealed too: a file that names another one does not open', async () => {
    const crypto = createStubCrypto();
    const parsed = parseKeyFile(await sealKeyFile(crypto, PASSPHRASE, ENTROPY, { salt: SALT, nonce: NONCE, rounds: 700_000 }));
    if (!parsed.ok) throw new Error(parsed.error);
    expect(await openKeyFile(crypto, parsed.value, PASSPHRASE)).toEqual(ENTROPY);
    expect(await openKeyFile(crypto, { ...parsed.value, rounds: 700_001 }, PASSPHRASE)).toBeNull();
  });
});
