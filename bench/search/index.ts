/** The full-text index with 100,000 things: making it, one change, questions, and opening what was kept; beside MiniSearch alone on the same texts. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import MiniSearch from 'minisearch';
import { median, percentile, result, rounds } from '#bench/support/measure';
import { chance, line, type Language } from '#bench/support/words';
import type { BenchResult, Suite } from '#bench/support/types';
import type { Entry } from '#domain/search';
import { TextIndex, type IndexDump } from '#domain/search/engine';

const NODES = 100_000;
const CHANGES = 400;
const ASKED = 420;
const START = 1_700_000_000_000;
const EVERY_MS = 300_000;
export const NOW = START + NODES * EVERY_MS;

type Next = () => number;
const pick = <T>(next: Next, list: readonly T[]): T => list[Math.floor(next() * list.length)]!;

/** 20,000 words nobody else has: two real texts have too few to fill a vocabulary. */
function rareWords(next: Next): Record<Language, string[]> {
  const make = (consonants: string, vowels: string, ends: readonly string[]): string[] => Array.from({ length: 10_000 }, () => {
    let word = '';
    for (let i = 0; i < 2 + Math.floor(next() * 3); i++) word += pick(next, [...consonants]) + pick(next, [...vowels]);
    return word + pick(next, ends);
  });
  return { en: make('bcdfghklmnprstvw', 'aeiou', ['', 's', 'ing', 'ed', 'er']), ru: make('бвгдзклмнпрст', 'аеиоуы', ['', 'ами', 'ого', 'ать', 'ы']) };
}

/** Messages, passages of documents, and what they stand in; half of it Russian. */
export function things(next: Next): Entry[] {
  const rare = rareWords(next);
  const base = { space: 's', block: '', title: '', text: '', by: '' };
  const places = Array.from({ length: 100 }, (_, i): Entry => ({ ...base, key: `s/p${i}`, kind: i < 50 ? 'channel' : 'document', fragment: `f${i}`, node: `p${i}`, title: line(next, i % 2 ? 'ru' : 'en'), at: START, changed: START }));
  return [...places, ...Array.from({ length: NODES - places.length }, (_, i): Entry => {
    const language: Language = i % 2 === 0 ? 'en' : 'ru';
    const text = `${line(next, language)} ${pick(next, rare[language])} ${pick(next, rare[language])} ${line(next, language)} ${pick(next, rare[language])}`;
    const message = i % 10 > 0;
    return { ...base, key: `s/n${i}`, kind: message ? 'message' : 'block', fragment: `f${message ? i % 50 : 50 + (i % 50)}`, node: `n${i}`, text, by: `u${i % 40}`, at: START + i * EVERY_MS, changed: START + i * EVERY_MS };
  })];
}

/** What people type: a word, two, beginnings, a phrase, a slip of the finger, the words of one person. */
export function questions(next: Next, all: readonly Entry[]): { text: string; by?: string[] }[] {
  return Array.from({ length: ASKED }, (_, i) => {
    const words = pick(next, all).text.split(' ').filter((word) => word.length > 3);
    const word = pick(next, words.length > 0 ? words : ['gasket']);
    const at = Math.floor(next() * Math.max(1, words.length - 1));
    const slip = `${word.slice(0, 2)}${word[3] ?? ''}${word[2] ?? ''}${word.slice(4)}`;
    return [{ text: word }, { text: `${word} ${pick(next, words)}` }, { text: word.slice(0, 3) }, { text: word.slice(0, 2) }, { text: `"${words.slice(at, at + 2).join(' ')}"` }, { text: slip }, { text: word, by: ['u7'] }][i % 7]!;
  });
}

const timed = (work: () => void): number => {
  const from = performance.now();
  work();
  return performance.now() - from;
};

function round(all: readonly Entry[], asked: readonly { text: string; by?: string[] }[]) {
  let index = new TextIndex();
  const build = timed(() => all.forEach((entry) => index.put(entry.node, '1', [entry])));
  const changes = Array.from({ length: CHANGES }, (_, i) => all[200 + i * 37]!).map((entry, i) => timed(() => index.put(entry.node, '2', [{ ...entry, text: all[5_000 + i]!.text }])));
  const kept = deflateRawSync(JSON.stringify(index.dump()), { level: 6 });
  const open = timed(() => (index = TextIndex.load(JSON.parse(inflateRawSync(kept).toString()) as IndexDump)!));
  for (const one of asked.slice(0, 30)) index.find({ ...one, limit: 40, now: NOW });
  const answers = asked.map((one) => timed(() => index.find({ ...one, limit: 40, now: NOW })));
  const alone = new MiniSearch<Entry>({ idField: 'key', fields: ['title', 'text'] });
  const aloneBuild = timed(() => all.forEach((entry) => alone.add(entry)));
  const aloneChanges = Array.from({ length: CHANGES }, (_, i) => all[200 + i * 37]!).map((entry, i) => timed(() => (alone.remove(entry), alone.add({ ...entry, text: all[5_000 + i]!.text }))));
  const aloneAnswers = asked.map(({ text }) => timed(() => alone.search(text, { prefix: true, combineWith: 'AND' })));
  return { build, changes, answers, open, kept: kept.length, aloneBuild, aloneChanges, aloneAnswers };
}

export const suite: Suite = {
  name: 'index',
  async run(count): Promise<BenchResult[]> {
    const next = chance(7);
    const all = things(next);
    const asked = questions(next, all);
    const list = await rounds(count, async () => round(all, asked));
    const p95 = (of: (one: (typeof list)[number]) => readonly number[]): number[] => list.map((one) => percentile(of(one), 0.95));
    const group = 'search';
    return [
      result({ group, name: 'search-build', unit: 'ms', target: null, direction: 'lower', values: list.map((one) => one.build), peer: { 'minisearch-alone': list.map((one) => one.aloneBuild) }, how: 'an index of 100,000 things (90% messages, 10% passages, half Russian) made from nothing; the library alone does not stem' }),
      result({ group, name: 'search-update-p95', unit: 'ms', target: 2, direction: 'lower', values: p95((one) => one.changes), peer: { 'minisearch-alone': p95((one) => one.aloneChanges) }, how: 'one changed text taken in' }),
      result({ group, name: 'search-query-p95', unit: 'ms', target: 50, direction: 'lower', values: p95((one) => one.answers), peer: { 'minisearch-alone': p95((one) => one.aloneAnswers), median: list.map((one) => median(one.answers)) }, how: `${ASKED} questions, seven kinds in turn: a word, two words, beginnings of three and of two letters, a phrase, a slip of the finger, the words of one person; answers with snippets, the library alone without, and without slips and phrases` }),
      result({ group, name: 'search-open', unit: 'ms', target: null, direction: 'lower', values: list.map((one) => one.open), how: 'what was kept, inflated and read' }),
      result({ group, name: 'search-kept', unit: 'MB', target: null, direction: 'lower', values: list.map((one) => one.kept / 1e6), how: 'bytes of what is kept, deflated, before it is sealed' }),
    ];
  },
};
