/** Searching on other devices: however things lie on them, what is put together is what one device with everything would find, and nothing of what the one who asks may not read. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import type { Entry } from '#domain/search';
import { answerTo, mergeAnswers, TextIndex } from '#domain/search/engine';
import { ELSEWHERE_KINDS, type ElsewhereAsk, type FoundThing } from '#os/search-api';
import { FIND, readFound } from '#os/kernel/search-call';
import { decodeWit, encodeWit } from '#vm/rpc/wit';

const RUNS = process.env['LGOS_FULL'] === '1' ? 2_000 : 120;
const NOW = 1_800_000_000_000;
const SPACE = 'river';
const WORDS = ['gasket', 'gaskets', 'washer', 'lantern', 'lanterns', 'прокладка', 'прокладки', 'крышка', 'the', 'of', 'ordered', 'order'] as const;
const ASKED = [...WORDS, 'gask', 'lant', 'прокл', 'ord'] as const;

const id = (n: number): string => toBase64url(new Uint8Array(16).fill(n % 256).fill(n >> 8, 0, 1));
const PLACES = [1, 2, 3, 4].map((n) => id(60_000 + n));

const words = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 8 }).map((list) => list.join(' '));
const things = fc.array(fc.record({ text: words, title: words, place: fc.nat(3), kind: fc.constantFrom(...ELSEWHERE_KINDS), days: fc.nat(200), holders: fc.integer({ min: 1, max: 31 }), long: fc.boolean() }), { minLength: 10, maxLength: 60 });
const questions = fc.record({ text: fc.array(fc.constantFrom(...ASKED), { minLength: 1, maxLength: 2 }).map((list) => list.join(' ')), limit: fc.integer({ min: 1, max: 30 }), closed: fc.nat(15) });

type Thing = typeof things extends fc.Arbitrary<(infer T)[]> ? T : never;

function entryOf({ text, title, place, kind, days, long }: Thing, n: number): Entry {
  const [node, block] = [id(n), kind === 'block' ? `block-${n}` : ''];
  const at = NOW - days * 86_400_000;
  const titled = kind === 'task' || kind === 'resource';
  return { key: `${SPACE}/${node}${block === '' ? '' : `/${block}`}`, kind, space: SPACE, fragment: PLACES[place]!, node, block, title: titled ? title : '', text: titled ? '' : `${text}${long ? ` ${'filler '.repeat(120)}${text}` : ''}`, by: '', at, changed: at };
}

/** An index with all places by name, as each member holds `root`, and these things. */
function indexOf(entries: readonly Entry[]): TextIndex {
  const index = new TextIndex();
  for (const [n, fragment] of PLACES.entries()) index.put(`place ${n}`, '1', [{ key: `${SPACE}/place${n}`, kind: 'channel', space: SPACE, fragment, node: `place${n}`, block: '', title: `place number ${n}`, text: '', by: '', at: 0, changed: 0 }]);
  for (const entry of entries) index.put(entry.key, '1', [entry]);
  return index;
}

const names = (list: readonly { readonly node: string; readonly block: string }[]): string[] => list.map(({ node, block }) => `${node}/${block}`);

/** An answer as it crosses the wire. */
function crossed(found: readonly FoundThing[], ask: ElsewhereAsk): readonly FoundThing[] {
  const taken = readFound(decodeWit(FIND.result, encodeWit(FIND.result, { found }))!.found, ask);
  expect(taken, 'an honest answer is one').not.toBeNull();
  return taken!;
}

test('{K5} FIND4 FIND2 things lie on five devices as they like: all answers together are what one device with everything would find, in its order, and nothing of a closed place', () => {
  let met = 0;
  let leaks = 0;
  fc.assert(fc.property(things, questions, (list, { text, limit, closed }) => {
    const entries = list.map(entryOf);
    const opens = ({ fragment }: { readonly fragment: string }): boolean => (closed & (1 << PLACES.indexOf(fragment))) === 0;
    const ask: ElsewhereAsk = { text, kinds: ELSEWHERE_KINDS, by: [], before: null, after: null, now: NOW, limit };
    const truth = answerTo(indexOf(entries.filter(opens)), SPACE, ask);
    const on = (device: number): Entry[] => entries.filter((_, n) => (list[n]!.holders & (1 << device)) !== 0);
    const both = PLACES.filter((fragment) => opens({ fragment }));
    // The one who asks holds no more than they may read; the others hold all sorts, and tell what both may read.
    const own = answerTo(indexOf(on(0).filter(opens)), SPACE, ask);
    const others = [1, 2, 3, 4].map((device) => ({ space: SPACE, device: `d${device}`, found: crossed(answerTo(indexOf(on(device)), SPACE, ask, both), ask) }));
    const merged = mergeAnswers(ask, [{ space: SPACE, device: '', found: own }], others).map(({ thing }) => thing);
    met += truth.length;
    leaks += answerTo(indexOf(entries), SPACE, ask).filter((one) => !opens(one)).length;
    expect(merged.every(opens)).toBe(true);
    expect(names(merged)).toEqual(names(truth));
  }), { numRuns: RUNS });
  // The controls: there was something to find, and something that would have been told to a member.
  expect(met).toBeGreaterThan(RUNS);
  expect(leaks).toBeGreaterThan(RUNS / 4);
});
