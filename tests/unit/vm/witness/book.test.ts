/** What is kept of one beacon's words, and how a lie shows whatever comes first. */
import { describe, expect, test } from 'vitest';
import { named } from '#tests/support/core-kit';
import { headOf, witnessKit } from '#tests/support/witness-kit';
import { provesLie, type Witness } from '#vm/protocol/witness';
import { WitnessBook } from '#vm/witness/book';
import { WITNESS_LIMITS } from '#vm/witness-limits';

const filled = (list: readonly Witness[]): WitnessBook => {
  const book = new WitnessBook();
  for (const w of list) book.take(w);
  return book;
};

describe('WIT2 the book of a beacon', () => {
  test('[limit WITNESS.window] keeps the newest of a log in their order, tells holes, and takes each once', async () => {
    const kit = await witnessKit();
    const chain = await kit.chain('log', WITNESS_LIMITS.window + 10);
    const book = filled(chain);
    expect(book.window.map(({ seq }) => seq)).toEqual(chain.slice(10).map(({ seq }) => seq));
    expect(book.take(chain.at(-1)!)).toBe('known');
    expect(book.take(chain[3]!)).toBe('old');
    expect([book.gap(), book.proof]).toEqual([null, null]);
    expect(book.wholeSince()).toBe(chain[10]!.ms);
    const holed = filled([...chain.slice(0, 5), ...chain.slice(20, 22)]);
    expect(holed.gap()).toMatchObject({ from: 12, to: 19 });
    expect(holed.wholeSince()).toBe(chain[20]!.ms);
    expect(filled([]).wholeSince()).toBe(Infinity);
  });

  test('[limit WITNESS.whole] a hole further back than every beacon keeps is none', async () => {
    const chain = await (await witnessKit()).chain('log', WITNESS_LIMITS.whole + 12);
    expect(filled([...chain.slice(0, 2), ...chain.slice(-WITNESS_LIMITS.whole)]).gap()).not.toBeNull();
    expect(filled([...chain.slice(0, 2), ...chain.slice(-WITNESS_LIMITS.whole - 1)]).gap()).toBeNull();
  });

  test('[limit WITNESS.windowBytes] fewer when they are large', async () => {
    const kit = await witnessKit();
    const heads = Array.from({ length: WITNESS_LIMITS.heads }, (_, at) => headOf(`f${at}`, 'w', at));
    const book = new WitnessBook();
    for (let seq = 0; seq < 40; seq++) book.take(await kit.say('log', seq, { heads, before: book.newest ?? undefined as never }));
    expect(book.window.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(WITNESS_LIMITS.windowBytes);
    expect(book.newest?.seq).toBe(39);
    expect(book.window.length).toBeLessThan(40);
  });

  test('what it said of a log is the greatest place in the log that goes on now', async () => {
    const kit = await witnessKit();
    const book = new WitnessBook();
    book.take(await kit.say('one', 0, { heads: [headOf('f', 'a', 4), headOf('f', 'b', 2)] }));
    book.take(await kit.say('one', 1, { heads: [headOf('f', 'a', 6)], before: book.newest! }));
    const at = (writer: string): number => book.saidOf(named('f', 16), named(writer));
    expect([at('a'), at('b'), at('c')]).toEqual([6, 2, -1]);
    // A log that begins anew says everything anew.
    book.take(await kit.say('two', 0, { heads: [headOf('f', 'b', 2)], ms: 9_000_000 }));
    expect([at('a'), at('b')]).toEqual([-1, 2]);
    expect(book.proof).toBeNull();
  });

  test('[limit WITNESS.logs] logs that follow each other are no lie, and the oldest are forgotten', async () => {
    const kit = await witnessKit();
    const book = new WitnessBook();
    for (let no = 0; no < WITNESS_LIMITS.logs + 3; no++) for (const w of await kit.chain(`log ${no}`, 3, { ms: 1_000_000 + no * 600_000 })) book.take(w);
    expect(book.proof).toBeNull();
    expect(new Set(book.all().map(({ log }) => log.join())).size).toBe(WITNESS_LIMITS.logs);
    expect(book.newest?.log.join()).toBe(named(`log ${WITNESS_LIMITS.logs + 2}`, 16).join());
  });
});

describe('WIT3 a lie shows in whatever order its words come', () => {
  const orders = <T,>(list: readonly T[]): T[][] => (list.length === 0 ? [[]] : list.flatMap((one, at) => orders([...list.slice(0, at), ...list.slice(at + 1)]).map((rest) => [one, ...rest])));

  test('two branches of one log', async () => {
    const kit = await witnessKit();
    const shared = await kit.chain('log', 2);
    const branch = async (heads: string) => kit.say('log', 2, { heads: [headOf(heads, 'w', 1)], before: shared[1]! });
    for (const list of orders([...shared, await branch('for anna'), await branch('for boris')])) {
      const { proof } = filled(list);
      expect(proof !== null && provesLie(proof)).toBe(true);
    }
  });

  test('two logs that take turns', async () => {
    const kit = await witnessKit();
    const [a, b] = [await kit.chain('a', 2, { ms: 1_000 }), await kit.chain('b', 1, { ms: 31_000 })];
    for (const list of orders([...a, ...b])) {
      const { proof } = filled(list);
      expect(proof !== null && provesLie(proof)).toBe(true);
    }
  });

  test('a proof that others bring stands; what is none is not taken', async () => {
    const kit = await witnessKit();
    const [a, b] = [await kit.say('log', 0), await kit.say('log', 0, { heads: [] })];
    const book = new WitnessBook();
    expect(book.takeProof([a, a])).toBe(false);
    expect(book.takeProof([a, b])).toBe(true);
    expect(book.takeProof([a, b])).toBe(false);
    expect(book.proof).toEqual([a, b]);
  });
});
