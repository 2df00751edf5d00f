/** Pages of placed texts → blocks: lines in the order the file sets them, joined to paragraphs; headings by their size, lists by their signs; every block knows its page. */
import { isAddress, LEVEL_MAX, sliceRuns, type Attrs, type Run } from '#domain/editor/model';
import { ImportFault, type Note } from '#domain/editor/files';
import { IMPORT_LIMITS } from '#domain/shared';
import { DraftBuilder, type Draft } from './draft.ts';
import { findContents, type ContentsEntry } from './pdf-contents.ts';

/** A piece of text; places in points from the lower left corner. */
export interface PageItem {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly size: number;
  readonly end: boolean;
}

export interface Page {
  readonly number: number;
  readonly items: readonly PageItem[];
  readonly links: readonly { readonly url: string; readonly box: readonly number[] }[];
  /** It could not be read: nothing of it is here. */
  readonly unread: boolean;
}

interface Line {
  readonly page: number;
  readonly y: number;
  readonly from: number;
  to: number;
  /** That of most of its letters: a sign before them may be of another. */
  size: number;
  most: number;
  readonly runs: Run[];
}

/** A heading is so much larger than the text, and no longer than this. */
const LARGER = 1.15;
const HEADING_MAX = 300;
/** White space and signs at edges are left out: so many times more may come. */
const LEFT_OUT = 2;
/** Signs at the beginning of lines of lists. */
const BULLET = /^[•◦▪▫‣∙●○■□➢✓\uf0b7\uf0a7·][ \t]*/u;
const NUMBER = /^(?:\(?\d{1,3}[.)]|[a-z][.)])\s/;

/** Collects pages as they come. */
export class PdfReader {
  private readonly lines: Line[] = [];
  private readonly empty: number[] = [];
  private readonly unread: number[] = [];
  private units = 0;

  page({ number, items, links, unread }: Page): void {
    if (unread) return void this.unread.push(number);
    // Pages may all show one and the same text: what they are together is counted before it is kept.
    this.units += items.reduce((sum, { text }) => sum + text.length, 0);
    if (this.units > IMPORT_LIMITS.units * LEFT_OUT) throw new ImportFault('too-much-text', { limit: IMPORT_LIMITS.units });
    const before = this.lines.length;
    const used = new Set<string>();
    let line: Line | null = null;
    for (const item of items) {
      if (item.text !== '') {
        if (line === null || apart(line, item)) this.lines.push((line = { page: number, y: item.y, from: item.x, to: item.x, size: item.size, most: 0, runs: [] }));
        add(line, item, links, used);
      }
      if (item.end) line = null;
    }
    if (!this.lines.slice(before).some((one) => wordsIn(one) !== '')) this.empty.push(number);
    // A link over a picture or over nothing has no words: its address stands for it.
    for (const { url, box } of links) if (isAddress(url) && !used.has(url)) this.lines.push({ page: number, y: -1, from: box[0] ?? 0, to: 0, size: 0, most: 0, runs: [{ text: url, marks: { link: url } }] });
  }

  /** `pictures`: how many the file holds; none is taken. `contents`: what it lists as its own. */
  done(title: string, pictures = 0, contents: readonly ContentsEntry[] = []): Draft {
    const out = new DraftBuilder();
    out.count('images', pictures);
    const lines = this.lines.filter((line) => wordsIn(line) !== '');
    const body = commonest(lines.map((line) => [half(line.size), wordsIn(line).length]));
    const headings = headingsOf(lines, body, contents);
    const leading = commonest(lines.slice(1).flatMap((line, at) => (line.page === lines[at]!.page && line.y < lines[at]!.y ? [[half(lines[at]!.y - line.y), 1] as const] : []))) || body * 1.2;
    const parted = partedWords(lines);
    const margin = Math.min(...lines.filter((line) => BULLET.test(wordsIn(line))).map((line) => line.from));
    for (let from = 0; from < lines.length;) {
      let to = from + 1;
      const heading = headings(from);
      if (heading?.listed) to = from + heading.lines;
      else while (to < lines.length && !headings(to)?.listed && follows(lines[to - 1]!, lines[to]!, lines[from]!, leading)) to++;
      const first = lines[from]!;
      const runs = joined(lines.slice(from, to), parted);
      const bullet = BULLET.exec(wordsIn(first))?.[0];
      const attrs: Attrs = { page: first.page };
      if (heading) out.push('heading', { ...attrs, level: Math.min(LEVEL_MAX, heading.level) }, runs);
      else if (bullet !== undefined) out.push('list', { ...attrs, indent: Math.max(0, Math.round((first.from - margin) / (2 * first.size))) }, cut(runs, bullet.length));
      else out.push('paragraph', attrs, runs);
      from = to;
    }
    const draft = out.done(title);
    const notes = ([['scanned', draft.blocks.length > 0 ? this.empty : []], ['unread', this.unread]] as const).flatMap(([code, pages]): Note[] => (pages.length > 0 ? [{ code, pages }] : []));
    return { ...draft, notes: [...notes, ...draft.notes] };
  }
}

