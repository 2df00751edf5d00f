/** Answers to the questions of other peers (docs/PROTOCOL.md §11). Nothing is answered in a space that the asker may not read now. */
import { compareBytes, concat, equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import type { LinkMessage } from '#vm/mesh/link-types';
import { SYNC_LIMITS } from '#vm/limits';
import { prefixFilter, spaceDigest, treeBranch, treeRoot } from './digests.ts';
import type { Head } from './host.ts';
import { bytesOf, headValue, listOf, parseChanges, parseHeadsAsk, parseNews, parseTreeAsk, tupleOf, type FragmentHead } from './payloads.ts';
import { maySee, mayServe, say, shownTo, type Core, type PeerState } from './peer-state.ts';

export interface Serve {
  /** True when the message was a question for us. */
  onMessage(peer: PeerState, message: LinkMessage): boolean;
}

class ServeImpl implements Serve {
  constructor(private readonly core: Core) {}

  onMessage(peer: PeerState, message: LinkMessage): boolean {
    switch (message.event) {
      case 'sync:changes:v1:requested': this.changes(peer, message); return true;
      case 'sync:news:v1:requested': void this.news(peer, message); return true;
      case 'sync:list:v1:requested': this.list(peer, message); return true;
      case 'sync:tree:v1:requested': this.tree(peer, message); return true;
      case 'sync:heads:v1:requested': this.heads(peer, message); return true;
      case 'sync:own:v1:requested': this.own(peer, message); return true;
      case 'node:find:v1:requested': this.find(peer, message); return true;
      default: return false;
    }
  }

  /** May this end be answered? A question in a wrong form ends the link, one without right gets `failed`. */
  private admits(peer: PeerState, message: LinkMessage, parsed: { readonly space: Bytes } | null): boolean {
    if (parsed === null) {
      peer.link.close('breach');
      return false;
    }
    const state = peer.spaces.get(toBase64url(parsed.space));
    if (state !== undefined && mayServe(this.core, peer, state)) return true;
    this.core.metric('sync.refused');
    this.answer(peer, message, 'failed', ['rights']);
    return false;
  }

  private answer(peer: PeerState, message: LinkMessage, state: 'completed' | 'processing' | 'failed', payload: CborValue): void {
    say(peer, message.channel, message.event.replace(/requested$/, state), payload, message.id);
  }

  private arrival(space: Bytes): number {
    return this.core.host.changedSince(space, Number.MAX_SAFE_INTEGER).arrival;
  }

  private changedFor(peer: PeerState, space: Bytes, since: number): { arrival: number; fragments: readonly Bytes[] } {
    const { arrival, fragments } = this.core.host.changedSince(space, since);
    return { arrival, fragments: fragments.filter((fragment) => maySee(this.core, peer, space, fragment)) };
  }

  private changes(peer: PeerState, message: LinkMessage): void {
    const ask = parseChanges(message.payload);
    if (!this.admits(peer, message, ask)) return;
    const { arrival, fragments } = this.changedFor(peer, ask!.space, ask!.since);
    const complete = fragments.length <= SYNC_LIMITS.fragments;
    this.answer(peer, message, 'completed', [arrival, complete ? [...fragments] : [], complete]);
  }

  /** As changes, and before it the records that came since, as far as they fit: the asker need not ask twice for a few. */
  private async news(peer: PeerState, message: LinkMessage): Promise<void> {
    const ask = parseNews(message.payload);
    if (!this.admits(peer, message, ask)) return;
    const { space, since, bytes } = ask!;
    const entries = (await this.core.host.newsSince?.(space, since, Math.min(bytes, SYNC_LIMITS.newsBytes)).catch(() => [])) ?? [];
    if (!this.admits(peer, message, ask)) return;
    const shown = entries.filter((entry) => maySee(this.core, peer, space, entry.fragment));
    for (const payload of peer.batches.encode('live', shown, SYNC_LIMITS.putBytes, true)) {
      peer.link.send('live', 'sync:news:v1:processing', payload, message.id);
    }
    const { arrival, fragments } = this.changedFor(peer, space, since);
    const complete = fragments.length <= SYNC_LIMITS.fragments;
    const digest = spaceDigest(shownTo(this.core, peer, space));
    this.answer(peer, message, 'completed', [arrival, complete ? [...fragments] : [], complete, digest]);
  }

  private list(peer: PeerState, message: LinkMessage): void {
    const ask = parseTreeAsk(message.payload);
    if (!this.admits(peer, message, ask)) return;
    const { space, places, have } = ask!;
    const arrival = this.arrival(space);
    const filter = prefixFilter(have);
    const inPlaces = (f: Bytes): boolean => places === null || places.includes(f[0]!);
    const list = shownTo(this.core, peer, space).filter((f) => inPlaces(f.fragment) && filter(f.fragment));
    const max = places === null && have === null ? SYNC_LIMITS.listAtMost : SYNC_LIMITS.fragments;
    const complete = list.length <= max;
    this.answer(peer, message, 'completed', [arrival, complete ? list.map((f) => [f.fragment, f.digest]) : [], complete]);
  }

  private tree(peer: PeerState, message: LinkMessage): void {
    const ask = parseTreeAsk(message.payload);
    if (!this.admits(peer, message, ask)) return;
    const { space, places, have } = ask!;
    if (places !== null && places.some((place) => place > 15)) return peer.link.close('breach');
    const filter = prefixFilter(have);
    const list = shownTo(this.core, peer, space).filter((f) => filter(f.fragment));
    const digests = places === null ? treeRoot(list) : concat(...[...places].slice(0, 16).map((place) => treeBranch(list, place)));
    this.answer(peer, message, 'completed', [this.arrival(space), digests]);
  }

  private heads(peer: PeerState, message: LinkMessage): void {
    const ask = parseHeadsAsk(message.payload);
    if (!this.admits(peer, message, ask)) return;
    const { space, fragments } = ask!;
    const held = new Map(shownTo(this.core, peer, space).map((f) => [toBase64url(f.fragment), f.digest]));
    let part: CborValue[] = [];
    let count = 0;
    for (const { fragment, digest } of fragments) {
      const key = toBase64url(fragment);
      const mine = held.get(key);
      // Asked once, answered once: all writers of a fragment named two thousand times are hundreds of megabytes.
      held.delete(key);
      if (mine === undefined || (digest !== null && equalBytes(mine, digest))) continue;
      const heads = this.sorted(space, fragment);
      for (let at = 0; at < heads.length; at += SYNC_LIMITS.headsPerMessage) {
        const slice = heads.slice(at, at + SYNC_LIMITS.headsPerMessage);
        if (count + slice.length > SYNC_LIMITS.headsPerMessage) {
          this.answer(peer, message, 'processing', [part]);
          part = [];
          count = 0;
        }
        part.push([fragment, slice.map((h) => [h.writer, h.seq, h.id])]);
        count += slice.length;
      }
    }
    this.answer(peer, message, 'completed', [part]);
  }

  private sorted(space: Bytes, fragment: Bytes): Head[] {
    const heads = [...this.core.host.heads(space, fragment)].slice(0, SYNC_LIMITS.headsPerFragment);
    return heads.sort((a, b) => compareBytes(a.writer, b.writer) || a.seq - b.seq);
  }

  private own(peer: PeerState, message: LinkMessage): void {
    const t = tupleOf(message.payload, 2);
    const space = bytesOf(t?.[0], 32);
    const writers = listOf(t?.[1], SYNC_LIMITS.ownWriters, (item) => bytesOf(item, 32));
    if (!this.admits(peer, message, space === null || writers === null ? null : { space })) return;
    const wanted = new Set(writers!.map(toBase64url));
    const out: FragmentHead[] = [];
    for (const { fragment } of shownTo(this.core, peer, space!)) {
      for (const head of this.core.host.heads(space!, fragment)) if (wanted.has(toBase64url(head.writer))) out.push({ fragment, ...head });
    }
    for (let at = 0; ; at += SYNC_LIMITS.headsPerMessage) {
      const last = at + SYNC_LIMITS.headsPerMessage >= out.length;
      this.answer(peer, message, last ? 'completed' : 'processing', [out.slice(at, at + SYNC_LIMITS.headsPerMessage).map(headValue)]);
      if (last) return;
    }
  }

  private find(peer: PeerState, message: LinkMessage): void {
    const t = tupleOf(message.payload, 2);
    const space = bytesOf(t?.[0], 32);
    const node = bytesOf(t?.[1], 16);
    if (!this.admits(peer, message, space === null || node === null ? null : { space })) return;
    const found = this.core.host.findNode(space!, node!);
    this.answer(peer, message, 'completed', [found !== null && maySee(this.core, peer, space!, found) ? found : null]);
  }
}

/** The answering side of anti-entropy. */
export function createServe(core: Core): Serve {
  return new ServeImpl(core);
}
