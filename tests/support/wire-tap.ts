/** Listens to the direct wires of a simulated network, which carry envelopes in the clear: counts bytes by peer and event. */
import { decodeEnvelope } from '#base/envelope';
import type { Channel } from '#ports/wire';
import type { SimDialNetwork } from '#tests/sim/support/sim-wire';
import { FrameAssembler } from '#vm/protocol/frames';

export interface Heard {
  readonly from: string;
  readonly to: string;
  readonly channel: Channel;
  readonly event: string;
  /** Bytes of its frames on the wire, and of the payload inside the envelope. */
  readonly bytes: number;
  readonly payload: Uint8Array;
  readonly at: number;
}

export interface WireTap {
  /** Messages since the last reset, in the order they arrived; handshakes are left out of it but not of `bytes`. */
  readonly heard: Heard[];
  /** All bytes that arrived since the last reset. */
  bytes: number;
  reset(): void;
  of(event: string): Heard[];
}

export function tapWires(net: SimDialNetwork, now: () => number): WireTap {
  const assemblers = new Map<string, { assembler: FrameAssembler; bytes: number }>();
  const tap: WireTap = {
    heard: [],
    bytes: 0,
    reset() {
      tap.heard.length = 0;
      tap.bytes = 0;
    },
    of: (event) => tap.heard.filter((one) => one.event === event),
  };
  net.onDeliver = (from, to, channel, frame) => {
    tap.bytes += frame.length;
    const key = `${from} ${to} ${channel}`;
    const number = new DataView(frame.buffer, frame.byteOffset).getUint32(1);
    let lane = assemblers.get(key);
    // Message 0 of the live channel is the hello of a new link.
    if (lane === undefined || (number === 0 && channel === 'live')) assemblers.set(key, (lane = { assembler: new FrameAssembler(262_144), bytes: 0 }));
    lane.bytes += frame.length;
    let message = lane.assembler.push(frame);
    if (!message.ok) {
      // A new link numbers its bulk messages from 0 again.
      assemblers.set(key, (lane = { assembler: new FrameAssembler(262_144), bytes: frame.length }));
      message = lane.assembler.push(frame);
    }
    if (!message.ok || message.value === null) return;
    const bytes = lane.bytes;
    lane.bytes = 0;
    if (channel === 'live' && number < 2) return;
    const envelope = decodeEnvelope(message.value);
    tap.heard.push({ from, to, channel, event: envelope.eventType, bytes, payload: envelope.payload, at: now() });
  };
  return tap;
}
