/**
 * Text that was pasted or dropped and does not fit into one message. A field that holds it would be laid out anew with every key, so it waits beside the
 * field and in the draft of the place, and goes into messages part by part.
 */
import { useCallback, useEffect, useState } from 'react';
import { FIELD_TEXT_MAX, PASTE_TEXT_MAX } from '#domain/shared';
import { useKernel } from '#view/kit/kernel.tsx';

/** UTF-16 units of one stored piece: also with every one escaped it is below what the device keeps as one value. */
const PIECE = 40_000;

/** Does the text stay in the field after so much more was put into it? */
export const fitsField = (length: number): boolean => length <= FIELD_TEXT_MAX;

/** May so much more wait beside what waits already? */
export const fitsBeside = (waiting: number, more: number): boolean => waiting + more <= PASTE_TEXT_MAX;

/** Never between the halves of one character. */
function wholeAt(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  return at > 0 && at < text.length && unit >= 0xd8_00 && unit <= 0xdb_ff ? at - 1 : at;
}

/** Where the next part ends that has at most `room` units: after a line, else after a word, else there. */
export function partEnd(text: string, from: number, room: number): number {
  if (text.length - from <= room) return text.length;
  const end = wholeAt(text, from + room);
  const near = end - Math.floor(room / 4);
  for (const mark of ['\n', ' ']) {
    const at = text.lastIndexOf(mark, end - 1);
    if (at >= near && at > from) return at + 1;
  }
  return end;
}

/** What came between the text before and after: the pasted or dropped piece. */
export function insertedPiece(before: string, after: string): string {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return after.slice(start, after.length - end);
}

/** The pieces it is stored in. */
export function piecesOf(text: string): string[] {
  const out: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = wholeAt(text, Math.min(text.length, at + PIECE));
    out.push(text.slice(at, end));
    at = end;
  }
  return out;
}

interface Held {
  readonly key: string;
  readonly text: string;
  /** Up to here it was taken. */
  readonly from: number;
  /** It is on the disk as well. */
  readonly kept: boolean;
}

export interface HeldPaste {
  /** UTF-16 units that wait. */
  readonly length: number;
  readonly kept: boolean;
  /** Keeps the text behind what waits already; false when it is too much to keep. */
  hold(text: string): boolean;
  /** Takes the next part of at most `room` units. */
  take(room: number): string;
  /** All that waits. */
  text(): string;
  clear(): void;
}

/** What waits in a place; `place` null keeps it in this view only. */
export function useHeldPaste(place: string | null): HeldPaste {
  const api = useKernel();
  const key = `paste:${place ?? ''}`;
  const [held, setHeld] = useState<Held>({ key, text: '', from: 0, kept: false });
  useEffect(() => {
    let alive = true;
    setHeld({ key, text: '', from: 0, kept: false });
    if (place === null) return;
    void readHeld(api.local.get, key).then((found) => alive && found && setHeld((now) => (now.key === key && now.text === '' ? { key, ...found, kept: true } : now)), () => undefined);
    return () => {
      alive = false;
    };
  }, [api, key, place]);
  const now = held.key === key ? held : { key, text: '', from: 0, kept: false };
  const keep = useCallback((next: Held, pieces: boolean) => {
    setHeld(next);
    if (place === null) return;
    void writeHeld(api.local, next, pieces).then(() => setHeld((shown) => (shown === next ? { ...next, kept: true } : shown)), () => undefined);
  }, [api, place]);
  return {
    length: now.text.length - now.from, kept: now.kept,
    hold(text) {
      const rest = now.text.slice(now.from);
      if (!fitsBeside(rest.length, text.length)) return false;
      keep({ key, text: rest + text, from: 0, kept: false }, true);
      return true;
    },
    take(room) {
      const end = partEnd(now.text, now.from, room);
      const part = now.text.slice(now.from, end);
      keep(end === now.text.length ? { key, text: '', from: 0, kept: false } : { ...now, from: end }, end === now.text.length);
      return part;
    },
    text: () => now.text.slice(now.from),
    clear: () => keep({ key, text: '', from: 0, kept: false }, true),
  };
}

type Local = Pick<ReturnType<typeof useKernel>['local'], 'get' | 'set'>;

async function readHeld(get: Local['get'], key: string): Promise<{ text: string; from: number } | null> {
  const head = (await get(key)) as { pieces?: unknown; from?: unknown } | null | undefined;
  if (typeof head?.pieces !== 'number' || typeof head.from !== 'number') return null;
  const pieces = await Promise.all(Array.from({ length: head.pieces }, (_, at) => get(`${key}/${at}`)));
  return pieces.every((piece) => typeof piece === 'string') ? { text: pieces.join(''), from: head.from } : null;
}

/** The head comes last and goes first, so that no half of a text is ever taken for the whole. Pieces of a longer one before go as well. */
export async function writeHeld({ get, set }: Local, { key, text, from }: Pick<Held, 'key' | 'text' | 'from'>, all: boolean): Promise<void> {
  const pieces = piecesOf(text);
  if (all) {
    const before = (await get(key)) as { pieces?: number } | null | undefined;
    await set(key, undefined);
    await Promise.all(Array.from({ length: Math.max(pieces.length, before?.pieces ?? 0) }, (_, at) => set(`${key}/${at}`, pieces[at])));
  }
  if (text !== '') await set(key, { pieces: pieces.length, from });
}
