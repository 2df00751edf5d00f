/** What comes out of a file: blocks without ids, and what the person has to be told. */
import { toBase64url } from '#base/bytes';
import type { Field } from '#domain/editor';
import { ImportFault, type Note } from '#domain/editor/files';
import { IMPORT_LIMITS } from '#domain/shared';
import { fitsTable, INDENT_MAX, isAddress, joinRuns, partAt, plainOf, readMarks, tableOf, withTable, type Attrs, type Block, type BlockType, type Marks, type Run } from '#domain/editor/model';
import { fileBlock, fileRun, isFileRun, partsOf, type DraftFile, type FileRun, type PlacedFile } from './draft-files.ts';
import { TABLE, tableText } from './table-text.ts';

/** A block that has no id yet. */
export type DraftBlock = Omit<Block, 'id' | 'type' | 'from'> & {
  readonly type: BlockType;
  /** Of what a line shows, when it goes out with the page: its text, and what other programs call it. */
  readonly inner?: readonly DraftBlock[];
  readonly wiki?: string;
};

/** A file that was read. */
export interface Draft {
  /** What the file calls itself; empty when it does not say. */
  readonly title: string;
  readonly blocks: readonly DraftBlock[];
  /** Properties of the page. */
  readonly fields: readonly Field[];
  readonly notes: readonly Note[];
  /** Files that come in with it, in the order of their places; none where it is left out. */
  readonly files?: readonly DraftFile[];
}

