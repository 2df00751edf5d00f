/** What is carried between two places of a thing: nothing is lost, done again it does no more, and everybody keeps what is theirs (MOV1, MOV3, MOV4). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { below, carry, marks, mayGo, MOVE_VERB, type Carrying, type Side } from '#os/kernel/carry';
import { byManager, claimOf, homeOf, toldOf } from '#os/kernel/moves';
import { KERNEL_LIMITS } from '#os/limits';
import type { Fragment, Kernel, Space } from '#os/kernel/state';
import { createFragmentGraph } from '#vm/graph/fragment-graph';
import type { At } from '#vm/graph/registers';
import { MOVED, PRIMITIVE, type CborValue, type Operation } from '#vm/protocol/types';

const id = (n: number): Bytes => new Uint8Array(16).fill(n) as Bytes;
const key = (n: number): string => toBase64url(id(n));
const person = (n: number): Bytes => new Uint8Array(32).fill(n) as Bytes;
const uid = (n: number): string => toBase64url(person(n));
/** Persons 1 and 2 manage the space, 3 and 4 do not; each writes with one slot, whose key is their uid. */
const MANAGERS = 2;
const PEOPLE = 4;
const NODES = 4;

/** Two fragments of a space, with as much of a kernel as says who may do what. Everything is unsealed: the roles of now count. */
class Room {
  clock = 1_000;
  readonly old = fragment(100);
  readonly fresh = fragment(101);
  readonly space = {
    fragments: new Map([[this.old.key, this.old], [this.fresh.key, this.fresh]]),
    rights: {
      writer: (bytes: Uint8Array) => ({ uid: toBase64url(bytes) }), roleOf: (who: string) => (fromBase64url(who)![0]! <= MANAGERS ? 3 : 2), memberOf: () => ({ scope: null }),
    },
  } as unknown as Space;
  readonly kernel = { profile: { uid: person(1) } } as unknown as Kernel;

  write(at: Fragment, who: number, ms: number, primitive: number, ...args: CborValue[]): void {
    at.graph.apply({ key: null, writer: person(who), seq: -1, ops: [{ primitive, verb: '', stamp: { ms, ctr: 0 }, args }] });
  }

  private put(at: Fragment, who: number, ops: readonly Operation[]): void {
    at.graph.apply({ key: null, writer: person(who), seq: -1, ops });
  }

  private side(at: Fragment): Side {
    return { id: at.id, graph: at.graph, said: (node) => claimOf(this.space, at, node) };
  }

  /** One round of a manager; how many operations it took. `shut`: persons who may not write where it goes. */
  carry(who: number, from: Fragment, to: Fragment, roots: Iterable<string>, shut: readonly number[] = []): number {
    const may = (at: At): boolean => !shut.includes(at.writer.bytes[0]!);
    const how: Carrying = { ...(shut.length > 0 && { may }), verb: MOVE_VERB, stamp: () => ({ ms: (this.clock += 1), ctr: 0 }), personOf: (at) => at.writer.bytes as Bytes };
    const first = new Set(roots);
    const ids = below(from.graph, first).filter((one) => first.has(one) || to.graph.node(one) || mayGo(from.graph.node(one)!, how));
    const into = carry(this.side(from), this.side(to), ids, how);
    const left = marks(this.side(from), this.side(to), ids, how);
    this.put(to, who, [...into, ...left.to]);
    this.put(from, who, left.from);
    return into.length + left.from.length + left.to.length;
  }

  /** Whose the value is that is shown. */
  sayer(at: Fragment, node: number, name: string): string | null {
    const state = at.graph.node(key(node))!;
    const told = toldOf(this.space, at, state);
    if (told) return name in told.setBy ? told.setBy[name]! : told.by;
    return toBase64url(state.registers!.get(name)!.at.writer.bytes);
  }
}

function fragment(n: number): Fragment {
  return { id: id(n), key: key(n), graph: createFragmentGraph(), index: { at: () => [] }, log: { get: () => null } } as unknown as Fragment;
}

interface Edit {
  readonly ms: number;
  readonly value: string;
  readonly who: number;
}
const later = (a: Edit, b: Edit): Edit => (b.ms > a.ms ? b : a);

const edit = fc.record({ who: fc.integer({ min: 1, max: PEOPLE }), node: fc.nat(NODES - 1), name: fc.constantFrom('text', 'title'), place: fc.constantFrom('old', 'new'), back: fc.nat(900), carries: fc.option(fc.integer({ min: 1, max: MANAGERS })) });

