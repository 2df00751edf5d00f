/** What every Replica does (src/ports/replica.ts). Run on GUN and on the double of the simulator by replica.test.ts. */
import { describe, expect, it } from 'vitest';
import type { Clock } from '#ports/clock';
import type { HeadHint, RangeRequest, RecordEntry, Replica, ReplicaHooks } from '#ports/replica';
import { sha256 } from '#base/hash';
import { soon } from '#tests/support/soon';

export type MakeReplica = (deps: { hooks: ReplicaHooks; clock: Clock }) => Replica;

const SPACE = new Uint8Array(32).fill(7);
const FRAGMENT = new Uint8Array(16).fill(8);

/** An entry of writer number `writer`; bytes are any bytes, the replica never reads them. */
export function entryOf(writer: number, seq: number, size = 60): RecordEntry {
  const bytes = new Uint8Array(size).fill(writer);
  new DataView(bytes.buffer).setUint32(0, seq);
  return { space: SPACE, fragment: FRAGMENT, writer: new Uint8Array(32).fill(writer), seq, id: sha256(bytes), bytes };
}

/** A hint about a log; nothing of it is true. */
export function headOf(writer: number, seq: number): HeadHint {
  return { space: SPACE, fragment: FRAGMENT, writer: new Uint8Array(32).fill(writer), seq, id: new Uint8Array(32).fill(1), sig: new Uint8Array(64).fill(2) };
}

export function rangeOf(writer: number, from: number, to: number, maxBytes = 192 * 1024): RangeRequest {
  return { space: SPACE, fragment: FRAGMENT, writer: new Uint8Array(32).fill(writer), from, to, maxBytes };
}

interface Timer {
  at: number;
  fn: () => void;
}

function manualClock(): Clock & { advance(ms: number): void } {
  const timers = new Set<Timer>();
  let now = 0;
  return {
    now: () => now,
    monotonic: () => now,
    setTimer(ms, fn) {
      const timer = { at: now + ms, fn };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers]) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.fn();
      }
    },
  };
}

interface Bench {
  readonly name: string;
  readonly replica: Replica;
  readonly stored: RecordEntry[];
  readonly heard: { seqs: number[]; from: string }[];
  readonly hinted: { writer: number; seq: number; from: string }[];
  readonly sent: { to: string; seqs: number[] }[];
  readonly clock: ReturnType<typeof manualClock>;
  route: (entry: RecordEntry, from: string | null) => readonly string[];
}

const seqs = (entries: readonly RecordEntry[]): number[] => entries.map((entry) => entry.seq);

function bench(make: MakeReplica, name: string): Bench {
  const clock = manualClock();
  const out: Omit<Bench, 'replica'> = { name, stored: [], heard: [], hinted: [], sent: [], clock, route: () => [] };
  const hooks: ReplicaHooks = {
    onPut: (entries, from) => void out.heard.push({ seqs: seqs(entries), from }),
    onHead: (head, from) => void out.hinted.push({ writer: head.writer[0]!, seq: head.seq, from }),
    async readRange(range) {
      const list = out.stored.filter((e) => e.seq >= range.from && e.seq <= range.to && e.writer[0] === range.writer[0]);
      let size = 0;
      return list.filter((e, i) => (size += e.bytes.length) <= range.maxBytes || i === 0);
    },
    route: (entry, from) => out.route(entry, from),
  };
  return Object.assign(out, { replica: make({ hooks, clock }) });
}

/** A wire in memory between two benches; calls of the other side come in a later turn, as on a real wire. */
function connect(a: Bench, b: Bench): void {
  for (const [here, there] of [[a, b], [b, a]] as const) {
    here.replica.addPeer({
      id: there.name,
      sendPut(entries) {
        here.sent.push({ to: there.name, seqs: seqs(entries) });
        queueMicrotask(() => there.replica.hearPut(here.name, entries));
      },
      sendGet: (request, range) => queueMicrotask(() => there.replica.hearGet(here.name, request, range)),
      sendReply: (request, entries) => queueMicrotask(() => there.replica.hearReply(here.name, request, entries)),
    });
  }
}

const heardSeqs = (b: Bench): number[] => b.heard.flatMap((h) => h.seqs).sort((x, y) => x - y);

/** Everything put before this has arrived once a marker has: wires are in order. */
async function flush(from: Bench, to: Bench, marker: number): Promise<void> {
  const route = from.route;
  from.route = () => [to.name];
  from.replica.put([entryOf(99, marker)], null);
  await soon(() => expect(heardSeqs(to)).toContain(marker));
  from.route = route;
}

