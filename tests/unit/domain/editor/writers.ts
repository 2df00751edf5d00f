/** Several people at one document, in this process: what each does, and a network that loses, doubles and turns round. */
import { cellId, DocReplica, INDENT_MAX, joinRuns, plainOf, sliceRuns, splitBlock, tableOf, withoutTwice, withTable, type Block, type Caret, type Marks, type Run, type Table } from '#domain/editor/model';

export type Act = 'type' | 'mark' | 'move' | 'heading' | 'list' | 'task' | 'quote' | 'code' | 'split' | 'join' | 'delete' | 'divider' | 'paste' | 'undo' | 'blind-move' | TableAct;
/** `lone-cell` writes a cell as one value, as who keeps no texts in cells would. */
export type TableAct = 'table' | 'cell' | 'row' | 'column' | 'swap' | 'cut-row' | 'cut-column' | 'lone-cell';
const OF_TABLES: readonly Act[] = ['table', 'cell', 'row', 'column', 'swap', 'cut-row', 'cut-column', 'lone-cell'];

/** mulberry32: a seed is a run. */
export function dice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const paragraph = (id: string, text = ''): Block => ({ id, type: 'paragraph', attrs: {}, text: text === '' ? [] : [{ text, marks: {} }] });

/** Places outside of tokens: what is typed there tears none. */
function places(text: string): number[] {
  const out: number[] = [];
  let inside = false;
  for (let at = 0; at <= text.length; at++) {
    if (!inside) out.push(at);
    if (text[at] === '⟨') inside = true;
    if (text[at] === '⟩') inside = false;
  }
  return out;
}

export class Writer {
  readonly replica: DocReplica;
  readonly sent: Uint8Array[] = [];
  missed = 0;
  private serial = 0;
  private before: readonly Block[] = [];

  constructor(readonly no: number, private readonly roll: (below: number) => number, private readonly tokens: string[]) {
    this.replica = new DocReplica(1_000_000 * (no + 1) + roll(1_000_000));
  }

  private write(next: readonly Block[], caret?: Caret): void {
    this.before = this.replica.shown();
    this.sent.push(...this.replica.write(next, caret));
    // What was meant is what is there.
    if (!next.every((block, at) => block.id === this.replica.shown()[at]?.id && plainOf(block.text) === plainOf(this.replica.shown()[at]!.text))) this.missed++;
  }

  private token(): string {
    const made = `⟨${this.no}.${this.tokens.length}⟩`;
    this.tokens.push(made);
    return made;
  }

  private id(): string {
    return `w${this.no}b${this.serial++}`;
  }

