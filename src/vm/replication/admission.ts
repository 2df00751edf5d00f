/**
 * Who may be served what (FORMATS 8): space proofs both ways, invite proofs, joins. A space is open on a link when its other end proved
 * the discovery key and the acl lets its device read; the proof names the space only to those who know it.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import type { SigningKey } from '#ports/crypto';
import type { LinkMessage } from '#vm/mesh/link-types';
import { signInviteProof, spaceProof, verifyInviteProof } from '#vm/protocol/handshake';
import { SYNC_LIMITS } from '#vm/limits';
import type { JoinAnswer, JoinAttempt } from './host.ts';
import { bytesOf, listOf, tupleOf } from './payloads.ts';
import { createPairLinks, type PairLinks } from './pair-links.ts';
import { createPassing, type Passing } from './passing.ts';
import { createReturns, RETURN_KEY, type Returns } from './returns.ts';
import { mayServe, remember, say, servedAs, spaceState, type Core, type PeerState, type SpaceState } from './peer-state.ts';

export interface AdmissionHandlers {
  /** We may serve the space from now on: tell the other end. */
  onServe(peer: PeerState, state: SpaceState): void;
  /** Proofs changed. */
  onChange(): void;
}

export interface Admission {
  /** A link came up, or contacts, keys, invites, joins or rights changed. */
  update(peer: PeerState): void;
  /** The same on all links, of which a beacon has hundreds: what is here is gathered once for all of them. */
  updateAll(): void;
  onMessage(peer: PeerState, message: LinkMessage): boolean;
  /** A join of ours is given up. */
  withdraw(peer: PeerState, space: Bytes, invite: Bytes): void;
  /** The other end opened the space to us; true when it is one we asked or share. */
  accepts(peer: PeerState, space: Bytes): SpaceState | null;
}

/** A key and its text. */
interface Named {
  readonly key: Bytes;
  readonly text: string;
}

/** What a link is held against: spaces that are here, and the keys by which they are found. */
interface Ours {
  readonly contacts: readonly { readonly space: Bytes; readonly id: string; readonly keys: readonly Named[] }[];
  readonly ids: ReadonlySet<string>;
  /** Keys of the space that has most, as far as they are announced. */
  readonly oldest: number;
}

interface Proof {
  readonly bytes: Bytes;
  readonly text: string;
}

/** Key of what a device that reads by a public link asked on a link. */
const readKey = (space: Bytes): string => `read/${toBase64url(space)}`;

type Refusal = Extract<JoinAnswer, { state: 'refused' }>['reason'];
const REFUSALS: ReadonlySet<string> = new Set<Refusal>(['expired', 'used', 'unknown', 'revoked', 'bad', 'rights', 'full', 'declined']);

class AdmissionImpl implements Admission {
  private readonly returns: Returns | null;
  private readonly pairs: PairLinks | null;
  private readonly passing: Passing;
  private readonly proofs = new WeakMap<PeerState, { readonly i: Map<string, Proof>; readonly r: Map<string, Proof> }>();

  constructor(private readonly core: Core, private readonly handlers: AdmissionHandlers) {
    const { returns, pairing } = core.host;
    this.pairs = pairing ? createPairLinks(pairing) : null;
    this.passing = createPassing(core);
    this.returns = returns ? createReturns(core, returns, (peer) => this.update(peer)) : null;
  }

  update(peer: PeerState): void {
    this.look(peer, this.ours());
  }

  updateAll(): void {
    const peers = [...this.core.peers.values()];
    const ours = peers.length > 0 ? this.ours() : null;
    for (const peer of peers) this.look(peer, ours!);
  }

  private ours(): Ours {
    const contacts = this.core.host.contacts().map(({ space, discoveryKeys }) => ({ space, id: toBase64url(space), keys: discoveryKeys.map((key): Named => ({ key, text: toBase64url(key) })) }));
    return { contacts, ids: new Set(contacts.map(({ id }) => id)), oldest: Math.min(SYNC_LIMITS.announcedKeys, Math.max(0, ...contacts.map(({ keys }) => keys.length))) };
  }

