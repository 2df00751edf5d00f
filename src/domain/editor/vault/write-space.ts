/** A space as files: pages as Markdown and whole, what was said, tasks, and the file that names them (space-file.ts says its form). */
import type { Field } from '#domain/editor';
import { fileName } from '#domain/editor/files';
import { fieldsIn, frontText, isPlace, markdownOf, type DraftBlock } from '#domain/editor/ingest';
import { changeTexts, isShown, PART_SIGN, plainOf, type Block, type Run } from '#domain/editor/model';
import { isHidden } from './paths.ts';
import { plainBlock, digestOf, exactPage, FILES_FOLDER, SPACE_FORMAT, SPACE_NAME, type SpaceFile } from './space-file.ts';

/** A page by its title and the fragment it stands in, as addresses name it. */
export interface PageOut {
  readonly title: string;
  readonly fragment: string;
}

/** What was said, with names of people. */
export interface SaidOut {
  readonly id: string;
  readonly at: number;
  readonly by: string;
  readonly text: string;
  readonly replyTo: string | null;
  readonly edited: boolean;
  /** Words of a page it is about. */
  readonly about: readonly string[];
  readonly reactions: readonly { readonly emoji: string; readonly by: readonly string[] }[];
}

/** A task; `page` and `block`: what it was made from, when that is a page. */
export interface TaskOut {
  readonly title: string;
  readonly done: boolean;
  readonly who: string | null;
  readonly due: string | null;
  readonly page: string | null;
  readonly block: string | null;
}

/** A place where people talk: a channel, or the comments on a page. */
export interface ThreadOut {
  readonly folder: 'chat' | 'comments';
  readonly title: string;
  readonly topic: string;
}

/** Where files go. */
export interface FilesOut {
  put(path: string, bytes: Uint8Array): void;
  /** `packed`: false for what does not get smaller. */
  file(path: string, packed?: boolean): { write(bytes: Uint8Array): void; end(): void };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Names that are taken, whatever their case. */
class Names {
  private readonly taken = new Set<string>();

  /** The title as a name nobody else has. `ending`: with its point. */
  of(title: string, ending = ''): string {
    const plain = fileName(title);
    const name = isHidden(plain + ending) ? `file ${plain}` : plain;
    for (let at = 1; ; at++) {
      const tried = `${at === 1 ? name : `${name} ${at}`}${ending}`;
      if (this.taken.has(tried.toLowerCase())) continue;
      this.taken.add(tried.toLowerCase());
      return tried;
    }
  }
}

/** Writes one file after another. Pages come in the order of the list. */
export class SpaceWriter {
  private readonly files: readonly string[];
  private readonly at: ReadonlyMap<string, number>;
  private readonly written: SpaceFile['pages'][number][];
  private readonly others: string[] = [];
  /** Blocks of files and pictures whose names stand for them: their bytes are not in it. */
  leftOut = 0;
  private readonly names = { chat: new Names(), comments: new Names(), files: new Names() };
  /** Ways of files by their nodes. */
  private readonly held = new Map<string, string>();
  private readonly beside: SpaceFile['files'][number][] = [];

  constructor(private readonly space: { readonly id: string; readonly name: string }, private readonly pages: readonly PageOut[], private readonly out: FilesOut) {
    const names = new Names();
    this.files = pages.map(({ title }) => `pages/${names.of(title)}.md`);
    this.at = new Map(pages.map(({ fragment }, at) => [fragment, at]));
    // A page that is not written has no file.
    this.written = pages.map(({ title }) => ({ title, file: '', exact: '', digest: '' }));
  }

  /** Is this file in it? */
  holds(id: string): boolean {
    return this.held.has(id);
  }

  /** A file that pages show, before the first of them. */
  attach({ id, name, mime }: { readonly id: string; readonly name: string; readonly mime: string }, content: Uint8Array): void {
    const ending = /\.[a-z0-9]{1,12}$/i.exec(name)?.[0] ?? '';
    const file = `${FILES_FOLDER}${this.names.files.of(name.slice(0, name.length - ending.length), ending)}`;
    this.held.set(id, file);
    this.beside.push({ file, name, mime });
    // Pictures and films are packed already, and of what is not a reader may not be given more than so many times its size.
    const out = this.out.file(file, false);
    for (let at = 0; at < content.length; at += PIECE) out.write(content.subarray(at, at + PIECE));
    out.end();
  }