  /** Does one act at a place of its choice. */
  act(what: Act): void {
    const list = [...this.replica.shown()];
    if (list.length === 0) return this.write([paragraph(this.id(), this.token())]);
    const at = this.roll(list.length);
    const block = list[at]!;
    const set = (change: Partial<Block>, caret?: Caret): void => this.write(list.map((one, i) => (i === at ? { ...one, ...change } : one)), caret);
    if (OF_TABLES.includes(what)) return this.actTable(what as TableAct, list, at);
    if ((block.table || (what === 'join' && list[at - 1]?.table)) && !['move', 'delete', 'undo', 'paste', 'divider'].includes(what)) return undefined;
    const spots = places(plainOf(block.text));
    const spot = spots[this.roll(spots.length)]!;
    switch (what) {
      case 'type': {
        if (block.type === 'divider') return undefined;
        const text = this.token();
        return set({ text: joinRuns([...sliceRuns(block.text, 0, spot), { text, marks: this.marks() }, ...sliceRuns(block.text, spot)]) }, { id: block.id, at: spot + text.length });
      }
      case 'mark': {
        const to = spots[this.roll(spots.length)]!;
        const [from, end] = [Math.min(spot, to), Math.max(spot, to)];
        const marks = this.marks();
        return set({ text: joinRuns([...sliceRuns(block.text, 0, from), ...sliceRuns(block.text, from, end).map((run) => ({ ...run, marks })), ...sliceRuns(block.text, end)]) });
      }
      case 'move':
        return this.write(moved(list, at, this.roll(list.length)), this.roll(4) > 0 ? { id: block.id, at: 0 } : undefined);
      case 'blind-move':
        return this.write(moved(list, at, this.roll(list.length)).map((one) => (one === block ? { ...block, id: this.id() } : one)));
      case 'heading':
        return set(block.type === 'heading' ? { type: 'paragraph', attrs: {} } : { type: 'heading', attrs: { level: 1 + this.roll(3) } });
      case 'list':
        return set({ type: 'list', attrs: { ...(this.roll(2) ? { numbered: true } : {}), ...(this.roll(3) ? { indent: 1 + this.roll(INDENT_MAX) } : {}) } });
      case 'task':
        return set({ type: 'task', attrs: this.roll(2) ? { done: true } : {} });
      case 'quote':
        return set({ type: this.roll(2) ? 'quote' : 'callout', attrs: {} });
      case 'code':
        return set({ type: 'code', attrs: { lang: ['ts', 'sql'][this.roll(2)]! } });
      case 'divider':
        return this.write([...list.slice(0, at), { id: this.id(), type: 'divider', attrs: {}, text: [] }, ...list.slice(at)]);
      case 'split':
        return this.write([...list.slice(0, at), ...splitBlock(block, spot, this.id()), ...list.slice(at + 1)]);
      case 'join':
        return at === 0 ? undefined : this.write([...list.slice(0, at - 1), { ...list[at - 1]!, text: joinRuns([...list[at - 1]!.text, ...block.text]) }, ...list.slice(at + 1)]);
      case 'delete':
        return this.write(list.filter((one) => one !== block));
      case 'paste':
        return this.write([...list.slice(0, at), ...Array.from({ length: 1 + this.roll(4) }, () => paragraph(this.id(), this.token())), ...list.slice(at)]);
      case 'undo':
        return this.before.length > 0 ? this.write(this.before) : undefined;
    }
  }

  /** At a table of its choice, which is made where there is none. */
  private actTable(what: TableAct, list: readonly Block[], at: number): void {
    const tables = list.filter((one) => one.table);
    const block = tables[this.roll(Math.max(1, tables.length))];
    const token = (): Run[] => [{ text: this.token(), marks: this.marks() }];
    if (!block?.table || what === 'table') {
      const made = withTable({ id: this.id(), attrs: this.roll(2) ? { plain: true } : {} }, tableOf([[token(), []], [token(), token()]], () => this.id()));
      return this.write([...list.slice(0, at), made, ...list.slice(at)]);
    }
    const { columns, rows } = block.table;
    const [row, column] = [this.roll(rows.length), this.roll(columns.length)];
    const set = (table: Table, caret?: Caret): void => this.write(list.map((one) => (one === block ? withTable(block, table) : one)), caret);
    const without = <T>(all: readonly T[], i: number): T[] => all.filter((_, index) => index !== i);
    const put = <T>(all: readonly T[], i: number, one: T): T[] => [...all.slice(0, i), one, ...all.slice(i)];
    switch (what) {
      case 'row':
        return set({ columns, rows: put(rows, row + this.roll(2), { id: this.id(), cells: columns.map(() => (this.roll(3) ? [] : token())) }) });
      case 'column':
        return set({ columns: put(columns, column, this.id()), rows: rows.map(({ id, cells }) => ({ id, cells: put(cells, column, this.roll(3) ? [] : token()) })) });
      case 'swap':
        return set({ columns, rows: put(without(rows, row), this.roll(rows.length), rows[row]!) });
      case 'cut-row':
        return rows.length > 1 ? set({ columns, rows: without(rows, row) }) : undefined;
      case 'cut-column':
        return columns.length > 1 ? set({ columns: without(columns, column), rows: rows.map(({ id, cells }) => ({ id, cells: without(cells, column) })) }) : undefined;
      case 'lone-cell':
        return set({ columns: columns.map((id, i) => (i === column ? this.id() : id)), rows: rows.map((one, i) => (i === row ? { id: one.id, cells: one.cells.map((cell, c) => (c === column ? [...cell, ...token()] : cell)) } : one)) });
      case 'cell': {
        const cell = rows[row]!.cells[column]!;
        const spots = places(plainOf(cell));
        const [spot, typed] = [spots[this.roll(spots.length)]!, token()];
        const text = joinRuns([...sliceRuns(cell, 0, spot), ...typed, ...sliceRuns(cell, spot)]);
        return set({ columns, rows: rows.map((one, i) => (i === row ? { id: one.id, cells: one.cells.map((old, c) => (c === column ? text : old)) } : one)) }, { id: cellId(block.id, rows[row]!.id, columns[column]!), at: spot + typed[0]!.text.length });
      }
    }
  }

