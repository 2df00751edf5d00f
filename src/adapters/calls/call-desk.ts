/** Calls of this page: hears of those that are held, is in one at most, and says what is seen of it. */
import { toBase64url } from '#base/bytes';
import type { CallDesk, CallDevices, CallHeard, CallPlace, CallsView, VoiceTap } from '#ports/calls';
import type { Clock } from '#ports/clock';
import type { CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import { encodeCallBody, readCallBody } from '#vm/protocol/call-signal';
import { CALL_LIMITS } from '#adapters/call-limits';
import { canEncrypt, createMediaPeer, type MediaPeerDeps } from '#adapters/simple-peer/media-peer';
import { CallRoom } from './call-room.ts';
import type { FromMedia } from './frame-host.ts';
import { createHeardCalls, roomForPicture, type CallId, type HeardCall, type HeardCalls, type Present, type Speaker } from './heard-calls.ts';
import { createOwnMedia, type OwnMedia } from './own-media.ts';
import { createSounds, type Sounds } from './sounds.ts';

export interface CallDeskDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  me(): { readonly uid: string; readonly device: string } | null;
  send(place: CallPlace, body: Uint8Array): void;
  listen(on: (signal: Speaker & { readonly body: Uint8Array }) => void): void;
  /** Who may be in a call in a place now, on which devices; null when this person may not. Rejects when that cannot be said. */
  present(place: CallPlace): Promise<Present | null>;
  /** When that may be others now. */
  onRights(on: () => void): void;
  ways(): Promise<MediaPeerDeps['ways']>;
  /** The worker that seals and opens frames. */
  media(): Worker;
}

const TICK_MS = 1_000;
/** Who may be in the own call is asked so often, and when somebody's rights change; of who was declined one hears no ringing there for so long, ms. */
const PRESENT_MS = 10_000;
const ASIDE_MS = 60_000;
const idOf = ({ space, fragment, call }: CallId): string => `${space}/${fragment}/${call}`;
const asideOf = ({ space, fragment }: CallPlace, uid: string): string => `${space}/${fragment}//${uid}`;
const NO_SEAT = toBase64url(new Uint8Array(16));

