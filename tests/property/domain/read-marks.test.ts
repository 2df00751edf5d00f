/**
 * Read and unread on several devices of one person: messages come in any order of writers, in bursts, late; the channel, a thread or everything is read, one is
 * marked unread by hand; marks are exchanged now and then, in any order. What is unread is at any time what the acts a device knows of say, and after
 * everything is exchanged all devices say the same.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NodeView, Op } from '#os/api';
import { isUnread, markAllRead, markRead, markUnread, READ, readMarksOf, UNREAD_SET, upToUnseen, type Readable, type ReadMark } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';

const PLACE = { space: 'space', fragment: 'fragment' };
const ROOTS = [null, 'root1', 'root2'];
const DEVICES = 3;

/** The Personal space on one device: operations as the graph merges them (max, add-wins set, one node per id). */
class Marks {
  readonly max = new Map<string, Map<string, number>>();
  /** Live and removed adds: `value#n`. */
  readonly adds = new Map<string, string>();
  readonly gone = new Set<string>();

  write(ops: readonly Op[], name: string): void {
    for (const [n, op] of ops.entries()) {
      if (op.op === 'node.create') this.max.set(op.id!, this.max.get(op.id!) ?? new Map());
      else if (op.op === 'max.set') this.#raise(op.id, op.key, op.n);
      else if (op.op === 'set.add') this.adds.set(`${name}/${n}`, String(op.value));
      else if (op.op === 'set.remove') for (const [tag, value] of this.adds) if (value === op.value) this.gone.add(tag);
      if (op.op === 'max.set' || op.op === 'set.add') expect(this.max.has(op.id), 'its node is made first').toBe(true);
    }
  }

  #raise(id: string, key: string, n: number): void {
    const node = this.max.get(id) ?? new Map<string, number>();
    this.max.set(id, node.set(key, Math.max(n, node.get(key) ?? -1)));
  }

  take(other: Marks): void {
    for (const [id, node] of other.max) {
      this.max.set(id, this.max.get(id) ?? new Map());
      for (const [key, n] of node) this.#raise(id, key, n);
    }
    for (const [tag, value] of other.adds) this.adds.set(tag, value);
    for (const tag of other.gone) this.gone.add(tag);
  }

  mark(): ReadMark {
    const unread = [...this.adds].filter(([tag]) => !this.gone.has(tag)).map(([, value]) => value);
    const nodes = new Map<string, NodeView>([...this.max].map(([id, node]) => [id, nodeView({ id, type: READ, max: Object.fromEntries(node), sets: { [UNREAD_SET]: unread } })]));
    return readMarksOf(nodes, PLACE.space, PLACE.fragment);
  }
}

/** What was done, said without marks: which messages an act covers, and which acts its device knew of. */
interface Act {
  readonly kind: 'read' | 'unread';
  readonly covers: ReadonlySet<string>;
  /** Marks by hand that it takes back when it covers them. */
  readonly knew: ReadonlySet<number>;
}

interface Device {
  readonly marks: Marks;
  readonly known: Set<number>;
  readonly held: Map<string, Readable>;
  /** Records of each writer that came. */
  readonly upTo: number[];
  /** What came late and was not looked at. */
  readonly unseen: Set<string>;
}

const record = fc.array(fc.constantFrom(...ROOTS), { minLength: 1, maxLength: 3 });
const writers = fc.array(fc.array(record, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 3 });
const device = fc.nat(DEVICES - 1);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('arrive' as const), device, pick: fc.nat(), late: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), device, root: fc.constantFrom(...ROOTS), hand: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('look' as const), device }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('all' as const), device }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unread' as const), device, pick: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('exchange' as const), device, from: device }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Writers = typeof writers extends fc.Arbitrary<infer T> ? T : never;

class World {
  readonly devices: readonly Device[];
  readonly acts: Act[] = [];

  constructor(readonly writers: Writers) {
    this.devices = Array.from({ length: DEVICES }, () => ({ marks: new Marks(), known: new Set<number>(), held: new Map<string, Readable>(), upTo: writers.map(() => 0), unseen: new Set<string>() }));
  }

  /** The next record of a writer: all its messages at once. */
  arrive(to: Device, pick: number, late: boolean): void {
    const open = this.writers.map((_, w) => w).filter((w) => to.upTo[w]! < this.writers[w]!.length);
    if (open.length === 0) return;
    const w = open[pick % open.length]!;
    const seq = to.upTo[w]!++;
    for (const [n, thread] of this.writers[w]![seq]!.entries()) {
      // The last writer is another device of my own.
      const item: Readable = { id: `${w}.${seq}.${n}`, by: w === 2 ? 'me' : `person${w}`, writer: `w${w}`, seq, thread };
      to.held.set(item.id, item);
      if (late && item.by !== 'me') to.unseen.add(item.id);
    }
  }

