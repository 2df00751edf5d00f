/** What a PDF lists as its contents, found again in its text: headings of the level they have there, however large they are written. */

/** A title of the list, how deep it stands (from 1), and the page it leads to. */
export interface ContentsEntry {
  readonly title: string;
  readonly depth: number;
  readonly page: number;
}

/** Titles are told by their letters and digits alone. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, '');
/** The number before a title, which the list or the text may leave out. */
const NUMBERED = /^\s*(?:\d+(?:\.\d+)*[.)]?|(?:[IVXLC]+|[A-Z])[.)])\s+(?=\S)/u;
/** Lines of a title. */
const LINES = 3;

/** The lines at which a title of the list begins on its page: how many lines it has, and its level. Each entry is found once: heads of pages say it again and again. */
export function findContents(entries: readonly ContentsEntry[], lines: readonly { readonly page: number; readonly words: string }[]): ReadonlyMap<number, { readonly lines: number; readonly level: number }> {
  const wanted = new Map<string, ContentsEntry>();
  const keys = (page: number, words: string): string[] => [words, words.replace(NUMBERED, '')].flatMap((one) => (folded(one) === '' ? [] : `${page} ${folded(one)}`));
  for (const entry of entries) for (const key of keys(entry.page, entry.title)) if (!wanted.has(key)) wanted.set(key, entry);
  const used = new Set<ContentsEntry>();
  const found = new Map<number, { lines: number; level: number }>();
  for (let at = 0; at < lines.length && used.size < entries.length; at++) {
    const { page } = lines[at]!;
    let words = '';
    for (let count = 1; count <= LINES && lines[at + count - 1]?.page === page; count++) {
      words += `${count === 1 ? '' : ' '}${lines[at + count - 1]!.words}`;
      const entry = keys(page, words).map((key) => wanted.get(key)).find((one) => one !== undefined && !used.has(one));
      if (!entry) continue;
      found.set(at, { lines: count, level: entry.depth });
      used.add(entry);
      at += count - 1;
      break;
    }
  }
  return found;
}
