/**
 * Epoch keys of one space. They are never stored: each start unwraps them from the acl log with DX, so a copy of the database holds no key (TRUST 29).
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { AeadKey, CryptoPort } from '#ports/crypto';
import { KERNEL_LIMITS } from '#os/limits';
import type { AclOp } from '#vm/protocol/acl-operation';
import { bodyKey, DISCOVERY_PART, discoveryKey, epochId, fragmentKey, openPrevKey, presenceKey, unwrapEpochKey } from '#vm/protocol/keys';
import type { Profile } from './profile.ts';

type KeyOp = Extract<AclOp, { t: 'key.rotate' | 'key.share' }>;

export interface SpaceKeys {
  /** Takes key operations of acl records; returns true when a new key was learnt. `managedBy`: who wrote it, where that was an Owner or Admin then. */
  learn(ops: readonly AclOp[], managedBy?: (op: AclOp) => string | null): Promise<boolean>;
  /** A key this device made itself (genesis, rotation), or has from a backup. */
  add(key: Bytes): void;
  addPart(epoch: Uint8Array, fragment: Uint8Array, key: Bytes): void;
  /** All keys, for a backup; parts by the text of epoch and fragment. */
  held(): { readonly epochs: Iterable<Bytes>; readonly parts: Iterable<readonly [string, readonly Bytes[]]> };
  /** Is the key of the epoch held, for the whole space? */
  has(epoch: Uint8Array): boolean;
  /** Is a key held for the fragment in the epoch: the epoch's, or the fragment's own? */
  opens(epoch: Uint8Array, fragment: Uint8Array): boolean;
  epochKey(epoch: Uint8Array): Bytes | null;
  /** What a key.share of the fragment wraps (or of DISCOVERY_PART: the discovery key); null when it is not held. */
  part(epoch: Uint8Array, fragment: Uint8Array): Bytes | null;
  /** Body key of a log in a fragment; null when there is no key for the fragment. */
  body(epoch: Uint8Array, fragment: Uint8Array, writer: Uint8Array): Promise<AeadKey | null>;
  /** Further body keys to try: nothing in a fragment key says that it is the right one, so what others shared besides is kept. */
  otherBodies(epoch: Uint8Array, fragment: Uint8Array, writer: Uint8Array): Promise<readonly AeadKey[]>;
  /** The further key no. `at` opened something: it is the one from now on. */
  prefer(epoch: Uint8Array, fragment: Uint8Array, at: number): void;
  presence(epoch: Uint8Array, fragment: Uint8Array): Promise<AeadKey | null>;
  discovery(epoch: Uint8Array): Bytes | null;
  /** Epochs whose keys somebody has who was given those of `epochs`: by the `prev` of their rotations as far as it was opened here; ids in base64url. */
  reach(epochs: Iterable<string>): ReadonlySet<string>;
  readonly size: number;
}

/**
 * Keys of fragments that were shared without the epoch's: those of Owners and Admins before all others (KEY11), the one that opened something first. Who was one once may still write
 * so from an old past: what the same person shares besides their first key of a fragment is as anybody's, so that one hand cannot take all places.
 */
