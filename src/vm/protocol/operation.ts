/**
 * Payload codec of FORMATS 2 and 3: CBOR [schema, base ms, [verb…], [op…]], op = [primitive, verb index, Δms, ctr, …args].
 * Byte strings of decoded arguments are views into the payload.
 */
import { compareBytes, type Bytes } from '#base/bytes';
import { CborReader, CborWriter, isForbiddenKey, type CborValue } from '#base/cbor';
import { err, ok, type Result } from '#base/result';
import { aclArgsFit, isAclPrimitive } from './acl-operation.ts';
import { compareStamp, MAX_CTR, MAX_STAMP_MS } from './stamp.ts';
import { PRIMITIVE, type Operation, type Payload, type Stamp } from './types.ts';

export { isAclPrimitive } from './acl-operation.ts';

/** `malformed`: an operation fault, the record has no effect for ever; `unknown-primitive`: kept, not applied until it is known. */
export type OperationFault = 'malformed' | 'unknown-primitive';

/** The schema this version writes; a greater one is treated like an unknown primitive. */
export const PAYLOAD_SCHEMA = 0;
/** Containers open around an argument: payload, operations, operation. */
const ARG_DEPTH = 3;

const writer = new CborWriter();

/** The payload bytes. Stamps rise strictly and args fit their primitive (the caller makes them; the golden tests hold it to that). */
export function encodePayload(payload: Payload): Bytes {
  const { ops } = payload;
  const verbs = new Map<string, number>();
  for (const op of ops) if (!verbs.has(op.verb)) verbs.set(op.verb, verbs.size);
  let ms = ops.length === 0 ? 0 : ops[0]!.stamp.ms;
  writer.reset();
  writer.array(4);
  writer.number(payload.schema);
  writer.number(ms);
  writer.array(verbs.size);
  for (const verb of verbs.keys()) writer.text(verb);
  writer.array(ops.length);
  for (const op of ops) {
    writer.array(4 + op.args.length);
    writer.number(op.primitive);
    writer.number(verbs.get(op.verb)!);
    writer.number(op.stamp.ms - ms);
    writer.number(op.stamp.ctr);
    for (const arg of op.args) writer.value(arg, ARG_DEPTH);
    ms = op.stamp.ms;
  }
  return writer.take();
}

/** Upper bound of the bytes one operation takes in a payload, its verb included: a caller packs bursts with it. */
export function encodedSize(op: Operation): number {
  writer.reset();
  writer.array(4 + op.args.length);
  writer.number(op.primitive);
  writer.text(op.verb);
  for (const arg of op.args) writer.value(arg, ARG_DEPTH);
  // Verb index ≤ 5, Δms ≤ 9, ctr ≤ 3 bytes.
  return writer.length + 17;
}

/** The operations of a payload, or why the whole record has no effect. */
export function decodePayload(bytes: Uint8Array): Result<Payload, OperationFault> {
  try {
    return readPayload(new CborReader(bytes));
  } catch {
    return err('malformed');
  }
}

function readPayload(r: CborReader): Result<Payload, OperationFault> {
  if (r.array() !== 4) return err('malformed');
  const schema = r.uint();
  if (schema !== PAYLOAD_SCHEMA) {
    for (let i = 0; i < 3; i++) r.value(1);
    r.finish();
    return err('unknown-primitive');
  }
  let ms = r.uint();
  const verbs: string[] = [];
  for (let count = r.array(); count > 0; count--) verbs.push(r.text());
  const count = r.array();
  if (count === 0) return err('malformed');
  const ops = new Array<Operation>(count);
  let last: Stamp = { ms: -1, ctr: 0 };
  let unknown = false;
  let single = 0;
  for (let i = 0; i < count; i++) {
    const length = r.array() - 4;
    const primitive = r.uint();
    const verb = verbs[r.uint()];
    ms += r.uint();
    const stamp: Stamp = { ms, ctr: r.uint() };
    if (length < 0 || verb === undefined || ms > MAX_STAMP_MS || stamp.ctr > MAX_CTR || compareStamp(stamp, last) <= 0) return err('malformed');
    last = stamp;
    const args = new Array<CborValue>(length);
    for (let k = 0; k < length; k++) args[k] = r.value(ARG_DEPTH);
    const fits = argsFit(primitive, args);
    if (fits === false) return err('malformed');
    if (fits === null) unknown = true;
    if (primitive >= PRIMITIVE.grant && primitive <= PRIMITIVE.invite) {
      // Grant, revoke and invite are named by the id of their record, so one record holds at most one of each.
      const bit = 1 << (primitive - PRIMITIVE.grant);
      if ((single & bit) !== 0) return err('malformed');
      single |= bit;
    }
    ops[i] = { primitive, verb, stamp, args };
  }
  r.finish();
  return unknown ? err('unknown-primitive') : ok({ schema, ops });
}

