/** The call this page is in: its own seat, a pair with every other seat, what they send, and what is seen of all that. */
import type { CallNow, Frames, Seat } from '#ports/calls';
import type { Clock } from '#ports/clock';
import type { CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import { toBase64url } from '#base/bytes';
import { wordsOf } from '#vm/log/seal-words';
import type { CallBody } from '#vm/protocol/call-signal';
import type { MediaPeer, MediaPeerDeps } from '#adapters/simple-peer/media-peer';
import type { StreamKind } from './frame-cipher.ts';
import type { FromMedia, ToMedia } from './frame-host.ts';
import { RING_MS, type CallId, type HeardCall, type HeardSeat } from './heard-calls.ts';
import type { OwnMedia } from './own-media.ts';
import { Pair } from './pair.ts';
import type { Sounds } from './sounds.ts';

export interface RoomDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  readonly me: { readonly uid: string; readonly device: string };
  readonly own: OwnMedia;
  readonly sounds: Sounds;
  /** Where frames are sealed and opened. */
  readonly worker: Pick<Worker, 'postMessage'>;
  connect(deps: Pick<MediaPeerDeps, 'initiator' | 'peer' | 'onSignal' | 'onTrack' | 'onState' | 'onClose'>): MediaPeer;
  send(body: CallBody): void;
  onChange(): void;
}

/** What is said of the own seat: so often; sound that does not come for so long is a broken way; keys go on at most so often, ms. */
const HERE_MS = 4_000;
const STALL_MS = 2_000;
const NEXT_MS = 2_000;
const NO_FRAMES: Frames = { sealed: 0, opened: 0, refused: 0, stale: 0 };

interface Other {
  readonly pair: Pair;
  readonly tracks: Map<StreamKind, MediaStreamTrack>;
  frames: Frames;
  /** When frames were opened last. */
  openedAt: number;
  deaf: boolean;
}

export class CallRoom {
  readonly seat: string;
  readonly uid: string;
  readonly device: string;
  readonly #d: RoomDeps;
  readonly #others = new Map<string, Other>();
  readonly #began: number;
  readonly #declined = new Set<string>();
  #ring: boolean;
  #muted = false;
  #saidAt = -Infinity;
  #since: number;
  #nextAt = -Infinity;
  #nexting: (() => void) | null = null;
  #closed = false;

  constructor(readonly place: CallId, ring: boolean, deps: RoomDeps) {
    this.#d = deps;
    this.uid = deps.me.uid;
    this.device = deps.me.device;
    this.seat = toBase64url(deps.random.bytes(16));
    this.#began = deps.clock.monotonic();
    this.#since = this.#began;
    this.#ring = ring;
    this.sayHere();
  }

