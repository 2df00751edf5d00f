/** Names and sealed values of an archive (docs/PROTOCOL.md §10), once by the code and once by Node's own functions. */
import { createCipheriv, createHmac, hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { headField, logEntry, sealedField } from '#vm/archive/archive-fields';
import { openArchiveKey, recordName } from '#vm/archive/archive-key';
import { realCrypto } from '#tests/support/web-crypto';

const fill = (length: number, n: number): Bytes => new Uint8Array(length).fill(n) as Bytes;
const SOULS = ['lg/pbMGz1pIVYWBzYEwMgEPQSyB#', 'lg/GU3g7VfavG3n5pst80L-GlGt', 'lg/JTIlhCJwqY5ATNHuFD8KkVE3#'];
const RECORD_KEY = '0000000300#CwTWbF6Z82J8QrHc0xAa2jFiCDVmdL+VzbhQLWiF0q0=';
const AK = fill(32, 0x55);
const [FRAGMENT, WRITER] = [fill(16, 0x11), fill(32, 0x22)];
const derived = (label: string): Buffer => Buffer.from(hkdfSync('sha256', AK, Buffer.alloc(0), label, 32));
const tag = (value: CborValue): string => createHmac('sha256', derived('archive/names')).update(encodeCbor(value)).digest().subarray(0, 18).toString('base64url');

function sealed(soul: string, name: string, plain: Uint8Array): string {
  const aad = Buffer.from(`${soul} ${name}`);
  const nonce = createHmac('sha256', derived('archive/nonces')).update(aad).update(Buffer.alloc(1)).update(plain).digest().subarray(0, 12);
  const cipher = createCipheriv('aes-256-gcm', derived('archive/seal'), nonce).setAAD(aad);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

test('FORMATS §7: souls of an archive are keyed hashes', async () => {
  const archive = await openArchiveKey(realCrypto, AK);
  expect(archive.logs.soul).toBe(`lg/${tag(['logs'])}#`);
  expect(archive.heads.soul).toBe(`lg/${tag(['heads'])}`);
  expect(archive.page(FRAGMENT, WRITER, 300).soul).toBe(`lg/${tag(['page', FRAGMENT, WRITER, 1])}#`);
  expect([archive.logs.soul, archive.heads.soul, archive.page(FRAGMENT, WRITER, 300).soul]).toEqual(SOULS);
});

test('FORMATS §7: values of an archive are sealed for their place', async () => {
  const archive = await openArchiveKey(realCrypto, AK);
  const page = archive.page(FRAGMENT, WRITER, 300);
  const record = await sealedField(archive, page, recordName(300), fill(40, 0x33));
  expect(record.value).toBe(sealed(page.soul, '0000000300', fill(40, 0x33)));
  expect(record.key).toBe(RECORD_KEY);
  expect(record.state).toBe(1);
  const entry = await sealedField(archive, archive.logs, archive.log(FRAGMENT, WRITER), logEntry(FRAGMENT, WRITER));
  expect(entry.value).toBe(sealed(archive.logs.soul, tag(['log', FRAGMENT, WRITER]), encodeCbor([FRAGMENT, WRITER])));
  const head = await headField(archive, { fragment: FRAGMENT, writer: WRITER, seq: 300, id: fill(32, 0x44), sig: fill(64, 0x66) });
  expect(head).toMatchObject({ key: tag(['log', FRAGMENT, WRITER]), state: 301 });
  expect(head.value).toBe(sealed(archive.heads.soul, head.key, encodeCbor([FRAGMENT, WRITER, 300, fill(32, 0x44), fill(64, 0x66)])));
  expect(await archive.open(page, '0000000300', record.value)).toEqual(fill(40, 0x33));
  expect(await archive.open(page, '0000000301', record.value)).toBeNull();
});