/** n0 with two answers one below the other, and one in its place in the tree. */
function begin(room: Room, authors: readonly number[]): Map<string, Edit> {
  const model = new Map<string, Edit>();
  for (let n = 0; n < NODES; n++) {
    const made = { ms: 10 + n, value: `v${n}`, who: authors[n]! };
    room.write(room.old, made.who, made.ms, PRIMITIVE.nodeCreate, id(n), 'chat/message@1', new Map<string, CborValue>([['text', made.value], ...(n === 1 || n === 2 ? [['replyTo', key(n - 1)] as const] : [])]));
    model.set(`${n} text`, made);
  }
  room.write(room.old, authors[3]!, 30, PRIMITIVE.posSet, id(3), [id(0), 'a0AAAA']);
  return model;
}

const authors = fc.array(fc.integer({ min: 1, max: PEOPLE }), { minLength: NODES, maxLength: NODES });

test('[MOV1] [MOV3] [MOV4] edits in both places, late ones too, however often and by whom they are brought over: the latest of each shows, as its author\'s; and back again', () => {
  fc.assert(fc.property(authors, fc.array(edit, { maxLength: 25 }), fc.integer({ min: 1, max: MANAGERS }), (made, edits, mover) => {
    const room = new Room();
    const model = begin(room, made);
    room.carry(mover, room.old, room.fresh, [key(0)]);
    for (const [step, { who, node, name, place, back, carries }] of edits.entries()) {
      // Who writes in the old place has not heard of the move, and may have written any time ago, at a stamp of its own; in the new place people see what is there.
      const ms = place === 'new' ? (room.clock += 10) : Math.max(50, room.clock - back) + (step + 1) / 32;
      const done = { ms, value: `s${step}`, who };
      room.write(place === 'new' ? room.fresh : room.old, who, ms, PRIMITIVE.nodeSet, id(node), name, done.value);
      const before = model.get(`${node} ${name}`);
      model.set(`${node} ${name}`, before ? later(before, done) : done);
      if (carries !== null) room.carry(carries, room.old, room.fresh, [key(0)]);
      else if (place === 'old') room.carry(mover, room.old, room.fresh, [key(0)]);
    }
    room.carry(mover, room.old, room.fresh, [key(0)]);
    expect(room.carry(1, room.old, room.fresh, [key(0)]), 'again').toBe(0);
    const check = (at: Fragment): void => {
      for (const [which, { value, who }] of model) {
        const [n, name] = which.split(' ') as [string, string];
        expect(at.graph.node(key(Number(n)))!.prop(name), which).toBe(value);
        expect(room.sayer(at, Number(n), name), `${which}: whose`).toBe(uid(who));
      }
      for (let n = 0; n < NODES; n++) expect(homeOf(room.kernel, room.space, room.old, key(n)), `home of ${n}`).toBe(at.key);
      for (let n = 0; n < NODES; n++) expect(homeOf(room.kernel, room.space, room.fresh, key(n)), `home of ${n}, from there`).toBe(at.key);
    };
    check(room.fresh);
    room.carry(MANAGERS, room.fresh, room.old, [key(0)]);
    check(room.old);
    expect(room.carry(1, room.fresh, room.old, [key(0)]), 'and back again').toBe(0);
  }), { numRuns: 400 });
});

test('[MOV2] [MOV4] what others than Owners and Admins say of a move moves nothing, and takes a carried thing\'s author away without putting another in their place; a manager mends it', () => {
  const room = new Room();
  begin(room, [3, 4, 3, 4]);
  room.write(room.old, 3, 200, PRIMITIVE.nodeSet, id(0), MOVED.to, room.fresh.id);
  room.write(room.fresh, 3, 201, PRIMITIVE.nodeCreate, id(0), 'chat/message@1', new Map<string, CborValue>([['text', 'forged'], [MOVED.from, [room.old.id, person(4), 10, new Map()]]]));
  expect(homeOf(room.kernel, room.space, room.old, key(0))).toBe(room.old.key);
  expect(toldOf(room.space, room.fresh, room.fresh.graph.node(key(0))!)).toMatchObject({ by: null, carriedBy: null, same: false });
  const honest = new Room();
  begin(honest, [3, 4, 3, 4]);
  honest.carry(1, honest.old, honest.fresh, [key(0)]);
  expect(toldOf(honest.space, honest.fresh, honest.fresh.graph.node(key(0))!)).toMatchObject({ by: uid(3), at: 10, carriedBy: uid(1), same: true, setBy: {} });
  honest.write(honest.fresh, 4, (honest.clock += 1), PRIMITIVE.nodeSet, id(0), MOVED.from, [honest.old.id, person(4), 10, new Map()]);
  expect(toldOf(honest.space, honest.fresh, honest.fresh.graph.node(key(0))!)).toMatchObject({ by: null, carriedBy: null });
  honest.carry(2, honest.old, honest.fresh, [key(0)]);
  expect(toldOf(honest.space, honest.fresh, honest.fresh.graph.node(key(0))!)).toMatchObject({ by: uid(3), carriedBy: uid(2), same: true });
  // Words that were altered on the way are not said to be the same.
  honest.write(honest.fresh, 1, (honest.clock += 1), PRIMITIVE.nodeCreate, id(1), 'chat/message@1', new Map<string, CborValue>([['text', 'altered'], [MOVED.from, [honest.old.id, person(4), 11, new Map()]]]));
  expect(toldOf(honest.space, honest.fresh, honest.fresh.graph.node(key(1))!)).toMatchObject({ by: uid(4), carriedBy: uid(1), same: false });
});

