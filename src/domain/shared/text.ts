/** Reading of foreign values: whatever a peer put into a property is made harmless text or nothing. */
import { toBase64url } from '#base/bytes';
import { cutText, plainLine } from '#base/plain-text';
import type { JsonValue } from '#os/api';

/** Text of at most `max` UTF-16 units, whole code points; null when the value is not text. */
export function textOf(value: JsonValue | undefined, max: number): string | null {
  return typeof value === 'string' ? cutText(value, max) : null;
}

/** An id that may be stored as bytes or as base64url text; null when neither. */
export function idOf(value: JsonValue | undefined): string | null {
  if (value instanceof Uint8Array) return value.length > 0 && value.length <= 64 ? toBase64url(value) : null;
  return typeof value === 'string' && value.length > 0 && value.length <= 128 ? value : null;
}

/** A finite number or null. */
export function numberOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** One line of plain text (#base/plain-text). */
export const oneLine = plainLine;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day that is in the calendar. */
export function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !DAY.test(value)) return false;
  const at = Date.parse(`${value}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(value);
}