const half = (size: number): number => Math.round(size * 2) / 2;
const wordsIn = (line: Line): string => line.runs.map((run) => run.text).join('').trim();
const isHeading = (line: Line, body: number): boolean => half(line.size) >= body * LARGER && wordsIn(line).length <= HEADING_MAX;

/** Which line begins a heading, of how many lines, and of which level: by what the file lists as its contents, and by size where it lists nothing. */
function headingsOf(lines: readonly Line[], body: number, contents: readonly ContentsEntry[]): (at: number) => { readonly lines: number; readonly level: number; readonly listed: boolean } | null {
  const listed = findContents(contents, lines.map((line) => ({ page: line.page, words: wordsIn(line) })));
  const large = lines.map((line) => isHeading(line, body));
  const sizes = [...new Set(lines.filter((_, at) => large[at]).map((line) => half(line.size)))].sort((a, b) => b - a);
  const first = Math.min(...listed.keys());
  const deepest = Math.max(0, ...[...listed.values()].map(({ level }) => level));
  // What is large and stands before all that is listed is the title of the whole, over it.
  const over = listed.size > 0 && large.slice(0, first).some(Boolean) ? 1 : 0;
  return (at) => {
    const own = listed.get(at);
    if (own) return { lines: own.lines, level: own.level + over, listed: true };
    const line = lines[at];
    if (!line || !large[at]) return null;
    return { lines: 0, level: listed.size === 0 ? sizes.indexOf(half(line.size)) + 1 : at < first ? 1 : deepest + over + 1, listed: false };
  };
}

