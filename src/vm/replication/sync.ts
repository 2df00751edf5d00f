/**
 * Anti-entropy (FORMATS 8), from the side that asks: when the other end opens a space to us, and at every idle tick that differs, one
 * round: fragments changed since the counter we remember of its store, or at first contact those that differ by list or digest tree; then
 * heads of the differing ones that we want; then pulls. The counter moves only after a round that left nothing behind.
 */
import { compareBytes, equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { FRAGMENT } from '#vm/protocol/types';
import { SYNC_LIMITS } from '#vm/limits';
import { differing, prefixesOf, spaceDigest, treeBranch, treeRoot, type FragmentDigest } from './digests.ts';
import { parseChanged, parseHeads, parseListed, parseNewsEnd, parseTreed } from './payloads.ts';
import { askable, mayAsk, maySee, remember, rememberIn, shownTo, type Core, type PeerState, type SpaceState } from './peer-state.ts';
import type { Pulls } from './pulls.ts';

export interface SyncHandlers {
  /** A round ended with nothing left to pull from this end. */
  onSynced(peer: PeerState, state: SpaceState): void;
}

export interface Sync {
  /** Starts a round, or one more after the running one. */
  round(peer: PeerState, state: SpaceState): void;
  /** Both ends hold the same now. */
  equal(peer: PeerState, state: SpaceState, digest: Bytes): void;
  /** Wants a fragment: asks every link of the space now, and again in every round until it is held. */
  want(space: Bytes, fragment: Bytes): void;
}

interface Found {
  readonly fragments: readonly Bytes[];
  readonly arrival: number;
  /** Both ends are known to hold the same after it. */
  readonly equal?: boolean;
}

class SyncImpl implements Sync {
  /** `store|space` → arrival counter of that store up to which we have everything we want. */
  private readonly cursors = new Map<string, number>();
  /** `store|space` → our set digest when both ends were last equal (text). */
  private readonly common = new Map<string, string>();
  /** Spaces in which news is on its way from some link: the others wait for it. */
  private readonly news = new Map<string, Promise<unknown>>();
  /** `space/fragment` asked for by the kernel and not yet held. */
  private readonly wanted = new Set<string>();

  constructor(private readonly core: Core, private readonly pulls: Pulls, private readonly handlers: SyncHandlers) {}

  round(peer: PeerState, state: SpaceState): void {
    if (state.round === 'idle') void this.run(peer, state);
    else state.round = 'again';
  }

  equal(_peer: PeerState, state: SpaceState, digest: Bytes): void {
    if (state.open !== null) rememberIn(this.common, `${state.open.store}|${state.key}`, toBase64url(digest), SYNC_LIMITS.cursors);
  }

  want(space: Bytes, fragment: Bytes): void {
    remember(this.wanted, `${toBase64url(space)}/${toBase64url(fragment)}`, SYNC_LIMITS.wantedFragments);
    for (const { peer, state } of askable(this.core, space)) if (maySee(this.core, peer, space, fragment)) void this.pullFragments(peer, state, [fragment]);
  }

  /** Wanted fragments of the space that are not held yet. */
  private stillWanted(state: SpaceState): Bytes[] {
    if (this.wanted.size === 0) return [];
    const held = new Set(this.core.host.fragments(state.space).map((f) => toBase64url(f.fragment)));
    const out: Bytes[] = [];
    for (const entry of [...this.wanted]) {
      const [space, fragment] = entry.split('/') as [string, string];
      if (space !== state.key) continue;
      if (held.has(fragment)) this.wanted.delete(entry);
      else out.push(fromBase64url(fragment)!);
    }
    return out;
  }

  private async run(peer: PeerState, state: SpaceState): Promise<void> {
    do {
      state.round = 'running';
      const done = await this.once(peer, state);
      if (peer.closed) return;
      const hushed = state.hush;
      state.hush = false;
      if (done || hushed) this.handlers.onSynced(peer, state);
    } while ((state.round as string) === 'again' && !peer.closed);
    state.round = 'idle';
  }

  private async once(peer: PeerState, state: SpaceState): Promise<boolean> {
    if (state.open === null || !mayAsk(peer, state)) return false;
    const key = `${state.open.store}|${state.key}`;
    this.core.metric('sync.rounds');
    const mine = shownTo(this.core, peer, state.space);
    const told = state.open.digest;
    // The digest was told with the open; later rounds start because something changed since.
    state.open.digest = null;
    // Equal, or nothing new there since both were: what we have more is the other end's to ask for.
    if (told !== null && (equalBytes(spaceDigest(mine), told) || this.common.get(key) === toBase64url(told))) {
      rememberIn(this.cursors, key, state.open.arrival, SYNC_LIMITS.cursors);
      if (equalBytes(spaceDigest(mine), told)) this.equal(peer, state, told);
      return true;
    }
    const since = this.cursors.get(key);
    const found = await this.find(peer, state, since, mine);
    if (found === null) return false;
    const complete = await this.pullFragments(peer, state, [...found.fragments, ...this.stillWanted(state)]);
    // A counter that tells nothing although something differs may be that of a copy of the store (a cloned profile): a next round compares everything.
    if (since !== undefined && found.fragments.length === 0 && found.equal !== true) this.cursors.delete(key);
    else if (complete) rememberIn(this.cursors, key, found.arrival, SYNC_LIMITS.cursors);
    return complete;
  }

  /** Which fragments may differ. */
  private async find(peer: PeerState, state: SpaceState, since: number | undefined, mine: readonly FragmentDigest[]): Promise<Found | null> {
    if (since !== undefined) {
      const changed = await this.changes(peer, state, since);
      if (changed === null) return null;
      // A counter that ran backwards is another store under an old name.
      if (changed.complete && changed.arrival >= since) return changed;
    }
    if (mine.length <= SYNC_LIMITS.listAtMost) {
      const found = await this.list(peer, state, null, null);
      if (found === null || found.complete) return found;
    }
    return this.tree(peer, state, mine);
  }

  /** What changed since; the first link of a space that is asked sends a few records along. */
  private async changes(peer: PeerState, state: SpaceState, since: number): Promise<(Found & { complete: boolean }) | null> {
    const busy = this.news.get(state.key);
    if (busy !== undefined) await busy;
    else if (!peer.knowsNoNews) {
      const asked = this.newsSince(peer, state, since);
      this.news.set(state.key, asked);
      const answer = await asked;
      this.news.delete(state.key);
      if (answer !== undefined) return answer;
      peer.knowsNoNews = true;
    }
    const answer = await peer.queries.ask('sync:changes:v1', [state.space, since]);
    if (answer.state !== 'completed') return null;
    return parseChanged(answer.parts[0]!) ?? this.breach(peer);
  }

  /** Undefined when the other end does not know the question. */
  private async newsSince(peer: PeerState, state: SpaceState, since: number): Promise<(Found & { complete: boolean }) | null | undefined> {
    state.hush = true;
    const answer = await peer.queries.ask('sync:news:v1', [state.space, since, SYNC_LIMITS.newsBytes], { timeoutMs: SYNC_LIMITS.newsMs });
    if (answer.state !== 'completed') return answer.state === 'timeout' ? undefined : null;
    await peer.taking;
    const news = parseNewsEnd(answer.parts[0]!);
    if (news === null) return this.breach(peer);
    if (!equalBytes(news.digest, spaceDigest(shownTo(this.core, peer, state.space)))) return news;
    this.equal(peer, state, news.digest);
    return { ...news, fragments: [], equal: true };
  }

  private async list(peer: PeerState, state: SpaceState, places: Bytes | null, have: Bytes | null): Promise<(Found & { complete: boolean }) | null> {
    const answer = await peer.queries.ask('sync:list:v1', [state.space, places, have]);
    if (answer.state !== 'completed') return null;
    const listed = parseListed(answer.parts[0]!);
    if (listed === null) return this.breach(peer);
    const mine = new Map(shownTo(this.core, peer, state.space).map((f) => [toBase64url(f.fragment), f.digest]));
    const fragments = listed.fragments.filter((f) => {
      const own = mine.get(toBase64url(f.fragment));
      return own === undefined || !equalBytes(own, f.digest);
    });
    return { arrival: listed.arrival, fragments: fragments.map((f) => f.fragment), complete: listed.complete };
  }

  /**
   * Two levels of 16 digests, then the differing leaves: over all fragments where every one is wanted, also those we never heard of; else over what we
   * hold there too, and what we want and do not hold is asked by name.
   */
  private async tree(peer: PeerState, state: SpaceState, mine: readonly FragmentDigest[]): Promise<Found | null> {
    const have = mine.length === 0 || mine.length > SYNC_LIMITS.fragments || this.core.host.wantsAll(state.space) ? null : prefixesOf(mine.map((f) => f.fragment));
    const root = await this.treeLevel(peer, state, null, have);
    if (root === null) return null;
    const branches = differing(root.digests, treeRoot(mine));
    if (branches.length === 0) return { fragments: [], arrival: root.arrival };
    const level = await this.treeLevel(peer, state, Uint8Array.from(branches) as Bytes, have);
    if (level === null) return null;
    const leaves: number[] = [];
    branches.forEach((branch, i) => {
      const theirs = level.digests.subarray(i * 256, i * 256 + 256) as Bytes;
      for (const leaf of differing(theirs, treeBranch(mine, branch))) leaves.push(branch * 16 + leaf);
    });
    const out: Bytes[] = [];
    for (let at = 0; at < leaves.length; at += SYNC_LIMITS.leavesPerList) {
      const found = await this.list(peer, state, Uint8Array.from(leaves.slice(at, at + SYNC_LIMITS.leavesPerList)) as Bytes, have);
      if (found === null) return null;
      out.push(...found.fragments);
    }
    return { fragments: out, arrival: root.arrival };
  }

  private async treeLevel(peer: PeerState, state: SpaceState, places: Bytes | null, have: Bytes | null) {
    const answer = await peer.queries.ask('sync:tree:v1', [state.space, places, have]);
    if (answer.state !== 'completed') return null;
    return parseTreed(answer.parts[0]!, places?.length ?? 1) ?? this.breach(peer);
  }

  /** Heads of the fragments we want, then their ranges; acl before root before the rest. True when every head is held now. */
  private async pullFragments(peer: PeerState, state: SpaceState, fragments: readonly Bytes[]): Promise<boolean> {
    const { host } = this.core;
    const rank = (f: Bytes): number => (compareBytes(f, FRAGMENT.acl) === 0 ? 0 : compareBytes(f, FRAGMENT.root) === 0 ? 1 : 2);
    const wanted = fragments.filter((f) => host.wants(state.space, f)).sort((a, b) => rank(a) - rank(b));
    let complete = true;
    for (let at = 0; at < wanted.length; at += SYNC_LIMITS.fragmentsPerHeads) {
      if (state.open === null || !mayAsk(peer, state)) return false;
      const own = new Map(host.fragments(state.space).map((f) => [toBase64url(f.fragment), f.digest]));
      const batch = wanted.slice(at, at + SYNC_LIMITS.fragmentsPerHeads);
      const ask = batch.map((f) => [f, own.get(toBase64url(f)) ?? null]);
      const answer = await peer.queries.ask('sync:heads:v1', [state.space, ask]);
      if (answer.state !== 'completed') return false;
      const results: Promise<boolean>[] = [];
      const asked = new Set(batch.map(toBase64url));
      for (const part of answer.parts) {
        const heads = parseHeads(part);
        if (heads === null) return this.breach(peer) ?? false;
        for (const head of heads) if (asked.has(toBase64url(head.fragment))) results.push(this.pulls.want(peer, state.space, head));
      }
      for (const held of await Promise.all(results)) complete = complete && held;
    }
    return complete;
  }

  private breach(peer: PeerState): null {
    peer.link.close('breach');
    return null;
  }
}

/** The asking side of anti-entropy. */
export function createSync(core: Core, pulls: Pulls, handlers: SyncHandlers): Sync {
  return new SyncImpl(core, pulls, handlers);
}
