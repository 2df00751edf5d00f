/** The line of a voice message: how loud it was, from its beginning to its end. */
import { VOICE_BARS_MAX } from '#domain/shared';

/** Loudness (0 to 1) measured at equal steps, drawn together into at most so many bars of a byte each; the loudest is full. */
export function waveOf(levels: readonly number[], bars = VOICE_BARS_MAX): Uint8Array {
  const count = Math.max(1, Math.min(bars, levels.length));
  const out = Array.from({ length: count }, (_, at) => Math.max(0, ...levels.slice(Math.floor((at * levels.length) / count), Math.max(Math.floor((at * levels.length) / count) + 1, Math.floor(((at + 1) * levels.length) / count)))));
  const most = Math.max(...out);
  // What was silent all along stays so: a hum is not drawn as a shout.
  return Uint8Array.from(out, (level) => Math.round((255 * level) / Math.max(most, 0.02)));
}

/** Minutes and seconds. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
