/** From the console's Op to operations of FORMATS 3. Pure: everything it needs to know comes through OperationContext. */
import { AppError } from '#base/app-error';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { isForbiddenKey } from '#base/cbor';
import type { JsonValue, NodeId, Op } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import { ordBetween } from '#vm/graph/order';
import { edgeId } from '#vm/protocol/ids';
import { PRIMITIVE, type CborValue, type Operation, type Stamp } from '#vm/protocol/types';
import { idBytes, refToCbor, toCbor, toCborMap } from './values.ts';

/** A text edit turned into a Yjs update of this writer; salt only with the first update of an opening. */
export interface TextEdit {
  readonly update: Bytes;
  readonly salt: Bytes | null;
}

export interface OperationContext {
  readonly uid: Bytes;
  /** Base64url of the slot key that will sign. */
  readonly writer: string;
  nextStamp(): Stamp;
  randomId(): Bytes;
  /** Live add ids of an edge, sorted; null when the edge is not known here. */
  observedEdge(edge: Bytes): CborValue[] | null;
  observedValue(node: Bytes, prop: string, value: CborValue): CborValue[];
  /** Shown children of a parent in order: [id text, ord]. */
  siblings(parent: Bytes | null): readonly (readonly [string, string])[];
  splice(node: Bytes, at: number, remove: number, insert: string): TextEdit;
  /** An update an editor made under the client id of the salt. AppError `text-closed` when it does not go on where that id stands. */
  update(node: Bytes, update: Uint8Array, salt: Uint8Array): TextEdit;
}

/** A type with its version, for example `chat/message@1`. */
const TYPE = /^[^\s@]{1,96}@[0-9]{1,4}$/;

/** Operations of one Op in order, and the id the caller is told. Throws AppError `bad-op`, `bad-id`, `bad-value`, `unknown-edge`. */
export function toOperations(op: Op, ctx: OperationContext): { id: NodeId; operations: Operation[] } {
  const verb = op.verb ?? '';
  const one = (primitive: number, ...args: CborValue[]): Operation => ({ primitive, verb, stamp: ctx.nextStamp(), args });
  switch (op.op) {
    case 'node.create': {
      checkType(op.type);
      const id = op.id === undefined ? ctx.randomId() : idBytes(op.id, 16, 'thing');
      return { id: toBase64url(id), operations: [one(PRIMITIVE.nodeCreate, id, op.type, toCborMap(op.props))] };
    }
    case 'node.set': {
      const id = idBytes(op.id, 16, 'thing');
      return { id: op.id, operations: properties(op.props).map(([prop, value]) => one(PRIMITIVE.nodeSet, id, prop, value)) };
    }
    case 'node.delete':
      return { id: op.id, operations: [one(PRIMITIVE.nodeDelete, idBytes(op.id, 16, 'thing'))] };
    case 'node.restore':
      return { id: op.id, operations: [one(PRIMITIVE.nodeRestore, idBytes(op.id, 16, 'thing'))] };
    case 'edge.add': {
      checkType(op.type);
      const from = idBytes(op.from, 16, 'thing');
      const to = refToCbor(op.to);
      const id = op.multi ? ctx.randomId() : edgeId(op.type, from, to, op.personal ? ctx.uid : null);
      return { id: toBase64url(id), operations: [one(PRIMITIVE.edgeAdd, id, op.type, from, to, toCborMap(op.props ?? {}))] };
    }
    case 'edge.set': {
      const id = idBytes(op.id, 16, 'link');
      return { id: op.id, operations: properties(op.props).map(([prop, value]) => one(PRIMITIVE.edgeSet, id, prop, value)) };
    }
    case 'edge.remove': {
      const id = idBytes(op.id, 16, 'link');
      const observed = ctx.observedEdge(id);
      if (!observed) throw new AppError('unknown-edge', 'This link is not here.', 'Nothing was changed.', 'Reload the view.');
      return { id: op.id, operations: [one(PRIMITIVE.edgeRemove, id, observed)] };
    }
    case 'pos.set': {
      const id = idBytes(op.id, 16, 'thing');
      const parent = op.parent === null ? null : idBytes(op.parent, 16, 'thing');
      const [low, high] = neighbours(ctx.siblings(parent), op.id, op.before, op.after);
      const ord = ordBetween(low, high, ctx.writer);
      return { id: op.id, operations: [one(PRIMITIVE.posSet, id, [parent, ord])] };
    }
    default:
      return rest(op, one, ctx);
  }
}

type RestOp = Extract<Op, { op: 'set.add' | 'set.remove' | 'max.set' | 'count.add' | 'text.splice' | 'text.update' }>;