  private look(peer: PeerState, ours: Ours): void {
    this.announce(peer, ours);
    this.match(peer, ours);
    this.dropLost(peer, ours);
    this.serve(peer);
    this.tellAnswers(peer);
    this.passing.update(peer);
    for (const join of this.core.host.joins()) void this.tryJoin(peer, join);
    const reads = this.core.host.readsBy?.() ?? null;
    if (reads) void this.tryRead(peer, reads.space, reads.key);
    this.returns?.update(peer);
    this.pairs?.update(peer);
  }

  accepts(peer: PeerState, space: Bytes): SpaceState | null {
    const state = peer.spaces.get(toBase64url(space));
    if (state === undefined || !(state.proven || state.reads || state.joining !== null)) return null;
    if (state.joining !== null && peer.joins.get(state.joining) !== 'accepted') {
      peer.joins.set(state.joining, 'accepted');
      this.core.host.onJoinAnswer(state.joining, { state: 'accepted' });
    }
    return state;
  }

  onMessage(peer: PeerState, message: LinkMessage): boolean {
    switch (message.event) {
      case 'space:proof:v1:requested': this.onProofs(peer, message.payload); return true;
      case 'invite:proof:v1:requested': void this.onInviteProof(peer, message); return true;
      case 'space:join:v1:requested': void this.onJoin(peer, message); return true;
      case 'space:letter:v1:requested': this.onLetter(peer, message, 4); return true;
      case 'space:withdraw:v1:requested': this.onLetter(peer, message, 2); return true;
      case 'space:answer:v1:requested': this.onAnswered(peer, message); return true;
      default: return this.passing.onMessage(peer, message) || (this.returns?.onMessage(peer, message) ?? false) || (this.pairs?.onMessage(peer, message) ?? false);
    }
  }

  /** What a key proves on a link, from one of its ends. Asked at every change of a link: worked out once. */
  private proofOf(peer: PeerState, { key, text }: Named, role: 'i' | 'r'): Proof {
    let known = this.proofs.get(peer);
    if (known === undefined) this.proofs.set(peer, (known = { i: new Map(), r: new Map() }));
    let proof = known[role].get(text);
    if (proof === undefined) {
      const bytes = spaceProof(key, role, peer.link.hash);
      known[role].set(text, (proof = { bytes, text: toBase64url(bytes) }));
    }
    return proof;
  }

  /** The newest key of every space first: older ones must not take the room of other spaces. */
  private announce(peer: PeerState, { contacts, oldest }: Ours): void {
    const fresh: Bytes[] = [];
    for (let age = 0; age < oldest; age++) {
      for (const { keys } of contacts) {
        const proof = keys[age] && this.proofOf(peer, keys[age], peer.link.role);
        if (!proof || peer.sentProofs.has(proof.text) || peer.sentProofs.size >= SYNC_LIMITS.proofs) continue;
        peer.sentProofs.add(proof.text);
        fresh.push(proof.bytes);
      }
    }
    if (fresh.length > 0) say(peer, 'live', 'space:proof:v1:requested', fresh);
  }

  /** Proves what the other end has proved: it knows this key, and perhaps none of those that were announced. */
  private answer(peer: PeerState, named: Named): void {
    const { bytes, text } = this.proofOf(peer, named, peer.link.role);
    if (peer.sentProofs.has(text)) return;
    peer.sentProofs.add(text);
    say(peer, 'live', 'space:proof:v1:requested', [bytes]);
  }

  private onProofs(peer: PeerState, payload: Bytes): void {
    const proofs = listOf(tryDecodeCbor(payload), SYNC_LIMITS.proofs, (item) => bytesOf(item, 32));
    if (proofs === null) return peer.link.close('breach');
    for (const proof of proofs) remember(peer.heardProofs, toBase64url(proof), SYNC_LIMITS.proofs);
    this.update(peer);
  }

