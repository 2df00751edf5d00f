/** Pairing a device (docs/PROTOCOL.md, Pairing), on the links: passes what is asked to the pairing that runs. What is said and proved is the kernel's. */
import type { Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import type { Link, LinkMessage } from '#vm/mesh/link-types';
import type { PeerState } from './peer-state.ts';
import type { Answer } from './queries.ts';

export type PairQuestion = 'pair:hello:v1' | 'pair:open:v1' | 'pair:yes:v1' | 'pair:sign:v1' | 'pair:no:v1';

/** A link as a pairing sees it. */
export interface PairLink extends Pick<Link, 'hash' | 'device'> {
  ask(question: PairQuestion, payload: CborValue, timeoutMs: number): Promise<Answer>;
  /** Keeps it open though nothing else was proved on it. */
  keep(on: boolean): void;
  readonly closed: boolean;
}

/** The answer to a question of the other end. */
export interface PairAsked {
  readonly question: PairQuestion;
  readonly payload: Bytes;
  answer(state: 'completed' | 'failed', payload: CborValue): void;
}

export interface PairPort {
  /** The room of the pairing that runs, and the key that names it; null when none does. */
  room(): { readonly room: Bytes; readonly key: Bytes } | null;
  /** A link is there; told again and again. */
  onLink(link: PairLink): void;
  onAsked(link: PairLink, asked: PairAsked): void;
}

const QUESTIONS: ReadonlySet<string> = new Set<PairQuestion>(['pair:hello:v1', 'pair:open:v1', 'pair:yes:v1', 'pair:sign:v1', 'pair:no:v1']);
const REQUESTED = ':requested';

export interface PairLinks {
  update(peer: PeerState): void;
  onMessage(peer: PeerState, message: LinkMessage): boolean;
}

/** Pairing on all links of one kernel. */
export function createPairLinks(port: PairPort): PairLinks {
  const links = new WeakMap<PeerState, PairLink>();
  const linkOf = (peer: PeerState): PairLink => {
    const known = links.get(peer);
    if (known) return known;
    const { hash, device } = peer.link;
    const link: PairLink = {
      hash, device,
      ask: (question, payload, timeoutMs) => peer.queries.ask(question, payload, { timeoutMs }),
      keep: (on) => void (peer.pairing = on),
      get closed() {
        return peer.closed;
      },
    };
    links.set(peer, link);
    return link;
  };
  return {
    update: (peer) => port.onLink(linkOf(peer)),
    onMessage(peer, { event, payload, id }) {
      if (!event.endsWith(REQUESTED) || !QUESTIONS.has(event.slice(0, -REQUESTED.length))) return false;
      const question = event.slice(0, -REQUESTED.length) as PairQuestion;
      port.onAsked(linkOf(peer), { question, payload, answer: (state, value) => void (peer.closed || peer.link.send('live', `${question}:${state}`, encodeCbor(value), id)) });
      return true;
    },
  };
}
