/** Vectors of a model a person brought: made step by step, kept under its hash, made again by another, and nothing is taken from the answer where there is none, or where it fails or is slow. */
import { afterEach, expect, test, vi } from 'vitest';
import { plainDots } from '#base/dots';
import { ModelRows } from '#boot/model-rows';
import { ModelVectors, type Embed } from '#boot/model-vectors';
import { modelsOfSearch } from '#boot/search-models';
import { SearchRows } from '#boot/search-rows';
import type { Entry } from '#domain/search';
import { TextIndex } from '#domain/search/engine';
import { InferenceError, type Inference, type InferenceFault, type ModelFacts } from '#ports/inference';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { keeper } from '#tests/support/row-keeper';
import { soon } from '#tests/support/soon';

const NOW = 1_800_000_000_000;
const entry = (node: string, text: string): Entry => ({ key: `s/${node}`, kind: 'message', space: 's', fragment: 'f', node, block: '', title: '', text, by: 'anna', at: NOW - 1_000, changed: NOW - 1_000 });
const PLACE: Entry = { ...entry('place', ''), kind: 'channel', title: 'Place' };
/** Words of one meaning have one place: what a model would know, and no spelling tells. */
const MEANINGS = [['car', 'automobile', 'машина'], ['river', 'stream', 'река'], ['money', 'budget', 'деньги'], ['place']];
const PLACES = 20;

/** A model by a table of meanings; counts what it was asked. */
function model(names: readonly string[] = ['m1']) {
  const asked: string[] = [];
  let [fails, hold]: [boolean, Promise<void>] = [false, Promise.resolve()];
  const embed: Embed = async (id, texts) => {
    asked.push(...texts);
    await hold;
    if (fails || !names.includes(id)) return null;
    return texts.map((text) => {
      const vector = new Float32Array(PLACES);
      for (const word of text.toLowerCase().split(/\s+/)) vector[Math.max(0, MEANINGS.findIndex((words) => words.includes(word)) + 1)]! += 1;
      vector[19] = 0.1 * names.indexOf(id);
      const length = Math.hypot(...vector) || 1;
      return vector.map((x) => x / length);
    });
  };
  return { embed, asked, fail: (on: boolean) => (fails = on), wait: (until: Promise<void>) => (hold = until) };
}

const TEXTS = ['automobile', 'stream', 'budget', 'river', 'деньги', 'weather', 'lunch', 'paper'];
const indexOf = (texts: readonly string[]): TextIndex => {
  const index = new TextIndex();
  index.put('s/place', '1', [PLACE]);
  texts.forEach((text, at) => index.put(`s/n${at}`, '1', [entry(`n${at}`, text)]));
  return index;
};
/** What was begun had its turn. */
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));
const engine = async (places: number) => plainDots(places);
const of = (embed: Embed, feed = keeper().feed, writes = true): ModelVectors => new ModelVectors(embed, engine, new ModelRows(feed, () => writes), () => undefined);
const done = (vectors: ModelVectors) => soon(() => expect(vectors.state()?.left).toBe(0));
const close = async (vectors: ModelVectors, text: string): Promise<string[]> => {
  await vectors.prepare(text);
  return vectors.close(text, () => true).map(({ key, meant }) => `${key}${meant ? '' : '?'}`);
};

afterEach(() => vi.useRealTimers());

test('{K5} what means the same is found though no letter is the same; without a model nothing is asked and nothing is found', async () => {
  const { embed, asked } = model();
  const [index, vectors] = [indexOf(TEXTS), of(embed)];
  await vectors.use(null, index);
  expect([await close(vectors, 'машина'), asked, vectors.state()]).toEqual([[], [], null]);
  await vectors.use('m1', index);
  await done(vectors);
  expect(vectors.state()).toEqual({ made: 9, left: 0 });
  expect(await close(vectors, 'машина')).toEqual(['s/n0']);
  expect((await close(vectors, 'река')).sort()).toEqual(['s/n1', 's/n3']);
  // In one order with the words: it says that it is only meant.
  const { hits } = index.find({ text: 'машина', limit: 9, now: NOW }, (text, fits) => vectors.close(text, fits));
  expect(hits.map(({ entry: { node }, alike, meant }) => [node, alike, meant])).toEqual([['n0', true, true]]);
  expect(vectors.close('машина', (key) => key !== 's/n0').map(({ key }) => key)).not.toContain('s/n0');
  // Switched off again: the model was taken away.
  await vectors.use(null, index);
  expect(await close(vectors, 'машина')).toEqual([]);
});