function partKeys() {
  const held = new Map<string, Bytes[]>();
  const managed = new WeakSet<Bytes>();
  /** Owners and Admins whose key of a fragment has had its place, by fragment. */
  const heard = new Map<string, Set<string>>();
  /** What others shared makes place, the last one first; where nobody else did, the last of Owners and Admins. */
  const withRoom = (known: readonly Bytes[]): readonly Bytes[] => {
    if (known.length < KERNEL_LIMITS.partKeys) return known;
    const least = known.findLast((one) => !managed.has(one)) ?? known.at(-1);
    return known.filter((one) => one !== least);
  };
  const name = (epoch: Uint8Array, fragment: Uint8Array): string => `${toBase64url(epoch)}${toBase64url(fragment)}`;
  /** The first of this person there? */
  const first = (part: string, by: string): boolean => {
    const known = heard.get(part) ?? new Set<string>();
    heard.set(part, known);
    return known.size < known.add(by).size;
  };
  return {
    get size() {
      return held.size;
    },
    all: held as ReadonlyMap<string, readonly Bytes[]>,
    of: (epoch: Uint8Array, fragment: Uint8Array): readonly Bytes[] => held.get(name(epoch, fragment)) ?? [],
    /** True when it is new. `by`: an Owner or Admin. */
    add(epoch: Uint8Array, fragment: Uint8Array, key: Bytes, by: string | null = null): boolean {
      const part = name(epoch, fragment);
      const known = held.get(part) ?? [];
      const same = known.find((one) => equalBytes(one, key));
      const sure = by !== null && first(part, by);
      if (same && !sure) return false;
      const others = same ? known.filter((one) => one !== same) : sure ? withRoom(known) : known.length < KERNEL_LIMITS.partKeys ? known : null;
      if (!others) return false;
      if (sure) managed.add(same ?? key);
      const before = sure ? others.filter((one) => managed.has(one)) : others;
      held.set(part, [...before, same ?? key, ...others.filter((one) => !before.includes(one))]);
      return !same;
    },
    prefer(epoch: Uint8Array, fragment: Uint8Array, at: number): void {
      const known = held.get(name(epoch, fragment)) ?? [];
      const key = known[at];
      if (key) held.set(name(epoch, fragment), [key, ...known.filter((one) => one !== key)]);
    },
  };
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

type Derived = Pick<SpaceKeys, 'opens' | 'part' | 'body' | 'otherBodies' | 'prefer' | 'presence' | 'discovery'>;

/** What follows from the key of an epoch, which proves itself, or from the keys that were shared of its fragments. */
function derivedKeys(crypto: CryptoPort, keyOf: (epoch: Uint8Array) => Bytes | null, parts: ReturnType<typeof partKeys>): Derived {
  const discoveries = new Map<string, Bytes>();
  const cached = importedKeys(crypto);
  const nameOf = (...of: readonly Uint8Array[]): string => of.map((bytes) => toBase64url(bytes)).join('');
  const bodyOf = (part: Bytes, epoch: Uint8Array, fragment: Uint8Array, writer: Uint8Array): Promise<AeadKey> =>
    cached(`b${nameOf(part, epoch, fragment, writer)}`, () => bodyKey(part, writer));
  const discovery = (epoch: Uint8Array): Bytes | null => {
    const key = keyOf(epoch);
    if (!key) return parts.of(epoch, DISCOVERY_PART)[0] ?? null;
    const name = toBase64url(epoch);
    // Asked at every change of a link: derived once.
    let found = discoveries.get(name);
    if (!found) discoveries.set(name, (found = discoveryKey(key)));
    return found;
  };
  return {
    opens: (epoch, fragment) => keyOf(epoch) !== null || parts.of(epoch, fragment).length > 0,
    part(epoch, fragment) {
      if (equalBytes(fragment, DISCOVERY_PART)) return discovery(epoch);
      const key = keyOf(epoch);
      return key ? fragmentKey(key, fragment) : (parts.of(epoch, fragment)[0] ?? null);
    },
    async body(epoch, fragment, writer) {
      const key = keyOf(epoch);
      if (key) return cached(`b${nameOf(epoch, fragment, writer)}`, () => bodyKey(fragmentKey(key, fragment), writer));
      const [part] = parts.of(epoch, fragment);
      return part ? bodyOf(part, epoch, fragment, writer) : null;
    },
    otherBodies: (epoch, fragment, writer) => Promise.all(keyOf(epoch) ? [] : parts.of(epoch, fragment).slice(1).map((part) => bodyOf(part, epoch, fragment, writer))),
    prefer: (epoch, fragment, at) => parts.prefer(epoch, fragment, at + 1),
    async presence(epoch, fragment) {
      const key = keyOf(epoch);
      if (key) return cached(`p${nameOf(epoch, fragment)}`, () => presenceKey(fragmentKey(key, fragment)));
      const [part] = parts.of(epoch, fragment);
      return part ? cached(`p${nameOf(part, epoch, fragment)}`, () => presenceKey(part)) : null;
    },
    discovery,
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
  /** Rotations whose `prev` was not opened yet: their key may come later. */
  const rotations = new Set<KeyOp>();
  const line = epochLine();
  const parts = partKeys();
  const keyOf = (epoch: Uint8Array): Bytes | null => epochs.get(toBase64url(epoch)) ?? null;
  const unwrap = async (op: KeyOp, managedBy: string | null): Promise<boolean> => {
    if (epochs.has(toBase64url(op.epoch))) return false;
    const wrap = op.wraps.find((w) => equalBytes(w.device, profile.ds.pub.subarray(0, 8)));
    if (!wrap) return false;
    const fragment = op.t === 'key.share' ? op.fragment : null;
    const key = await unwrapEpochKey(crypto, profile.dx, { eph: op.eph, space, epoch: op.epoch, fragment, wrap: wrap.wrap });
    if (key?.length !== 32) return false;
    if (fragment) return parts.add(op.epoch, fragment, key, managedBy);
    if (!equalBytes(epochId(key), op.epoch)) return false;
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
    async learn(ops, managedBy = () => null) {
      let learnt = false;
      for (const op of ops) {
        if (op.t !== 'key.rotate' && op.t !== 'key.share') continue;
        if (op.t === 'key.rotate' && op.prev && rotations.size < KERNEL_LIMITS.rotations) rotations.add(op);
        if (await unwrap(op, managedBy(op))) learnt = true;
      }
      while (await openPrevious()) learnt = true;
      return learnt;
    },
    add: (key) => void epochs.set(toBase64url(epochId(key)), key),
    addPart: (epoch, fragment, key) => void parts.add(epoch, fragment, key),
    held: () => ({ epochs: epochs.values(), parts: parts.all }),
    has: (epoch) => epochs.has(toBase64url(epoch)),
    epochKey: keyOf,
    ...derivedKeys(crypto, keyOf, parts),
    reach: line.reach,
    get size() {
      return epochs.size + parts.size;
    },
  };
}
