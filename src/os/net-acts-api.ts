/** Acts on the network that are asked for seldom, in the API of the kernel (./api.ts): a connection by hand, and the ways of direct links. */

/**
 * no-way: no direct way between the two networks · altered: somebody changed the offer, the answer or the connection · hidden: only ways through TURN
 * servers may be used, and there is none · stale: older than it may be, or the clocks differ · own: it was made by this browser · no-offer: an answer to none
 * that waits here · linked: there is a link to that browser already · full · newer, older: builds that do not understand each other · unsupported: no WebRTC here ·
 * timeout · given-up · lost: the connection ended before it was secure · offline: this browser works offline, or there is nobody in it yet.
 */
export type HandReason = 'no-way' | 'altered' | 'hidden' | 'stale' | 'own' | 'no-offer' | 'linked' | 'full' | 'newer' | 'older' | 'unsupported' | 'timeout' | 'given-up' | 'lost' | 'offline';

/** A connection by hand, as this side shows it. Times are ms. */
export interface HandView {
  /** Made the offer, or answers one. */
  role: 'offer' | 'answer';
  /** making: ways are looked for · show: to be given over · linking: the two ends look for each other · done · ended. */
  step: 'making' | 'show' | 'linking' | 'done' | 'ended';
  reason: HandReason | null;
  /** Why what was taken in last was not used; the rest stands. */
  refused: HandReason | null;
  /** The part of an address with the offer or the answer, from `show` on. */
  link: string;
  /** When it is over. */
  until: number;
  /** Device at the other end, once it is linked. */
  device: string | null;
}

/** A STUN or TURN server. */
export interface WayServer {
  urls: string[];
  username?: string;
  credential?: string;
}

/** What this device has chosen (Settings, Network). */
export interface NetWays {
  ice: WayServer[];
  /** Only ways through TURN servers, and the relay: other people's browsers do not learn the network address. */
  hide: boolean;
}

/** What came of asking one server for a way. */
export interface WayCheck {
  ok: boolean;
  ms: number;
  /** no-answer · refused (name or password) · unsupported */
  reason: 'no-answer' | 'unsupported' | null;
}

export type NetAct =
  /** How it stands; null when none was begun. */
  | { act: 'hand' }
  /** Makes an offer; one that runs is given up. */
  | { act: 'hand-offer' }
  /** An offer (it is answered) or the answer to the own one: a link, or its payload. Rejects with `bad-hand`, `newer-link`. */
  | { act: 'hand-take'; text: string }
  /** Of who answers: the other side has it now. Looks for ways out by itself as well. */
  | { act: 'hand-go' }
  | { act: 'hand-end' }
  | { act: 'ways' }
  /** Ways that a connection of this page may use now. */
  | { act: 'call-ways' }
  /** Rejects with `bad-way`, `no-identity`. */
  | { act: 'set-ways'; ways: NetWays }
  | { act: 'check-way'; server: WayServer };

/** What a tab says to the others: what it asks of the one that holds the links, and how that stands there. */
export type NetNotice = NetAct | { act: 'seen'; view: HandView };

/** For a connection that the page makes itself. */
export interface CallWays {
  iceServers: { urls: string | string[]; username?: string; credential?: string }[];
  /** Only ways through TURN servers. */
  relayOnly: boolean;
}

export type NetAnswer<A extends NetAct> = A extends { act: 'call-ways' } ? CallWays : A extends { act: 'check-way' } ? WayCheck : A extends { act: 'ways' | 'set-ways' } ? NetWays : HandView | null;
