/** A folder or an archive of another program → pages that lead to each other. */
import { cutText } from '#base/plain-text';
import type { Field } from '#domain/editor';
import { ImportFault, kindOf, titleOfName, type KeptFile, type Note } from '#domain/editor/files';
import { checkSize, decodeText, isPlace, readText, withIds, withKept, type Draft, type DraftBlock, type DraftFile, type TextKind } from '#domain/editor/ingest';
import { changeTexts, isShown, joinRuns, plainOf, type Block, type Run } from '#domain/editor/model';
import { CHANNEL_TITLE_MAX, oneLine, VAULT_LIMITS } from '#domain/shared';
import { Attachments } from './attachments.ts';
import { Catalogue, isPage, PageLinks } from './catalogue.ts';
import { contentsOf } from './contents.ts';
import { frontOf, notionId, plainName } from './notion.ts';
import { baseOf, cleanPath, decoded, isHidden, sharedFolder, stemOf } from './paths.ts';
import { readAll, type LeftOut, type RawPage, type VaultFile, type VaultPorts } from './reading.ts';
import { isSpaceFile, readSpaceFile } from './space-file.ts';

/** A page with blocks of its own; links to others are places still. */
export interface VaultPage {
  /** '' for the page that names the others. */
  readonly path: string;
  readonly title: string;
  readonly fields: readonly Field[];
  readonly blocks: readonly Block[];
  readonly notes: readonly Note[];
  /** Files that come in with it: blocks name them by their places. */
  readonly files: readonly DraftFile[];
}

/** What was read. */
export interface Vault {
  readonly name: string;
  /** The first is shown when all is there. */
  readonly pages: readonly VaultPage[];
  readonly left: readonly LeftOut[];
}

