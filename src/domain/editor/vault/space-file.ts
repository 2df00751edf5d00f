/**
 * A space that was taken out, as files: `lifegraph.json` names its pages, each of them once as Markdown for people and other programs, once whole. The Markdown counts
 * where somebody changed it. Addresses of pages of the space are places (`~3`), which no address of a page looks like.
 */
import { toBase64url } from '#base/bytes';
import { sha256 } from '#base/hash';
import { cutText } from '#base/plain-text';
import type { Field } from '#domain/editor';
import { ImportFault } from '#domain/editor/files';
import { checkSize, cleanText, fieldsIn, fieldsOut, isFilePlace, isPlace, type DraftBlock } from '#domain/editor/ingest';
import { BLOCK_TYPES, changeTexts, joinRuns, readAttrs, readMarks, tableFrom, type Attrs, type Block, type BlockType, type Marks, type Run, type Table } from '#domain/editor/model';
import { CHANNEL_TITLE_MAX, IMPORT_LIMITS, oneLine, VAULT_LIMITS } from '#domain/shared';
import { Attachments, type SaidOfFile } from './attachments.ts';
import { Catalogue, isPage, PageLinks } from './catalogue.ts';
import { baseOf } from './paths.ts';
import { readAll, type LeftOut, type RawPage, type VaultFile, type VaultPorts } from './reading.ts';

export const SPACE_FORMAT = 'lifegraph-space@1';
export const PAGE_FORMAT = 'lifegraph-document@1';
export const SPACE_NAME = 'lifegraph.json';

/** What stands in the file that names the others. */
export interface SpaceFile {
  readonly format: typeof SPACE_FORMAT;
  readonly name: string;
  /** In the order of the list; `digest`: of the Markdown, SHA-256. One without a file is not there, and keeps its number. */
  readonly pages: readonly { readonly title: string; readonly file: string; readonly exact: string; readonly digest: string }[];
  /** Files for reading: what was said, tasks. */
  readonly others: readonly string[];
  /** Pictures and files of pages: where each lies, its name and type as they were. */
  readonly files: readonly { readonly file: string; readonly name: string; readonly mime: string }[];
}

/** Where pictures and files lie. */
export const FILES_FOLDER = 'files/';
const inFolder = (file: unknown): file is string => typeof file === 'string' && file.startsWith(FILES_FOLDER);

/** Is it the file that names the others? */
export const isSpaceFile = (path: string): boolean => path === SPACE_NAME;

/** Of a text, in the form the file has it. */
export const digestOf = (bytes: Uint8Array): string => toBase64url(sha256(bytes));

const ID = /^[\w-]{22}$/;
const NO_RUNS: readonly Run[] = [];
const isFile = (type: unknown): boolean => type === 'file' || type === 'picture';
const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const words = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A block in the one form in which equal blocks are written equally. */
export function plainBlock(type: BlockType, attrs: Record<string, unknown>, text: readonly Run[], table: Table | null = null): DraftBlock {
  const marks = (given: Marks): Marks => (given.link !== undefined && isPlace(given.link) ? { ...readMarks({ ...given }), link: given.link } : readMarks({ ...given }));
  // A file lies in the space it was added to: its node means nothing in another, but the way of its bytes beside the page does, and its place.
  const { file: _file, alt, ...rest } = readAttrs((name) => attrs[name]);
  const { file } = attrs;
  const kept: Attrs = (inFolder(file) || isFilePlace(file)) && isFile(type) ? { ...rest, file, ...(alt === undefined ? {} : { alt }) } : rest;
  const clean = (runs: readonly Run[]): Run[] => joinRuns(runs.map((run) => ({ text: cleanText(run.text), marks: marks(run.marks) })));
  return changeTexts({ type, attrs: kept, text, ...(table ? { table } : {}) }, clean);
}

/** A page as it is written whole. */
export function exactPage(title: string, blocks: readonly Block[], fields: readonly Field[]): string {
  const known = blocks.flatMap(({ id, type, attrs, text, table }) => {
    if (type === 'newer') return [];
    const { text: runs, ...block } = plainBlock(type, { ...attrs }, text, table);
    return [{ id, ...block, ...(table ? {} : { text: runs }) }];
  });
  return `${JSON.stringify({ format: PAGE_FORMAT, title, ...fieldsOut(fields), blocks: known }, null, 1)}\n`;
}

