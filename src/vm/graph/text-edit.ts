/** Edits of a node's text as Yjs updates of one client id (FORMATS 3, Yjs). */
import type * as Y from 'yjs';
import { yjs } from './text-engine.ts';

/** Length of the root `text` of a document in UTF-16 units; 0 without one. */
export function textLength(doc: Y.Doc | null): number {
  return doc === null ? 0 : doc.getText('text').length;
}

/** An empty document. Named, because Yjs else draws a random name letter by letter, by which only documents inside documents are found. */
export const newText = (): Y.Doc => new (yjs().Doc)({ guid: 'text' });

/** Clock of the next struct of a client id in the document. */
export const nextClock = (doc: Y.Doc | null, client: number): number => (doc === null ? 0 : yjs().getState(doc.store, client));

/** Replaces a range of the root `text` and gives the update; the place was checked. With null the text is new. */
export function spliceText(doc: Y.Doc | null, client: number, at: number, remove: number, insert: string): Uint8Array<ArrayBuffer> {
  const target = doc ?? newText();
  const text = target.getText('text');
  const updates: Uint8Array<ArrayBuffer>[] = [];
  const listen = (bytes: Uint8Array): void => void updates.push(bytes as Uint8Array<ArrayBuffer>);
  target.clientID = client;
  target.on('update', listen);
  target.transact(() => {
    if (remove > 0) text.delete(at, remove);
    if (insert.length > 0) text.insert(at, insert);
  });
  target.off('update', listen);
  return updates.length === 1 ? updates[0]! : mergeTexts(updates);
}

/** One update with the content of all. */
export function mergeTexts(updates: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  return yjs().mergeUpdates([...updates]) as Uint8Array<ArrayBuffer>;
}
