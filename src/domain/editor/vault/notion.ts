/** What Notion writes into the names and pages of its exports. */

/** Letters of the id behind the name of a page or folder. */
const ID = 32;
const HEX = /^[0-9a-f]{32}$/i;
/** An address of a page at Notion ends with the same id. */
const ADDRESS = /^https?:\/\/(?:[\w-]+\.)?notion\.(?:so|site)\/(?:[^?#]*[-/])?([0-9a-f]{32})(?:[?#]|$)/i;
/** A line of a property. */
const PROPERTY = /^[\p{L}\p{N}][\p{L}\p{N} _()/&-]{0,79}: /u;

/** The id in a name without its ending; null when there is none. */
export const notionId = (stem: string): string | null => (HEX.test(stem.slice(-ID)) ? stem.slice(-ID).toLowerCase() : null);

/** The same for an address. */
export const notionAddress = (url: string): string | null => ADDRESS.exec(url)?.[1]?.toLowerCase() ?? null;

/** A name without the id behind it. */
export function plainName(stem: string): string {
  if (notionId(stem) === null) return stem;
  let end = stem.length - ID;
  while (end > 0 && ' _-'.includes(stem[end - 1]!)) end--;
  return end > 0 ? stem.slice(0, end) : stem;
}

/** A page as it is exported as Markdown: its title, then a line `Name: value` for each property of the database it stands in. Those are put where other programs have them. */
export function frontOf(source: string): string {
  const lines = source.replace(/^\ufeff/, '').split('\n');
  const line = (at: number): string => (lines[at] ?? '').replace(/\r$/, '');
  if (!line(0).startsWith('# ') || line(1) !== '' || !PROPERTY.test(line(2))) return source;
  let end = 2;
  while (PROPERTY.test(line(end))) end++;
  // Properties end with an empty line or with the page; anything else is a paragraph that happens to look like them.
  if (line(end) !== '') return source;
  return ['---', ...lines.slice(2, end), '---', '', line(0), '', ...lines.slice(end)].join('\n');
}
