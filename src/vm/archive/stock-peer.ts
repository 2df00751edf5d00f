/**
 * One socket to a stock GUN relay: puts and their acks, gets and their answers (GUN.md 2, SPIKE 5). The relay passes gets on to whoever is
 * connected, so anybody may answer, too: an answer is material, never a proof, and late ones are handed on as well.
 */
import type { Clock } from '#ports/clock';
import type { Random } from '#ports/random';
import type { TextSocket, TextSocketPort } from '#ports/wire';
import { ARCHIVE_LIMITS } from '#vm/archive-limits';
import { GUARD_LIMITS } from '#vm/limits';
import { gunMessageId } from '#vm/protocol/gun-message-id';
import type { Guard } from '#vm/replication/guard';
import { readFrame, type GunMessage } from '#vm/replication/gun-frame';
import { archiveReader, getFrame, putFrame, type ArchiveField, type Wanted } from './archive-fields.ts';
import type { ArchivePlace } from './archive-key.ts';

export interface StockPeerDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly sockets: TextSocketPort;
  readonly guard: Guard;
  readonly id: string;
  readonly url: string;
  metric(name: string, add?: number): void;
  /** The socket is there: gets and puts may go. */
  onReady(): void;
  /** The first frame that shows a GUN peer at the other end. */
  onOpen(): void;
  /** Fields that nobody here waits for: head hints, late answers. */
  onFields(fields: readonly ArchiveField[]): void;
  onClose(reason: string): void;
}

/**
 * What a get brought: its fields, in how many messages, whether the last of these said that more is to come, and whether a frame was refused or too much
 * came meanwhile; `none`, after a word of the relay; `silent`; or `large`: something was refused, and nothing or not all came.
 */
export type Answer =
  | { readonly state: 'fields'; readonly fields: readonly ArchiveField[]; readonly parts: number; readonly more: boolean; readonly large: boolean }
  | { readonly state: 'none' } | { readonly state: 'silent' } | { readonly state: 'large' } | { readonly state: 'closed' };

interface Question {
  readonly fields: ArchiveField[];
  parts: number;
  more: boolean;
  /** A piece is answered by one message; all of a range by one for each file of the relay; a whole soul by many, the end is that none comes any more. */
  readonly kind: 'piece' | 'all' | 'whole';
  large: boolean;
  cancel: () => void;
  end(answer: Answer): void;
}

export interface StockPeer {
  get(place: ArchivePlace, wanted: Wanted): Promise<Answer>;
  /** True when the relay said that it took them; of what it had already it says nothing. */
  put(fields: readonly ArchiveField[]): Promise<boolean>;
  /** Without waiting for the ack. */
  tell(fields: readonly ArchiveField[]): void;
  close(): void;
}

class StockPeerImpl implements StockPeer {
  private readonly socket: TextSocket;
  private readonly questions = new Map<string, Question>();
  private readonly acks = new Map<string, (ok: boolean) => void>();
  private readonly places = new Map<string, ArchivePlace>();
  private opened = false;
  private closed = false;
  private cancelOpening: () => void;

  constructor(private readonly d: StockPeerDeps) {
    this.cancelOpening = d.clock.setTimer(ARCHIVE_LIMITS.openMs, () => this.end('silent'));
    this.socket = d.sockets.open(d.url, {
      onOpen: () => d.onReady(),
      onMessage: (text) => this.message(text),
      onClose: (reason) => this.end(reason === '' ? 'unreachable' : reason),
    });
  }

  get(place: ArchivePlace, wanted: Wanted): Promise<Answer> {
    if (this.closed) return Promise.resolve({ state: 'closed' });
    this.places.set(place.soul, place);
    const id = gunMessageId(this.d.random);
    return new Promise((resolve) => {
      const kind = wanted === null ? 'whole' : 'chars' in wanted && wanted.chars === null ? 'all' : 'piece';
      const question: Question = {
        fields: [], parts: 0, more: false, kind, large: false,
        cancel: this.d.clock.setTimer(kind === 'all' ? ARCHIVE_LIMITS.partMs : ARCHIVE_LIMITS.silenceMs, () => this.answer(id)),
        end: resolve,
      };
      this.questions.set(id, question);
      this.d.metric('archive.gets');
      this.socket.send(getFrame(id, place.soul, wanted));
    });
  }

