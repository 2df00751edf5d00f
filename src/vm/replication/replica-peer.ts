/**
 * The replica's side of one link (FORMATS 7): puts go live, gets are asked live and answered in bulk, all as link records. What comes in
 * passes the guard before the replica hears it.
 */
import { toBase64url } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import type { RangeRequest, RecordEntry, ReplicaPeer } from '#ports/replica';
import type { LinkMessage } from '#vm/mesh/link-types';
import { SYNC_LIMITS } from '#vm/limits';
import type { Guard } from './guard.ts';
import { takeLate, takeRecords, type Intake } from './intake.ts';
import { parseGet } from './payloads.ts';
import { maySee, mayServe, say, type Core, type PeerState } from './peer-state.ts';
import type { Push } from './push.ts';

/** What the replica sends on a link. */
export function createReplicaPeer(core: Core, peer: PeerState): ReplicaPeer {
  return {
    id: peer.id,
    sendPut(entries: readonly RecordEntry[]): void {
      core.metric('push.records', entries.length);
      for (const payload of peer.batches.encode('live', entries, SYNC_LIMITS.putBytes, true)) {
        peer.link.send('live', 'gun:put:v1:requested', payload);
      }
    },
    sendGet(request: string, range: RangeRequest): void {
      const { space, fragment, writer, from, to, maxBytes } = range;
      say(peer, 'live', 'gun:get:v1:requested', [space, fragment, writer, from, to, Math.min(maxBytes, SYNC_LIMITS.replyBytes)], request);
    },
    sendReply(request: string, entries: readonly RecordEntry[]): void {
      const payloads = peer.batches.encode('bulk', entries, SYNC_LIMITS.replyBytes, false);
      const last = payloads.pop() ?? encodeCbor([]);
      for (const payload of payloads) peer.link.send('bulk', 'gun:get:v1:processing', payload, request);
      peer.link.send('bulk', 'gun:get:v1:completed', last, request);
    },
  };
}

export interface RecordMessages {
  /** True when the message was a put, a get or an answer to one. */
  onMessage(peer: PeerState, message: LinkMessage): boolean;
}

class RecordMessagesImpl implements RecordMessages {
  constructor(private readonly core: Core, private readonly guard: Guard, private readonly push: Push) {}

  onMessage(peer: PeerState, message: LinkMessage): boolean {
    switch (message.event) {
      case 'gun:put:v1:requested': this.onPut(peer, message); return true;
      case 'sync:news:v1:processing': this.onNews(peer, message); return true;
      case 'gun:get:v1:requested': this.onGet(peer, message); return true;
      case 'gun:get:v1:processing':
      case 'gun:get:v1:completed': this.onReply(peer, message); return true;
      case 'gun:get:v1:failed': this.core.replica.hearReply(peer.id, message.id, []); return true;
      default: return false;
    }
  }

  private onPut(peer: PeerState, message: LinkMessage): void {
    const intake = takeRecords(this.guard, peer, message.channel, message.payload);
    if (intake === null) return peer.link.close('breach');
    const fresh = this.push.sift(peer, intake.fresh, intake.known);
    if (fresh.length > 0) this.core.replica.hearPut(peer.id, fresh);
  }

  /** Asked for, so a copy of what is held says nothing about the link. */
  private onNews(peer: PeerState, message: LinkMessage): void {
    const intake = takeRecords(this.guard, peer, message.channel, message.payload);
    if (intake === null) return peer.link.close('breach');
    const taken = Promise.all([peer.taking, this.push.take(intake.fresh, peer.id)]).finally(() => {
      if (peer.taking === taken) peer.taking = null;
    });
    peer.taking = taken;
  }

  private onGet(peer: PeerState, message: LinkMessage): void {
    const range = parseGet(message.payload);
    if (range === null) return peer.link.close('breach');
    // A refusal would be taken for "not held": who asks faster than it may (thousands of short logs over a fast line) waits a little instead.
    const waits = peer.heldGets.length > 0 || !this.guard.mayGet(peer.id);
    if (!waits || peer.heldGets.length >= SYNC_LIMITS.heldGets) return this.answer(peer, message.id, range);
    peer.heldGets.push(() => this.answer(peer, message.id, range));
    if (peer.heldGets.length === 1) this.later(peer);
  }

  private later(peer: PeerState): void {
    this.core.clock.setTimer(SYNC_LIMITS.heldMs, () => {
      while (!peer.closed && peer.heldGets.length > 0 && this.guard.mayGet(peer.id)) peer.heldGets.shift()!();
      if (!peer.closed && peer.heldGets.length > 0) this.later(peer);
    });
  }

  private answer(peer: PeerState, request: string, range: RangeRequest): void {
    const state = peer.spaces.get(toBase64url(range.space));
    const may = this.guard.checkGet(peer.id, range).ok && state !== undefined && mayServe(this.core, peer, state) && maySee(this.core, peer, state.space, range.fragment);
    if (may) return this.core.replica.hearGet(peer.id, request, range);
    this.core.metric('sync.refused');
    say(peer, 'bulk', 'gun:get:v1:failed', ['rights'], request);
  }

  private onReply(peer: PeerState, message: LinkMessage): void {
    const asked = peer.asks > 0;
    const intake = takeRecords(this.guard, peer, message.channel, message.payload, asked);
    if (intake === null) return peer.link.close('breach');
    const whole = message.event === 'gun:get:v1:completed' && !peer.replies.has(message.id);
    if (intake.late.length === 0 || !asked || !whole || peer.heldReplies >= SYNC_LIMITS.asksPerLink) return this.reply(peer, message, intake);
    peer.heldReplies += 1;
    this.hold(peer, message, intake, this.core.clock.monotonic() + SYNC_LIMITS.heldReplyMs);
  }

  /** Asked for, so it is not dropped for its being too much: the budget sets the pace (keys of thousands of writers, a line faster than the budget). */
  private hold(peer: PeerState, message: LinkMessage, intake: Intake, until: number): void {
    this.core.clock.setTimer(SYNC_LIMITS.heldMs, () => {
      if (peer.closed) return;
      takeLate(this.guard, peer, intake);
      if (intake.late.length > 0 && this.core.clock.monotonic() < until) return this.hold(peer, message, intake, until);
      peer.heldReplies -= 1;
      this.reply(peer, message, intake);
    });
  }

  private reply(peer: PeerState, message: LinkMessage, intake: Intake): void {
    const reply = peer.replies.get(message.id) ?? { entries: [], bytes: 0 };
    peer.replies.delete(message.id);
    for (const list of [intake.fresh, intake.known]) {
      for (const entry of list) {
        reply.entries.push(entry);
        reply.bytes += entry.bytes.length;
      }
    }
    if (message.event === 'gun:get:v1:completed') return this.core.replica.hearReply(peer.id, message.id, reply.entries);
    // No get of ours asks for nearly so much.
    if (reply.bytes > SYNC_LIMITS.answerBytes) return peer.link.close('flood');
    if (peer.replies.size < SYNC_LIMITS.asksPerLink && reply.entries.length <= SYNC_LIMITS.batchItems) peer.replies.set(message.id, reply);
  }
}

/** Record messages of all links of one kernel. */
export function createRecordMessages(core: Core, guard: Guard, push: Push): RecordMessages {
  return new RecordMessagesImpl(core, guard, push);
}

