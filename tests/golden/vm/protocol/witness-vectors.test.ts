/** The bytes of witnesses, of a proof and of an answer to a check, signed by a key of known seed and checked by Node's own crypto. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { concat, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import { encodeWitness, heldHash, heldMessage, parseWitness, provesLie, verifyWitness, type WitnessFields } from '#vm/protocol/witness';
import { realCrypto } from '#tests/support/web-crypto';

const fill = (count: number, byte: number): Bytes => new Uint8Array(count).fill(byte) as Bytes;
const SPACE = fill(32, 0x11);
const HEAD = { fragment: fill(16, 0x66), writer: fill(32, 0x77), seq: 3, id: fill(32, 0x88) };
const LOG = { log: fill(16, 0x55), root: fill(32, 0x99) };

const FIRST = 'iVBVVVVVVVVVVVVVVVVVVVVVAPYbAAABm3baqAAAWCCZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmYKCUCIiIiIiIiIiIiIiIiIiIiKBg1ggd3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3cAWCCIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIJQZmZmZmZmZmZmZmZmZmZmZoGDWCB3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3dwNYIIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIWCDXWXk7vBOigZqCfHattvuopJruAH9J8tCZLZm4Ja0sSFhAKJ7qQj-6Y1oaQwdfMOF2SXc6JVS8RnfdqtJ6N4RwFqWIvuwZpD7Cq6jaV7T7lR4z2jgEOyjea8PT5fxedg78AQ';
const FIRST_ID = 'd-77hhV0avy1-o8gWWXvntIw2DScB0E6-s4wuplzM6A';
const NEXT = 'iVBVVVVVVVVVVVVVVVVVVVVVAVggd-77hhV0avy1-o8gWWXvntIw2DScB0E6-s4wuplzM6AbAAABm3bjz8ABWCCZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmYBYINdZeTu8E6KBmoJ8dq22-6ikmu4Af0ny0JktmbglrSxIWEDQ4x6AG8VCgOaCdt18wYF0MzK9VKlJBrSgUiDL7YQwcHu4v86VGP0Q1PVDUwbcvGQ9FsCun68FmwL42qPZ4Z0I';
const OTHER = 'iVBVVVVVVVVVVVVVVVVVVVVVAVggd-77hhV0avy1-o8gWWXvntIw2DScB0E6-s4wuplzM6AbAAABm3bjz8ACWCCZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmYBYINdZeTu8E6KBmoJ8dq22-6ikmu4Af0ny0JktmbglrSxIWEAE7duQNVQS46pEAI077cN4E-vLEyF91HuKbpDRKI5Q_o03gWwQUvA8pmY-MZ-df4TU4JLd2_DVJuWRQ2xqPbQA';
const HELD = 'UpMCvxOqkTZuDV8tFfg3O10CbednTfK1PvskcvqXdLo';
const HELD_SIG = '7gxlygfhnX8g4wyRzcZRB18Qnvx8E0yELBUu4-bMv2Ve9rKQe45eXGppgaqkjidst_y1yCXFtI4mxHQqXHjUCw';

const sha = (...parts: (string | Uint8Array)[]): Bytes => new Uint8Array(createHash('sha256').update(concat(...parts)).digest());

test('WIT1 PROTOCOL 13: witnesses are written as on the page, and two at one place are a proof; Node alone says so of ids and signatures', async () => {
  const ds = await realCrypto.importSigning(fill(32, 0x44));
  const made = async (fields: Omit<WitnessFields, 'log' | 'root'>) => encodeWitness(realCrypto, ds, SPACE, { ...LOG, ...fields });
  const first = await made({ seq: 0, prev: null, ms: 1_767_225_600_000, flags: 0, heads: [HEAD, { ...HEAD, fragment: fill(16, 0x22), seq: 0 }] });
  const next = await made({ seq: 1, prev: first.id, ms: 1_767_226_200_000, flags: 1, heads: [] });
  const other = await made({ seq: 1, prev: first.id, ms: 1_767_226_200_000, flags: 2, heads: [] });
  expect([first, next, other].map(({ bytes }) => toBase64url(bytes))).toEqual([FIRST, NEXT, OTHER]);
  expect(toBase64url(first.id)).toBe(FIRST_ID);
  expect([provesLie([next, other]), provesLie([first, next])]).toEqual([true, false]);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64url(ds.pub) }, format: 'jwk' });
  for (const { bytes, id, sig } of [first, next, other]) {
    const signed = encodeCbor((decodeCbor(bytes) as CborValue[]).slice(0, 8));
    expect(toBase64url(sha('lgos/witid/1', SPACE, signed))).toBe(toBase64url(id));
    expect(verify(null, concat('lgos/wit/1', SPACE, signed), key, sig)).toBe(true);
    expect(parseWitness(SPACE, bytes)).toMatchObject({ id, ds: ds.pub });
  }
  // Control: of another space it is nobody's.
  expect([await verifyWitness(realCrypto, SPACE, first), await verifyWitness(realCrypto, fill(32, 0x12), parseWitness(fill(32, 0x12), first.bytes)!)]).toEqual([true, false]);
});

test('WIT7 PROTOCOL 13: what answers a check', async () => {
  const ds = await realCrypto.importSigning(fill(32, 0x44));
  const [nonce, header, body] = [fill(32, 0xaa), fill(5, 1), fill(7, 2)];
  const hash = heldHash(nonce, header, body);
  expect(toBase64url(hash)).toBe(HELD);
  expect(toBase64url(sha('lgos/held/1', nonce, header, body))).toBe(HELD);
  const asked = [HEAD.id, fromBase64url(FIRST_ID)!];
  const sig = await realCrypto.sign(ds, heldMessage(SPACE, nonce, asked, [hash, null]));
  expect(toBase64url(sig)).toBe(HELD_SIG);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64url(ds.pub) }, format: 'jwk' });
  expect(verify(null, concat('lgos/helds/1', SPACE, encodeCbor([nonce, asked, [hash, null]])), key, sig)).toBe(true);
});
