/** Filters as words in the palette: from:me, in:#channel, type:message, before:2026-11-01; the same in Russian. Pure. */
import { readDays, type AskedDays, type Kind } from '#domain/search';
import { plain } from '#view/kit/picker.tsx';

export interface PaletteFilter {
  /** What is left of the query to be found in the text. */
  text: string;
  /** `me`, or the beginning of a name. */
  from: string | null;
  /** The beginning of a channel's title, without #. */
  in: string | null;
  type: Kind | null;
  days: AskedDays;
  /** The text with its days, as the page of results reads it. */
  asked: string;
}

const WORD = /(^|\s)(from|in|type|от|в|тип):(#?"[^"]*"|\S*)/giu;
const ME = new Set(['me', 'я', 'меня']);
const TYPES = new Map<string, PaletteFilter['type']>([
  ['message', 'message'], ['сообщение', 'message'], ['channel', 'channel'], ['канал', 'channel'], ['document', 'document'], ['документ', 'document'],
  ['task', 'task'], ['задача', 'task'], ['goal', 'goal'], ['цель', 'goal'], ['course', 'course'], ['курс', 'course'], ['resource', 'resource'], ['ресурс', 'resource'], ['room', 'room'], ['комната', 'room'], ['person', 'person'], ['человек', 'person'], ['space', 'space'], ['пространство', 'space'],
]);

/** Reads the filters of a query. A filter without a value, or a type nobody knows, narrows nothing. */
export function parseFilter(query: string): PaletteFilter {
  const filter: Omit<PaletteFilter, 'text' | 'days' | 'asked'> = { from: null, in: null, type: null };
  const text = query.replace(WORD, (_all, before: string, name: string, raw: string) => {
    const value = plain(raw.replace(/^#?"?|"$/g, '').trim());
    if (value === '') return before;
    const key = name.toLowerCase();
    if (key === 'from' || key === 'от') filter.from = ME.has(value) ? 'me' : value;
    else if (key === 'in' || key === 'в') filter.in = value;
    else filter.type = TYPES.get(value) ?? filter.type;
    return before;
  });
  const asked = text.replace(/\s+/g, ' ').trim();
  const days = readDays(asked);
  return { ...filter, text: days.text, days, asked };
}

/** Do days narrow it? */
export const isDated = ({ before, after }: AskedDays): boolean => before !== null || after !== null;

/** True when a filter is set: then every row below must obey it. */
export function isFiltered(filter: PaletteFilter): boolean {
  return filter.from !== null || filter.in !== null || filter.type !== null || isDated(filter.days);
}

/** The query with a filter word put at its end, or taken out when it stands there already. */
export function toggleWord(query: string, word: string): string {
  const words = query.split(/\s+/).filter(Boolean);
  const left = words.filter((one) => one !== word);
  return left.length < words.length ? left.join(' ') : `${query.trim()}${query.trim() === '' ? '' : ' '}${word} `;
}
