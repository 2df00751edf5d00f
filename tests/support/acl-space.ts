/** A space of invented acl records for tests of the rights: real statements in form (signatures are not looked at there), ids by hash. */
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { sha256 } from '#base/hash';
import { createSpaceRights, type AddResult, type SpaceRights } from '#os/rights/space-rights';
import type { AclOp, KeyRotateOp, KeyShareOp, Sealed } from '#vm/protocol/acl-operation';
import { uidOf } from '#vm/protocol/identity';
import { FRAGMENT, RECORD_CLASS, type Header, type ParsedRecord } from '#vm/protocol/types';

const ZERO = new Uint8Array(32);
export const key = (name: string): Bytes => sha256(`key:${name}`);
const sign = (...signers: Bytes[]): [Bytes, Bytes][] => signers.map((pub) => [pub, new Uint8Array(64) as Bytes]);
const statement = (body: Parameters<typeof encodeCbor>[0], signers: Bytes[]): Bytes => encodeCbor([encodeCbor(body), sign(...signers)]);

/** A person with a first device and any number of slots. */
export class TestPerson {
  readonly rk: Bytes;
  readonly ds: Bytes;
  readonly dx: Bytes;
  readonly uid: Bytes;
  readonly inception: Bytes;

  constructor(readonly name: string) {
    this.rk = key(`${name} rk`);
    this.ds = key(`${name} ds`);
    this.dx = key(`${name} dx`);
    const body = [0, this.rk, [this.ds, this.dx], key(`${name} nonce`).slice(0, 16)];
    this.uid = uidOf(encodeCbor(body));
    this.inception = statement(body, [this.rk, this.ds]);
  }

  get id(): string {
    return toBase64url(this.uid);
  }

  addDevice(name: string, by: Bytes = this.ds, nbf = 1): Bytes {
    return statement([1, this.uid, [key(name), key(`${name} dx`)], nbf], [by, key(name)]);
  }

  revokeDevice(ds: Bytes, by: Bytes): Bytes {
    return statement([2, this.uid, ds], [by]);
  }

  /** A certificate of this person's device for any writer. */
  certify(writer: Bytes, no: number): Bytes {
    return statement([4, this.uid, writer, this.ds, no], [this.ds, writer]);
  }

  slot(no: number, ds: Bytes = this.ds): { writer: Bytes; certificate: Bytes } {
    const writer = key(`${this.name} slot ${toBase64url(ds)} ${no}`);
    return { writer, certificate: statement([4, this.uid, writer, ds, no], [ds, writer]) };
  }
}

export interface LogHead {
  seq: number;
  n: number;
  id: Bytes;
}

/** Writes records into one or several copies of the rights of a space. */
export class TestSpace {
  readonly rights: SpaceRights;
  readonly id: Bytes;
  readonly records: { record: ParsedRecord; ops: readonly AclOp[] | null; certificate: Bytes }[] = [];
  private readonly logs = new Map<string, LogHead>();
  private counter = 0;

  constructor(readonly owner: TestPerson, kind: 0 | 1 | 2 = 1) {
    this.id = sha256(`space:${owner.name}`);
    this.rights = createSpaceRights(this.id);
    const ops: AclOp[] = [{ t: 'ident.attach', statement: owner.inception }, { t: 'space.create', owner: owner.uid, kind, nonce: key('n').slice(0, 16) }];
    this.put(owner.slot(0), ops, { id: this.id, acl: [] });
  }

  /** One acl record of a slot at the given heads (default: all current). Returns its id. */
  put(slot: { writer: Bytes; certificate: Bytes }, ops: readonly AclOp[] | null, options: { id?: Bytes; acl?: readonly Bytes[]; seq?: number } = {}): Bytes {
    return this.tryPut(slot, ops, options).id;
  }

  tryPut(slot: { writer: Bytes; certificate: Bytes }, ops: readonly AclOp[] | null, options: { id?: Bytes; acl?: readonly Bytes[]; seq?: number; prev?: Bytes; certificate?: Bytes } = {}): { id: Bytes; result: AddResult } {
    const name = toBase64url(slot.writer);
    const last = this.logs.get(name);
    const id = options.id ?? sha256(`record:${this.owner.name}:${this.counter}`);
    this.counter++;
    const seq = options.seq ?? (last ? last.seq + 1 : 0);
    const header: Header = {
      v: 0, alg: 1, space: options.id && this.counter === 1 ? (ZERO as Bytes) : this.id, fragment: FRAGMENT.acl, writer: slot.writer, seq,
      prev: options.prev ?? (seq === 0 ? null : (last?.id ?? null)), n: last ? last.n + 1 : 0, sprev: null, deps: [], acl: options.acl ?? this.rights.heads(),
      hlc: { ms: this.counter, ctr: 0 }, class: RECORD_CLASS.acl, epoch: null, nonce: null, bodyHash: ZERO as Bytes, bodyLen: 0, flags: 0,
      ext: seq === 0 ? new Map([[64, options.certificate ?? slot.certificate]]) : new Map(),
    };
    const record: ParsedRecord = { header, headerBytes: id, body: new Uint8Array(1) as Bytes, sig: id, id, bytes: id, status: 'known' };
    this.rights.addCertificate(slot.writer, slot.certificate);
    const result = this.rights.add(record, ops);
    this.records.push({ record, ops, certificate: slot.certificate });
    this.logs.set(name, { seq, n: header.n, id });
    return { id, result };
  }

  /** A data record's header at the given heads. */
  data(slot: { writer: Bytes }, n: number, acl: readonly Bytes[] = this.rights.heads(), fragment: Bytes = FRAGMENT.root): Header {
    return {
      v: 0, alg: 1, space: this.id, fragment, writer: slot.writer, seq: n, prev: null, n, sprev: null, deps: [], acl, hlc: { ms: 1, ctr: 0 }, class: RECORD_CLASS.op,
      epoch: key('epoch').slice(0, 16) as Bytes, nonce: null, bodyHash: ZERO as Bytes, bodyLen: 0, flags: 0, ext: new Map(),
    };
  }
}

export const sealed = (): Sealed => ({ epoch: key('e').slice(0, 16) as Bytes, nonce: key('n').slice(0, 12) as Bytes, ct: key('c') });

const wrapsFor = (devices: readonly Bytes[]): KeyRotateOp['wraps'] => devices.map((ds) => ({ device: ds.slice(0, 8) as Bytes, wrap: new Uint8Array(48) as Bytes }));

export const rotate = (name: string, devices: readonly Bytes[]): KeyRotateOp => ({ t: 'key.rotate', epoch: key(name).slice(0, 16) as Bytes, eph: key('eph'), wraps: wrapsFor(devices), prev: null, cause: 'test' });

export const share = (name: string, devices: readonly Bytes[]): KeyShareOp => ({ t: 'key.share', epoch: key(name).slice(0, 16) as Bytes, fragment: null, eph: key('eph'), wraps: wrapsFor(devices) });
