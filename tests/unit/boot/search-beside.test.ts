/** Vectors beside the index: they follow its words, are kept with it, and take nothing from it where they cannot be. */
import { expect, test } from 'vitest';
import type { CardDots } from '#adapters/fast-loops/gpu';
import { fastDots } from '#adapters/fast-loops/loops';
import { plainDots } from '#base/dots';
import { SearchRows } from '#boot/search-rows';
import { SearchVectors } from '#boot/search-vectors';
import { spellingVectors } from '#boot/spelling-vectors';
import type { Entry, SearchAnswer, SearchQuery } from '#domain/search';
import { TextIndex } from '#domain/search/engine';
import { keeper } from '#tests/support/row-keeper';

const NOW = 1_800_000_000_000;
const entry = (node: string, text: string, rest: Partial<Entry> = {}): Entry => ({ key: `s/${node}`, kind: 'message', space: 's', fragment: 'f', node, block: '', title: '', text, by: 'anna', at: NOW - 1_000, changed: NOW - 1_000, ...rest });
const PLACE = entry('place', '', { kind: 'channel', title: 'Place' });
const TEXTS = ['Gasketing of the lid', 'Прокладочный материал заказан', 'Nothing of the kind', 'Waterproofing', 'The budget of the year'];

async function besideOf(texts: readonly string[]): Promise<{ index: TextIndex; beside: SearchVectors }> {
  const [index, beside] = [new TextIndex(), new SearchVectors(spellingVectors, fastDots)];
  await beside.follow(index, null);
  index.put('s/place', '1', [PLACE]);
  texts.forEach((text, at) => index.put(`s/n${at}`, '1', [entry(`n${at}`, text)]));
  return { index, beside };
}

const find = (index: TextIndex, beside: SearchVectors | null, text: string, rest: Partial<SearchQuery> = {}): Omit<SearchAnswer, 'state'> => index.find({ text, limit: 50, now: NOW, ...rest }, beside && ((words, fits) => beside.alike(words, fits)));
/** An answer without its scores: those of the library depend in their last digits on what came and went. */
const plain = ({ hits, ...rest }: Omit<SearchAnswer, 'state'>): unknown => ({ ...rest, hits: hits.map(({ score: _score, ...hit }) => hit) });
const texts = ({ hits }: Omit<SearchAnswer, 'state'>): string[] => hits.map(({ entry: { node } }) => node);

test('{K5} what is only spelled alike is found, is told as that, and stands behind what has the words', async () => {
  const { index, beside } = await besideOf([...TEXTS, 'waterproof']);
  const answer = find(index, beside, 'waterproofed');
  expect(texts(answer)).toContain('n3');
  expect(answer.hits.find(({ entry: { node } }) => node === 'n2')).toBeUndefined();
  // Its letters come in another order: neither the words nor slips of the finger find it.
  const other = find(index, beside, 'proofwater');
  expect(find(index, null, 'proofwater').total).toBe(0);
  expect(texts(other)).toEqual(expect.arrayContaining(['n3', 'n5']));
  expect(other).toMatchObject({ near: true, total: other.hits.length, counts: { message: other.hits.length } });
  expect(other.hits.every(({ alike }) => alike)).toBe(true);
  expect(find(index, beside, 'waterproof').hits[0]).toMatchObject({ alike: false });
});

test('{K5} filters hold for what is alike too; where words have to stand as they are, nothing is added', async () => {
  const { index, beside } = await besideOf(TEXTS);
  expect(texts(find(index, beside, 'proofwater'))).toEqual(['n3']);
  expect(find(index, beside, 'proofwater', { kinds: ['task'] })).toMatchObject({ hits: [], total: 0, counts: { message: 1 } });
  expect(find(index, beside, 'proofwater', { hidden: ['anna'] }).total).toBe(0);
  expect(find(index, beside, '"proofwater"').total).toBe(0);
  // The channel goes to the trash: what is in it is not found.
  index.drop('s/place');
  expect(find(index, beside, 'proofwater').total).toBe(0);
});

