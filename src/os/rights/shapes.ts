/**
 * Shapes (RIGHT42): settings `shape:` ‖ type of a policy.set say of what kind properties are, so that a record that gives them another value has no effect. Functions
 * of the policy and the operations of the record alone: no graph decides what counts. So what makes a thing is held to the shape of its type, and all else that
 * sets a property that shapes name, of whatever thing, to one of them.
 */
import { fromBase64url } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { MAX_PATTERN_CHARS, MAX_SHAPES, MAX_SHAPE_PROPERTIES } from '#os/limits';
import { MOVED, PRIMITIVE, type Operation } from '#vm/protocol/types';

/** Of what kind the value of a property is; `text` with the longest that counts, null: any length. */
export type Kind = { readonly t: 'text'; readonly most: number | null } | { readonly t: 'number' | 'whole' | 'bool' | 'id' };
/** As it is named in a setting and in the API; text with the longest, in UTF-16 units, and an id as its text or 16 bytes. */
export type ValueKind = 'text' | `text:${number}` | 'number' | 'whole' | 'bool' | 'id';
/** By the name of the property. */
export type Shape = ReadonlyMap<string, Kind>;
/** By type. */
export type Shapes = ReadonlyMap<string, Shape>;
type Settings = ReadonlyMap<number | string, CborValue>;

/** What the name of such a setting begins with. */
export const SHAPE_KEY = 'shape:';
/** Kernels that know fewer rules do not know these. */
export const SHAPES_VERSION = 6;

/** What the directory, names and moves are written with: a shape that names one of these would close them. */
const OF_SPACES: ReadonlySet<string> = new Set(['fragment', 'type', 'title', 'topic', 'created', 'space', 'name', 'uid', 'author', ...Object.values(MOVED)]);

/** A kind by its name in a setting: `text`, `text:200`, `number`, `whole`, `bool`, `id`; null: there is no such kind. */
export function readKind(value: unknown): Kind | null {
  if (value === 'number' || value === 'whole' || value === 'bool' || value === 'id') return { t: value };
  const text = typeof value === 'string' ? /^text(?::([1-9]\d{0,6}))?$/.exec(value) : null;
  return text ? { t: 'text', most: text[1] === undefined ? null : Number(text[1]) } : null;
}

/** As it stands in a setting. */
export const kindName = (kind: Kind): ValueKind => (kind.t === 'text' && kind.most !== null ? `text:${kind.most}` : kind.t);

/** May a shape be of this type? Those of the space itself have no component before them. */
export const isShaped = (type: string): boolean => type.includes('/') && type.length <= MAX_PATTERN_CHARS;

/** May a shape name this property? */
export const isShapedProperty = (name: string): boolean => name !== '' && name.length <= MAX_PATTERN_CHARS && !OF_SPACES.has(name);

/** A shape out of a policy.set; null: it is of another form, or names nothing. */
function readShape(value: CborValue): Shape | null {
  if (!(value instanceof Map) || value.size === 0 || value.size > MAX_SHAPE_PROPERTIES) return null;
  const out = new Map<string, Kind>();
  for (const [name, text] of value as Settings) {
    const kind = readKind(text);
    if (typeof name !== 'string' || !isShapedProperty(name) || kind === null) return null;
    out.set(name, kind);
  }
  return out;
}

/** The shapes after a policy.set. One more than a space may have counts as none. */
export function withShapes(before: Shapes, set: Settings): Shapes {
  let after: Map<string, Shape> | null = null;
  for (const [key, value] of set) {
    const type = typeof key === 'string' && key.startsWith(SHAPE_KEY) ? key.slice(SHAPE_KEY.length) : '';
    if (!isShaped(type)) continue;
    after ??= new Map(before);
    const shape = readShape(value);
    if (shape === null) after.delete(type);
    else if (after.has(type) || after.size < MAX_SHAPES) after.set(type, shape);
  }
  return after ?? before;
}

/** Is it the id of a thing, as bytes or as text? */
export function isNodeId(value: CborValue | undefined): boolean {
  return (typeof value === 'string' ? fromBase64url(value) : value instanceof Uint8Array ? value : null)?.length === 16;
}

/** Null takes a property out: that fits. */
function fits(kind: Kind, value: CborValue): boolean {
  if (value === null) return true;
  switch (kind.t) {
    case 'text':
      return typeof value === 'string' && (kind.most === null || value.length <= kind.most);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'whole':
      return typeof value === 'number' && Number.isSafeInteger(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'id':
      return isNodeId(value);
  }
}

/** Do the shapes of the space let the operation be? */
export function shapesLet(shapes: Shapes, { primitive, args }: Operation): boolean {
  if (shapes.size === 0) return true;
  if (primitive === PRIMITIVE.nodeSet) return typeof args[1] !== 'string' || mayHold(shapes, args[1], args[2] ?? null);
  if (primitive !== PRIMITIVE.nodeCreate || !(args[2] instanceof Map)) return true;
  const own = typeof args[1] === 'string' ? shapes.get(args[1]) : undefined;
  for (const [name, value] of args[2] as Settings) {
    const kind = own?.get(String(name));
    // A thing "made" under an id that is taken is another's changed, whatever type is said.
    if (!(kind ? fits(kind, value) : mayHold(shapes, String(name), value))) return false;
  }
  return true;
}

/** May a property of this name, of whatever thing, have the value? */
function mayHold(shapes: Shapes, name: string, value: CborValue): boolean {
  let named = false;
  for (const shape of shapes.values()) {
    const kind = shape.get(name);
    if (kind === undefined) continue;
    if (fits(kind, value)) return true;
    named = true;
  }
  return !named;
}