test('{K5} made step by step and made anew answer the same; only what is new is asked', async () => {
  const { embed, asked } = model();
  const [index, vectors] = [indexOf(['lunch', ...TEXTS.slice(1), 'car']), of(embed)];
  await vectors.use('m1', index);
  await done(vectors);
  asked.length = 0;
  index.put('s/n0', '2', [entry('n0', TEXTS[0]!)]);
  index.put('s/n1', '2', [{ ...entry('n1', TEXTS[1]!), changed: NOW }]);
  index.drop(`s/n${TEXTS.length}`);
  await done(vectors);
  expect(asked).toEqual(['automobile']);
  const anew = of(model().embed);
  await anew.use('m1', indexOf(TEXTS));
  await done(anew);
  expect(vectors.state()).toEqual(anew.state());
  for (const text of ['машина', 'река', 'money', 'place', 'nothing']) expect(await close(vectors, text)).toEqual(await close(anew, text));
});

test('{K5} they are kept under the hash of the model beside the index, opened with what changed since, and made again by another model; damaged ones are made again', async () => {
  const { feed, rows } = keeper();
  const { embed, asked } = model(['m1', 'm2']);
  const index = indexOf(TEXTS);
  const words = new SearchRows(feed, () => `g${rows.size}`);
  const first = of(embed, feed);
  await first.use('m1', index);
  await soon(() => expect([...rows.keys()]).toContain('m/head'));
  expect(new TextDecoder().decode(rows.get('m/head'))).toContain('"m1"');
  // The index is written anew: they stay.
  await words.write(index, [], 9);
  expect([...rows.keys()].filter((name) => name.startsWith('m/'))).toHaveLength(2);
  const again = async (id: string, texts: readonly string[]): Promise<[string[], number]> => {
    const vectors = of(embed, feed);
    asked.length = 0;
    await vectors.use(id, indexOf(texts));
    await done(vectors);
    const made = asked.length;
    return [await close(vectors, 'машина'), made];
  };
  expect(await again('m1', TEXTS)).toEqual([['s/n0'], 0]);
  const late = [...TEXTS.slice(0, 7), 'машина'];
  const [found, made] = await again('m1', late);
  expect([found.sort(), made]).toEqual([['s/n0', 's/n7'], 1]);
  await soon(() => expect(rows.has('m/1/1')).toBe(true));
  expect((await again('m1', late))[1]).toBe(0);
  // Another model: all anew, and nothing of the first is left.
  expect((await again('m2', late))[1]).toBe(9);
  await soon(() => expect(new TextDecoder().decode(rows.get('m/head'))).toContain('"m2"'));
  expect([...rows.keys()].filter((name) => name.startsWith('m/')).sort()).toEqual(['m/2/0', 'm/head']);
  expect((await again('m2', late))[1]).toBe(0);
  rows.set('m/2/0', rows.get('m/2/0')!.map((byte, at) => (at > 6 ? byte ^ 0x55 : byte)));
  expect(await again('m2', late).then(([keys, n]) => [keys.sort(), n])).toEqual([['s/n0', 's/n7'], 9]);
});

test('{K5} a tab that keeps no rows writes none; what comes for an earlier model is left', async () => {
  const { feed, rows } = keeper();
  const { embed, wait, asked } = model(['m1', 'm2']);
  const other = of(embed, feed, false);
  await other.use('m1', indexOf(TEXTS));
  await done(other);
  expect([...rows.keys()]).toEqual([]);
  let go = (): void => undefined;
  wait(new Promise((next) => (go = next)));
  const index = indexOf(['car']);
  const vectors = of(embed);
  await vectors.use('m1', index);
  await soon(() => expect(asked).toContain('car'));
  // Its words change, it goes, and the model is another, while the first is asked.
  index.drop('s/n0');
  await vectors.use('m2', index);
  go();
  await soon(() => expect(vectors.state()).toEqual({ made: 1, left: 0 }));
  expect(await close(vectors, 'car')).not.toContain('s/n0');
});

