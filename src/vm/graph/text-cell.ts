/**
 * The text of one node: the updates as they came, and the Yjs document made of them while someone reads it. Documents are not
 * kept for nodes that nobody opened; their digest is made from a document that is let go at once.
 */
import type * as Y from 'yjs';
import { compareBytes, equalBytes } from '#base/bytes';
import { MAX_TEXT_FAULTS } from '#vm/limits';
import { newText } from './text-edit.ts';
import { yjs } from './text-engine.ts';
import { castShades, isWaiting, type Shade } from './text-shade.ts';
import { documentValue, encodeDocument, plainText } from './text-value.ts';

/** So many updates are kept as they came. */
const COMPACT_LEAST = 4;

export class TextCell {
  private readonly updates: Uint8Array[] = [];
  private readonly shades: Shade[] = [];
  /** What copies of the document were told, in this order, once there are shades. */
  private told: Uint8Array[] | null = null;
  private open: Y.Doc | null = null;
  private known: string | null = null;

  /** Told when Yjs throws on what came behind an expanded state. */
  private torn: (() => void) | null = null;

  /**
   * What `compact` gave, in a cell that has heard nothing yet. Throws where it is none. `torn`: Yjs threw on a later update, and which of the former ones it would have thrown on
   * with it cannot be told of this one; what is shown until all of them are here again is the state alone.
   */
  expand(state: Uint8Array, torn: () => void): void {
    this.torn = torn;
    this.add(yjs().convertUpdateFormatV2ToV1(state));
  }

  add(update: Uint8Array): void {
    const own = update.slice();
    this.updates.push(own);
    this.told?.push(own);
    this.known = null;
    if (this.open !== null && (this.shades.length > 0 || !tryApply(this.open, own))) this.open = null;
  }

  /** An update of a record without effect: the places of its letters are there for what others wrote beside them (TEXT7). */
  shade(update: Uint8Array, clients: ReadonlySet<number>): void {
    this.told ??= [...this.updates];
    this.shades.push({ update: update.slice(), clients });
    this.known = null;
    this.open = null;
  }

  get size(): number {
    return this.updates.length + this.shades.length;
  }

  /** All updates in the order they came; applying them all in any order gives the document, but for shades. */
  all(): readonly Uint8Array[] {
    return this.updates;
  }

  /** What a copy of the document is to be told, places of words without effect too; what was told before keeps its place. */
  news(): readonly Uint8Array[] {
    if (this.told === null) return this.updates;
    const doc = this.grown();
    for (const cast of castShades(doc, this.shades)) if (!this.told.some((one) => equalBytes(one, cast))) this.told.push(cast);
    doc.destroy();
    return this.told;
  }

  private build(): Y.Doc {
    const doc = this.grown();
    if (this.shades.length > 0) castShades(doc, this.shades);
    return doc;
  }

  /** The document of all updates with effect. */
  private grown(): Y.Doc {
    if (this.updates.length === 0) return newText();
    return this.atOnce(this.updates) ?? (this.torn === null ? this.buildCarefully() : this.stateAlone(this.torn));
  }

  private stateAlone(torn: () => void): Y.Doc {
    torn();
    return this.atOnce(this.updates.slice(0, 1)) ?? newText();
  }

  /** All updates in one transaction; null when Yjs throws on them. */
  private atOnce(updates: readonly Uint8Array[]): Y.Doc | null {
    try {
      const doc = newText();
      yjs().applyUpdate(doc, updates.length === 1 ? updates[0]! : yjs().mergeUpdates(updates as Uint8Array<ArrayBuffer>[]));
      return doc;
    } catch {
      return null;
    }
  }

  /** One update at a time, in the order of their bytes, without those on which Yjs throws: a function of the set. */
  private buildCarefully(): Y.Doc {
    const sorted = [...this.updates].sort(compareBytes);
    let good: Uint8Array[] = [];
    let faults = 0;
    let doc = newText();
    for (const update of sorted) {
      if (tryApply(doc, update)) good.push(update);
      else {
        if (++faults > MAX_TEXT_FAULTS) break;
        doc = newText();
        good = good.filter((kept) => tryApply(doc, kept));
      }
    }
    return this.atOnce(good) ?? doc;
  }

  /** The document; later updates go into it until `close`. An edit made in it has to come back as a text.update. */
  doc(): Y.Doc {
    return (this.open ??= this.build());
  }

  close(): void {
    this.open?.destroy();
    this.open = null;
  }

  /** All updates as one, of a document that heard them at once: content that was deleted is not in it any more. */
  merged(): Uint8Array<ArrayBuffer> {
    const doc = this.grown();
    const update = yjs().encodeStateAsUpdate(doc) as Uint8Array<ArrayBuffer>;
    doc.destroy();
    return update;
  }

  /**
   * All updates as one of the second form, without the content that was deleted; null where they say more than that: few, shades, or updates on which Yjs throws. Later updates do
   * to it what they would do to all of them: heard at once, Yjs takes no format mark away that became empty, and a letter may still come between such marks.
   */
  compact(): Uint8Array | null {
    // What came as one stays one: the next snapshot says the same.
    if ((this.updates.length < COMPACT_LEAST && this.torn === null) || this.shades.length > 0) return null;
    const doc = newText();
    try {
      yjs().applyUpdate(doc, yjs().mergeUpdates(this.updates as Uint8Array<ArrayBuffer>[]));
      return yjs().encodeStateAsUpdateV2(doc);
    } catch {
      this.torn?.();
      return null;
    } finally {
      doc.destroy();
    }
  }

  /** Do words with effect wait here for some that are not here, or have none? */
  get waits(): boolean {
    const doc = this.grown();
    const waits = isWaiting(doc);
    doc.destroy();
    return waits;
  }

  /** The words of the root `text`; kept until the next update, unlike a document made for them. */
  words(): string {
    if (this.known !== null) return this.known;
    if (this.open !== null) return (this.known = plainText(this.open));
    const doc = this.build();
    this.known = plainText(doc);
    doc.destroy();
    return this.known;
  }

  /**
   * CBOR bytes of what the document shows (FORMATS 9). Never read from the open document: Yjs deletes format marks that became
   * empty in a document it knows as text, and a letter that arrives between such marks later would look otherwise than on a
   * device that heard everything at once. One document made by one transaction is a function of the set of updates.
   */
  digestBytes(): Uint8Array {
    const doc = this.build();
    const bytes = encodeDocument(documentValue(doc));
    doc.destroy();
    return bytes;
  }
}

function tryApply(doc: Y.Doc, update: Uint8Array): boolean {
  try {
    yjs().applyUpdate(doc, update);
    return true;
  } catch {
    return false;
  }
}