test('[MOV1] what was deleted goes nowhere; deleted late it goes in the new place too, and a new answer in the old place follows', () => {
  const room = new Room();
  begin(room, [3, 4, 3, 4]);
  room.write(room.old, 4, 100, PRIMITIVE.nodeDelete, id(1));
  room.carry(1, room.old, room.fresh, [key(0)]);
  expect(room.fresh.graph.node(key(1))).toBeNull();
  // What answered the deleted one is not below the thing by way of it.
  expect([...room.fresh.graph.nodeIds()].sort()).toEqual([key(0), key(3)].sort());
  room.write(room.old, 4, 120, PRIMITIVE.nodeDelete, id(3));
  room.write(room.old, 4, 130, PRIMITIVE.nodeCreate, id(9), 'chat/message@1', new Map<string, CborValue>([['text', 'late'], ['replyTo', id(0)]]));
  room.carry(2, room.old, room.fresh, [key(0)]);
  expect(room.fresh.graph.node(key(3))!.deleted).toBe(true);
  expect(room.fresh.graph.node(key(9))!.prop('text')).toBe('late');
  expect(room.sayer(room.fresh, 9, 'text')).toBe(uid(4));
  expect(room.carry(1, room.old, room.fresh, [key(0)])).toBe(0);
});

test('[MOV1] a reaction goes along as its author\'s, one that is taken back late is taken back there, and one that was taken back there does not come again', () => {
  const room = new Room();
  begin(room, [3, 4, 3, 4]);
  const edge = (n: number): Bytes => id(50 + n);
  const add = (n: number, who: number): void => room.write(room.old, who, 60 + n, PRIMITIVE.edgeAdd, edge(n), 'react/+@1', id(0), [id(7), id(8)], new Map());
  add(0, 3);
  add(1, 4);
  room.carry(1, room.old, room.fresh, [key(0)]);
  const live = (): string[] => room.fresh.graph.edgesFrom(key(0)).map(({ key: one, props }) => `${one} ${toBase64url(props.value(MOVED.by) as Bytes)}`);
  expect(live()).toEqual([`${toBase64url(edge(0))} ${uid(3)}`, `${toBase64url(edge(1))} ${uid(4)}`]);
  const observed = (at: Fragment, n: number): CborValue[] => at.graph.edge(toBase64url(edge(n)))!.observed().map((text) => [Uint8Array.from(text.slice(0, 8), (c) => c.charCodeAt(0)), Uint8Array.from(text.slice(8), (c) => c.charCodeAt(0))]);
  room.write(room.old, 3, 90, PRIMITIVE.edgeRemove, edge(0), observed(room.old, 0));
  room.write(room.fresh, 4, (room.clock += 1), PRIMITIVE.edgeRemove, edge(1), observed(room.fresh, 1));
  room.carry(2, room.old, room.fresh, [key(0)]);
  expect(live()).toEqual([]);
  expect(room.carry(1, room.old, room.fresh, [key(0)])).toBe(0);
});

test('[MOV2] of a move there and one back that do not know of each other the later one decides, from wherever one looks', () => {
  const room = new Room();
  for (const place of [room.old, room.fresh]) room.write(place, 1, 10, PRIMITIVE.nodeCreate, id(0), 'chat/message@1', new Map());
  const homes = (): string[] => [room.old, room.fresh].map((place) => homeOf(room.kernel, room.space, place, key(0)));
  room.write(room.old, 1, 200, PRIMITIVE.nodeSet, id(0), MOVED.to, room.fresh.id);
  room.write(room.fresh, 2, 190, PRIMITIVE.nodeSet, id(0), MOVED.to, room.old.id);
  expect(homes()).toEqual([room.fresh.key, room.fresh.key]);
  room.write(room.fresh, 2, 210, PRIMITIVE.nodeSet, id(0), MOVED.to, room.old.id);
  expect(homes()).toEqual([room.old.key, room.old.key]);
});

