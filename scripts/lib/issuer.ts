/** What an issuer of vouchers does: a key in a file, vouchers for order codes (PROTOCOL 5, docs/PLANS.md). No payment is looked at here. */
import { readFileSync, writeFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { tryDecodeCbor } from '#base/cbor';
import type { SigningKey } from '#ports/crypto';
import { buildVoucher, parseVoucher, verifyVoucher } from '#vm/protocol/voucher';

const crypto = createWebCrypto(webcrypto.subtle as SubtleCrypto);
const TYPE = 'lifegraph-issuer/1';
const DAY_MS = 86_400_000;
/** A voucher begins so long before it is made: the buyer's clock may be behind, and one that has not begun does not count. */
const SLACK_MS = 5 * 60_000;

/** Says in words what is wrong with what was typed or read. */
export class IssuerError extends Error {
  override readonly name = 'IssuerError';
}

/** What an order code names. */
export interface Order {
  readonly space: Bytes;
  readonly uid: Bytes;
  readonly plan: string;
  /** Longest time of a voucher, ms. */
  readonly ms: number;
}

function fileFault(error: unknown, file: string): IssuerError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EEXIST') return new IssuerError(`${file} is there already: a key is never written over.`);
  if (code === 'ENOENT') return new IssuerError(`${file}: there is no such file or folder.`);
  return new IssuerError(`${file}: ${(error as Error).message}`);
}

/** Makes a key and keeps it in a new file that only its owner reads; the public key. */
export async function makeKey(file: string): Promise<string> {
  const { key, seed } = await crypto.generateSigningSeed();
  try {
    writeFileSync(file, `${JSON.stringify({ type: TYPE, public: toBase64url(key.pub), seed: toBase64url(seed) }, null, 1)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw fileFault(error, file);
  }
  return toBase64url(key.pub);
}

/** The key in a file. */
export async function readKey(file: string): Promise<SigningKey> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw fileFault(error, file);
  }
  const notOne = new IssuerError(`${file} is no key of an issuer: make one with "npm run issuer -- key <file>".`);
  let value: { type?: unknown; public?: unknown; seed?: unknown } | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    throw notOne;
  }
  const seed = value?.type === TYPE && typeof value.seed === 'string' ? fromBase64url(value.seed) : null;
  if (seed?.length !== 32) throw notOne;
  const key = await crypto.importSigning(seed);
  if (toBase64url(key.pub) !== value?.public) throw new IssuerError(`${file} is damaged: its public key is not that of its seed.`);
  return key;
}

/** What an order code names; it is copied from the Plans tab of the space. */
export function readOrder(code: string): Order {
  const bytes = fromBase64url(code.replaceAll(/\s/g, ''));
  const value = bytes && tryDecodeCbor(bytes);
  const [space, uid, plan, ms] = Array.isArray(value) && value.length === 4 ? value : [];
  if (!(space instanceof Uint8Array) || space.length !== 32 || !(uid instanceof Uint8Array) || uid.length !== 32 || typeof plan !== 'string' || typeof ms !== 'number') {
    throw new IssuerError('This is no order code. Copy it whole from the Plans tab of the space, with the plan you want.');
  }
  return { space: space as Bytes, uid: uid as Bytes, plan, ms };
}

/** ms of a day or a time; `what` names the option. */
export function readTime(text: string, what: string): number {
  const ms = Date.parse(text);
  if (!Number.isFinite(ms)) throw new IssuerError(`${what} ${text} is no time: write it as 2027-01-31 or 2027-01-31T12:00Z.`);
  return ms;
}

/** A voucher for an order: so many days from now, or from a time (for a renewal: the end of the one before). */
export async function issue(key: SigningKey, order: Order, time: { readonly days: number; readonly from: number | null }, now: number): Promise<{ voucher: string; exp: number }> {
  const ms = time.days * DAY_MS;
  if (!Number.isFinite(time.days) || time.days <= 0) throw new IssuerError(`--days ${time.days} is no number of days.`);
  if (ms > order.ms) throw new IssuerError(`The plan lasts at most ${Math.floor(order.ms / DAY_MS)} days; a voucher for ${time.days} would not count.`);
  const nbf = time.from ?? now - SLACK_MS;
  const exp = Math.floor(nbf + ms);
  if (exp <= now) throw new IssuerError('This voucher would be over already.');
  const nonce = webcrypto.getRandomValues(new Uint8Array(16)) as Bytes;
  return { voucher: toBase64url(await buildVoucher(crypto, { space: order.space, uid: order.uid, plan: order.plan, nbf, exp, nonce }, key)), exp };
}

/** What a voucher says, line by line. */
export async function explain(text: string): Promise<string[]> {
  const bytes = fromBase64url(text.replaceAll(/\s/g, ''));
  const voucher = bytes && parseVoucher(bytes);
  if (!voucher) throw new IssuerError('This is no voucher.');
  const day = (ms: number): string => new Date(ms).toISOString();
  return [
    `signed   ${(await verifyVoucher(crypto, voucher)) ? 'yes' : 'NO: it is forged'}`, `issuer   ${toBase64url(voucher.issuer)}`, `space    ${toBase64url(voucher.space)}`,
    `person   ${toBase64url(voucher.uid)}`, `plan     ${voucher.plan}`, `from     ${day(voucher.nbf)}`, `until    ${day(voucher.exp)}`,
  ];
}