  /** One page. Blocks this version does not know are not in it. */
  page(at: number, given: readonly Block[], said: readonly Field[] = []): void {
    const { title } = this.pages[at]!;
    const [file, exact] = [this.files[at]!, `lifegraph/${at + 1}.json`];
    const blocks = given.flatMap((block) => this.withFile(block)).map((block) => changeTexts(block, (text) => text.map((run) => this.placed(run))));
    const known = blocks.flatMap(({ type, attrs, text, table }): DraftBlock[] => (type === 'newer' ? [] : [plainBlock(type, { ...attrs }, text, table)])).map((block) => this.wiki(block) ?? changeTexts(block, (text) => text.map((run) => this.relative(run))));
    const fields = fieldsIn(said.map((field) => this.field(field)), isPlace);
    const front = `pages/${title}.md` === file && fields.length === 0 ? '' : frontText(title, fields.map((field) => this.named(field)));
    const markdown = bytes(`${front}${markdownOf(known, (way) => `../${address(way)}`)}`);
    this.out.put(file, markdown);
    this.out.put(exact, bytes(exactPage(title, blocks, fields)));
    this.written[at] = { title, file, exact, digest: digestOf(markdown) };
  }

  /** A property that leads to a page of the space, as its place. */
  private field(field: Field): Field {
    return field.kind === 'link' && typeof field.value === 'string' ? { ...field, value: this.placed({ text: '', marks: { link: field.value } }).marks.link! } : field;
  }

  /** The same as other programs know it: the name of the page between brackets. */
  private named(field: Field): Field {
    const at = field.kind === 'link' ? /^~(\d+)/.exec(String(field.value))?.[1] : undefined;
    return at === undefined ? field : { ...field, kind: 'text', value: `[[${this.files[Number(at)]!.slice('pages/'.length, -'.md'.length)}]]` };
  }

  /** A file by its way; one that is not in it is its name, a picture the words below it, and without any not there. */
  private withFile(block: Block): Block[] {
    const { file, alt, ...attrs } = block.attrs;
    if (block.type !== 'file' && block.type !== 'picture') return [block];
    const way = file === undefined ? undefined : this.held.get(file);
    if (way !== undefined) return [{ ...block, attrs: { ...block.attrs, file: way }, text: [] }];
    this.leftOut += file === undefined ? 0 : 1;
    return alt === undefined ? [] : [{ id: block.id, type: 'paragraph', attrs, text: [run(alt)] }];
  }

  /** A place where people talk; give it what was said in order, then end it. Once for people, once for programs. */
  thread({ folder, title, topic }: ThreadOut): { said(all: readonly SaidOut[]): void; end(): void } {
    const path = `${folder}/${this.names[folder].of(title)}`;
    this.others.push(`${path}.md`, `${path}.json`);
    const [read, whole] = [this.out.file(`${path}.md`), this.out.file(`${path}.json`)];
    read.write(bytes(markdownOf([block('heading', [run(title)], { level: 1 }), ...(topic === '' ? [] : [block('paragraph', [run(topic)])])])));
    whole.write(bytes(`{"format":"lifegraph-thread@1","title":${JSON.stringify(title)},"topic":${JSON.stringify(topic)},"messages":[`));
    let [count, day] = [0, ''];
    return {
      said: (all) => {
        for (const one of all) {
          const date = new Date(one.at).toISOString();
          read.write(bytes(`\n${markdownOf([...(date.slice(0, 10) === day ? [] : [block('heading', [run(date.slice(0, 10))], { level: 2 })]), ...saidBlocks(one, date)])}`));
          whole.write(bytes(`${count++ > 0 ? ',' : ''}\n${JSON.stringify({ ...one, at: date })}`));
          day = date.slice(0, 10);
        }
      },
      end: () => {
        read.end();
        whole.write(bytes('\n]}\n'));
        whole.end();
      },
    };
  }

