/** What mesh and replication need from the kernel, and what they give back. The kernel implements ReplicationHost; tests have a double. */
import type { Bytes } from '#base/bytes';
import type { SigningKey } from '#ports/crypto';
import type { RangeRequest, RecordEntry } from '#ports/replica';
import type { ByHand } from '#vm/mesh/ways';
import type { LinkMessage } from '#vm/mesh/link-types';
import type { CompareSource, LoadCompare, RemoteCompare } from './compare.ts';
import type { PassedRequest } from './passing.ts';
import type { Core, PeerState } from './peer-state.ts';
import type { PairPort } from './pair-links.ts';
import type { ReturnHost } from './returns.ts';

export interface Head {
  readonly writer: Bytes;
  readonly seq: number;
  readonly id: Bytes;
}

/** A record that is asked for by its name. */
export interface WantedRecord extends Head {
  /** The run from this seq up to it, apart from what of the log is not here: nobody may have that any more (BASE5). */
  readonly from?: number;
}

/** A space this device takes part in (or, while joining, only its invite). */
export interface SpaceContact {
  readonly space: Bytes;
  /** Discovery keys of the current epoch and, for a while, of those before it; newest first. */
  readonly discoveryKeys: readonly Bytes[];
  /** Invites this device may answer (it holds the right to accept): public key and plain room name b32. */
  readonly invites: readonly { readonly id: Bytes; readonly pub: Bytes; readonly room: Bytes }[];
  /** Public links of the space: key and room. Whoever proves the key is served as the device of that key is, and nothing is taken from them (RIGHT26). */
  readonly links?: readonly { readonly pub: Bytes; readonly room: Bytes; /** Who waits there is a beacon: it begins, and members of other spaces that it keeps are no peers. One that is linked is not looked for. */ readonly beacon?: 'wanted' | 'met' | null }[];
}

/** Archive of a space on stock GUN relays (FORMATS 7), as its setting says. */
export interface ArchiveContact {
  readonly space: Bytes;
  readonly key: Bytes;
  readonly urls: readonly string[];
}

/** How an archive stands on one relay. */
export interface ArchiveStatus {
  readonly space: string;
  readonly url: string;
  readonly state: 'connecting' | 'open' | 'closed' | 'refused';
  /** Since when, ms. */
  readonly since: number;
  /** unreachable, silent, flood, junk, not-taken, or what the socket said. */
  readonly reason: string | null;
  readonly retryInMs: number | null;
  /** When a round ended after which nothing was missing on either side, ms. */
  readonly even: number | null;
  /** Records read from it and put into it in this run. */
  readonly fetched: number;
  readonly put: number;
}

/** A join this device is trying: the invite's seed, space and where to look. */
export interface JoinAttempt {
  readonly key: string;
  readonly space: Bytes;
  readonly invite: SigningKey;
  /** HKDF(seed, "room"). */
  readonly room: Bytes;
  /** The signed join message (FORMATS 8) to send after the invite proof. */
  readonly message: Bytes;
  /** Said to an end that keeps the request for a hand. */
  readonly letter?: JoinLetter;
}

/** Who asks to be let in by hand, and why. */
export interface JoinLetter {
  readonly name: string;
  readonly words: string;
}

/** A peer linked for long: the session it had then, and its device (base64url). */
export interface Anchor {
  readonly session: string;
  readonly device: string;
}

export type JoinAnswer =
  | { readonly state: 'accepted' }
  | { readonly state: 'waiting' }
  | { readonly state: 'refused'; readonly reason: 'expired' | 'used' | 'unknown' | 'revoked' | 'bad' | 'rights' | 'full' | 'declined'; /** Of a refusal by hand. */ readonly words?: string };

/** Ack of FORMATS 8, decoded; the link layer verified form, signature and that ds is the linked device. */
export interface Ack {
  readonly space: Bytes;
  readonly fragment: Bytes;
  readonly writer: Bytes;
  readonly seq: number;
  readonly id: Bytes;
  readonly level: 0 | 1;
  readonly ds: Bytes;
}

/** What a device that may not be served any more is shown once on each link: that it may not, and why. */
export interface Parting {
  /** Of what it tells; another one is told again. */
  readonly key: string;
  read(): Promise<readonly RecordEntry[]>;
}

/** Pieces of files on the links of this kernel (#vm/chunks). */
export interface ChunkPort {
  /** True when it was a question about pieces. */
  onMessage(core: Core, peer: PeerState, message: LinkMessage): boolean;
}

/** What beacons say they hold, on the links of this kernel (./witness.ts). */
export interface WitnessPort {
  /** True when it was about that. */
  onMessage(core: Core, peer: PeerState, message: LinkMessage): boolean;
}

/** Calls between peers, on the links of this kernel (#vm/rpc). */
export interface CallPort {
  /** True when it was of a call. */
  onMessage(core: Core, peer: PeerState, message: LinkMessage): boolean;
}

