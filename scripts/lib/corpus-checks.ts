/** What a corpus expects of a file (index.json and README.md of its folder say how) against what the importer made of it. */
import { plainOf, type Block } from '#domain/editor/model';
import type { Note } from '#domain/editor/files';

/** What came of one file. */
export interface Outcome {
  readonly fault: string | null;
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly notes: readonly Note[];
  /** Pages it has, as the progress said; 0 where it has none. */
  readonly pages: number;
}

export interface Text {
  readonly contains: string;
  readonly page?: number;
}

/** The facts this looks at; a corpus has more. */
export interface Facts {
  readonly outcome?: string;
  readonly text?: readonly Text[];
  readonly text_if_accepted?: readonly Text[];
  readonly text_must_not_contain?: readonly string[];
  readonly links_must_not_contain?: readonly string[];
  readonly headings?: readonly { readonly level: number; readonly text: string }[];
  readonly tables?: number | { readonly top_level: number; readonly with_nested: number };
  readonly images?: number;
  readonly list_items?: number | { readonly ordered: number; readonly nested_bullets: number };
  readonly links?: number | readonly string[];
  readonly code_blocks?: number;
  readonly code_languages?: readonly string[];
  readonly pages?: number;
  readonly title?: string;
  readonly front_matter_title?: string;
  readonly password?: string;
  readonly with_password?: Facts | string;
}

/** Without white space, soft hyphens, signs of no width, directions and variants. */
export const norm = (text: string): string => text.normalize('NFKC').replace(/[\s\p{Cf}]|\ufe0f/gu, '');

const isTable = (block: Block): boolean => block.type === 'code' && block.attrs.lang === 'table';
const textOf = (block: Block): string => (isTable(block) ? plainOf(block.text).replace(/\\([\\|])|^\| | \|$| \| /gm, (_all, sign: string | undefined) => sign ?? ' ') : (block.type === 'list' && block.attrs.page !== undefined ? '•' : '') + plainOf(block.text));
const countOf = (notes: readonly Note[], code: Note['code']): number => notes.reduce((sum, note) => sum + (note.code === code && 'count' in note ? note.count : 0), 0);

/** Which of the facts do not hold, in words; none = all do. */
export function missing(facts: Facts, made: Outcome): string[] {
  const out: string[] = [];
  const say = (holds: boolean, what: string): void => void (!holds && out.push(what));
  out.push(...texts(facts.text ?? [], made), ...headings(facts, made));
  const links = made.blocks.flatMap((block) => block.text.flatMap((run) => run.marks.link ?? []));
  const all = norm(made.blocks.map(textOf).join(' '));
  for (const bad of facts.text_must_not_contain ?? []) say(!all.includes(norm(bad)), 'holds a text it must not');
  for (const bad of facts.links_must_not_contain ?? []) say(!links.some((link) => link.toLowerCase().includes(bad)), `holds a link with ${bad}`);
  if (Array.isArray(facts.links)) for (const [at, link] of (facts.links as readonly string[]).entries()) say(links.includes(link) || all.includes(norm(link)), `link ${at + 1} of ${facts.links.length}`);
  const tables = typeof facts.tables === 'object' ? [facts.tables.top_level, facts.tables.with_nested] : facts.tables === undefined ? null : [facts.tables];
  const found = countOf(made.notes, 'tables') + made.blocks.filter(({ type }) => type === 'table').length;
  if (tables) say(tables.includes(found), `tables: ${found} for ${tables.join(' or ')}`);
  // Those that come with the page and those the person is told of: what lies outside of the file or in a comment is told of as well.
  const pictures = countOf(made.notes, 'images') + countOf(made.notes, 'pictures') + made.blocks.filter(({ attrs }) => attrs.file !== undefined).length;
  if (facts.images !== undefined) say(pictures >= facts.images, `pictures: ${pictures} for ${facts.images}`);
  const items = made.blocks.filter((block) => block.type === 'list' || block.type === 'task');
  if (typeof facts.list_items === 'number') say(items.length === facts.list_items, `lines of lists: ${items.length} for ${facts.list_items}`);
  else if (facts.list_items) say(items.filter((item) => item.attrs.numbered).length >= facts.list_items.ordered && items.filter((item) => item.attrs.indent).length >= facts.list_items.nested_bullets, 'lines of lists');
  const code = made.blocks.filter((block) => block.type === 'code' && !isTable(block));
  if (facts.code_blocks !== undefined) say(code.length === facts.code_blocks, `code: ${code.length} for ${facts.code_blocks}`);
  for (const lang of facts.code_languages ?? []) say(code.some((block) => block.attrs.lang === lang), `code in ${lang}`);
  if (facts.pages !== undefined) say(made.pages === facts.pages, `pages: ${made.pages} for ${facts.pages}`);
  for (const title of [facts.title, facts.front_matter_title]) if (title !== undefined) say(norm(made.title) === norm(title), 'title');
  return out;
}

function texts(wanted: readonly Text[], { blocks }: Outcome): string[] {
  const whole = norm(blocks.map(textOf).join(' '));
  return wanted.flatMap(({ contains, page }, at) => {
    const where = page === undefined ? whole : norm(blocks.filter((block) => block.attrs.page === page).map(textOf).join(' '));
    return where.includes(norm(contains)) ? [] : [`text ${at + 1} of ${wanted.length}${page === undefined ? '' : ` (page ${page})`}`];
  });
}

function headings({ headings: wanted = [] }: Facts, { blocks }: Outcome): string[] {
  const found = blocks.filter((block) => block.type === 'heading').map((block) => `${block.attrs.level ?? 1} ${norm(plainOf(block.text))}`);
  let at = 0;
  for (const [index, { level, text }] of wanted.entries()) {
    const next = found.indexOf(`${level} ${norm(text)}`, at);
    if (next < 0) return [`heading ${index + 1} of ${wanted.length}`];
    at = next + 1;
  }
  return [];
}

/** Faults that name a limit. */
const LIMITS = ['too-large', 'too-many-blocks', 'too-much-text', 'too-deep', 'unpacked', 'too-many-pages'];

/** Is this outcome one that is expected? Null: by the kind of outcome it is not the importer's to meet. */
export function unmet(facts: Facts, made: Outcome): string[] | null {
  const accepted = made.fault === null;
  const empty = accepted && made.blocks.every((block) => norm(textOf(block)) === '') && made.notes.some((note) => note.code === 'no-text');
  const safe = (): string[] => missing({ ...facts, text: facts.text_if_accepted ?? facts.text ?? [] }, made);
  const refused = [`refused: ${made.fault}`];
  switch (facts.outcome) {
    case 'accept': case undefined: return accepted ? missing(facts, made) : refused;
    case 'accept_empty': return empty ? [] : accepted ? ['has text, or does not say that it has none'] : refused;
    case 'accept_or_warn': return !accepted ? refused : made.notes.some((note) => note.code === 'encoding') ? [] : missing(facts, made);
    case 'accept_or_limit': return accepted ? safe() : LIMITS.includes(made.fault!) ? [] : refused;
    case 'reject_or_limit': case 'reject': return accepted ? ['taken'] : [];
    case 'reject_or_empty': return accepted && !empty ? ['taken, with text'] : [];
    case 'accept_or_clear_error': case 'accept_with_warning_or_clear_error': case 'clear_error_or_partial': case 'reject_or_accept_safe': return accepted && facts.outcome !== 'clear_error_or_partial' ? safe() : [];
    case 'accept_or_unsupported': return accepted ? safe() : made.fault === 'unknown-kind' ? [] : refused;
    case 'no_hang': return [];
    default: return null;
  }
}