/** Signs that are no text: control characters but line and tab, and halves of pairs. */
const NO_TEXT = /[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/g;
const HALVES = /[\ud800-\udfff]/gu;

/** Text as it may be kept. */
export const cleanText = (text: string): string => text.replace(/\r\n?/g, '\n').replace(NO_TEXT, '').replace(HALVES, '\ufffd');

/** Name of a language of code as blocks keep it. */
export const langOf = (name: string | null | undefined): Attrs => {
  const lang = /^[a-z0-9+#-]{1,24}/.exec((name ?? '').toLowerCase())?.[0];
  return lang === undefined ? {} : { lang };
};

/** Pages and files that come together, as one of the pages sees the others. */
export interface Links {
  /** Are names between `[[` and `]]` links here? */
  readonly together: boolean;
  /** What an address in the page leads to: the place of a page (isPlace), null when it is no page (told already), undefined when it is none of theirs. */
  to(url: string): string | null | undefined;
  /** The same of a name between `[[` and `]]`. */
  named(target: string): string | null;
  /** A picture or file that is shown in the page; true when it is known by its name. */
  shown(url: string): boolean;
  /** A file that comes in with the page; null for anything else. */
  file(url: string): PlacedFile | null;
}

export const NOT_TOGETHER: Links = { together: false, to: () => undefined, named: () => null, shown: () => false, file: () => null };
/** Where a link leads as long as the pages have no addresses: `~`, which of them, and behind a `?` what in it. */
const PLACE = /^~\d{1,6}(?:\?\S{0,1900})?$/;
/** An address beside the page that ends as pages do. */
const PAGE = /^(?![a-z][a-z0-9+.-]*:|\/\/)[^#?]*\.(?:md|markdown|html?)(?:#|$)/i;
export const isPlace = (link: string): boolean => PLACE.test(link);

/** Behind what a picture is called Obsidian writes how wide it is drawn. */
const OBSIDIAN_SIZE = /\|\d{1,5}(?:x\d{1,5})?$/;

/** Collects blocks within the limits of one document. */
export class DraftBuilder {
  readonly blocks: DraftBlock[] = [];
  private units = 0;
  private depth = -1;

  /** `aside`: files in the cells of the table that is being read. */
  constructor(readonly links: Links = NOT_TOGETHER, private readonly counts = { images: 0, tables: 0, other: 0, links: 0, notes: 0 }, private readonly aside: FileRun[] = [], private readonly inCell = false) {}

  /** What a link is kept as; undefined when only its words stay, which is counted. */
  address(url: string | undefined): string | undefined {
    const place = url === undefined ? undefined : this.links.to(url);
    if (typeof place === 'string') return place;
    if (place === undefined && isAddress(url)) return url;
    if (place === undefined) this.count('links');
    return undefined;
  }

  /** What a picture is kept as when it is none, but a page that is shown. */
  page(url: string): string | undefined {
    if (partAt(url)) return url;
    if (!this.links.together || !PAGE.test(url) || this.links.shown(url)) return undefined;
    return this.links.to(url) ?? undefined;
  }

  /** A picture or file that is shown, as it stands among the words; null when it is left out: by its name where that is known. */
  picture(url: string | undefined, said: string): FileRun | null {
    const file = url === undefined ? null : this.links.file(url);
    if (file !== null) return fileRun(file, true, cleanText(said).replace(OBSIDIAN_SIZE, ''));
    if (url === undefined || !this.links.shown(url)) this.count('images');
    return null;
  }

  /** The file a link behind these words leads to, as it stands among them; null when it leads to none. */
  attachment(url: string | undefined, said: readonly Run[]): FileRun | null {
    const file = url === undefined ? null : this.links.file(url);
    return file === null || said.some((run) => isFileRun(run) && run.file.place === file.place) ? null : fileRun(file, false, plainOf(said));
  }

  /** Counts what is left out or changed. */
  count(what: keyof DraftBuilder['counts'], by = 1): void {
    this.counts[what] += by;
  }

  /** Adds a block; an empty line of text is none. */
  push(type: BlockType, attrs: Attrs, runs: readonly Run[]): void {
    if (runs.some(isFileRun)) return this.parted(type, attrs, runs);
    const kept = type === 'code' ? runs : trimmed(runs);
    const text = type === 'divider' ? [] : this.clean(kept, type !== 'code');
    const item = type === 'list' || type === 'task';
    if (text.length === 0 && attrs.file === undefined && type !== 'divider' && type !== 'code' && !item) return;
    this.put({ type, attrs: this.standing(attrs, item), text });
  }

  /** Words with files among them. Behind a line of a list they stand below it. */
  private parted(type: BlockType, attrs: Attrs, runs: readonly Run[]): void {
    const line = type === 'list' || type === 'task';
    const parts = partsOf(runs, type === 'paragraph' || type === 'quote' || type === 'callout');
    if (line && !parts.some((part) => 'words' in part)) this.push(type, attrs, []);
    const below = (attrs.indent ?? 0) + (line ? 1 : 0);
    for (const part of parts) {
      if ('words' in part) this.push(type, attrs, part.words);
      else this.putFile(part.file, below);
    }
  }

  private putFile(file: FileRun, indent: number): void {
    if (this.inCell) return void this.aside.push(file);
    this.put(fileBlock(file, this.standing(indent > 0 ? { indent } : {}, false)));
  }

  /** Files of a table stand behind it. */
  beside(attrs: Attrs): void {
    if (!this.inCell) for (const file of this.aside.splice(0)) this.putFile(file, attrs.indent ?? 0);
  }

  /** A line stands in at most one step more than the line before it: anything else has no form in other programs. */
  private standing({ indent: wanted, ...rest }: Attrs, item: boolean): Attrs {
    const indent = Math.min(wanted ?? 0, this.depth + 1, INDENT_MAX);
    this.depth = item ? indent : Math.min(this.depth, indent - 1);
    return indent > 0 ? { ...rest, indent } : rest;
  }

  /** Adds a table, the first of its rows the head unless it is `plain`; one that is too large to be worked in becomes text. */
  table(attrs: Attrs, given: readonly (readonly (readonly Run[])[])[]): void {
    for (const run of given.flat(2)) if (isFileRun(run)) this.aside.push(run);
    this.rows(attrs, given.map((row) => row.map((cell) => cell.filter((run) => !isFileRun(run)))));
    this.beside(attrs);
  }

  private rows(attrs: Attrs, rows: readonly (readonly (readonly Run[])[])[]): void {
    if (!fitsTable(rows)) {
      this.count('tables');
      this.count('links', rows.flat(2).filter(({ marks: { link } }) => link !== undefined && isPlace(link)).length);
      return this.push('code', { ...attrs, lang: TABLE }, [{ text: tableText(rows.map((row) => row.map(wordsOf))), marks: {} }]);
    }
    // Ids of rows and columns are those of this table alone.
    let ids = 0;
    const { id: _id, ...made } = withTable({ id: '', attrs: this.standing(attrs, false) }, tableOf(rows.map((row) => row.map((cell) => this.clean(trimmed(cell), true))), () => `i${ids++}`));
    this.put(made as DraftBlock);
  }

  private put(block: DraftBlock): void {
    this.blocks.push(block);
    if (this.blocks.length > IMPORT_LIMITS.blocks) throw new ImportFault('too-many-blocks', { limit: IMPORT_LIMITS.blocks });
    for (const run of block.text) this.units += run.text.length;
    if (this.units > IMPORT_LIMITS.units) throw new ImportFault('too-much-text', { limit: IMPORT_LIMITS.units });
  }

  private clean(runs: readonly Run[], marked: boolean): Run[] {
    return joinRuns(runs.map(({ text, marks }) => ({ text: cleanText(text), marks: marked ? this.marks(marks) : {} })));
  }

  private marks(marks: Marks): Marks {
    const kept = readMarks({ ...marks });
    return this.links.together && marks.link !== undefined && isPlace(marks.link) ? { ...kept, link: marks.link } : kept;
  }

  /** For a piece that becomes one text, as a cell: what it leaves out counts here. */
  part(): DraftBuilder {
    return new DraftBuilder(this.links, this.counts, this.aside, true);
  }

  /** All of it as one text, blocks as lines. */
  text(): Run[] {
    return this.blocks.flatMap(({ text }, at) => (at > 0 ? [{ text: '\n', marks: {} }, ...text] : text));
  }

  /** The draft. */
  done(title = '', fields: readonly Field[] = []): Draft {
    const notes: Note[] = (Object.keys(this.counts) as (keyof DraftBuilder['counts'])[]).flatMap((code) => (this.counts[code] > 0 ? [{ code, count: this.counts[code] }] : []));
    return { title: cleanText(title).replace(/\s+/g, ' ').trim(), blocks: this.blocks, fields, notes: this.blocks.length === 0 ? [...notes, { code: 'no-text' }] : notes };
  }
}

/** Without white space at both ends and around breaks. */
export function trimmed(runs: readonly Run[]): Run[] {
  const out = runs.map((run, at) => (/[ \t]$/.test(run.text) && runs[at + 1]?.text.startsWith('\n') ? { ...run, text: cutEnd(run.text, ' \t') } : run));
  while (out.length > 0 && /^[ \t\n]*$/.test(out[0]!.text)) out.shift();
  while (out.length > 0 && /^[ \t\n]*$/.test(out.at(-1)!.text)) out.pop();
  if (out.length > 0) out[0] = { ...out[0]!, text: out[0]!.text.replace(/^[ \t\n]+/, '') };
  if (out.length > 0) out[out.length - 1] = { ...out.at(-1)!, text: cutEnd(out.at(-1)!.text, ' \t\n') };
  return out;
}

/** A text without these signs at its end: a pattern for them looks at a long row in its middle once for each of its signs. */
export function cutEnd(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** Text without marks; an address of a link stands behind its words, when it is one. */
export function wordsOf(runs: readonly Run[]): string {
  return runs.map(({ text, marks: { link } }) => (link === undefined || isPlace(link) || link === text || link === `mailto:${text}` ? text : `${text} (${link})`)).join('');
}

/** Blocks with ids of their own. */
export const withIds = (blocks: readonly DraftBlock[], newId: () => string): Block[] => blocks.map((block) => ({ ...block, id: newId() }));

/** An id out of 128 random bits, base64url. */
export const newBlockId = (bits: Uint8Array): string => toBase64url(bits);
