/**
 * HTML → blocks. What comes out is text, marks and addresses that `isAddress` takes: no element, attribute or script of the page is kept, and nothing it names is fetched.
 */
import { html, parse, parseFragment, type DefaultTreeAdapterTypes } from 'parse5';
import { PROPERTIES_MAX, readField, type Field } from '#domain/editor';
import { IMPORT_LIMITS } from '#domain/shared';
import { LEVEL_MAX, partAt, type Attrs, type Marks, type Run } from '#domain/editor/model';
import { isFileRun } from './draft-files.ts';
import { cleanText, DraftBuilder, isPlace, langOf, trimmed, type Draft, type Links } from './draft.ts';
import { checkCells } from './table-text.ts';

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;
type Parent = DefaultTreeAdapterTypes.ParentNode;

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));
/** Elements that end the line before them. */
const BLOCKS = set('address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table tbody td tfoot th thead tr ul');
/** Elements whose content is no text of the page. */
const SKIPPED = set('head script style template svg math iframe frame object embed applet audio video canvas select textarea datalist noembed noframes map');
/** Of these the person is told. */
const OTHER = set('iframe frame object embed applet audio video canvas svg math');
const MARKS: Readonly<Record<string, Marks>> = { b: { bold: true }, strong: { bold: true }, i: { italic: true }, em: { italic: true }, s: { strike: true }, strike: { strike: true }, del: { strike: true }, code: { code: true }, kbd: { code: true }, samp: { code: true }, tt: { code: true } };
const NESTED = set('table h1 h2 h3 h4 h5 h6');
/** Cells of one row. */
const CELLS = 200;

/** Where a node stands. */
interface Place {
  readonly marks: Marks;
  /** Steps of the lists around it. */
  readonly indent: number;
  readonly kind: 'paragraph' | 'quote' | 'callout';
  readonly item: Item | null;
  readonly numbered: boolean;
  readonly depth: number;
}

/** A line of a list: its first words are the line, what follows stands below it. */
interface Item {
  said: boolean;
  readonly depth: number;
  readonly numbered: boolean;
  done: boolean | null;
}

const START: Place = { marks: {}, indent: 0, kind: 'paragraph', item: null, numbered: false, depth: 0 };

/** A whole page. */
export function htmlDraft(source: string, links?: Links): Draft {
  const page = parse(source, { scriptingEnabled: false });
  const out = new DraftBuilder(links);
  const fields = fieldsOf(page);
  new Reader(out).page(page, START);
  return out.done(titleOf(page), fields);
}

/** A piece of HTML into a draft, `indent` steps in. */
export function htmlInto(out: DraftBuilder, source: string, indent: number): void {
  new Reader(out).page(parseFragment(source, { scriptingEnabled: false }), { ...START, indent });
}

const children = (node: Node | Parent): readonly Node[] => ('childNodes' in node ? node.childNodes : []);
const isElement = (node: Node): node is Element => 'tagName' in node;
const attribute = (element: Element, name: string): string | undefined => element.attrs.find((one) => one.name === name)?.value;

/** Every element inside, in order, without going into itself: pages may be nested deeper than calls. */
function* within(node: Parent): Generator<Node> {
  const open = [...children(node)].reverse();
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    yield one;
    for (const child of [...children(one)].reverse()) open.push(child);
  }
}

function titleOf(page: Parent): string {
  for (const node of within(page)) if (isElement(node) && node.tagName === 'title' && node.namespaceURI === html.NS.HTML) return rawText(node);
  return '';
}

/** The list of properties of a page of ours, which is taken out of it. */
function fieldsOf(page: Parent): Field[] {
  for (const node of within(page)) {
    if (!isElement(node) || node.tagName !== 'dl' || attribute(node, 'class') !== 'properties') continue;
    const all = children(node).filter(isElement);
    const fields = all.flatMap((dd, at) => (at % 2 === 0 || dd.tagName !== 'dd' ? [] : (fieldOf(rawText(all[at - 1]!), attribute(dd, 'data-kind'), rawText(dd)) ?? [])));
    // One by another hand is text.
    if (fields.length * 2 !== all.length || fields.length > PROPERTIES_MAX) return [];
    if (node.parentNode) node.parentNode.childNodes = node.parentNode.childNodes.filter((one) => one !== node);
    return fields;
  }
  return [];
}

const fieldOf = (name: string, kind: string | undefined, said: string): Field | null => readField({ name: cleanText(name), kind, value: said === '' ? null : kind === 'number' ? Number(said) : kind === 'check' ? said === 'true' : cleanText(said) });

function rawText(node: Parent): string {
  let text = '';
  for (const one of within(node)) {
    if ('value' in one) text += one.value;
    else if (isElement(one) && one.tagName === 'br') text += '\n';
  }
  return text;
}

class Reader {
  private runs: Run[] = [];

  constructor(private readonly out: DraftBuilder) {}

  page(page: Parent, place: Place): void {
    this.all(page, place);
    this.flush(place);
  }

