/**
 * Ephemerals (FORMATS 8): presence and previews, told once, kept nowhere. One hop further at most, along eager links. A writer's counter
 * rises within a boot, so repeats and old ones end here; the signature is checked before anything is passed on.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { LinkMessage } from '#vm/mesh/link-types';
import { createTokenBucket, type TokenBucket } from '#vm/mesh/token-bucket';
import { isAdmissibleKey } from '#vm/protocol/admission';
import { parseEphemeral, verifyEphemeral } from '#vm/protocol/messages';
import { SYNC_LIMITS } from '#vm/limits';
import { bytesOf, tupleOf } from './payloads.ts';
import { mayAsk, maySee, rememberIn, say, servable, type Core, type PeerState } from './peer-state.ts';

export interface Ephemerals {
  /** An own one, sealed and signed. */
  send(space: Bytes, bytes: Bytes): void;
  onMessage(peer: PeerState, message: LinkMessage): boolean;
}

interface Heard {
  /** boot → greatest counter. */
  readonly boots: Map<string, number>;
  readonly bucket: TokenBucket;
}

class EphemeralsImpl implements Ephemerals {
  private readonly writers = new Map<string, Heard>();

  constructor(private readonly core: Core) {}

  send(space: Bytes, bytes: Bytes): void {
    const parsed = parseEphemeral(bytes);
    if (!parsed.ok) return;
    for (const { peer, state } of servable(this.core, space)) if (state.reader === null && maySee(this.core, peer, space, parsed.value.fragment)) say(peer, 'live', 'presence:frame:v1:completed', [space, 0, bytes]);
  }

  onMessage(peer: PeerState, message: LinkMessage): boolean {
    if (message.event !== 'presence:frame:v1:completed') return false;
    void this.heard(peer, message.payload);
    return true;
  }

  private async heard(peer: PeerState, payload: Bytes): Promise<void> {
    if (!peer.ephemerals.take()) return this.core.metric('ephemeral.rate');
    const t = payload.length <= SYNC_LIMITS.ephemeralBytes + 64 ? tupleOf(payload, 3) : null;
    const space = bytesOf(t?.[0], 32);
    const [hop, raw] = [t?.[1], t?.[2]];
    if (space === null || (hop !== 0 && hop !== 1) || !(raw instanceof Uint8Array)) return peer.link.close('breach');
    const state = peer.spaces.get(toBase64url(space));
    const bytes = raw.slice() as Bytes;
    const parsed = parseEphemeral(bytes);
    if (state === undefined || !mayAsk(peer, state) || !parsed.ok) return this.core.metric('ephemeral.refused');
    const { writer, boot, ctr, fragment } = parsed.value;
    const [writerText, bootText] = [`${toBase64url(space)}/${toBase64url(writer)}`, toBase64url(boot)];
    if (this.isOld(writerText, bootText, ctr)) return this.core.metric('ephemeral.repeated');
    // Before its key is judged, which costs a millisecond: what no certificate explains is shown by nobody.
    if (this.core.host.deviceOf?.(space, writer) === null) return this.core.metric('ephemeral.unexplained');
    if (!isAdmissibleKey(writer) || !(await verifyEphemeral(this.core.crypto, space, parsed.value))) return this.core.metric('ephemeral.refused');
    if (peer.closed || this.isOld(writerText, bootText, ctr)) return;
    const heard = this.heardOf(writerText);
    rememberIn(heard.boots, bootText, ctr, SYNC_LIMITS.ephemeralBoots);
    if (!heard.bucket.take()) return this.core.metric('ephemeral.rate');
    this.core.host.onEphemeral(space, bytes, peer.id);
    if (hop === 1) return;
    for (const other of servable(this.core, space)) {
      if (other.peer !== peer && other.state.reader === null && !other.state.lazy && maySee(this.core, other.peer, space, fragment)) say(other.peer, 'live', 'presence:frame:v1:completed', [space, 1, bytes]);
    }
  }

  private isOld(writer: string, boot: string, ctr: number): boolean {
    const last = this.writers.get(writer)?.boots.get(boot);
    return last !== undefined && ctr <= last;
  }

  private heardOf(writer: string): Heard {
    let heard = this.writers.get(writer);
    if (heard === undefined) {
      const bucket = createTokenBucket(this.core.clock, SYNC_LIMITS.ephemeralPerSecond, SYNC_LIMITS.ephemeralPerSecond);
      heard = { boots: new Map(), bucket };
    }
    rememberIn(this.writers, writer, heard, SYNC_LIMITS.ephemeralWriters);
    return heard;
  }
}

/** Ephemerals of one kernel. */
export function createEphemerals(core: Core): Ephemerals {
  return new EphemeralsImpl(core);
}
