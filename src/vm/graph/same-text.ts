/**
 * Are two updates the same text, for good? The bytes of a document depend on how its structs came together, so what counts is asked letter by letter: who wrote
 * it, between which letters, what it is, and whether it is deleted. What differs in any of these would show something else, now or after a late edit.
 */
import type * as Y from 'yjs';
import { equalBytes } from '#base/bytes';
import { newText } from './text-edit.ts';
import { yjs } from './text-engine.ts';

type Struct = Y.Item | Y.GC;
type Content = Y.Item['content'];

/** Never throws: an update that Yjs does not take is the same as nothing but itself. */
export function sameText(a: Uint8Array, b: Uint8Array): boolean {
  if (equalBytes(a, b)) return true;
  try {
    const [one, other] = [documentOf(a), documentOf(b)];
    return sameStructs(one, other) && samePending(one, other);
  } catch {
    return false;
  }
}

function documentOf(update: Uint8Array): Y.Doc {
  const doc = newText();
  yjs().applyUpdate(doc, update);
  return doc;
}

/** What waits for something that never had effect: compared by its bytes. */
function samePending(a: Y.Doc, b: Y.Doc): boolean {
  const same = (x: Uint8Array | null | undefined, y: Uint8Array | null | undefined): boolean => (x && y ? equalBytes(x, y) : !x === !y);
  return same(a.store.pendingStructs?.update, b.store.pendingStructs?.update) && same(a.store.pendingDs, b.store.pendingDs);
}

function sameStructs(a: Y.Doc, b: Y.Doc): boolean {
  const [one, other] = [a.store.clients, b.store.clients];
  if (one.size !== other.size) return false;
  for (const [client, structs] of one) {
    const others = other.get(client);
    if (others === undefined || !sameRuns(structs as Struct[], others as Struct[])) return false;
  }
  return true;
}

/** Two lists of structs of one client id that may be cut at other places. */
function sameRuns(a: readonly Struct[], b: readonly Struct[]): boolean {
  let [i, j, from, start] = [0, 0, 0, 0];
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i]!, b[j]!];
    const length = Math.min(x.length - from, y.length - start);
    if (!sameLetters(x, from, y, start, length)) return false;
    from += length;
    start += length;
    if (from === x.length) [i, from] = [i + 1, 0];
    if (start === y.length) [j, start] = [j + 1, 0];
  }
  return i === a.length && j === b.length;
}

function sameLetters(x: Struct, from: number, y: Struct, start: number, length: number): boolean {
  const { Item } = yjs();
  if (!(x instanceof Item) || !(y instanceof Item)) return !(x instanceof Item) && !(y instanceof Item);
  if (x.deleted !== y.deleted || x.parentSub !== y.parentSub || parentName(x) !== parentName(y)) return false;
  if (idName(originOf(x, from)) !== idName(originOf(y, start)) || idName(x.rightOrigin) !== idName(y.rightOrigin)) return false;
  return x.deleted || sameContent(x.content, from, y.content, start, length);
}

/** The letter before it, when it was written: inside a struct the one before in it. */
const originOf = (item: Y.Item, at: number): Y.ID | null => (at === 0 ? item.origin : yjs().createID(item.id.client, item.id.clock + at - 1));

const idName = (id: Y.ID | null): string => (id === null ? '' : `${id.client} ${id.clock}`);

/** The root by its name, a text inside of another by the struct that holds it. */
function parentName(item: Y.Item): string {
  const parent = item.parent as Y.AbstractType<unknown> | null;
  if (parent === null) return '';
  return parent._item === null ? `root ${yjs().findRootTypeKey(parent)}` : idName(parent._item.id);
}

function sameContent(x: Content, from: number, y: Content, start: number, length: number): boolean {
  if (x.constructor !== y.constructor) return false;
  const { ContentString, ContentType, ContentFormat } = yjs();
  if (x instanceof ContentString && y instanceof ContentString) return x.str.slice(from, from + length) === y.str.slice(start, start + length);
  if (x instanceof ContentType && y instanceof ContentType) return x.type.constructor === y.type.constructor && nameOfType(x) === nameOfType(y);
  if (x instanceof ContentFormat && y instanceof ContentFormat) return x.key === y.key && print(x.value) === print(y.value);
  return print((x.getContent() as unknown[]).slice(from, from + length)) === print((y.getContent() as unknown[]).slice(start, start + length));
}

/** XML elements and hooks have a name of their own. */
const nameOfType = ({ type }: Y.ContentType): string => {
  const { nodeName, hookName } = type as { nodeName?: string; hookName?: string };
  return `${nodeName ?? ''} ${hookName ?? ''}`;
};

/** JSON in which bytes are told apart from lists. */
const print = (value: unknown): string => JSON.stringify(value, (_, item: unknown) => (item instanceof Uint8Array ? { bytes: [...item] } : item)) ?? 'undefined';
