/**
 * What has to be written in one fragment so that it shows what another one does of the same things (MOV1, MOV3). Pure, of two graphs as they stand: done for the first
 * time it restates things, done again it brings over what was written late in the old place, done the other way it takes a move back.
 */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { EdgeState } from '#vm/graph/edges';
import type { FragmentGraph } from '#vm/graph/fragment-graph';
import { positionValue, type NodeState } from '#vm/graph/node-state';
import { type At, compareAt } from '#vm/graph/registers';
import { MOVED, PRIMITIVE, type CborValue, type Operation, type Stamp } from '#vm/protocol/types';
import { type Claim, claimValue, sameAt, sameValue } from './moves.ts';

/** What a carried thing says of itself, and where that stands in the order. */
export interface Said {
  readonly claim: Claim;
  readonly at: At;
}

/** One of the two fragments. */
export interface Side {
  readonly id: Bytes;
  readonly graph: FragmentGraph;
  /** What a thing here says of itself, where it counts. */
  said(node: NodeState): Said | null;
}

export interface Carrying {
  readonly verb: string;
  stamp(): Stamp;
  /** Person of an operation. */
  personOf(at: At): Bytes | null;
  /** May whoever wrote it write it where it goes? Left out: what is there goes as it is. Else who carries would write for those who may not (MOV3). */
  may?(at: At, primitive: number, args: readonly CborValue[]): boolean;
}

/** Verb of all that a move writes. */
export const MOVE_VERB = 'subscription/thing.move@1';

/** The property by which a thing says what it answers (RIGHT28). */
const ANSWERS = 'replyTo';

const bytesOf = (key: string): Bytes => must(fromBase64url(key), 'id');

/** The thing above a thing: by its place in the tree, or what it answers. */
export function aboveOf({ pos, registers }: NodeState): string | null {
  if (pos?.parent) return pos.parent;
  const answers = registers?.value(ANSWERS);
  return typeof answers === 'string' ? answers : answers instanceof Uint8Array && answers.length === 16 ? toBase64url(answers) : null;
}

/** The things and all that lies below them, in the order in which they were made. What was deleted stays where it is: its words go nowhere. */
export function below(graph: FragmentGraph, roots: Iterable<string>): string[] {
  const under = new Map<string, string[]>();
  for (const id of graph.nodeIds()) {
    const node = graph.node(id)!;
    const above = aboveOf(node);
    if (above === null || (node.deleted && !graph.marked.has(id))) continue;
    const list = under.get(above);
    if (list) list.push(id);
    else under.set(above, [id]);
  }
  const found = new Set(roots);
  // Those found on the way are looked at as well.
  for (const id of found) for (const next of under.get(id) ?? []) found.add(next);
  return [...found].filter((id) => graph.node(id)?.created).sort((a, b) => compareAt(graph.node(a)!.created!, graph.node(b)!.created!));
}

/** Operations for `to`. `ids`: things of `from`, what they name is named as what goes along. */
export function carry(from: Side, to: Side, ids: readonly string[], how: Carrying): Operation[] {
  const out: Operation[] = [];
  const along = new Set(ids);
  for (const id of ids) {
    const node = from.graph.node(id);
    // A text of several hands is one document, whose letters are signed as theirs.
    if (!node || node.text !== null) continue;
    const there = to.graph.node(id);
    if (!there && node.deleted) continue;
    out.push(...(there ? caughtUp(from, to, node, there, how) : restated(from, to, node, along, how)), ...links(from, to, id, along, how));
  }
  return out;
}

/** Marks for `from` that say where the things are now, and for `to` that they are here again; of those that say so already none. */
export function marks(from: Side, to: Side, ids: readonly string[], how: Carrying): { readonly from: Operation[]; readonly to: Operation[] } {
  const out = { from: [] as Operation[], to: [] as Operation[] };
  for (const id of ids) {
    const node = from.graph.node(id);
    if (!node || node.text !== null || (node.deleted && !to.graph.node(id))) continue;
    if (!sameValue(node.prop(MOVED.to), to.id)) out.from.push(op(how, PRIMITIVE.nodeSet, bytesOf(id), MOVED.to, to.id));
    const back = to.graph.node(id)?.prop(MOVED.to);
    if (back !== undefined && back !== null) out.to.push(op(how, PRIMITIVE.nodeSet, bytesOf(id), MOVED.to, null));
  }
  return out;
}

const may = (how: Carrying, at: At, primitive: number, ...args: CborValue[]): boolean => how.may?.(at, primitive, args) ?? true;

/** May the thing go as its maker's? */
export function mayGo(node: NodeState, how: Carrying): boolean {
  return node.created !== null && may(how, node.created, PRIMITIVE.nodeCreate, bytesOf(node.id), node.type!, node.props());
}

