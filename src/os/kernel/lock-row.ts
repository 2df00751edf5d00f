/**
 * Row `id/lock` of a browser with a passphrase: the random vault key under the passphrase, so that the passphrase can change, and once more under the
 * recovery key for who forgets it. Opened before there is a kernel.
 */
import { AppError } from '#base/app-error';
import { utf8, type Bytes } from '#base/bytes';
import { hkdf } from '#base/hash';
import type { AeadKey, CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { RecordStore } from '#ports/record-store';
import { KEY_FILE_ROUNDS } from '#vm/key-file-limits';
import { recoverySeed } from '#vm/protocol/identity';
import { openKept } from '#vm/protocol/kept-key';
import type { PasskeyAsk, UnlockRequest } from '#os/lock-api';
import { checkPassphrase, typedPassphrase } from './passphrase.ts';

export interface LockRow {
  readonly v: 1;
  readonly rounds: number;
  readonly salt: Bytes;
  readonly nonce: Bytes;
  /** The vault key under the passphrase. */
  readonly wrapped: Bytes;
  /** The vault key under the recovery key. */
  readonly kept: Bytes;
  /** Minutes without a hand after which the browser locks itself; 0: it does not. */
  readonly idleMinutes: number;
  /** The vault key under what a passkey answers to the salt. */
  readonly passkey?: PasskeyRow;
}

export interface PasskeyRow extends PasskeyAsk {
  readonly nonce: Bytes;
  readonly wrapped: Bytes;
}

/** A lock that was opened. */
export interface OpenLock {
  readonly vault: AeadKey;
  readonly idleMinutes: number;
}

interface Tools {
  readonly crypto: CryptoPort;
  readonly random: Random;
}

const AAD = utf8('lgos/lock/1');
const NONE = 'Nothing was changed.';

const keyOf = (crypto: CryptoPort, passphrase: string, { salt, rounds }: Pick<LockRow, 'salt' | 'rounds'>): Promise<AeadKey> => crypto.stretchAead(utf8(passphrase.normalize('NFKC')), salt, rounds);

/** The lock of this store; null without one. */
export async function readLock(store: RecordStore): Promise<LockRow | null> {
  return ((await store.get('id/lock')) as LockRow | undefined) ?? null;
}

/** The parts of a row that depend on the passphrase. AppError `passphrase-weak`. */
export async function wrapVault({ crypto, random }: Tools, passphrase: string, vault: Bytes): Promise<Pick<LockRow, 'rounds' | 'salt' | 'nonce' | 'wrapped'>> {
  checkPassphrase(passphrase);
  const made = { rounds: KEY_FILE_ROUNDS, salt: random.bytes(16), nonce: random.bytes(12) };
  return { ...made, wrapped: await crypto.seal(await keyOf(crypto, passphrase, made), made.nonce, vault, AAD) };
}

/** The bytes of the vault key. AppError `wrong-lock`. */
export async function vaultOf(crypto: CryptoPort, row: LockRow, passphrase: string): Promise<Bytes> {
  const typed = typedPassphrase(passphrase);
  const vault = typed === '' ? null : await crypto.open(await keyOf(crypto, typed, row), row.nonce, row.wrapped, AAD);
  if (!vault) throw new AppError('wrong-lock', 'This passphrase does not open this browser.', NONE, 'Type it as you set it; capital letters and spaces count.');
  return vault;
}

/** Opens a locked browser: with its passphrase, its passkey, or with the recovery key and a new passphrase. AppErrors `wrong-lock`, `wrong-passkey`, `other-key`, and those of words and key files. */
export async function unlock(tools: Tools, store: RecordStore, row: LockRow, request: UnlockRequest): Promise<OpenLock> {
  const { crypto } = tools;
  const bytes = 'next' in request ? await reset(tools, store, row, request) : 'prf' in request ? await byPasskey(crypto, row, request.prf) : await vaultOf(crypto, row, request.passphrase);
  const vault = await crypto.importAead(bytes);
  bytes.fill(0);
  return { vault, idleMinutes: row.idleMinutes };
}

const PASSKEY_AAD = utf8('lgos/lock/passkey/1');
const PRF_BYTES = 32;

const passkeyKey = (crypto: CryptoPort, prf: Uint8Array): Promise<AeadKey> => crypto.importAead(hkdf(prf, 'lgos/lock/passkey/1'));

/** The vault key under what a passkey answers; null when that is no such answer. */
export async function wrapForPasskey({ crypto, random }: Tools, { id, salt, prf }: PasskeyAsk & { readonly prf: Uint8Array }, vault: Bytes): Promise<PasskeyRow | null> {
  if (![id, salt, prf].every((one) => one instanceof Uint8Array) || prf.length !== PRF_BYTES || salt.length !== PRF_BYTES || id.length === 0 || id.length > 1_023) return null;
  const nonce = random.bytes(12);
  return { id: id.slice(), salt: salt.slice(), nonce, wrapped: await crypto.seal(await passkeyKey(crypto, prf), nonce, vault, PASSKEY_AAD) };
}

/** AppError `wrong-passkey`. */
async function byPasskey(crypto: CryptoPort, { passkey }: LockRow, prf: unknown): Promise<Bytes> {
  const vault = passkey && prf instanceof Uint8Array && prf.length === PRF_BYTES ? await crypto.open(await passkeyKey(crypto, prf), passkey.nonce, passkey.wrapped, PASSKEY_AAD) : null;
  if (!vault) throw new AppError('wrong-passkey', 'This passkey does not open this browser.', NONE, 'Use the passphrase.');
  return vault;
}

async function reset(tools: Tools, store: RecordStore, row: LockRow, request: Extract<UnlockRequest, { next: string }>): Promise<Bytes> {
  checkPassphrase(request.next);
  const { entropyOfKey } = await import('./key-file.ts');
  const entropy = await entropyOfKey(tools.crypto, request.key);
  const seed = recoverySeed(entropy);
  entropy.fill(0);
  const vault = await openKept(tools.crypto, seed, row.kept);
  seed.fill(0);
  if (!vault) throw new AppError('other-key', 'This is the key of somebody else.', NONE, 'Use the words or the file of the person whose browser this is.');
  await store.commit({ origin: 'lock', records: [], values: [['id/lock', { ...row, ...(await wrapVault(tools, request.next, vault)) } satisfies LockRow]] });
  return vault;
}