/** Says why there is no call: `full`, `pictures`, `unable`. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  constructor(readonly code: 'full' | 'pictures' | 'unable') {
    super(code);
  }
}

const unableHere = (): CallDesk['unable'] => (!('RTCPeerConnection' in globalThis) || !globalThis.navigator?.mediaDevices ? 'no-webrtc' : canEncrypt() ? null : 'no-encryption');

class Desk implements CallDesk {
  readonly unable = unableHere();
  readonly #d: CallDeskDeps;
  readonly #heard: HeardCalls;
  readonly #own: OwnMedia;
  readonly #listeners = new Set<() => void>();
  /** What was declined: calls, and who rang in which place, until when. */
  readonly #aside = new Map<string, number>();
  #askedAt = -Infinity;
  /** How often it was asked for since the answer that is awaited. */
  #asks = 0;
  #room: CallRoom | null = null;
  #worker: Worker | null = null;
  #sounds: Sounds | null = null;
  #seen: CallsView | null = null;

  constructor(deps: CallDeskDeps) {
    this.#d = deps;
    this.#heard = createHeardCalls(() => deps.clock.monotonic(), () => this.#room?.place ?? null);
    this.#own = createOwnMedia(navigator.mediaDevices, (kind) => {
      if (this.#room) this.#room.trackChanged(kind);
      else if (kind === 'audio') this.#sounds?.set('', this.#own.track('audio'));
      this.#changed();
    });
    deps.listen((signal) => this.#hear(signal));
    deps.onRights(() => void this.#askPresent());
    this.#tick();
    globalThis.addEventListener?.('online', () => this.#room?.mend());
    globalThis.addEventListener?.('pagehide', () => this.#room && this.leave());
  }

  view(): CallsView {
    return (this.#seen ??= { now: this.#room?.view(this.#here()) ?? null, heard: this.#heard.all().filter((one) => one !== this.#here()).map((one) => this.#other(one)) });
  }

  subscribe(on: () => void): () => void {
    const listener = (): void => on();
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async join({ space, fragment }: CallPlace, options: { call?: string; ring?: boolean } = {}): Promise<void> {
    const { clock, random, crypto } = this.#d;
    const me = this.#d.me();
    if (this.unable !== null || !me) throw new CallRefused('unable');
    const there = this.#heard.all().find((one) => one.space === space && one.fragment === fragment && (!options.call || one.call === options.call));
    if (there && there.seats.size >= CALL_LIMITS.seats) throw new CallRefused('full');
    const ways = await this.#d.ways();
    if (this.#room) this.leave();
    const worker = (this.#worker = this.#d.media());
    this.#room = new CallRoom({ space, fragment, call: there?.call ?? options.call ?? toBase64url(random.bytes(16)) }, options.ring === true && !there, {
      clock, random, crypto, me: { uid: me.uid, device: me.device }, own: this.#own, sounds: this.#soundsNow(), worker,
      connect: (rest) => createMediaPeer({ ...rest, ways, worker }),
      send: (body) => this.#d.send({ space, fragment }, encodeCallBody(body)), onChange: () => this.#changed(),
    });
    worker.addEventListener('message', ({ data }: MessageEvent<FromMedia>) => this.#worker === worker && this.#room?.counted(data));
    this.#room.follow(this.#here());
    this.#changed();
    void this.#askPresent();
    await this.#own.open('audio');
  }

  leave(): void {
    this.#room?.close();
    this.#room = null;
    this.#own.close();
    this.#sounds?.close();
    this.#worker?.terminate();
    [this.#sounds, this.#worker] = [null, null];
    this.#changed();
  }

  decline(call: CallId): void {
    const there = this.#heard.get(call);
    // For good, and who rings not with another call at once.
    this.#aside.set(idOf(call), Infinity);
    for (const { uid, ring } of there?.seats.values() ?? []) if (ring) this.#aside.set(asideOf(call, uid), this.#d.clock.monotonic() + ASIDE_MS);
    if (there) this.#d.send(there, encodeCallBody({ kind: 'no', call: call.call, seat: NO_SEAT }));
    this.#changed();
  }

  mute(on: boolean): void {
    this.#room?.mute(on);
  }

  camera(on: boolean): Promise<void> {
    return this.#show('camera', on);
  }

  screen(on: boolean): Promise<void> {
    return this.#show('screen', on);
  }

  devices(): Promise<CallDevices> {
    return this.#own.devices();
  }

  async choose(kind: 'mic' | 'camera' | 'speaker', id: string): Promise<void> {
    await this.#own.choose(kind, id);
    if (kind === 'speaker') this.#sounds?.speaker(id);
  }

  level(seat: string): number {
    return this.#sounds?.level(this.#room?.seat === seat ? '' : seat) ?? 0;
  }

  listen(seat: string): VoiceTap | null {
    return this.#room?.seat === seat ? null : (this.#sounds?.listen(seat) ?? null);
  }

  tryMic(): () => void {
    if (this.#room) return () => undefined;
    this.#soundsNow();
    void this.#own.open('audio');
    return () => {
      // A call has begun meanwhile: it goes on with the microphone that is open.
      if (this.#room) return;
      this.#own.shut('audio');
      this.#sounds?.close();
      this.#sounds = null;
    };
  }

  hear(): void {
    this.#sounds?.hear();
  }

  async #show(kind: 'camera' | 'screen', on: boolean): Promise<void> {
    if (!on) return this.#own.shut(kind);
    const mine = Number(this.#own.state('camera') === 'on') + Number(this.#own.state('screen') === 'on');
    if (!roomForPicture(this.#here()?.seats.values() ?? [], mine)) throw new CallRefused('pictures');
    await this.#own.open(kind);
  }

  #changed(): void {
    this.#seen = null;
    for (const listener of [...this.#listeners]) listener();
  }

  #soundsNow(): Sounds {
    return (this.#sounds ??= createSounds(() => this.#changed()));
  }

  /** What is heard of the call this page is in. */
  #here(): HeardCall | undefined {
    return this.#room ? this.#heard.get(this.#room.place) : undefined;
  }

  /** Who lost their right is heard no more and hears nothing, whatever their page goes on saying; without an own one this page leaves. */
  async #askPresent(): Promise<void> {
    const room = this.#room;
    if (!room) return;
    if (++this.#asks > 1) return;
    this.#askedAt = this.#d.clock.monotonic();
    // A kernel that begins anew cannot say it: it is asked again.
    const may = await this.#d.present(room.place).catch(() => undefined);
    const again = this.#asks > 1;
    this.#asks = 0;
    if (may !== undefined && this.#room === room) {
      if (!may?.get(room.uid)?.has(room.device)) return this.leave();
      if (this.#heard.part(room.place, may)) {
        room.follow(this.#here());
        this.#changed();
      }
    }
    if (again) void this.#askPresent();
  }

  #other(one: HeardCall): CallHeard {
    const { call, space, fragment, seats } = one;
    const uids = [...new Set([...seats.values()].map(({ uid }) => uid))];
    const rings = !one.rung && !this.#aside.has(idOf(one)) && !uids.includes(this.#d.me()?.uid ?? '') && [...seats.values()].some(({ ring, uid }) => ring && !this.#aside.has(asideOf(one, uid)));
    return { call, space, fragment, uids, full: seats.size >= CALL_LIMITS.seats, rings };
  }

  #hear({ body: bytes, ...from }: Speaker & { readonly body: Uint8Array }): void {
    const room = this.#room;
    const body = readCallBody(bytes);
    if (!body || body.seat === room?.seat) return;
    const news = this.#heard.hear(from, body);
    if (room && room.place.call === body.call && room.place.space === from.space && room.place.fragment === from.fragment) {
      const speaker = this.#here()?.seats.get(body.seat);
      room.follow(this.#here());
      // Of a seat only who sits in it speaks.
      room.hear(body, from.uid, speaker?.uid === from.uid && speaker.device === from.device ? speaker : undefined);
    }
    if (news) this.#changed();
  }

  #tick(): void {
    this.#d.clock.setTimer(TICK_MS, () => this.#tick());
    const room = this.#room;
    const here = this.#here();
    let changed = this.#heard.expire((call, seat) => call === here && room!.hears(seat));
    for (const [id, until] of this.#aside) if (until <= this.#d.clock.monotonic()) changed = this.#aside.delete(id) || changed;
    if (changed) this.#changed();
    if (this.#d.clock.monotonic() - this.#askedAt >= PRESENT_MS) void this.#askPresent();
    room?.follow(this.#here());
    room?.tick(this.#here());
  }
}

export const createCallDesk = (deps: CallDeskDeps): CallDesk => new Desk(deps);
