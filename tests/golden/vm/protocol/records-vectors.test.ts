import { describe, expect, it } from 'vitest';
import { equalBytes, toBase64url } from '#base/bytes';
import { decodeCbor, encodeCbor } from '#base/cbor';
import { unframeBody } from '#vm/protocol/body';
import { bodyKey, epochId, fragmentKey } from '#vm/protocol/keys';
import { encodePayload } from '#vm/protocol/operation';
import { bodyAad, encodeHeader, encodeRecord, normaliseLinks, parseRecord, recordId, signatureMessage, toStub, verifyRecord } from '#vm/protocol/record';
import { openBody, openBodyBytes } from '#vm/protocol/seal';
import type { Header } from '#vm/protocol/types';
import { b, fromJson, type JsonCbor } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';
import { realCrypto } from '#tests/support/web-crypto';

interface Case {
  name: string; fields?: JsonCbor; aad?: string; header?: string; id?: string; sig?: string; body?: string; record: string; stub?: string;
  writer_seed?: string; epoch_key?: string; payload?: string; codec?: number; valid?: boolean | null; applied?: boolean; why?: string;
  given?: { deps: string[] }; space_id?: string;
}
const records = sharedJson<{ cases: Case[] }>('vectors', 'records.json');
const genesis = sharedJson<{ cases: Case[] }>('vectors', 'genesis.json');

function headerOf(fields: JsonCbor): Header {
  const m = fromJson(fields) as Map<number, never>;
  const links = (key: number) => (m.get(key) ?? []) as never;
  const hlc = m.get(11) as unknown as Uint8Array;
  const view = new DataView(hlc.buffer, hlc.byteOffset, 8);
  return {
    v: m.get(0)!, alg: m.get(1)!, space: m.get(2)!, fragment: m.get(3)!, writer: m.get(4)!, seq: m.get(5)!, prev: m.get(6)!, n: m.get(7)!, sprev: m.get(8)!,
    deps: links(9), acl: links(10), hlc: { ms: Number(view.getBigUint64(0) >> 16n), ctr: view.getUint16(6) }, class: m.get(12)!, epoch: m.get(13)!, nonce: m.get(14)!,
    bodyHash: m.get(15)!, bodyLen: m.get(16)!, flags: m.get(17)!, ext: new Map([...m].filter(([key]) => key > 17)),
  };
}

async function wholeRecord(c: Case): Promise<void> {
  const header = headerOf(c.fields!);
  expect(toBase64url(encodeHeader(header))).toBe(c.header);
  expect(toBase64url(bodyAad(header))).toBe(c.aad);
  expect(toBase64url(recordId(b(c.header!)))).toBe(c.id);
  const key = await realCrypto.importSigning(b(c.writer_seed!));
  expect(toBase64url(await realCrypto.sign(key, signatureMessage(b(c.id!))))).toBe(c.sig);
  expect(toBase64url(encodeRecord(b(c.header!), b(c.body!), b(c.sig!)))).toBe(c.record);
  const parsed = parseRecord(b(c.record));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  expect(parsed.value).toEqual({ header, headerBytes: b(c.header!), body: b(c.body!), sig: b(c.sig!), id: b(c.id!), bytes: b(c.record), status: 'known' });
  expect(await verifyRecord(realCrypto, parsed.value)).toBe(true);
  const stub = toStub(parsed.value);
  expect(toBase64url(stub.bytes)).toBe(c.stub);
  expect(await verifyRecord(realCrypto, stub)).toBe(true);
  const aead = c.epoch_key ? await realCrypto.importAead(bodyKey(fragmentKey(b(c.epoch_key), header.fragment), header.writer)) : null;
  if (c.epoch_key) {
    expect(toBase64url(epochId(b(c.epoch_key)))).toBe(toBase64url(header.epoch!));
    const plain = await realCrypto.open(aead!, header.nonce!, b(c.body!), b(c.aad!));
    expect(plain![0]).toBe(c.codec);
    expect(unframeBody(plain!).ok).toBe(true);
  }
  const opened = await openBodyBytes(realCrypto, parsed.value, aead);
  expect(opened.ok && toBase64url(opened.value)).toBe(c.payload);
  const payload = await openBody(realCrypto, parsed.value, aead);
  expect(payload.ok && toBase64url(encodePayload(payload.value))).toBe(c.payload);
  if (c.given) expect(normaliseLinks(c.given.deps.map(b))).toEqual(header.deps);
}