  /** Heard proofs against what each discovery key of ours would prove from the other end. */
  private match(peer: PeerState, { contacts }: Ours): void {
    if (peer.heardProofs.size === 0) return;
    const other = peer.link.role === 'i' ? 'r' : 'i';
    for (const { space, id, keys } of contacts) {
      if (peer.spaces.get(id)?.proven === true) continue;
      const matching = keys.find((key) => peer.heardProofs.has(this.proofOf(peer, key, other).text));
      const state = matching === undefined ? null : spaceState(peer, space);
      if (state === null) continue;
      state.proven = true;
      this.answer(peer, matching!);
      this.handlers.onChange();
    }
  }

  /** Spaces that are neither ours nor being joined any more. */
  private dropLost(peer: PeerState, { ids }: Ours): void {
    const joins = new Set(this.core.host.joins().map((join) => join.key));
    const reads = this.core.host.readsBy?.() ?? null;
    if (reads) joins.add(readKey(reads.space));
    const { returns } = this.core.host;
    if (returns?.looking() === true || returns?.sibling(peer.link.device) === true) joins.add(RETURN_KEY);
    // One that is over may begin anew by the same link: who was in, went and comes again.
    for (const key of peer.joins.keys()) if (!joins.has(key)) peer.joins.delete(key);
    for (const [key, state] of peer.spaces) {
      if (state.joining !== null && !joins.has(state.joining)) state.joining = null;
      if (!ids.has(key) && state.joining === null) peer.spaces.delete(key);
    }
  }

  private serve(peer: PeerState): void {
    for (const state of peer.spaces.values()) {
      const may = mayServe(this.core, peer, state);
      if (!may && (state.proven || state.reader !== null)) void this.part(peer, state);
      if (may === state.serving) continue;
      state.serving = may;
      if (may) this.handlers.onServe(peer, state);
      this.handlers.onChange();
    }
  }

  /** Who was removed is told, once on a link: they would hear nothing more and not know why. */
  private async part(peer: PeerState, state: SpaceState): Promise<void> {
    const parting = this.core.host.parting?.(state.space, servedAs(peer, state)) ?? null;
    if (parting === null || parting.key === state.parted) return;
    state.parted = parting.key;
    const entries = await parting.read().catch(() => []);
    if (peer.closed) return;
    for (const payload of peer.batches.encode('live', entries, SYNC_LIMITS.putBytes, true)) peer.link.send('live', 'gun:put:v1:requested', payload);
    this.core.metric('parting.told');
  }

  /** Joiner: proof first; the join message goes only to an end that knows the invite. */
  private async tryJoin(peer: PeerState, join: JoinAttempt): Promise<void> {
    if (peer.joins.has(join.key) || peer.joins.size >= SYNC_LIMITS.joinsPerLink) return;
    peer.joins.set(join.key, 'asked');
    this.core.host.onJoinProgress(join.key, 'found');
    const proof = await signInviteProof(this.core.crypto, join.invite, peer.link.hash);
    const known = await peer.queries.ask('invite:proof:v1', [join.invite.pub, proof]);
    if (peer.closed) return;
    // Not known there now: the invite may still arrive.
    if (known.state !== 'completed') return this.askLater(peer, join.key, 'asked', SYNC_LIMITS.joinRetryMs);
    const state = spaceState(peer, join.space);
    if (state === null) return;
    state.joining = join.key;
    this.core.host.onJoinProgress(join.key, 'secure');
    this.core.host.onJoinProgress(join.key, 'asked');
    const answer = await peer.queries.ask('space:join:v1', [join.space, join.invite.pub, join.message]);
    if (peer.closed || peer.joins.get(join.key) === 'accepted') return;
    this.onAnswer(peer, join.key, answer);
    if (join.letter && peer.joins.get(join.key) === 'waiting') say(peer, 'live', 'space:letter:v1:requested', [join.space, join.invite.pub, join.letter.name, join.letter.words]);
  }