  /** All tasks, once for people and once for programs. */
  tasks(all: readonly TaskOut[]): void {
    if (all.length === 0) return;
    const lines = all.map(({ title, done, who, due, page }) => block('task', [run([title, who, due].filter((part) => part !== null && part !== '').join(' · ')), ...(page === null ? [] : [run(` (${this.pages[this.at.get(page) ?? -1]?.title ?? ''})`)])], done ? { done: true } : {}));
    this.others.push('tasks.md', 'tasks.json');
    this.out.put('tasks.md', bytes(markdownOf(lines)));
    const rows = all.map(({ page, ...task }) => ({ ...task, page: page === null ? null : (this.files[this.at.get(page) ?? -1] ?? null) }));
    this.out.put('tasks.json', bytes(`${JSON.stringify({ format: 'lifegraph-tasks@1', tasks: rows }, null, 1)}\n`));
  }

  /** The file that names the others, the last. */
  end(): void {
    const named: SpaceFile = { format: SPACE_FORMAT, name: this.space.name, pages: this.written, others: this.others, files: this.beside };
    this.out.put(SPACE_NAME, bytes(`${JSON.stringify(named, null, 1)}\n`));
  }

  /** A link to a page of the space, and to a block of it, as a place. */
  private placed({ text, marks }: Run): Run {
    const found = marks.link === undefined ? null : /#\/([^/?#]+)\/documents\/([^/?#]+)(?:\?([^#]*))?$/.exec(marks.link);
    if (!found) return { text, marks };
    const [space, fragment] = [found[1]!, found[2]!].map(plain);
    const at = space === this.space.id ? this.at.get(fragment!) : undefined;
    const within = new URLSearchParams(found[3] ?? '').get('b');
    return at === undefined ? { text, marks } : { text, marks: { ...marks, link: within === null || !/^[\w-]{1,64}$/.test(within) ? `~${at}` : `~${at}?${encodeURIComponent(`^${within}`)}` } };
  }

  /** A line that shows a page of the space, or a heading of one, as other programs know it; null: it has no such name. */
  private wiki(block: DraftBlock): DraftBlock | null {
    const found = isShown(block) ? /^~(\d+)(\?.+)?$/.exec(block.text[0]!.marks.link!) : null;
    if (!found) return null;
    const [at, words] = [Number(found[1]), block.text[0]!.text];
    const name = this.files[at]!.slice('pages/'.length, -'.md'.length);
    const head = `${this.pages[at]!.title}${PART_SIGN}`;
    const part = found[2] === undefined ? '' : words.startsWith(head) ? `#${words.slice(head.length)}` : null;
    return part === null || /[[\]|^#\n]/.test(name + part.slice(1)) ? null : { ...block, wiki: `![[${name}${part}]]` };
  }

  /** The same as an address of the file beside. */
  private relative({ text, marks }: Run): Run {
    const at = marks.link === undefined ? null : /^~(\d+)/.exec(marks.link)?.[1];
    return at ? { text, marks: { ...marks, link: address(this.files[Number(at)]!.slice('pages/'.length)) } } : { text, marks };
  }
}

/** Bytes of a file that are written at once. */
const PIECE = 1_048_576;
/** A way as an address of Markdown. */
const address = (way: string): string => encodeURI(way).replace(/[()']/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
const run = (text: string): Run => ({ text, marks: {} });
const block = (type: DraftBlock['type'], text: readonly Run[], attrs: DraftBlock['attrs'] = {}): DraftBlock => ({ type, attrs, text });

function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function saidBlocks({ by, text, about, edited, reactions }: SaidOut, date: string): DraftBlock[] {
  const quotes = about.map((words) => block('quote', [run(words)]));
  const seen = reactions.map(({ emoji, by: names }) => `${emoji} ${names.join(', ')}`).join(' · ');
  const head: Run[] = [{ text: by, marks: { bold: true } }, run(` ${date.slice(11, 16)}${edited ? ' *' : ''}\n`)];
  return [...quotes, block('paragraph', [...head, run(text)]), ...(seen === '' ? [] : [block('paragraph', [run(seen)])])].filter(({ text: words }) => plainOf(words).trim() !== '');
}