const op = (how: Carrying, primitive: number, ...args: CborValue[]): Operation => ({ primitive, verb: how.verb, stamp: how.stamp(), args });

const isMark = (name: string): boolean => name === MOVED.to || name === MOVED.from;

/** Whose the value of a property is: who set it, or of whom it was carried before. */
function setterOf(name: string, at: At, said: Said | null, author: Bytes | null, how: Carrying): Bytes | null {
  const carried = said !== null && at.writer.key === said.at.writer.key && (sameAt(at, said.at) || (said.claim.setters.has(name) && compareAt(at, said.at) < 0));
  if (!carried) return how.personOf(at);
  return said.claim.setters.has(name) ? said.claim.setters.get(name)! : author;
}

/** Whose the thing is, since when, and which of these properties are of somebody else. */
function claimFor(from: Side, node: NodeState, names: Iterable<string>, how: Carrying): Claim {
  const said = from.said(node);
  const created = must(node.created, 'a shown thing was created');
  const persons = new Set([...(node.creators?.values() ?? [created.writer])].map((writer) => keyOfPerson(how, { ...created, writer } as At)));
  const author = said ? said.claim.author : persons.size > 1 ? null : how.personOf(created);
  const setters = new Map<string, Bytes | null>();
  for (const name of names) {
    const register = node.registers?.get(name);
    if (!register) continue;
    const setter = setterOf(name, register.at, said, author, how);
    if (author === null || setter === null || toBase64url(setter) !== toBase64url(author)) setters.set(name, setter);
  }
  return { from: from.id, author, made: said?.claim.made ?? created.ms, setters };
}

const keyOfPerson = (how: Carrying, at: At): string => {
  const uid = how.personOf(at);
  return uid === null ? '' : toBase64url(uid);
};

/** The thing as it stands, as one operation, so that later what was carried is told from what was set since. */
function restated(from: Side, to: Side, node: NodeState, along: ReadonlySet<string>, how: Carrying): Operation[] {
  const id = bytesOf(node.id);
  const props = node.props();
  for (const name of [...props.keys()]) if (isMark(name)) props.delete(name);
  const claim = claimFor(from, node, props.keys(), how);
  const out = [op(how, PRIMITIVE.nodeCreate, id, node.type!, new Map<string, CborValue>([...props, [MOVED.from, claimValue(claim)]]))];
  if (node.pos) out.push(op(how, PRIMITIVE.posSet, id, placeIn(to, node, along)));
  for (const [prop, values] of node.setValues()) for (const value of values) out.push(op(how, PRIMITIVE.setAdd, id, prop, value));
  for (const [key, n] of node.max ?? []) out.push(op(how, PRIMITIVE.maxSet, id, key, n));
  for (const [key, n] of node.counts()) if (n !== 0) out.push(op(how, PRIMITIVE.countAdd, id, key, n));
  return out;
}

/** What is not there stands at the top. */
function placeIn(to: Side, node: NodeState, along: ReadonlySet<string>): CborValue {
  const { parent, ord } = node.pos!;
  return parent !== null && (along.has(parent) || to.graph.node(parent)) ? positionValue(node.pos!) : [null, ord];
}

/** What is news in `from` and not in `to`: by the order where both were set, and always against what was only carried. */
function caughtUp(from: Side, to: Side, node: NodeState, there: NodeState, how: Carrying): Operation[] {
  const id = bytesOf(node.id);
  const out = propertiesOf(from, to, node, there, how);
  const gone = node.deletedAt;
  const standing = node.deleted ? PRIMITIVE.nodeDelete : PRIMITIVE.nodeRestore;
  if (gone !== null && node.deleted !== there.deleted && (there.deletedAt === null || compareAt(gone, there.deletedAt) > 0) && may(how, gone, standing, id)) out.push(op(how, standing, id));
  if (node.pos && (!there.pos || compareAt(node.pos.at, there.pos.at) > 0) && may(how, node.pos.at, PRIMITIVE.posSet, id, positionValue(node.pos))) {
    const place = placeIn(to, node, new Set());
    if (!there.pos || !sameValue(place, positionValue(there.pos))) out.push(op(how, PRIMITIVE.posSet, id, place));
  }
  for (const [key, n] of node.max ?? []) if (n > (there.max?.get(key) ?? -1)) out.push(op(how, PRIMITIVE.maxSet, id, key, n));
  return out;
}

