/** The two ends of one stream of parts: the one who writes waits until what was sent is taken, the one who reads says what it took. */
import type { Bytes } from '#base/bytes';
import { RPC_LIMITS } from '#vm/rpc-limits';

/** What a part counts as: many small ones cost as much as they make the other end do. */
export const costOf = (part: Uint8Array): number => Math.max(RPC_LIMITS.partCosts, part.length);

/** A stream that is over before its end: the other end, the time or the caller ended it. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded';
}

export interface Outflow {
  /** Resolves when the part is sent; waits while the window is full. Parts above the limit are cut. Rejects with StreamEnded when it is over. */
  write(bytes: Uint8Array): Promise<void>;
  /** The other end took so many bytes altogether; false: more than were sent. */
  taken(total: number): boolean;
  end(): void;
}

/** The writing end. */
export function createOutflow(send: (part: Bytes) => void): Outflow {
  let [sent, took, over] = [0, 0, false];
  let waiting: (() => void)[] = [];
  /** One writer after another. */
  let turn: Promise<void> = Promise.resolve();
  const wake = (): void => {
    const all = waiting;
    waiting = [];
    for (const one of all) one();
  };
  const one = async (part: Bytes): Promise<void> => {
    const cost = costOf(part);
    while (!over && sent - took + cost > RPC_LIMITS.windowBytes) await new Promise<void>((resolve) => waiting.push(resolve));
    if (over || sent + cost > RPC_LIMITS.streamBytes) throw new StreamEnded(over ? 'over' : 'too long');
    sent += cost;
    send(part);
  };
  const all = async (bytes: Uint8Array): Promise<void> => {
    for (let at = 0; at === 0 || at < bytes.length; at += RPC_LIMITS.partBytes) await one(bytes.slice(at, at + RPC_LIMITS.partBytes) as Bytes);
  };
  return {
    write(bytes) {
      const done = turn.then(() => all(bytes));
      turn = done.catch(() => undefined);
      return done;
    },
    taken(total) {
      if (total > sent) return false;
      took = Math.max(took, total);
      wake();
      return true;
    },
    end() {
      over = true;
      wake();
    },
  };
}

export interface Inflow {
  /** The next part; null when the stream ended. Rejects with StreamEnded when it was cut off. */
  next(): Promise<Bytes | null>;
  /** A part came; false: more than the window or the stream allows. */
  put(part: Bytes): boolean;
  /** No part follows: it ended, or was cut off. */
  end(cut: boolean): void;
}

/** The reading end. What is read is told when it is half a window. */
export function createInflow(tell: (taken: number) => void): Inflow {
  const parts: Bytes[] = [];
  let [came, took, told] = [0, 0, 0];
  let over: 'ended' | 'cut' | null = null;
  let wake: (() => void) | null = null;
  return {
    async next() {
      while (parts.length === 0 && over === null) await new Promise<void>((resolve) => (wake = resolve));
      const part = over === 'cut' ? undefined : parts.shift();
      if (!part) {
        if (over === 'cut') throw new StreamEnded('cut off');
        return null;
      }
      took += costOf(part);
      if (took - told >= RPC_LIMITS.windowBytes / 2 && over === null) tell((told = took));
      return part;
    },
    put(part) {
      came += costOf(part);
      if (over !== null || came > RPC_LIMITS.streamBytes || came - told > RPC_LIMITS.windowBytes) return false;
      parts.push(part);
      wake?.();
      return true;
    },
    end(cut) {
      over ??= cut ? 'cut' : 'ended';
      wake?.();
    },
  };
}
