/** Pages of placed texts → blocks: lines in the order the file sets them, joined to paragraphs; headings by their size, lists by their signs; every block knows its page. */
import { isAddress, LEVEL_MAX, sliceRuns, type Attrs, type Run } from '#domain/editor/model';
import { ImportFault, type Note } from '#domain/editor/files';
import { IMPORT_LIMITS } from '#domain/shared';
import { DraftBuilder, type Draft } from './draft.ts';

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
}

interface Line {
  readonly page: number;
  readonly y: number;
  readonly from: number;
  to: number;
  readonly size: number;
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
  private units = 0;

  page({ number, items, links }: Page): void {
    // Pages may all show one and the same text: what they are together is counted before it is kept.
    this.units += items.reduce((sum, { text }) => sum + text.length, 0);
    if (this.units > IMPORT_LIMITS.units * LEFT_OUT) throw new ImportFault('too-much-text', { limit: IMPORT_LIMITS.units });
    const before = this.lines.length;
    const used = new Set<string>();
    let line: Line | null = null;
    for (const item of items) {
      if (item.text !== '') {
        if (line === null || apart(line, item)) this.lines.push((line = { page: number, y: item.y, from: item.x, to: item.x, size: item.size, runs: [] }));
        add(line, item, links, used);
      }
      if (item.end) line = null;
    }
    if (!this.lines.slice(before).some((one) => wordsIn(one) !== '')) this.empty.push(number);
    // A link over a picture or over nothing has no words: its address stands for it.
    for (const { url, box } of links) if (isAddress(url) && !used.has(url)) this.lines.push({ page: number, y: -1, from: box[0] ?? 0, to: 0, size: 0, runs: [{ text: url, marks: { link: url } }] });
  }

  /** `pictures`: how many the file holds; none is taken. */
  done(title: string, pictures = 0): Draft {
    const out = new DraftBuilder();
    out.count('images', pictures);
    const lines = this.lines.filter((line) => wordsIn(line) !== '');
    const body = commonest(lines.map((line) => [half(line.size), wordsIn(line).length]));
    const large = [...new Set(lines.filter((line) => isHeading(line, body)).map((line) => half(line.size)))].sort((a, b) => b - a);
    const leading = commonest(lines.slice(1).flatMap((line, at) => (line.page === lines[at]!.page && line.y < lines[at]!.y ? [[half(lines[at]!.y - line.y), 1] as const] : []))) || body * 1.2;
    const margin = Math.min(...lines.filter((line) => BULLET.test(wordsIn(line))).map((line) => line.from));
    for (let from = 0; from < lines.length;) {
      let to = from + 1;
      while (to < lines.length && follows(lines[to - 1]!, lines[to]!, lines[from]!, leading)) to++;
      const first = lines[from]!;
      const runs = joined(lines.slice(from, to));
      const bullet = BULLET.exec(wordsIn(first))?.[0];
      const attrs: Attrs = { page: first.page };
      if (isHeading(first, body)) out.push('heading', { ...attrs, level: Math.min(LEVEL_MAX, large.indexOf(half(first.size)) + 1) }, runs);
      else if (bullet !== undefined) out.push('list', { ...attrs, indent: Math.max(0, Math.round((first.from - margin) / (2 * first.size))) }, cut(runs, bullet.length));
      else out.push('paragraph', attrs, runs);
      from = to;
    }
    const draft = out.done(title);
    const notes: Note[] = this.empty.length > 0 && draft.blocks.length > 0 ? [{ code: 'scanned', pages: this.empty }] : [];
    return { ...draft, notes: [...notes, ...draft.notes] };
  }
}

const half = (size: number): number => Math.round(size * 2) / 2;
const wordsIn = (line: Line): string => line.runs.map((run) => run.text).join('').trim();
const isHeading = (line: Line, body: number): boolean => half(line.size) >= body * LARGER && wordsIn(line).length <= HEADING_MAX;

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

/** Words of lines behind each other: no space where a word was parted, or where the script has none. */
function joined(lines: readonly Line[]): Run[] {
  return lines.flatMap((line, at): Run[] => {
    const before = at === 0 ? '' : wordsIn(lines[at - 1]!);
    const tight = at === 0 || /[\p{L}]-$/u.test(before) || (/[\u3000-\u9fff\uff00-\uffef]$/.test(before) && /^[\u3000-\u9fff\uff00-\uffef]/.test(wordsIn(line)));
    return tight ? line.runs : [{ text: ' ', marks: {} }, ...line.runs];
  });
}

function cut(runs: readonly Run[], length: number): Run[] {
  const start = /^\s*/.exec(runs.map((run) => run.text).join(''))![0].length;
  return sliceRuns(runs, start + length);
}
