/**
 * One ack for everything (docs/PROTOCOL.md §13): "this device holds, durably, the records of the space set digest D". After a reconnect two
 * peers say it once instead of an ack for each of thousands of logs; who has the same digest knows which records it speaks of.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { LinkMessage } from '#vm/mesh/link-types';
import { ackSetMessage } from '#vm/protocol/messages';
import { spaceDigest } from './digests.ts';
import { bytesOf, tupleOf } from './payloads.ts';
import { mayServe, say, shownTo, type Core, type PeerState, type SpaceState } from './peer-state.ts';

export interface AckSets {
  /** Says it for what is held now, once per link and digest. False when something held has no effect yet, so that it would not be true. */
  tell(peer: PeerState, state: SpaceState): boolean;
  /** Was it said for exactly what is held now? */
  covers(peer: PeerState, state: SpaceState): boolean;
  /** Both ends may be equal now: what was heard before is looked at again. */
  settle(peer: PeerState, state: SpaceState): void;
  onMessage(peer: PeerState, message: LinkMessage): boolean;
}

class AckSetsImpl implements AckSets {
  constructor(private readonly core: Core) {}

  tell(peer: PeerState, state: SpaceState): boolean {
    const { host } = this.core;
    const list = shownTo(this.core, peer, state.space);
    const digest = spaceDigest(list);
    const text = toBase64url(digest);
    if (state.ackSetTold === text) return true;
    for (const { fragment } of list) for (const head of host.heads(state.space, fragment)) if (host.ackLevel(state.space, fragment, head.id) !== 1) return false;
    state.ackSetTold = text;
    void this.send(peer, state, digest);
    return true;
  }

  covers(peer: PeerState, state: SpaceState): boolean {
    return state.ackSetTold !== null && state.ackSetTold === toBase64url(spaceDigest(shownTo(this.core, peer, state.space)));
  }

  settle(peer: PeerState, state: SpaceState): void {
    const { host } = this.core;
    const { ackSetHeard: heard } = state;
    if (heard === null) return;
    const list = shownTo(this.core, peer, state.space);
    if (!equalBytes(spaceDigest(list), heard)) return;
    state.ackSetHeard = null;
    for (const { fragment } of list) {
      for (const head of host.heads(state.space, fragment)) host.onAck({ space: state.space, fragment, ...head, level: 1, ds: peer.link.device });
    }
  }

  onMessage(peer: PeerState, message: LinkMessage): boolean {
    if (message.event !== 'record:acks:v1:completed') return false;
    void this.heard(peer, message.payload);
    return true;
  }

  private async send(peer: PeerState, state: SpaceState, digest: Bytes): Promise<void> {
    const sig = await this.core.crypto.sign(this.core.host.deviceKey, ackSetMessage(state.space, digest));
    if (mayServe(this.core, peer, state)) say(peer, 'live', 'record:acks:v1:completed', [state.space, digest, sig]);
  }

  private async heard(peer: PeerState, payload: Bytes): Promise<void> {
    const t = tupleOf(payload, 3);
    const [space, digest, sig] = [bytesOf(t?.[0], 32), bytesOf(t?.[1], 32), bytesOf(t?.[2], 64)];
    if (space === null || digest === null || sig === null) return peer.link.close('breach');
    const state = peer.spaces.get(toBase64url(space));
    if (state === undefined || !mayServe(this.core, peer, state)) return;
    if (!(await this.core.crypto.verify(peer.link.device, sig, ackSetMessage(space, digest)))) return this.core.metric('acks.refused');
    if (peer.closed) return;
    state.ackSetHeard = digest;
    this.settle(peer, state);
  }
}

/** Acks over whole sets of one kernel. */
export function createAckSets(core: Core): AckSets {
  return new AckSetsImpl(core);
}
