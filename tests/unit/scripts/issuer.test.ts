/** The demo issuer, run as a person types it: a key in a file, a voucher for an order code, and what is said of wrong ones. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { parseVoucher, verifyVoucher } from '#vm/protocol/voucher';
import { explain, issue, readKey, readOrder, readTime } from '#scripts/lib/issuer';
import { realCrypto } from '#tests/support/web-crypto';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'lifegraph-issuer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'issuer.json');
const DAY = 86_400_000;
const SPACE = new Uint8Array(32).fill(1);
const UID = new Uint8Array(32).fill(2);
const CODE = toBase64url(encodeCbor([SPACE, UID, 'supporter', 30 * DAY]));

function issuer(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', join(ROOT, 'scripts', 'issuer.ts'), ...args], { cwd: ROOT }, (error, out, err) => resolve({ code: error === null ? 0 : 1, out: out.trim(), err: err.trim() }));
  });
}

test('{C7} npm run issuer: makes a key that is never written over, and a voucher that its public half signed', { timeout: 120_000 }, async () => {
  const made = await issuer('key', file);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(fromBase64url(made.out)).toHaveLength(32);
  expect(statSync(file).mode & 0o077).toBe(0);
  const before = readFileSync(file, 'utf8');
  const [again, shown, signed] = await Promise.all([issuer('key', file), issuer('show', file), issuer('voucher', file, '--for', CODE, '--days', '10')]);
  expect(again).toMatchObject({ code: 1, out: '' });
  expect(again.err).toContain('never written over');
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(shown.out).toBe(made.out);
  expect(signed).toMatchObject({ code: 0, err: '' });
  const voucher = parseVoucher(fromBase64url(signed.out)!)!;
  expect(voucher).toMatchObject({ space: SPACE, uid: UID, plan: 'supporter' });
  expect(toBase64url(voucher.issuer)).toBe(made.out);
  expect(voucher.exp - voucher.nbf).toBe(10 * DAY);
  expect(Math.abs(voucher.nbf - Date.now())).toBeLessThan(20 * 60_000);
  expect(await verifyVoucher(realCrypto, voucher)).toBe(true);
  const bytes = fromBase64url(signed.out)!;
  const forged = await explain(toBase64url(bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1)));
  expect([forged[0], (await explain(signed.out))[0]]).toEqual(['signed   NO: it is forged', 'signed   yes']);
});

test('npm run issuer: what is wrong is said in words', { timeout: 120_000 }, async () => {
  const tries: [string[], string][] = [[[], 'npm run issuer'], [['sell', file], 'npm run issuer'], [['voucher', file], '--for is missing'], [['voucher', join(folder, 'none.json'), '--for', CODE], 'no such file'], [['show', file, '--colour'], '--colour']];
  for (const { code, out, err, words } of await Promise.all(tries.map(async ([args, words]) => ({ ...(await issuer(...args)), words })))) {
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(words);
    expect(err).not.toContain('    at ');
  }
});

test('an order code, a key file and a time that are none; a voucher longer than the plan, or over', async () => {
  for (const code of ['', 'x', '%', toBase64url(encodeCbor([SPACE, UID, 'p'])), toBase64url(encodeCbor([UID.slice(1), UID, 'p', 1]))]) expect(() => readOrder(code)).toThrow('no order code');
  const wrong = join(folder, 'wrong.json');
  for (const text of ['', '[]', '{"type":"lifegraph-issuer/1","seed":"AA"}', 'null']) {
    writeFileSync(wrong, text);
    await expect(readKey(wrong)).rejects.toThrow('no key of an issuer');
  }
  const key = await realCrypto.importSigning(new Uint8Array(32).fill(3));
  writeFileSync(wrong, JSON.stringify({ type: 'lifegraph-issuer/1', seed: toBase64url(new Uint8Array(32).fill(3)), public: toBase64url(UID) }));
  await expect(readKey(wrong)).rejects.toThrow('damaged');
  expect(() => readTime('soon', '--from')).toThrow('--from soon');
  const now = readTime('2027-01-31', '--from');
  const order = readOrder(` ${CODE}\n`);
  const of = (days: number, from: number | null = null) => issue(key, order, { days, from }, now);
  await expect(of(31)).rejects.toThrow('at most 30 days');
  for (const days of [0, -1, Number.NaN]) await expect(of(days)).rejects.toThrow('no number of days');
  await expect(of(1, now - 2 * DAY)).rejects.toThrow('over already');
  expect((await of(30, now + 5 * DAY)).exp).toBe(now + 35 * DAY);
});