  #act(of: Device, kind: Act['kind'], covers: Iterable<string>, ops: readonly Op[]): void {
    of.marks.write(ops, `act${this.acts.length}`);
    this.acts.push({ kind, covers: new Set(covers), knew: new Set(of.known) });
    of.known.add(this.acts.length - 1);
  }

  /** The end of the channel, or a thread, was looked at; `hand`: a press that takes back marks by hand too. */
  read(of: Device, root: string | null, hand: boolean): void {
    const mark = of.marks.mark();
    const shown = [...of.held.values()].filter((item) => item.thread === root && (hand || !mark.unread.has(item.id)));
    const all = [...of.held.values()].filter((item) => item.thread === root);
    const seen = new Set(upToUnseen(all, of.unseen).map(({ id }) => id));
    const items = shown.filter(({ id }) => seen.has(id));
    const late = all.filter((item) => of.unseen.has(item.id) && isUnread(item, 'me', mark));
    this.#act(of, 'read', items.map(({ id }) => id), markRead(PLACE, items, 'me', mark));
    const after = of.marks.mark();
    expect(late.filter((item) => !isUnread(item, 'me', after)), 'what nobody looked at stays unread').toEqual([]);
  }

  all(of: Device): void {
    const tops: Record<string, number> = {};
    for (const { writer, seq } of of.held.values()) tops[writer] = Math.max(seq, tops[writer] ?? -1);
    this.#act(of, 'read', of.held.keys(), markAllRead(PLACE, tops, [...of.held.keys()], of.marks.mark()));
  }

  unread(of: Device, pick: number): void {
    const ids = [...of.held.keys()];
    if (ids.length === 0) return;
    const id = ids[pick % ids.length]!;
    this.#act(of, 'unread', [id], markUnread(PLACE, id, of.marks.mark()));
  }

  exchange(to: Device, from: Device): void {
    to.marks.take(from.marks);
    for (const act of from.known) to.known.add(act);
  }

  /** What the acts that a device knows of say. */
  expected(of: Device, item: Readable): boolean {
    const acts = [...of.known].map((at) => ({ at, ...this.acts[at]! })).filter(({ covers }) => covers.has(item.id));
    const reads = acts.filter(({ kind }) => kind === 'read');
    if (acts.some((act) => act.kind === 'unread' && !reads.some(({ knew }) => knew.has(act.at)))) return true;
    return item.by !== 'me' && reads.length === 0;
  }

  run(one: Step): void {
    const of = this.devices[one.device]!;
    if (one.do === 'arrive') this.arrive(of, one.pick, one.late);
    else if (one.do === 'read') this.read(of, one.root, one.hand);
    else if (one.do === 'look') of.unseen.clear();
    else if (one.do === 'all') this.all(of);
    else if (one.do === 'unread') this.unread(of, one.pick);
    else this.exchange(of, this.devices[one.from]!);
  }
}

const unreadOf = ({ held, marks }: Device): string[] => {
  const mark = marks.mark();
  return [...held.values()].filter((item) => isUnread(item, 'me', mark)).map(({ id }) => id);
};

test('{C1} unread is what the acts say, on every device at every moment: nothing unread is shown as read, nothing read comes back; and in the end all devices agree', () => {
  let [reads, backs] = [0, 0];
  fc.assert(fc.property(writers, fc.array(step, { minLength: 25, maxLength: 60 }), (made, steps) => {
    const world = new World(made);
    for (const one of steps) {
      world.run(one);
      for (const of of world.devices) expect(unreadOf(of)).toEqual([...of.held.values()].filter((item) => world.expected(of, item)).map(({ id }) => id));
    }
    reads += world.acts.filter(({ kind, covers }) => kind === 'read' && covers.size > 0).length;
    backs += world.acts.filter(({ kind }) => kind === 'unread').length;
    for (const to of world.devices) while (to.upTo.some((n, w) => n < made[w]!.length)) world.arrive(to, 0, false);
    for (let round = 0; round < 2; round++) for (const to of world.devices) for (const from of world.devices) world.exchange(to, from);
    const [first, ...others] = world.devices.map((of) => unreadOf(of).sort());
    for (const other of others) expect(other).toEqual(first);
    // "All read" sticks: with everything exchanged nothing is left, on no device, whatever is exchanged again.
    world.all(world.devices[0]!);
    for (const to of world.devices) world.exchange(to, world.devices[0]!);
    for (const of of world.devices) expect(unreadOf(of)).toEqual([]);
  }), { numRuns: 300 });
  expect(reads, 'the acts were no empty ones').toBeGreaterThan(100);
  expect(backs).toBeGreaterThan(50);
});
