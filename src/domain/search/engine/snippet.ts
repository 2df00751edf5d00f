/** The piece of a text that shows why it was found. Pure. */
import { cutText } from '#base/plain-text';
import { oneLine } from '#domain/shared';
import type { Snippet } from '#domain/search';
import { stemOf, wordsOf, type Word } from '#domain/search/words';

/** UTF-16 units of a piece, and how much of it stands before the first word that was found. */
const SHOWN = 200;
const BEFORE = 48;

/** Is the word one of those that were found: itself, or by its stem? */
const found = ({ word }: Word, terms: ReadonlySet<string>): boolean => terms.has(word) || terms.has(stemOf(word));

/** The start of a piece: where the most words that were found stand close together. */
function densest(hits: readonly Word[]): number {
  let [best, most] = [hits[0]!.at, 0];
  for (let i = 0; i < hits.length; i++) {
    let n = 0;
    while (i + n < hits.length && hits[i + n]!.end - hits[i]!.at <= SHOWN - BEFORE) n++;
    if (n > most) [best, most] = [hits[i]!.at, n];
  }
  return best;
}

/** A piece of the text around the words that were found, which are marked. */
export function snippetOf(text: string, terms: ReadonlySet<string>, shown = SHOWN): Snippet {
  const line = oneLine(text);
  const hits = terms.size === 0 ? [] : wordsOf(line).filter((word) => found(word, terms));
  const start = hits.length === 0 || line.length <= shown ? 0 : densest(hits);
  let from = Math.max(0, start - BEFORE);
  // A piece begins with a whole word, where one begins before those that were found; else with a whole sign.
  const space = from > 0 ? line.indexOf(' ', from) : -1;
  if (space >= 0 && space < start) from = space + 1;
  else if ((line.charCodeAt(from) & 0xfc00) === 0xdc00) from++;
  let to = Math.min(line.length, from + shown);
  if (to < line.length) to = from + cutText(line.slice(from), Math.max(line.lastIndexOf(' ', to) - from, shown / 2)).length;
  const [head, tail] = [from > 0 ? '…' : '', to < line.length ? '…' : ''];
  const marks = hits.filter(({ at, end }) => at >= from && end <= to).map(({ at, end }) => [at - from + head.length, end - from + head.length] as const);
  return { text: `${head}${line.slice(from, to)}${tail}`, marks };
}