function propertiesOf(from: Side, to: Side, node: NodeState, there: NodeState, how: Carrying): Operation[] {
  const id = bytesOf(node.id);
  const came = cameFrom(from.said(node), to);
  const base = cameFrom(to.said(there), from);
  const news = new Map<string, CborValue>();
  for (const [name, { value, at }] of node.registers ?? []) {
    const known = there.registers?.get(name);
    if (isMark(name) || (known && sameValue(known.value, value)) || (came && sameAt(at, came.at)) || !may(how, at, PRIMITIVE.nodeSet, id, name, value)) continue;
    if (!known || (base && sameAt(known.at, base.at)) || compareAt(at, known.at) > 0) news.set(name, value);
  }
  const carried = there.prop(MOVED.from) !== undefined;
  // Somebody without the right wrote over what says whose it is.
  const lost = came === null && base === null && carried;
  if (news.size === 0 && !lost) return [];
  if (came) return broughtBack(from, to, node, there, news, how);
  // Made there, and nothing here says so any more: whoever brings it over says it as their own.
  if (!carried) return [...news].map(([name, value]) => op(how, PRIMITIVE.nodeSet, id, name, value));
  const isKept = (name: string, { at, value }: { at: At; value: CborValue }): boolean => (base ? sameAt(at, base.at) : sameValue(value, node.prop(name)));
  const kept = [...(there.registers ?? [])].filter(([name, register]) => !isMark(name) && !news.has(name) && isKept(name, register));
  const props = new Map<string, CborValue>([...kept.map(([name, { value }]) => [name, value] as const), ...news]);
  return [op(how, PRIMITIVE.nodeCreate, id, node.type!, new Map<string, CborValue>([...props, [MOVED.from, claimValue(claimFor(from, node, props.keys(), how))]]))];
}

const cameFrom = (said: Said | null, side: Side): Said | null => (said !== null && toBase64url(said.claim.from) === toBase64url(side.id) ? said : null);

/** Into the place where it was made: it keeps its maker, and says whose the new values are. */
function broughtBack(from: Side, to: Side, node: NodeState, there: NodeState, news: ReadonlyMap<string, CborValue>, how: Carrying): Operation[] {
  const id = bytesOf(node.id);
  const { author, made, setters } = claimFor(from, node, news.keys(), how);
  const before = to.said(there)?.claim.setters ?? new Map<string, Bytes | null>();
  const all = new Map<string, Bytes | null>([...before].filter(([name]) => !news.has(name)));
  for (const name of news.keys()) all.set(name, setters.has(name) ? setters.get(name)! : author);
  const out = [...news].map(([name, value]) => op(how, PRIMITIVE.nodeSet, id, name, value));
  return [...out, op(how, PRIMITIVE.nodeSet, id, MOVED.from, claimValue({ from: from.id, author, made, setters: all }))];
}

/** Links out of a thing: those that were never there are added with whose they are, those that are gone here and were only carried go there. */
function links(from: Side, to: Side, id: string, along: ReadonlySet<string>, how: Carrying): Operation[] {
  const out: Operation[] = [];
  for (const edge of from.graph.edgesFrom(id)) {
    const live = edge.live;
    if (!live || to.graph.edge(edge.key) || !may(how, live.at, PRIMITIVE.edgeAdd, bytesOf(edge.key), live.type, bytesOf(id), live.to, new Map())) continue;
    const props = edge.props.values();
    const told = props.get(MOVED.by);
    const by = told instanceof Uint8Array ? told : how.personOf(live.at);
    if (by) props.set(MOVED.by, by);
    out.push(op(how, PRIMITIVE.edgeAdd, bytesOf(edge.key), live.type, bytesOf(id), targetIn(from, to, live.to, along), props));
  }
  for (const edge of to.graph.edgesFrom(id)) if (isWithdrawn(from.graph.edge(edge.key), edge)) out.push(op(how, PRIMITIVE.edgeRemove, bytesOf(edge.key), observedList(edge)));
  return out;
}

const isWithdrawn = (before: EdgeState | null, { live, props }: EdgeState): boolean => {
  const told = props.get(MOVED.by);
  return before !== null && before.live === null && before.removed !== null && live !== null && told !== undefined && sameAt(told.at, live.at);
};

const bytesOfLatin1 = (text: string): Bytes => Uint8Array.from(text, (c) => c.charCodeAt(0));
const observedList = (edge: EdgeState): CborValue[] => edge.observed().map((text) => [bytesOfLatin1(text.slice(0, 8)), bytesOfLatin1(text.slice(8))]);

/** A thing of the fragment that is left is named with it. */
function targetIn(from: Side, to: Side, target: CborValue, along: ReadonlySet<string>): CborValue {
  if (!(target instanceof Uint8Array)) return target;
  const key = toBase64url(target);
  return along.has(key) || to.graph.node(key) ? target : [from.id, target];
}
