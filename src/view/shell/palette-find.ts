/** What the palette finds besides what it always offers: things of the index. */
import type { SpaceView } from '#os/api';
import { placeOf, type Kind, type SearchHit, type SearchQuery } from '#domain/search';
import '#view/kit/search-words.ts';
import type { I18n } from '#view/kit/i18n.tsx';
import type { PaletteEntry } from '#view/kit/palette-rows.ts';
import { isFiltered, parseFilter, type PaletteFilter } from '#view/kit/palette-filter.ts';
import { plain } from '#view/kit/picker.tsx';
import { currentRoute, navigate } from '#view/kit/router.tsx';
import type { SearchDesk } from '#view/kit/search.ts';
import { timesOf } from '#view/kit/search-days.ts';
import { KIND_LOOK } from '#view/kit/search-kinds.ts';
import { openAt, reasonsOf } from '#view/kit/search-reasons.ts';

interface Given {
  readonly desk: SearchDesk;
  readonly i18n: I18n;
  /** The open space: the page of all results lies in it. */
  readonly space: SpaceView | null;
  readonly me: string;
  readonly hidden: readonly string[];
}

const SHOWN = 8;
const SHOWN_FILTERED = 23;

/** The things that fit, the best first, and the way to all of them. */
export async function findThings(given: Given, typed: string): Promise<PaletteEntry[]> {
  const { desk, i18n, space, hidden } = given;
  const filter = parseFilter(typed);
  const query = await narrowed(given, filter);
  const { hits, total } = await desk.find({ ...query, hidden, open: openAt(currentRoute()), limit: isFiltered(filter) ? SHOWN_FILTERED : SHOWN, now: Date.now() });
  const rows = hits.map((hit) => rowOf(hit, i18n));
  if (space && total > hits.length) rows.push({ id: 'search:all', group: 'things', label: i18n.t('search.all', { n: total }), icon: 'search', run: () => navigate({ space: space.id, lens: 'search', params: { q: filter.asked, ...(filter.type ? { kind: filter.type } : {}) } }) });
  return rows;
}

/** The filters as the index takes them: names become people and places. */
async function narrowed({ desk, me }: Given, filter: PaletteFilter): Promise<Pick<SearchQuery, 'text' | 'kinds' | 'by' | 'fragments' | 'before' | 'after'>> {
  const named = async (text: string, kinds: readonly Kind[]): Promise<SearchHit[]> => (await desk.find({ text: '', kinds, limit: 500, now: 0 })).hits.filter(({ entry }) => plain(entry.title).startsWith(text));
  const by = filter.from === null ? null : filter.from === 'me' ? [me] : (await named(filter.from, ['person'])).map(({ entry }) => entry.node);
  const fragments = filter.in === null ? null : (await named(filter.in, ['channel', 'room', 'document', 'goal', 'course'])).map(({ entry }) => entry.fragment);
  return { text: filter.text, by, fragments, ...timesOf(filter.days), kinds: filter.type === null ? [] : filter.type === 'document' ? ['document', 'block'] : [filter.type] };
}

function rowOf(hit: SearchHit, i18n: I18n): PaletteEntry {
  const { t } = i18n;
  const { entry, title, snippet, place, author, spaceName } = hit;
  const shown = entry.title === '' ? snippet : title;
  const { icon, hue, word } = KIND_LOOK[entry.kind];
  const note = entry.kind === 'message' ? [author, hit.lens === 'chat' ? `#${place}` : place, spaceName] : [place || t(word), entry.kind === 'space' ? '' : spaceName];
  return { id: entry.key, group: 'things', label: shown.text, marks: shown.marks, icon, hue, note: [...note, ...reasonsOf(hit.leads, i18n)].filter((part) => part !== '' && part !== '#').join(' · '), run: () => navigate(placeOf(hit)) };
}
