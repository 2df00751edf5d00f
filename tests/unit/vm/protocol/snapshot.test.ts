/** Pieces of a snapshot in the log, and the acl operations of a baseline. */
import { describe, expect, test } from 'vitest';
import { toBase64url, u32be, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import { BASELINE_LIMITS } from '#vm/baseline-limits';
import { decodeAclOp, encodeAclOp, type BaselineOp } from '#vm/protocol/acl-operation';
import { decodePayload, encodePayload } from '#vm/protocol/operation';
import { decodePiece, encodePiece, piecesOf, RowsOut, rowsIn, streamOf } from '#vm/protocol/snapshot';

const bytes = (length: number, fill = 7): Bytes => new Uint8Array(length).fill(fill) as Bytes;
const id = (name: string): Bytes => sha256(name);

describe('snapshots in the log: bytes', () => {
  test('[limit BASELINE.pieceBytes] [BASE1] rows go into pieces and come out again; a run that is not exactly one snapshot is none', () => {
    const rows = [bytes(3), bytes(0), bytes(BASELINE_LIMITS.pieceBytes * 2), bytes(9)];
    const out = new RowsOut();
    for (const row of rows) expect(out.put(row)).toBe(true);
    const payloads = [...piecesOf(out.take())];
    expect(payloads.map((payload) => decodePiece(payload)).map((piece) => [piece!.no, piece!.of, piece!.bytes.length <= BASELINE_LIMITS.pieceBytes])).toEqual([[0, 3, true], [1, 3, true], [2, 3, true]]);
    expect([...rowsIn(streamOf(payloads)!)].map((row) => toBase64url(row))).toEqual(rows.map(toBase64url));
    const [a, b, c] = payloads as [Bytes, Bytes, Bytes];
    for (const run of [[], [a, b], [b, a, c], [a, b, b], [a, b, c, c], [a, bytes(4), c]]) expect(streamOf(run)).toBeNull();
    // A piece that is not full in the middle: two cuts of one stream would be two snapshots of the same state.
    expect(streamOf([encodePiece({ no: 0, of: 2, bytes: bytes(5) }), encodePiece({ no: 1, of: 2, bytes: bytes(5) })])).toBeNull();
    expect(decodePiece(encodePiece({ no: 0, of: 1, bytes: bytes(BASELINE_LIMITS.pieceBytes + 1) }))).toBeNull();
    expect([decodePiece(encodeCbor([1, 0, 1, bytes(1)])), decodePiece(encodeCbor([0, 1, 1, bytes(1)])), decodePiece(encodeCbor([0, 0, 1, bytes(1), 0]))]).toEqual([null, null, null]);
  });

  test('[limit BASELINE.pieces] a snapshot has an end: a larger state makes none, and a run of more is none', () => {
    const out = new RowsOut();
    const most = BASELINE_LIMITS.pieces * BASELINE_LIMITS.pieceBytes;
    expect([out.put(bytes(most - 4)), out.put(bytes(0))]).toEqual([true, false]);
    expect(decodePiece(encodePiece({ no: 0, of: BASELINE_LIMITS.pieces + 1, bytes: bytes(1) }))).toBeNull();
    const op: BaselineOp = { t: 'baseline', fragment: bytes(16), heads: [{ writer: id('a'), seq: 1, id: id('b'), first: id('a0') }], snapshot: { writer: id('a'), from: 2, to: 1 + BASELINE_LIMITS.pieces, id: id('c') } };
    const read = (one: BaselineOp): unknown => decodeAclOp(46, encodeAclOp(one).args);
    expect(read(op)).toEqual(op);
    expect(read({ ...op, snapshot: { ...op.snapshot, to: 2 + BASELINE_LIMITS.pieces } })).toBeNull();
    expect(read({ ...op, snapshot: { ...op.snapshot, to: 1 } })).toBeNull();
  });

  test('rows that lead behind the end of their stream are told', () => {
    expect(() => [...rowsIn(bytes(3))]).toThrow(RangeError);
    expect(() => [...rowsIn(new Uint8Array([...u32be(2), 1]))]).toThrow(RangeError);
    expect([...rowsIn(bytes(0))]).toEqual([]);
  });

  test('[limit BASELINE.heads] [RIGHT40] the acl operations of a baseline: sorted heads, each writer once; anything else voids the record', () => {
    const heads = Array.from({ length: BASELINE_LIMITS.heads + 1 }, (_, i) => ({ writer: id(`w${i}`), seq: i, id: id(`h${i}`), first: id(`f${i}`) }));
    const snapshot = { writer: id('w0'), from: 1, to: 3, id: id('last') };
    const op: BaselineOp = { t: 'baseline', fragment: bytes(16), heads: heads.slice(1), snapshot };
    const { primitive, args } = encodeAclOp(op);
    const read = decodeAclOp(primitive, args) as BaselineOp;
    expect([primitive, read.heads.length, read.snapshot, encodeAclOp(read).args]).toEqual([46, BASELINE_LIMITS.heads, snapshot, args]);
    const [fragment, list, run] = args as [CborValue, CborValue[], CborValue[]];
    for (const bad of [[], [...list, encodeAclOp({ ...op, heads: [heads[0]!] }).args[1]!], [list[1]!, list[0]!], [list[0]!, list[0]!], [[...(list[0] as CborValue[]), 1]]]) expect(decodeAclOp(46, [fragment, bad as CborValue, run])).toBeNull();
    expect(decodeAclOp(46, encodeAclOp({ ...op, heads }).args)).toBeNull();
    expect([decodeAclOp(46, [fragment, list, [...run, 0]]), decodeAclOp(46, [fragment, list])]).toEqual([null, null]);
    const say = encodeAclOp({ t: 'baseline.say', baseline: id('act'), right: false });
    expect([say.primitive, decodeAclOp(47, say.args), decodeAclOp(47, [id('act'), 0]), decodeAclOp(48, say.args)]).toEqual([47, { t: 'baseline.say', baseline: id('act'), right: false }, null, null]);
    const payload = encodePayload({ schema: 0, ops: [{ ...say, verb: '', stamp: { ms: 5, ctr: 0 } }] });
    expect(decodePayload(payload).ok).toBe(true);
  });
});