export interface ReplicationHost {
  readonly uid: Bytes;
  readonly deviceKey: SigningKey;
  /** Store id and arrival counter (FORMATS 8, anti-entropy). */
  readonly storeId: string;
  contacts(): readonly SpaceContact[];
  joins(): readonly JoinAttempt[];
  /** This device reads a space by a public link: the key that it proves. */
  readsBy?(): { readonly space: Bytes; readonly key: SigningKey } | null;
  /** Coming back with the recovery key alone; without it nobody is met that way. */
  readonly pairing?: PairPort;
  readonly returns?: ReturnHost;
  /** Archives of the spaces of this device. */
  archives?(): readonly ArchiveContact[];
  /** May the device be served records of this space (proof of space and acl: device of a current member)? */
  mayServe(space: Bytes, ds: Bytes): boolean;
  /** Which fragments both this device and the other one may read; null: all of the space. Nothing of others is shown, asked or counted on their link. */
  readable?(space: Bytes, ds: Bytes): ((fragment: Uint8Array) => boolean) | null;
  /** For a device that proved the space and may not be served because its person was removed. */
  parting?(space: Bytes, ds: Bytes): Parting | null;
  /** Device (base64url of DS) whose writer it is, as the acl explains it; null when it does not. */
  deviceOf?(space: Bytes, writer: Bytes): string | null;
  /** Does this device want (hold) the fragment? acl and root always. */
  wants(space: Bytes, fragment: Bytes): boolean;
  /** Is every fragment of the space wanted, also one that was never heard of (FORMATS 6: Personal and Team whole, a Guild by use)? */
  wantsAll(space: Bytes): boolean;
  /** Fragments held, with their set digest (32 B). */
  fragments(space: Bytes): readonly { readonly fragment: Bytes; readonly digest: Bytes }[];
  /** Fragments whose heads changed after the arrival counter; and the counter now. */
  changedSince(space: Bytes, arrival: number): { readonly arrival: number; readonly fragments: readonly Bytes[] };
  /** Anchors of the run before (TRUST 3, row 11), and where those of this one are kept. */
  readonly anchors?: { load(): Promise<unknown>; save(anchors: readonly Anchor[]): void };
  /** Records of the space that arrived after the counter, in that order, up to so many bytes. Without it news is asked for log by log. */
  newsSince?(space: Bytes, arrival: number, maxBytes: number): Promise<readonly RecordEntry[]>;
  heads(space: Bytes, fragment: Bytes): readonly Head[];
  /** Greatest seq with all below held for a log, -1 when nothing is held. */
  contiguous(space: Bytes, fragment: Bytes, writer: Bytes): number;
  /** What an ack of ours may say of a held record: 0 = stored, waiting (parked by its stamp), 1 = durable (FORMATS 4, 8). */
  ackLevel(space: Bytes, fragment: Bytes, id: Bytes): 0 | 1;
  /** Is this record id held (applied or not)? */
  has(id: Uint8Array): boolean;
  readRange(range: RangeRequest): Promise<readonly RecordEntry[]>;
  /** Guarded entries for verification, commit and apply. Live before bulk. `done` resolves after the commit (or refusal) of all of them. */
  ingest(entries: readonly RecordEntry[], priority: 'live' | 'bulk', from: string): Promise<IngestReport>;
  onJoin(space: Bytes, message: Bytes, invite: Bytes, from: string): Promise<JoinAnswer>;
  /** From a device that we answered "wait": its letter, or (null) that it takes its request back. */
  onJoinLetter?(space: Bytes, invite: Bytes, device: Bytes, letter: JoinLetter | null): void;
  /** Requests kept here that the person of a device which proved the space may answer too. */
  passes?(space: Bytes, device: Bytes): readonly PassedRequest[];
  /** Another end keeps it, or heard that it was taken back. */
  onPassed?(space: Bytes, device: Bytes, request: PassedRequest): void;
  /** Is there another answer for that device now? */
  joinAnswered?(space: Bytes, invite: Bytes, device: Bytes): boolean;
  onJoinAnswer(key: string, answer: JoinAnswer): void;
  /** How far a join of ours came on some link: a peer of the invite's room is linked, it knows the invite, the join message went out. */
  onJoinProgress(key: string, step: 'found' | 'secure' | 'asked'): void;
  onAck(ack: Ack): void;
  /** A verified-in-form ephemeral of FORMATS 8, still sealed; the kernel checks the signature and opens it. */
  onEphemeral(space: Bytes, bytes: Bytes, from: string): void;
  /** Which held fragment has the node? null = not here. */
  findNode(space: Bytes, node: Bytes): Bytes | null;
  /** An offset of another clock against ours, ms (FORMATS 4). */
  onClockOffset(source: string, kind: 'peer' | 'server', offsetMs: number): void;
  /** This side of a comparison. */
  readonly compare: CompareSource | LoadCompare;
  /** Mesh time, ms (room names). */
  meshNow(): number;
  /** Links, servers or proofs changed: the kernel refreshes status and interest. */
  onNetworkChange(core?: Core): void;
  metric(name: string, add: number): void;
  /** Without it nobody is served a file here. */
  readonly chunks?: ChunkPort | undefined;
  readonly witness?: WitnessPort | undefined;
  readonly calls?: CallPort | undefined;
  /** A beacon: whenever both ends are equal it says that it holds all of it; an ack that overtook its record is lost. */
  readonly vouches?: boolean;
  /** What this device takes on now: gets asked of one link at a time, links it seeks, and links it holds at most. The limits when left out. */
  load?(): { readonly asksPerLink: number; readonly links: number; readonly places?: number };
}

