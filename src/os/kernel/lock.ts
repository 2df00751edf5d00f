/** Putting a lock on this browser, changing it and taking it off (docs/PROTOCOL.md, The lock of a browser; decisions/0031). Loaded when somebody asks. */
import { AppError } from '#base/app-error';
import { equalBytes, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { HeldKey, LockApi, LockView } from '#os/lock-api';
import { KERNEL_LIMITS } from '#os/limits';
import type { AeadKey } from '#ports/crypto';
import type { KeyValue, RecordStore } from '#ports/record-store';
import { recoverySeed } from '#vm/protocol/identity';
import { keepSecret, openKept } from '#vm/protocol/kept-key';
import { checkOwn, entropyOfKey } from './key-file.ts';
import type { KernelParts } from './kernel.ts';
import { readLock, vaultOf, wrapForPasskey, wrapVault, type LockRow } from './lock-row.ts';
import type { Profile, RecoveryRow } from './profile.ts';
import { recoveryRow, recoveryStatus, withEntropy } from './recovery-key.ts';
import { snapNames, snapRow, SNAPS_ROW } from './snapshot-names.ts';
import { keysOf, SealedStore, type StoredKey } from './sealed-store.ts';
import type { Kernel } from './state.ts';
import { postNotice } from './tab-notices.ts';
import type { VaultRow } from './vault.ts';

const NONE = 'Nothing was changed.';
/** Rows sealed under the vault key as `{nonce, ct}`. */
const VAULT_ROWS = ['local/', 'join/', 'ask/', 'keys/', 'files/'];

/** The lock as it stands, and what stands in its way. */
export async function lockStatus(kernel: Kernel): Promise<LockView> {
  const row = await readLock(kernel.store);
  const kept = await recoveryStatus(kernel);
  const { ds, dx } = must(kernel.profile, 'a row of the key has a person') as { ds: StoredKey; dx: StoredKey } & Profile;
  const old = !ds.kept || !dx.kept;
  return {
    on: row !== null, idleMinutes: row?.idleMinutes ?? 0, passkey: row?.passkey !== undefined, needsKey: kept.phrase === 'erased',
    refusal: old ? 'old' : kept.checkedAt === null && kept.fileCheckedAt === null ? 'unkept' : null,
  };
}

function checkIdle(minutes: number): number {
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > KERNEL_LIMITS.idleMinutes) throw new AppError('bad-value', 'Minutes are a whole number.', NONE, 'Choose another time.');
  return minutes;
}

/** Puts the secrets of this browser under a passphrase; all its tabs are told to start anew. */
export async function setLock(parts: KernelParts, { passphrase, idleMinutes = 0, key }: { passphrase: string; idleMinutes?: number; key?: HeldKey }): Promise<void> {
  const { kernel } = parts;
  const { crypto, random } = kernel.deps;
  const { on, refusal } = await lockStatus(kernel);
  if (on) throw new AppError('lock-on', 'This browser has a passphrase already.', NONE, 'Change it instead.');
  if (refusal === 'old') throw new AppError('lock-old', 'The keys of this browser were made by a version that could not lock.', NONE, 'Come back to another browser profile with your phrase or key file, and lock that.');
  if (refusal === 'unkept') throw new AppError('lock-unkept', 'Nothing but this browser holds your key: a forgotten passphrase would lose it.', NONE, 'Check your recovery phrase back, or save a key file, first.');
  const rk = await recoveryRow(kernel);
  const bytes = random.bytes(32);
  const wrapped = await wrapVault(kernel.deps, passphrase, bytes);
  const row: LockRow = { v: 1, ...wrapped, kept: await keepSecret(crypto, rk.pub, bytes), idleMinutes: checkIdle(idleMinutes) };
  const vault = await crypto.importAead(bytes);
  bytes.fill(0);
  const seal = async (entropy: Bytes): Promise<KeyValue[]> => {
    await checkOwn(crypto, rk, entropy);
    const seed = recoverySeed(entropy);
    const out = await mapKeys(kernel.store, (one, kind) => sealKey(kernel, vault, seed, one, kind));
    seed.fill(0);
    return out;
  };
  const keys = await (key ? entropyOfKey(crypto, key).then((entropy) => seal(entropy).finally(() => entropy.fill(0))) : withEntropy(kernel, rk, seal));
  await parts.sealer.flushAll().catch(() => undefined);
  await kernel.store.commit({ origin: 'lock', records: [], values: [...keys, ...(await resealed(kernel, vault, rk)), ['id/vault', undefined], ['id/lock', row]] });
  await tellLocked(kernel);
}

/** Every row with keys in it, each key replaced. */
async function mapKeys(store: RecordStore, replace: (key: StoredKey, kind: 'signing' | 'agreement') => Promise<StoredKey>): Promise<KeyValue[]> {
  const out: KeyValue[] = [];
  for (const [name, value] of [['id/profile', await store.get('id/profile')] as [string, unknown], ...(await store.list('slot/'))]) {
    const changed: Record<string, unknown> = { ...(value as object) };
    for (const [field, kind] of keysOf(name)) changed[field] = await replace(changed[field] as StoredKey, kind);
    out.push([name, changed]);
  }
  return out;
}

