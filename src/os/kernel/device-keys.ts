/**
 * The secrets of this device: keys that cannot be exported, each with a copy that only the recovery key opens (`kept`), so that a lock can be put on later
 * (decisions/0031). In a locked browser they are stored under its vault key instead (`sealed`, sealed-store.ts).
 */
import type { Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { AgreementKey, SigningKey } from '#ports/crypto';
import { parseStatement } from '#vm/protocol/identity';
import { keepSecret } from '#vm/protocol/kept-key';
import type { KernelDeps } from './deps.ts';
import type { VaultRow } from './vault.ts';

/** What rides with a key in its row. */
export interface KeyCopies {
  readonly kept?: Bytes;
  readonly sealed?: VaultRow;
}

export type DeviceSigningKey = SigningKey & KeyCopies;
export type DeviceAgreementKey = AgreementKey & KeyCopies;

type Makers = Pick<KernelDeps, 'crypto' | 'random' | 'lock'>;

/** A new key with its copies, and its seed wiped. */
export async function withCopies<K extends { readonly pub: Bytes }>({ crypto, random, lock }: Makers, rk: Bytes, { key, seed }: { key: K; seed: Bytes }): Promise<K & KeyCopies> {
  const kept = await keepSecret(crypto, rk, seed);
  const nonce = lock && random.bytes(12);
  const sealed = lock && nonce ? { nonce, ct: await crypto.seal(lock.vault, nonce, seed, key.pub) } : undefined;
  seed.fill(0);
  return { ...key, kept, ...(sealed ? { sealed } : {}) };
}

/** A signing key of this device; `rk` is the recovery key of its person. */
export async function newSigning(deps: Makers, rk: Bytes): Promise<DeviceSigningKey> {
  return withCopies(deps, rk, await deps.crypto.generateSigningSeed());
}

/** An agreement key of this device. */
export async function newAgreement(deps: Makers, rk: Bytes): Promise<DeviceAgreementKey> {
  return withCopies(deps, rk, await deps.crypto.generateAgreementSeed());
}

/** The recovery key that an inception names; null when it is none. */
export function recoveryKeyOf(statement: Bytes): Bytes | null {
  const parsed = parseStatement(statement);
  return parsed.ok && parsed.value.body.kind === 0 ? parsed.value.body.rk : null;
}

/** The recovery key of the person whose statements these are: the newest that they name. */
export function ownRecoveryKey(statements: readonly Bytes[]): Bytes {
  const named = statements.map(parseStatement).flatMap((one) => (one.ok && (one.value.body.kind === 0 || one.value.body.kind === 3) ? [one.value.body.rk] : []));
  return must(named.at(-1), 'statements name a recovery key');
}
