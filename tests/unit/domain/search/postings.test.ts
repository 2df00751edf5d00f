/** What a question is worth in each thing: the sums of the library itself, for every way a word is looked for; and which texts hold a phrase. */
import MiniSearch, { type Query } from 'minisearch';
import { expect, test } from 'vitest';
import { holdsPhrase, phraseTest, Postings, type Group } from '#domain/search/engine';
import { stemOf, wordsOf } from '#domain/search/words';

interface Thing {
  readonly key: string;
  readonly title: string;
  readonly text: string;
}

/** Numbers that look drawn and are not. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x7fffffff;
}

const WORDS = ['gasket', 'gaskets', 'gas', 'gases', 'lid', 'lids', 'seal', 'sealing', 'seals', 'carry', 'прокладка', 'прокладками', 'прокат', 'крышка', 'крыша', 'box', 'boxes', 'the', 'of'];
const options = { idField: 'key', fields: ['title', 'text'], storeFields: [], tokenize: (text: string) => wordsOf(text).map(({ word }) => word), processTerm: stemOf };
const lookup = { tokenize: (text: string) => [text], processTerm: (term: string) => term, boost: { title: 2 } };

/** The same question in the words of the library. */
const asQuery = (group: Group): Query => ({ combineWith: 'OR', queries: group.map(({ term, begins, slips }) => ({ queries: [term], ...(begins ? { prefix: true } : {}), ...(slips ? { fuzzy: slips } : {}) })) });

const QUESTIONS: readonly (readonly Group[])[] = [
  [[{ term: 'gasket', begins: true }]],
  [[{ term: 'gas', begins: true }, { term: 'gase' }]],
  [[{ term: 'seal', begins: true }], [{ term: 'lid' }]],
  [[{ term: 'прок', begins: true }], [{ term: 'крышк' }]],
  [[{ term: 'gasket', slips: 2 }, { term: 'gasket', begins: true }]],
  [[{ term: 'крыш', slips: 1 }], [{ term: 'box', begins: true }], [{ term: 'seal' }]],
  [[{ term: 'seal' }], [{ term: 'seal' }]],
  [[{ term: 'nowhere' }], [{ term: 'seal' }]],
];

test('{C1} every question has the sums of the library, also when things came and went, and when it was dumped and read', () => {
  const next = drawn(5);
  const words = (n: number): string => Array.from({ length: Math.floor(next() * n) }, () => WORDS[Math.floor(next() * WORDS.length)]!).join(' ');
  const things = Array.from({ length: 600 }, (_, at): Thing => ({ key: `k${at}`, title: at % 3 === 0 ? words(4) : '', text: words(14) }));
  const [library, ours] = [new MiniSearch<Thing>(options), Postings.empty<Thing>()];
  for (const thing of things) {
    library.add(thing);
    ours.add(thing);
  }
  for (const thing of things.filter((_, at) => at % 7 === 0)) {
    library.remove(thing);
    ours.remove(thing);
  }
  const left = new Map(things.filter((_, at) => at % 7 !== 0).map((thing) => [thing.key, thing]));
  const opened = Postings.load<Thing>(JSON.parse(JSON.stringify(ours.dump())) as ReturnType<typeof ours.dump>, left)!;
  let found = 0;
  for (const any of [false, true]) for (const groups of QUESTIONS) {
    const truth = new Map(library.search({ combineWith: any ? 'OR' : 'AND', queries: groups.map(asQuery) }, lookup).map(({ id, score, terms }) => [id as string, { score, terms: [...terms].sort() }]));
    for (const index of [ours, opened]) {
      // Twice: nothing of a question stays behind.
      for (let time = 0; time < 2; time++) {
        const matches = index.match(groups, { any, stems: [] });
        const terms = index.termsOf(matches.map(({ number }) => number), groups);
        expect(new Set(matches.map(({ number }) => index.thing(number).key))).toEqual(new Set(truth.keys()));
        matches.forEach(({ number, score }, at) => {
          const told = truth.get(index.thing(number).key)!;
          expect(score).toBeCloseTo(told.score, 9);
          expect([...terms[at]!].sort()).toEqual(told.terms);
        });
      }
    }
    found += truth.size;
  }
  expect(found).toBeGreaterThan(1_000);
});

test('{C1} a thing is whole when it has the words as they are, not what begins like them', () => {
  const ours = Postings.empty<Thing>();
  ours.add({ key: 'as it is', title: '', text: 'seal lid' });
  ours.add({ key: 'begun', title: '', text: 'sealant lid' });
  const whole = ours.match([[{ term: 'seal', begins: true }], [{ term: 'lid' }]], { any: false, stems: ['seal', 'lid'] });
  expect(Object.fromEntries(whole.map((one) => [ours.thing(one.number).key, one.whole]))).toEqual({ 'as it is': true, begun: false });
});

test('an index that gave far more numbers than it has things is made anew; one whose things are others, too', () => {
  const ours = Postings.empty<Thing>();
  const thing = { key: 'a', title: '', text: 'seal' };
  ours.add(thing);
  const dump = ours.dump();
  const things = new Map([['a', thing]]);
  expect(Postings.load(dump, things)).not.toBeNull();
  expect(Postings.load({ ...dump, nextId: 1_000_009 }, things)).toBeNull();
  expect(Postings.load(dump, new Map([['b', { ...thing, key: 'b' }]]))).toBeNull();
});

test('{C1} a phrase is found by a look where its words stand one by one, whatever is between them and however they are written', () => {
  const texts = ['The lid-seal of it', 'lid, seal', 'lid the seal', 'lidseal', 'a lid', 'Ёлка стоит', 'ЕЛКА  —  стоит', 'caf\u00e9 bar', 'cafe\u0301 bar', '\ufb01rst seal', '国人', '国 人', '国x人', `${'x'.repeat(60)} seal`, ''];
  const phrases = ['lid seal', 'елка стоит', 'cafe bar', 'first seal', '国人', `${'x'.repeat(60)} seal`, 'seal'].map((phrase) => wordsOf(phrase).map(({ word }) => word));
  for (const phrase of phrases) for (const text of texts) expect(phraseTest(phrase)(text), `${phrase.join(' ')} in ${text}`).toBe(holdsPhrase(wordsOf(text).map(({ word }) => word), phrase));
  expect(texts.filter(phraseTest(['lid', 'seal']))).toEqual(['The lid-seal of it', 'lid, seal']);
  expect(texts.filter(phraseTest(['cafe', 'bar']))).toHaveLength(2);
});