test('{K5} made step by step and made anew are the same', async () => {
  const step = await besideOf(['first words', ...TEXTS.slice(1), 'one more that goes']);
  step.index.put('s/n0', '2', [entry('n0', TEXTS[0]!)]);
  step.index.drop(`s/n${TEXTS.length}`);
  const anew = await besideOf([...TEXTS]);
  expect(step.beside.size).toBe(anew.beside.size);
  for (const text of ['proofwater', 'gaskets lid', 'прокладка', 'budget']) expect(plain(find(step.index, step.beside, text))).toEqual(plain(find(anew.index, anew.beside, text)));
});

test('{K5} they are kept with the index and opened with it, with what its log says since; damaged ones are made from the words', async () => {
  const { feed, rows } = keeper();
  const { index, beside } = await besideOf(TEXTS);
  const kept = new SearchRows(feed, () => 'g', beside);
  await kept.write(index, [], 6);
  expect([...rows.keys()].sort()).toEqual(['g/p0', 'g/v0', 'head']);
  const late = [entry('n9', 'proof of water')];
  index.put('s/n9', '1', late);
  await kept.write(index, [['s/n9', '1', late]], 7);

  let made = 0;
  const counted = (): SearchVectors => new SearchVectors({ ...spellingVectors, make: (text) => (made++, spellingVectors.make(text)) }, fastDots);
  const again = counted();
  const opened = (await new SearchRows(feed, () => 'h', again).load())!;
  expect(made).toBe(1);
  expect(plain(find(opened, again, 'proofwater'))).toEqual(plain(find(index, beside, 'proofwater')));

  rows.set('g/v0', rows.get('g/v0')!.map((byte, at) => (at > 2 ? byte ^ 0x55 : byte)));
  const [third, before] = [counted(), made];
  const mended = (await new SearchRows(feed, () => 'h', third).load())!;
  expect(made - before).toBe(7);
  expect(plain(find(mended, third, 'proofwater'))).toEqual(plain(find(index, beside, 'proofwater')));
  rows.delete('g/v0');
  const fourth = counted();
  expect(plain(find((await new SearchRows(feed, () => 'h', fourth).load())!, fourth, 'proofwater'))).toEqual(plain(find(index, beside, 'proofwater')));
});

test('{K5} without memory for them things are found by their words alone', async () => {
  const index = new TextIndex();
  let room = 3;
  const tight = new SearchVectors(spellingVectors, async (places) => {
    const dots = plainDots(places);
    return { ...dots, write: (row, codes) => (room-- > 0 ? dots.write(row, codes) : raise()) };
  });
  await tight.follow(index, null);
  index.put('s/place', '1', [PLACE]);
  TEXTS.forEach((text, at) => index.put(`s/n${at}`, '1', [entry(`n${at}`, text)]));
  expect([tight.size, tight.bytes()]).toEqual([0, null]);
  expect(texts(find(index, tight, 'waterproofing'))).toEqual(['n3']);
  const none = new SearchVectors(spellingVectors, () => Promise.reject(new RangeError('no memory')));
  await none.follow(index, null);
  expect(texts(find(index, none, 'budget'))).toEqual(['n4']);
});

const raise = (): never => {
  throw new RangeError('no memory');
};

test('{K5} a megabyte of one word, and a text without letters, hold up nothing', async () => {
  const { index, beside } = await besideOf(['a'.repeat(1_000_000), '— — —', 'word '.repeat(200_000)]);
  expect(find(index, beside, 'word').total).toBeGreaterThanOrEqual(1);
});

/** A card that is none: the twin, whose sums come later. */
function fakeCard(places: number) {
  const dots = plainDots(places);
  let [asked, fails, wait] = [0, false, Promise.resolve()];
  const card: CardDots = {
    write: (row, codes) => dots.write(row, codes), copy: (from, to) => dots.copy(from, to), close: () => undefined,
    async dots(question, count) {
      asked++;
      await wait;
      if (fails) throw new Error('lost');
      return dots.dots(question, count).slice();
    },
  };
  return { card, asked: () => asked, fail: () => (fails = true), hold: (until: Promise<void>) => void (wait = until) };
}