/** The value that has the most weight. */
function commonest(values: readonly (readonly [number, number])[]): number {
  const weights = new Map<number, number>();
  for (const [value, weight] of values) weights.set(value, (weights.get(value) ?? 0) + weight);
  return [...weights].reduce<readonly [number, number]>((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0];
}

/** Another line, though the file does not say so. */
const apart = (line: Line, item: PageItem): boolean => Math.abs(item.y - line.y) > Math.max(line.size, item.size) * 0.7;

function add(line: Line, item: PageItem, links: Page['links'], used: Set<string>): void {
  const last = line.runs.at(-1)?.text ?? '';
  const gap = item.x - line.to > item.size * 0.25 && last !== '' && !/\s$/.test(last) && !/^\s/.test(item.text);
  const parts = linked(item, links);
  // A space belongs to a link only between two of its words.
  if (gap) line.runs.push({ text: ' ', marks: line.runs.at(-1)!.marks.link === parts[0]!.marks.link ? parts[0]!.marks : {} });
  for (const { marks } of parts) if (marks.link !== undefined) used.add(marks.link);
  line.runs.push(...parts);
  const letters = item.text.trim().length;
  if (letters > line.most) [line.size, line.most] = [item.size, letters];
  line.to = Math.max(line.to, item.x + item.width);
}

/** The words of a piece that lie in the box of a link lead there. Where letters are is reckoned: all are taken as equally wide. */
function linked(item: PageItem, links: Page['links']): Run[] {
  const y = item.y + item.size / 3;
  const here = links.filter(({ url, box: [left, low, right, high] }) => isAddress(url) && y >= low! && y <= high! && item.x < right! && item.x + item.width > left!);
  if (here.length === 0 || item.width <= 0) return [{ text: item.text, marks: {} }];
  let at = item.x;
  const each = item.width / item.text.length;
  return item.text.split(/(?<=\s)(?=\S)|(?<=\S)(?=\s)/).map((word): Run => {
    const middle = at + (word.length * each) / 2;
    at += word.length * each;
    const link = here.find(({ box: [left, , right] }) => middle >= left! && middle <= right!)?.url;
    return { text: word, marks: link === undefined ? {} : { link } };
  });
}

/** Does a line go on what the one before it says? */
function follows(before: Line, line: Line, first: Line, leading: number): boolean {
  const step = before.y - line.y;
  const words = wordsIn(line);
  if (line.page !== before.page || BULLET.test(words) || NUMBER.test(words)) return false;
  if (Math.abs(line.size - before.size) > before.size * 0.1) return false;
  if (step <= 0 || step > Math.max(leading * 1.3, line.size * 1.5)) return false;
  // The first line of a paragraph stands in.
  return BULLET.test(wordsIn(first)) || line.from <= before.from + line.size * 0.8 || before === first;
}

const PARTED = /\p{L}[-\u00ad]$/u;
const WORD = /[\p{L}\p{M}]+(?:-[\p{L}\p{M}]+)*/gu;
const LAST = /[\p{L}\p{M}]+(?=[-\u00ad]$)/u;
/** Letters of a word that is looked at at the end of a line: an expression that ends there begins anew at each letter before it. */
const LAST_UNITS = 64;
const FIRST = /^[\p{L}\p{M}]+/u;

/**
 * Was a word parted here only because its line was full? Then its hyphen goes. What the rest of the file writes says so: the word in one piece, else the word with its hyphen; where it
 * writes neither, both pieces as words of their own stand for a word that has a hyphen.
 */
function partedWords(lines: readonly Line[]): (before: string, after: string) => boolean {
  const words = new Set<string>();
  for (const [at, line] of lines.entries()) {
    const text = wordsIn(line);
    const end = at > 0 && PARTED.test(wordsIn(lines[at - 1]!)) ? FIRST.exec(text)?.[0].length ?? 0 : 0;
    const parted = PARTED.test(text) ? (LAST.exec(text.slice(-LAST_UNITS))?.[0].length ?? 0) + 1 : 0;
    for (const [word] of text.slice(end, text.length - parted).matchAll(WORD)) words.add(word.toLowerCase());
  }
  return (before, after) => {
    const [one, two] = [LAST.exec(before.slice(-LAST_UNITS))?.[0].toLowerCase(), FIRST.exec(after)?.[0]];
    if (one === undefined || two === undefined) return false;
    if (before.endsWith('\u00ad') || words.has(one + two)) return true;
    return two === two.toLowerCase() && !words.has(`${one}-${two}`) && !(words.has(one) && words.has(two));
  };
}

/** Words of lines behind each other: no space where a word was parted, or where the script has none. */
function joined(lines: readonly Line[], parted: ReturnType<typeof partedWords>): Run[] {
  const whole = lines.map((line, at) => {
    const text = line.runs.map((run) => run.text).join('');
    const next = lines[at + 1];
    return next && PARTED.test(text.trimEnd()) && parted(text.trimEnd(), wordsIn(next)) ? sliceRuns(line.runs, 0, text.trimEnd().length - 1) : line.runs;
  });
  return lines.flatMap((_, at): Run[] => {
    const line = { ...lines[at]!, runs: whole[at]! };
    const before = at === 0 ? '' : wordsIn(lines[at - 1]!);
    const tight = at === 0 || PARTED.test(before) || (/[\u3000-\u9fff\uff00-\uffef]$/.test(before) && /^[\u3000-\u9fff\uff00-\uffef]/.test(wordsIn(line)));
    return tight ? line.runs : [{ text: ' ', marks: {} }, ...line.runs];
  });
}

function cut(runs: readonly Run[], length: number): Run[] {
  const start = /^\s*/.exec(runs.map((run) => run.text).join(''))![0].length;
  return sliceRuns(runs, start + length);
}
