/**
 * A wire through a relay route of a signaling server (FORMATS 8). Frames of both channels share the socket and are sent at once, in the
 * order given: they are sealed with one counter per direction, so nothing behind the seal may overtake. Live before bulk, and the 256 KiB
 * of bulk on a socket, are kept before the seal by the outbox of the link, which asks buffered() first and waits for onDrain.
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
  /** The other end does not keep up (true), or does again: until then nothing more is taken from above. */
  hold(on: boolean): void;
  /** The route ended from outside. */
  end(reason: string): void;
}

class RelayRoute implements RelayWire, Wire {
  readonly kind = 'relay';
  onDrain: Wire['onDrain'] = null;
  onClose: Wire['onClose'] = null;
  onState: Wire['onState'] = null;
  private listener: Wire['onFrame'] = null;
  /** Frames that came before anybody listened. */
  private early: [Channel, Uint8Array][] = [];
  private isOpen = true;
  /** Somebody was told that the socket is full and waits for onDrain. */
  private blocked = false;
  private held = false;
  private bytesIn = 0;
  private bytesOut = 0;

  constructor(readonly binding: Bytes, readonly initiator: boolean, private readonly pipe: RelayPipe) {}

  get wire(): Wire {
    return this;
  }

  get onFrame(): Wire['onFrame'] {
    return this.listener;
  }

  set onFrame(next: Wire['onFrame']) {
    this.listener = next;
    if (next !== null) for (const [channel, frame] of this.early.splice(0)) next(channel, frame);
  }

  send(channel: Channel, frame: Uint8Array): void {
    if (!this.isOpen) return;
    this.bytesOut += frame.length;
    this.pipe.send(channel, frame);
    if (this.pipe.buffered() > MESH_LIMITS.relayQueueBytes) this.close('slow');
  }

  /** Bytes ahead of a new frame; when they are many the caller will stop, so a drain is owed to it. */
  buffered(): number {
    if (!this.isOpen) return 0;
    if (this.held) {
      this.blocked = true;
      return Infinity;
    }
    const bytes = this.pipe.buffered();
    if (bytes >= MESH_LIMITS.socketHighWater) {
      this.blocked = true;
      this.pipe.wake();
    }
    return bytes;
  }

  close(reason: string): void {
    if (!this.isOpen) return;
    this.pipe.closed(reason);
    this.end(reason);
  }

  end(reason: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.early = [];
    this.onClose?.(reason);
  }

  stats() {
    return Promise.resolve({ bytesIn: this.bytesIn, bytesOut: this.bytesOut, rttMs: null, pair: null });
  }

  deliver(channel: Channel, frame: Uint8Array): void {
    if (!this.isOpen) return;
    this.bytesIn += frame.length;
    if (this.listener !== null) this.listener(channel, frame);
    else if (this.early.length < MESH_LIMITS.earlyFrames) this.early.push([channel, frame]);
    else this.close('flood');
  }

  hold(on: boolean): void {
    this.held = on;
    this.pump();
  }

  pump(): void {
    if (!this.blocked || !this.isOpen || this.held) return;
    if (this.pipe.buffered() >= MESH_LIMITS.socketHighWater) return this.pipe.wake();
    this.blocked = false;
    this.onDrain?.('live');
    this.onDrain?.('bulk');
  }
}

/** A relay wire over a pipe; `binding` is the relay id of the server. */
export function createRelayWire(binding: Bytes, initiator: boolean, pipe: RelayPipe): RelayWire {
  return new RelayRoute(binding, initiator, pipe);
}
