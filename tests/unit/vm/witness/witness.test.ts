/** The bytes of a witness, what two or three of them prove, and the file that a person takes along. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import { named } from '#tests/support/core-kit';
import { realCrypto } from '#tests/support/web-crypto';
import { headOf, WITNESSED } from '#tests/support/witness-kit';
import { encodeWitness, heldHash, heldMessage, parseWitness, provesLie, verifyWitness, WITNESS_FLAG, type WitnessFields } from '#vm/protocol/witness';
import { encodeReport, judgeReport } from '#vm/protocol/witness-report';
import { WITNESS_LIMITS } from '#vm/witness-limits';

const FIELDS: WitnessFields = { log: named('log', 16), seq: 0, prev: null, ms: 1_767_225_600_000, flags: WITNESS_FLAG.full, root: named('root'), heads: [headOf('b', 'x', 3), headOf('a', 'y', 0), headOf('a', 'x', 7)] };
const key = await realCrypto.importSigning(new Uint8Array(32).fill(0x55));
const made = (fields: Partial<WitnessFields> = {}) => encodeWitness(realCrypto, key, WITNESSED, { ...FIELDS, ...fields });
const changed = (bytes: Bytes, at: number, value: CborValue): Bytes => encodeCbor((decodeCbor(bytes) as CborValue[]).with(at, value));

describe('a witness', () => {
  test('WIT1 is read as it was written, in one order, and no byte of it may change', async () => {
    const w = await made();
    const read = parseWitness(WITNESSED, w.bytes)!;
    expect(read).toEqual(w);
    expect(read.heads.map(({ seq }) => seq).sort()).toEqual([0, 3, 7]);
    expect(toBase64url((await made({ heads: [...FIELDS.heads].reverse() })).bytes)).toBe(toBase64url(w.bytes));
    expect(await verifyWitness(realCrypto, WITNESSED, read)).toBe(true);
    for (let at = 0; at < w.bytes.length; at++) {
      const other = parseWitness(WITNESSED, w.bytes.with(at, w.bytes[at]! ^ 1));
      expect(other !== null && (await verifyWitness(realCrypto, WITNESSED, other)), `byte ${at}`).toBe(false);
    }
    // Of another space it is nobody's.
    const elsewhere = parseWitness(named('another'), w.bytes)!;
    expect(await verifyWitness(realCrypto, named('another'), elsewhere)).toBe(false);
  });

  test('[limit WITNESS.heads WITNESS.bytes] WIT1 another form is none: order, doubles, empty parts, too many heads, too many bytes', async () => {
    const { bytes } = await made();
    const list = (decodeCbor(bytes) as CborValue[])[6] as CborValue[];
    const [first, second] = list as [CborValue[], CborValue[]];
    const wrong: [string, Bytes][] = [
      ['order', changed(bytes, 6, [second, first])], ['double', changed(bytes, 6, [first, first])], ['empty', changed(bytes, 6, [[first[0]!, []]])],
      ['seq', changed(bytes, 1, -1)], ['prev at 0', changed(bytes, 2, named('x'))], ['no prev', changed(bytes, 1, 4)], ['short', encodeCbor((decodeCbor(bytes) as CborValue[]).slice(0, 8))], ['text', changed(bytes, 3, 'now')],
    ];
    for (const [what, one] of wrong) expect(parseWitness(WITNESSED, one), what).toBeNull();
    const many = (count: number) => Array.from({ length: count }, (_, at) => headOf(`f${at}`, 'w', 4_294_967_295));
    const most = await made({ heads: many(WITNESS_LIMITS.heads) });
    expect(parseWitness(WITNESSED, most.bytes)?.heads.length).toBe(WITNESS_LIMITS.heads);
    expect(most.bytes.length).toBeLessThanOrEqual(WITNESS_LIMITS.bytes);
    expect(parseWitness(WITNESSED, (await made({ heads: many(WITNESS_LIMITS.heads + 1) })).bytes)).toBeNull();
    expect(parseWitness(WITNESSED, new Uint8Array(WITNESS_LIMITS.bytes + 1))).toBeNull();
  });
});

describe('WIT3 what proves a lie', () => {
  test('two at one place, one that names another before it, logs that take turns; and what does not', async () => {
    const a0 = await made();
    const a0b = await made({ heads: [] });
    const a1 = await made({ seq: 1, prev: a0.id, ms: FIELDS.ms + 1 });
    const a1b = await made({ seq: 1, prev: a0b.id, ms: FIELDS.ms + 1 });
    const a5 = await made({ seq: 5, prev: named('x'), ms: FIELDS.ms + 20 });
    const b0 = await made({ log: named('log b', 16), ms: FIELDS.ms + 10 });
    const late = await made({ log: named('log b', 16), ms: FIELDS.ms + 30 });
    expect(provesLie([a0, a0b])).toBe(true);
    expect(provesLie([a0, a1b])).toBe(true);
    expect(provesLie([a1b, a0])).toBe(true);
    expect(provesLie([a0, b0, a5])).toBe(true);
    for (const [what, list] of [['itself', [a0, a0]], ['the next', [a0, a1]], ['a hole', [a0, a5]], ['a log after another', [a0, a5, late]], ['one', [a0]], ['none', []], ['four', [a0, b0, a5, a0b]]] as const) expect(provesLie(list), what).toBe(false);
    const other = await encodeWitness(realCrypto, await realCrypto.importSigning(new Uint8Array(32).fill(0x56)), WITNESSED, { ...FIELDS, heads: [] });
    expect(provesLie([a0, other]), 'another beacon').toBe(false);
  });

  test('a file proves it to anybody, says so when it proves nothing, and is no file of that beacon once a byte is another', async () => {
    const [a0, a0b] = [await made(), await made({ heads: [] })];
    const seen = { state: 'forked', since: 5, checkedAt: null, at: 9 };
    const file = (witnesses: (typeof a0)[], proves: boolean): string => encodeReport({ space: WITNESSED, ds: key.pub, name: 'Tower', seen, witnesses, proves });
    expect(await judgeReport(realCrypto, file([a0, a0b], true))).toMatchObject({ verdict: 'proven', name: 'Tower', beacon: key.pub });
    // What the file claims of itself decides nothing.
    expect(await judgeReport(realCrypto, file([a0], true))).toMatchObject({ verdict: 'seen' });
    const text = file([a0, a0b], true);
    for (const bad of ['', '{}', 'null', text.replace('report/1', 'report/2'), text.replace(toBase64url(key.pub), toBase64url(named('somebody'))), text.replace(toBase64url(WITNESSED), toBase64url(named('elsewhere'))), text.replace(toBase64url(a0.bytes), toBase64url(a0.bytes.with(a0.bytes.length - 1, a0.bytes.at(-1)! ^ 1)))]) {
      expect((await judgeReport(realCrypto, bad)).verdict, bad.slice(0, 60)).toBe('bad');
    }
  });
});

test('WIT5 a check is answered by the bytes of the record alone, and for this nonce', async () => {
  const [nonce, header, body] = [named('nonce'), named('header'), named('body')];
  const hash = heldHash(nonce, header, body);
  expect(toBase64url(heldHash(named('another nonce'), header, body))).not.toBe(toBase64url(hash));
  expect(toBase64url(heldHash(nonce, header, null))).not.toBe(toBase64url(hash));
  const signed = heldMessage(WITNESSED, nonce, [named('id')], [hash]);
  expect(toBase64url(heldMessage(WITNESSED, nonce, [named('id')], [null]))).not.toBe(toBase64url(signed));
});
