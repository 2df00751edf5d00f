/**
 * Witnesses on links (docs/PROTOCOL.md §13): the newest are told when a space opens, new ones are passed on once to each link, a proof of a lie too; what is
 * missing of a log is asked for; and a check asks for what only the disk knows. Only with who has the whole space, beacons among them.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import type { LinkMessage } from '#vm/mesh/link-types';
import { parseRecord } from '#vm/protocol/record';
import { FRAGMENT } from '#vm/protocol/types';
import { heldHash, heldMessage, parseWitness, provesLie, verifyWitness, type Witness } from '#vm/protocol/witness';
import { WITNESS_LIMITS } from '#vm/witness-limits';
import { bytesOf, isUint, listOf, tupleOf } from './payloads.ts';
import { maySee, mayServe, remember, say, type Core, type PeerState, type SpaceState } from './peer-state.ts';

/** What the kernel keeps of witnesses. */
export interface WitnessKeeper {
  /** Is it the device of a beacon of the space now? */
  isBeacon(space: Bytes, ds: Bytes): boolean;
  has(space: Bytes, w: Pick<Witness, 'ds' | 'id'>): boolean;
  /** Is there room in the budget of this beacon? */
  admits(space: Bytes, ds: Bytes): boolean;
  /** Signed by a beacon of the space; true when it is new, and to be passed on. */
  take(space: Bytes, w: Witness): boolean;
  takeProof(space: Bytes, proof: readonly Witness[]): boolean;
  /** What is told to a link that opens. */
  newest(space: Bytes): readonly Witness[];
  proofs(space: Bytes): readonly (readonly Witness[])[];
  /** Of one log, from a place to another. */
  range(space: Bytes, ds: Bytes, log: Bytes, from: number, to: number): readonly Witness[];
  /** Bytes of a record as they lie on the disk; null when it is not held. */
  record(space: Bytes, fragment: Bytes, id: Bytes): Promise<Uint8Array | null>;
  /** Something was taken in: what is missing of it may be asked for. */
  onTaken(space: Bytes, ds: Bytes, peer: PeerState): void;
}

/** What somebody answered to a check: for each id the hash, or null; null when there was no answer in the right form. */
export type CheckAnswer = readonly (Bytes | null)[] | null;

export interface WitnessExchange {
  /** Links opened, or what they may see changed: what is kept is told once. */
  look(core: Core): void;
  /** True when the message was about witnesses. */
  onMessage(core: Core, peer: PeerState, message: LinkMessage): boolean;
  /** To all links but one. */
  pass(core: Core, space: Bytes, w: Witness, except?: string): void;
  passProof(core: Core, space: Bytes, proof: readonly Witness[], except?: string): void;
  /** Asks a link for witnesses of a log that are missing. */
  want(core: Core, peer: PeerState, space: Bytes, ds: Bytes, gap: { readonly log: Bytes; readonly from: number; readonly to: number }): Promise<void>;
  /** Asks the device at the other end to prove that it has these records. */
  check(core: Core, peer: PeerState, space: Bytes, nonce: Bytes, asked: readonly { readonly fragment: Bytes; readonly id: Bytes }[]): Promise<CheckAnswer>;
}

/** Told on one link of one space. */
interface Told {
  readonly ids: Set<string>;
  opened: boolean;
}

const SAID = 'witness:said:v1:completed';
const PROOF = 'witness:proof:v1:completed';
const WANT = 'witness:want:v1';
const HELD = 'witness:held:v1';

class ExchangeImpl implements WitnessExchange {
  private readonly told = new WeakMap<SpaceState, Told>();

  constructor(private readonly keeper: WitnessKeeper) {}

  look(core: Core): void {
    for (const peer of core.peers.values()) for (const state of peer.spaces.values()) this.open(core, peer, state);
  }

  onMessage(core: Core, peer: PeerState, message: LinkMessage): boolean {
    switch (message.event) {
      case SAID: void this.heard(core, peer, message.payload); return true;
      case PROOF: void this.heardProof(core, peer, message.payload); return true;
      case `${WANT}:requested`: this.serve(core, peer, message); return true;
      case `${HELD}:requested`: void this.prove(core, peer, message); return true;
      default: return false;
    }
  }

  pass(core: Core, space: Bytes, w: Witness, except = ''): void {
    for (const { peer, state } of this.links(core, space)) if (peer.id !== except) this.send(core, peer, state, [w]);
  }

  passProof(core: Core, space: Bytes, proof: readonly Witness[], except = ''): void {
    for (const { peer, state } of this.links(core, space)) if (peer.id !== except) this.sendProof(peer, state, proof);
  }

