/**
 * A proposal against a document, piece by piece (docs/decisions/0058-proposals.md): `base` is what the proposal began with, `branch` what it became, `now` the
 * document as it stands. A hunk is a block that the branch made, took away, moved or changed, with those it was cut from or joined with: half of a cut would
 * lose words or double them. What a hunk would do is counted anew whenever the document moves on.
 */
import { toBase64url } from '#base/bytes';
import { sha256 } from '#base/hash';
import { ATTR_NAMES, MARK_NAMES, moreOf, plainOf, type Attrs, type Block, type Run } from './block.ts';
import { mergeTable } from './merge-table.ts';
import { mergeText } from './merge-text.ts';
import { longestRun } from './order.ts';
import { sameBlock } from './read-block.ts';
import { sameTable, withTable } from './table.ts';

/** What a hunk met in the document: other words at the same place, another kind or another place given to the block, the block gone; `both`: what is no text was changed on both sides; `newer`: a block of a newer version. The last two cannot be accepted. */
export type Clash = 'words' | 'kind' | 'place' | 'gone' | 'both' | 'newer';

/** What a hunk does with one block: null before = it is not in the document, null after = it is taken away. */
export interface HunkLine {
  readonly id: string;
  readonly before: Block | null;
  readonly after: Block | null;
  readonly moved: boolean;
}

export interface Hunk {
  /** The first of its blocks, which names it. */
  readonly id: string;
  readonly lines: readonly HunkLine[];
  readonly clashes: readonly Clash[];
  /** Says what was asked for: another text of the proposal is another hunk, whatever the document does. */
  readonly hash: string;
}

/** A block that was accepted: as it stood in the branch then, and behind which block. */
export interface Taken {
  /** Null: it was taken away, or (with a mark) is too large to be kept. */
  readonly block: Block | null;
  readonly after: string;
  /** Says how it stood in the branch; null when it did not. */
  readonly mark: string | null;
}

/** May the hunk be accepted at all? */
export const acceptable = ({ clashes }: Pick<Hunk, 'clashes'>): boolean => !clashes.includes('newer') && !clashes.includes('both');

export interface Sides {
  readonly base: readonly Block[];
  readonly branch: readonly Block[];
  readonly now: readonly Block[];
  /** What was accepted before: it is no change any more. */
  readonly taken: ReadonlyMap<string, Taken>;
}

const byId = (blocks: readonly Block[]): Map<string, Block> => new Map(blocks.map((block) => [block.id, block]));

/** Everything that is asked about the sides more than once. */
class Ground {
  readonly base: Map<string, Block>;
  readonly branch: Map<string, Block>;
  readonly now: Map<string, Block>;
  readonly at: Map<string, number>;
  private readonly before = new Map<string, string>();
  /** Blocks that stand in the branch where they stood: what is made or moved stands behind one of these. */
  readonly stays: ReadonlySet<string>;
  private readonly movedNow: ReadonlySet<string>;

  constructor(readonly sides: Sides) {
    [this.base, this.branch, this.now] = [byId(sides.base), byId(sides.branch), byId(sides.now)];
    this.at = new Map(sides.branch.map(({ id }, at) => [id, at]));
    this.stays = staying(sides.base, sides.branch);
    let last = '';
    for (const { id } of sides.branch) {
      this.before.set(id, last);
      if (this.stays.has(id)) last = id;
    }
    const still = staying(sides.base, sides.now);
    this.movedNow = new Set(sides.now.filter(({ id }) => this.base.has(id) && !still.has(id)).map(({ id }) => id));
  }

  /** The block behind which this one stands in the branch, of those that did not move; '' at the beginning. */
  behind(id: string): string {
    return this.before.get(id) ?? '';
  }

  /** Is there still a place to be given to the block? */
  moves(id: string): boolean {
    const taken = this.sides.taken.get(id);
    return this.branch.has(id) && !this.stays.has(id) && (!taken || taken.mark === null || taken.after !== this.behind(id));
  }

  taken(id: string): Taken {
    const block = this.branch.get(id) ?? null;
    return { block, after: block ? this.behind(id) : '', mark: block && markOf(block) };
  }

  line(id: string): { line: HunkLine; clashes: Clash[] } | null {
    const [taken, wanted, now] = [this.sides.taken.get(id), this.branch.get(id) ?? null, this.now.get(id) ?? null];
    const was = taken?.block ?? (taken && taken.mark === null ? null : (this.base.get(id) ?? null));
    const moved = was !== null && this.moves(id);
    if (!wanted) return was && now ? this.removal(was, now) : null;
    const same = taken ? taken.mark === markOf(wanted) : was !== null && sameAll(was, wanted);
    if (same && !moved) return null;
    if (wanted.type === 'newer' || now?.type === 'newer') return { line: { id, before: now, after: now, moved: false }, clashes: ['newer'] };
    // Made here, or brought back as it was proposed: half of it alone would not be readable.
    if (!now) return { line: { id, before: null, after: wanted, moved: false }, clashes: was ? ['gone'] : [] };
    const { block, clashes } = mergeBlock(was ?? { ...wanted, text: [] }, now, wanted);
    const line = { id, before: now, after: block, moved };
    if (moved && this.movedNow.has(id)) clashes.push('place');
    return !moved && sameAll(block, now) && !clashes.includes('both') ? null : { line, clashes };
  }

