/**
 * Where somebody stands in a document, and what they typed in the last moment: shown to others until the record with it is there. Letters are named by the clock
 * of their writer, so that each reader leaves out exactly those that are here already.
 */
import * as Y from 'yjs';
import { fromBase64url, toBase64url } from '#base/bytes';
import type { Caret } from './text-crdt.ts';

/** A place in a text as bytes that every copy understands. */
export interface Spot {
  readonly id: string;
  readonly at: Uint8Array;
}

/** Letters of one writer that stand together, the newest of them maybe not everywhere yet. */
export interface Typed {
  readonly client: number;
  /** What they stand behind. */
  readonly left: Uint8Array;
  /** Where the writer stands in them, UTF-16 units. */
  readonly caret: number;
  readonly pieces: readonly { readonly clock: number; readonly text: string }[];
}

export interface Pen {
  readonly head: Spot;
  /** The other end of what is chosen. */
  readonly anchor: Spot;
  readonly typed: Typed | null;
}

/** Where a pen is in this copy. */
export interface PenPlace {
  readonly head: Caret;
  /** Null when nothing is chosen. */
  readonly anchor: Caret | null;
  /** Letters that are not here yet, before and behind the writer's caret. */
  readonly typed: { readonly before: string; readonly after: string } | null;
}

/** More is no typing: its record brings it. Units, and pieces they were typed in. */
const TYPED_UNITS = 800;
const PIECES = 40;
const ID_UNITS = 120;
const SPOT_BYTES = 200;

/** A place that stays behind the letter before it. */
export const spotIn = (body: Y.Text, at: number): Uint8Array => Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(body, Math.min(at, body.length), -1));

/** Where such a place is in a text; null when the bytes are none, or of another text. Total: a peer may have written anything. */
export function indexIn(body: Y.Text, bytes: Uint8Array, doc: Y.Doc): number | null {
  try {
    const found = Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(bytes), doc);
    return found?.type === body ? found.index : null;
  } catch {
    return null;
  }
}

/** Where a person stands, and what they typed there. */
export function penHere(bodyOf: (id: string) => Y.Text | null, client: number, head: Caret, anchor: Caret, since: number): Pen | null {
  const spot = ({ id, at }: Caret): Spot | null => {
    const body = bodyOf(id);
    return body && { id, at: spotIn(body, at) };
  };
  const [first, second, body] = [spot(head), spot(anchor), bodyOf(head.id)];
  const alone = head.id === anchor.id && head.at === anchor.at;
  return first && second && { head: first, anchor: second, typed: body && alone ? typedAt(body, head.at, client, since) : null };
}

/** Where the pen of another is; `bodyOf`: of what is shown. */
export function penThere(bodyOf: (id: string) => Y.Text | null, doc: Y.Doc, { head, anchor, typed }: Pen): PenPlace | null {
  const body = bodyOf(head.id);
  const coming = body && typed && untold(doc, body, typed);
  if (coming) return { head: { id: head.id, at: coming.at }, anchor: null, typed: coming };
  const place = ({ id, at }: Spot): Caret | null => {
    const text = bodyOf(id);
    const index = text && indexIn(text, at, doc);
    return index === null ? null : { id, at: index };
  };
  const [one, other] = [place(head), place(anchor)];
  return one && { head: one, anchor: other && (other.id !== one.id || other.at !== one.at) ? other : null, typed: null };
}

/** Letters of `client` around a place whose clock is `since` or later; null when there are none. */
export function typedAt(body: Y.Text, at: number, client: number, since: number): Typed | null {
  let index = 0;
  let [from, pieces] = [0, [] as { clock: number; text: string }[]];
  const found = (): boolean => pieces.length > 0 && from <= at && at <= index;
  for (let item = body._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue;
    const text = item.content instanceof Y.ContentString ? item.content.str : null;
    const fresh = text !== null && item.id.client === client ? Math.max(0, Math.min(text.length, item.id.clock + text.length - since)) : 0;
    const old = item.length - fresh;
    if (old > 0) {
      if (found()) break;
      [index, pieces] = [index + old, []];
    }
    if (pieces.length === 0) from = index;
    if (fresh > 0) pieces.push({ clock: item.id.clock + old, text: text!.slice(old) });
    index += fresh;
  }
  if (!found() || pieces.length > PIECES || index - from > TYPED_UNITS) return null;
  return { client, left: spotIn(body, from), caret: at - from, pieces };
}

/** The first of these letters that are not here, as they stand together, and where they go. */
export function untold(doc: Y.Doc, body: Y.Text, { client, left, caret, pieces }: Typed): { at: number; before: string; after: string } | null {
  const known = Y.getState(doc.store, client);
  let [last, passed, before, after] = [null as number | null, 0, '', ''];
  for (const { clock, text } of pieces) {
    const here = Math.max(0, Math.min(text.length, known - clock));
    if (here > 0 && before + after !== '') break;
    if (here > 0) last = clock + here - 1;
    const rest = text.slice(here);
    const cut = Math.max(0, Math.min(rest.length, caret - passed - here));
    before += rest.slice(0, cut);
    after += rest.slice(cut);
    passed += text.length;
  }
  const at = before + after === '' ? null : last === null ? indexIn(body, left, doc) : behind(doc, body, client, last);
  return at === null ? null : { at, before, after };
}

function behind(doc: Y.Doc, body: Y.Text, client: number, clock: number): number | null {
  return indexIn(body, Y.encodeRelativePosition(Y.createRelativePositionFromJSON({ item: { client, clock }, assoc: -1 })), doc);
}

/** A pen as a text. */
export function penText({ head, anchor, typed }: Pen): string {
  const spot = ({ id, at }: Spot): string[] => [id, toBase64url(at)];
  return JSON.stringify([spot(head), spot(anchor), typed && [typed.client, toBase64url(typed.left), typed.caret, typed.pieces.map(({ clock, text }) => [clock, text])]]);
}

/** A pen of such a text, null when it is none. Total: a peer may have sent anything. */
export function readPen(text: string): Pen | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const [head, anchor, typed] = list(value, 3);
  const spots = [readSpot(head), readSpot(anchor)] as const;
  const read = typed === null ? null : readTyped(typed);
  return spots[0] && spots[1] && read !== undefined ? { head: spots[0], anchor: spots[1], typed: read } : null;
}

const list = (value: unknown, length: number): unknown[] => (Array.isArray(value) && value.length === length ? value : []);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const bytesOf = (value: unknown): Uint8Array | null => (typeof value === 'string' && value.length <= SPOT_BYTES ? fromBase64url(value) : null);

function readSpot(value: unknown): Spot | null {
  const [id, at] = list(value, 2);
  const bytes = bytesOf(at);
  return typeof id === 'string' && id.length <= ID_UNITS && bytes ? { id, at: bytes } : null;
}

function readTyped(value: unknown): Typed | undefined {
  const [client, left, caret, given] = list(value, 4);
  const bytes = bytesOf(left);
  if (!isCount(client) || !bytes || !isCount(caret) || !Array.isArray(given) || given.length > PIECES) return undefined;
  const pieces = given.flatMap((one: unknown) => {
    const [clock, text] = list(one, 2);
    return isCount(clock) && typeof text === 'string' ? [{ clock, text }] : [];
  });
  return pieces.length === given.length && pieces.reduce((sum, { text }) => sum + text.length, 0) <= TYPED_UNITS ? { client, left: bytes, caret, pieces } : undefined;
}
