/**
 * Wires and dialers of the simulator. A wire pair delivers frames after a latency, in order per channel; faults are options that can be
 * changed while it runs. A lost, doubled or reordered frame is what a broken stack would do: the link above must notice and close.
 */
import { concat, toBase64url, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import type { Channel, Dialer, DialOptions, Dialing, Wire, WireKind } from '#ports/wire';
import type { SimClock } from './sim-clock.ts';
import { dialByHand, type HandNetwork } from './sim-hand.ts';

export interface WireFaults {
  /** One-way delay, ms; `jitterMs` is added evenly spread, order is kept. */
  latencyMs: number;
  jitterMs: number;
  /** Chances per frame, 0–1. */
  loss: number;
  duplicate: number;
  reorder: number;
  /** Chance that a frame comes `delayMs` × (0–1) later, what follows it too: a loss below a reliable channel. */
  delay: number;
  delayMs: number;
  /** Bytes per ms each way; 0 = unlimited. Frames wait in buffered(). */
  bandwidth: number;
  /** Nothing arrives, and nobody is told. */
  partitioned: boolean;
}

export const NO_FAULTS: WireFaults = { latencyMs: 5, jitterMs: 0, loss: 0, duplicate: 0, reorder: 0, delay: 0, delayMs: 0, bandwidth: 0, partitioned: false };

export interface SimWire extends Wire {
  /** Frames given to send(), for tests that look at bytes. */
  readonly sent: { channel: Channel; frame: Uint8Array }[];
  /** Puts a frame into this end as if it had come over the wire. */
  inject(channel: Channel, frame: Uint8Array): void;
  /** Changes frames on their way out; null drops one. */
  tamper: ((channel: Channel, frame: Uint8Array) => Uint8Array | null) | null;
}

export interface SimWirePair {
  readonly a: SimWire;
  readonly b: SimWire;
  readonly faults: WireFaults;
  /** Both ends see the wire close (cable cut). */
  cut(reason?: string): void;
  /** Is an end of it still open? */
  open(): boolean;
}

export interface SimWireOptions {
  readonly clock: SimClock;
  /** 0 ≤ x < 1, seeded. */
  readonly chance: () => number;
  readonly kind?: WireKind;
  readonly bindings?: readonly [Uint8Array, Uint8Array];
  readonly faults?: Partial<WireFaults>;
  /** Keep every sent frame in `sent`. */
  readonly record?: boolean;
  /** Does a frame pass in this direction now? Asked when it would arrive; one that does not is lost. */
  readonly passes?: (fromInitiator: boolean) => boolean;
  /** Sees every frame that arrives. */
  readonly onDeliver?: (fromInitiator: boolean, channel: Channel, frame: Uint8Array) => void;
  /** Sees every frame that a fault hit, and its bytes. */
  readonly onFault?: (kind: FrameFault, bytes: number) => void;
}

export type FrameFault = 'lost' | 'doubled' | 'reordered' | 'delayed' | 'cut off';

const LOW_WATER = 65_536;

class End implements SimWire {
  readonly sent: { channel: Channel; frame: Uint8Array }[] = [];
  tamper: SimWire['tamper'] = null;
  private listener: Wire['onFrame'] = null;
  onDrain: Wire['onDrain'] = null;
  onClose: Wire['onClose'] = null;
  onState: Wire['onState'] = null;
  other!: End;
  open = true;
  private readonly waiting: Record<Channel, number> = { live: 0, bulk: 0 };
  /** Earliest arrival of the next frame, so that order holds under jitter; relay and tab wires share one order. */
  private readonly last: Record<Channel, number> = { live: 0, bulk: 0 };
  private lineFree = 0;
  private early: [Channel, Uint8Array][] = [];
  private bytesIn = 0;
  private bytesOut = 0;

  constructor(
    readonly kind: WireKind, readonly binding: Uint8Array, readonly initiator: boolean,
    private readonly o: SimWireOptions, private readonly faults: WireFaults,
  ) {}

  send(channel: Channel, frame: Uint8Array): void {
    if (!this.open) return;
    if (this.o.record === true) this.sent.push({ channel, frame: frame.slice() });
    const changed = this.tamper === null ? frame : this.tamper(channel, frame);
    if (changed === null) return;
    this.bytesOut += changed.length;
    this.transmit(channel, changed.slice());
    if (this.faults.duplicate > 0 && this.o.chance() < this.faults.duplicate) {
      this.o.onFault?.('doubled', frame.length);
      this.transmit(channel, changed.slice());
    }
  }

  private transmit(channel: Channel, frame: Uint8Array): void {
    const { clock, chance } = this.o;
    const f = this.faults;
    const now = clock.monotonic();
    let leave = now;
    if (f.bandwidth > 0) {
      leave = Math.max(now, this.lineFree) + frame.length / f.bandwidth;
      this.lineFree = leave;
      this.waiting[channel] += frame.length;
      clock.setTimer(leave - now, () => this.left(channel, frame.length));
    }
    if (f.loss > 0 && chance() < f.loss) return this.o.onFault?.('lost', frame.length);
    let at = leave + f.latencyMs + (f.jitterMs > 0 ? chance() * f.jitterMs : 0);
    if (f.delay > 0 && chance() < f.delay) {
      this.o.onFault?.('delayed', frame.length);
      at += chance() * f.delayMs;
    }
    if (f.reorder > 0 && chance() < f.reorder) {
      this.o.onFault?.('reordered', frame.length);
      at += f.latencyMs + 1;
    } else {
      const lane = this.kind === 'rtc' ? channel : 'live';
      at = Math.max(at, this.last[lane]);
      this.last[lane] = at;
    }
    clock.setTimer(at - now, () => {
      if (f.partitioned || this.o.passes?.(this.initiator) === false) return this.o.onFault?.('cut off', frame.length);
      if (this.other.open) this.o.onDeliver?.(this.initiator, channel, frame);
      this.other.inject(channel, frame);
    });
  }

  private left(channel: Channel, bytes: number): void {
    const before = this.waiting[channel];
    this.waiting[channel] -= bytes;
    if (this.open && before > LOW_WATER && this.waiting[channel] <= LOW_WATER) this.onDrain?.(channel);
  }

  get onFrame(): Wire['onFrame'] {
    return this.listener;
  }

  set onFrame(next: Wire['onFrame']) {
    this.listener = next;
    for (const [channel, frame] of this.early.splice(0)) next?.(channel, frame);
  }

  inject(channel: Channel, frame: Uint8Array): void {
    if (!this.open) return;
    this.bytesIn += frame.length;
    if (this.listener === null) this.early.push([channel, frame]);
    else this.listener(channel, frame);
  }

  buffered(channel: Channel): number {
    return this.waiting[channel];
  }

  close(reason: string): void {
    if (!this.open) return;
    this.end(reason);
    this.o.clock.setTimer(this.faults.latencyMs, () => {
      if (!this.faults.partitioned && this.o.passes?.(this.initiator) !== false) this.other.end('closed');
    });
  }

  end(reason: string): void {
    if (!this.open) return;
    this.open = false;
    this.onClose?.(reason);
  }

  stats() {
    return Promise.resolve({ bytesIn: this.bytesIn, bytesOut: this.bytesOut, rttMs: null, pair: this.kind === 'rtc' ? 'host/host' : null });
  }
}

/** Two ends of one wire; `a` is the initiator. */
export function createSimWirePair(options: SimWireOptions): SimWirePair {
  const faults: WireFaults = { ...NO_FAULTS, ...options.faults };
  const kind = options.kind ?? 'rtc';
  const [bindA, bindB] = options.bindings ?? [new Uint8Array(kind === 'rtc' ? 64 : 32).fill(7), new Uint8Array(kind === 'rtc' ? 64 : 32).fill(7)];
  const a = new End(kind, bindA, true, options, faults);
  const b = new End(kind, bindB, false, options, faults);
  a.other = b;
  b.other = a;
  return {
    a, b, faults,
    cut(reason = 'cut') {
      a.end(reason);
      b.end(reason);
    },
    open: () => a.open || b.open,
  };
}

export interface SimDialNetwork {
  dialer(name: string): Dialer;
  /** May two ends reach each other directly? */
  reachable: (a: string, b: string) => boolean;
  /** Does a frame from one end to the other arrive? */
  passes: (from: string, to: string) => boolean;
  onDeliver: ((from: string, to: string, channel: Channel, frame: Uint8Array) => void) | null;
  onFault: ((kind: FrameFault, bytes: number) => void) | null;
  /** Changes the faults of all wires, those to come included; with `where`, only of wires between such ends. */
  setFaults(faults: Partial<WireFaults>, where?: (a: string, b: string) => boolean): void;
  /** Faults of new wires between two ends, over those of all. */
  faultsOf: (a: string, b: string) => Partial<WireFaults>;
  /** Wire pairs in use. */
  pairs: { readonly names: readonly [string, string]; readonly pair: SimWirePair }[];
}

interface SimDialing extends Dialing {
  readonly name: string;
  readonly options: DialOptions;
  over: boolean;
}

/**
 * Direct connections of the simulator: the initiator signals an offer, the responder an answer, then both get their ends of a pair.
 * An offer between ends that cannot reach each other stays in `checking` until it is aborted or fails after 15 s, as ICE does.
 */
export function createSimDialNetwork(clock: SimClock, chance: () => number, faults: Partial<WireFaults> = {}): SimDialNetwork {
  const offers = new Map<string, SimDialing>();
  let counter = 0;
  const base: Partial<WireFaults> = { ...faults };
  const pairOf = (a: string, b: string, bindings: readonly [Bytes, Bytes]): SimWirePair => {
    const ends = (fromInitiator: boolean): [string, string] => (fromInitiator ? [a, b] : [b, a]);
    const pair = createSimWirePair({
      clock, chance, kind: 'rtc', bindings, faults: { ...base, ...network.faultsOf(a, b) },
      passes: (from) => network.passes(...ends(from)),
      onDeliver: (from, channel, frame) => network.onDeliver?.(...ends(from), channel, frame),
      onFault: (kind, bytes) => network.onFault?.(kind, bytes),
    });
    network.pairs.push({ names: [a, b], pair });
    return pair;
  };
  const hands: HandNetwork = { ends: new Map(), clock, reachable: (a, b) => network.reachable(a, b), pair: pairOf };
  const network: SimDialNetwork = {
    reachable: () => true,
    passes: () => true,
    onDeliver: null,
    onFault: null,
    pairs: [],
    faultsOf: () => ({}),
    setFaults(next, where) {
      if (!where) Object.assign(base, next);
      // Wires that are closed at both ends are of no use any more.
      network.pairs = network.pairs.filter(({ pair }) => pair.open());
      for (const { names, pair } of network.pairs) if (!where || where(...names)) Object.assign(pair.faults, next);
    },
    dialer: (name) => ({
      dial(options) {
        if (options.whole === true) return dialByHand(hands, counter++, name, options);
        const id = String(counter++);
        const dialing: SimDialing = {
          name, options, over: false,
          abort() {
            this.over = true;
          },
          signal(data) {
            if (this.over) return;
            const offer = offers.get(String((data as { offer?: string }).offer));
            if (options.initiator || offer === undefined) return;
            if (!network.reachable(offer.name, name)) return;
            options.onSignal({ answer: id });
            const finger = concat(sha256('fp', offer.name, String(counter)), sha256('fp', name, String(counter)));
            const pair = pairOf(offer.name, name, [finger, finger]);
            clock.setTimer(40, () => {
              if (offer.over || this.over || !network.reachable(offer.name, name)) return;
              offer.over = true;
              this.over = true;
              offer.options.onOpen(pair.a);
              options.onOpen(pair.b);
            });
          },
        };
        clock.setTimer(15_000, () => {
          if (dialing.over) return;
          dialing.over = true;
          options.onFail('ice');
        });
        if (options.initiator) {
          offers.set(id, dialing);
          clock.setTimer(1, () => {
            if (!dialing.over) options.onSignal({ offer: id });
          });
        }
        return dialing;
      },
    }),
  };
  return network;
}

/** A seeded stream of numbers 0 ≤ x < 1 and bytes (xorshift32). */
export function createChance(seed: number): { next(): number; bytes(length: number): Bytes } {
  let x = (seed | 0) || 1;
  const next = (): number => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 0x1_0000_0000;
  };
  return {
    next,
    bytes(length) {
      const out = new Uint8Array(length);
      for (let i = 0; i < length; i++) out[i] = Math.floor(next() * 256);
      return out;
    },
  };
}

/** Text form for logs of tests. */
export const short = (bytes: Uint8Array): string => toBase64url(bytes).slice(0, 6);