/** Do the arguments have the shape of FORMATS 3 (0–14) or 2 (32–47)? null = the primitive is not known. */
export function argsFit(primitive: number, args: readonly CborValue[]): boolean | null {
  const n = args.length;
  switch (primitive) {
    case PRIMITIVE.nodeCreate:
      return n === 3 && isId(args[0]) && isText(args[1]) && isTextMap(args[2]);
    case PRIMITIVE.nodeSet:
    case PRIMITIVE.edgeSet:
    case PRIMITIVE.setAdd:
      return n === 3 && isId(args[0]) && isName(args[1]);
    case PRIMITIVE.nodeDelete:
    case PRIMITIVE.nodeRestore:
      return n === 1 && isId(args[0]);
    case PRIMITIVE.edgeAdd:
      return n === 5 && isId(args[0]) && isText(args[1]) && isId(args[2]) && isReference(args[3]) && isTextMap(args[4]);
    case PRIMITIVE.edgeRemove:
      return n === 2 && isId(args[0]) && isObserved(args[1]);
    case PRIMITIVE.posSet:
      return n === 2 && isId(args[0]) && isPosition(args[1]);
    case PRIMITIVE.setRemove:
      return n === 4 && isId(args[0]) && isName(args[1]) && isObserved(args[3]);
    case PRIMITIVE.maxSet:
      return n === 3 && isId(args[0]) && isName(args[1]) && isUint(args[2]);
    case PRIMITIVE.countAdd:
      return n === 3 && isId(args[0]) && isName(args[1]) && Number.isSafeInteger(args[2]);
    case PRIMITIVE.textUpdate:
      return (n === 2 || (n === 3 && isId(args[2]))) && isId(args[0]) && args[1] instanceof Uint8Array;
    case PRIMITIVE.tx:
      return n === 3 && isId(args[0]) && isUint(args[1]) && isUint(args[2]);
    case PRIMITIVE.clockFix:
      return n === 3 && isUint(args[0]) && (args[1] === null || isUint(args[1])) && isUint(args[2]) && (args[2] as number) <= MAX_STAMP_MS;
    default:
      return isAclPrimitive(primitive) ? aclArgsFit(primitive, args) : null;
  }
}

function isId(value: CborValue | undefined): boolean {
  return value instanceof Uint8Array && value.length === 16;
}

function isText(value: CborValue | undefined): boolean {
  return typeof value === 'string';
}

/** Name of a property, set, mark or count: it becomes a key of a text-keyed map in the state digest (FORMATS 9), so the names refused there are refused here. */
function isName(value: CborValue | undefined): boolean {
  return typeof value === 'string' && !isForbiddenKey(value);
}

function isUint(value: CborValue | undefined): boolean {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);
}

function isTextMap(value: CborValue | undefined): boolean {
  if (!(value instanceof Map)) return false;
  for (const key of value.keys()) if (typeof key !== 'string') return false;
  return true;
}

/** node b16, [fragment b16, node b16] or [space b32, fragment b16, node b16]. */
export function isReference(value: CborValue | undefined): boolean {
  if (!Array.isArray(value)) return isId(value);
  if (value.length === 2) return isId(value[0]) && isId(value[1]);
  return value.length === 3 && value[0] instanceof Uint8Array && value[0].length === 32 && isId(value[1]) && isId(value[2]);
}

function isPosition(value: CborValue | undefined): boolean {
  return Array.isArray(value) && value.length === 2 && (value[0] === null || isId(value[0])) && isText(value[1]);
}

/** Operation ids [stamp b8, first 8 bytes of the writer], strictly rising. */
function isObserved(value: CborValue | undefined): boolean {
  if (!Array.isArray(value)) return false;
  let before: readonly [Uint8Array, Uint8Array] | null = null;
  for (const item of value) {
    if (!Array.isArray(item) || item.length !== 2) return false;
    const [stamp, author] = item;
    if (!(stamp instanceof Uint8Array) || !(author instanceof Uint8Array) || stamp.length !== 8 || author.length !== 8) return false;
    if (before !== null && (compareBytes(before[0], stamp) || compareBytes(before[1], author)) >= 0) return false;
    before = [stamp, author];
  }
  return true;
}

/**
 * The stamp rules between a record and its log (FORMATS 3): header hlc = stamp of the last operation, and the first operation
 * exceeds the header hlc of `prev`. A breach is an operation fault. `prevHlc` = null at seq 0.
 */
export function stampsFit(payload: Payload, hlc: Stamp, prevHlc: Stamp | null): boolean {
  const { ops } = payload;
  if (compareStamp(ops[ops.length - 1]!.stamp, hlc) !== 0) return false;
  return prevHlc === null || compareStamp(ops[0]!.stamp, prevHlc) > 0;
}