function suite(name: string, cases: Case[]): void {
  describe(`FORMATS §2: golden ${name}`, () => {
    for (const [i, c] of cases.entries()) {
      it(`case ${i}: ${c.name}`, async () => {
        if (c.fields) return wholeRecord(c);
        const parsed = parseRecord(b(c.record));
        if (c.valid === null) return void expect(parsed.ok && parsed.value.status).toBe('unknown-version');
        if (c.valid === false) {
          if (!parsed.ok) {
            const { error } = parsed;
            if (c.why === 'canonical') expect(error).toEqual({ code: 'canonical' });
            else if (c.why !== 'field: key missing') expect(error).toEqual({ code: 'field', field: c.why!.replace('field: ', '') });
            else expect(error.code).toBe('field');
            return;
          }
          expect(['signature', 'body_hash']).toContain(c.why);
          expect(await verifyRecord(realCrypto, parsed.value)).toBe(false);
          return;
        }
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
        expect(await verifyRecord(realCrypto, parsed.value)).toBe(true);
        expect(parsed.value.status).toBe(c.applied === false ? 'unknown-extension' : 'known');
        if (c.id) expect(toBase64url(parsed.value.id)).toBe(c.id);
        const again = encodeRecord(parsed.value.headerBytes, parsed.value.body, parsed.value.sig);
        expect(equalBytes(again, b(c.record)) && equalBytes(encodeHeader(parsed.value.header), parsed.value.headerBytes)).toBe(true);
      });
    }
  });
}

if (records) suite('records.json', records.cases);
if (genesis) {
  suite('genesis.json', genesis.cases);
  describe('FORMATS §2, Genesis', () => {
    it('the space id is the id of the first record, and the second names it', () => {
      const [first, second] = genesis.cases;
      expect(first!.space_id).toBe(first!.id);
      expect(toBase64url(headerOf(second!.fields!).space)).toBe(first!.id);
    });
  });
}

/** Every record of the larger vector files parses, verifies and re-encodes, unless its file says otherwise elsewhere. */
for (const name of ['graph.json', 'scripts.json']) {
  const file = sharedJson<{ epoch_key: string; cases: unknown }>('vectors', name);
  if (!file) continue;
  describe(`FORMATS §2: all records inside ${name}`, () => {
    it('header and record re-encode to the same bytes', () => {
      let count = 0;
      const walk = (v: unknown): void => {
        if (typeof v === 'string' && v.length > 300 && v.startsWith('g1')) {
          const parsed = parseRecord(b(v));
          if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
          expect(equalBytes(encodeHeader(parsed.value.header), parsed.value.headerBytes)).toBe(true);
          expect(encodeCbor(decodeCbor(parsed.value.bytes))).toEqual(parsed.value.bytes);
          count++;
        } else if (v !== null && typeof v === 'object') Object.values(v).forEach(walk);
      };
      walk(file);
      expect(count).toBeGreaterThan(10);
    });

    it('every body opens; what is no operation list is named so', async () => {
      const epochKey = b(file.epoch_key);
      const found: string[] = [];
      const walk = (v: unknown): void => {
        if (typeof v === 'string' && v.length > 300 && v.startsWith('g1')) found.push(v);
        else if (v !== null && typeof v === 'object') Object.values(v).forEach(walk);
      };
      walk(file.cases);
      const faults = new Map<string, number>();
      for (const text of found) {
        const parsed = parseRecord(b(text));
        if (!parsed.ok) throw new Error(parsed.error.code);
        const { header } = parsed.value;
        const aead = await realCrypto.importAead(bodyKey(fragmentKey(epochKey, header.fragment), header.writer));
        expect((await verifyRecord(realCrypto, parsed.value))).toBe(true);
        const opened = await openBody(realCrypto, parsed.value, aead);
        if (!opened.ok) faults.set(opened.error.code, (faults.get(opened.error.code) ?? 0) + 1);
      }
      // The faults of form among the cases of graph.json; the others (text clocks, stamps against prev) are the log's to find.
      expect([...faults]).toEqual(name === 'graph.json' ? [['malformed', 4], ['unknown-primitive', 1]] : []);
    });
  });
}