  withdraw(peer: PeerState, space: Bytes, invite: Bytes): void {
    if (!peer.closed && peer.spaces.get(toBase64url(space))?.joining != null) say(peer, 'live', 'space:withdraw:v1:requested', [space, invite]);
  }

  /** A request that we keep for a hand: a letter (space, invite, name, words), or (space, invite) that it is taken back. It counts on the link of the device that asked. */
  private onLetter(peer: PeerState, message: LinkMessage, length: 2 | 4): void {
    const t = message.payload.length <= SYNC_LIMITS.joinBytes ? tupleOf(message.payload, length) : null;
    const space = bytesOf(t?.[0], 32);
    const pub = bytesOf(t?.[1], 32);
    const [name, words] = [t?.[2], t?.[3]];
    if (space === null || pub === null || (length === 4 && (typeof name !== 'string' || typeof words !== 'string'))) return peer.link.close('breach');
    const state = peer.spaces.get(toBase64url(space));
    if (state?.held !== true || state.invited === null || !equalBytes(state.invited, pub)) return;
    if (length === 2) state.held = false;
    this.core.host.onJoinLetter?.(space, pub, peer.link.device, length === 2 ? null : { name: String(name), words: String(words) });
  }

  /** Who waits for a hand here asks again as soon as there is an answer. */
  private tellAnswers(peer: PeerState): void {
    for (const state of peer.spaces.values()) {
      if (!state.held || state.invited === null || this.core.host.joinAnswered?.(state.space, state.invited, peer.link.device) !== true) continue;
      state.held = false;
      say(peer, 'live', 'space:answer:v1:requested', [state.space, state.invited]);
    }
  }

  /** Joiner: the end that told us to wait has an answer. */
  private onAnswered(peer: PeerState, message: LinkMessage): void {
    const t = tupleOf(message.payload, 2);
    const space = bytesOf(t?.[0], 32);
    const pub = bytesOf(t?.[1], 32);
    if (space === null || pub === null) return peer.link.close('breach');
    const join = this.core.host.joins().find((one) => equalBytes(one.space, space) && equalBytes(one.invite.pub, pub));
    const state = join && peer.joins.get(join.key);
    if (state === 'asked') peer.joins.set(join!.key, 'hurry');
    if (state !== 'waiting') return;
    peer.joins.delete(join!.key);
    this.update(peer);
  }

  /** Reader by a public link: its key is proved, and whoever knows the link opens what it opens. */
  private async tryRead(peer: PeerState, space: Bytes, key: SigningKey): Promise<void> {
    const name = readKey(space);
    const state = peer.joins.has(name) ? null : spaceState(peer, space);
    if (state === null) return;
    peer.joins.set(name, 'asked');
    const proof = await signInviteProof(this.core.crypto, key, peer.link.hash);
    // What the other end sends after its answer may overtake the reading of it.
    state.reads = true;
    const known = await peer.queries.ask('invite:proof:v1', [key.pub, proof]);
    if (peer.closed) return;
    if (known.state !== 'completed') return this.askLater(peer, name, 'asked', SYNC_LIMITS.joinRetryMs);
    peer.joins.set(name, 'accepted');
  }