function rest(op: RestOp, one: (primitive: number, ...args: CborValue[]) => Operation, ctx: OperationContext): { id: NodeId; operations: Operation[] } {
  const id = idBytes(op.id, 16, 'thing');
  const textUpdate = ({ update, salt }: TextEdit): Operation => (salt ? one(PRIMITIVE.textUpdate, id, update, salt) : one(PRIMITIVE.textUpdate, id, update));
  const name = 'prop' in op ? op.prop : 'key' in op ? op.key : '';
  if (typeof name !== 'string' || isForbiddenKey(name)) throw badOp('This name cannot be used.');
  switch (op.op) {
    case 'set.add':
      return { id: op.id, operations: [one(PRIMITIVE.setAdd, id, op.prop, toCbor(op.value))] };
    case 'set.remove': {
      const value = toCbor(op.value);
      return { id: op.id, operations: [one(PRIMITIVE.setRemove, id, op.prop, value, ctx.observedValue(id, op.prop, value))] };
    }
    case 'max.set':
      if (!Number.isSafeInteger(op.n) || op.n < 0) throw badOp('A mark is a whole number from 0.');
      return { id: op.id, operations: [one(PRIMITIVE.maxSet, id, op.key, op.n)] };
    case 'count.add':
      if (!Number.isSafeInteger(op.n)) throw badOp('A count changes by a whole number.');
      return { id: op.id, operations: [one(PRIMITIVE.countAdd, id, op.key, op.n)] };
    case 'text.splice': {
      if (op.insert.length > KERNEL_LIMITS.textInsert) throw badOp('Too much text in one step.');
      return { id: op.id, operations: textPieces(op).flatMap(({ at, remove, insert }) => {
        const edit = ctx.splice(id, at, remove, insert);
        return edit.update.length === 0 ? [] : [textUpdate(edit)];
      }) };
    }
    case 'text.update':
      if (!(op.update instanceof Uint8Array && op.salt instanceof Uint8Array && op.salt.length === 16)) throw badOp('An update and its salt are bytes.');
      return { id: op.id, operations: [textUpdate(ctx.update(id, op.update, op.salt))] };
    default: {
      const never: never = op;
      throw badOp(`Unknown operation ${String((never as { op?: unknown }).op)}.`);
    }
  }
}

/** A long edit in pieces that each fit into a record: what goes first, then what comes, no surrogate pair torn. */
function textPieces({ at, remove, insert }: Extract<Op, { op: 'text.splice' }>): { at: number; remove: number; insert: string }[] {
  const max = KERNEL_LIMITS.textUnits;
  if (!(remove > max || insert.length > max)) return [{ at, remove, insert }];
  const out: { at: number; remove: number; insert: string }[] = [];
  // From the back, so that a place outside of the text is refused by the first piece.
  for (let left = remove; left > 0; left -= Math.min(left, max)) out.push({ at: at + left - Math.min(left, max), remove: Math.min(left, max), insert: '' });
  for (let from = 0; from < insert.length; ) {
    const cut = Math.min(insert.length, from + max);
    const torn = cut < insert.length && (insert.charCodeAt(cut - 1) & 0xfc00) === 0xd800;
    const to = torn ? cut - 1 : cut;
    out.push({ at: at + from, remove: 0, insert: insert.slice(from, to) });
    from = to;
  }
  return out;
}

function properties(props: Record<string, JsonValue>): [string, CborValue][] {
  return [...toCborMap(props)].map(([key, value]) => [String(key), value]);
}

function checkType(type: string): void {
  if (typeof type !== 'string' || !TYPE.test(type)) throw badOp('A type is written as name@version, for example chat/message@1.');
}

/** The ords on both sides of the place; `before`/`after` name a sibling, none = at the end. */
function neighbours(siblings: readonly (readonly [string, string])[], self: string, before?: string, after?: string): [string | null, string | null] {
  const others = siblings.filter(([id]) => id !== self);
  const index = before !== undefined ? others.findIndex(([id]) => id === before) : after !== undefined ? others.findIndex(([id]) => id === after) + 1 : others.length;
  const at = index < 0 ? others.length : index;
  return [others[at - 1]?.[1] ?? null, others[at]?.[1] ?? null];
}

function badOp(message: string): AppError {
  return new AppError('bad-op', message, 'Nothing was changed.', 'Change the operation and try again.');
}

/** Id bytes of a text that may be anything; null when it is no node id. */
export function nodeIdOrNull(text: string): Bytes | null {
  const bytes = fromBase64url(text);
  return bytes && bytes.length === 16 ? bytes : null;
}