/** Files with clean names, without what nobody wrote, from the folder on that all stand in. Of two with one name the first is taken. Throws. */
export function sorted(files: readonly VaultFile[]): { folder: string; files: VaultFile[] } {
  if (files.length > VAULT_LIMITS.entries) throw new ImportFault('too-many-files', { limit: VAULT_LIMITS.entries });
  const byPath = new Map<string, VaultFile>();
  for (const file of files) {
    const path = cleanPath(file.path);
    if (path !== '' && !file.path.endsWith('/') && !isHidden(path) && !byPath.has(path)) byPath.set(path, { path, size: file.size, read: () => file.read(), attached: () => (file.attached ? file.attached() : file.read()) });
  }
  const folder = sharedFolder([...byPath.keys()]);
  const out = [...byPath.values()].map((file) => (folder === '' ? file : { ...file, path: file.path.slice(folder.length + 1) }));
  return { folder, files: out.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** Reads all pages, or throws why nothing is taken. A page that cannot be read is left out by name. */
export async function readVault(name: string, given: readonly VaultFile[], ports: VaultPorts): Promise<Vault> {
  const { folder, files } = sorted(given);
  const said = files.find(({ path }) => isSpaceFile(path));
  const exact = said ? await readSpaceFile(said, files, readPage, ports) : null;
  if (exact) return finished(exact.name, exact.pages, exact.left, null, ports);
  const paths = new Set(files.map(({ path }) => path));
  // Notion writes a table twice: as it is shown, and whole.
  const shorter = (path: string): boolean => /\.csv$/i.test(path) && paths.has(path.replace(/\.csv$/i, '_all.csv'));
  const pages = files.filter(({ path }) => isPage(path) && !shorter(path));
  const others = files.filter(({ path }) => !isPage(path));
  if (pages.length === 0) throw new ImportFault('no-pages');
  if (pages.length > VAULT_LIMITS.pages) throw new ImportFault('too-many-pages', { found: pages.length, limit: VAULT_LIMITS.pages });
  // What they say of their sizes is held against what is read as well; this refuses at once.
  if (pages.reduce((sum, { size }) => sum + size, 0) > VAULT_LIMITS.unpackedBytes) throw new ImportFault('unpacked', { limit: VAULT_LIMITS.unpackedBytes });
  const catalogue = new Catalogue(pages.map(({ path }) => path), others.map(({ path }) => path));
  for (const [at, { path }] of pages.entries()) if (/_all\.csv$/i.test(path)) catalogue.enter(path.replace(/_all(\.csv)$/i, '$1'), at);
  const attachments = new Attachments(others, ports.keeps !== false);
  const unread: LeftOut[] = [];
  const raw = await readAll(pages, ({ path }) => path, (file, at) => readPage(file, new PageLinks(catalogue, at, attachments)), unread, ports);
  if (raw.every((page) => page === null)) throw new ImportFault('no-pages');
  const left: LeftOut[] = others.filter(({ path }) => !attachments.taken.has(path)).map(({ path }) => ({ path, fault: null }));
  return finished(folder || titleOfName(name) || name, raw, [...left, ...unread], pages.map(({ path }) => path), ports);
}

/** One file as a page. */
export async function readPage(file: VaultFile, links: PageLinks): Promise<RawPage> {
  checkSize(file.size);
  const bytes = await file.read();
  checkSize(bytes.length);
  const stem = stemOf(baseOf(file.path));
  // A page without a word is one all the same: others lead to it.
  const empty: Draft = { title: '', blocks: [], fields: [], notes: [] };
  const notion = notionId(stem) !== null;
  const draft = bytes.length === 0 ? empty : pageDraft(kindOf(file.path, bytes) as TextKind, bytes, notion, links);
  const notes = draft.notes.filter(({ code }) => code !== 'no-text');
  return { path: file.path, titled: draft.title !== '', fields: draft.fields, ...titled(draft, plainName(stem.replace(/_all$/, '')), notion), notes: [...notes, ...links.notes()], files: links.attached };
}

function pageDraft(kind: TextKind, bytes: Uint8Array, notion: boolean, links: PageLinks): Draft {
  if (kind !== 'markdown' || !notion) return readText(kind, bytes, links);
  const { text } = decodeText(bytes);
  return readText(kind, new TextEncoder().encode(frontOf(text)), links);
}

/** A title, and the blocks below it: a first heading that says the title is it; a title too long for a name stands as the first heading. */
function titled({ title, blocks }: Draft, name: string, notion: boolean): { title: string; blocks: readonly DraftBlock[] } {
  const first = blocks.findIndex(({ type, attrs }) => type !== 'code' || attrs.lang !== 'yaml');
  const top = blocks[first];
  const heading = top?.type === 'heading' && (top.attrs.level ?? 1) === 1 ? oneLine(plainOf(top.text)) : null;
  const whole = oneLine(title || (notion && heading) || name);
  if (whole.length > CHANNEL_TITLE_MAX && heading !== whole) return { title: cut(whole), blocks: [{ type: 'heading', attrs: { level: 1 }, text: [{ text: whole, marks: {} }] }, ...blocks] };
  return { title: cut(whole), blocks: heading === whole && whole.length <= CHANNEL_TITLE_MAX && top!.text.every(({ marks }) => marks.link === undefined) ? blocks.filter((_, at) => at !== first) : blocks };
}

const cut = (title: string): string => cutText(title, CHANNEL_TITLE_MAX).trim();

/** Gives blocks their ids and links the places that are there; `tree`: the files the pages come from, when they get a page that names them all. */
function finished(name: string, raw: readonly (RawPage | null)[], left: readonly LeftOut[], tree: readonly string[] | null, { newId }: VaultPorts): Vault {
  const kept = raw.flatMap((page, at) => (page ? [{ ...page, at, blocks: withKnownIds(page.blocks, newId) }] : []));
  const contents = tree !== null && kept.length > 1 ? [{ path: '', title: cut(oneLine(name)), fields: [], notes: [], files: [], at: -1, blocks: withIds(contentsOf(tree, raw), newId) }] : [];
  const all = [...contents, ...kept];
  const now = new Map(all.map(({ at }, index) => [at, index]));
  const headings = kept.map(({ blocks }) => headingsOf(blocks));
  const moved = new Map(kept.map(({ at }, index) => [at, headings[index]!]));
  return { name, left, pages: all.map(({ path, title, notes, files, fields, blocks }) => ({ path, title, notes, files, fields: fields.map((field) => fieldWith(field, (run) => linked(run, now, moved))), blocks: blocks.map((block) => changeTexts(block, (text) => joinRuns(text.map((run) => linked(run, now, moved))))) })) };
}

/** Ids a page came with stay, as links lead to them; of two with one id the second gets another. */
function withKnownIds(blocks: RawPage['blocks'], newId: () => string): Block[] {
  const used = new Set<string>();
  return blocks.map(({ id, ...block }) => {
    const own = id !== undefined && !used.has(id) ? id : newId();
    used.add(own);
    return { ...block, id: own };
  });
}

/** As addresses name headings: small letters, words joined. */
const slug = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/[\s_-]+/g, '-');

/** What is named by an address within a page: headings by their words. Blocks are named by their ids behind `^`. */
function headingsOf(blocks: readonly Block[]): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const { id, type, text } of blocks) {
    const name = type === 'heading' ? slug(plainOf(text)) : '';
    if (name !== '' && !out.has(name)) out.set(name, id);
  }
  return out;
}