  put(fields: readonly ArchiveField[]): Promise<boolean> {
    if (this.closed) return Promise.resolve(false);
    const id = gunMessageId(this.d.random);
    return new Promise((resolve) => {
      const cancel = this.d.clock.setTimer(ARCHIVE_LIMITS.ackMs, () => done(false));
      const done = (ok: boolean): void => {
        this.acks.delete(id);
        cancel();
        resolve(ok);
      };
      this.acks.set(id, done);
      this.socket.send(putFrame(id, fields));
    });
  }

  tell(fields: readonly ArchiveField[]): void {
    if (!this.closed && fields.length > 0) this.socket.send(putFrame(gunMessageId(this.d.random), fields));
  }

  close(): void {
    this.end('closed here');
  }

  private end(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    this.cancelOpening();
    for (const question of this.questions.values()) {
      question.cancel();
      question.end({ state: 'closed' });
    }
    this.questions.clear();
    for (const done of [...this.acks.values()]) done(false);
    this.socket.close();
    this.d.onClose(reason);
  }

  private message(text: string): void {
    if (this.closed) return;
    const { guard, id, metric } = this.d;
    const verdict = guard.checkFrame(id, text.length);
    // More than any archive needs: somebody fills the line.
    if (!verdict.ok && verdict.drop === 'rate') return this.end('flood');
    const frame = verdict.ok ? readFrame(text, { ...GUARD_LIMITS, entries: ARCHIVE_LIMITS.entries }, archiveReader(this.places)) : null;
    if (frame === null || !frame.ok) {
      // It may have answered any of the questions: they are asked again for less at a time.
      metric('archive.frames_refused');
      for (const question of this.questions.values()) question.large = true;
      return;
    }
    if (!this.opened) {
      this.opened = true;
      this.cancelOpening();
      this.d.onOpen();
    }
    if (frame.value.rejected.length > 0) metric('archive.refused', frame.value.rejected.length);
    for (const message of frame.value.messages) this.take(message);
  }

  private take(message: GunMessage<ArchivePlace, ArchiveField>): void {
    const done = message.ack === null ? undefined : this.acks.get(message.ack);
    if (done !== undefined) return done(!message.failed);
    const question = message.ack === null ? undefined : this.questions.get(message.ack);
    if (question === undefined) {
      if (message.entries.length > 0) this.d.onFields(message.entries);
      return;
    }
    // Of a soul that was not asked for: no word about the one that was.
    if (message.kind === 'put' && message.entries.length === 0) return;
    for (const entry of message.entries) question.fields.push(entry);
    if (message.entries.length > 0) question.parts += 1;
    question.more = message.more;
    question.cancel();
    if (question.kind !== 'piece' && question.fields.length >= ARCHIVE_LIMITS.wholeFields) {
      question.large = true;
      return this.answer(message.ack!, true);
    }
    if (question.kind === 'piece' && message.entries.length > 0) return this.answer(message.ack!, true);
    // Others may answer as well, or first: what comes within a moment counts with it.
    const wait = question.more ? ARCHIVE_LIMITS.partMs : question.kind === 'whole' ? ARCHIVE_LIMITS.wholeQuietMs : ARCHIVE_LIMITS.noneMs;
    question.cancel = this.d.clock.setTimer(wait, () => this.answer(message.ack!, true));
  }

  private answer(id: string, heard = false): void {
    const question = this.questions.get(id);
    if (question === undefined) return;
    this.questions.delete(id);
    question.cancel();
    const { fields, parts, more, kind, large } = question;
    if (fields.length > 0 && !(kind === 'all' && large)) question.end({ state: 'fields', fields, parts, more, large });
    else if (large) question.end({ state: 'large' });
    else question.end(heard ? { state: 'none' } : { state: 'silent' });
  }
}

/** Dials the relay. `onClose` comes once, whatever happens. */
export function dialStockPeer(deps: StockPeerDeps): StockPeer {
  return new StockPeerImpl(deps);
}
