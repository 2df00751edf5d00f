/**
 * Acks (FORMATS 8): after a commit this device says, once per log and ≤ 50 ms together, up to which record it holds the log durably; the
 * chain covers what lies below. Told to every link of the space, and after a sync to the link that came up. What "On N devices" counts, beside the writer's own device.
 */
import { compareBytes, equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { RecordEntry } from '#ports/replica';
import type { LinkMessage } from '#vm/mesh/link-types';
import { encodeAck, parseAck, verifyAck } from '#vm/protocol/messages';
import { SYNC_LIMITS } from '#vm/limits';
import { bytesOf, listOf, tupleOf, type FragmentHead } from './payloads.ts';
import { createAckSets, type AckSets } from './ack-sets.ts';
import { logKey, maySee, mayServe, rememberIn, say, servable, shownTo, type Core, type PeerState, type SpaceState } from './peer-state.ts';

export interface Acks {
  /** Both ends of the link hold the same, or (false) they differ: what waits for that is said. */
  settle(peer: PeerState, state: SpaceState, equal: boolean): void;
  /** Entries were taken in: acks follow for the logs they are in. */
  note(entries: readonly RecordEntry[]): void;
  /** All durable heads of the space, to one link or to all; what a link was told already is left out. */
  tellAll(space: Bytes, only?: { readonly peer: PeerState; readonly state: SpaceState }): void;
  onMessage(peer: PeerState, message: LinkMessage): boolean;
  stop(): void;
}

interface Signed {
  readonly id: string;
  readonly bytes: Bytes;
}

/** Who reads by a public link keeps no copy that counts, and is not told who does. */
const peersOf = (core: Core, space: Bytes): { peer: PeerState; state: SpaceState }[] => servable(core, space).filter(({ state }) => state.reader === null);

class AcksImpl implements Acks {
  private readonly pending = new Map<string, { readonly space: Bytes; readonly fragment: Bytes; readonly writer: Bytes }>();
  /** `space/log` → last ack signed. */
  private readonly signed = new Map<string, Signed>();
  private cancel: (() => void) | null = null;
  private readonly sets: AckSets;

  constructor(private readonly core: Core) {
    this.sets = createAckSets(core);
  }

  note(entries: readonly RecordEntry[]): void {
    for (const e of entries) {
      if (this.pending.size >= SYNC_LIMITS.acks) break;
      if (!this.core.host.has(e.id)) continue;
      const key = `${toBase64url(e.space)}/${logKey(e.fragment, e.writer)}`;
      this.pending.set(key, { space: e.space as Bytes, fragment: e.fragment as Bytes, writer: e.writer as Bytes });
    }
    if (this.pending.size === 0) return;
    this.cancel ??= this.core.clock.setTimer(SYNC_LIMITS.ackMs, () => {
      this.cancel = null;
      void this.flush();
    });
  }

  tellAll(space: Bytes, only?: { readonly peer: PeerState; readonly state: SpaceState }): void {
    const to = only === undefined ? peersOf(this.core, space) : [only].filter(({ state }) => state.reader === null);
    for (const each of to) {
      const { state } = each;
      const heads = this.headsOf(each.peer, space);
      this.sets.settle(each.peer, state);
      const fresh = heads.filter((h) => state.acked.get(`${logKey(h.fragment, h.writer)}/${h.seq}`)?.startsWith(`${toBase64url(h.id)}/`) !== true);
      if (fresh.length > SYNC_LIMITS.acksSingly && this.sets.tell(each.peer, state)) state.acksOwedAt ??= this.core.clock.monotonic();
      else void this.tell(space, fresh, [each]);
    }
  }

  settle(peer: PeerState, state: SpaceState, equal: boolean): void {
    this.sets.settle(peer, state);
    if (state.acksOwedAt === null && this.core.host.vouches !== true) return;
    if (equal) {
      state.acksOwedAt = null;
      this.sets.tell(peer, state);
      return;
    }
    // Two ends that hold different parts of a space are never equal.
    if (state.acksOwedAt === null || this.core.clock.monotonic() - state.acksOwedAt < SYNC_LIMITS.acksOwedMs) return;
    state.acksOwedAt = null;
    void this.tell(state.space, this.headsOf(peer, state.space), [{ peer, state }]);
  }

  private headsOf(peer: PeerState, space: Bytes): FragmentHead[] {
    const heads: FragmentHead[] = [];
    for (const { fragment } of shownTo(this.core, peer, space)) {
      for (const head of this.core.host.heads(space, fragment)) if (heads.length < SYNC_LIMITS.acks) heads.push({ fragment, ...head });
    }
    return heads;
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  onMessage(peer: PeerState, message: LinkMessage): boolean {
    if (this.sets.onMessage(peer, message)) return true;
    if (message.event !== 'record:ack:v1:completed') return false;
    void this.heard(peer, message.payload);
    return true;
  }

  private async flush(): Promise<void> {
    const pending = [...this.pending.values()];
    this.pending.clear();
    const spaces = new Map<string, { space: Bytes; logs: { fragment: Bytes; writer: Bytes }[] }>();
    for (const { space, fragment, writer } of pending) {
      const key = toBase64url(space);
      const list = spaces.get(key) ?? { space, logs: [] };
      spaces.set(key, list);
      list.logs.push({ fragment, writer });
    }
    for (const { space, logs } of spaces.values()) {
      const heads: FragmentHead[] = [];
      for (const { fragment, writer } of logs) {
        for (const head of this.core.host.heads(space, fragment)) {
          if (compareBytes(head.writer, writer) === 0) heads.push({ fragment, ...head });
        }
      }
      await this.tell(space, heads, peersOf(this.core, space).filter(({ peer, state }) => !state.hush && !this.sets.covers(peer, state)));
    }
  }

  private async tell(space: Bytes, heads: readonly FragmentHead[], to: readonly { peer: PeerState; state: SpaceState }[]): Promise<void> {
    if (to.length === 0 || heads.length === 0) return;
    const acks: { key: string; fragment: Bytes; ack: Signed }[] = [];
    for (const head of heads) acks.push({ fragment: head.fragment, key: `${logKey(head.fragment, head.writer)}/${head.seq}`, ack: await this.sign(space, head) });
    for (const { peer, state } of to) {
      const fresh = acks.filter(({ key, fragment, ack }) => state.acked.get(key) !== ack.id && maySee(this.core, peer, space, fragment));
      for (let at = 0; at < fresh.length; at += SYNC_LIMITS.acksPerMessage) {
        if (!mayServe(this.core, peer, state)) break;
        const part = fresh.slice(at, at + SYNC_LIMITS.acksPerMessage);
        for (const { key, ack } of part) rememberIn(state.acked, key, ack.id, SYNC_LIMITS.acks);
        say(peer, 'live', 'record:ack:v1:completed', [space, part.map(({ ack }) => ack.bytes)]);
      }
    }
  }

  private async sign(space: Bytes, head: FragmentHead): Promise<Signed> {
    const { crypto, host } = this.core;
    const key = `${toBase64url(space)}/${logKey(head.fragment, head.writer)}`;
    const level = host.ackLevel(space, head.fragment, head.id);
    // A parked record is acknowledged again when it has its effect.
    const id = `${toBase64url(head.id)}/${level}`;
    const known = this.signed.get(key);
    if (known?.id === id) return known;
    const fields = { fragment: head.fragment, writer: head.writer, seq: head.seq, id: head.id, level };
    const bytes = await encodeAck(crypto, host.deviceKey, space, fields);
    const signed = { id, bytes };
    rememberIn(this.signed, key, signed, SYNC_LIMITS.acks);
    return signed;
  }

  private async heard(peer: PeerState, payload: Bytes): Promise<void> {
    const t = tupleOf(payload, 2);
    const space = bytesOf(t?.[0], 32);
    const list = listOf(t?.[1], SYNC_LIMITS.acksPerMessage, (item) => {
      const parsed = item instanceof Uint8Array ? parseAck(item.slice()) : null;
      return parsed?.ok === true ? parsed.value : null;
    });
    if (space === null || list === null) return peer.link.close('breach');
    const state = peer.spaces.get(toBase64url(space));
    if (state === undefined || !mayServe(this.core, peer, state)) return;
    for (const { sig, ...ack } of list) {
      // Acks are not passed on: only the device itself says what it holds.
      if (!equalBytes(ack.ds, peer.link.device) || !(await verifyAck(this.core.crypto, space, { sig, ...ack }))) {
        this.core.metric('acks.refused');
        continue;
      }
      if (peer.closed) return;
      this.core.host.onAck({ space, ...ack });
    }
  }
}

/** Acks of one kernel. */
export function createAcks(core: Core): Acks {
  return new AcksImpl(core);
}
