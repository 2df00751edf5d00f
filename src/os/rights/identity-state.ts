/**
 * Persons and their devices as the identity statements of a space say (FORMATS 1). A pure function of the set of statements:
 * recovery key beats devices, older device beats younger, revoke beats add. Signatures were verified before; `by` is the first signer.
 */
import { MAX_STATEMENTS_PER_PERSON } from '#os/limits';
import { compareIds } from './seniority.ts';

export type IdStatement =
  /** `link`: that of a public link. */
  | { readonly kind: 'inception'; readonly uid: string; readonly rk: string; readonly ds: string; readonly dx: string; readonly link?: true }
  | { readonly kind: 'add'; readonly uid: string; readonly ds: string; readonly dx: string; readonly nbf: number; readonly by: string }
  | { readonly kind: 'revoke'; readonly uid: string; readonly ds: string; readonly by: string }
  | { readonly kind: 'rotate'; readonly uid: string; readonly rk: string; readonly by: string }
  | { readonly kind: 'slot'; readonly uid: string; readonly writer: string; readonly ds: string; readonly no: number };

export interface Device {
  readonly ds: string;
  readonly dx: string;
  /** Age in ms: the not-before of its statement, but always after the device that added it; −1 for the first device. */
  readonly age: number;
  readonly revoked: boolean;
}

export interface SlotClaim {
  readonly writer: string;
  readonly ds: string;
  readonly no: number;
}

/** What is known of one person. */
export interface Person {
  readonly uid: string;
  readonly statements: readonly IdStatement[];
  /** All recovery keys of the chain, old ones too: there is no time to order a statement against a rotation. */
  readonly recoveryKeys: ReadonlySet<string>;
  readonly devices: ReadonlyMap<string, Device>;
  readonly slots: ReadonlyMap<string, SlotClaim>;
}

/** A total order of devices, older first: age, then key bytes. */
export function compareAge(a: Pick<Device, 'age' | 'ds'>, b: Pick<Device, 'age' | 'ds'>): number {
  return a.age - b.age || compareIds(a.ds, b.ds);
}

/** The person with one more statement; the same object when it changes nothing (known already, another uid, cap reached). */
export function withStatement(person: Person | undefined, statement: IdStatement): Person {
  const known = person?.statements ?? [];
  if (person && person.uid !== statement.uid) return person;
  if (person && (known.length >= MAX_STATEMENTS_PER_PERSON || known.some((s) => sameStatement(s, statement)))) return person;
  return evaluate(statement.uid, [...known, statement]);
}

/** True when the device belongs to the person and no valid statement revoked it. */
export function isLive(person: Person | undefined, ds: string): boolean {
  const device = person?.devices.get(ds);
  return device !== undefined && !device.revoked;
}

/** True when the revocation is signed by a recovery key or by a device not younger than the one it names. */
export function mayRevokeDevice(person: Person, statement: IdStatement & { kind: 'revoke' }): boolean {
  if (person.recoveryKeys.has(statement.by)) return true;
  const signer = person.devices.get(statement.by);
  const target = person.devices.get(statement.ds);
  return signer !== undefined && target !== undefined && compareAge(signer, target) <= 0;
}

/** All fields are plain, and equal ones differ in nothing else. */
function sameStatement(a: IdStatement, b: IdStatement): boolean {
  const x = a as unknown as Readonly<Record<string, string | number>>;
  const y = b as unknown as Readonly<Record<string, string | number>>;
  return FIELDS.every((field) => x[field] === y[field]);
}

const FIELDS = ['kind', 'uid', 'by', 'rk', 'ds', 'dx', 'nbf', 'writer', 'no'] as const;

function evaluate(uid: string, statements: readonly IdStatement[]): Person {
  const inception = statements.find((s) => s.kind === 'inception');
  const recoveryKeys = new Set<string>();
  const devices = new Map<string, Device>();
  const slots = new Map<string, SlotClaim>();
  const person: Person = { uid, statements, recoveryKeys, devices, slots };
  for (const s of statements) if (s.kind === 'slot') keepSlot(slots, s);
  if (!inception) return person;
  recoveryKeys.add(inception.rk);
  for (let grown = true; grown; ) {
    grown = false;
    for (const s of statements) {
      if (s.kind !== 'rotate' || recoveryKeys.has(s.rk) || !recoveryKeys.has(s.by)) continue;
      recoveryKeys.add(s.rk);
      grown = true;
    }
  }
  devices.set(inception.ds, { ds: inception.ds, dx: inception.dx, age: -1, revoked: false });
  addDevices(person, devices);
  for (const s of statements) {
    const device = s.kind === 'revoke' ? devices.get(s.ds) : undefined;
    if (s.kind === 'revoke' && device && mayRevokeDevice(person, s)) devices.set(s.ds, { ...device, revoked: true });
  }
  return person;
}

/** Oldest first, so that a device added twice counts with its older statement whatever the order of arrival. */
function addDevices(person: Person, devices: Map<string, Device>): void {
  const adds = person.statements.filter((s) => s.kind === 'add');
  for (;;) {
    let best: Device | null = null;
    for (const s of adds) {
      if (devices.has(s.ds)) continue;
      const signer = devices.get(s.by);
      if (!signer && !person.recoveryKeys.has(s.by)) continue;
      const age = person.recoveryKeys.has(s.by) || !signer ? Math.max(s.nbf, 0) : Math.max(s.nbf, signer.age + 1);
      const device: Device = { ds: s.ds, dx: s.dx, age, revoked: false };
      if (best === null || (compareAge(device, best) || compareIds(device.dx, best.dx)) < 0) best = device;
    }
    if (best === null) return;
    devices.set(best.ds, best);
  }
}

/** One writer belongs to one device: of two claims the one with the smaller number, then the smaller device key. */
function keepSlot(slots: Map<string, SlotClaim>, s: IdStatement & { kind: 'slot' }): void {
  const known = slots.get(s.writer);
  if (known && (known.no - s.no || compareIds(known.ds, s.ds)) <= 0) return;
  slots.set(s.writer, { writer: s.writer, ds: s.ds, no: s.no });
}
