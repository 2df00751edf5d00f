/** What `[[` in a message offers: whatever the search finds in the space, and how it is written in the text. Comes when it is typed first. */
import '#view/kit/search-words.ts';
import { placeOf, type SearchHit } from '#domain/search';
import { oneLine } from '#domain/shared';
import { Icon } from '#view/kit/icons.tsx';
import type { Choice } from '#view/kit/picker.tsx';
import { formatRoute } from '#view/kit/router.tsx';
import { KIND_LOOK } from '#view/kit/search-kinds.ts';
import type { SearchDesk } from '#view/kit/search.ts';

/** Rows of the list, and UTF-16 units of the words in the text. */
const SHOWN = 7;
const WORDS = 80;

/** A thing that can be named; `id` is what stands in the text for it: its title at the time, for who does not know the thing, and its address. */
export function objectChoice(hit: SearchHit): Choice | null {
  const { object, ...place } = placeOf(hit);
  const words = oneLine(hit.title.text || hit.snippet.text).replace(/[[\]|]/gu, ' ').replace(/\s+/gu, ' ').trim().slice(0, WORDS).trim();
  if (object === undefined || words === '') return null;
  const { icon, hue } = KIND_LOOK[hit.entry.kind];
  return { id: `[[${words}|${formatRoute({ ...place, params: { ...place.params }, object })}]]`, label: words, ...(hit.place === '' ? {} : { note: hit.place }), start: <Icon name={icon} tone={hue} /> };
}

/** The things of a space that fit what was typed; none while nothing was. */
export async function findObjects(desk: SearchDesk, space: string, text: string, hidden: readonly string[]): Promise<Choice[]> {
  if (text.trim() === '') return [];
  const { hits } = await desk.find({ text, space, hidden, limit: 2 * SHOWN, now: Date.now() });
  return hits.map(objectChoice).filter((one) => one !== null).slice(0, SHOWN);
}