  /** Somebody says who is there, or leaves. */
  follow(heard: HeardCall | undefined): void {
    for (const seat of heard?.seats.values() ?? []) {
      if (seat.seat === this.seat) continue;
      // Somebody came: it has been heard.
      if (seat.uid !== this.#d.me.uid) this.#ring = false;
      this.#since = Math.min(this.#since, seat.since);
      if (!this.#others.has(seat.seat)) this.#meet(seat);
    }
    let left = false;
    // Who never agreed on keys heard nothing of what was said.
    for (const [seat, other] of this.#others) {
      if (heard?.seats.has(seat)) continue;
      other.pair.close();
      this.#d.sounds.set(seat, null);
      this.#others.delete(seat);
      left ||= other.pair.agreed;
    }
    // Who left had keys of their own and no other; what goes on being said is sealed by new ones all the same.
    if (left) this.#next();
  }

  /** Is the way to a seat alive, though nothing is said about it? */
  hears(seat: string): boolean {
    const other = this.#others.get(seat);
    return other !== undefined && this.#d.clock.monotonic() - other.openedAt < STALL_MS;
  }

  hear(body: CallBody, uid: string, speaker: HeardSeat | undefined): void {
    if (body.kind === 'no') {
      this.#declined.add(uid);
      return this.#d.onChange();
    }
    if (!('to' in body) || body.to !== this.seat || !speaker) return;
    (this.#others.get(body.seat) ?? this.#meet(speaker)).pair.hear(body);
  }

  counted({ counts }: FromMedia): void {
    const now = this.#d.clock.monotonic();
    for (const [seat, other] of this.#others) {
      const frames = counts[seat];
      if (!frames) continue;
      const [opened, refused] = [frames.opened - other.frames.opened, frames.refused - other.frames.refused];
      if (opened > 0) other.openedAt = now;
      other.deaf = opened > 0 ? false : refused > 0 || other.deaf;
      other.frames = frames;
    }
    this.#d.onChange();
  }

  tick(heard: HeardCall | undefined): void {
    const now = this.#d.clock.monotonic();
    if (this.#ring && now - this.#began > RING_MS) this.#ring = false;
    if (now - this.#saidAt >= HERE_MS) this.sayHere();
    for (const [seat, { pair, openedAt, frames }] of this.#others) {
      const silent = frames.opened > 0 && now - openedAt > STALL_MS && heard?.seats.get(seat)?.muted === false;
      if (pair.link === 'live' && silent) pair.mend();
    }
  }

  mend(): void {
    for (const { pair } of this.#others.values()) pair.mend();
  }

  mute(on: boolean): void {
    this.#muted = on;
    this.trackChanged('audio');
  }

  /** The own voice, camera or screen is another track now, or none. */
  trackChanged(kind: StreamKind): void {
    const track = this.#d.own.track(kind);
    if (kind === 'audio') {
      if (track) track.enabled = !this.#muted;
      this.#d.sounds.set('', track);
    }
    for (const { pair } of this.#others.values()) pair.setTrack(kind, track);
    this.sayHere();
    this.#d.onChange();
  }

  sayHere(): void {
    if (this.#closed) return;
    this.#saidAt = this.#d.clock.monotonic();
    const { own } = this.#d;
    this.#d.send({ kind: 'here', call: this.place.call, seat: this.seat, since: Math.round((this.#saidAt - this.#began) / 1_000), ring: this.#ring, muted: this.#isMuted(), camera: own.state('camera') === 'on', screen: own.state('screen') === 'on' });
  }

  view(heard: HeardCall | undefined): CallNow {
    const { clock, me, own, sounds } = this.#d;
    const self: Seat = { seat: this.seat, ...me, self: true, link: 'live', muted: this.#isMuted(), camera: own.track('camera'), screen: own.track('screen'), words: null, frames: NO_FRAMES, deaf: false };
    const seats = [...this.#others].map(([seat, { pair, tracks, frames, deaf }]): Seat => {
      const said = heard?.seats.get(seat);
      return {
        seat, uid: said?.uid ?? '', device: said?.device ?? '', self: false, link: pair.link, muted: said?.muted ?? true,
        camera: said?.camera ? (tracks.get('camera') ?? null) : null, screen: said?.screen ? (tracks.get('screen') ?? null) : null,
        words: pair.words && wordsOf(pair.words), frames, deaf,
      };
    });
    return {
      ...this.place, since: Math.round(clock.now() - (clock.monotonic() - this.#since)), seats: [self, ...seats], muted: this.#muted, mic: own.state('audio'), camera: own.state('camera'), screen: own.state('screen'),
      declined: [...this.#declined], silent: sounds.silent,
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#d.send({ kind: 'gone', call: this.place.call, seat: this.seat });
    this.#closed = true;
    this.#nexting?.();
    for (const [seat, { pair }] of this.#others) {
      pair.close();
      this.#d.sounds.set(seat, null);
    }
    this.#others.clear();
  }

  #isMuted = (): boolean => this.#muted || this.#d.own.state('audio') !== 'on';

  /** Several who leave within a moment are one step: who takes a place and leaves it again and again takes no receiver past what they follow. */
  #next(): void {
    const { clock } = this.#d;
    this.#nexting ??= clock.setTimer(Math.max(0, this.#nextAt + NEXT_MS - clock.monotonic()), () => {
      [this.#nexting, this.#nextAt] = [null, clock.monotonic()];
      this.#media({ t: 'next' });
    });
  }

  #media(message: ToMedia): void {
    this.#d.worker.postMessage(message);
  }

  #meet(seat: HeardSeat): Other {
    const { clock, random, crypto, me, own, sounds, connect, send, onChange } = this.#d;
    const tracks = new Map<StreamKind, MediaStreamTrack>();
    const pair = new Pair({
      clock, random, crypto, call: this.place.call, own: { seat: this.seat, ...me }, other: { seat: seat.seat, uid: seat.uid, device: seat.device }, send, connect,
      media: (message) => this.#media(message), track: (kind) => own.track(kind), onChange,
      onTrack: (kind, track) => {
        tracks.set(kind, track);
        if (kind === 'audio') sounds.set(seat.seat, track);
        onChange();
      },
    });
    const other: Other = { pair, tracks, frames: NO_FRAMES, openedAt: -Infinity, deaf: false };
    this.#others.set(seat.seat, other);
    return other;
  }
}
