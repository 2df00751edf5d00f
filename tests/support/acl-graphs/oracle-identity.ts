/** FORMATS 1 read plainly: which devices of a person count, from the statements in any order. */
import { compareBytes } from '#base/bytes';
import { dsOf } from './people.ts';
import { type Dev, deviceNo, personOf, type Signer, type SpecStatement } from './spec.ts';

/** Device number → age in ms (the first device −1). */
type Ages = ReadonlyMap<number, number>;

function recoveryKeys(statements: readonly SpecStatement[]): Set<number> {
  const keys = new Set([0]);
  for (let before = 0; before !== keys.size; ) {
    before = keys.size;
    for (const s of statements) if (s.t === 'recovery' && keys.has(-1 - s.by)) keys.add(s.k);
  }
  return keys;
}

/** Least ages: not before the statement says, and later than the device that signed it. */
function agesOf(statements: readonly SpecStatement[], keys: ReadonlySet<number>): Ages {
  const ages = new Map([[0, -1]]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const s of statements) {
      if (s.t !== 'add' || s.d === 0) continue;
      const signer = s.by < 0 ? (keys.has(-1 - s.by) ? -1 : undefined) : ages.get(s.by);
      if (signer === undefined) continue;
      const age = s.by < 0 ? Math.max(s.nbf, 0) : Math.max(s.nbf, signer + 1);
      if (age >= (ages.get(s.d) ?? Infinity)) continue;
      ages.set(s.d, age);
      changed = true;
    }
  }
  return ages;
}

/** True when the revocation counts: signed by a recovery key of the chain or by a device not younger than its target. */
export function dropCounts(statements: readonly SpecStatement[], drop: SpecStatement & { t: 'drop' }): boolean {
  const keys = recoveryKeys(statements);
  if (!statements.some((s) => s.t === 'inception')) return false;
  if (drop.by < 0) return keys.has(-1 - drop.by);
  return notYounger(agesOf(statements, keys), drop.p, drop.by, drop.d);
}

/** True when the person has the device, dropped or not. */
export function isKnown(statements: readonly SpecStatement[], device: Dev): boolean {
  return statements.some((s) => s.t === 'inception') && agesOf(statements, recoveryKeys(statements)).has(deviceNo(device));
}

/** Age of a signer: a recovery key is before all devices, one that does not count after all. */
export function ageOf(statements: readonly SpecStatement[], signer: Signer): number {
  if (signer < 0) return -Infinity;
  return statements.some((s) => s.t === 'inception') ? (agesOf(statements, recoveryKeys(statements)).get(signer) ?? Infinity) : Infinity;
}

function notYounger(ages: Ages, p: number, by: Signer, target: number): boolean {
  const [a, b] = [ages.get(by), ages.get(target)];
  if (a === undefined || b === undefined) return false;
  return a < b || (a === b && (by === target || compareBytes(dsOf(`${p}.${by}`), dsOf(`${p}.${target}`)) <= 0));
}

/** Numbers of the person's devices that count and were not revoked. */
export function liveDevices(statements: readonly SpecStatement[]): ReadonlySet<number> {
  if (!statements.some((s) => s.t === 'inception')) return new Set();
  const keys = recoveryKeys(statements);
  const ages = agesOf(statements, keys);
  const out = new Set(ages.keys());
  for (const s of statements) {
    if (s.t !== 'drop') continue;
    if (s.by < 0 ? keys.has(-1 - s.by) : notYounger(ages, s.p, s.by, s.d)) out.delete(s.d);
  }
  return out;
}

/** True when one of the person's recovery keys added the device (IDN9: anybody may bring that statement). */
export function bringsBack(statements: readonly SpecStatement[], s: SpecStatement): boolean {
  return s.t === 'add' && s.by < 0 && statements.some((one) => one.t === 'inception') && recoveryKeys(statements).has(-1 - s.by);
}

/** True when the device of a person with these statements may act. */
export function deviceLives(statements: readonly SpecStatement[] | undefined, device: Dev): boolean {
  return statements !== undefined && statements[0]?.p === personOf(device) && liveDevices(statements).has(deviceNo(device));
}