export interface IngestReport {
  /** Records now held that were not before. */
  readonly added: number;
  /** Records refused, with a code for counters. */
  readonly refused: number;
  /** Ids (base64url) refused for a cap in which no room comes soon: their logs are not asked for again at once. */
  readonly capped?: ReadonlySet<string>;
  /** Ids (base64url) that count as held but are in no log and no store yet: not to be sent on. */
  readonly early?: ReadonlySet<string>;
  /** Entries that cannot be verified yet because earlier ones of the log are missing: ask for the range. */
  readonly gaps: readonly { readonly fragment: Bytes; readonly writer: Bytes; readonly from: number; readonly to: number }[];
}

export interface PeerStatus {
  readonly link: string;
  /** base64url of DS. */
  readonly device: string;
  readonly uid: string | null;
  readonly via: 'direct' | 'relay' | 'tab' | 'beacon';
  /** Kinds of the selected candidates of a direct link, for example "host/host"; "relay" in it is a TURN server. */
  readonly pair: string | null;
  readonly rttMs: number | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Spaces proven by both ends, base64url. */
  readonly spaces: readonly string[];
}

export interface ServerStatus {
  readonly url: string;
  readonly state: 'connecting' | 'open' | 'closed' | 'refused';
  readonly reason: string | null;
  /** ms until the next try; null when open. */
  readonly retryInMs: number | null;
}

/** What the kernel drives. */
export interface Replication {
  start(): void;
  stop(): Promise<void>;
  /** The kernel's spaces, invites or joins changed. */
  refresh(): void;
  /** Committed entries of this profile's own writers: send (live). */
  publish(entries: readonly RecordEntry[]): void;
  /** An own ephemeral, already sealed and signed, to all links of the space. */
  sendEphemeral(space: Bytes, bytes: Bytes): void;
  /** A join by this invite is given up: whoever keeps the request is told. */
  withdraw(space: Bytes, invite: Bytes): void;
  /** Acks are signed and sent by replication itself after ingest; this one announces own device's durable heads again. */
  sendAcks(space: Bytes): void;
  /** Asks all links of the space for the fragment of a node. */
  find(space: Bytes, node: Bytes): Promise<{ fragment: Bytes | null; asked: number; answered: number }>;
  /**
   * FORMATS 5, "At start": the greatest heads that linked peers hold of these writers (own slots of earlier runs). Resolves when every
   * link of the space answered (links that come up meanwhile are asked too), at the latest after timeoutMs; empty = nobody answered.
   */
  ownHeads(space: Bytes, writers: readonly Bytes[], timeoutMs: number): Promise<readonly (Head & { readonly fragment: Bytes })[]>;
  /** The other side of a comparison: a linked device on which the space is open; null when there is none. */
  compareWith(space: Bytes, device: Bytes): RemoteCompare | null;
  /** Starts a pull of a fragment that is now wanted; or of records of it that were held and cannot be read any more. */
  pull(space: Bytes, fragment: Bytes, lost?: readonly WantedRecord[]): void;
  /** The kernel found a fault of the link behind the guard: a forged record, or a writer that nobody explains (TRUST 3). */
  strike(link: string, fault: 'forged' | 'unexplained'): void;
  /** Dials again at once (online, visibility). */
  redial(): void;
  setServers(urls: readonly string[]): void;
  pause(): void;
  resume(): void;
  peers(): Promise<readonly PeerStatus[]>;
  servers(): readonly ServerStatus[];
  archiveStates(): readonly ArchiveStatus[];
  /** Sessions around that run a build too new, or too old, for a link. */
  skews(): { readonly newer: number; readonly older: number };
  /** Sessions around that three tries in a row, or more, found no way to. */
  unreached(): readonly { readonly device: string | null; readonly tries: number; readonly since: number; readonly trying: boolean }[];
  /** Connections that were lately closed because somebody on the way changed them. */
  altered(): readonly { readonly via: 'direct' | 'relay'; readonly servers: readonly string[]; readonly times: number; readonly since: number; readonly last: number }[];
  counters(): Record<string, number>;
  readonly byHand: ByHand;
}
