/** Two links over a simulated wire, or one link and an attacker at the other end. */
import type { Clock } from '#ports/clock';
import type { CryptoPort, SigningKey } from '#ports/crypto';
import type { WireKind } from '#ports/wire';
import { createSimClock, type SimClock } from '#tests/sim/support/sim-clock';
import { createNobleCrypto, createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { createChance, createSimWirePair, type SimWire, type WireFaults } from '#tests/sim/support/sim-wire';
import { createLink } from '#vm/mesh/link';
import type { Link, LinkMessage } from '#vm/mesh/link-types';

export interface Side {
  link: Link;
  opened: number;
  closed: string | null;
  readonly messages: LinkMessage[];
  readonly offsets: number[];
}

export interface LinkOptions {
  readonly kind?: WireKind;
  readonly bindings?: readonly [Uint8Array, Uint8Array];
  readonly faults?: Partial<WireFaults>;
  readonly sameKey?: boolean;
  readonly skewMs?: number;
  /** The wall clock of b; shifted by skewMs when left out. */
  readonly clockB?: (clock: SimClock) => Clock;
  readonly real?: boolean;
  readonly seed?: string;
  /** Makes tokens of large messages beside the thread, at either end. */
  readonly macs?: Readonly<Record<'a' | 'b', NonNullable<CryptoPort['mac']>>>;
  /** Only one end gets a link; the other is the attacker's. */
  readonly only?: 'a' | 'b';
}

/** Both ends, or one of them, over a new pair of wires. */
export async function linkPair(options: LinkOptions = {}) {
  const clock = createSimClock();
  const random = createSeededRandom(options.seed ?? 'link');
  const crypto = options.real === true ? createNobleCrypto(random) : createStubCrypto(random);
  const pair = createSimWirePair({
    clock, chance: createChance(3).next, kind: options.kind ?? 'rtc', record: true, ...(options.bindings && { bindings: options.bindings }), faults: options.faults ?? {},
  });
  const keyA = await crypto.generateSigning();
  const keyB = options.sameKey === true ? keyA : await crypto.generateSigning();
  const side = (name: 'a' | 'b', wire: SimWire, deviceKey: SigningKey, own = clock as ReturnType<typeof clock.shifted>): Side => {
    const out: Side = { link: null as unknown as Link, opened: 0, closed: null, messages: [], offsets: [] };
    out.link = createLink({
      wire, clock: own, random, crypto: options.macs ? { ...crypto, mac: options.macs[name] } : crypto, deviceKey, uid: new Uint8Array(32).fill(1),
      handlers: {
        onOpen: () => (out.opened += 1), onMessage: (_l, m) => out.messages.push(m), onClose: (_l, code) => (out.closed = code), onDrain: () => {},
        onOffset: (_l, ms) => out.offsets.push(ms), onState: () => {},
      },
    });
    return out;
  };
  const a = options.only === 'b' ? (null as unknown as Side) : side('a', pair.a, keyA);
  const b = options.only === 'a' ? (null as unknown as Side) : side('b', pair.b, keyB, options.clockB?.(clock) ?? clock.shifted(options.skewMs ?? 0));
  return { clock, crypto, pair, a, b, keyA, keyB, random };
}
