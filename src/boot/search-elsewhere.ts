/** The search and other devices: what they ask is answered from the index of this tab, what this person asks of them is put together as it comes (docs/decisions/0164). */
import { ELSEWHERE_KINDS, type ElsewhereAsk, type ElsewhereKind, type ElsewhereQuestion } from '#os/search-api';
import { SEARCH_LIMITS } from '#os/search-limits';
import { ASKING, type ElsewhereState, type SearchQuery } from '#domain/search';
import { answerTo, hitOf, mergeAnswers, personKey, type Answer, type TextIndex } from '#domain/search/engine';
import type { Feed } from './search-rows.ts';

/** The question as it goes out. */
export function askOf({ text, kinds = [], by, before = null, after = null, now }: SearchQuery): ElsewhereAsk {
  const asked = ELSEWHERE_KINDS.filter((kind: ElsewhereKind) => kinds.length === 0 || kinds.includes(kind));
  return { text, kinds: asked, by: by ?? [], before, after, now, limit: SEARCH_LIMITS.found };
}

/** Asks others, and tells how it stands whenever that changed; the answer ends it. */
export function askOthers(feed: Feed, index: () => TextIndex, query: SearchQuery, spaces: readonly string[], tell: (state: ElsewhereState) => void): () => void {
  const ask = askOf(query);
  const uids = new Map<string, string>();
  const answers: Answer[] = [];
  let state = ASKING;
  const merged = (): ElsewhereState['hits'] => {
    const here = index();
    // Of the best that anybody has, those that are not on this device.
    const own = spaces.map((space): Answer => ({ space, device: '', found: answerTo(here, space, { ...ask, limit: SEARCH_LIMITS.scanned }) }));
    return mergeAnswers({ ...ask, limit: SEARCH_LIMITS.scanned }, own, answers).flatMap((one) => {
      const hit = one.devices.length === 0 || (query.hidden ?? []).includes(one.thing.by) ? null : hitOf(here, ask.text, one);
      return hit ? [{ hit, from: one.devices.map((device) => ({ device, uid: uids.get(device) ?? '', name: here.nameOf(personKey(one.space, uids.get(device) ?? '')) })) }] : [];
    });
  };
  return feed.subscribe('elsewhere', [spaces, ask, query.hidden ?? []], (news) => {
    if (news.t === 'asked') {
      // Also again, of a kernel that followed one that died.
      answers.length = 0;
      state = { ...ASKING, devices: news.devices, links: news.links };
    } else if (news.t === 'answer') {
      answers.push(news);
      uids.set(news.device, news.uid);
      state = { ...state, answered: state.answered + 1, hits: merged() };
    } else if (news.t === 'silent') state = { ...state, ...(news.late ? { late: state.late + 1 } : { refused: state.refused + 1 }) };
    else state = { ...state, phase: 'done' };
    tell(state);
  }, () => tell({ ...state, phase: 'done' }));
}

/** Answers what others ask, once everything here was read. */
export function answerOthers(feed: Feed, index: () => TextIndex, whenRead: () => Promise<void>): void {
  const answer = async ({ no, space, ask, fragments }: ElsewhereQuestion): Promise<void> => {
    await whenRead();
    await feed.call('answered', no, answerTo(index(), space, ask, fragments));
  };
  // One that cannot be answered is one whose time ends.
  feed.subscribe('questions', [] as never, (question) => void answer(question).catch(() => undefined));
}
