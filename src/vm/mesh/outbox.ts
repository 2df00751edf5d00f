/**
 * What a link still has to send: one queue per channel, live always first, bulk only below its high-water mark (FORMATS 2, "Two priorities
 * end to end"). Messages become frames one at a time, so a live message overtakes a long bulk message after at most one frame.
 */
import type { Bytes } from '#base/bytes';
import type { Channel, Wire } from '#ports/wire';
import { encodeFrame, FRAME_PAYLOAD } from '#vm/protocol/frames';
import { LINK_LIMITS } from '#vm/limits';

/** Seals a frame of this side; frames are sealed in the order they are sent (FORMATS 8: one counter per direction). */
export type Sealer = (frame: Bytes) => Promise<Bytes>;

export interface Outbox {
  /** False when the cap of the channel is met; the link is then closed by its owner. */
  push(channel: Channel, message: Uint8Array): boolean;
  /** Sends what the wire takes now. */
  pump(): void;
  /** From now on every frame is sealed. */
  seal(sealer: Sealer): void;
  /** Number of the next live message: the handshake sent the first ones itself. */
  startAt(liveNumber: number): void;
  /** Bytes not yet handed to the wire. */
  queued(channel: Channel): number;
  close(): void;
}

interface Lane {
  readonly messages: Uint8Array[];
  at: number;
  offset: number;
  bytes: number;
  number: number;
}

const lane = (): Lane => ({ messages: [], at: 0, offset: 0, bytes: 0, number: 0 });
const HIGH: Readonly<Record<Channel, number>> = { live: LINK_LIMITS.liveHighWater, bulk: LINK_LIMITS.bulkHighWater };
const CAP: Readonly<Record<Channel, number>> = { live: LINK_LIMITS.liveQueueBytes, bulk: LINK_LIMITS.bulkQueueBytes };

/** The next frame of a lane; null when it is empty. */
function nextFrame(l: Lane): Bytes | null {
  const message = l.messages[l.at];
  if (message === undefined) return null;
  const end = Math.min(message.length, l.offset + FRAME_PAYLOAD);
  const last = end === message.length;
  const frame = encodeFrame(last, l.number, message.subarray(l.offset, end));
  l.bytes -= end - l.offset;
  l.offset = end;
  if (last) {
    l.number = (l.number + 1) >>> 0;
    l.offset = 0;
    l.at += 1;
    if (l.at > 64 && l.at * 2 > l.messages.length) {
      l.messages.splice(0, l.at);
      l.at = 0;
    }
  }
  return frame;
}

/** An outbox over a wire. `onFault` is called when sealing fails, which only a broken crypto port does. */
export function createOutbox(wire: Wire, onFault: () => void): Outbox {
  const lanes: Record<Channel, Lane> = { live: lane(), bulk: lane() };
  let sealer: Sealer | null = null;
  let sealing = false;
  let closed = false;

  const take = (): { channel: Channel; frame: Bytes } | null => {
    for (const channel of ['live', 'bulk'] as const) {
      if (wire.buffered(channel) >= HIGH[channel]) continue;
      const frame = nextFrame(lanes[channel]);
      if (frame !== null) return { channel, frame };
    }
    return null;
  };

  const pump = (): void => {
    while (!closed && !sealing) {
      const next = take();
      if (next === null) return;
      if (sealer === null) {
        wire.send(next.channel, next.frame);
        continue;
      }
      sealing = true;
      sealer(next.frame).then((sealed) => {
        sealing = false;
        if (closed) return;
        wire.send(next.channel, sealed);
        pump();
      }, onFault);
    }
  };

  return {
    push(channel, message) {
      const l = lanes[channel];
      if (closed) return true;
      if (l.bytes + message.length > CAP[channel]) return false;
      l.messages.push(message);
      l.bytes += message.length;
      pump();
      return true;
    },
    pump,
    seal(next) {
      sealer = next;
    },
    startAt(liveNumber) {
      lanes.live.number = liveNumber;
    },
    queued: (channel) => lanes[channel].bytes,
    close() {
      closed = true;
      lanes.live = lane();
      lanes.bulk = lane();
    },
  };
}
