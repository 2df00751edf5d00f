/**
 * Rules on one thing (RIGHT27): settings `on:` ‖ id of a policy.set, the id that of a fragment or of a node. They only ask for more than the rules of the
 * space, so Admins may set them too. Functions of the policy and the operations of the record alone: no graph decides what counts.
 */
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import { MAX_PATTERN_CHARS, MAX_THING_PATTERNS, MAX_THING_RULES } from '#os/limits';
import { PRIMITIVE, ROLE, type Operation, type Role } from '#vm/protocol/types';

/** Pattern of a type → least role; `change` for all that alters what is there. */
export type ThingRule = ReadonlyMap<string, Role>;
/** By the id of the thing, base64url. */
export type ThingRules = ReadonlyMap<string, ThingRule>;
type Settings = ReadonlyMap<number | string, CborValue>;

/** What the name of such a setting begins with. */
export const THING_KEY = 'on:';
/** In a rule on one thing: changing and deleting what is there. */
export const CHANGE = 'change';
/** Kernels that know fewer rules do not know these. */
export const THINGS_VERSION = 3;

/** The least role of a text by the longest pattern it begins with; null when there is none. */
export function longest(patterns: ReadonlyMap<string, Role>, name: string): Role | null {
  let best = '';
  for (const pattern of patterns.keys()) if (pattern.length > best.length && name.startsWith(pattern)) best = pattern;
  return patterns.get(best) ?? null;
}

/** A role by its number; null when it is none. */
export function readRole(value: CborValue): Role | null {
  return value === ROLE.guest || value === ROLE.member || value === ROLE.admin || value === ROLE.owner ? value : null;
}

/** Pattern → role out of a policy.set; null: it is of another form. */
export function readPatterns(value: CborValue, most: number): ReadonlyMap<string, Role> | null {
  if (!(value instanceof Map) || value.size > most) return null;
  const out = new Map<string, Role>();
  for (const [pattern, role] of value as Settings) {
    const least = readRole(role);
    if (typeof pattern !== 'string' || pattern === '' || pattern.length > MAX_PATTERN_CHARS || least === null) return null;
    out.set(pattern, least);
  }
  return out;
}

/** The thing that a setting is about; null: it is another setting. */
export function thingOf(key: number | string): string | null {
  const id = typeof key === 'string' && key.startsWith(THING_KEY) ? key.slice(THING_KEY.length) : '';
  return fromBase64url(id)?.length === 16 ? id : null;
}

/** The rules on things after a policy.set. One more than a space may have counts as none. */
export function withThings(before: ThingRules, set: Settings): ThingRules {
  let after: Map<string, ThingRule> | null = null;
  for (const [key, value] of set) {
    const id = thingOf(key);
    if (id === null) continue;
    after ??= new Map(before);
    const rule = readPatterns(value, MAX_THING_PATTERNS);
    if (rule === null || rule.size === 0) after.delete(id);
    else if (after.has(id) || after.size < MAX_THING_RULES) after.set(id, rule);
  }
  return after ?? before;
}

const asksOwner = (rule: ThingRule | null | undefined): boolean => rule != null && [...rule.values()].includes(ROLE.owner);

/** Does the policy.set nothing but set rules on things, none of which asks or asked for an Owner? Then an Admin may. */
export function isAdminsPolicy(things: ThingRules, set: Settings): boolean {
  if (set.size === 0) return false;
  for (const [key, value] of set) {
    const id = thingOf(key);
    if (id === null || asksOwner(things.get(id)) || asksOwner(readPatterns(value, MAX_THING_PATTERNS))) return false;
  }
  return true;
}

/** Who does an operation, as the rules see them. */
export interface Doer {
  readonly role: Role;
  readonly uid: Uint8Array;
  readonly writer: Uint8Array;
  /** Comments where others write (RIGHT28). */
  readonly comments?: boolean;
}