test('{K5} what the graphics card adds up gives the same answer; rows that came meanwhile and a card that is lost are seen', async () => {
  const [index, fake] = [new TextIndex(), fakeCard(spellingVectors.places)];
  const beside = new SearchVectors(spellingVectors, fastDots, async () => fake.card, 3);
  await beside.follow(index, null);
  expect(await beside.sums('proofwater')).toBeNull();
  index.put('s/place', '1', [PLACE]);
  TEXTS.forEach((text, at) => index.put(`s/n${at}`, '1', [entry(`n${at}`, text)]));
  const all = (): boolean => true;
  const same = async (): Promise<void> => {
    const sums = await beside.sums('proofwater');
    expect(sums).not.toBeNull();
    expect(beside.alike('proofwater', all, sums)).toEqual(beside.alike('proofwater', all));
  };
  await same();
  index.put('s/n7', '1', [entry('n7', 'proof of water')]);
  index.drop('s/n0');
  await same();
  expect(fake.asked()).toBe(2);
  let go = (): void => undefined;
  fake.hold(new Promise((done) => (go = done)));
  const late = beside.sums('proofwater');
  await expect.poll(fake.asked).toBe(3);
  index.drop('s/n7');
  go();
  expect(await late).toBeNull();
  fake.fail();
  expect(await beside.sums('proofwater')).toBeNull();
  // It is not asked again.
  expect(await beside.sums('proofwater')).toBeNull();
  expect(fake.asked()).toBe(4);
  expect(beside.alike('proofwater', all).map(({ key }) => key)).toEqual(['s/n3']);
});

test('{K5} a sentence of which nothing has all the words finds what has some of them, the rarest first; quoted it does not', async () => {
  const { index, beside } = await besideOf([...TEXTS, 'The budget of the lid']);
  for (const with_ of [beside, null]) {
    const answer = find(index, with_, 'who has the budget for gasketing');
    expect(texts(answer).slice(0, 3).sort()).toEqual(['n0', 'n4', 'n5']);
    expect(answer).toMatchObject({ near: true });
    // Words that say nothing find nothing; all words still come first.
    expect(find(index, with_, 'who has the').total).toBe(0);
    expect(texts(find(index, with_, 'budget year'))[0]).toBe('n4');
    expect(find(index, with_, '"budget for gasketing"').total).toBe(0);
  }
});

test('{K5} of a sentence what stands in thousands of things is looked for only where no word is rarer, and then in the newest 4,000 that fit', async () => {
  const index = new TextIndex();
  index.put('s/place', '1', [PLACE]);
  for (let at = 0; at < 4_001; at++) index.put(`s/n${at}`, '1', [entry(`n${at}`, at < 2 ? 'gravel on the road' : 'water on the road')]);
  expect(texts(find(index, null, 'who put gravel below the water')).sort()).toEqual(['n0', 'n1']);
  // Where already the rarest is in more, the newest with it that fit are looked through: 4,000 of them.
  const road = (rest: Partial<SearchQuery> = {}) => find(index, null, 'road under snow again tomorrow', rest);
  index.put('s/old', '1', [{ ...entry('old', 'a road of long ago'), by: 'mira', at: 1 }]);
  expect(road()).toMatchObject({ total: 4_000, near: true });
  expect(texts(road({ by: ['mira'] }))).toEqual(['old']);
  expect(road({ limit: 5_000 }).hits.some(({ entry: { node } }) => node === 'old')).toBe(false);
  index.drop('s/n4000');
  index.drop('s/n3999');
  expect(road().total).toBe(4_000);
  expect(road({ limit: 5_000 }).hits.some(({ entry: { node } }) => node === 'old')).toBe(true);
});

test('{K5} a sentence whose words that say something all stand in one thing finds that alone, whatever stands between them', async () => {
  const { index, beside } = await besideOf([...TEXTS, 'The gasketing of the budget']);
  expect(find(index, null, 'what is the budget of this gasketing')).toMatchObject({ near: false, total: 1 });
  expect(texts(find(index, beside, 'what is the budget of this gasketing'))[0]).toBe('n5');
  // The last word is only begun.
  expect(find(index, null, 'what is the budget of gask')).toMatchObject({ near: false, total: 1 });
});
