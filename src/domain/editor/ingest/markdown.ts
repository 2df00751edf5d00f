/** Markdown (CommonMark with the tables, tasks, struck words and notes of GitHub) → blocks. */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import type { Definition, Image, ImageReference, ListItem, PhrasingContent, Root, RootContent, Table, Text } from 'mdast';
import { isAddress, isShown, joinRuns, LEVEL_MAX, partAt, type Attrs, type Marks, type Run } from '#domain/editor/model';
import { cutEnd, DraftBuilder, isPlace, langOf, type Draft, type Links } from './draft.ts';
import type { FileRun } from './draft-files.ts';
import { frontIn } from './front.ts';
import { htmlInto } from './html.ts';
import { formulasAsCode } from './math.ts';

/** Where a node stands: how far it stands in, and in what. */
interface Place {
  readonly indent: number;
  readonly kind: 'paragraph' | 'quote' | 'callout';
}

/** Fields a note of GitHub or Obsidian begins with; there words may follow in the same line. */
const CALLOUT = /^\[!(?:note|tip|important|warning|caution|abstract|summary|tldr|info|todo|hint|success|check|done|question|help|faq|attention|failure|fail|missing|danger|error|bug|example)\][+-]?[ \t]*(?:\n|$|(?=\S))/i;
/** A name that stands alone in its line, and is shown there. */
const SHOWS = /^\s*!\[\[[^[\]\n]+\]\]\s*$/;
/** A name of another page, what stands after `#` in it, and after `|` what is shown; `!` shows it here. */
const NAMED = /(!?)\[\[([^[\]\n|]{1,500})(?:\|([^[\]\n]{0,500}))?\]\]/g;

/** The whole of a file: what stands before the text gives the title and the properties, and what else it says stays as code. */
export function markdownDraft(source: string, links?: Links): Draft {
  const { title, fields, rest, text } = frontIn(source, links);
  const out = new DraftBuilder(links);
  if (rest !== '') out.push('code', { lang: 'yaml' }, [{ text: rest, marks: {} }]);
  readInto(out, formulasAsCode(text));
  return out.done(title, fields);
}