  private onAnswer(peer: PeerState, key: string, answer: Awaited<ReturnType<PeerState['queries']['ask']>>): void {
    const { host } = this.core;
    if (answer.state === 'completed') {
      const accepted = answer.last === 'completed';
      const hurry = peer.joins.get(key) === 'hurry';
      peer.joins.set(key, accepted ? 'accepted' : 'waiting');
      if (!accepted && hurry) {
        host.onJoinAnswer(key, { state: 'waiting' });
        peer.joins.delete(key);
        return this.update(peer);
      }
      if (!accepted) this.askLater(peer, key, 'waiting', SYNC_LIMITS.joinWaitMs);
      return host.onJoinAnswer(key, { state: accepted ? 'accepted' : 'waiting' });
    }
    if (answer.state !== 'failed') return this.askLater(peer, key, 'asked', SYNC_LIMITS.joinRetryMs);
    const [reason, words] = tupleOf(answer.payload, 1) ?? tupleOf(answer.payload, 2) ?? [];
    peer.joins.set(key, 'refused');
    // There is no room in the queue now: asked again like one that is in it.
    if (reason === 'full') this.askLater(peer, key, 'refused', SYNC_LIMITS.joinWaitMs);
    host.onJoinAnswer(key, { state: 'refused', reason: typeof reason === 'string' && REFUSALS.has(reason) ? (reason as Refusal) : 'bad', ...(typeof words === 'string' ? { words } : {}) });
  }

  /** Asked again when it still stands as it does now. */
  private askLater(peer: PeerState, key: string, state: 'asked' | 'waiting' | 'refused', ms: number): void {
    peer.joins.set(key, state);
    this.core.clock.setTimer(ms, () => {
      if (peer.closed || peer.joins.get(key) !== state) return;
      peer.joins.delete(key);
      this.update(peer);
    });
  }

  /** `link`: it is a public link, which is served and lets nobody in. */
  private inviteOf(pub: Bytes): { space: Bytes; pub: Bytes; link: boolean } | null {
    for (const contact of this.core.host.contacts()) {
      for (const link of contact.links ?? []) if (equalBytes(link.pub, pub)) return { space: contact.space, pub: link.pub, link: true };
      for (const invite of contact.invites) if (equalBytes(invite.pub, pub)) return { space: contact.space, pub: invite.pub, link: false };
    }
    return null;
  }

  private async onInviteProof(peer: PeerState, message: LinkMessage): Promise<void> {
    const t = tupleOf(message.payload, 2);
    const pub = bytesOf(t?.[0], 32);
    const proof = bytesOf(t?.[1], 64);
    if (pub === null || proof === null) return peer.link.close('breach');
    const known = this.inviteOf(pub);
    const state = known === null ? null : spaceState(peer, known.space);
    const valid = state !== null && (await verifyInviteProof(this.core.crypto, pub, peer.link.hash, proof));
    if (peer.closed) return;
    if (valid) state.invited = pub;
    if (valid && known!.link) state.reader = pub;
    say(peer, 'live', `invite:proof:v1:${valid ? 'completed' : 'failed'}`, [], message.id);
    if (valid && known!.link) this.update(peer);
  }

  private async onJoin(peer: PeerState, message: LinkMessage): Promise<void> {
    const t = message.payload.length <= SYNC_LIMITS.joinBytes ? tupleOf(message.payload, 3) : null;
    const space = bytesOf(t?.[0], 32);
    const pub = bytesOf(t?.[1], 32);
    const join = t?.[2];
    if (space === null || pub === null || !(join instanceof Uint8Array)) return peer.link.close('breach');
    const state = peer.spaces.get(toBase64url(space));
    if (state?.invited == null || !equalBytes(state.invited, pub)) return say(peer, 'live', 'space:join:v1:failed', ['unknown'], message.id);
    const answer = await this.core.host.onJoin(space, join.slice() as Bytes, pub, peer.id).catch(() => null);
    // Our disk refused: silence lets the joiner ask again.
    if (answer === null) return this.core.metric('join.unanswered');
    if (peer.closed) return;
    if (answer.state === 'refused') return say(peer, 'live', 'space:join:v1:failed', answer.words === undefined ? [answer.reason] : [answer.reason, answer.words], message.id);
    state.held = answer.state === 'waiting';
    peer.link.send('live', `space:join:v1:${answer.state === 'accepted' ? 'completed' : 'processing'}`, encodeCbor([]), message.id);
    this.update(peer);
  }
}

/** Admission on all links of one kernel. */
export function createAdmission(core: Core, handlers: AdmissionHandlers): Admission {
  return new AdmissionImpl(core, handlers);
}
