/** Captions: what is heard, cut where somebody pauses, and what is shown of it. Pure. Nothing of it is a node: captions are on the screen of who hears, and nowhere else (CALL7). */
import { cutText } from '#base/plain-text';
import { oneLine } from '#domain/shared';

/** Samples a second, as models of speech want them. */
export const CAPTION_RATE = 16_000;
/** Samples that are judged at once: 20 ms. */
const FRAME = 320;
/** Loudness (root of the mean square) from which on something is heard, and how often that of the quiet before. */
const LOUD = 0.008;
const OVER = 2.5;
/** Frames that are kept before something is heard, of quiet that end it, and of sound without which it is none. */
const BEFORE = 10;
const QUIET = 35;
const LEAST = 12;
/** Samples of one piece; who goes on is cut there. */
export const PIECE_MAX = 12 * CAPTION_RATE;

export interface Utterances {
  /** What came; pieces of speech that are over. */
  hear(samples: Float32Array): Float32Array[];
  /** What is open, as if it were over; null: nothing. */
  end(): Float32Array | null;
}

function loudness(frame: Float32Array): number {
  let sum = 0;
  for (const x of frame) sum += x * x;
  return Math.sqrt(sum / frame.length);
}

function joined(frames: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(frames.length * FRAME);
  frames.forEach((frame, at) => out.set(frame, at * FRAME));
  return out;
}

/** Cuts a stream of samples into pieces of speech, by how loud it is against the quiet around it. */
export function createUtterances(): Utterances {
  let rest = new Float32Array(0);
  let open: Float32Array[] | null = null;
  let before: Float32Array[] = [];
  let [floor, quiet, loud] = [0, 0, 0];
  const close = (): Float32Array | null => {
    const made = open && loud >= LEAST ? joined(open) : null;
    [open, before, quiet, loud] = [null, [], 0, 0];
    return made;
  };
  const take = (frame: Float32Array): Float32Array | null => {
    const by = loudness(frame);
    const heard = by > LOUD && by > OVER * floor;
    // The quiet follows what is quiet at once, and what is loud slowly: a fan is quiet after a while.
    floor = by < floor ? by : floor + (by - floor) * 0.0005;
    if (!open) {
      before = [...before, frame].slice(-BEFORE);
      if (!heard) return null;
      [open, quiet, loud] = [before, 0, 1];
      return null;
    }
    open.push(frame);
    quiet = heard ? 0 : quiet + 1;
    loud += heard ? 1 : 0;
    return quiet >= QUIET || open.length * FRAME >= PIECE_MAX ? close() : null;
  };
  return {
    hear(samples) {
      const all = new Float32Array(rest.length + samples.length);
      all.set(rest);
      all.set(samples, rest.length);
      const whole = all.length - (all.length % FRAME);
      rest = all.slice(whole);
      const out: Float32Array[] = [];
      for (let at = 0; at < whole; at += FRAME) {
        const made = take(all.slice(at, at + FRAME));
        if (made) out.push(made);
      }
      return out;
    },
    end: close,
  };
}

/** One line of captions. */
export interface Caption {
  readonly id: number;
  readonly seat: string;
  readonly uid: string;
  readonly text: string;
  /** In the language that was asked for; null: none was, or it did not come. */
  readonly translated: string | null;
}

/** Lines on the screen. */
export const CAPTION_LINES = 6;
const CAPTION_UNITS = 400;

/** What a model said, as a line; null: it holds no words. */
export function captionOf(text: string): string | null {
  const line = cutText(oneLine(text), CAPTION_UNITS);
  return /[\p{L}\p{N}]/u.test(line) ? line : null;
}

/** What is asked of a model that writes, so that it translates. What was said stands in a turn of its own, and what comes back is text. */
export const translationOf = (text: string, language: string): readonly { readonly role: 'system' | 'user'; readonly text: string }[] => [
  { role: 'system', text: `Translate what the user says into ${language}. Answer with the translation alone.` },
  { role: 'user', text },
];
