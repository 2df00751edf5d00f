/**
 * Epoch keys of one space. They are never stored: each start unwraps them from the acl log with DX, so a copy of the database holds no key (TRUST 29).
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { AeadKey, CryptoPort } from '#ports/crypto';
import { KERNEL_LIMITS } from '#os/limits';
import type { AclOp } from '#vm/protocol/acl-operation';
import { bodyKey, discoveryKey, epochId, fragmentKey, openPrevKey, presenceKey, unwrapEpochKey } from '#vm/protocol/keys';
import type { Profile } from './profile.ts';

type KeyOp = Extract<AclOp, { t: 'key.rotate' | 'key.share' }>;

export interface SpaceKeys {
  /** Takes the key operations of an acl record; returns true when a new epoch key was learnt. */
  learn(ops: readonly AclOp[]): Promise<boolean>;
  /** A key this device made itself (genesis, rotation). */
  add(key: Bytes): void;
  has(epoch: Uint8Array): boolean;
  epochKey(epoch: Uint8Array): Bytes | null;
  /** Body key of a log in a fragment; null when the epoch key is not held. */
  body(epoch: Uint8Array, fragment: Uint8Array, writer: Uint8Array): Promise<AeadKey | null>;
  presence(epoch: Uint8Array, fragment: Uint8Array): Promise<AeadKey | null>;
  discovery(epoch: Uint8Array): Bytes | null;
  /** Epochs whose keys somebody has who was given those of `epochs`: by the `prev` of their rotations as far as it was opened here; ids in base64url. */
  reach(epochs: Iterable<string>): ReadonlySet<string>;
  readonly size: number;
}

/** Derived keys as the crypto port wants them, the newest ones kept. */
function importedKeys(crypto: CryptoPort): (name: string, make: () => Bytes) => Promise<AeadKey> {
  const imported = new Map<string, Promise<AeadKey>>();
  return (name, make) => {
    let key = imported.get(name);
    if (!key) {
      if (imported.size >= KERNEL_LIMITS.importedKeys) imported.delete(imported.keys().next().value!);
      imported.set(name, (key = crypto.importAead(make())));
    }
    return key;
  };
}

/** Which epoch's key the rotation of an epoch carries, as far as it was opened here. */
function epochLine(): { add(epoch: string, old: string): void; reach: SpaceKeys['reach'] } {
  const before = new Map<string, string>();
  return {
    add: (epoch, old) => void before.set(epoch, old),
    reach(given) {
      const out = new Set<string>();
      for (const first of given) for (let epoch: string | undefined = first; epoch !== undefined && !out.has(epoch); epoch = before.get(epoch)) out.add(epoch);
      return out;
    },
  };
}

export function createSpaceKeys(crypto: CryptoPort, profile: Profile, space: Bytes): SpaceKeys {
  const epochs = new Map<string, Bytes>();
  const discoveries = new Map<string, Bytes>();
  const cached = importedKeys(crypto);
  /** Rotations whose `prev` was not opened yet: their key may come later. */
  const rotations = new Set<KeyOp>();
  const line = epochLine();
  const keyOf = (epoch: Uint8Array): Bytes | null => epochs.get(toBase64url(epoch)) ?? null;
  const unwrap = async (op: KeyOp): Promise<boolean> => {
    if (op.t === 'key.share' && op.fragment) return false;
    if (epochs.has(toBase64url(op.epoch))) return false;
    const wrap = op.wraps.find((w) => equalBytes(w.device, profile.ds.pub.subarray(0, 8)));
    if (!wrap) return false;
    const key = await unwrapEpochKey(crypto, profile.dx, { eph: op.eph, space, epoch: op.epoch, wrap: wrap.wrap });
    if (!key || !equalBytes(epochId(key), op.epoch)) return false;
    epochs.set(toBase64url(op.epoch), key);
    return true;
  };
  const openPrevious = async (): Promise<boolean> => {
    let learnt = false;
    for (const op of rotations) {
      const key = keyOf(op.epoch);
      if (op.t !== 'key.rotate' || !op.prev || !key) continue;
      rotations.delete(op);
      const old = await openPrevKey(crypto, key, op.prev);
      if (!old) continue;
      line.add(toBase64url(op.epoch), toBase64url(epochId(old)));
      if (epochs.has(toBase64url(epochId(old)))) continue;
      epochs.set(toBase64url(epochId(old)), old);
      learnt = true;
    }
    return learnt;
  };
  return {
    async learn(ops) {
      let learnt = false;
      for (const op of ops) {
        if (op.t !== 'key.rotate' && op.t !== 'key.share') continue;
        if (op.t === 'key.rotate' && op.prev && rotations.size < KERNEL_LIMITS.rotations) rotations.add(op);
        if (await unwrap(op)) learnt = true;
      }
      while (await openPrevious()) learnt = true;
      return learnt;
    },
    add: (key) => void epochs.set(toBase64url(epochId(key)), key),
    has: (epoch) => epochs.has(toBase64url(epoch)),
    epochKey: keyOf,
    async body(epoch, fragment, writer) {
      const key = keyOf(epoch);
      if (!key) return null;
      const name = `b${toBase64url(epoch)}${toBase64url(fragment)}${toBase64url(writer)}`;
      return cached(name, () => bodyKey(fragmentKey(key, fragment), writer));
    },
    async presence(epoch, fragment) {
      const key = keyOf(epoch);
      return key ? cached(`p${toBase64url(epoch)}${toBase64url(fragment)}`, () => presenceKey(fragmentKey(key, fragment))) : null;
    },
    discovery(epoch) {
      const name = toBase64url(epoch);
      const key = epochs.get(name);
      if (!key) return null;
      // Asked at every change of a link: derived once.
      let found = discoveries.get(name);
      if (!found) discoveries.set(name, (found = discoveryKey(key)));
      return found;
    },
    reach: line.reach,
    get size() {
      return epochs.size;
    },
  };
}
