/** An index that was kept up act by act, in any order, and through the store, answers like one made anew of what is there in the end. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '#domain/search';
import { TextIndex, type IndexDump } from '#domain/search/engine';

const WORDS = ['gasket', 'gaskets', 'lid', 'seal', 'прокладка', 'прокладками', 'крышка', 'ёлка', 'елки', 'carry', 'carries', 'box'];
const QUERIES = ['gasket', 'прокладк', 'li', 'seal box', '"lid seal"', 'елка', 'carr', 'gaskte', ''];
const NOW = 1_800_000_000_000;

const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }).map((list) => list.join(' '));
const node = fc.integer({ min: 0, max: 9 });
/** A node gets so many passages, or goes, or the index is written down and read again. */
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ node, texts: fc.array(words, { maxLength: 3 }), title: words }) },
  { weight: 2, arbitrary: fc.record({ gone: node }) },
  { weight: 1, arbitrary: fc.constant({ again: true as const }) },
);

const entriesOf = (id: number, title: string, texts: readonly string[], act: number): Entry[] => {
  const base = { space: 's', fragment: `f${id}`, node: `n${id}`, by: '', at: NOW - id * 1_000_000, changed: 1 + act };
  return [{ ...base, key: `s/n${id}`, kind: 'document', block: '', title, text: '' }, ...texts.map((text, at): Entry => ({ ...base, key: `s/n${id}/${at}`, kind: 'block', block: String(at), title: '', text }))];
};

const answer = (index: TextIndex, text: string, after: number | null): unknown => {
  const { hits, ...rest } = index.find({ text, after, limit: 100, now: NOW });
  return { ...rest, hits: hits.map(({ entry, snippet, title, score }) => [entry.key, entry.changed, snippet, title, Math.round(score * 1e6)]).sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)) };
};

test('{C1} rebuilt = incremental: random acts, and an index made of what is left', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      let index = new TextIndex();
      const there = new Map<number, { version: string; entries: Entry[] }>();
      acts.forEach((one, at) => {
        if ('again' in one) index = TextIndex.load(JSON.parse(JSON.stringify(index.dump())) as IndexDump)!;
        else if ('gone' in one) {
          index.drop(`n${one.gone}`);
          there.delete(one.gone);
        } else {
          const made = { version: String(at), entries: entriesOf(one.node, one.title, one.texts, at) };
          index.put(`n${one.node}`, made.version, made.entries);
          there.set(one.node, made);
        }
      });
      const anew = new TextIndex();
      for (const [id, { version, entries }] of [...there].reverse()) anew.put(`n${id}`, version, entries);
      expect(index.size).toBe(anew.size);
      for (const id of there.keys()) expect(index.version(`n${id}`)).toBe(anew.version(`n${id}`));
      for (const text of QUERIES) for (const after of [null, 20]) expect(answer(index, text, after)).toEqual(answer(anew, text, after));
    }),
    { numRuns: process.env['LGOS_FULL'] ? 2_000 : 60 },
  );
});