/** The key as it lies in a locked browser: its copy is opened by the recovery key and sealed under the vault key. */
async function sealKey(kernel: Kernel, vault: AeadKey, recovery: Bytes, { pub, kept }: StoredKey, kind: 'signing' | 'agreement'): Promise<StoredKey> {
  const { crypto, random } = kernel.deps;
  const seed = must(await openKept(crypto, recovery, must(kept, 'a key of this version has its copy')), 'a copy opens with the recovery key');
  const made = kind === 'signing' ? await crypto.importSigning(seed) : await crypto.importAgreement(seed);
  must(equalBytes(made.pub, pub) || null, 'a copy is of its key');
  const nonce = random.bytes(12);
  const sealed: VaultRow = { nonce, ct: await crypto.seal(vault, nonce, seed, pub) };
  seed.fill(0);
  return { pub, kept: kept!, sealed };
}

/** What lies under the vault key, under another one. */
async function resealed(kernel: Kernel, vault: AeadKey, rk: RecoveryRow): Promise<KeyValue[]> {
  const { crypto, random } = kernel.deps;
  const before = must((await kernel.store.get('id/vault')) as AeadKey | undefined, 'vault');
  const again = async (nonce: Bytes, ct: Bytes): Promise<VaultRow | null> => {
    const plain = await crypto.open(before, nonce, ct);
    const fresh = random.bytes(12);
    return plain && { nonce: fresh, ct: await crypto.seal(vault, fresh, plain) };
  };
  // Snapshots are made anew.
  const out: KeyValue[] = (await snapNames(kernel)).map((name) => [snapRow(name), undefined]);
  out.push([SNAPS_ROW, undefined]);
  for (const prefix of VAULT_ROWS) {
    for (const [name, value] of await kernel.store.list(prefix)) {
      const { nonce, ct } = value as VaultRow;
      out.push([name, (await again(nonce, ct)) ?? undefined]);
    }
  }
  if (rk.nonce && rk.wrapped) {
    const { nonce, ct } = must(await again(rk.nonce, rk.wrapped), 'the recovery key opens with the vault');
    out.push(['id/rk', { ...rk, nonce, wrapped: ct } satisfies RecoveryRow]);
  }
  return out;
}

async function lockRow(kernel: Kernel): Promise<LockRow> {
  const row = await readLock(kernel.store);
  if (!row) throw new AppError('no-lock', 'This browser has no passphrase.', NONE, 'Set one first.');
  return row;
}

const put = (kernel: Kernel, row: LockRow): Promise<number> => kernel.store.commit({ origin: 'lock', records: [], values: [['id/lock', row]] });

/** Another passphrase for the same vault key. */
export async function changeLock(kernel: Kernel, passphrase: string, next: string): Promise<void> {
  const row = await lockRow(kernel);
  const bytes = await vaultOf(kernel.deps.crypto, row, passphrase);
  await put(kernel, { ...row, ...(await wrapVault(kernel.deps, next, bytes).finally(() => bytes.fill(0))) });
}

/** A passkey opens this browser too, or none does any more; the vault key stays. */
export async function setPasskey(kernel: Kernel, ...[passkey, passphrase = '']: Parameters<LockApi['setPasskey']>): Promise<void> {
  const { passkey: _, ...row } = await lockRow(kernel);
  if (passkey === null) return void (await put(kernel, row));
  const bytes = await vaultOf(kernel.deps.crypto, row, passphrase);
  const made = await wrapForPasskey(kernel.deps, passkey, bytes).finally(() => bytes.fill(0));
  if (made === null) throw new AppError('bad-value', 'This is no answer of a passkey.', NONE, 'Try again.');
  await put(kernel, { ...row, passkey: made });
}

/** Takes the lock off: the secrets are keys of the browser again. */
export async function removeLock(kernel: Kernel, passphrase: string): Promise<void> {
  const { crypto } = kernel.deps;
  const row = await lockRow(kernel);
  (await vaultOf(crypto, row, passphrase)).fill(0);
  const rk = await recoveryRow(kernel);
  const vault = await crypto.generateAead();
  const keys = await mapKeys(kernel.store, async ({ pub, kept, secret }) => ({ pub, secret, ...(kept ? { kept } : {}) }));
  const inner = kernel.store instanceof SealedStore ? kernel.store.inner : kernel.store;
  await inner.commit({ origin: 'lock', records: [], values: [...keys, ...(await resealed(kernel, vault, rk)), ['id/vault', vault], ['id/lock', undefined]] });
  await tellLocked(kernel);
}

/** Minutes without a hand; the other tabs are told. */
export async function setIdle(kernel: Kernel, minutes: number): Promise<void> {
  await put(kernel, { ...(await lockRow(kernel)), idleMinutes: checkIdle(minutes) });
  kernel.lock = { idleMinutes: minutes };
  postNotice(kernel, { t: 'idle', minutes });
}

/** Every tab of this browser ends its kernel now. */
async function tellLocked(kernel: Kernel): Promise<void> {
  postNotice(kernel, { t: 'lock' });
  kernel.emit({ type: 'locked' });
}

/** Saves what is pending, as far as it can be saved soon, and locks every tab. */
export async function lockNow(parts: KernelParts): Promise<void> {
  const { kernel } = parts;
  await lockRow(kernel);
  await Promise.race([parts.saved().catch(() => undefined), new Promise<void>((done) => void kernel.deps.clock.setTimer(KERNEL_LIMITS.lockSaveMs, done))]);
  await tellLocked(kernel);
}
