/** Measures the order of the search on the labelled questions of tests/quality: words and vectors in one order, as the product answers, beside the words alone. */
import MiniSearch from 'minisearch';
import { plainDots } from '#base/dots';
import { SearchVectors } from '#boot/search-vectors';
import { spellingVectors } from '#boot/spelling-vectors';
import { sentencesOf } from '#domain/mind/text';
import type { Entry } from '#domain/search';
import { TextIndex } from '#domain/search/engine';
import { stemOf, wordsOf } from '#domain/search/words';
import { ASKED, type Asked } from '#tests/quality/asked';
import { MESSAGES } from '#tests/quality/messages';
import { CHANNELS, NOTES, TOLD } from '#tests/quality/texts';
import { mean, ndcg } from './figure.ts';

/** All texts of the other sets, each a message of one channel and of one moment. */
const TEXTS = [...MESSAGES.map(({ text }) => text), ...CHANNELS.flat().map(([, text]) => text), ...TOLD.flatMap(({ texts }) => texts), ...NOTES.flatMap(({ text }) => sentencesOf([text]).map((one) => one.text))];
const BASE = { space: 's', fragment: 'f', block: '', title: '', text: '', by: '', at: 1, changed: 1 };

/** What a question finds, the best first, as numbers of texts. */
type Find = (text: string) => number[];

/** The search by words and vectors, and by words alone. */
export async function searches(texts: readonly string[] = TEXTS): Promise<{ both: Find; words: Find }> {
  const [index, beside] = [new TextIndex(), new SearchVectors(spellingVectors, async (places) => plainDots(places))];
  await beside.follow(index, null);
  index.put('s/place', '1', [{ ...BASE, key: 's/place', kind: 'channel', node: 'place', title: 'Place' } satisfies Entry]);
  texts.forEach((text, at) => index.put(`s/${at}`, '1', [{ ...BASE, key: `s/${at}`, kind: 'message', node: `${at}`, text } satisfies Entry]));
  const find = (alike: Parameters<TextIndex['find']>[1]): Find => (text) => index.find({ text, kinds: ['message'], limit: 10, now: 1 }, alike).hits.map(({ entry }) => Number(entry.node));
  return { both: find((text, fits) => beside.alike(text, fits)), words: find(null) };
}

/** The best ten by any word of the question, by its stem: what the library does where it is only told to, without beginnings and slips of the finger. */
function anyWord(): Find {
  const library = new MiniSearch<{ id: number; text: string }>({ fields: ['text'], tokenize: (text) => wordsOf(text).map(({ word }) => word), processTerm: stemOf });
  library.addAll(TEXTS.map((text, id) => ({ id, text })));
  return (text) => library.search(text, { combineWith: 'OR' }).slice(0, 10).map(({ id }) => id as number);
}

export interface SearchFigure {
  readonly how: 'all' | Asked['how'];
  readonly n: number;
  readonly both: number;
  readonly words: number;
  readonly any: number;
}

/** nDCG@10 over all questions, then over those of each kind. */
export async function searchFigures(): Promise<SearchFigure[]> {
  const ways = { ...(await searches()), any: anyWord() };
  const wanted = ({ wants, not }: Asked, text: string): boolean => wants.test(text) && not?.test(text) !== true;
  const of = (list: readonly Asked[], find: Find): number => mean(list.map((one) => ndcg(find(one.text).map((at) => wanted(one, TEXTS[at]!)), TEXTS.filter((text) => wanted(one, text)).length)));
  return (['all', ...new Set(ASKED.map(({ how }) => how))] as const).map((how) => {
    const list = ASKED.filter((one) => how === 'all' || one.how === how);
    return { how, n: list.length, both: of(list, ways.both), words: of(list, ways.words), any: of(list, ways.any) };
  });
}
