/** Arguments of the acl operations (FORMATS 2): typed both ways. What does not fit is an operation fault of the record. */
import { compareBytes, fromBase64url, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { BASELINE_LIMITS } from '#vm/baseline-limits';
import { MAX_WRAPS } from '#vm/limits';
import { ACL_NUMBER, type AclOp, type BaselineOp, type CoveredHead, type Cut, type Cuts, type ScopeEntry, type Sealed, type Wrap } from './acl-types.ts';
import { parseRecord } from './record.ts';
import type { Role } from './types.ts';

export { ACL_NUMBER, SCOPE_BIT } from './acl-types.ts';
export type { AclOp, BaselineOp, CoveredHead, Cut, Cuts, GrantOp, KeyRotateOp, KeyShareOp, ScopeEntry, Sealed, Wrap } from './acl-types.ts';

class Unfit extends Error {}

function need(fits: boolean): asserts fits {
  if (!fits) throw new Unfit();
}

function bytes(value: CborValue | undefined, length: number): Bytes {
  need(value instanceof Uint8Array && value.length === length);
  return value as Bytes;
}

function uint(value: CborValue | undefined, max = Number.MAX_SAFE_INTEGER): number {
  need(typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max);
  return value;
}

function list(value: CborValue | undefined): readonly CborValue[] {
  need(Array.isArray(value));
  return value;
}

function role(value: CborValue | undefined): Role {
  need(value === 1 || value === 2 || value === 3 || value === 4);
  return value;
}

function sealed(value: CborValue | undefined): Sealed {
  const items = list(value);
  need(items.length === 3);
  const ct = items[2];
  need(ct instanceof Uint8Array && ct.length > 16);
  return { epoch: bytes(items[0], 16), nonce: bytes(items[1], 12), ct: ct as Bytes };
}

/** Record ids, strictly rising. */
function ids(value: CborValue | undefined): Bytes[] {
  const out = list(value).map((id) => bytes(id, 32));
  for (let i = 1; i < out.length; i++) need(compareBytes(out[i - 1]!, out[i]!) < 0);
  return out;
}

function scope(value: CborValue | undefined): ScopeEntry[] {
  const out = list(value).map((item) => {
    const pair = list(item);
    need(pair.length === 2);
    const bits = uint(pair[1], 31);
    need(bits > 0);
    return { fragment: bytes(pair[0], 16), bits };
  });
  for (let i = 1; i < out.length; i++) need(compareBytes(out[i - 1]!.fragment, out[i]!.fragment) < 0);
  return out;
}

function cuts(value: CborValue | undefined): Cuts {
  need(value instanceof Map);
  const out = new Map<string, Cut>();
  for (const [key, item] of value) {
    need(typeof key === 'string' && fromBase64url(key)?.length === 32);
    const pair = list(item);
    need(pair.length === 2);
    out.set(key, { n: uint(pair[0], 0xffff_ffff), id: bytes(pair[1], 32) });
  }
  return out;
}

/** Sorted by device, then wrap: two devices with equal first bytes must not make a rotation impossible. */
function wraps(value: CborValue | undefined): Wrap[] {
  const items = list(value);
  need(items.length <= MAX_WRAPS);
  const out = items.map((item) => {
    const pair = list(item);
    need(pair.length === 2);
    return { device: bytes(pair[0], 8), wrap: bytes(pair[1], 48) };
  });
  for (let i = 1; i < out.length; i++) need(compareWraps(out[i - 1]!, out[i]!) < 0);
  return out;
}

/** Order of wraps in a record. */
export function compareWraps(a: Wrap, b: Wrap): number {
  return compareBytes(a.device, b.device) || compareBytes(a.wrap, b.wrap);
}

/** Record bytes that are a stub. */
function stub(value: CborValue | undefined): Bytes {
  need(value instanceof Uint8Array);
  const record = parseRecord(value);
  need(record.ok && record.value.body === null && record.value.status !== 'unknown-version');
  return value as Bytes;
}

/** Number of arguments of primitives 32–47. */
const COUNTS = [1, 3, 8, 3, 5, 2, 5, 4, 2, 2, 2, 2, 1, 1, 3, 2];

/** Is the number one of the acl operations known to this version? */
export function isAclPrimitive(primitive: number): boolean {
  return primitive >= 32 && primitive <= 47;
}

/** Heads by writer, strictly rising. */
function covered(value: CborValue | undefined): CoveredHead[] {
  const items = list(value);
  need(items.length > 0 && items.length <= BASELINE_LIMITS.heads);
  const out = items.map((item) => {
    const [writer, seq, id, first, ...more] = list(item);
    need(more.length === 0);
    return { writer: bytes(writer, 32), seq: uint(seq, 0xffff_ffff), id: bytes(id, 32), first: bytes(first, 32) };
  });
  for (let i = 1; i < out.length; i++) need(compareBytes(out[i - 1]!.writer, out[i]!.writer) < 0);
  return out;
}

/** At most as many records as the largest snapshot fills. */
function run(value: CborValue | undefined): BaselineOp['snapshot'] {
  const [writer, from, to, id, ...more] = list(value);
  const out = { writer: bytes(writer, 32), from: uint(from, 0xffff_ffff), to: uint(to, 0xffff_ffff), id: bytes(id, 32) };
  need(more.length === 0 && out.from <= out.to && out.to - out.from < BASELINE_LIMITS.pieces);
  return out;
}

function read(primitive: number, a: readonly CborValue[]): AclOp {
  need(a.length === COUNTS[primitive - 32]);
  switch (primitive) {
    case 32:
      need(a[0] instanceof Uint8Array);
      return { t: 'ident.attach', statement: a[0] as Bytes };
    case 33:
      return { t: 'space.create', owner: bytes(a[0], 32), kind: uint(a[1], 2) as 0 | 1 | 2, nonce: bytes(a[2], 16) };
    case 34:
      need(typeof a[5] === 'boolean');
      return {
        t: 'grant', to: bytes(a[0], 32), role: role(a[1]), scope: a[2] === null ? null : scope(a[2]), nbf: uint(a[3]),
        exp: a[4] === null ? null : uint(a[4]), mayDelegate: a[5], maxRole: role(a[6]), plan: a[7] === null ? null : sealed(a[7]),
      };
    case 35:
      return { t: 'revoke', to: bytes(a[0], 32), cuts: cuts(a[1]), reason: a[2] === null ? null : sealed(a[2]) };
    case 36: {
      const uses = uint(a[3]);
      need(uses > 0);
      return { t: 'invite', pub: bytes(a[0], 32), role: role(a[1]), exp: uint(a[2]), uses, room: sealed(a[4]) };
    }
    case 37:
      return { t: 'accept', invite: bytes(a[0], 32), uid: bytes(a[1], 32) };
    case 38:
      need(typeof a[4] === 'string');
      return {
        t: 'key.rotate', epoch: bytes(a[0], 16), eph: bytes(a[1], 32), wraps: wraps(a[2]), prev: a[3] === null ? null : bytes(a[3], 60), cause: a[4],
      };
    case 39:
      return { t: 'key.share', epoch: bytes(a[0], 16), fragment: a[1] === null ? null : bytes(a[1], 16), eph: bytes(a[2], 32), wraps: wraps(a[3]) };
    case 40:
      return { t: 'slot.retire', writer: bytes(a[0], 32), keep: ids(a[1]) };
    case 41:
      return { t: 'fork.resolve', writer: bytes(a[0], 32), keep: ids(a[1]) };
    case 42:
      return { t: 'fork.proof', a: stub(a[0]), b: stub(a[1]) };
    case 43:
      return { t: 'cut.extend', revoke: bytes(a[0], 32), cuts: cuts(a[1]) };
    case 44:
      return { t: 'adopt', ids: ids(a[0]) };
    case 45:
      need(a[0] instanceof Map);
      return { t: 'policy.set', policy: a[0] };
    case 46:
      return { t: 'baseline', fragment: bytes(a[0], 16), heads: covered(a[1]), snapshot: run(a[2]) };
    default:
      need(typeof a[1] === 'boolean');
      return { t: 'baseline.say', baseline: bytes(a[0], 32), right: a[1] };
  }
}

/** The operation with named fields; null when the primitive is no acl operation or its arguments do not fit. */
export function decodeAclOp(primitive: number, args: readonly CborValue[]): AclOp | null {
  if (!isAclPrimitive(primitive)) return null;
  try {
    return read(primitive, args);
  } catch {
    return null;
  }
}

/** Do the arguments fit the acl primitive? */
export function aclArgsFit(primitive: number, args: readonly CborValue[]): boolean {
  return decodeAclOp(primitive, args) !== null;
}

function sealedValue(value: Sealed | null): CborValue {
  return value === null ? null : [value.epoch, value.nonce, value.ct];
}

function cutsValue(value: Cuts): CborValue {
  return new Map<string, CborValue>([...value].map(([writer, cut]) => [writer, [cut.n, cut.id]]));
}

function wrapsValue(value: readonly Wrap[]): CborValue {
  return [...value].sort(compareWraps).map((w) => [w.device, w.wrap]);
}

function sortedIds(value: readonly Bytes[]): CborValue {
  return [...value].sort(compareBytes);
}

function argsOf(op: AclOp): CborValue[] {
  switch (op.t) {
    case 'ident.attach': return [op.statement];
    case 'space.create': return [op.owner, op.kind, op.nonce];
    case 'grant': {
      const rights = op.scope === null ? null : [...op.scope].sort((x, y) => compareBytes(x.fragment, y.fragment)).map((s): CborValue => [s.fragment, s.bits]);
      return [op.to, op.role, rights, op.nbf, op.exp, op.mayDelegate, op.maxRole, sealedValue(op.plan)];
    }
    case 'revoke': return [op.to, cutsValue(op.cuts), sealedValue(op.reason)];
    case 'invite': return [op.pub, op.role, op.exp, op.uses, sealedValue(op.room)];
    case 'accept': return [op.invite, op.uid];
    case 'key.rotate': return [op.epoch, op.eph, wrapsValue(op.wraps), op.prev, op.cause];
    case 'key.share': return [op.epoch, op.fragment, op.eph, wrapsValue(op.wraps)];
    case 'slot.retire':
    case 'fork.resolve': return [op.writer, sortedIds(op.keep)];
    case 'fork.proof': return [op.a, op.b];
    case 'cut.extend': return [op.revoke, cutsValue(op.cuts)];
    case 'adopt': return [sortedIds(op.ids)];
    case 'policy.set': return [new Map(op.policy)];
    case 'baseline': {
      const heads = [...op.heads].sort((x, y) => compareBytes(x.writer, y.writer)).map(({ writer, seq, id, first }): CborValue => [writer, seq, id, first]);
      return [op.fragment, heads, [op.snapshot.writer, op.snapshot.from, op.snapshot.to, op.snapshot.id]];
    }
    case 'baseline.say': return [op.baseline, op.right];
  }
}

/** Primitive number and arguments of an acl operation; lists are brought into their order. */
export function encodeAclOp(op: AclOp): { readonly primitive: number; readonly args: CborValue[] } {
  return { primitive: ACL_NUMBER[op.t], args: argsOf(op) };
}
