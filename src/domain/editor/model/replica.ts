/**
 * A copy of one document that merges (docs/decisions/0050-documents.md): a Yjs document with the root map `blocks`, block id → map of `pos`, `type`, one key for
 * each attribute, `body` (Y.Text), and where they are so `gone`, `from` and `cut` (./twice.ts). A move writes `pos`, another type writes `type`: the text is not touched.
 */
import * as Y from 'yjs';
import { alikeEnds, ATTR_NAMES, plainOf, runPieces, type Block, type Run } from './block.ts';
import { behind, taken } from './follow.ts';
import { bringLetters, HeardSplits, inWord } from './left-behind.ts';
import { KeptOrder, newOrds, type Place } from './order.ts';
import { hasOthers, keepOthers, undoing, type Undoing } from './own.ts';
import { indexIn, penHere, penThere, type Pen, type PenPlace } from './pen.ts';
import { cellText, readBlock, readPlace, readText, type BlockMap } from './read-block.ts';
import { cutAt, joinedInto } from './split.ts';
import { blockOf, cellId, partSteps, sameRuns, type Part } from './table.ts';
import type { Anchor, Caret, HeldLetters, Stretch, TextCrdt } from './text-crdt.ts';
import { textDiff } from './text-diff.ts';
import { insertText } from './type-on.ts';
import { cutNote, readCut, standsTwice, withoutTwice, type Cut, type Twice } from './twice.ts';

interface Held {
  readonly place: Place;
  /** Null while it is not shown. */
  readonly block: Block | null;
}

/** Origin of what is written here: only that is told to others. */
const OWN = 'own';
/** So many blocks that change at once are found one by one. */
const FEW = 16;
/** What is written in one update, in UTF-16 units of text or as many bytes of what goes with it: well below what one operation may hold. */
const UNITS = 8_000;
/** A note of what was cut, at most. */
const CUT_UNITS = 1_500;

export class DocReplica implements TextCrdt {
  private readonly doc = new Y.Doc({ guid: 'text' });
  private readonly blocks = this.doc.getMap<unknown>('blocks');
  private readonly held = new Map<string, Held>();
  private list: readonly Block[] = [];
  /** Where in the list the block that changed last stands. */
  private last = 0;
  /** All ids in their order, those that are not shown among them. */
  private readonly order = new KeptOrder(this.held);
  private readonly touched = new Set<string>();
  /** What blocks were begun with, and what stands twice in a list of blocks. */
  private readonly cuts = new Map<string, Cut>();
  /** Splits as they were first heard of, and blocks that changed since letters were brought along. */
  private readonly heard = new HeardSplits();
  private readonly stirred = new Set<string>();
  private doubled: { readonly list: readonly Block[]; readonly twice: ReadonlyMap<string, Twice> } | null = null;
  /** Texts of cells as they were read last. */
  private readonly cells = new Map<string, readonly Run[]>();
  private readonly mark: string;
  private undoing: Undoing | null = null;

  /** `client`: the id this copy writes under, nobody else's. */
  constructor(readonly client: number) {
    this.doc.clientID = client;
    this.mark = client.toString(36).slice(-4).padStart(4, '0');
    // Yjs takes marks away that others' marks made needless: then what a text shows would hang on when each update came.
    this.doc.on('afterTransaction', (transaction: Y.Transaction) => {
      if (transaction.origin !== OWN) transaction._needFormattingCleanup = false;
      for (const type of transaction.changed.keys()) if (type._item === null && type !== (this.blocks as unknown)) this.cellChanged(Y.findRootTypeKey(type));
    });
    this.blocks.observeDeep((events) => {
      for (const event of events) {
        if (event.target === this.blocks) for (const id of event.changes.keys.keys()) this.touched.add(id);
        else this.touched.add(String(event.path[0]));
      }
    });
  }

  shown(): readonly Block[] {
    return this.list;
  }

  private cellChanged(id: string): void {
    this.cells.delete(id);
    this.touched.add(blockOf(id));
  }