  private marks(): Marks {
    return [{}, {}, { bold: true as const }, { italic: true as const }, { code: true as const }, { link: 'https://example.org/' }][this.roll(6)]!;
  }
}

function moved(list: readonly Block[], from: number, to: number): Block[] {
  const rest = list.filter((_, i) => i !== from);
  return [...rest.slice(0, to), list[from]!, ...rest.slice(to)];
}

export interface Outcome {
  tokens: number;
  lost: number;
  doubled: number;
  /** The same when what is marked as standing twice was taken away. */
  lostThen: number;
  doubledThen: number;
  /** Writers that show something else than the first, and whoever reads everything at once. */
  differ: number;
  /** Writes after which the writer saw something else than they wrote. */
  missed: number;
}

/** `writers` people do `rounds` × 5 acts each while cut off, then hear a part of it in disorder; at the end everybody has everything. */
export function converge(seed: number, acts: readonly Act[], writers: number, rounds: number): Outcome {
  const roll = dice(seed);
  const tokens: string[] = [];
  const people = Array.from({ length: writers }, (_, no) => new Writer(no, roll, tokens));
  for (let i = 0; i < 4; i++) people[0]!.act('paste');
  const heard = people.map(() => new Set<Uint8Array>());
  const shuffled = <T>(list: T[]): T[] => list.map((one) => [roll(1e9), one] as const).sort((a, b) => a[0] - b[0]).map(([, one]) => one);
  const rest = (to: number): Uint8Array[] => people.flatMap((from, no) => (no === to ? [] : from.sent)).filter((update) => !heard[to]!.has(update));
  for (let round = 0; round < rounds; round++) {
    for (const one of people) for (let i = 0; i < 5; i++) one.act(acts[roll(acts.length)]!);
    people.forEach((one, to) => {
      // A third is lost and comes at the end; a fifth comes twice.
      const come = shuffled(rest(to)).filter(() => roll(3) > 0);
      one.replica.take(shuffled([...come, ...come.filter(() => roll(5) === 0)]));
      for (const update of come) heard[to]!.add(update);
      one.sent.push(...one.replica.bring());
    });
  }
  // What is brought along then is news for the others.
  for (let open = true; open;) {
    const all = people.map((_, to) => shuffled(rest(to)));
    open = all.some((come) => come.length > 0);
    people.forEach((one, to) => {
      one.replica.take(all[to]!);
      for (const update of all[to]!) heard[to]!.add(update);
      one.sent.push(...one.replica.bring());
    });
  }
  const late = new DocReplica(7);
  late.take(people.flatMap((one) => one.sent));
  const shows = [...people.map((one) => one.replica), late].map((replica) => JSON.stringify([replica.shown(), [...replica.twice()]]));
  const counts = (text: string): number[] => tokens.map((token) => text.split(token).length - 1);
  const found = counts(late.shown().map((block) => plainOf(block.text)).join('\n'));
  const then = counts(late.shown().map((block) => withoutTwice(plainOf(block.text), late.twice().get(block.id) ?? { of: '', ranges: [] })).join('\n'));
  const [none, more] = [(all: number[]) => all.filter((n) => n === 0).length, (all: number[]) => all.filter((n) => n > 1).length];
  return { tokens: tokens.length, lost: none(found), doubled: more(found), lostThen: none(then), doubledThen: more(then), differ: shows.filter((show) => show !== shows[0]).length, missed: people.reduce((sum, one) => sum + one.missed, 0) };
}