export function replicaContract(name: string, make: MakeReplica): void {
  const trio = (): [Bench, Bench, Bench] => {
    const [a, b, c] = [bench(make, 'a'), bench(make, 'b'), bench(make, 'c')];
    connect(a, b);
    connect(b, c);
    connect(a, c);
    return [a, b, c];
  };

  describe(`Replica contract: ${name}`, () => {
    it('sends a put once to each routed peer, and reports it there with its sender', async () => {
      const [a, b, c] = trio();
      a.route = () => ['b', 'b', 'nobody'];
      a.replica.put([entryOf(1, 0), entryOf(1, 1)], null);
      await soon(() => expect(heardSeqs(b)).toEqual([0, 1]));
      await flush(a, b, 900);
      await flush(a, c, 901);
      expect(heardSeqs(b)).toEqual([0, 1, 900]);
      expect(heardSeqs(c)).toEqual([901]);
      expect(b.heard.every((h) => h.from === 'a')).toBe(true);
    });

    it('routes every entry by itself', async () => {
      const [a, b, c] = trio();
      a.route = (entry) => (entry.seq % 2 === 0 ? ['b'] : ['c', 'b']);
      a.replica.put(Array.from({ length: 40 }, (_, seq) => entryOf(1, seq)), null);
      await soon(() => expect(heardSeqs(b).length).toBe(40));
      await soon(() => expect(heardSeqs(c)).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i + 1)));
    });

    it('never reports own puts', async () => {
      const [a, b] = trio();
      a.route = () => ['b'];
      a.replica.put([entryOf(1, 0)], null);
      b.route = () => ['a'];
      await soon(() => expect(heardSeqs(b)).toEqual([0]));
      b.replica.put([entryOf(1, 0)], null);
      await flush(b, a, 900);
      expect(heardSeqs(a)).toEqual([900]);
    });

    it('GUN §7.5: passes on what was heard only when it is put after verification, and never back', async () => {
      const [a, b, c] = trio();
      a.route = () => ['b'];
      b.route = () => ['a', 'c'];
      a.replica.put([entryOf(1, 0)], null);
      await soon(() => expect(heardSeqs(b)).toEqual([0]));
      await flush(b, c, 900);
      expect(heardSeqs(c)).toEqual([900]);
      b.replica.put([entryOf(1, 0)], 'a');
      await soon(() => expect(heardSeqs(c)).toEqual([0, 900]));
      await flush(b, a, 901);
      expect(heardSeqs(a)).toEqual([901]);
    });

    it('reports an entry heard twice only once', async () => {
      const [a, b, c] = trio();
      a.route = () => ['b'];
      c.route = () => ['b'];
      a.replica.put([entryOf(1, 5), entryOf(1, 5)], null);
      c.replica.put([entryOf(1, 5)], null);
      a.replica.put([entryOf(1, 5), entryOf(1, 6)], null);
      await soon(() => expect(heardSeqs(b)).toContain(6));
      await flush(a, b, 900);
      await flush(c, b, 901);
      expect(heardSeqs(b)).toEqual([5, 6, 900, 901]);
    });

    it('keeps both branches of a fork: two records at one place', async () => {
      const [a, b] = trio();
      a.route = () => ['b'];
      const left = entryOf(1, 3);
      const bytes = left.bytes.slice().fill(9, 10);
      a.replica.put([left, { ...left, bytes, id: sha256(bytes) }], null);
      await soon(() => expect(heardSeqs(b)).toEqual([3, 3]));
    });

    it('get gives the range from the store of the peer, over pages too', async () => {
      const [a, b] = trio();
      b.stored.push(...Array.from({ length: 600 }, (_, seq) => entryOf(1, seq)), entryOf(2, 5));
      expect(seqs(await a.replica.get('b', rangeOf(1, 10, 12)))).toEqual([10, 11, 12]);
      expect(seqs(await a.replica.get('b', rangeOf(1, 250, 520))).length).toBe(271);
      expect(seqs(await a.replica.get('b', rangeOf(2, 0, 0xffff_ffff)))).toEqual([5]);
      expect((await a.replica.get('b', rangeOf(1, 7, 7)))[0]!.bytes).toEqual(entryOf(1, 7).bytes);
      expect(a.heard).toEqual([]);
    });

    it('get of what the peer does not have answers with nothing', async () => {
      const [a] = trio();
      expect(await a.replica.get('b', rangeOf(1, 0, 100))).toEqual([]);
    });

    it('a reply stops at maxBytes, after at least one record', async () => {
      const [a, b] = trio();
      b.stored.push(...Array.from({ length: 10 }, (_, seq) => entryOf(1, seq, 1000)));
      expect((await a.replica.get('b', rangeOf(1, 0, 9, 3500))).length).toBe(3);
      expect((await a.replica.get('b', rangeOf(1, 0, 9, 10))).length).toBe(1);
    });

    it('many gets at once each get their own answer', async () => {
      const [a, b] = trio();
      b.stored.push(...Array.from({ length: 64 }, (_, seq) => entryOf(1, seq)));
      const all = await Promise.all(Array.from({ length: 60 }, (_, seq) => a.replica.get('b', rangeOf(1, seq, seq))));
      expect(all.map((list) => list[0]!.seq)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    });

    it('rejects gets when the peer goes, was never there, or does not answer in time', async () => {
      const [a] = trio();
      a.replica.addPeer({ id: 'mute', sendPut: () => {}, sendGet: () => {}, sendReply: () => {} });
      await expect(a.replica.get('nobody', rangeOf(1, 0, 1))).rejects.toThrow('gone');
      const lost = a.replica.get('mute', rangeOf(1, 0, 1));
      a.replica.removePeer('mute');
      await expect(lost).rejects.toThrow('gone');
      a.replica.addPeer({ id: 'mute', sendPut: () => {}, sendGet: () => {}, sendReply: () => {} });
      const late = a.replica.get('mute', rangeOf(1, 0, 1));
      a.clock.advance(60_000);
      await expect(late).rejects.toThrow('timeout');
    });

    it('hostile answers are harmless: unasked, from another peer, twice, out of range', async () => {
      const [a, b, c] = trio();
      let request = '';
      a.replica.addPeer({ id: 'x', sendPut: () => {}, sendGet: (id) => void (request = id), sendReply: () => {} });
      const asked = a.replica.get('x', rangeOf(1, 0, 5));
      await soon(() => expect(request).not.toBe(''));
      for (const junk of ['', '__proto__', 'constructor', 'zzzzzzzzzzzzzzzzzzzzzzzz']) a.replica.hearReply('b', junk, [entryOf(3, 1)]);
      a.replica.hearReply('c', request, [entryOf(3, 1)]);
      a.replica.hearReply('x', request, [entryOf(1, 2), entryOf(1, 9), entryOf(2, 2)]);
      a.replica.hearReply('x', request, [entryOf(1, 3)]);
      expect(seqs(await asked)).toEqual([2]);
      await flush(b, a, 900);
      await flush(c, a, 901);
      expect(heardSeqs(a)).toEqual([900, 901]);
    });

    it('nothing comes from or goes to a removed peer', async () => {
      const [a, b, c] = trio();
      a.route = () => ['b', 'c'];
      a.replica.removePeer('b');
      a.replica.hearPut('b', [entryOf(4, 4)]);
      a.replica.hearGet('b', 'q', rangeOf(1, 0, 1));
      a.replica.put([entryOf(1, 0)], null);
      await soon(() => expect(heardSeqs(c)).toEqual([0]));
      expect(b.heard).toEqual([]);
      expect(a.heard).toEqual([]);
      a.replica.removePeer('b');
    });

    it('eviction keeps serving from the store, and puts still travel', async () => {
      const [a, b] = trio();
      a.route = () => ['b'];
      const entries = Array.from({ length: 50 }, (_, seq) => entryOf(1, seq));
      a.stored.push(...entries);
      a.replica.put(entries, null);
      a.replica.evict();
      expect((await b.replica.get('a', rangeOf(1, 0, 49))).length).toBe(50);
      await soon(() => expect(heardSeqs(b).length).toBe(50));
      b.replica.evict();
      a.replica.put([entryOf(1, 50)], null);
      await soon(() => expect(heardSeqs(b)).toContain(50));
    });

    it('[limit GUN_HEAD_MS] FORMATS §7: of what was put, one head hint per log at most every 2 s: the newest record, to those who take hints and are on its route', async () => {
      const [a, b] = trio();
      const told: Record<string, [number, number][]> = { archive: [], elsewhere: [] };
      for (const id of Object.keys(told)) {
        a.replica.addPeer({ id, sendPut: () => {}, sendGet: () => {}, sendReply: () => {}, sendHeads: (heads) => void told[id]!.push(...heads.map((head): [number, number] => [head.writer[0]!, head.seq])) });
      }
      a.route = () => ['archive', 'b'];
      const held = (): [number, number][] => a.replica.heads(SPACE, FRAGMENT).map((head): [number, number] => [head.writer[0]!, head.seq]).sort((x, y) => x[0] - y[0]);
      a.replica.put([entryOf(1, 0, 200), entryOf(2, 7, 200), entryOf(1, 2, 200), entryOf(1, 1, 200)], null);
      a.replica.put([entryOf(1, 3, 200)], 'b');
      a.clock.advance(1_999);
      expect([told['archive'], held()]).toEqual([[], []]);
      a.clock.advance(1);
      await soon(() => expect(held()).toEqual([[1, 3], [2, 7]]));
      expect(told['archive']!.sort((x, y) => x[0] - y[0])).toEqual([[1, 3], [2, 7]]);
      const [head] = a.replica.heads(SPACE, FRAGMENT).filter((one) => one.writer[0] === 1);
      expect([head!.id, head!.sig]).toEqual([entryOf(1, 3, 200).id, entryOf(1, 3, 200).bytes.slice(-64)]);
      a.clock.advance(10_000);
      expect(told['archive'], 'nothing grew').toHaveLength(2);
      a.replica.put([entryOf(1, 4, 200)], null);
      a.replica.put([entryOf(1, 5, 200)], null);
      a.clock.advance(2_000);
      await soon(() => expect(held()).toEqual([[1, 5], [2, 7]]));
      expect([told['archive']!.slice(2), told['elsewhere']]).toEqual([[[1, 5]], []]);
      await flush(a, b, 900);
      expect(b.hinted, 'links that announce heads themselves hear none').toEqual([]);
      a.replica.evict();
      expect(held()).toEqual([]);
    });

    it('FORMATS §7: a heard hint is reported once when it is above the one held, never below, never by a stranger, and never passed on', async () => {
      const [a, b] = trio();
      a.route = () => ['b', 'c'];
      const forwarded: number[] = [];
      a.replica.addPeer({ id: 'archive', sendPut: () => {}, sendGet: () => {}, sendReply: () => {}, sendHeads: (heads) => void forwarded.push(...heads.map((head) => head.seq)) });
      a.replica.hearHeads('nobody', [headOf(1, 5)]);
      a.replica.hearHeads('b', [headOf(1, 5), headOf(2, 0)]);
      a.replica.hearHeads('b', [headOf(1, 5)]);
      a.replica.hearHeads('c', [headOf(1, 4), headOf(3, 1)]);
      a.replica.hearHeads('c', [headOf(1, 6)]);
      const all = [{ writer: 1, seq: 5, from: 'b' }, { writer: 1, seq: 6, from: 'c' }, { writer: 2, seq: 0, from: 'b' }, { writer: 3, seq: 1, from: 'c' }];
      const sorted = () => [...a.hinted].sort((x, y) => x.writer - y.writer || x.seq - y.seq);
      await soon(() => expect(sorted()).toEqual(all));
      // A hostile one far ahead stands in the way of no own one.
      a.replica.hearHeads('c', [headOf(7, 1_000_000)]);
      a.replica.put([entryOf(7, 3, 200)], null);
      a.route = () => ['archive'];
      a.clock.advance(2_000);
      await soon(() => expect(forwarded).toEqual([3]));
      await flush(a, b, 900);
      expect(a.hinted).toHaveLength(5);
      expect([b.hinted, b.heard.map((one) => one.seqs)]).toEqual([[], [[3], [900]]]);
    });

    it('throws nothing, whatever hooks and peers do', async () => {
      const clock = manualClock();
      const fail = (): never => {
        throw new Error('hook');
      };
      const replica = make({ clock, hooks: { onPut: fail, onHead: fail, route: fail, readRange: fail } });
      replica.addPeer({ id: 'x', sendPut: fail, sendGet: fail, sendReply: fail, sendHeads: fail });
      replica.put([entryOf(1, 0), entryOf(1, 1, 200)], null);
      replica.hearHeads('x', [headOf(1, 9)]);
      replica.hearPut('x', [entryOf(1, 1)]);
      replica.hearGet('x', 'r', rangeOf(1, 0, 1));
      replica.hearReply('x', 'r', []);
      const asked = replica.get('x', rangeOf(1, 0, 1));
      clock.advance(60_000);
      await expect(asked).rejects.toThrow();
      replica.evict();
      replica.removePeer('x');
      expect(Object.values(replica.counters()).every(Number.isFinite)).toBe(true);
    });
  });
}
