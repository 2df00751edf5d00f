/** The sending side of one data channel on the page: high water, a short queue behind it, and credits back to the worker. */
import { WIRE_LOW_WATER, WIRE_QUEUE_BYTES } from '#adapters/limits';

/** What is used of an RTCDataChannel. */
export interface SendChannel {
  readonly readyState: string;
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  send(data: ArrayBuffer): void;
  addEventListener(type: 'bufferedamountlow', listener: () => void): void;
}

export interface OutChannel {
  /** False when the queue is over its cap or the channel refused: the wire must close. */
  send(data: ArrayBuffer): boolean;
}

/**
 * Frames go out while bufferedAmount is under the high water, wait otherwise, and are credited once the channel's rest fell under the low
 * water; so the worker's buffered() is exact to WIRE_LOW_WATER bytes. `credit` is called with bytes that left.
 */
export function createOutChannel(channel: SendChannel, highWater: number, credit: (bytes: number) => void, fail: () => void): OutChannel {
  const queue: ArrayBuffer[] = [];
  let queued = 0;
  let uncredited = 0;
  // The listener is set before anything is sent; raising the threshold above the present amount would never fire (PLATFORM 1).
  channel.bufferedAmountLowThreshold = WIRE_LOW_WATER;

  const settle = (): void => {
    if (uncredited === 0 || channel.bufferedAmount > WIRE_LOW_WATER) return;
    const bytes = uncredited;
    uncredited = 0;
    credit(bytes);
  };
  const pump = (): boolean => {
    try {
      while (queue.length > 0 && channel.bufferedAmount < highWater) {
        const data = queue.shift()!;
        queued -= data.byteLength;
        channel.send(data);
        uncredited += data.byteLength;
      }
    } catch {
      return false;
    }
    settle();
    return true;
  };
  channel.addEventListener('bufferedamountlow', () => {
    // Before it is filled again: what left is told while more still waits here.
    settle();
    if (!pump()) fail();
  });
  return {
    send(data) {
      if (channel.readyState !== 'open') return true;
      queue.push(data);
      queued += data.byteLength;
      return queued <= WIRE_QUEUE_BYTES && pump();
    },
  };
}
