/** The log that a beacon writes: what changed, not oftener than once an interval, and everything in the end. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { named } from '#tests/support/core-kit';
import { WITNESS_FLAG, type WitnessHead } from '#vm/protocol/witness';
import { WitnessChain, type ChainHead, type Holding } from '#vm/witness/chain';
import { WITNESS_LIMITS } from '#vm/witness-limits';

/** A store of a few fragments: what it holds, and when each changed. */
class Held {
  arrival = 0;
  full = false;
  parked = new Set<string>();
  readonly fragments = new Map<string, { id: Bytes; at: number; heads: Map<string, Omit<WitnessHead, 'fragment'>> }>();

  put(fragment: string, writer: string, seq: number): void {
    this.arrival += 1;
    const known = this.fragments.get(fragment) ?? { id: named(fragment, 16), at: 0, heads: new Map() };
    known.at = this.arrival;
    known.heads.set(writer, { writer: named(writer), seq, id: named(`${fragment}/${writer}/${seq}`) });
    this.fragments.set(fragment, known);
  }

  holding(): Holding {
    return {
      arrival: this.arrival, root: named('root'), full: this.full,
      changedSince: (since) => [...this.fragments.values()].filter(({ at }) => at > since).map(({ id }) => id),
      heads: (id) => {
        const { heads } = [...this.fragments.values()].find((one) => toBase64url(one.id) === toBase64url(id))!;
        const shown = [...heads].filter(([writer]) => !this.parked.has(writer)).map(([, head]) => head);
        return { heads: shown, later: shown.length < heads.size };
      },
    };
  }
}

/** Writes what is due, second by second; answers what was said and when. */
class Beacon {
  head: ChainHead = { log: named('log', 16), seq: -1, id: null, ms: 0, arrival: -1 };
  chain = new WitnessChain();
  now = 0;
  readonly said: { at: number; flags: number; heads: readonly WitnessHead[] }[] = [];

  constructor(readonly held: Held) {}

  run(ms: number, linkedMs = 1e9): void {
    for (const end = this.now + ms; this.now < end; this.now += 1_000) {
      const holding = this.held.holding();
      if (!this.chain.due(this.head, holding, this.now, linkedMs)) continue;
      const { fields, arrival, commit } = this.chain.draft(this.head, holding, this.now, this.now);
      if (fields) {
        expect([fields.seq, fields.prev === null]).toEqual([this.head.seq + 1, this.head.seq < 0]);
        expect(fields.ms).toBeGreaterThan(this.head.ms);
        this.said.push({ at: this.now, flags: fields.flags, heads: fields.heads });
        this.head = { log: fields.log, seq: fields.seq, id: named(`id ${fields.seq}`), ms: fields.ms, arrival };
      } else this.head = { ...this.head, arrival };
      commit();
    }
  }

  /** What a reader of all of it knows: greatest seq by fragment and writer. */
  known(): Map<string, number> {
    const out = new Map<string, number>();
    for (const { heads } of this.said) for (const { fragment, writer, seq } of heads) out.set(`${toBase64url(fragment)}/${toBase64url(writer)}`, seq);
    return out;
  }
}

describe('WIT6 what a beacon says, and when', () => {
  test('[limit WITNESS.gatherMs WITNESS.intervalMs] the first change after half a minute, the next ones once an interval, nothing when nothing changed', () => {
    const beacon = new Beacon(new Held());
    beacon.run(120_000);
    expect(beacon.said).toEqual([]);
    beacon.held.put('f', 'a', 0);
    beacon.run(60_000);
    expect(beacon.said.map(({ at }) => at)).toEqual([120_000 + WITNESS_LIMITS.gatherMs]);
    for (let seq = 1; seq < 100; seq++) {
      beacon.held.put('f', 'a', seq);
      beacon.run(20_000);
    }
    const times = beacon.said.map(({ at }) => at);
    for (const [i, at] of times.entries()) if (i > 0) expect(at - times[i - 1]!).toBeGreaterThanOrEqual(WITNESS_LIMITS.intervalMs);
    expect(times.length).toBeLessThanOrEqual(5);
    beacon.run(WITNESS_LIMITS.intervalMs + WITNESS_LIMITS.gatherMs);
    expect([...beacon.known().values()]).toEqual([99]);
    const count = beacon.said.length;
    beacon.run(WITNESS_LIMITS.intervalMs * 4);
    expect(beacon.said.length).toBe(count);
  });

  test('[limit WITNESS.moreMs] a long list goes on in the next one, and nothing is said before a link was there', () => {
    const beacon = new Beacon(new Held());
    for (let at = 0; at < WITNESS_LIMITS.heads * 2 + 10; at++) beacon.held.put(`f${at % 7}`, `w${at}`, at);
    beacon.run(120_000, WITNESS_LIMITS.moreMs - 1);
    expect(beacon.said).toEqual([]);
    beacon.run(120_000);
    expect(beacon.said.map(({ heads, flags }) => [heads.length, flags])).toEqual([[WITNESS_LIMITS.heads, WITNESS_FLAG.more], [WITNESS_LIMITS.heads, WITNESS_FLAG.more], [10, 0]]);
    expect(beacon.said[1]!.at - beacon.said[0]!.at).toBe(WITNESS_LIMITS.moreMs);
    expect(beacon.known().size).toBe(WITNESS_LIMITS.heads * 2 + 10);
  });

  test('a record that lies ahead of the time is said when it is acknowledged; being full is said, and that it is over', () => {
    const beacon = new Beacon(new Held());
    beacon.held.put('f', 'a', 0);
    beacon.held.put('f', 'early', 0);
    beacon.held.parked.add('early');
    beacon.run(60_000);
    expect(beacon.known().size).toBe(1);
    beacon.held.parked.clear();
    beacon.run(WITNESS_LIMITS.intervalMs * 2);
    expect(beacon.known().size).toBe(2);
    beacon.held.full = true;
    beacon.run(WITNESS_LIMITS.intervalMs * 2);
    expect(beacon.said.at(-1)).toMatchObject({ flags: WITNESS_FLAG.full, heads: [] });
    beacon.held.full = false;
    beacon.run(WITNESS_LIMITS.intervalMs * 2);
    expect(beacon.said.at(-1)!.flags).toBe(0);
  });

  test('after a new start only what changed since is said again; begun anew, everything', () => {
    const beacon = new Beacon(new Held());
    for (const name of ['f', 'g']) for (const writer of ['a', 'b']) beacon.held.put(name, writer, 0);
    beacon.run(60_000);
    expect(beacon.said[0]!.heads.length).toBe(4);
    beacon.chain = new WitnessChain();
    beacon.held.put('g', 'a', 1);
    beacon.run(60_000);
    expect(beacon.said.at(-1)!.heads.length).toBe(2);
    beacon.chain.beginAnew();
    beacon.head = { log: named('another', 16), seq: -1, id: null, ms: 0, arrival: -1 };
    beacon.run(WITNESS_LIMITS.intervalMs * 2);
    expect(beacon.said.at(-1)!.heads.length).toBe(4);
  });

  test('both heads of a fork are said together', () => {
    const beacon = new Beacon(new Held());
    beacon.held.put('f', 'a', 0);
    beacon.held.fragments.get('f')!.heads.set('other branch', { writer: named('a'), seq: 0, id: named('the other') });
    beacon.run(60_000);
    expect(beacon.said[0]!.heads.map(({ writer }) => toBase64url(writer))).toEqual([toBase64url(named('a')), toBase64url(named('a'))]);
  });
});
