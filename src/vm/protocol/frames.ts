/** Wire frames (FORMATS 8): u8 flags (1 = last) ‖ u32be message ‖ ≤ 60,000 B, in order per channel and direction. */
import type { Bytes } from '#base/bytes';
import { err, ok, type Result } from '#base/result';
import { FRAME_HEADER_BYTES, MAX_FRAME_PAYLOAD, MAX_MESSAGE_BYTES } from '#vm/limits';

/** Payload bytes of a full frame. */
export const FRAME_PAYLOAD = MAX_FRAME_PAYLOAD;

export type FrameError = 'header' | 'flags' | 'order' | 'too-large' | 'empty-part';

/** One frame. `payload` ≤ FRAME_PAYLOAD. */
export function encodeFrame(last: boolean, message: number, payload: Uint8Array): Bytes {
  const out = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  out[0] = last ? 1 : 0;
  new DataView(out.buffer).setUint32(1, message);
  out.set(payload, FRAME_HEADER_BYTES);
  return out;
}

/** All frames of a message; an empty message is one frame. */
export function splitMessage(message: number, bytes: Uint8Array): Bytes[] {
  const out: Bytes[] = [];
  let at = 0;
  do {
    const end = Math.min(bytes.length, at + FRAME_PAYLOAD);
    out.push(encodeFrame(end === bytes.length, message, bytes.subarray(at, end)));
    at = end;
  } while (at < bytes.length);
  return out;
}

/** Puts the frames of one channel and direction together again. An error is final: the link is broken by its sender. */
export class FrameAssembler {
  private next = 0;
  private parts: Uint8Array[] = [];
  private length = 0;

  constructor(private readonly maxBytes: number = MAX_MESSAGE_BYTES) {}

  /** Bytes held of an unfinished message. */
  get pending(): number {
    return this.length;
  }

  /** The finished message (a view into the frame when it was the only one), or null while frames are missing. Keeps views: frames must not be reused. */
  push(frame: Uint8Array): Result<Uint8Array | null, FrameError> {
    if (frame.length < FRAME_HEADER_BYTES || frame.length > FRAME_HEADER_BYTES + MAX_FRAME_PAYLOAD) return err('header');
    const flags = frame[0]!;
    if (flags > 1) return err('flags');
    const number = ((frame[1]! << 24) | (frame[2]! << 16) | (frame[3]! << 8) | frame[4]!) >>> 0;
    if (number !== this.next) return err('order');
    const payload = frame.subarray(FRAME_HEADER_BYTES);
    if (this.length + payload.length > this.maxBytes) return err('too-large');
    if (flags === 0) {
      if (payload.length === 0) return err('empty-part');
      this.parts.push(payload);
      this.length += payload.length;
      return ok(null);
    }
    this.next = (this.next + 1) >>> 0;
    if (this.parts.length === 0) return ok(payload);
    const out = new Uint8Array(this.length + payload.length);
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    out.set(payload, at);
    this.parts = [];
    this.length = 0;
    return ok(out);
  }
}