/** The name of a page out of its address. */
const stemOf = (url: string): string => url.replace(/[#?].*$/, '').replace(/^.*\//, '').replace(/\.[^.]*$/, '') || url;

/** The text alone. */
function readInto(out: DraftBuilder, source: string): void {
  const tree: Root = fromMarkdown(source, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const reader = new Reader(out, source);
  reader.collect(tree.children);
  reader.blocks(tree.children, { indent: 0, kind: 'paragraph' });
}

class Reader {
  constructor(private readonly out: DraftBuilder, private readonly source: string) {}

  private readonly definitions = new Map<string, Definition>();

  /** Addresses of links stand anywhere; the first of a name counts. */
  collect(nodes: readonly RootContent[]): void {
    const open = [...nodes].reverse();
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (node.type === 'definition' && !this.definitions.has(node.identifier)) this.definitions.set(node.identifier, node);
      if ('children' in node) for (let at = node.children.length - 1; at >= 0; at--) open.push(node.children[at] as RootContent);
    }
  }

  blocks(nodes: readonly RootContent[], place: Place): void {
    for (const node of nodes) this.block(node, place);
  }

  private block(node: RootContent, place: Place): void {
    const attrs: Attrs = place.indent > 0 ? { indent: place.indent } : {};
    switch (node.type) {
      case 'paragraph': return this.paragraph(node.children, place.kind, attrs);
      case 'heading': return this.out.push('heading', { ...attrs, level: Math.min(LEVEL_MAX, node.depth) }, this.words(node.children));
      case 'thematicBreak': return this.out.push('divider', attrs, []);
      case 'code': return this.out.push('code', { ...attrs, ...langOf(node.lang) }, [{ text: node.value, marks: {} }]);
      case 'blockquote': return this.quote(node.children, place);
      case 'list': return node.children.forEach((item) => this.item(item, place.indent, node.ordered === true));
      case 'table': return this.table(node, attrs);
      case 'html': return htmlInto(this.out, node.value, place.indent);
      case 'footnoteDefinition': return this.note(node.identifier, node.children, place);
      default:
    }
  }

  /** One that holds nothing but the sign that another page is shown here says so. */
  private paragraph(children: readonly PhrasingContent[], kind: Place['kind'], attrs: Attrs): void {
    const [only] = children;
    const words = this.words(children);
    const shows = children.length === 1 && (only!.type === 'image' || (only!.type === 'text' && SHOWS.test(only.value)));
    const line = { type: kind, attrs: { ...attrs, show: true as const }, text: joinRuns(words) };
    this.out.push(kind, shows && isShown(line) && this.leads(line.text[0]!.marks.link!) ? line.attrs : attrs, words);
  }

  /** To a page, that is; what a picture of the web leads to is none. */
  private leads(link: string): boolean {
    return partAt(link) !== null || (this.out.links.together && isPlace(link));
  }

  private quote(children: readonly RootContent[], place: Place): void {
    const first = children[0];
    const text = first?.type === 'paragraph' ? first.children[0] : undefined;
    // Behind a backslash the sign is one of the words.
    const head = text?.type === 'text' && this.source[text.position?.start.offset ?? -1] !== '\\' ? CALLOUT.exec(text.value)?.[0] : undefined;
    if (head === undefined || first?.type !== 'paragraph' || text?.type !== 'text') return this.blocks(children, { ...place, kind: place.kind === 'callout' ? 'callout' : 'quote' });
    const [said, ...below] = head.endsWith('\n') ? [text.value.slice(head.length)] : text.value.slice(head.length).split('\n');
    const words: PhrasingContent[] = below.length === 0 ? [{ ...text, value: said! }] : [{ ...text, value: said! }, { type: 'break' }, { ...text, value: below.join('\n') }];
    const rest: RootContent = { ...first, children: [...words, ...first.children.slice(1)] };
    this.blocks([rest, ...children.slice(1)], { ...place, kind: 'callout' });
  }

  private item({ children, checked }: ListItem, indent: number, numbered: boolean): void {
    const [first, ...rest] = children;
    const own = first?.type === 'paragraph' ? first : null;
    const attrs: Attrs = { ...(indent > 0 ? { indent } : {}), ...(numbered ? { numbered: true } : {}) };
    this.out.push(checked === null || checked === undefined ? 'list' : 'task', { ...attrs, ...(checked === true ? { done: true } : {}) }, own ? this.words(own.children) : []);
    this.blocks(own ? rest : children, { indent: indent + 1, kind: 'paragraph' });
  }

  private table({ children }: Table, attrs: Attrs): void {
    this.out.table(attrs, children.map((row) => row.children.map((cell) => this.words(cell.children))));
  }

  /** A note stands where it was written, behind its sign. */
  private note(name: string, children: readonly RootContent[], place: Place): void {
    this.out.count('notes');
    const [first, ...rest] = children;
    const sign: PhrasingContent = { type: 'text', value: `[${name}] ` };
    this.blocks(first?.type === 'paragraph' ? [{ ...first, children: [sign, ...first.children] }, ...rest] : [{ type: 'paragraph', children: [sign] }, ...children], place);
  }

  private words(nodes: readonly PhrasingContent[], marks: Marks = {}, out: Run[] = []): Run[] {
    for (const node of nodes) {
      switch (node.type) {
        case 'text': this.text(node, marks, out); break;
        case 'inlineCode': out.push({ text: node.value.replace(/\n/g, ' '), marks: { ...marks, code: true } }); break;
        case 'break': out.push({ text: '\n', marks: {} }); break;
        case 'emphasis': this.words(node.children, { ...marks, italic: true }, out); break;
        case 'strong': this.words(node.children, { ...marks, bold: true }, out); break;
        case 'delete': this.words(node.children, { ...marks, strike: true }, out); break;
        case 'link': this.linked(node.children, marks, node.url, out); break;
        case 'linkReference': this.linked(node.children, marks, this.definitions.get(node.identifier)?.url, out); break;
        case 'image': this.image(node, marks, node.url, out); break;
        case 'imageReference': this.image(node, marks, this.definitions.get(node.identifier)?.url, out); break;
        case 'footnoteReference': out.push({ text: `[${node.identifier}]`, marks }); break;
        // Tags between words; the words stay. A line break is one here as well.
        case 'html': if (/^<br\s*\/?>$/i.test(node.value)) out.push({ text: '\n', marks: {} }); break;
        default:
      }
    }
    return out;
  }

  /** Where pages come together a name between brackets is a link; one whose brackets are written as plain signs is none. */
  private text({ value, position }: Text, marks: Marks, out: Run[]): void {
    const lines = value.split('\n').map((line, at, all) => cutEnd(at > 0 ? line.replace(/^[ \t]+/, '') : line, at < all.length - 1 ? ' \t' : ''));
    const text = lines.join(' ');
    const plain = !this.out.links.together || marks.link !== undefined || this.source.slice(position?.start.offset, position?.end.offset).includes('\\[');
    const alone = plain ? new Set<number>() : this.alone(lines, position?.start.offset ?? 0, position?.end.offset ?? 0);
    let from = 0;
    for (const found of plain ? [] : text.matchAll(NAMED)) {
      const [all, here, target, shown] = found;
      out.push({ text: text.slice(from, found.index), marks });
      from = found.index + all.length;
      this.name({ shows: here === '!', target: target!, said: shown?.trim() ?? '', alone: alone.has(found.index) }, marks, out);
    }
    out.push({ text: text.slice(from), marks });
  }

  /** Where lines begin that hold nothing but what they show. The first and the last may go on beside the text. */
  private alone(lines: readonly string[], start: number, end: number): Set<number> {
    const out = new Set<number>();
    for (let at = 0, from = 0; at < lines.length; from += lines[at++]!.length + 1) {
      if (!/^[ \t]*!\[\[[^[\]\n]{1,1000}\]\][ \t]*$/.test(lines[at]!) || (at === 0 && !this.begins(start)) || (at === lines.length - 1 && !this.ends(end))) continue;
      out.add(from + lines[at]!.indexOf('!'));
    }
    return out;
  }

  private begins(offset: number): boolean {
    return /(?:^|\n)[ \t>]*$/.test(this.source.slice(Math.max(0, offset - LINE), offset));
  }

  private ends(offset: number): boolean {
    return /^[ \t]*(?:\r?\n|$)/.test(this.source.slice(offset, offset + LINE));
  }

  /** What stands between two brackets: a file, a page, or words. */
  private name({ shows, target, said, alone }: { shows: boolean; target: string; said: string; alone: boolean }, marks: Marks, out: Run[]): void {
    const { links } = this.out;
    if (links.file(target) !== null) {
      const words: Run[] = shows ? [] : [{ text: said || target.trim(), marks }];
      const file = shows ? this.out.picture(target, /^\d{1,5}(?:x\d{1,5})?$/.test(said) ? '' : said) : this.out.attachment(target, words);
      const placed: FileRun | null = file && { ...file, alone };
      out.push(...words, ...(placed ? [placed] : []));
    } else if (!shows || !links.shown(target)) {
      const place = links.named(target.trim());
      out.push({ text: said || target.trim().replace(/^#/, '').replaceAll('#', ' > '), marks: place === null ? marks : { ...marks, link: place } });
    }
  }

  private linked(nodes: readonly PhrasingContent[], marks: Marks, url: string | undefined, out: Run[]): void {
    const file = url !== undefined && this.out.links.file(url) !== null;
    const link = file ? undefined : this.out.address(url);
    const from = out.length;
    this.words(nodes, link === undefined ? marks : { ...marks, link }, out);
    const run = file ? this.out.attachment(url, out.slice(from)) : null;
    if (run) out.push(run);
  }

  /** A picture is not fetched: one that does not come in with the page is its words, and leads to it where that is an address of the web. */
  private image({ alt, position }: Image | ImageReference, marks: Marks, url: string | undefined, out: Run[]): void {
    const page = url === undefined ? undefined : this.out.page(url);
    if (page !== undefined) return void out.push({ text: alt || stemOf(url!), marks: { ...marks, link: page } });
    const file = this.out.picture(url, alt ?? '');
    if (!file) return void out.push({ text: alt ?? '', marks: isAddress(url) && marks.link === undefined ? { ...marks, link: url } : marks });
    const placed: FileRun = { ...file, alone: this.begins(position?.start.offset ?? 0) && this.ends(position?.end.offset ?? 0) };
    out.push(placed);
    // Where it leads stays as an address.
    if (marks.link !== undefined) out.push({ text: alt || marks.link, marks });
  }
}

/** Signs before and behind a picture that are looked at to see whether its line has anything else. */
const LINE = 200;
