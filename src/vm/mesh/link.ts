/**
 * A link over one wire (FORMATS 8): handshake, then inner envelopes in both directions. Nothing but the two handshake messages is taken
 * before it is over; every envelope after it carries a token under the key of its sender; on relay and tab wires every frame is sealed.
 * Any breach closes the link with a code: links are cheap to make again, and anti-entropy repairs what was in flight.
 *
 * Bulk is used only after the first envelope of the other side: two channels have no common order, so until then a bulk frame could
 * arrive before the auth that it relies on.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { AeadKey, Mac } from '#ports/crypto';
import { INBOUND_FLOOD, type Channel } from '#ports/wire';
import { encodeFrame, FrameAssembler } from '#vm/protocol/frames';
import { openFrame, sealFrame } from '#vm/protocol/handshake';
import { LINK_LIMITS } from '#vm/limits';
import { createEnvelopeReader, createEnvelopeWriter, type EnvelopeReader, type EnvelopeWriter, type Read } from './envelopes.ts';
import { HandshakeRun, type HandshakeResult } from './handshake-run.ts';
import { InOrder } from './in-order.ts';
import type { Link, LinkCloseCode, LinkDeps } from './link-types.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

type Phase = 'hello' | 'auth' | 'open' | 'closed';
const EMPTY = new Uint8Array(0) as Bytes;

class LinkImpl implements Link {
  readonly id: string;
  readonly kind;
  readonly initiator;
  readonly role: 'i' | 'r';
  device: Bytes = EMPTY;
  uid: string | null = null;
  hash: Bytes = EMPTY;
  rttMs: number | null = null;
  private phase: Phase = 'hello';
  private readonly run: HandshakeRun;
  private readonly outbox: Outbox;
  private readonly assemblers: Record<Channel, FrameAssembler>;
  private readonly bucket: TokenBucket;
  private writer: EnvelopeWriter | null = null;
  private reader: EnvelopeReader | null = null;
  private receive: { key: AeadKey; counter: number } | null = null;
  /** Tokens of large bulk messages of either direction; what comes behind one waits for it. */
  private macs: { readonly send: Mac; readonly receive: Mac } | null = null;
  private readonly writing = new InOrder(() => this.close('crypto'));
  private readonly reading = new InOrder(() => this.close('crypto'));
  /** The other side is open: its first envelope came. */
  private ready = false;
  private readonly held: { event: string; payload: Uint8Array; id: string }[] = [];
  private inbox: [Channel, Uint8Array][] = [];
  private inboxBytes = 0;
  private working = true;
  private heardAt: number;
  private pingAt = -1;
  private cancelCheck: (() => void) | null = null;
  lost = false;
  private stuckSince = -1;
  private lastQueued = -1;
  private cancelTimer: () => void;

  constructor(private readonly d: LinkDeps) {
    const { wire, clock } = d;
    this.id = toBase64url(d.random.bytes(9));
    this.kind = wire.kind;
    this.initiator = wire.initiator;
    this.role = wire.initiator ? 'i' : 'r';
    this.run = new HandshakeRun(d);
    this.outbox = createOutbox(wire, () => this.close('crypto'));
    this.assemblers = { live: new FrameAssembler(LINK_LIMITS.message), bulk: new FrameAssembler(LINK_LIMITS.message) };
    this.bucket = createTokenBucket(clock, LINK_LIMITS.messagesPerSecond, LINK_LIMITS.messagesBurst);
    this.heardAt = clock.monotonic();
    this.cancelTimer = clock.setTimer(LINK_LIMITS.handshakeMs, () => this.close('handshake_timeout'));
    wire.onClose = (reason) => this.end(wire.kind === 'rtc' && reason === INBOUND_FLOOD ? 'flood' : 'wire_closed');
    wire.onDrain = (channel) => {
      this.outbox.pump();
      if (channel === 'bulk' && this.phase === 'open') d.handlers.onDrain(this);
    };
    wire.onState = (state) => {
      if (this.phase === 'open') d.handlers.onState(this, state);
    };
    wire.onFrame = (channel, frame) => this.onFrame(channel, frame);
    void this.begin();
  }

  get open(): boolean {
    return this.phase === 'open';
  }

  send(channel: Channel, event: string, payload: Uint8Array, id = ''): void {
    if (this.writer === null || this.phase !== 'open') return;
    if (channel === 'bulk' && !this.ready) {
      if (this.held.length >= LINK_LIMITS.heldMessages) return this.close('slow');
      this.held.push({ event, payload, id });
      return;
    }
    const large = this.macs !== null && payload.length >= LINK_LIMITS.largeBytes;
    if (channel === 'bulk' && (large || this.writing.waiting > 0)) {
      return this.writing.add(payload.length, large ? this.writer.writeLarge(event, payload, id, this.macs!.send) : this.writer.write(event, payload, id), (message) => this.push(channel, message));
    }
    this.push(channel, this.writer.write(event, payload, id));
  }

  private push(channel: Channel, message: Bytes): void {
    if (this.phase === 'open' && !this.outbox.push(channel, message)) this.close('slow');
  }

  queued(channel: Channel): number {
    return this.outbox.queued(channel) + (channel === 'bulk' ? this.writing.bytes : 0);
  }

  stats() {
    return this.d.wire.stats();
  }

  close(code: LinkCloseCode): void {
    if (this.phase === 'closed') return;
    this.end(code);
    this.d.wire.close(code);
  }

  private end(code: LinkCloseCode): void {
    if (this.phase === 'closed') return;
    this.phase = 'closed';
    this.cancelTimer();
    this.cancelCheck?.();
    this.outbox.close();
    this.inbox = [];
    this.d.wire.onFrame = null;
    this.d.handlers.onClose(this, code);
  }

  /** Sends the hello; frames that came meanwhile wait in the inbox. */
  private async begin(): Promise<void> {
    try {
      const hello = await this.run.hello();
      if (this.phase === 'closed') return;
      this.d.wire.send('live', encodeFrame(true, 0, hello));
      await this.work();
    } catch {
      this.close('crypto');
    }
  }

  private onFrame(channel: Channel, frame: Uint8Array): void {
    if (this.phase === 'closed') return;
    if (channel === 'bulk' && this.phase !== 'open') return this.close('early');
    if (this.inbox.length >= LINK_LIMITS.inboxFrames || this.inboxBytes + frame.length > LINK_LIMITS.inboxBytes) return this.close('flood');
    if (!this.working && this.receive === null && this.phase === 'open') return this.takeNow(channel, frame);
    this.inbox.push([channel, frame]);
    this.inboxBytes += frame.length;
    if (!this.working) void this.work();
  }

  /** Takes waiting frames one by one: handshake steps and opening of sealed frames are asynchronous, order is kept. */
  private async work(): Promise<void> {
    this.working = true;
    try {
      for (let next = this.inbox.shift(); next !== undefined; next = this.inbox.shift()) {
        this.inboxBytes -= next[1].length;
        const plain = await this.unseal(next[1]);
        if (this.isClosed()) return;
        if (plain === null) return this.close('seal');
        if (this.isOpen()) this.take(next[0], plain);
        else await this.handshake(next[0], plain);
        if (this.isClosed()) return;
      }
    } catch {
      this.close('crypto');
    } finally {
      this.working = false;
    }
  }

  private async unseal(frame: Uint8Array): Promise<Uint8Array | null> {
    if (this.receive === null) return frame;
    return openFrame(this.d.crypto, this.receive.key, this.receive.counter++, frame);
  }

  private async handshake(channel: Channel, frame: Uint8Array): Promise<void> {
    if (channel !== 'live' || frame.length > LINK_LIMITS.hello) return this.close('early');
    const message = this.assemblers.live.push(frame);
    if (!message.ok || message.value === null) return this.close('frame');
    if (this.phase === 'hello') {
      const step = await this.run.onHello(message.value.slice() as Bytes);
      if (this.isClosed()) return;
      if (!step.ok) return this.close(step.error);
      this.phase = 'auth';
      this.d.wire.send('live', encodeFrame(true, 1, step.value));
      return;
    }
    const step = await this.run.onAuth(message.value.slice() as Bytes);
    if (this.isClosed()) return;
    if (!step.ok) return this.close(step.error);
    await this.finish(step.value);
  }

  private async finish(result: HandshakeResult): Promise<void> {
    const { d } = this;
    if (this.kind !== 'rtc') {
      const [send, receive] = await Promise.all([d.crypto.importAead(result.sendKey), d.crypto.importAead(result.receiveKey)]);
      if (this.isClosed()) return;
      let counter = 0;
      this.outbox.seal((frame) => sealFrame(d.crypto, send, counter++, frame));
      this.receive = { key: receive, counter: 0 };
    }
    this.device = result.device;
    this.hash = result.hash;
    this.writer = createEnvelopeWriter(result.sendKey, { userId: toBase64url(d.uid), deviceId: toBase64url(d.deviceKey.pub) });
    this.reader = createEnvelopeReader(result.receiveKey);
    if (d.crypto.mac) void Promise.all([d.crypto.mac(result.sendKey), d.crypto.mac(result.receiveKey)]).then(([send, receive]) => (this.macs = { send, receive }), () => undefined);
    this.phase = 'open';
    this.cancelTimer();
    this.heardAt = d.clock.monotonic();
    this.outbox.startAt(2);
    this.send('live', 'link:ready:v1:completed', EMPTY);
    this.beat();
    d.handlers.onOffset(this, result.offsetMs);
    d.handlers.onOpen(this);
  }

  /** As in work(): a throw behind the handlers ends this link, not the worker's turn. */
  private takeNow(channel: Channel, frame: Uint8Array): void {
    try {
      this.take(channel, frame);
    } catch {
      this.close('crypto');
    }
  }

  private take(channel: Channel, frame: Uint8Array): void {
    const message = this.assemblers[channel].push(frame);
    if (!message.ok) return this.close(message.error === 'too-large' ? 'oversize' : 'frame');
    this.heardAt = this.d.clock.monotonic();
    this.lost = false;
    this.cancelCheck?.();
    if (message.value === null) return;
    if (!this.bucket.take()) return this.close('flood');
    const bytes = message.value;
    const large = this.macs !== null && bytes.length >= LINK_LIMITS.largeBytes;
    if (channel === 'bulk' && (large || this.reading.waiting > 0)) {
      if (this.reading.bytes + bytes.length > LINK_LIMITS.checkedBytes) return this.close('flood');
      this.reading.add(bytes.length, large ? this.reader!.readLarge(bytes, this.macs!.receive) : this.reader!.read(bytes), (read) => this.isOpen() && this.heard(channel, read));
    } else this.heard(channel, this.reader!.read(bytes));
  }

  private heard(channel: Channel, read: Read): void {
    if (!read.ok) return this.close(read.error);
    const { event, id, payload } = read.value;
    if (!this.ready) this.onReady();
    if (event === 'link:ready:v1:completed') {
      if (read.value.deviceId !== toBase64url(this.device)) return this.close('envelope');
      this.uid = read.value.userId === '' ? null : read.value.userId;
      return;
    }
    if (event === 'link:ping:v1:requested') return this.send('live', 'link:ping:v1:completed', EMPTY);
    if (event === 'link:ping:v1:completed') return this.onPong();
    this.d.handlers.onMessage(this, { event, id, payload, channel });
  }

  private onReady(): void {
    this.ready = true;
    for (const { event, payload, id } of this.held.splice(0)) this.send('bulk', event, payload, id);
  }

  private onPong(): void {
    if (this.pingAt < 0) return;
    this.rttMs = this.d.clock.monotonic() - this.pingAt;
    this.pingAt = -1;
  }

  /** Heartbeat: a ping every 10 s; silence for 25 s, or a queue that does not move for a minute, is the end. */
  private beat(): void {
    this.cancelTimer = this.d.clock.setTimer(LINK_LIMITS.pingMs, () => {
      const now = this.d.clock.monotonic();
      const queued = this.outbox.queued('live') + this.outbox.queued('bulk');
      if (queued === 0 || queued !== this.lastQueued) this.stuckSince = now;
      this.lastQueued = queued;
      if (now - this.stuckSince > LINK_LIMITS.stuckMs) return this.close('slow');
      if (this.pingAt < 0) {
        this.pingAt = now;
        this.send('live', 'link:ping:v1:requested', EMPTY);
      }
      const silentAt = Math.max(this.heardAt, 0) + LINK_LIMITS.deadMs;
      if (now >= silentAt) return this.close('timeout');
      this.beat();
      if (silentAt < now + LINK_LIMITS.pingMs) this.armDeath(silentAt - now);
    });
  }

  check(silent: () => void): void {
    if (this.phase !== 'open' || this.cancelCheck !== null) return;
    this.pingAt = this.pingAt < 0 ? this.d.clock.monotonic() : this.pingAt;
    this.send('live', 'link:ping:v1:requested', EMPTY);
    const cancel = this.d.clock.setTimer(LINK_LIMITS.checkMs, () => {
      this.cancelCheck = null;
      this.lost = true;
      silent();
    });
    this.cancelCheck = () => {
      this.cancelCheck = null;
      cancel();
    };
  }

  /** The exact end of a silent link lies between two beats. */
  private armDeath(ms: number): void {
    const heard = this.heardAt;
    const cancelBeat = this.cancelTimer;
    const cancelDeath = this.d.clock.setTimer(ms, () => {
      if (this.phase === 'open' && this.heardAt === heard) this.close('timeout');
    });
    this.cancelTimer = () => {
      cancelBeat();
      cancelDeath();
    };
  }

  // The phase changes while awaiting; TypeScript would keep the narrowed type.
  private isClosed(): boolean {
    return this.phase === 'closed';
  }

  private isOpen(): boolean {
    return this.phase === 'open';
  }
}

/** Starts the handshake over a wire at once. Everything else comes through the handlers. */
export function createLink(deps: LinkDeps): Link {
  return new LinkImpl(deps);
}
