/**
 * The text of one node: the updates as they came, and the Yjs document made of them while someone reads it. Documents are not
 * kept for nodes that nobody opened; their digest is made from a document that is let go at once.
 */
import * as Y from 'yjs';
import { compareBytes } from '#base/bytes';
import { documentValue, encodeDocument, plainText } from './text-value.ts';

export class TextCell {
  private readonly updates: Uint8Array[] = [];
  private open: Y.Doc | null = null;
  private known: string | null = null;

  add(update: Uint8Array): void {
    const own = update.slice();
    this.updates.push(own);
    this.known = null;
    if (this.open !== null && !tryApply(this.open, own)) this.open = null;
  }

  get size(): number {
    return this.updates.length;
  }

  /** All updates in the order they came; applying them all in any order gives the document. */
  all(): readonly Uint8Array[] {
    return this.updates;
  }

  private build(): Y.Doc {
    const doc = new Y.Doc();
    if (this.updates.length === 0) return doc;
    if (this.updates.length === 1 ? tryApply(doc, this.updates[0]!) : tryApply(doc, this.merged())) return doc;
    return this.buildCarefully();
  }

  private merged(): Uint8Array {
    try {
      return Y.mergeUpdates(this.updates as Uint8Array<ArrayBuffer>[]);
    } catch {
      return new Uint8Array([255]);
    }
  }

  /** One update at a time, in the order of their bytes, without those on which Yjs throws: a function of the set. */
  private buildCarefully(): Y.Doc {
    const sorted = [...this.updates].sort(compareBytes);
    let good: Uint8Array[] = [];
    let doc = new Y.Doc();
    for (const update of sorted) {
      if (tryApply(doc, update)) good.push(update);
      else {
        doc = new Y.Doc();
        good = good.filter((kept) => tryApply(doc, kept));
      }
    }
    return doc;
  }

  /** The document; later updates go into it until `close`. Not to be edited: edits come back as operations. */
  doc(): Y.Doc {
    return (this.open ??= this.build());
  }

  close(): void {
    this.open?.destroy();
    this.open = null;
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

  /** CBOR bytes of what the document shows (FORMATS 9). */
  digestBytes(): Uint8Array {
    if (this.open !== null) return encodeDocument(documentValue(this.open));
    const doc = this.build();
    const bytes = encodeDocument(documentValue(doc));
    doc.destroy();
    return bytes;
  }
}

function tryApply(doc: Y.Doc, update: Uint8Array): boolean {
  try {
    Y.applyUpdate(doc, update);
    return true;
  } catch {
    return false;
  }
}
