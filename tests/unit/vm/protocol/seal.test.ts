import { describe, expect, it } from 'vitest';
import { equalBytes, type Bytes } from '#base/bytes';
import type { CryptoPort } from '#ports/crypto';
import { parseRecord, slotCertificate, toStub, verifyRecord } from '#vm/protocol/record';
import { openAclPayload, openBody, RecordTooLargeError, sealRecord, type SealInput } from '#vm/protocol/seal';
import { encodeAclOp } from '#vm/protocol/acl-operation';
import type { Operation } from '#vm/protocol/types';
import { createNobleCrypto, createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { realCrypto } from '#tests/support/web-crypto';

const random = createSeededRandom('seal');
const op = (text: string): Operation => ({ primitive: 1, verb: '', stamp: { ms: 1000, ctr: 3 }, args: [new Uint8Array(16), 'text', text] });

async function input(crypto: CryptoPort, change: Partial<SealInput> = {}): Promise<SealInput> {
  return {
    space: new Uint8Array(32), fragment: new Uint8Array(16), class: 1, seq: 0, prev: null, n: 0, sprev: null, acl: [random.bytes(32)],
    deps: [new Uint8Array(32).fill(2), new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as Bytes[], ops: [op('hello')], certificate: null,
    signer: await crypto.generateSigning(), epoch: new Uint8Array(16), bodyKey: await crypto.importAead(random.bytes(32)), random, ...change,
  };
}

for (const [name, crypto] of [['Web Crypto', realCrypto], ['noble', createNobleCrypto()], ['stub', createStubCrypto()]] as const) {
  describe(`sealing with ${name}`, () => {
    it('{K8} what is sealed parses, verifies and opens', async () => {
      const made = await input(crypto, { certificate: new Uint8Array(40) });
      const record = await sealRecord(crypto, made);
      const parsed = parseRecord(record.bytes);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
      expect({ ...parsed.value, payload: record.payload }).toEqual(record);
      expect(record.header.deps.length).toBe(2);
      expect(record.header.hlc).toEqual({ ms: 1000, ctr: 3 });
      expect(equalBytes(slotCertificate(parsed.value.header)!, new Uint8Array(40))).toBe(true);
      expect(await verifyRecord(crypto, parsed.value)).toBe(true);
      const opened = await openBody(crypto, parsed.value, made.bodyKey);
      expect(opened.ok && opened.value.ops[0]!.args[2]).toBe('hello');
    });

    it('[row 34] {K8} another key, the stub and no key open nothing', async () => {
      const made = await input(crypto);
      const record = await sealRecord(crypto, made);
      const wrong = await crypto.importAead(random.bytes(32));
      expect(await openBody(crypto, record, wrong)).toEqual({ ok: false, error: { code: 'sealed' } });
      expect(await openBody(crypto, record, null)).toEqual({ ok: false, error: { code: 'sealed' } });
      expect(await openBody(crypto, toStub(record), made.bodyKey)).toEqual({ ok: false, error: { code: 'stub' } });
      const moved = { ...record, header: { ...record.header, seq: 9 } };
      expect(await openBody(crypto, moved, made.bodyKey)).toEqual({ ok: false, error: { code: 'sealed' } });
    });

    it('FORMATS §2: a body of class acl is the payload itself, clear', async () => {
      const ops = [{ ...encodeAclOp({ t: 'adopt', ids: [] }), verb: '', stamp: { ms: 5, ctr: 0 } }];
      const record = await sealRecord(crypto, await input(crypto, { class: 0, epoch: null, bodyKey: null, ops }));
      const opened = openAclPayload(record);
      expect(opened.ok && opened.value.ops[0]!.primitive).toBe(44);
      expect(openAclPayload(toStub(record))).toEqual({ ok: false, error: { code: 'stub' } });
    });
  });
}

describe('sealing: size', () => {
  it('[limit MAX_RECORD_BYTES MAX_PAYLOAD_BYTES] FORMATS §2: nothing above 64 KiB is made; compressible content may be larger before deflate', async () => {
    const crypto = createStubCrypto();
    const noise = Array.from(random.bytes(60_000), (n) => String.fromCharCode(33 + (n % 90))).join('');
    await expect(sealRecord(crypto, await input(crypto, { ops: [op(noise + noise)] }))).rejects.toThrow(RecordTooLargeError);
    await expect(sealRecord(crypto, await input(crypto, { ops: [op('x'.repeat(300_000))] }))).rejects.toThrow(RecordTooLargeError);
    const record = await sealRecord(crypto, await input(crypto, { ops: [op('x'.repeat(200_000))] }));
    expect(record.bytes.length).toBeLessThan(3000);
  });
});
