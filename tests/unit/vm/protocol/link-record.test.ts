import { describe, expect, it } from 'vitest';
import { equalBytes, u32be, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { MAX_LINK_DICT } from '#vm/limits';
import { LinkRecordDecoder, LinkRecordEncoder } from '#vm/protocol/link-record';
import { encodeHeader, encodeRecord, parseRecord } from '#vm/protocol/record';
import type { Header, ParsedRecord } from '#vm/protocol/types';

function record(change: Partial<Header>): ParsedRecord {
  const body = Uint8Array.of(1, 2, 3);
  const header: Header = {
    v: 0, alg: 1, space: new Uint8Array(32), fragment: new Uint8Array(16), writer: new Uint8Array(32), seq: 0, prev: null, n: 0, sprev: null, deps: [], acl: [],
    hlc: { ms: 1, ctr: 0 }, class: 0, epoch: null, nonce: null, bodyHash: sha256(body), bodyLen: 3, flags: 0, ext: new Map(), ...change,
  };
  const parsed = parseRecord(encodeRecord(encodeHeader(header), body, new Uint8Array(64)));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

function carry(encoder: LinkRecordEncoder, decoder: LinkRecordDecoder, r: ParsedRecord): number {
  const sent = encoder.encode(r);
  for (const entry of sent.dict) expect(decoder.addDict(entry.no, entry.bytes)).toBe(true);
  const got = decoder.decode(sent.bytes);
  expect(got.ok && equalBytes(got.value, r.bytes)).toBe(true);
  return sent.dict.length;
}

describe('FORMATS §8, records on a link: caps and refusals', () => {
  it('the dictionary wraps without ever overwriting a number of the same record', () => {
    const [encoder, decoder] = [new LinkRecordEncoder(), new LinkRecordDecoder()];
    for (let i = 0; i < MAX_LINK_DICT * 2 + 50; i++) {
      const writer = sha256('w', u32be(i));
      const dict = carry(encoder, decoder, record({ writer, fragment: sha256('f', u32be(i >> 3)).slice(0, 16) as Bytes }));
      expect(dict).toBeLessThanOrEqual(3);
    }
  });

  it('elision goes on over more logs than are remembered', () => {
    const [encoder, decoder] = [new LinkRecordEncoder(), new LinkRecordDecoder()];
    const writers = Array.from({ length: 4200 }, (_, i) => sha256('writer', u32be(i)));
    const first = writers.map((writer) => record({ writer }));
    for (const r of first) carry(encoder, decoder, r);
    for (const [i, writer] of writers.entries()) carry(encoder, decoder, record({ writer, seq: 1, n: 1, prev: first[i]!.id, sprev: first[i]!.id }));
  });

  it('[limit MAX_LINK_DICT MAX_RECORD_BYTES] an unknown number, a field that nothing implies, and numbers out of range are refused', () => {
    const encoder = new LinkRecordEncoder();
    const first = record({});
    const sent = encoder.encode(first);
    expect(new LinkRecordDecoder().decode(sent.bytes)).toEqual({ ok: false, error: 'dict' });
    const second = encoder.encode(record({ seq: 1, n: 1, prev: first.id, sprev: first.id }));
    const decoder = new LinkRecordDecoder();
    for (const entry of sent.dict) decoder.addDict(entry.no, entry.bytes);
    expect(decoder.decode(second.bytes)).toEqual({ ok: false, error: 'implied' });
    for (const [no, length] of [[-1, 32], [MAX_LINK_DICT, 32], [0.5, 32], [0, 31], [0, 0]] as const) expect(decoder.addDict(no, new Uint8Array(length))).toBe(false);
    expect(decoder.decode(new Uint8Array(70_000))).toEqual({ ok: false, error: 'size' });
  });

  it('a record of an unknown version keeps all its fields', () => {
    const base = record({});
    const headerBytes = encodeHeader({ ...base.header, v: 7 });
    const parsed = parseRecord(encodeRecord(headerBytes, base.body, base.sig));
    if (!parsed.ok) throw new Error('parse');
    expect(parsed.value.status).toBe('unknown-version');
    carry(new LinkRecordEncoder(), new LinkRecordDecoder(), parsed.value);
  });

  it('a header as deep as CBOR allows can be sent', () => {
    let deep: never[] = [];
    for (let i = 0; i < 62; i++) deep = [deep] as never;
    carry(new LinkRecordEncoder(), new LinkRecordDecoder(), record({ ext: new Map([[99, deep]]) }));
  });
});