  /** Words that were written there meanwhile stay, in a block of their own. */
  private removal(was: Block, now: Block): { line: HunkLine; clashes: Clash[] } {
    if (now.table && !sameTable(was.table, now.table)) return { line: { id: now.id, before: now, after: now, moved: false }, clashes: ['words'] };
    if (now.table) return { line: { id: now.id, before: now, after: null, moved: false }, clashes: [] };
    if (moreOf(was) !== moreOf(now)) return { line: { id: now.id, before: now, after: now, moved: false }, clashes: ['both'] };
    const left = now.type === 'newer' ? [] : mergeText(was.text, now.text, []).runs;
    const after = plainOf(left).trim() === '' ? null : { ...now, text: left };
    return { line: { id: now.id, before: now, after, moved: false }, clashes: after ? ['words'] : now.type !== was.type ? ['kind'] : [] };
  }
}

function staying(before: readonly Block[], after: readonly Block[]): ReadonlySet<string> {
  const was = new Map(before.map(({ id }, at) => [id, at]));
  const common = after.flatMap(({ id }) => (was.has(id) ? [{ id, at: was.get(id)! }] : []));
  const stays = longestRun(common, (a, b) => a.at < b.at);
  return new Set(common.filter((_, at) => stays.has(at)).map(({ id }) => id));
}

/** A block both sides changed: each value from who changed it; where both did, as it is wanted. What is no text goes as a whole: where both changed it nothing is joined. */
function mergeBlock(was: Block, now: Block, wanted: Block): { block: Block; clashes: Clash[] } {
  const [before, there, asked] = [moreOf(was), moreOf(now), moreOf(wanted)];
  if (before !== there && before !== asked && there !== asked) return { block: now, clashes: ['both'] };
  const whole = before === there && there === asked ? null : before === asked ? now : wanted;
  const clashes: Clash[] = [];
  const merged = now.table && wanted.table ? mergeTable(was.table ?? wanted.table, now.table, wanted.table) : null;
  const { runs, clash } = whole !== null ? { runs: whole.text, clash: false } : merged ? { runs: now.text, clash: merged.clash } : mergeText(was.text, now.text, wanted.text);
  if (clash) clashes.push('words');
  const pick = <T>(a: T, b: T, c: T): T => {
    if (a !== c && b !== a && b !== c && !clashes.includes('kind')) clashes.push('kind');
    return c === a ? b : c;
  };
  const attrs: Record<string, unknown> = {};
  for (const name of ATTR_NAMES) {
    const value = pick<unknown>(was.attrs[name], now.attrs[name], wanted.attrs[name]);
    if (value !== undefined) attrs[name] = value;
  }
  const { from: _from, type: _type, text: _text, table: _table, attrs: _attrs, ...extra } = whole ?? now;
  const from = was.from === wanted.from ? now.from : wanted.from;
  const rest = { ...extra, id: now.id, attrs: attrs as Attrs, ...(from === undefined ? {} : { from }) };
  const type = pick(was.type, now.type, wanted.type);
  const table = type === 'table' ? (merged?.table ?? wanted.table ?? now.table) : undefined;
  return { block: table ? withTable(rest, table) : { ...rest, type, text: runs }, clashes };
}

/** The hunks in the order of the proposal; what it took away comes behind what stood before it. */
export function findHunks(sides: Sides): Hunk[] {
  const ground = new Ground(sides);
  const found = new Map<string, { line: HunkLine; clashes: Clash[] }>();
  for (const id of readingOrder(sides)) {
    const one = ground.line(id);
    if (one) found.set(id, one);
  }
  const groups = new Map<string, string[]>();
  const root = new Map<string, string>();
  const partners = partnersOf(sides, ground, found);
  for (const id of found.keys()) {
    const first = partners.get(id) ?? id;
    const group = root.get(first) ?? first;
    root.set(id, group);
    put(groups, group, id);
  }
  return [...groups].map(([id, ids]) => {
    const clashes = [...new Set(ids.flatMap((one) => found.get(one)!.clashes))];
    return { id, lines: ids.map((one) => found.get(one)!.line), clashes, hash: hashOf(ids.map((one) => [one, ground.branch.get(one) ?? null, ground.moves(one) ? ground.behind(one) : null])) };
  });
}

