/**
 * A wire through a relay route of a signaling server (FORMATS 8): frames of both channels share the socket, so the route keeps two queues,
 * live first, and hands bulk frames over only while the socket is below its high-water mark.
 */
import type { Bytes } from '#base/bytes';
import type { Channel, Wire } from '#ports/wire';
import { MESH_LIMITS } from '#vm/limits';

/** How a route reaches its socket. */
export interface RelayPipe {
  send(channel: Channel, frame: Uint8Array): void;
  /** Bytes the socket has not sent. */
  buffered(): number;
  /** Asks for a pump() soon: the socket is full and gives no event when it is not any more. */
  wake(): void;
  /** Tells the server that this end is done. */
  closed(reason: string): void;
}

/** The wire and the doors its signaling client uses. */
export interface RelayWire {
  readonly wire: Wire;
  /** A frame came for this route. */
  deliver(channel: Channel, frame: Uint8Array): void;
  /** The socket may have room again. */
  pump(): void;
  /** The route ended from outside. */
  end(reason: string): void;
}

interface Queues {
  readonly live: Uint8Array[];
  readonly bulk: Uint8Array[];
  bytes: Record<Channel, number>;
}

/** A relay wire over a pipe; `binding` is the relay id of the server. */
export function createRelayWire(binding: Bytes, initiator: boolean, pipe: RelayPipe): RelayWire {
  const queues: Queues = { live: [], bulk: [], bytes: { live: 0, bulk: 0 } };
  const counts = { in: 0, out: 0 };
  /** Frames that came before anybody listened. */
  let early: [Channel, Uint8Array][] = [];
  let open = true;
  /** Somebody was told that the socket is full and waits for onDrain. */
  let blocked = false;
  let listener: Wire['onFrame'] = null;

  const end = (reason: string): void => {
    if (!open) return;
    open = false;
    queues.live.length = 0;
    queues.bulk.length = 0;
    wire.onClose?.(reason);
  };

  const flush = (channel: Channel): void => {
    const queue = queues[channel];
    while (queue.length > 0 && pipe.buffered() < MESH_LIMITS.socketHighWater) {
      const frame = queue.shift()!;
      queues.bytes[channel] -= frame.length;
      pipe.send(channel, frame);
    }
    if (queue.length > 0) pipe.wake();
  };

  /** Bytes ahead of a new frame; when they are many the caller will stop, so a drain is owed to it. */
  const buffered = (channel: Channel): number => {
    if (!open) return 0;
    const bytes = queues.bytes[channel] + pipe.buffered();
    if (bytes >= MESH_LIMITS.socketHighWater) {
      blocked = true;
      pipe.wake();
    }
    return bytes;
  };

  const wire: Wire = {
    kind: 'relay',
    binding,
    initiator,
    send(channel, frame) {
      if (!open) return;
      counts.out += frame.length;
      if (queues[channel].length === 0 && (channel === 'live' || pipe.buffered() < MESH_LIMITS.socketHighWater)) {
        pipe.send(channel, frame);
        return;
      }
      queues[channel].push(frame);
      queues.bytes[channel] += frame.length;
      pipe.wake();
      if (queues.bytes[channel] > MESH_LIMITS.relayQueueBytes) wire.close('slow');
    },
    buffered,
    get onFrame() {
      return listener;
    },
    set onFrame(next) {
      listener = next;
      const waiting = early;
      early = [];
      if (next !== null) for (const [channel, frame] of waiting) next(channel, frame);
    },
    onDrain: null,
    onClose: null,
    onState: null,
    close(reason) {
      if (!open) return;
      pipe.closed(reason);
      end(reason);
    },
    stats: () => Promise.resolve({ bytesIn: counts.in, bytesOut: counts.out, rttMs: null, pair: null }),
  };

  return {
    wire,
    deliver(channel, frame) {
      if (!open) return;
      counts.in += frame.length;
      if (listener !== null) listener(channel, frame);
      else if (early.length < MESH_LIMITS.earlySignals) early.push([channel, frame]);
      else wire.close('flood');
    },
    pump() {
      flush('live');
      flush('bulk');
      if (!blocked || !open) return;
      if (queues.bytes.bulk + pipe.buffered() >= MESH_LIMITS.socketHighWater) return pipe.wake();
      blocked = false;
      wire.onDrain?.('live');
      wire.onDrain?.('bulk');
    },
    end,
  };
}