/** Does an id begin with these bytes? */
export function beginsWith(id: CborValue | undefined, head: Uint8Array): boolean {
  return id instanceof Uint8Array && equalBytes(id.slice(0, head.length), head);
}

/** The first bytes of ids that a person makes, where it matters whose they are. */
export function ownIdHead(uid: Uint8Array): Bytes {
  return uid.slice(0, 8) as Bytes;
}

/** Are the adds that a removal names all of the doer's own log? */
export function takesBackOwn({ args }: Operation, { writer }: Doer): boolean {
  return Array.isArray(args[1]) && args[1].every((seen) => Array.isArray(seen) && beginsWith(seen[1], writer.slice(0, 8)));
}

/** Node that carries the name a person gives themselves (the kernel's personNodeId). */
const ownName = (uid: Uint8Array): Bytes => sha256(encodeCbor(['lgos/person/1', uid, uid])).slice(0, 16);

/** Is it about the node of the doer's own name? */
export function isOwnName({ primitive, args }: Operation, { uid }: Doer): boolean {
  return !isEdge(primitive) && args[0] instanceof Uint8Array && equalBytes(args[0], ownName(uid));
}

const isEdge = (primitive: number): boolean => primitive === PRIMITIVE.edgeAdd || primitive === PRIMITIVE.edgeRemove || primitive === PRIMITIVE.edgeSet;

/** May the doer do it as far as rules on the fragment and on the things it names go? */
export function thingsLet(things: ThingRules, fragment: string, doer: Doer, op: Operation): boolean {
  const { primitive, args } = op;
  if (things.size === 0 || primitive >= PRIMITIVE.tx || isOwnName(op, doer)) return true;
  const here = things.get(fragment);
  if (here && leastHere(here, doer, op) > doer.role) return false;
  for (const id of namedIn([...args], things)) {
    const rule = things.get(id)!;
    if (id !== fragment && leastOn(rule, id, op) > doer.role) return false;
  }
  return true;
}

/** Bound is what makes a thing or a link by its type, and all that changes what is there. Who may not change makes things under ids of their own: else one made anew under a taken id would be another's thing changed. */
function leastHere(rule: ThingRule, doer: Doer, op: Operation): number {
  const { primitive, args } = op;
  const change = rule.get(CHANGE) ?? 0;
  if (primitive === PRIMITIVE.edgeAdd) return ofType(rule, args[1]);
  if (primitive === PRIMITIVE.edgeRemove) return takesBackOwn(op, doer) ? 0 : change;
  if (primitive !== PRIMITIVE.nodeCreate) return change;
  return Math.max(ofType(rule, args[1]), beginsWith(args[0], ownIdHead(doer.uid)) ? 0 : change);
}

/** The thing itself is changed; another is made that names it; or it is named in another way, which takes the most that the rule asks for. */
function leastOn(rule: ThingRule, id: string, { primitive, args }: Operation): number {
  if (!isEdge(primitive) && args[0] instanceof Uint8Array && toBase64url(args[0]) === id) return rule.get(CHANGE) ?? 0;
  if (primitive === PRIMITIVE.nodeCreate || primitive === PRIMITIVE.edgeAdd) return ofType(rule, args[1]);
  return Math.max(...rule.values());
}

function ofType(rule: ThingRule, type: CborValue | undefined): number {
  return (typeof type === 'string' ? longest(rule, type) : null) ?? 0;
}

/** Things with a rule that stand in a value, as bytes or as text. */
function namedIn(value: CborValue, things: ThingRules, depth = 0): string[] {
  if (value instanceof Uint8Array || typeof value === 'string') {
    const id = typeof value === 'string' ? value : value.length === 16 ? toBase64url(value) : '';
    return things.has(id) ? [id] : [];
  }
  if (depth > 4) return [];
  const parts = Array.isArray(value) ? value : value instanceof Map ? [...value.values()] : [];
  return (parts as CborValue[]).flatMap((part) => namedIn(part, things, depth + 1));
}