function readingOrder({ base, branch, taken }: Sides): string[] {
  const is = new Set(branch.map(({ id }) => id));
  const behind = new Map<string, string[]>();
  let last = '';
  for (const { id } of base) {
    if (is.has(id)) last = id;
    else put(behind, last, id);
  }
  const was = byId(base);
  const rest = [...taken.keys()].filter((id) => !is.has(id) && !was.has(id));
  return [...(behind.get('') ?? []), ...branch.flatMap(({ id }) => [id, ...(behind.get(id) ?? [])]), ...rest];
}

function put(lists: Map<string, string[]>, name: string, id: string): void {
  const list = lists.get(name);
  if (list) list.push(id);
  else lists.set(name, [id]);
}

/** Blocks that change only together with another one: the rest of a block that was cut, and one whose text went into the block before. */
function partnersOf({ base }: Sides, ground: Ground, found: ReadonlyMap<string, unknown>): Map<string, string> {
  const out = new Map<string, string>();
  const before = new Set<string>();
  for (const id of found.keys()) {
    const from = ground.branch.get(id)?.from;
    if (from !== undefined && !ground.base.has(id) && before.has(from)) out.set(id, from);
    before.add(id);
  }
  let into: Block | null = null;
  for (const block of base) {
    const text = plainOf(block.text);
    if (ground.branch.has(block.id)) into = block;
    else if (text !== '' && found.has(block.id) && into && found.has(into.id) && plainOf(ground.branch.get(into.id)!.text).includes(text) && !plainOf(into.text).includes(text)) out.set(block.id, into.id);
  }
  return out;
}

const sameAll = (a: Block, b: Block): boolean => sameBlock(a, b) && moreOf(a) === moreOf(b);

const plainText = (runs: readonly Run[]): unknown => runs.map(({ text, marks }) => [text, MARK_NAMES.map((name) => marks[name] ?? null)]);
/** What was added to them since decisions were first kept counts where it is there: what is kept of a block without it stays its mark. */
function plainAttrs(attrs: Attrs): unknown {
  const { show, ...old } = attrs;
  return [...ATTR_NAMES.flatMap((name) => (name === 'show' ? [] : [old[name] ?? null])), ...(show ? [show] : [])];
}

const plainBlock = (block: Block | null): unknown => block && [moreOf(block), block.from ?? null, block.type, plainAttrs(block.attrs), plainText(block.text), ...(block.table ? [block.table.columns, block.table.rows.map(({ id, cells }) => [id, cells.map(plainText)])] : [])];

function hashOf(parts: readonly [string, Block | null, string | null][]): string {
  return toBase64url(sha256(JSON.stringify(parts.map(([id, block, behind]) => [id, plainBlock(block), behind]))).slice(0, 12));
}

const markOf = (block: Block): string => hashOf([[block.id, block, null]]);

/** What stands in the whole proposal, in short: whoever approves says this. */
export const hashBlocks = (blocks: readonly Block[]): string => hashOf(blocks.map((block) => [block.id, block, null]));

/** The document with these hunks. The order in which hunks are accepted makes no difference. */
export function acceptHunks(sides: Sides, accepted: readonly Hunk[]): Block[] {
  const ground = new Ground(sides);
  const lines = new Map(accepted.flatMap((hunk) => (acceptable(hunk) ? hunk.lines.map((line) => [line.id, line] as const) : [])));
  let list = sides.now.flatMap((block): Block[] => {
    const line = lines.get(block.id);
    return line ? (line.after ? [line.after] : []) : [block];
  });
  // What has its place by this proposal already, so that what comes after it stands after it.
  const placed = new Set([...sides.taken].flatMap(([id, { mark }]) => (mark !== null && !ground.moves(id) ? [id] : [])));
  for (const { id } of sides.branch) {
    const line = lines.get(id);
    if (!line?.after || (line.before !== null && !line.moved)) continue;
    list = list.filter((block) => block.id !== id);
    list.splice(placeOf(id, ground, placed, list), 0, line.after);
    placed.add(id);
  }
  return list;
}

/** Behind the nearest block before it that stands in the document and did not move, or has its place by the proposal. */
function placeOf(id: string, ground: Ground, placed: ReadonlySet<string>, list: readonly Block[]): number {
  const here = new Map(list.map((block, at) => [block.id, at]));
  for (let at = ground.at.get(id)! - 1; at >= 0; at--) {
    const before = ground.sides.branch[at]!.id;
    if (here.has(before) && (ground.stays.has(before) || placed.has(before))) return here.get(before)! + 1;
  }
  return 0;
}

/** What is kept of accepted hunks, so that the rest goes on from there. */
export function takenOf(sides: Sides, accepted: readonly Hunk[]): Map<string, Taken> {
  const ground = new Ground(sides);
  return new Map(accepted.flatMap((hunk) => (acceptable(hunk) ? hunk.lines.map(({ id }) => [id, ground.taken(id)] as const) : [])));
}
