/** Letters that somebody types on stand right behind their own last one. */
import * as Y from 'yjs';
import type { Marks } from './block.ts';

/**
 * The own letter that ends at a place with signs of marks behind it, all marks there being those wanted; null elsewhere. Yjs would go over such signs (and those it has taken away as needless) to put the
 * next letter behind them: the two would not be neighbours, and what another types there at that moment would come between them.
 */
function lastOwn(body: Y.Text, at: number, marks: Marks): Y.Item | null {
  // Where there never were marks nothing has to be looked for.
  if (!body._hasFormatting) return null;
  const here: Record<string, unknown> = {};
  let index = 0;
  for (let item = body._start; item !== null && index < at; item = item.right) {
    if (item.deleted) continue;
    const { content } = item;
    if (content instanceof Y.ContentFormat) {
      if (content.value === null) delete here[content.key];
      else here[content.key] = content.value;
    }
    if (item.countable) index += item.length;
    if (index < at) continue;
    const next = item.right;
    const alike = Object.keys(here).length === Object.keys(marks).length && Object.entries(marks).every(([name, value]) => here[name] === value);
    return index === at && alike && item.id.client === body.doc!.clientID && content instanceof Y.ContentString && next !== null && (next.deleted || next.content instanceof Y.ContentFormat) ? item : null;
  }
  return null;
}

/** Puts letters with their marks into a text that is in a document. */
export function insertText(body: Y.Text, at: number, text: string, marks: Marks): void {
  const left = lastOwn(body, at, marks);
  if (!left) return body.insert(at, text, { ...marks });
  const doc = body.doc!;
  doc.transact((transaction) => {
    const { right } = left;
    new Y.Item(Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID)), left, left.lastId, right, right && right.id, body, null, new Y.ContentString(text)).integrate(transaction, 0);
    // Places that Yjs remembers lie behind it now.
    if (body._searchMarker) body._searchMarker.length = 0;
  });
}
