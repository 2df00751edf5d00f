/**
 * One run of the handshake of FORMATS 8 over one wire. Both sides send their hello at once, answer the other's hello with an auth, and are
 * done when the auth of the other side verified. Any misfit ends the run with a code; nothing here throws.
 */
import type { Bytes } from '#base/bytes';
import { err, ok, type Result } from '#base/result';
import type { Clock } from '#ports/clock';
import type { AgreementKey, CryptoPort, SigningKey } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { Wire } from '#ports/wire';
import { isAdmissibleKey } from '#vm/protocol/admission';
import {
  clockOffset, encodeHello, helloMisfit, linkKey, LINK_VERSION, parseHello, signAuth, transcriptHash, verifyAuth, type Hello, type LinkRole,
} from '#vm/protocol/handshake';
import { equalBytes } from '#base/bytes';
import type { LinkCloseCode } from './link-types.ts';

/** What both sides hold after the handshake. */
export interface HandshakeResult {
  readonly device: Bytes;
  /** Transcript hash. */
  readonly hash: Bytes;
  /** Key of what this side sends, and of what the other side sends. */
  readonly sendKey: Bytes;
  readonly receiveKey: Bytes;
  /** Clock of the other side against ours, ms. */
  readonly offsetMs: number;
}

export interface HandshakeDeps {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  readonly deviceKey: SigningKey;
}

type Step<T> = Promise<Result<T, LinkCloseCode>>;

export class HandshakeRun {
  private readonly role: LinkRole;
  private readonly otherRole: LinkRole;
  private own: { readonly hello: Hello; readonly bytes: Bytes; readonly key: AgreementKey } | null = null;
  private other: { readonly hello: Hello; readonly hash: Bytes; readonly shared: Bytes; /** Monotone, ms. */ readonly heardAt: number } | null = null;
  private sentAt = 0;

  constructor(private readonly d: HandshakeDeps) {
    this.role = d.wire.initiator ? 'i' : 'r';
    this.otherRole = d.wire.initiator ? 'r' : 'i';
  }

  /** The hello to send; a fresh key agreement pair is made for it. */
  async hello(): Promise<Bytes> {
    const { wire, clock, random, crypto, deviceKey } = this.d;
    const key = await crypto.generateAgreement();
    this.sentAt = clock.monotonic();
    const hello: Hello = {
      ...LINK_VERSION, wire: wire.kind, eph: key.pub, nonce: random.bytes(32), ds: deviceKey.pub, clock: clock.now(),
      binding: wire.binding.slice() as Bytes,
    };
    this.own = { hello, bytes: encodeHello(hello), key };
    return this.own.bytes;
  }

  /** Takes the other hello; the value is the auth to send. */
  async onHello(bytes: Bytes): Step<Bytes> {
    const { own, d } = this;
    if (own === null) return err('early');
    const heardAt = d.clock.monotonic();
    const parsed = parseHello(bytes);
    if (!parsed.ok) return err(parsed.error === 'newer' ? 'newer' : 'hello');
    const hello = parsed.value;
    const misfit = helloMisfit(own.hello, hello);
    if (misfit !== null) return err(misfit === 'reflected' ? 'hello' : misfit);
    if (!isAdmissibleKey(hello.ds)) return err('auth');
    // Two tabs of one profile share DS; over any other wire our own DS means we reached ourselves.
    if (d.wire.kind !== 'tab' && equalBytes(hello.ds, d.deviceKey.pub)) return err('self');
    const shared = await d.crypto.agree(own.key, hello.eph);
    if (shared === null) return err('hello');
    const [first, second] = this.role === 'i' ? [own.bytes, bytes] : [bytes, own.bytes];
    const hash = transcriptHash(first, second);
    this.other = { hello, hash, shared, heardAt };
    return ok(await signAuth(d.crypto, d.deviceKey, this.role, hash));
  }

  /** Takes the other auth; after it the handshake is over. */
  async onAuth(sig: Bytes): Step<HandshakeResult> {
    const { other, d } = this;
    if (other === null) return err('early');
    const roundTrip = Math.max(0, d.clock.monotonic() - this.sentAt);
    if (!(await verifyAuth(d.crypto, other.hello.ds, this.otherRole, other.hash, sig))) return err('auth');
    // The wall clock may have been set since the hello came: what it would have shown then, had it been set before.
    const heardAt = d.clock.now() - (d.clock.monotonic() - other.heardAt);
    return ok({
      device: other.hello.ds.slice(),
      hash: other.hash,
      sendKey: linkKey(other.shared, this.role, other.hash),
      receiveKey: linkKey(other.shared, this.otherRole, other.hash),
      offsetMs: clockOffset(other.hello.clock, roundTrip, heardAt),
    });
  }
}
