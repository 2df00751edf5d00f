/** Whatever an honest beacon holds and whoever hears it in whatever order: no proof against it, and everything said in the end; whatever a liar splits: a proof. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { named } from '#tests/support/core-kit';
import { witnessKit } from '#tests/support/witness-kit';
import { provesLie, type Witness, type WitnessHead } from '#vm/protocol/witness';
import { WitnessBook } from '#vm/witness/book';
import { WitnessChain, type ChainHead, type Holding } from '#vm/witness/chain';

/** What happens to a beacon: a record of a writer in a fragment, time, a new start, a store set back as members notice it. */
type Event = { readonly fragment: number; readonly writer: number } | { readonly minutes: number } | 'start' | 'back';

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ fragment: fc.nat(4), writer: fc.nat(6) }) },
  { weight: 3, arbitrary: fc.record({ minutes: fc.integer({ min: 1, max: 25 }) }) },
  { weight: 1, arbitrary: fc.constantFrom<Event>('start', 'back') },
);

async function honest(events: readonly Event[]): Promise<{ said: Witness[]; held: ReadonlyMap<string, number> }> {
  const kit = await witnessKit();
  const fragments = new Map<number, { at: number; heads: Map<number, number> }>();
  const said: Witness[] = [];
  const held = new Map<string, number>();
  const idOf = (no: number): Bytes => named(`f${no}`, 16);
  let [arrival, now, log] = [0, 0, 0];
  let chain = new WitnessChain();
  let head: ChainHead = { log: named('log 0', 16), seq: -1, id: null, ms: 0, arrival: -1 };
  const holding = (): Holding => ({
    arrival, root: named('root'), full: false,
    changedSince: (since) => [...fragments].filter(([, { at }]) => at > since).map(([no]) => idOf(no)),
    heads: (id) => {
      const [, { heads }] = [...fragments].find(([no]) => toBase64url(idOf(no)) === toBase64url(id))!;
      return { heads: [...heads].map(([writer, seq]): Omit<WitnessHead, 'fragment'> => ({ writer: named(`w${writer}`), seq, id: named(`${toBase64url(id)} ${writer} ${seq}`) })), later: false };
    },
  });
  const pass = async (ms: number): Promise<void> => {
    for (const end = now + ms; now < end; now += 5_000) {
      if (!chain.due(head, holding(), now, 1e9)) continue;
      const draft = chain.draft(head, holding(), now, now);
      if (draft.fields) {
        const w = await kit.say(`log ${log}`, draft.fields.seq, draft.fields);
        said.push(w);
        head = { log: w.log, seq: w.seq, id: w.id, ms: w.ms, arrival: draft.arrival };
      } else head = { ...head, arrival: draft.arrival };
      draft.commit();
    }
  };
  for (const one of events) {
    if (one === 'start') chain = new WitnessChain();
    else if (one === 'back') {
      log += 1;
      head = { log: named(`log ${log}`, 16), seq: -1, id: null, ms: head.ms, arrival: -1 };
      chain.beginAnew();
    } else if ('minutes' in one) await pass(one.minutes * 60_000);
    else {
      const known = fragments.get(one.fragment) ?? { at: 0, heads: new Map<number, number>() };
      known.at = ++arrival;
      known.heads.set(one.writer, (known.heads.get(one.writer) ?? -1) + 1);
      fragments.set(one.fragment, known);
      held.set(`${one.fragment} ${one.writer}`, known.heads.get(one.writer)!);
    }
  }
  await pass(30 * 60_000);
  return { said, held };
}

describe('{V10} WIT2 WIT3 WIT6 properties', () => {
  test('an honest beacon says everything in the end, and no order of its words is a proof', async () => {
    await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 40 }), fc.infiniteStream(fc.nat()), async (events, order) => {
      const { said, held } = await honest(events);
      const shuffled = said.map((w) => ({ w, at: order.next().value! })).sort((a, b) => a.at - b.at).map(({ w }) => w);
      const books = [said, shuffled].map((list) => {
        const book = new WitnessBook();
        for (const w of list) book.take(w);
        return book;
      });
      for (const book of books) expect(book.proof).toBeNull();
      for (const [name, seq] of held) {
        const [fragment, writer] = name.split(' ');
        expect(books[0]!.saidOf(named(`f${fragment}`, 16), named(`w${writer}`))).toBe(seq);
      }
      expect(books[1]!.newest?.id).toEqual(books[0]!.newest?.id);
    }), { numRuns: 60 });
  });

  test('two branches that begin anywhere are a proof once two words of one place met, and the proof stands by itself', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.infiniteStream(fc.nat()), async (shared, left, right, order) => {
      const kit = await witnessKit();
      const trunk = await kit.chain('log', shared);
      const branch = async (count: number, flag: number): Promise<Witness[]> => {
        const out: Witness[] = [];
        for (let at = 0; at < count; at++) {
          const before = out.at(-1) ?? trunk.at(-1);
          out.push(await kit.say('log', shared + at, { flags: flag, ...(before ? { before } : {}) }));
        }
        return out;
      };
      const all = [...trunk, ...(await branch(left, 0)), ...(await branch(right, 1))];
      const book = new WitnessBook();
      for (const { w } of all.map((w) => ({ w, at: order.next().value! })).sort((a, b) => a.at - b.at)) book.take(w);
      expect(book.proof !== null && provesLie(book.proof)).toBe(true);
    }), { numRuns: 60 });
  });
});
