/** What links say of the things of a search: the loops in WebAssembly and their twins say the same, and so does an index that was kept up act by act and one made anew. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { fastLoops } from '#adapters/fast-loops/loops';
import { plainLoops } from '#base/graph-loops';
import type { Entry, OpenThing } from '#domain/search';
import { Linked, sortedInParts, TextIndex, type LoopsOf } from '#domain/search/engine';

const RUNS = process.env['LGOS_FULL'] === '1' ? 2_000 : 40;
const NOW = 1_800_000_000_000;
const THINGS = 11;

const spots = fc.array(fc.nat(THINGS), { maxLength: 4 });
const act = fc.oneof({ weight: 6, arbitrary: fc.record({ id: fc.nat(THINGS), to: spots, by: fc.nat(2) }) }, { weight: 1, arbitrary: fc.record({ gone: fc.nat(THINGS) }) });

const nameOf = (id: number): string => `n${String(id).padStart(2, '0')}`;
const entryOf = (id: number, to: readonly number[], by: number): Entry => ({ key: `s/${nameOf(id)}`, kind: 'message', space: 's', fragment: 'f', node: nameOf(id), block: '', title: '', text: `gasket ${'and more '.repeat(id % 3)}`, by: `p${by}`, at: NOW, changed: NOW, ...(to.length > 0 ? { links: [...new Set(to.map(nameOf))].sort() } : {}) });
const place: Entry = { ...entryOf(0, [], 0), key: 's/place', node: 'place', kind: 'channel', title: 'Place', text: '' };

function begun(engine: LoopsOf): { index: TextIndex; linked: Linked } {
  const [index, linked] = [new TextIndex(), new Linked(engine)];
  linked.follow(index);
  index.put('place', '1', [place]);
  return { index, linked };
}

/** Everything that a question is told by links, to the last bit, and the order of the answer. */
function told({ index, linked }: ReturnType<typeof begun>, open: OpenThing | null, hidden: readonly string[]): readonly [order: unknown, said: unknown] {
  const view = linked.view({ open, hidden });
  const { hits } = index.find({ text: 'gasket', hidden, limit: 50, now: NOW, open }, null, view.raise);
  const all = [...index.all()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return [hits.map(({ entry, score }) => [entry.node, score]), all.map((entry) => [entry.key, view.raise(entry), view.leads(entry)])];
}

test('{K18} {C1} links raise and explain alike by WebAssembly and by its twin, kept up or made anew, whatever came first', async () => {
  const started = vi.spyOn(WebAssembly, 'instantiate');
  let raised = 0;
  let near = 0;
  await fc.assert(fc.asyncProperty(fc.array(act, { maxLength: 40 }), fc.nat(THINGS), fc.nat(2), async (acts, at, who) => {
    const fast = begun(fastLoops);
    const twin = begun(async (links) => plainLoops(links));
    const there = new Map<number, Entry>();
    for (const [version, one] of acts.entries()) {
      if ('gone' in one) there.delete(one.gone);
      else there.set(one.id, entryOf(one.id, one.to, one.by));
      for (const { index } of [fast, twin]) {
        if ('gone' in one) index.drop(nameOf(one.gone));
        else index.put(nameOf(one.id), String(version), [there.get(one.id)!]);
      }
      // Also in the midst: nothing of it may stay behind.
      if (version % 13 === 5) for (const { linked } of [fast, twin]) await linked.settle();
    }
    const anew = new TextIndex();
    for (const [id, entry] of [...there].reverse()) anew.put(nameOf(id), 'x', [entry]);
    anew.put('place', '1', [place]);
    const late = { index: anew, linked: new Linked(async (links) => plainLoops(links)) };
    late.linked.follow(anew);
    for (const { linked } of [fast, twin, late]) await linked.settle();
    expect([fast, twin, late].map(({ linked }) => linked.stale)).toEqual([false, false, false]);
    for (const open of [null, { space: 's', lens: 'chat', fragment: 'f', node: nameOf(at) }]) {
      const says = told(fast, open, [`p${who}`]);
      expect(says).toEqual(told(twin, open, [`p${who}`]));
      // Scores of an index made anew are those of another sum: what links say is the same.
      expect(says[1]).toEqual(told(late, open, [`p${who}`])[1]);
    }
    const view = fast.linked.view({ open: { space: 's', lens: 'chat', fragment: 'f', node: nameOf(at) } });
    for (const entry of fast.index.all()) {
      const factor = view.raise(entry);
      // Words and age stay what decides: at most a quarter by what leads there, half as much again by what is open.
      expect(factor).toBeGreaterThanOrEqual(1);
      expect(factor).toBeLessThan(1.25 * 1.5);
      if (factor > 1) raised++;
      if ((view.leads(entry)?.steps ?? 0) > 0) near++;
    }
  }), { numRuns: RUNS });
  // The controls: it was WebAssembly, and links did say something.
  expect(started.mock.calls.length).toBeGreaterThan(RUNS);
  expect(raised).toBeGreaterThan(RUNS);
  expect(near).toBeGreaterThan(RUNS / 2);
});

test('{K18} what is put in order part by part stands as if at once, and thousands of things are summed up in parts', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.string({ maxLength: 3 }), { maxLength: 40 }), fc.nat(1_100), async (some, times) => {
    // Longer than a part, with what is in order already among it.
    const names = [...some, ...Array.from({ length: times * 3 }, (_, at) => `n${(at * 7_919) % 4_001}`), ...some];
    expect(await sortedInParts(names, async () => undefined)).toEqual([...names].sort());
  }), { numRuns: 20 });
  let turns = 0;
  const [index, linked] = [new TextIndex(), new Linked(async (links) => plainLoops(links), async () => void (turns += 1))];
  linked.follow(index);
  for (let id = 0; id < 5_000; id++) index.put(nameOf(id), '1', [entryOf(id, [(id * 31) % 5_000], 0)]);
  await Promise.all([linked.settle(), linked.settle()]);
  expect(linked.stale).toBe(false);
  // Six times through all of them, a thousand or so a turn; the second asker had the same sums.
  expect(turns).toBeGreaterThan(30);
  expect(turns).toBeLessThan(90);
});
