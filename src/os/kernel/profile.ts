/**
 * The person of this profile: uid, device keys, name. Made at first run (FORMATS 1): RK from 32 bytes of entropy, its secret wrapped by a vault key
 * that cannot be exported, visibly "not backed up" until the phrase was checked back and the secret erased (recovery-key.ts).
 * Rows: `id/profile`, `id/vault`, `id/rk`.
 */
import { AppError } from '#base/app-error';
import { plainLine } from '#base/plain-text';
import type { Bytes } from '#base/bytes';
import type { AeadKey, AgreementKey, SigningKey } from '#ports/crypto';
import type { KeyValue } from '#ports/record-store';
import { KERNEL_LIMITS } from '#os/limits';
import { buildInception, recoverySeed } from '#vm/protocol/identity';
import type { KernelDeps } from './deps.ts';
import { newAgreement, newSigning } from './device-keys.ts';

export interface Profile {
  readonly uid: Bytes;
  readonly ds: SigningKey;
  readonly dx: AgreementKey;
  readonly name: string;
  /** Identity statements of this person, inception first. */
  readonly statements: readonly Bytes[];
  /** Came from a backup file: others hear of this device by its own word. */
  readonly restored?: true;
  /** Keys of spaces that a file brought lie beside it (backup-keys.ts). */
  readonly keys?: true;
}

/** Row `id/rk`. */
export interface RecoveryRow {
  readonly pub: Bytes;
  /** ms: when the words were checked back. */
  readonly backedUp: number | false;
  /** The entropy under the vault key; gone once the words were checked back. */
  readonly nonce?: Bytes;
  readonly wrapped?: Bytes;
}

/** A person's or space's name: trimmed, 1–80 characters, no control characters. AppError `bad-name` otherwise. */
export function checkName(name: string): string {
  const clean = typeof name === 'string' ? plainLine(name.normalize('NFC')).replace(/\s+/gu, ' ') : '';
  if (clean.length === 0 || clean.length > KERNEL_LIMITS.nameChars || /[\p{Cc}\p{Cs}]/u.test(clean)) {
    throw new AppError('bad-name', `A name has 1 to ${KERNEL_LIMITS.nameChars} characters.`, 'Nothing was changed.', 'Type a shorter or longer name.');
  }
  return clean;
}

/** The stored profile, or null at first run. */
export async function loadProfile(deps: KernelDeps): Promise<Profile | null> {
  return ((await deps.store.get('id/profile')) as Profile | undefined) ?? null;
}

/** Makes the person and this first device; everything is committed in one transaction before it is used. */
export async function makeProfile(deps: KernelDeps, name: string): Promise<Profile> {
  const clean = checkName(name);
  if (await loadProfile(deps)) throw new AppError('already', 'This browser already has an identity.', 'It is untouched.', 'Reload the page.');
  const entropy = deps.random.bytes(32);
  const rk = await deps.crypto.importSigning(recoverySeed(entropy));
  const ds = await newSigning(deps, rk.pub);
  const dx = await newAgreement(deps, rk.pub);
  const { statement, uid } = await buildInception(deps.crypto, { rk, ds, dx: dx.pub, nonce: deps.random.bytes(16) });
  const vault: AeadKey = await deps.crypto.generateAead();
  const nonce = deps.random.bytes(12);
  const wrapped = await deps.crypto.seal(vault, nonce, entropy);
  entropy.fill(0);
  const profile: Profile = { uid, ds, dx, name: clean, statements: [statement] };
  const values: KeyValue[] = [
    ['id/profile', profile],
    ['id/vault', vault],
    ['id/rk', { nonce, wrapped, pub: rk.pub, backedUp: false } satisfies RecoveryRow],
  ];
  await deps.store.commit({ origin: 'profile', records: [], values });
  return profile;
}
