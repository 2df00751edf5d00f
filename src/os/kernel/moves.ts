/**
 * Where things are that were moved to another fragment, and whose they are (MOV1–MOV4). Marks are properties as any other; which of them count follows from
 * the role of their author at the acl heads of the record, so from the records alone. Reads only.
 */
import { compareBytes, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import type { ToldView } from '#os/moves-api';
import { KERNEL_LIMITS } from '#os/limits';
import { mayRead } from '#os/rights/permit';
import type { NodeState } from '#vm/graph/node-state';
import { type At, compareAt } from '#vm/graph/registers';
import { FRAGMENT, MOVED, ROLE, type CborValue } from '#vm/protocol/types';
import type { Fragment, Kernel, Space } from './state.ts';

const RESERVED: ReadonlySet<string> = new Set([FRAGMENT.acl, FRAGMENT.root, FRAGMENT.witness].map((id) => toBase64url(id)));

/** Is it one of the fragments that every space has? Nothing is moved out of them or into them. */
export const isReserved = (fragment: string): boolean => RESERVED.has(fragment);

/** What a carried thing says of itself (PROTOCOL 3): whose it is, made when, and whose of its properties are somebody else's. */
export interface Claim {
  /** Fragment it comes from. */
  readonly from: Bytes;
  readonly author: Bytes | null;
  readonly made: number;
  readonly setters: ReadonlyMap<string, Bytes | null>;
}

const sized = (value: CborValue | undefined, length: number): value is Bytes => value instanceof Uint8Array && value.length === length;

/** As it stands in MOVED.from. */
export const claimValue = ({ from, author, made, setters }: Claim): CborValue => [from, author, made, new Map(setters)];

/** A claim by its form; null when it is none. */
export function readClaim(value: CborValue | undefined): Claim | null {
  if (!Array.isArray(value)) return null;
  const [from, author, made, setters] = value as readonly CborValue[];
  if (!sized(from, 16) || (author !== null && !sized(author, 32)) || typeof made !== 'number' || !Number.isSafeInteger(made) || made < 0 || !(setters instanceof Map)) return null;
  const out = new Map<string, Bytes | null>();
  for (const [name, uid] of setters as ReadonlyMap<number | string, CborValue>) if (typeof name === 'string' && (uid === null || sized(uid, 32))) out.set(name, uid);
  return { from, author, made, setters: out };
}

/** The fragment that a mark names; null when it names none. */
export function readMark(value: CborValue | undefined): string | null {
  return sized(value, 16) && !isReserved(toBase64url(value)) ? toBase64url(value) : null;
}

/** The role of a person at a head set never changes (RIGHT7): kept by both, few at a time, since most records name the same heads. */
const judged = new WeakMap<Space, Map<string, boolean>>();

/** Was the person Owner or Admin at these acl heads (text ids)? */
export function managedAt(space: Space, uid: string, heads: readonly string[]): boolean {
  const key = `${uid} ${heads.join(' ')}`;
  const known = judged.get(space) ?? new Map<string, boolean>();
  const found = known.get(key);
  if (found !== undefined) return found;
  const state = space.rights.view(heads)?.state;
  if (!state) return false;
  const manages = (state.members.get(uid)?.role ?? 0) >= ROLE.admin;
  if (known.size >= KERNEL_LIMITS.moveJudged) known.clear();
  judged.set(space, known.set(key, manages));
  return manages;
}

/** Was its author Owner or Admin where they wrote it? What is not sealed yet is of this device. */
export function byManager(space: Space, fragment: Fragment, at: At): boolean {
  const uid = space.rights.writer(at.writer.bytes)?.uid;
  if (uid === undefined) return false;
  if (at.seq < 0) return (space.rights.roleOf(uid) ?? 0) >= ROLE.admin;
  return fragment.index.at(at.writer.key, at.seq).some((id) => {
    const record = fragment.log.get(id);
    return record?.status === 'applied' && managedAt(space, uid, record.acl.map((head) => toBase64url(head)));
  });
}

/** Where a thing went from here, by a mark that counts. */
export function markOf(space: Space, fragment: Fragment, node: NodeState): { readonly to: string; readonly at: At } | null {
  const register = node.registers?.get(MOVED.to);
  const to = readMark(register?.value);
  if (!register || to === null || to === fragment.key || !byManager(space, fragment, register.at)) return null;
  return { to, at: register.at };
}

/** What a carried thing says of itself, where an Owner or Admin says it. */
export function claimOf(space: Space, fragment: Fragment, node: NodeState): { readonly claim: Claim; readonly at: At } | null {
  const register = node.registers?.get(MOVED.from);
  const claim = readClaim(register?.value);
  return register && claim && byManager(space, fragment, register.at) ? { claim, at: register.at } : null;
}

/**
 * The fragment where a thing is that is held in this one (MOV2). Each step is by a later mark than the one before, so that of two moves there and back at the
 * same time the later one decides, from wherever one looks. A mark counts when the thing is there, or when this person cannot see whether it is.
 */
export function homeOf(kernel: Kernel, space: Space, from: Fragment, id: string): string {
  let here = from;
  let last: At | null = null;
  for (let step = 0; step < KERNEL_LIMITS.moveSteps && here.graph.marked.has(id); step++) {
    const node = here.graph.node(id);
    const mark = node && markOf(space, here, node);
    if (!mark || (last !== null && compareAt(mark.at, last) <= 0)) break;
    const next = space.fragments.get(mark.to);
    if (!next?.graph.node(id)) return mayReadHere(kernel, space, mark.to) ? here.key : mark.to;
    here = next;
    last = mark.at;
  }
  return here.key;
}

const mayReadHere = ({ profile }: Kernel, space: Space, fragment: string): boolean => mayRead({ scope: (profile && space.rights.memberOf(profile.uid)?.scope) ?? null }, fragment);

/** Fragments in which the same thing stands before or after a move, as it says itself: what is shown there may change with it. */
export function elsewhere(fragment: Fragment, id: string): string[] {
  const node = fragment.graph.marked.has(id) ? fragment.graph.node(id) : null;
  if (!node) return [];
  const from = readClaim(node.prop(MOVED.from))?.from;
  return [readMark(node.prop(MOVED.to)), from ? toBase64url(from) : null].filter((key) => key !== null && key !== fragment.key) as string[];
}

const uidOf = (space: Space, at: At): string | null => space.rights.writer(at.writer.bytes)?.uid ?? null;

/** At one place in the order: set by one operation. */
export const sameAt = (a: At, b: At): boolean => compareAt(a, b) === 0;

/** Two values that encode alike. */
export const sameValue = (a: CborValue | undefined, b: CborValue | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && typeof a === 'object' && typeof b === 'object' && compareBytes(encodeCbor(a), encodeCbor(b)) === 0);

/** Whose a carried thing is (MOV4); null: it was not carried. Where what it says does not count, nobody is named. */
export function toldOf(space: Space, fragment: Fragment, node: NodeState): ToldView | null {
  const value = node.prop(MOVED.from);
  if (value === undefined) return null;
  const found = claimOf(space, fragment, node);
  const said = found?.claim ?? readClaim(value);
  if (!found) return { by: null, at: said?.made ?? node.created!.ms, setBy: {}, carriedBy: null, from: said ? toBase64url(said.from) : '', same: false };
  const { claim, at } = found;
  const by = claim.author && toBase64url(claim.author);
  const carrier = uidOf(space, at);
  return { by, at: claim.made, setBy: settersOf(space, node, found, by, carrier), carriedBy: carrier, from: toBase64url(claim.from), same: saysTheSame(space, node, found, by) };
}

/** Whose the values are that are not the author's: those that were carried by what the claim says, the others by who set them since. */
function settersOf(space: Space, node: NodeState, { claim, at }: { claim: Claim; at: At }, by: string | null, carrier: string | null): Record<string, string | null> {
  const out: Record<string, string | null> = {};
  for (const [name, register] of node.registers ?? []) {
    if (name === MOVED.from || name === MOVED.to || name === '__proto__') continue;
    const who = uidOf(space, register.at);
    const carried = who === carrier && (sameAt(register.at, at) || (claim.setters.has(name) && compareAt(register.at, at) < 0));
    const said = claim.setters.get(name);
    const setter = !carried ? who : said === undefined ? by : said && toBase64url(said);
    if (setter !== by || by === null) out[name] = setter;
  }
  return out;
}

/** Does this device hold the thing where it comes from, made by that person, with the words that were carried? */
function saysTheSame(space: Space, node: NodeState, { claim, at }: { claim: Claim; at: At }, by: string | null): boolean {
  const before = space.fragments.get(toBase64url(claim.from))?.graph.node(node.id);
  if (!before?.created || before.creators !== null || uidOf(space, before.created) !== by) return false;
  for (const [name, register] of node.registers ?? []) {
    if (name !== MOVED.from && name !== MOVED.to && sameAt(register.at, at) && !sameValue(register.value, before.prop(name))) return false;
  }
  return true;
}
