/**
 * Two seats of a call: their keys, then a connection for media, mended while both are there. Signals between them are sealed, numbered and told again until the other has them, since what carries
 * them may lose any. Who has the greater seat begins connections; either asks for the next one.
 */
import { equalBytes, type Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { AgreementKey, CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { SeatLink } from '#ports/calls';
import { encodeSealedSignals, readSealedSignals, type CallBody } from '#vm/protocol/call-signal';
import { CALL_LIMITS } from '#adapters/call-limits';
import type { MediaPeer, MediaPeerDeps } from '#adapters/simple-peer/media-peer';
import type { StreamKind } from './frame-cipher.ts';
import type { ToMedia } from './frame-host.ts';
import { agreePair, hashOfKey, type PairKeys, type PairSide } from './pair-keys.ts';

export interface PairDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  readonly call: string;
  readonly own: PairSide;
  readonly other: PairSide;
  send(body: CallBody): void;
  /** To the worker that seals frames; this pair's name there is the other's seat. */
  media(message: ToMedia): void;
  connect(deps: Pick<MediaPeerDeps, 'initiator' | 'peer' | 'onSignal' | 'onTrack' | 'onState' | 'onClose'>): MediaPeer;
  track(kind: StreamKind): MediaStreamTrack | null;
  onTrack(kind: StreamKind, track: MediaStreamTrack): void;
  onChange(): void;
}

/** Told again when nothing came back, ms; a step that takes so long has failed; a way is mended at most so often; a new connection after an ended one. */
const AGAIN_MS = 1_500;
const LINKING_MS = 20_000;
const MEND_MS = 3_000;
const ANEW_MS = 700;
/** Keys are made anew at most so often, however often the other end says that it did, ms. */
const RENEW_MS = 3_000;
/** Characters of signals in one message, and how long they are gathered, ms. */
const ITEM_CHARS = 9_500;
const GATHER_MS = 60;
/** Among the signals of simple-peer: asks who began to mend the way. */
const MEND = 'mend';

export class Pair {
  link: SeatLink = 'meeting';
  words: Bytes | null = null;
  /** There were keys once: who is there heard what was said. */
  agreed = false;
  readonly #d: PairDeps;
  readonly #initiator: boolean;
  #key: Promise<AgreementKey>;
  /** The own key was sent: the other could choose theirs by it. */
  #shown = false;
  /** Counts the keys of this end: what still comes of a connection under former ones is not heard. */
  #round = 0;
  #renewed = -Infinity;
  #hash: Bytes | null = null;
  #keys: PairKeys | null = null;
  #agreeing = false;
  #peer: MediaPeer | null = null;
  #attempt = 0;
  #out: string[] = [];
  #sent = 0;
  #acked = 0;
  #heard = 0;
  #since: number;
  #mended = -Infinity;
  #begun = -Infinity;
  #closed = false;
  #ticking: () => void;
  #anew: (() => void) | null = null;
  #gather: (() => void) | null = null;
  /** Signals are taken one after the other. */
  #taking: Promise<void> = Promise.resolve();

  constructor(deps: PairDeps) {
    this.#d = deps;
    this.#initiator = deps.own.seat > deps.other.seat;
    this.#key = deps.crypto.generateAgreement();
    this.#since = deps.clock.monotonic();
    void this.#sayHash();
    this.#ticking = deps.clock.setTimer(AGAIN_MS, () => this.#tick());
  }

  hear(body: Extract<CallBody, { to: string }>): void {
    this.#taking = this.#taking.then(() => this.#take(body)).catch(() => undefined);
  }

  /** What of this page goes out is another track now, or none. */
  setTrack(kind: StreamKind, track: MediaStreamTrack | null): void {
    this.#peer?.setTrack(kind, track);
  }

  /** Nothing comes any more: new candidates. */
  mend(): void {
    const now = this.#d.clock.monotonic();
    if (this.#closed || this.link === 'meeting' || now - this.#mended < MEND_MS) return;
    this.#mended = now;
    if (this.link === 'live') this.#state('broken');
    if (this.#initiator) this.#peer?.restart();
    else this.#say(MEND);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ticking();
    this.#anew?.();
    this.#gather?.();
    this.#peer?.close();
    this.#d.media({ t: 'drop', peer: this.#d.other.seat });
  }

  #state(link: SeatLink): void {
    if (this.link === link) return;
    this.link = link;
    this.#since = this.#d.clock.monotonic();
    this.#d.onChange();
  }

  #at(): { call: string; seat: string; to: string } {
    return { call: this.#d.call, seat: this.#d.own.seat, to: this.#d.other.seat };
  }

  async #sayHash(): Promise<void> {
    const key = this.#key;
    const { pub } = await key;
    if (!this.#closed && this.#key === key) this.#d.send({ kind: 'hash', ...this.#at(), hash: hashOfKey(pub) });
  }

  async #sayKey(): Promise<void> {
    const key = this.#key;
    const { pub } = await key;
    if (this.#closed || this.#key !== key) return;
    this.#shown = true;
    this.#d.send({ kind: 'key', ...this.#at(), key: pub });
  }

  /** Who begins shows their key after the other's: a hash that is another by then is no loss, and of two ends that begin anew one need not again. */
  #mayShow(): boolean {
    return this.#keys !== null || (this.#hash !== null && !this.#initiator);
  }

  /**
   * The other end has a new key: it left and came again, or took this one for gone. One made by the own key after that was shown is no promise, so there is another own key too;
   * nothing is kept of the connection before. Whoever says new hashes without end is followed every 3 s.
   */
  #renew(hash: Bytes): boolean {
    const now = this.#d.clock.monotonic();
    if (now - this.#renewed < RENEW_MS) return false;
    [this.#renewed, this.#shown] = [now, false];
    // What came may be late. Who shows their key first waits to be told the hash of now; who begins may take another until they show theirs.
    this.#hash = this.#initiator ? hash : null;
    this.#round++;
    this.#key = this.#d.crypto.generateAgreement();
    [this.#keys, this.words] = [null, null];
    for (const cancel of [this.#anew, this.#gather]) cancel?.();
    [this.#anew, this.#gather] = [null, null];
    const before = this.#peer;
    this.#peer = null;
    before?.close();
    [this.#attempt, this.#out, this.#sent, this.#acked, this.#heard] = [0, [], 0, 0, 0];
    this.#d.media({ t: 'drop', peer: this.#d.other.seat });
    this.#since = now;
    this.#state('meeting');
    return true;
  }

  #tick(): void {
    this.#ticking = this.#d.clock.setTimer(AGAIN_MS, () => this.#tick());
    if (this.#keys === null) {
      void this.#sayHash();
      if (this.#mayShow()) void this.#sayKey();
    } else if (this.#acked < this.#sent) void this.#flush(this.#acked);
    const waited = this.#d.clock.monotonic() - this.#since;
    if ((this.link === 'linking' || this.link === 'meeting') && waited > LINKING_MS) this.#state('unreachable');
    if (this.link === 'broken' && waited > MEND_MS) this.mend();
  }

  async #take(body: Extract<CallBody, { to: string }>): Promise<void> {
    if (this.#closed) return;
    if (body.kind === 'hash') {
      // One that is changed after our key was shown is no promise: only another key of ours answers it.
      if (this.#hash && !equalBytes(this.#hash, body.hash) && this.#shown) {
        if (!this.#renew(body.hash)) return;
      } else if (this.#keys === null) this.#hash = body.hash;
      // Who asks again though this end has keys may hold a hash that was late.
      if (!this.#mayShow() || (this.#keys !== null && this.#initiator)) await this.#sayHash();
      return this.#mayShow() ? this.#sayKey() : undefined;
    }
    if (body.kind === 'key') return this.#agree(body.key);
    if (body.kind === 'sealed') return this.#open(body);
  }

  async #agree(key: Bytes): Promise<void> {
    if (this.#keys || this.#agreeing) return;
    if (!this.#hash) return this.#sayHash();
    this.#agreeing = true;
    const { crypto, call, own, other, media } = this.#d;
    const keys = await agreePair(crypto, call, { ...own, key: await this.#key }, { ...other, key, hash: this.#hash });
    this.#agreeing = false;
    if (keys === null || this.#closed) return;
    this.#keys = keys;
    this.agreed = true;
    this.words = keys.words;
    // Whose hash of ours was lost could not tell our key by it; who begins shows theirs now.
    await this.#sayKey();
    if (this.#closed) return;
    media({ t: 'chain', peer: other.seat, way: 'out', chain: keys.out });
    media({ t: 'chain', peer: other.seat, way: 'in', chain: keys.in });
    this.#begin(1);
  }

  #begin(attempt: number): void {
    if (this.#closed) return;
    this.#anew?.();
    this.#anew = null;
    const before = this.#peer;
    this.#peer = null;
    before?.close();
    [this.#attempt, this.#out, this.#sent, this.#acked, this.#heard] = [attempt, [], 0, 0, 0];
    this.#begun = this.#d.clock.monotonic();
    if (this.link !== 'broken') this.#state('linking');
    const round = this.#round;
    const on = (): boolean => this.#attempt === attempt && this.#round === round;
    let peer: MediaPeer;
    try {
      peer = this.#d.connect({
        initiator: this.#initiator, peer: this.#d.other.seat,
        onSignal: (item) => on() && this.#say(item),
        onTrack: (kind, track) => on() && this.#d.onTrack(kind, track),
        onState: (state) => on() && this.#heardState(state),
        onClose: () => on() && this.#lost(attempt),
      });
    } catch {
      // The engine makes none, or none more: there may be room later.
      this.#state('unreachable');
      return this.#later(attempt + 1, MEND_MS);
    }
    this.#peer = peer;
    for (const kind of ['audio', 'camera', 'screen'] as const) peer.setTrack(kind, this.#d.track(kind));
  }

  #heardState(state: 'connected' | 'disconnected'): void {
    if (state === 'connected') this.#state('live');
    else this.mend();
  }

  #lost(attempt: number): void {
    if (this.#closed || this.#peer === null) return;
    this.#peer = null;
    this.#state(this.link === 'live' || this.link === 'broken' ? 'broken' : 'unreachable');
    this.#later(attempt + 1, ANEW_MS);
  }

  #later(attempt: number, ms: number): void {
    this.#anew?.();
    this.#anew = this.#d.clock.setTimer(ms, () => {
      this.#begin(attempt);
      if (!this.#initiator) void this.#flush(0);
    });
  }

  /** Is the connection of this number the one that is on, as the other end says? A seat can say any number: it makes this page begin another at most so often, and not far ahead. */
  #follows(attempt: number): boolean {
    if (attempt === this.#attempt) return true;
    if (attempt < this.#attempt || attempt - this.#attempt > CALL_LIMITS.attempts) return false;
    const rest = this.#begun + ANEW_MS - this.#d.clock.monotonic();
    // What it said with it is told again.
    if (rest <= 0) this.#begin(attempt);
    else if (this.#anew === null) this.#later(attempt, rest);
    return this.#attempt === attempt && this.#peer !== null;
  }

  #say(item: string): void {
    if (this.#out.length >= CALL_LIMITS.signals) return;
    this.#out.push(item);
    this.#answer();
  }

  /** What is new, and what of the other's is here: soon, with what comes meanwhile. */
  #answer(): void {
    this.#gather ??= this.#d.clock.setTimer(GATHER_MS, () => {
      this.#gather = null;
      void this.#flush(this.#sent);
    });
  }

  async #flush(from: number): Promise<void> {
    const { crypto, random, send } = this.#d;
    const keys = this.#keys;
    if (!keys || this.#closed) return;
    const items: string[] = [];
    let chars = 0;
    for (const item of this.#out.slice(from)) {
      chars += item.length;
      if (items.length > 0 && chars > ITEM_CHARS) break;
      items.push(item);
    }
    this.#sent = Math.max(this.#sent, from + items.length);
    if (this.#sent < this.#out.length) this.#answer();
    const nonce = random.bytes(12);
    const ct = await crypto.seal(keys.sealing, nonce, encodeSealedSignals({ attempt: this.#attempt, from, ack: this.#heard, items }));
    if (!this.#closed && this.#keys === keys) send({ kind: 'sealed', ...this.#at(), nonce, ct });
  }

  async #open({ nonce, ct }: { nonce: Bytes; ct: Bytes }): Promise<void> {
    const plain = this.#keys && (await this.#d.crypto.open(this.#keys.opening, nonce, ct));
    const said = plain && readSealedSignals(plain);
    if (!said || this.#closed || !this.#follows(said.attempt) || said.from > this.#heard + CALL_LIMITS.signals) return;
    if (said.ack > this.#acked && said.ack <= this.#out.length) this.#acked = said.ack;
    for (const [at, item] of said.items.entries()) {
      if (said.from + at !== this.#heard) continue;
      this.#heard++;
      if (item === MEND) this.mend();
      else if (this.#heard > CALL_LIMITS.signals || this.#peer?.signal(item) === false) return this.#peer?.close();
    }
    // An answer to all that is more than an answer.
    if (said.items.length > 0) this.#answer();
  }
}