  private all(node: Parent, place: Place): void {
    for (const child of children(node)) this.node(child, place);
  }

  private node(node: Node, place: Place): void {
    if ('value' in node) return this.text(node.value, place.marks);
    if (!isElement(node)) return;
    if (node.namespaceURI !== html.NS.HTML || SKIPPED.has(node.tagName)) return void (OTHER.has(node.tagName) && this.out.count('other'));
    if (place.depth >= IMPORT_LIMITS.depth) return this.flat(node, place);
    const inside = { ...place, depth: place.depth + 1 };
    if (BLOCKS.has(node.tagName)) {
      this.flush(place);
      this.block(node, inside);
    } else this.inline(node, inside);
  }

  /** Below the deepest level only the text is taken. */
  private flat(node: Element, place: Place): void {
    this.flush(place);
    this.text(rawText(node), place.marks);
    this.flush(place);
  }

  private inline(node: Element, place: Place): void {
    switch (node.tagName) {
      case 'br': return void this.runs.push({ text: '\n', marks: {} });
      case 'img': return this.picture(node, place);
      case 'input': return this.input(node, place);
      case 'a': return this.anchor(node, place);
      default: return this.all(node, MARKS[node.tagName] ? { ...place, marks: { ...place.marks, ...MARKS[node.tagName] } } : place);
    }
  }

  /** Where a picture that comes in leads to stays as an address. */
  private picture(node: Element, { marks }: Place): void {
    const said = attribute(node, 'alt') ?? '';
    const file = this.out.picture(attribute(node, 'src')?.trim(), said);
    if (file) this.runs.push(file, ...(marks.link === undefined ? [] : [{ text: said || marks.link, marks }]));
  }

  private anchor(node: Element, place: Place): void {
    const before = this.runs.at(-1);
    this.all(node, this.link(node, place));
    const file = this.out.attachment(attribute(node, 'href')?.trim(), this.runs.slice(this.runs.lastIndexOf(before!) + 1));
    if (file) this.runs.push(file);
  }

  private link(node: Element, place: Place): Place {
    const href = attribute(node, 'href')?.trim();
    if (href === undefined || href === '') return place;
    // A place on the same page is no loss; one of the app is an address.
    const link = /^#(?!\/)/.test(href) || this.out.links.file(href) !== null ? undefined : this.out.address(href);
    return link === undefined ? place : { ...place, marks: { ...place.marks, link } };
  }

  private input(node: Element, { item }: Place): void {
    if (item && !item.said && attribute(node, 'type')?.toLowerCase() === 'checkbox') item.done = attribute(node, 'checked') !== undefined;
  }

  /** The box of a task as Notion draws it. */
  private box(node: Element, { item }: Place): void {
    const drawn = /(?:^|\s)checkbox-(on|off)(?:\s|$)/.exec(attribute(node, 'class') ?? '')?.[1];
    if (item && !item.said && drawn !== undefined) item.done = drawn === 'on';
  }

  private block(node: Element, place: Place): void {
    const { tagName } = node;
    if (/^h[1-6]$/.test(tagName)) {
      this.all(node, { ...place, item: null });
      return this.emit('heading', { level: Math.min(LEVEL_MAX, Number(tagName[1])) }, place);
    }
    switch (tagName) {
      case 'hr': return this.out.push('divider', this.standing(place), []);
      case 'pre': return this.code(node, place);
      case 'table': return this.table(node, place);
      case 'ul': case 'ol': case 'menu': case 'dir': return this.list(node, place);
      case 'li': return this.item(node, place);
      case 'blockquote': return attribute(node, 'class') === 'shown' && this.shown(node, place) ? undefined : this.part(node, { ...place, kind: attribute(node, 'class') === 'callout' ? 'callout' : 'quote' });
      case 'div': this.box(node, place); return this.part(node, place);
      default: return this.part(node, place);
    }
  }

  /** What a page of ours shows of another: the link says what, its text stands in its own page. */
  private shown(node: Element, place: Place): boolean {
    const link = [...within(node)].find((one): one is Element => isElement(one) && one.tagName === 'a');
    const [href, words] = [link && attribute(link, 'href')?.trim(), link ? rawText(link).replace(/\s+/g, ' ').trim() : ''];
    const kept = href && words !== '' ? this.out.address(href) : undefined;
    if (kept === undefined || !(partAt(kept) || (this.out.links.together && isPlace(kept)))) return false;
    this.out.push('paragraph', { ...this.standing(place), show: true }, [{ text: words, marks: { link: kept } }]);
    return true;
  }

  private part(node: Element, place: Place): void {
    this.all(node, place);
    this.flush(place);
  }

  private list(node: Element, place: Place): void {
    this.open(place.item);
    this.part(node, { ...place, item: null, numbered: node.tagName === 'ol', indent: place.item ? place.item.depth + 1 : place.indent });
  }