  async want(core: Core, peer: PeerState, space: Bytes, ds: Bytes, { log, from, to }: { readonly log: Bytes; readonly from: number; readonly to: number }): Promise<void> {
    const answer = await peer.queries.ask(WANT, [space, ds, log, from, to]);
    if (answer.state === 'completed') await this.heard(core, peer, answer.parts[0]!);
  }

  async check(core: Core, peer: PeerState, space: Bytes, nonce: Bytes, asked: readonly { readonly fragment: Bytes; readonly id: Bytes }[]): Promise<CheckAnswer> {
    const answer = await peer.queries.ask(HELD, [space, nonce, asked.map(({ fragment, id }): CborValue => [fragment, id])]);
    if (answer.state !== 'completed') return null;
    const t = tupleOf(answer.parts[0]!, 2);
    const hashes = listOf(t?.[0], asked.length, (item): { hash: Bytes | null } | null => (item === null ? { hash: null } : bytesOf(item, 32) && { hash: bytesOf(item, 32) }))?.map(({ hash }) => hash) ?? null;
    const sig = bytesOf(t?.[1], 64);
    if (hashes === null || sig === null || hashes.length !== asked.length) return null;
    const signed = heldMessage(space, nonce, asked.map(({ id }) => id), hashes);
    return (await core.crypto.verify(peer.link.device, sig, signed)) ? hashes : null;
  }

  /** Who has a part of the space only, and who reads by a public link, is told nothing of it. */
  private mayTell(core: Core, peer: PeerState, state: SpaceState): boolean {
    return state.open !== null && state.serving && state.reader === null && mayServe(core, peer, state) && maySee(core, peer, state.space, FRAGMENT.witness);
  }

  private links(core: Core, space: Bytes): { readonly peer: PeerState; readonly state: SpaceState }[] {
    const key = toBase64url(space);
    return [...core.peers.values()].flatMap((peer) => {
      const state = peer.spaces.get(key);
      return state !== undefined && this.mayTell(core, peer, state) ? [{ peer, state }] : [];
    });
  }

  private open(core: Core, peer: PeerState, state: SpaceState): void {
    const told = this.toldOn(state);
    if (told.opened || !this.mayTell(core, peer, state)) return;
    told.opened = true;
    this.send(core, peer, state, this.keeper.newest(state.space));
    for (const proof of this.keeper.proofs(state.space)) this.sendProof(peer, state, proof);
  }

  private toldOn(state: SpaceState): Told {
    let told = this.told.get(state);
    if (told === undefined) this.told.set(state, (told = { ids: new Set(), opened: false }));
    return told;
  }

  /** Each once on a link; what came from there is not told back. */
  private isFresh(state: SpaceState, id: Bytes): boolean {
    const { ids } = this.toldOn(state);
    const text = toBase64url(id);
    if (ids.has(text)) return false;
    remember(ids, text, WITNESS_LIMITS.window * WITNESS_LIMITS.logs);
    return true;
  }

  private send(core: Core, peer: PeerState, state: SpaceState, list: readonly Witness[]): void {
    const fresh = list.filter(({ id }) => this.isFresh(state, id));
    for (let at = 0; at < fresh.length; at += WITNESS_LIMITS.perMessage) {
      const part = fresh.slice(at, at + WITNESS_LIMITS.perMessage);
      say(peer, 'live', SAID, [state.space, part.map(({ bytes }) => bytes)]);
      core.metric('witness.told', part.length);
    }
  }

  private sendProof(peer: PeerState, state: SpaceState, proof: readonly Witness[]): void {
    say(peer, 'live', PROOF, [state.space, proof.map(({ bytes }) => bytes)]);
  }

  /** The space of a message on this link; null where it may not speak of it. */
  private placeOf(core: Core, peer: PeerState, space: Bytes | null): SpaceState | null {
    const state = space === null ? undefined : peer.spaces.get(toBase64url(space));
    return state !== undefined && state.reader === null && mayServe(core, peer, state) && maySee(core, peer, state.space, FRAGMENT.witness) ? state : null;
  }

