/**
 * What a text preview carries inside an ephemeral message (docs/PROTOCOL.md §13): where somebody types, and what stands there until the sealed
 * record brings it. Form only; it is shown, never applied, so the worst a hostile one can do is to show wrong words in its author's name for a moment.
 */
import type { Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { MAX_PREVIEW_UNITS } from '#vm/limits';

/** An edit on the text as its author sees it; places in UTF-16 units. */
export interface PreviewEdit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

export interface TextPreviewPayload {
  readonly fragment: Bytes;
  readonly node: Bytes;
  /** seq of the author's last record in the fragment, −1 = none: the next one holds what is typed, and ends the preview. */
  readonly after: number;
  /** Null ends it. */
  readonly edit: PreviewEdit | null;
}

const KIND = 'text';
const listOf = (value: CborValue | undefined, places: number): readonly CborValue[] | null => (Array.isArray(value) && value.length === places ? value : null);
const idOf = (value: CborValue | undefined): Bytes | null => (value instanceof Uint8Array && value.length === 16 ? (value.slice() as Bytes) : null);
const isCount = (value: CborValue | undefined): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
/** Half of a pair, which CBOR does not hold. */
const LONE = /\p{Cs}/u;
/** Greatest place in a text. */
const PLACE_MAX = 2 ** 31;

/** Can this edit be told? */
export function isPreviewEdit(edit: PreviewEdit): boolean {
  return isCount(edit.at) && edit.at <= PLACE_MAX && isCount(edit.remove) && edit.remove <= PLACE_MAX && typeof edit.insert === 'string' && edit.insert.length <= MAX_PREVIEW_UNITS && !LONE.test(edit.insert);
}

export function previewValue({ fragment, node, after, edit }: TextPreviewPayload): CborValue {
  return [KIND, fragment, node, after, edit === null ? null : [edit.at, edit.remove, edit.insert]];
}

/** Null for every other payload and every wrong form. */
export function readPreview(value: CborValue | undefined): TextPreviewPayload | null {
  const t = listOf(value, 5);
  if (t === null || t[0] !== KIND) return null;
  const [fragment, node, after] = [idOf(t[1]), idOf(t[2]), t[3]];
  if (fragment === null || node === null || (after !== -1 && !isCount(after))) return null;
  if (t[4] === null) return { fragment, node, after, edit: null };
  const parts = listOf(t[4], 3);
  if (parts === null) return null;
  const edit = { at: parts[0], remove: parts[1], insert: parts[2] } as PreviewEdit;
  return isPreviewEdit(edit) ? { fragment, node, after, edit } : null;
}
