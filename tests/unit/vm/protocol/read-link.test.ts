/** The address of a public link and the keys that follow from it (docs/PROTOCOL.md §9, Public links). */
import { expect, test } from 'vitest';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { decodeReadLink, encodeReadLink, readKeys, type ReadLink } from '#vm/protocol/read-link';

const b = (fill: number, length = 32): Bytes => new Uint8Array(length).fill(fill) as Bytes;
const LINK: ReadLink = { space: b(1), uid: b(2), seed: b(3), signaling: ['wss://a.org'], hint: { title: 'news', space: 'River', until: null } };
const of = (value: CborValue): string => `#/read/${toBase64url(encodeCbor(value))}`;
const hint = new Map<string, CborValue>([['title', 'a'], ['space', 'b']]);

test('the address is read as it was written, from a whole address, its fragment part and the bare payload', () => {
  const text = encodeReadLink(LINK);
  expect(text).toBe('#/read/hgBYIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBWCACAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAlggAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwOBa3dzczovL2Eub3JnomVzcGFjZWVSaXZlcmV0aXRsZWRuZXdz');
  for (const one of [text, `https://x.org/app/${text}`, text.slice(7), ` ${text} `]) expect(decodeReadLink(one)).toEqual({ ok: true, value: LINK });
  const ends: ReadLink = { ...LINK, hint: { ...LINK.hint, until: 1_767_225_600_000 } };
  expect(decodeReadLink(encodeReadLink(ends))).toEqual({ ok: true, value: ends });
});

test('what is no public link is refused, and one of a newer version says so', () => {
  const bad: CborValue[] = [
    [0, b(1), b(2), b(3), []], [0, b(1, 31), b(2), b(3), [], hint], [0, b(1), b(2, 33), b(3), [], hint], [0, b(1), b(2), 'seed', [], hint], [0, b(1), b(2), b(3), ['http://a'], hint],
    [0, b(1), b(2), b(3), 'ws://a', hint], [0, b(1), b(2), b(3), [], new Map([['title', 'a']])], [0, b(1), b(2), b(3), [], []], [-1, b(1), b(2), b(3), [], hint], 'text', new Map(),
    [0, b(1), b(2), b(3), Array.from({ length: 9 }, () => 'ws://a'), hint], [0, b(1), b(2), b(3), [], new Map<string, CborValue>([['title', 'a'.repeat(257)], ['space', 'b']])],
    ...['soon', -1, 1.5].map((until): CborValue => [0, b(1), b(2), b(3), [], new Map<string, CborValue>([...hint, ['until', until]])]),
  ];
  for (const value of bad) expect(decodeReadLink(of(value)), JSON.stringify(value)).toEqual({ ok: false, error: 'malformed' });
  for (const text of ['', '#/read/', '#/read/=', `#/read/${'A'.repeat(5_000)}`, encodeReadLink(LINK).slice(0, -3)]) expect(decodeReadLink(text)).toEqual({ ok: false, error: 'malformed' });
  expect(decodeReadLink(of([1, b(1)]))).toEqual({ ok: false, error: 'version' });
  expect(decodeReadLink(of([0, b(1), b(2), b(3), [], hint])).ok, 'control').toBe(true);
});

test('keys and room follow from the seed', async () => {
  const keys = await readKeys(createWebCrypto(crypto.subtle), b(3));
  expect([keys.ds.pub, keys.dx.pub, keys.room].map((one) => toBase64url(one))).toEqual(['qOXGympbq6jq_2XmzwGX3NXSzJVg3GFgmw13oooNdrI', 'i98BfVNAY51fDQehzpIUuHQti_WBKMze1ISfJ7BPkWU', '3JySGUoEoEWpc-MTG-W7trefI3lMqwheGWvuuNlw8vE']);
});