  private async heard(core: Core, peer: PeerState, payload: Bytes): Promise<void> {
    const t = tupleOf(payload, 2);
    const space = bytesOf(t?.[0], 32);
    const list = space === null ? null : listOf(t?.[1], WITNESS_LIMITS.perMessage, (item) => (item instanceof Uint8Array ? parseWitness(space, item) : null));
    if (space === null || list === null) return peer.link.close('breach');
    const state = this.placeOf(core, peer, space);
    if (state === null) return;
    let fresh = false;
    for (const w of list) {
      this.isFresh(state, w.id);
      if (this.keeper.has(space, w) || !this.keeper.isBeacon(space, w.ds)) continue;
      if (!this.keeper.admits(space, w.ds)) {
        core.metric('witness.over', 1);
        continue;
      }
      if (!(await verifyWitness(core.crypto, space, w))) {
        core.metric('witness.refused', 1);
        return peer.link.close('breach');
      }
      if (peer.closed) return;
      if (!this.keeper.take(space, w)) continue;
      fresh = true;
      this.pass(core, space, w, peer.id);
    }
    // Only behind something new: whoever has no more is not asked again and again.
    const last = list.at(-1);
    if (fresh && last !== undefined) this.keeper.onTaken(space, last.ds, peer);
  }

  private async heardProof(core: Core, peer: PeerState, payload: Bytes): Promise<void> {
    const t = tupleOf(payload, 2);
    const space = bytesOf(t?.[0], 32);
    const proof = space === null ? null : listOf(t?.[1], 3, (item) => (item instanceof Uint8Array ? parseWitness(space, item) : null));
    if (space === null || proof === null || !provesLie(proof)) return peer.link.close('breach');
    const { ds } = proof[0]!;
    if (this.placeOf(core, peer, space) === null || !this.keeper.isBeacon(space, ds)) return;
    // One is enough: of another nothing is looked at, so that nobody makes work by telling it again and again.
    if (this.keeper.proofs(space).some(([first]) => first !== undefined && equalBytes(first.ds, ds))) return;
    for (const w of proof) if (!(await verifyWitness(core.crypto, space, w))) return peer.link.close('breach');
    if (!peer.closed && this.keeper.takeProof(space, proof)) this.passProof(core, space, proof, peer.id);
  }

  private serve(core: Core, peer: PeerState, message: LinkMessage): void {
    const t = tupleOf(message.payload, 5);
    const [space, ds, log] = [bytesOf(t?.[0], 32), bytesOf(t?.[1], 32), bytesOf(t?.[2], 16)];
    const [from, to] = [t?.[3], t?.[4]];
    if (space === null || ds === null || log === null || !isUint(from, 0xffff_ffff) || !isUint(to, 0xffff_ffff)) return peer.link.close('breach');
    const state = this.placeOf(core, peer, space);
    if (state === null) return say(peer, 'live', `${WANT}:failed`, ['rights'], message.id);
    const list = this.keeper.range(space, ds, log, from, to).slice(-WITNESS_LIMITS.perMessage);
    for (const { id } of list) this.isFresh(state, id);
    say(peer, 'live', `${WANT}:completed`, [space, list.map(({ bytes }) => bytes)], message.id);
  }

  private async prove(core: Core, peer: PeerState, message: LinkMessage): Promise<void> {
    const t = tupleOf(message.payload, 3);
    const [space, nonce] = [bytesOf(t?.[0], 32), bytesOf(t?.[1], 32)];
    const asked = listOf(t?.[2], WITNESS_LIMITS.checksServed, (item) => {
      if (!Array.isArray(item) || item.length !== 2) return null;
      const [fragment, id] = [bytesOf(item[0], 16), bytesOf(item[1], 32)];
      return fragment === null || id === null ? null : { fragment, id };
    });
    if (space === null || nonce === null || asked === null) return peer.link.close('breach');
    const state = this.placeOf(core, peer, space);
    if (state === null) return say(peer, 'live', `${HELD}:failed`, ['rights'], message.id);
    const hashes: (Bytes | null)[] = [];
    for (const { fragment, id } of asked) {
      const bytes = maySee(core, peer, space, fragment) ? await this.keeper.record(space, fragment, id).catch(() => null) : null;
      const parsed = bytes === null ? null : parseRecord(bytes);
      hashes.push(parsed?.ok === true && equalBytes(parsed.value.id, id) ? heldHash(nonce, parsed.value.headerBytes, parsed.value.body) : null);
    }
    const sig = await core.crypto.sign(core.host.deviceKey, heldMessage(space, nonce, asked.map(({ id }) => id), hashes));
    if (!peer.closed && mayServe(core, peer, state)) say(peer, 'live', `${HELD}:completed`, [hashes, sig], message.id);
  }
}

/** The exchange of one kernel. */
export function createWitnessExchange(keeper: WitnessKeeper): WitnessExchange {
  return new ExchangeImpl(keeper);
}
