/** The shapes of a link: what it needs, what it tells, what it can do. Implementation: ./link.ts. */
import type { Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { CryptoPort, SigningKey } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { Channel, Wire, WireKind, WireStats } from '#ports/wire';

/** One inner envelope, token checked, constants filled in. */
export interface LinkMessage {
  /** `{service}:{action}:v{n}:{state}`. */
  readonly event: string;
  /** Correlates an answer with its question; "" when there is none. */
  readonly id: string;
  readonly payload: Bytes;
  readonly channel: Channel;
}

/** Why a link ended: protocol breaches first, then what happens in honest networks. */
export type LinkCloseCode =
  | 'frame' | 'oversize' | 'early' | 'hello' | 'newer' | 'older' | 'wire' | 'binding' | 'auth' | 'self' | 'token' | 'envelope' | 'flood' | 'breach'
  | 'seal' | 'handshake_timeout' | 'timeout' | 'slow' | 'crypto' | 'wire_closed' | 'duplicate' | 'replaced' | 'full' | 'idle' | 'stopped' | 'paused';

/** How many sessions around run a build that is too new, or too old, for a link with this one. */
export interface Skews {
  readonly newer: number;
  readonly older: number;
}

/** A session around that several tries in a row found no way to. */
export interface Unreached {
  /** base64url of its DS; null when it was never linked. */
  readonly device: string | null;
  readonly tries: number;
  /** When the first of them ended, ms. */
  readonly since: number;
  /** A further try is under way. */
  readonly trying: boolean;
}

/** Connections of one kind that were closed because somebody on the way changed what is said on them. */
export interface Altered {
  readonly via: 'direct' | 'relay';
  /** Addresses of the servers that introduced them. */
  readonly servers: readonly string[];
  readonly times: number;
  /** When the first and the last were closed, ms. */
  readonly since: number;
  readonly last: number;
}

export interface Link {
  /** Random, local to this kernel. */
  readonly id: string;
  readonly kind: WireKind;
  readonly initiator: boolean;
  readonly role: 'i' | 'r';
  /** Handshake finished and not closed. */
  readonly open: boolean;
  /** DS of the other end; proven once open. */
  readonly device: Bytes;
  /** uid the other end claims (proven only by the acl of a space). */
  readonly uid: string | null;
  /** SHA-256(helloI ‖ helloR): proofs are made over it. */
  readonly hash: Bytes;
  /** Queues one envelope. Nothing is sent on a closed link. */
  send(channel: Channel, event: string, payload: Uint8Array, id?: string): void;
  queued(channel: Channel): number;
  /** Round trip of the last ping, ms. */
  readonly rttMs: number | null;
  /** The other end is asked whether it is there; `silent` when nothing comes from it for `LINK_LIMITS.checkMs`. */
  check(silent: () => void): void;
  /** It was asked so, and nothing came from it since. */
  readonly lost: boolean;
  close(code: LinkCloseCode): void;
  stats(): Promise<WireStats>;
}

export interface LinkHandlers {
  onOpen(link: Link): void;
  onMessage(link: Link, message: LinkMessage): void;
  /** Exactly once, also for a link that never opened. */
  onClose(link: Link, code: LinkCloseCode): void;
  /** A bulk queue has room again. */
  onDrain(link: Link): void;
  /** Clock of the other end against ours, ms (FORMATS 4). */
  onOffset(link: Link, offsetMs: number): void;
  /** "disconnected": the wire may be dying. */
  onState(link: Link, state: 'connected' | 'disconnected'): void;
}

export interface LinkDeps {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  readonly deviceKey: SigningKey;
  readonly uid: Bytes;
  readonly handlers: LinkHandlers;
}