/** Reads it again; what this version does not know is left out and counted. */
function readExact(path: string, title: string, source: string, links: PageLinks): RawPage {
  const file = record(parsed(source));
  if (file['format'] !== PAGE_FORMAT) throw new ImportFault('not-what-it-says', { kind: 'LifeGraph document', found: 'JSON' });
  const given = list(file['blocks']).map(record);
  if (given.length > VAULT_LIMITS.blocks) throw new ImportFault('too-many-blocks', { limit: VAULT_LIMITS.blocks });
  let cells = 0;
  const fits = (table: unknown): boolean => {
    const made = tableFrom(table, () => NO_RUNS);
    cells += made ? made.rows.length * made.columns.length : 0;
    // A table says in a few words how many cells it has: together they may be more than memory holds.
    if (cells * 3 > IMPORT_LIMITS.units) throw new ImportFault('too-much-text', { limit: IMPORT_LIMITS.units });
    return made !== null;
  };
  const known = given.filter(({ type, attrs, table }) => BLOCK_TYPES.includes(type as BlockType) && (!isFile(type) || inFolder(record(attrs)['file'])) && (type !== 'table' || fits(table)));
  const blocks = known.map((one): RawPage['blocks'][number] => {
    const runsOf = (text: unknown): Run[] => list(text).map(record).map((run) => ({ text: words(run['text']), marks: record(run['marks']) as Marks }));
    const id = ID.test(words(one['id'])) ? { id: words(one['id']) } : {};
    if (isFile(one['type'])) return { ...id, ...readFileBlock(one['type'] as 'file' | 'picture', record(one['attrs']), links) };
    return { ...id, ...plainBlock(one['type'] as BlockType, record(one['attrs']), runsOf(one['text']), one['type'] === 'table' ? tableFrom(one['table'], runsOf) : null) };
  });
  return { path, title, fields: fieldsIn(file['properties'], isPlace), blocks, notes: [...(known.length < given.length ? [{ code: 'other' as const, count: given.length - known.length }] : []), ...links.notes()], files: links.attached };
}

/** A file that is not there, or beyond what is taken, is its name, a picture what it shows. */
function readFileBlock(type: 'file' | 'picture', attrs: Record<string, unknown>, links: PageLinks): DraftBlock {
  const path = words(attrs['file']);
  const file = links.at(path);
  if (file) return plainBlock(type, { ...attrs, file: file.place }, NO_RUNS);
  links.shown(path);
  return plainBlock('paragraph', attrs, [{ text: words(attrs['alt']) || baseOf(path), marks: {} }]);
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new ImportFault('damaged', { found: error instanceof Error ? error.message : String(error) });
  }
}

async function textOf(file: VaultFile): Promise<{ bytes: Uint8Array; text: string }> {
  checkSize(file.size);
  const bytes = await file.read();
  checkSize(bytes.length);
  return { bytes, text: new TextDecoder().decode(bytes) };
}

/** The pages of a space that was taken out, with those somebody added; null when the file is none of ours. `page` reads one of another hand. */
export async function readSpaceFile(said: VaultFile, files: readonly VaultFile[], page: (file: VaultFile, links: PageLinks) => Promise<RawPage>, ports: VaultPorts): Promise<{ name: string; pages: (RawPage | null)[]; left: LeftOut[] } | null> {
  const manifest = record(parsed((await textOf(said)).text));
  if (manifest['format'] !== SPACE_FORMAT) return null;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const others = new Set(list(manifest['others']).map(words));
  const named = list(manifest['pages']).map(record).map((one) => ({ title: cutText(oneLine(words(one['title'])), CHANNEL_TITLE_MAX), file: words(one['file']), exact: words(one['exact']), digest: words(one['digest']) }));
  const known = new Set(named.flatMap(({ file, exact }) => [file, exact]));
  const names = new Map(list(manifest['files']).map(record).map((one): [string, SaidOfFile] => [words(one['file']), { name: oneLine(cleanText(words(one['name']))) || baseOf(words(one['file'])), mime: words(one['mime']) }]).filter(([path]) => inFolder(path)));
  const added = files.filter(({ path }) => isPage(path) && !known.has(path) && !others.has(path) && !names.has(path)).map(({ path }) => ({ title: '', file: path, exact: '', digest: '' }));
  const all = [...named, ...added];
  if (all.length > VAULT_LIMITS.pages) throw new ImportFault('too-many-pages', { found: all.length, limit: VAULT_LIMITS.pages });
  const rest = files.filter(({ path }) => path !== SPACE_NAME && !known.has(path) && (!isPage(path) || names.has(path)) && !others.has(path));
  const catalogue = new Catalogue(all.map(({ file }) => file), rest.map(({ path }) => path));
  const attachments = new Attachments(rest, ports.keeps !== false, names);
  const here = all.map((one, at) => ({ ...one, at })).filter(({ file }) => file !== '');
  const unread: LeftOut[] = [];
  const read = await readAll(here, ({ file }) => file, async (one) => {
    const [markdown, exact] = [byPath.get(one.file), byPath.get(one.exact)];
    if (!markdown) throw new ImportFault('damaged', { found: one.file });
    const same = exact !== undefined && digestOf((await textOf(markdown)).bytes) === one.digest;
    const links = new PageLinks(catalogue, one.at, attachments);
    if (same) return readExact(one.file, one.title, (await textOf(exact)).text, links);
    const found = await page(markdown, links);
    // A name of a file is not all of a title: without one said in it, the page keeps the one it had.
    return one.title === '' || found.titled === true ? found : { ...found, title: one.title };
  }, unread, ports);
  const left = [...rest.map(({ path }) => path).filter((path) => !attachments.taken.has(path)), ...[...others].filter((path) => byPath.has(path))].map((path): LeftOut => ({ path, fault: null }));
  const pages = all.map((): RawPage | null => null);
  for (const [index, { at }] of here.entries()) pages[at] = read[index]!;
  if (pages.every((one) => one === null)) throw new ImportFault('no-pages');
  return { name: oneLine(words(manifest['name'])), pages, left: [...left, ...unread] };
}
