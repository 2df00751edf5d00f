/** Text of others as it may stand in a line of ours. */

/** Control characters, line and paragraph ends. */
const BREAKS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Marks, embeddings, overrides and isolates of the bidirectional algorithm, and characters of no width that make two names look alike (not the joiners of emoji and scripts). */
const UNSEEN = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/g;
const OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/g;

/** One line: control characters become spaces; what would turn the text around it or stand in it unseen goes; ends trimmed. */
export function plainLine(text: string): string {
  return text.replace(BREAKS, ' ').replace(UNSEEN, '').trim();
}

/** Text without the characters that show it, or an address in it, in another order than it is written. */
export function withoutOverrides(text: string): string {
  return text.replace(OVERRIDES, '');
}

/** At most `max` UTF-16 units, whole code points. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}