  /** The text of a cell; one that nobody wrote into is none yet. */
  private readonly cell = (id: string): readonly Run[] => {
    let runs = this.cells.get(id);
    if (!runs) this.cells.set(id, (runs = this.doc.share.has(id) ? readText(cellText(this.doc, id)) : []));
    return runs;
  };

  /** Everything this copy knows, as one update. */
  state(): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc);
  }

  take(updates: readonly Uint8Array[]): boolean {
    for (const update of updates) {
      try {
        Y.applyUpdate(this.doc, update);
      } catch {
        // One that Yjs cannot read changes nothing; the kernel keeps it.
      }
    }
    return this.refresh();
  }

  write(next: readonly Block[], caret?: Caret, mine?: ReadonlySet<number>): Uint8Array[] {
    this.undoing = mine ? undoing(mine, this.list, next) : null;
    return this.tell(this.plan(next, caret));
  }

  private tell(steps: readonly Step[]): Uint8Array[] {
    const out: Uint8Array[] = [];
    const listen = (update: Uint8Array, origin: unknown): void => void (origin === OWN && out.push(update));
    this.doc.on('update', listen);
    try {
      for (let from = 0; from < steps.length;) {
        let to = from;
        for (let units = 0; to < steps.length && (to === from || units + steps[to]!.units <= UNITS); to++) units += steps[to]!.units;
        this.doc.transact(() => steps.slice(from, to).forEach((step) => step.run()), OWN);
        from = to;
      }
    } catch {
      // What a peer wrote may be in the way. What stands here by now is told all the same: without it nobody could take what comes after it.
    }
    this.doc.off('update', listen);
    this.refresh();
    return out;
  }

  bring(): Uint8Array[] {
    const sources = new Set([...this.stirred].flatMap((id) => [id, this.cuts.get(id)?.from ?? id]));
    this.stirred.clear();
    const steps = [...sources].flatMap((id) => this.bringFrom(id));
    return steps.length === 0 ? [] : this.tell(steps);
  }

  /** From the back, so that places stay true. */
  private bringFrom(id: string): Step[] {
    const source = this.bodyOf(id);
    if (!source) return [];
    return this.heard.leftBehind(id, source, this.client).reverse().flatMap(({ at, length, last }): Step[] => {
      const to = taken(id, last, this.cuts, this.shownBody, this.twice());
      if (!to || to.id === id || length > UNITS / 2 || !inWord(this.bodyOf(to.id)!, to.at, source, at)) return [];
      return [{ units: length + CUT_UNITS, run: () => bringLetters(id, source, at, length, this.bodyOf(to.id)!, to.at, this.mapOf(to.id)!) }];
    });
  }

  anchor(id: string, at: number): Anchor | null {
    const body = this.bodyOf(id);
    return body && { id, position: Y.createRelativePositionFromTypeIndex(body, Math.min(at, body.length), at === 0 ? 0 : -1) };
  }

  place(anchor: Anchor): Caret | null {
    const { item, assoc } = anchor.position;
    const body = this.cuts.size > 0 && item && assoc < 0 ? this.bodyOf(anchor.id) : null;
    const there = body && behind(body, item!) === null ? taken(anchor.id, item!, this.cuts, this.shownBody, this.twice()) : null;
    if (there) return there;
    const found = Y.createAbsolutePositionFromRelativePosition(anchor.position, this.doc);
    return found && this.held.get(blockOf(anchor.id))?.block ? { id: anchor.id, at: found.index } : null;
  }

  hold(id: string, from: number, to: number): HeldLetters | null {
    const body = this.bodyOf(id);
    if (!body || from < 0 || from >= to || to > body.length) return null;
    const at = (index: number, side: 0 | -1): Uint8Array => Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(body, index, side));
    return { first: at(from, 0), last: at(to, -1) };
  }

  letters(id: string, { first, last }: HeldLetters): Stretch | null {
    const body = this.bodyOf(id);
    const [from, to] = [first, last].map((bytes) => body && indexIn(body, bytes, this.doc));
    return typeof from === 'number' && typeof to === 'number' && from < to ? { id, from, to } : null;
  }

  clock(): number {
    return Y.getState(this.doc.store, this.doc.clientID);
  }

  pen(head: Caret, anchor: Caret, since: number): Pen | null {
    return penHere((id) => this.bodyOf(id), this.client, head, anchor, since);
  }

  penAt(pen: Pen): PenPlace | null {
    return penThere(this.shownBody, this.doc, pen);
  }

  near(id: string): string | null {
    const shown = (one: string): boolean => Boolean(this.held.get(one)?.block);
    if (shown(id) || !this.held.has(id)) return shown(id) ? id : null;
    const order = this.order.all();
    const at = order.indexOf(id);
    for (let i = at - 1; i >= 0; i--) if (shown(order[i]!)) return order[i]!;
    return order.slice(at).find(shown) ?? null;
  }

  twice(): ReadonlyMap<string, Twice> {
    if (this.doubled?.list !== this.list) this.doubled = { list: this.list, twice: standsTwice(this.list, this.cuts, (id) => this.bodyOf(id)) };
    return this.doubled.twice;
  }

  /** The text of a block, or a cell of one, that is shown. */
  private readonly shownBody = (id: string): Y.Text | null => (this.held.get(blockOf(id))?.block ? this.bodyOf(id) : null);

  /** An id that would be that of a cell is none of a block. */
  private mapOf(id: string): BlockMap | null {
    const map = id.includes('/') ? null : this.blocks.get(id);
    return map instanceof Y.Map ? (map as BlockMap) : null;
  }

  private bodyOf(id: string): Y.Text | null {
    if (id !== blockOf(id)) return this.mapOf(blockOf(id))?.get('type') === 'table' ? cellText(this.doc, id) : null;
    const body = this.mapOf(id)?.get('body');
    return body instanceof Y.Text ? body : null;
  }

  private refresh(): boolean {
    if (this.touched.size === 0) return false;
    let moved = false;
    const changed: Block[] = [];
    if (this.touched.size > FEW) this.order.forget();
    for (const id of this.touched) {
      this.stirred.add(id);
      const map = this.mapOf(id);
      const was = this.held.get(id);
      const is = map && { place: readPlace(map.get('pos')), block: readBlock(id, map, was?.block ?? null, this.cell) };
      const elsewhere = was?.place.ord !== is?.place.ord || was?.place.parent !== is?.place.parent;
      if (elsewhere && was) this.order.takeOut(id, was.place);
      if (is) this.held.set(id, is);
      else this.held.delete(id);
      if (elsewhere && is) this.order.putIn(id, is.place);
      const cut = map && readCut(map);
      if (cut && this.clock() > 0 && !this.cuts.has(id)) this.heard.hear(id, cut, this.clock());
      if (cut) this.cuts.set(id, cut);
      else this.cuts.delete(id);
      if (is?.block) changed.push(is.block);
      moved ||= !was?.block !== !is?.block || elsewhere;
    }
    this.touched.clear();
    const before = this.list;
    if (!moved) return this.swap(changed);
    const list = this.order.all().flatMap((id) => this.held.get(id)!.block ?? []);
    const same = list.length === before.length && list.every((block, at) => block === before[at]);
    if (same) return false;
    this.list = list;
    return true;
  }

  /** Blocks that changed where they stand: the others are not looked at. */
  private swap(changed: readonly Block[]): boolean {
    const places = changed.length > FEW ? new Map(this.list.map(({ id }, at) => [id, at])) : null;
    let list: Block[] | null = null;
    for (const block of changed) {
      if (this.list[this.last]?.id !== block.id) this.last = places ? places.get(block.id)! : this.list.findIndex(({ id }) => id === block.id);
      if (this.list[this.last] !== block) (list ??= [...this.list])[this.last] = block;
    }
    if (list) this.list = list;
    return list !== null;
  }

  /** What comes first is what must not be missing when only a part was saved: new text before the old is cut. Of blocks that are the same in both lists, before and behind all that changed, nothing is looked at. */
  private plan(next: readonly Block[], caret: Caret | undefined): Step[] {
    const [start, end] = alikeEnds(this.list, next);
    const [was, is] = [this.list.slice(start, this.list.length - end), next.slice(start, next.length - end)];
    // A key changes words and no places.
    if (is.length === was.length && is.every((block, at) => block.id === was[at]!.id)) return is.flatMap((block, at) => (block === was[at] ? [] : this.change(block, this.mapOf(block.id)!, caret)));
    const before = new Map(was.map((block) => [block.id, block]));
    const fresh = is.filter((block) => !this.mapOf(block.id));
    const wanted = new Map(is.map((block) => [block.id, block]));
    const ords = this.movedOrds(next, start, next.length - end, was.filter((block) => wanted.has(block.id)), caret ? blockOf(caret.id) : null);
    const steps = fresh.flatMap((block) => [...this.create(block, ords.get(block.id)!), ...this.noteCut(block, before, wanted)]);
    for (const [id, ord] of ords) if (this.mapOf(id)) steps.push({ units: 40 + ord.length, run: () => void this.mapOf(id)!.set('pos', [null, ord]) });
    for (const block of is) {
      const map = this.mapOf(block.id);
      if (map && before.get(block.id) !== block) steps.push(...this.change(block, map, caret));
    }
    // Words may have gone into the block right before all that changed.
    if (start > 0) wanted.set(next[start - 1]!.id, next[start - 1]!);
    was.forEach((block, at) => {
      if (wanted.has(block.id)) return;
      const twice = this.twice().get(block.id);
      const elsewhere = twice !== undefined && withoutTwice(plainOf(block.text), twice).trim() === '';
      steps.push(...this.remove(block, elsewhere || joinedInto(this.list, start + at, wanted, fresh)));
    });
    return steps;
  }

  /** In a block that got the end of another one: which letters they were, before they go there. */
  private noteCut(block: Block, before: ReadonlyMap<string, Block>, next: ReadonlyMap<string, Block>): Step[] {
    const [was, is] = [before.get(block.from ?? ''), next.get(block.from ?? '')];
    const at = was && is ? cutAt(was, is, block) : null;
    if (at === null) return [];
    return [{
      units: CUT_UNITS,
      run: () => {
        const [source, body] = [this.bodyOf(was!.id), this.bodyOf(block.id)];
        const note = source && body && cutNote(source, at, body);
        if (note) this.mapOf(block.id)!.set('cut', note);
      },
    }];
  }

  /** `from` to `to`: where the list is another; `stood`: what stood there and still does, as it stood. */
  private movedOrds(next: readonly Block[], from: number, to: number, stood: readonly Block[], moved: string | null): Map<string, string> {
    if (stood.length === to - from && stood.every((block, at) => block.id === next[from + at]!.id)) return new Map();
    // What stands inside another block goes with it.
    const places = next.map(({ id }, at) => ({ id, at, place: this.held.get(id)?.place ?? null })).filter(({ place }) => place === null || place.parent === null);
    const list = places.map(({ id, place }) => ({ id, ord: place?.ord || null }));
    // Who writes by other rules leaves blocks without a place.
    if (places.some(({ place }) => place?.ord === '')) return newOrds(list, this.mark, moved);
    const [first, end] = [from, to].map((edge) => places.findIndex(({ at }) => at >= edge)).map((at) => (at < 0 ? list.length : at));
    return newOrds(list, this.mark, moved, first, end);
  }

  private create(block: Block, ord: string): Step[] {
    const make = (): void => {
      const map = new Y.Map<unknown>();
      map.set('pos', [null, ord]);
      map.set('type', block.type);
      for (const name of ATTR_NAMES) if (block.attrs[name] !== undefined) map.set(name, block.attrs[name]);
      if (block.from !== undefined) map.set('from', block.from);
      // Also of a divider: it may become a paragraph, and of two bodies made at once one would be lost.
      map.set('body', new Y.Text());
      this.blocks.set(block.id, map);
    };
    return [{ units: 240 + ord.length, run: make }, ...(block.table ? this.tableSteps(block, null) : this.textSteps(block.id, [], block.text))];
  }

  private change(block: Block, map: BlockMap, caret: Caret | undefined): Step[] {
    const was = this.held.get(block.id)?.block ?? readBlock(block.id, map, null, this.cell, true)!;
    const steps: Step[] = [];
    const set = (name: string, value: unknown): void => void steps.push({ units: 40, run: () => (value === undefined ? map.delete(name) : map.set(name, value)) });
    if (map.get('gone') !== undefined) set('gone', undefined);
    // What this version does not know is moved and taken away, never written over.
    if (was.type === 'newer' || block.type === 'newer') return steps;
    if (was.type !== block.type) set('type', block.type);
    if (was.from !== block.from) set('from', block.from);
    for (const name of ATTR_NAMES) if (was.attrs[name] !== block.attrs[name]) set(name, block.attrs[name]);
    if (block.table) return [...steps, ...this.tableSteps(block, map, caret)];
    const body = this.bodyOf(block.id);
    if (block.text.length > 0 && !body) set('body', new Y.Text());
    return [...steps, ...this.textSteps(block.id, was.table ? (body ? readText(body) : []) : was.text, block.text, caret)];
  }

  /** Rows and columns that go are taken away last; their texts stay where they are, so that they may come back. */
  private tableSteps({ id, table }: Block, map: BlockMap | null, caret?: Caret): Step[] {
    const [steps, last] = [[] as Step[], [] as Step[]];
    const parts = (part: Part, next: readonly string[]): void => {
      const { set, gone } = partSteps(map, part, next, this.mark);
      for (const [one, ord] of set) steps.push({ units: 60 + ord.length, run: () => void this.mapOf(id)!.set(`${part}/${one}`, ord) });
      for (const one of gone) last.push({ units: 60, run: () => this.mapOf(id)!.delete(`${part}/${one}`) });
    };
    parts('row', table!.rows.map((row) => row.id));
    parts('column', table!.columns);
    for (const row of table!.rows) {
      table!.columns.forEach((column, at) => {
        const name = cellId(id, row.id, column);
        if (!sameRuns(this.cell(name), row.cells[at]!)) steps.push(...this.textSteps(name, this.cell(name), row.cells[at]!, caret));
      });
    }
    return [...steps, ...last];
  }

  private textSteps(id: string, before: readonly Run[], after: readonly Run[], caret?: Caret): Step[] {
    const at = caret?.id === id ? caret.at : null;
    const body = this.undoing && this.bodyOf(id);
    const { steps, marks } = textDiff(before, body ? keepOthers(blockOf(id), body, before, after, at, this.undoing!) : after, at);
    // A link that stands there is written once more behind what is put into it.
    const again = before.reduce((most, run) => Math.max(most, run.marks.link?.length ?? 0), 0);
    const out: Step[] = [];
    for (const { at, remove, insert } of steps) {
      if (remove > 0) out.push({ units: 16, run: () => this.bodyOf(id)!.delete(at, remove) });
      // From the back, each at the same place.
      for (const { text, marks: of } of insert.flatMap((run) => runPieces(run, UNITS / 2)).reverse()) out.push({ units: text.length + 64 + (of.link?.length ?? 0) + again, run: () => insertText(this.bodyOf(id)!, at, text, of) });
    }
    for (const { at, length, marks: of } of marks) out.push({ units: 80 + (typeof of['link'] === 'string' ? of['link'].length : 0) + again, run: () => this.bodyOf(id)!.format(at, length, { ...of }) });
    return out;
  }

  /** A block whose text went into the one before keeps what others type into it in that moment: it is shown again when it has a text. */
  private remove(block: Block, joined: boolean): Step[] {
    if (this.undoing && !joined && hasOthers(block, (id) => this.bodyOf(id), this.undoing)) return block.table ? [] : this.textSteps(block.id, block.text, []);
    const body = joined ? this.bodyOf(block.id) : null;
    return [{
      units: 40,
      run: () => {
        if (body && body.length > 0) body.delete(0, body.length);
        this.mapOf(block.id)?.set('gone', joined ? 'joined' : true);
      },
    }];
  }
}

/** Several updates as one. */
export const oneUpdate = (updates: readonly Uint8Array[]): Uint8Array => (updates.length === 1 ? updates[0]! : Y.mergeUpdates([...updates]));

interface Step {
  readonly units: number;
  run(): void;
}