test('{K5} a model that fails is tried again a minute later; a slow one holds up no question, and its answer is there when it is asked again', async () => {
  vi.useFakeTimers();
  const { embed, asked, fail, wait } = model();
  const vectors = of(embed);
  fail(true);
  await vectors.use('m1', indexOf(TEXTS));
  await vi.advanceTimersByTimeAsync(59_000);
  expect([asked.length, vectors.state()], 'all of them, and then one alone').toEqual([10, { made: 0, left: 9 }]);
  fail(false);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(vectors.state()).toEqual({ made: 9, left: 0 });
  let go = (): void => undefined;
  wait(new Promise((next) => (go = next)));
  const slow = close(vectors, 'машина');
  await vi.advanceTimersByTimeAsync(400);
  expect(await slow).toEqual([]);
  go();
  await vi.advanceTimersByTimeAsync(1);
  expect(vectors.close('машина', () => true).map(({ key }) => key)).toEqual(['s/n0']);
});

test('{K5} the page says which model there is when it comes, goes, and when a worker begins; it looks for one only now and then', async () => {
  const clock = createSimClock(1_000_000);
  let [looks, there, breaks, fault]: [number, string[] | null, string, InferenceFault] = [0, null, '', 'memory'];
  let changed = (): void => undefined;
  const desk = { models: async () => there!.map((id) => ({ id }) as ModelFacts), onChange: (listener: () => void) => ((changed = listener), () => undefined), embed: async ({ model: id, texts }: { model: string; texts: readonly string[] }) => (id === breaks ? Promise.reject(new InferenceError(fault)) : { value: texts.map(() => new Float32Array(16)) }) } as unknown as Inference;
  const told: (string | null)[] = [];
  const models = modelsOfSearch(async () => (looks++, there ? desk : null), clock, (id) => told.push(id));
  models.begin();
  models.look();
  models.look();
  expect(looks).toBe(1);
  expect(await models.embed({ no: 1, model: 'a', texts: ['x'] })).toBeNull();
  there = ['b', 'a'];
  await clock.run(3_001);
  models.look();
  await soon(() => expect(told).toEqual(['a']));
  expect(await models.embed({ no: 1, model: 'a', texts: ['x'] })).toHaveLength(1);
  models.begin();
  await soon(() => expect(told).toEqual(['a', 'a']));
  // One that has too little memory just now stays; one that breaks gives way to another, where there is one.
  breaks = 'a';
  expect(await models.embed({ no: 2, model: 'a', texts: ['x'] })).toBeNull();
  fault = 'operator';
  await settled();
  expect(told).toEqual(['a', 'a']);
  expect(await models.embed({ no: 2, model: 'a', texts: ['x'] })).toBeNull();
  await soon(() => expect(told).toEqual(['a', 'a', 'b']));
  there = ['a'];
  changed();
  await soon(() => expect(told).toEqual(['a', 'a', 'b', 'a']));
  there = [];
  changed();
  await soon(() => expect(told).toEqual(['a', 'a', 'b', 'a', null]));
});

test('{K5} a text at which the model fails keeps no other from its vector: it is tried alone a few times and set aside until it changes', async () => {
  vi.useFakeTimers();
  const { embed, asked } = model();
  const poison: Embed = (id, texts) => (texts.includes('paper') ? (asked.push(...texts), Promise.resolve(null)) : embed(id, texts));
  const [index, vectors] = [indexOf(TEXTS), of(poison)];
  await vectors.use('m1', index);
  for (let minute = 0; minute < 6; minute++) await vi.advanceTimersByTimeAsync(60_000);
  expect(vectors.state(), 'all but the one').toEqual({ made: 8, left: 0 });
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked.length, 'set aside').toBe(before);
  expect(asked.filter((text) => text === 'paper').length).toBeLessThan(10);
  index.put('s/n7', '2', [entry('n7', 'river bank')]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(vectors.state(), 'it changed').toEqual({ made: 9, left: 0 });
});
