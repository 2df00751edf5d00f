/** The curve comes on its own: what verifies waits for it, what is judged at once says so. */
// Own modules: the curve must not be loaded yet.
import { expect, test } from 'vitest';
import { realCrypto } from '#tests/support/web-crypto';
import { admitKey, isJudged } from '#vm/protocol/admission';
import { loadCurve } from '#vm/protocol/curve';
import { buildInception, parseStatement, verifyStatement } from '#vm/protocol/identity';

test('a key that is judged before the curve is here is not judged at all; a statement that is verified waits for it', async () => {
  const ds = await realCrypto.generateSigning();
  expect(() => admitKey(ds.pub)).toThrow('the curve is loaded');
  expect(isJudged(ds.pub)).toBe(false);
  const rk = await realCrypto.generateSigning();
  const dx = await realCrypto.generateAgreement();
  const statement = parseStatement((await buildInception(realCrypto, { rk, ds, dx: dx.pub, nonce: new Uint8Array(16) })).statement);
  expect(statement.ok && (await verifyStatement(realCrypto, statement.value))).toBe(true);
  expect(loadCurve()).toBeNull();
  expect(admitKey(ds.pub)).toBe('ok');
});