/** The place of a page by where it is now, and the block by its id. A page that could not be read is none. */
function linked(run: Run, now: ReadonlyMap<number, number>, headings: ReadonlyMap<number, ReadonlyMap<string, string>>): Run {
  const link = run.marks.link;
  if (link === undefined || !isPlace(link)) return run;
  const [at, within] = placeIn(link);
  const index = now.get(at);
  const { link: _link, ...marks } = run.marks;
  if (index === undefined) return { ...run, marks };
  // A block that is gone from its page keeps its link, as it does in a document.
  const block = /^\^[\w-]{22}$/.test(within) ? within.slice(1) : headings.get(at)?.get(slug(within));
  return { ...run, marks: { ...marks, link: block === undefined ? `~${index}` : `~${index}?${block}` } };
}

/** Which page, and what in it. */
function placeIn(link: string): [number, string] {
  const sign = link.indexOf('?');
  return sign < 0 ? [Number(link.slice(1)), ''] : [Number(link.slice(1, sign)), decoded(link.slice(sign + 1))];
}

/** A property that is a link as what its link becomes; one that leads nowhere says nothing. */
function fieldWith(field: Field, change: (run: Run) => Run): Field {
  return field.kind === 'link' && typeof field.value === 'string' ? { ...field, value: change({ text: '', marks: { link: field.value } }).marks.link ?? null } : field;
}

/** The blocks of a page when the pages have addresses and its files are kept. */
export const addressed = ({ blocks, files }: VaultPage, hrefs: readonly string[], kept: readonly (KeptFile | null)[] = []): Block[] => withKept(blocks, files, kept).map((block) => changeTexts(block, (text) => joinRuns(text.map((run) => led(run, hrefs))))).map(withoutShow);

/** Its properties as well. */
export const addressedFields = ({ fields }: VaultPage, hrefs: readonly string[]): Field[] => fields.map((field) => fieldWith(field, (run) => led(run, hrefs)));

/** What leads nowhere shows nothing. */
function withoutShow(block: Block): Block {
  const { show, ...attrs } = block.attrs;
  return show === undefined || isShown(block) ? block : { ...block, attrs };
}

function led(run: Run, hrefs: readonly string[]): Run {
  if (run.marks.link === undefined || !isPlace(run.marks.link)) return run;
  const [at, within] = placeIn(run.marks.link);
  const { link: _link, ...marks } = run.marks;
  return hrefs[at] === undefined ? { ...run, marks } : { ...run, marks: { ...marks, link: within === '' ? hrefs[at]! : `${hrefs[at]}?b=${encodeURIComponent(within)}` } };
}