test('[MOV2] [limit KERNEL.moveSteps] a way of moves is followed so far and no further, whoever made it endless', () => {
  const room = new Room();
  const places = Array.from({ length: KERNEL_LIMITS.moveSteps + 3 }, (_, n) => fragment(110 + n));
  for (const place of places) (room.space.fragments as Map<string, Fragment>).set(place.key, place);
  places.forEach((place, n) => {
    room.write(place, 1, 10, PRIMITIVE.nodeCreate, id(0), 'chat/message@1', new Map());
    const next = places[n + 1];
    if (next) room.write(place, 1, 100 + n, PRIMITIVE.nodeSet, id(0), MOVED.to, next.id);
  });
  expect(homeOf(room.kernel, room.space, places[0]!, key(0))).toBe(places[KERNEL_LIMITS.moveSteps]!.key);
  expect(homeOf(room.kernel, room.space, places[3]!, key(0))).toBe(places.at(-1)!.key);
});

test('[MOV3] what somebody who may not write in the new place writes in the old one stays there, whatever it is; what others write goes', () => {
  const room = new Room();
  begin(room, [3, 4, 3, 4]);
  room.carry(1, room.old, room.fresh, [key(0)]);
  const shut = [4];
  for (const who of [3, 4]) {
    room.write(room.old, who, (room.clock += 1), PRIMITIVE.nodeCreate, id(20 + who), 'chat/message@1', new Map<string, CborValue>([['text', `by ${who}`], ['replyTo', id(0)]]));
    room.write(room.old, who, (room.clock += 1), PRIMITIVE.nodeSet, id(who - 3), 'text', `set by ${who}`);
    room.write(room.old, who, (room.clock += 1), PRIMITIVE.edgeAdd, id(60 + who), 'react/+@1', id(0), [id(7), id(8)], new Map());
  }
  room.write(room.old, 4, (room.clock += 1), PRIMITIVE.nodeDelete, id(3));
  room.write(room.old, 4, (room.clock += 1), PRIMITIVE.posSet, id(2), [id(1), 'a9AAAA']);
  expect(room.carry(1, room.old, room.fresh, [key(0)], shut)).toBeGreaterThan(0);
  expect([room.fresh.graph.node(key(23))?.prop('text'), room.fresh.graph.node(key(24))]).toEqual(['by 3', null]);
  expect([room.fresh.graph.node(key(0))!.prop('text'), room.fresh.graph.node(key(1))!.prop('text')]).toEqual(['set by 3', 'v1']);
  expect(room.fresh.graph.edgesFrom(key(0)).map((edge) => edge.key)).toEqual([toBase64url(id(63))]);
  expect([room.fresh.graph.node(key(3))!.deleted, room.fresh.graph.node(key(2))!.pos]).toEqual([false, null]);
  expect(homeOf(room.kernel, room.space, room.old, key(24)), 'an answer of theirs is where they wrote it').toBe(room.old.key);
  expect(room.carry(2, room.old, room.fresh, [key(0)], shut), 'again').toBe(0);
  // Once they may, it goes.
  room.carry(2, room.old, room.fresh, [key(0)]);
  expect([room.fresh.graph.node(key(24))!.prop('text'), room.fresh.graph.node(key(1))!.prop('text')]).toEqual(['by 4', 'set by 4']);
});

test('[MOV2] [limit KERNEL.moveJudged] who managed the space where a record was written is looked up once, and so many of these are remembered', () => {
  let looked = 0;
  const state = { members: new Map([[uid(1), { role: 3 }], [uid(3), { role: 2 }]]) };
  const space = { rights: { writer: (bytes: Uint8Array) => ({ uid: toBase64url(bytes) }), view: () => (looked++, { state }) } } as unknown as Space;
  const place = { index: { at: (_: string, seq: number) => [`${seq}`] }, log: { get: (one: string) => ({ status: 'applied', acl: [new TextEncoder().encode(`head ${one}`)] }) } } as unknown as Fragment;
  const by = (who: number, seq: number): boolean => byManager(space, place, { ms: 1, ctr: 0, seq, writer: { bytes: person(who), key: uid(who), writer8: '' } });
  const all = Array.from({ length: KERNEL_LIMITS.moveJudged }, (_, seq) => seq);
  expect(all.every((seq) => by(1, seq))).toBe(true);
  expect(all.every((seq) => by(1, seq))).toBe(true);
  expect(looked).toBe(KERNEL_LIMITS.moveJudged);
  expect([by(3, 0), by(1, 0), looked], 'one more: the others are forgotten').toEqual([false, true, KERNEL_LIMITS.moveJudged + 2]);
});
