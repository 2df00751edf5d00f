/**
 * Coming back with nothing but the recovery key (docs/PROTOCOL.md, Coming back), on the links: who looks asks every link it gets; who knows the person answers
 * and opens the spaces they share. What is asked, proved and written is the kernel's.
 */
import type { Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import type { Link, LinkMessage } from '#vm/mesh/link-types';
import { SYNC_LIMITS } from '#vm/limits';
import { say, spaceState, type Core, type PeerState } from './peer-state.ts';
import type { Answer } from './queries.ts';

/** Between the answer and the opening of its spaces, ms: the other end first takes in which they are. */
const OPEN_AFTER_MS = 250;
/** How often a device asks another of the same person for spaces that are not here, ms. */
const SIBLING_MS = 20_000;
/** Stands for the join attempt in spaces that were opened to a returning device. */
export const RETURN_KEY = 'return';

export type ReturnQuestion = 'person:find:v1' | 'person:return:v1';

/** A link that may know us. */
export interface ReturnLink extends Pick<Link, 'hash' | 'device'> {
  ask(question: ReturnQuestion, payload: CborValue): Promise<Answer>;
}

/** What the kernel says to a question: the answer, and the spaces it opens to the other end under that recovery key. */
export interface ReturnAnswer {
  readonly payload: CborValue;
  readonly recovery: Bytes;
  readonly opens: readonly Bytes[];
}

export interface ReturnHost {
  /** Keys of the rooms to be found in: the own person's, and those of people whose devices may all be lost. */
  rooms(): { readonly own: readonly Bytes[]; readonly others: readonly Bytes[] };
  /** Is this the device of somebody who comes back? */
  looking(): boolean;
  /** Is this another device of the same person? It may have come to spaces that are not here. */
  sibling(device: Bytes): boolean;
  /** Asks one link; the spaces it opens to us. Null: it did not know us, or not yet. */
  ask(link: ReturnLink): Promise<readonly Bytes[] | null>;
  /** Null: not known here. */
  answer(question: ReturnQuestion, payload: Bytes, link: Pick<Link, 'hash' | 'device'>): Promise<ReturnAnswer | null>;
}

export interface Returns {
  update(peer: PeerState): void;
  onMessage(peer: PeerState, message: LinkMessage): boolean;
}

const REQUESTS: ReadonlyMap<string, ReturnQuestion> = new Map<string, ReturnQuestion>([['person:find:v1:requested', 'person:find:v1'], ['person:return:v1:requested', 'person:return:v1']]);

/** `open`: rights of the peer changed, it is served what it may have. */
export function createReturns(core: Core, host: ReturnHost, open: (peer: PeerState) => void): Returns {
  const asked = new WeakSet<PeerState>();
  const ask = async (peer: PeerState): Promise<void> => {
    const { hash, device } = peer.link;
    const opened = await host.ask({ hash, device, ask: (question, payload) => peer.queries.ask(question, payload) }).catch(() => null);
    if (peer.closed) return;
    const states = (opened ?? []).map((space) => spaceState(peer, space));
    for (const state of states) if (state !== null && !state.proven) state.joining ??= RETURN_KEY;
    // It may come to know us later, its word that it serves us may be lost, and a device of one's own may come to further spaces.
    core.clock.setTimer(host.looking() ? SYNC_LIMITS.joinRetryMs : SIBLING_MS, () => {
      if (peer.closed || (!host.sibling(device) && opened !== null && states.every((state) => state === null || state.open !== null))) return;
      asked.delete(peer);
      open(peer);
    });
  };
  const answer = async (peer: PeerState, question: ReturnQuestion, message: LinkMessage): Promise<void> => {
    const said = message.payload.length <= SYNC_LIMITS.joinBytes ? await host.answer(question, message.payload, peer.link).catch(() => null) : null;
    if (peer.closed) return;
    if (said === null) return say(peer, 'live', `${question}:failed`, [], message.id);
    peer.link.send('live', `${question}:completed`, encodeCbor(said.payload), message.id);
    for (const space of said.opens) {
      const state = spaceState(peer, space);
      if (state === null || (state.proven && state.serving)) continue;
      state.invited = said.recovery;
      state.serving = false;
    }
    core.clock.setTimer(OPEN_AFTER_MS, () => !peer.closed && open(peer));
  };
  return {
    update(peer) {
      if (!(host.looking() || host.sibling(peer.link.device)) || asked.has(peer)) return;
      asked.add(peer);
      void ask(peer);
    },
    onMessage(peer, message) {
      const question = REQUESTS.get(message.event);
      if (question === undefined) return false;
      void answer(peer, question, message);
      return true;
    },
  };
}
