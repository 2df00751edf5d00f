/** The bytes of a voucher, signed by a key of known seed and checked by Node's own crypto. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { concat, toBase64url, type Bytes } from '#base/bytes';
import { buildVoucher, parseVoucher, verifyVoucher } from '#vm/protocol/voucher';
import { realCrypto } from '#tests/support/web-crypto';

const VOUCHER = 'glhzhwVYIBERERERERERERERERERERERERERERERERERERERERERWCAiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiImlzdXBwb3J0ZXIbAAABm3baqAAbAAABnBFZcABQMzMzMzMzMzMzMzMzMzMzM4GCWCDXWXk7vBOigZqCfHattvuopJruAH9J8tCZLZm4Ja0sSFhAnNh2dhkNGznLHaN68oK_66n8321sZoQfTmKBPAzuZUuvli_9SeJ8hHKJL4cSoBSZDLVGKTMNPady1M_Yr_LtBQ';
const BODY = { space: new Uint8Array(32).fill(0x11) as Bytes, uid: new Uint8Array(32).fill(0x22) as Bytes, plan: 'supporter', nbf: 1_767_225_600_000, exp: 1_769_817_600_000, nonce: new Uint8Array(16).fill(0x33) as Bytes };

test('{C7} PROTOCOL 5: a voucher is written as on the page; Node alone says that the issuer signed it; no byte may change', async () => {
  const issuer = await realCrypto.importSigning(new Uint8Array(32).fill(0x44));
  const bytes = await buildVoucher(realCrypto, BODY, issuer);
  expect(toBase64url(bytes)).toBe(VOUCHER);
  const voucher = parseVoucher(bytes)!;
  expect(voucher).toMatchObject({ ...BODY, issuer: issuer.pub });
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64url(voucher.issuer) }, format: 'jwk' });
  expect(verify(null, concat('lgos/plan/1', createHash('sha256').update(voucher.bodyBytes).digest()), key, voucher.sig)).toBe(true);
  for (let at = 0; at < bytes.length; at++) {
    const changed = parseVoucher(bytes.with(at, bytes[at]! ^ 1));
    expect(changed !== null && (await verifyVoucher(realCrypto, changed)), `byte ${at}`).toBe(false);
  }
  // Control.
  expect(await verifyVoucher(realCrypto, voucher)).toBe(true);
});