  private item(node: Element, place: Place): void {
    const item: Item = { said: false, depth: place.indent, numbered: place.numbered, done: null };
    this.part(node, { ...place, kind: 'paragraph', item });
    if (!node.childNodes.some(isElement)) this.open(item);
  }

  /** A line without words of its own, before what stands below it. */
  private open(item: Item | null): void {
    if (item && !item.said) this.line(item, []);
  }

  private line(item: Item, runs: readonly Run[]): void {
    item.said = true;
    const attrs: Attrs = { ...(item.depth > 0 ? { indent: item.depth } : {}), ...(item.numbered ? { numbered: true } : {}), ...(item.done === true ? { done: true } : {}) };
    this.out.push(item.done === null ? 'list' : 'task', attrs, runs);
  }

  private standing({ item, indent }: Place): Attrs {
    this.open(item);
    const steps = item ? item.depth + 1 : indent;
    return steps > 0 ? { indent: steps } : {};
  }

  private code(node: Element, place: Place): void {
    const named = [node, ...children(node)].flatMap((one) => (isElement(one) ? [attribute(one, 'class') ?? ''] : [])).join(' ');
    const text = rawText(node).replace(/\r\n?/g, '\n').replace(/\n$/, '');
    this.out.push('code', { ...this.standing(place), ...langOf(/(?:^|\s)(?:language|lang|highlight-source)-(\S+)/.exec(named)?.[1]) }, [{ text, marks: {} }]);
  }

  /** A table that only arranges a page (others or headings stand in it, or it has one cell) is read as the page it arranges. */
  private table(node: Element, place: Place): void {
    let arranges = false;
    for (const one of within(node)) if (isElement(one) && NESTED.has(one.tagName)) arranges = true;
    const trs = arranges ? [] : [...within(node)].filter((one) => isElement(one) && one.tagName === 'tr') as Element[];
    const cells = trs.map((tr) => tr.childNodes.filter((one) => isElement(one) && (one.tagName === 'td' || one.tagName === 'th')) as Element[]);
    const arranged = cells.reduce((sum, row) => sum + row.length, 0) <= 1;
    if (arranged) this.out.count('tables');
    if (arranged) return this.part(node, place);
    for (const one of node.childNodes) if (isElement(one) && one.tagName === 'caption') this.part(one, place);
    const rows = grid(cells).map((row) => row.map((cell) => (cell ? this.cell(cell) : [])));
    const head = cells.find((row) => row.length > 0)!.some(({ tagName }) => tagName === 'th');
    if (rows.some((row) => row.some((cell) => cell.length > 0))) this.out.table({ ...this.standing(place), ...(head ? {} : { plain: true }) }, rows);
    else {
      this.out.count('tables');
      this.out.beside(this.standing(place));
    }
  }

  private cell(cell: Element): Run[] {
    const out = this.out.part();
    new Reader(out).page(cell, START);
    return out.text();
  }

  private text(value: string, marks: Marks): void {
    const last = this.runs.findLast((run) => !isFileRun(run))?.text.at(-1) ?? ' ';
    let text = value.replace(/[ \t\n\r\f]+/g, ' ');
    if (last === ' ' || last === '\n') text = text.replace(/^ /, '');
    if (text !== '') this.runs.push({ text, marks });
  }

  private flush(place: Place): void {
    const runs = trimmed(this.runs.splice(0));
    if (runs.length === 0) return;
    if (place.item && !place.item.said && place.kind === 'paragraph') return this.line(place.item, runs);
    this.out.push(place.kind, this.standing(place), runs);
  }

  private emit(type: 'heading', attrs: Attrs, place: Place): void {
    const runs = trimmed(this.runs.splice(0));
    if (runs.length > 0) this.out.push(type, { ...this.standing(place), ...attrs }, runs);
  }
}

/** Cells in their columns: one that stands over several columns or rows leaves the others of them empty, so that what stands below each other stays so. */
function grid(cells: readonly (readonly Element[])[]): (Element | null)[][] {
  const span = (cell: Element, name: string): number => Math.max(1, Math.min(CELLS, Math.floor(Number(attribute(cell, name))) || 1));
  /** How many more rows each column is taken for by a cell above. */
  const taken: number[] = [];
  let all = 0;
  return cells.flatMap((row) => {
    const out: (Element | null)[] = [];
    const pass = (): void => {
      for (; out.length < CELLS && (taken[out.length] ?? 0) > 0; out.push(null)) taken[out.length]!--;
    };
    for (const cell of row) {
      pass();
      const [wide, high] = [span(cell, 'colspan'), span(cell, 'rowspan')];
      for (let at = 0; at < wide && out.length < CELLS; at++) {
        taken[out.length] = high - 1;
        out.push(at === 0 ? cell : null);
      }
    }
    pass();
    for (let at = out.length; at < taken.length; at++) if (taken[at]! > 0) taken[at]!--;
    checkCells((all += out.length));
    return row.length === 0 ? [] : [out];
  });
}
