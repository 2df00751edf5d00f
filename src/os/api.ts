/**
 * The console API `window.lifegraph` (names and shapes fixed) and the same surface that views use through the kernel client.
 * Ids are base64url strings; times in data are ms. Every promise rejects with an AppErrorShape.
 * Members below the line "for views" are additions of ours, documented in docs/API.md.
 */
import type { AppErrorShape } from '#base/app-error';
import type { AccessApi, BaselineView, Ending, HistoryAct, HistoryView, InviteView, JournalLine, Member, PersonChoices, PublicLinkView, RulesChange, SetAside, SpaceRules } from './access-api.ts';
import type { BackupApi, BackupKey, BackupProgress, BackupReport, BackupView } from './backup-api.ts';
import type { ReadingApi, ReadingView } from './reading-api.ts';
import type { BeaconChange, BeaconCheckState, BeaconCheckView, BeaconStand, BeaconView } from './beacon-api.ts';
import type { JoinRequest, JoinState, JoinStepName, OwnRequest } from './join-api.ts';
import type { ArchiveRelay, ArchiveView } from './archive-api.ts';
import type { Comparison, Difference } from './compare-api.ts';
import type { AddFile, FilesApi, FileState } from './files-api.ts';
import type { ComputeApi } from './compute-api.ts';
import type { CopyTarget, Durability, ShortOf } from './durability-api.ts';
import type { DevicesApi, DeviceView, PairingView } from './devices-api.ts';
import type { HistoryEntry, PropQuery } from './history-api.ts';
import type { NetAct, NetAnswer } from './net-acts-api.ts';
import type { NetCheckLine } from './net-check-api.ts';
import type { PreviewsApi, TextEdit, TextPreview } from './previews-api.ts'; import type { CallsApi } from './calls-api.ts';
import type { LockApi } from './lock-api.ts';
import type { MovedView, ToldView } from './moves-api.ts';
import type { PaperAnswer, PaperAsk, PaperView } from './papers-api.ts';
import type { ReportList, ReportReason, ReportsApi, ReportState, ReportView } from './reports-api.ts';
import type { KeyPartHeld, KeyPartsAct, KeyPartsAsked, KeyPartsGiven, KeyPartsSet, KeyPartsView, PhraseAnswer, RecoveryApi, RecoveryView, Returning } from './recovery-api.ts';
import type { TextEditRecord } from './text-edits-api.ts';
import type { PipelineView, SupervisionApi, SupervisionView } from './supervision-api.ts';

export type { AccessApi, AddFile, ArchiveRelay, ArchiveView, BackupApi, BackupKey, BackupProgress, BackupReport, BackupView, BaselineView, BeaconChange, BeaconCheckState, BeaconCheckView, BeaconStand, BeaconView, Comparison, CopyTarget, DeviceView, Difference, Durability, Ending, FilesApi, FileState, HistoryAct, HistoryEntry, HistoryView, InviteView, JoinRequest, JoinState, JoinStepName, JournalLine, KeyPartHeld, KeyPartsAct, KeyPartsAsked, KeyPartsGiven, KeyPartsSet, KeyPartsView, Member, MovedView, NetCheckLine, OwnRequest, PairingView, PaperAnswer, PaperAsk, PaperView, PersonChoices, PhraseAnswer, PipelineView, PropQuery, PublicLinkView, ReadingApi, ReadingView, RecoveryApi, RecoveryView, ReportList, ReportReason, ReportState, ReportView, Returning, RulesChange, SetAside, ShortOf, SpaceRules, SupervisionView, TextEdit, TextEditRecord, TextPreview, ToldView };

export type SpaceId = string;
export type FragmentId = string;
export type NodeId = string;
export type RoleName = 'owner' | 'admin' | 'member' | 'guest';
export type SpaceKindName = 'personal' | 'team' | 'guild';
export type JsonValue = number | string | boolean | null | Uint8Array | JsonValue[] | { [key: string]: JsonValue };

/** A reference: a node of the same fragment, of another fragment of the space, or of another space. */
export type NodeRef = NodeId | [FragmentId, NodeId] | [SpaceId, FragmentId, NodeId];

export type Op =
  | { op: 'node.create'; type: string; props: Record<string, JsonValue>; id?: NodeId; verb?: string }
  | { op: 'node.set'; id: NodeId; props: Record<string, JsonValue>; verb?: string }
  | { op: 'node.delete' | 'node.restore'; id: NodeId; verb?: string }
  | { op: 'edge.add'; type: string; from: NodeId; to: NodeRef; props?: Record<string, JsonValue>; multi?: true; personal?: true; verb?: string }
  | { op: 'edge.set'; id: string; props: Record<string, JsonValue>; verb?: string }
  | { op: 'edge.remove'; id: string; verb?: string }
  | { op: 'pos.set'; id: NodeId; parent: NodeId | null; before?: NodeId; after?: NodeId; verb?: string }
  | { op: 'set.add' | 'set.remove'; id: NodeId; prop: string; value: JsonValue; verb?: string }
  | { op: 'max.set' | 'count.add'; id: NodeId; key: string; n: number; verb?: string }
  | { op: 'text.splice'; id: NodeId; at: number; remove: number; insert: string; verb?: string }
  | { op: 'text.update'; id: NodeId; update: Uint8Array; salt: Uint8Array; verb?: string };

export interface EdgeView {
  id: string;
  type: string;
  from: NodeId;
  to: NodeRef;
  props: Record<string, JsonValue>;
  /** uid of the person whose add is shown; `told`: of whom an Owner or Admin carried it over, as they say. */
  by: string | null;
  told?: string;
}

/** A node as it is shown. */
export interface NodeView {
  state: 'here';
  id: NodeId;
  space: SpaceId;
  fragment: FragmentId;
  type: string;
  deleted: boolean;
  props: Record<string, JsonValue>;
  sets: Record<string, JsonValue[]>;
  max: Record<string, number>;
  counts: Record<string, number>;
  parent: NodeId | null;
  ord: string | null;
  /** Live edges out of this node. */
  edges: EdgeView[];
  /** True when the node has text; read it with text(id). */
  hasText: boolean;
  createdAt: number;
  /** uid of the person, null when the writer is unknown, or when several persons say they created it: then setBy names who set each property. */
  createdBy: string | null;
  updatedAt: number;
  updatedBy: string | null;
  /** Properties whose shown value is not of the person who created the node: name → uid (null: unknown). Left out when there are none. */
  setBy?: Record<string, string | null>;
  /** Where it was created: base64url writer and record seq; seq is -1 while the record is not sealed yet. */
  writer: string;
  seq: number;
  /** Sort key of the creating operation: stamp ‖ writer; compare as text. */
  stamp: string;
  /** False while an own operation on this node is not yet committed on this device. */
  saved: boolean;
  /** True: made with a newer version, shown read-only. */
  newer: boolean;
  /** The fragment where it is now: it was moved there, and is left out of answers here. */
  moved?: FragmentId;
  /** It was carried over from another fragment: whose it is, as is said by who did that (`createdBy`). */
  told?: ToldView;
}

export interface Query {
  type?: string | string[];
  fragment?: FragmentId;
  /** Equality on properties; `deleted: true` in `include` shows deleted nodes too, `'only'` them alone, `moved: true` those that went to another fragment. */
  where?: Record<string, JsonValue>;
  include?: { deleted?: boolean | 'only'; moved?: boolean };
  /** Only nodes with a live edge of the type (to the node, if given). */
  edges?: { type: string; to?: NodeId };
  /** Default: stamp ascending. `prop` orders by a property. */
  order?: 'stamp' | '-stamp' | 'pos' | { prop: string; desc?: boolean };
  limit?: number;
  offset?: number;
}

export interface Change {
  added: NodeView[];
  changed: NodeView[];
  removed: NodeId[];
  origin: 'local' | 'remote';
}

export interface SpaceView {
  id: SpaceId;
  name: string;
  kind: SpaceKindName;
  /** `no-rights`: the records that say who may do what are not on this device (its storage was cleared). */
  role: RoleName | 'removed' | 'joining' | 'no-rights';
  members: number;
  /** Fragments this person may read; null: the whole space. */
  scope: FragmentId[] | null;
  /** Those of them in which they answer and react without writing. */
  comments: FragmentId[];
  /** The highest role in which they may let somebody in; null: nobody. */
  lets: RoleName | null;
  rules: SpaceRules;
  /** ms: this person came then and reads what was written from then on; left out: from the beginning. */
  since?: number;
}

export interface InviteOptions {
  role?: RoleName;
  expiresInMs?: number;
  uses?: number;
  approval?: 'auto' | 'manual';
  /** Fragments that are opened, and nothing else of the space; for Member and Guest. Null: the whole space. */
  scope?: string[] | null;
  /** An open invite that is taken back in the same act; what is not said is as it was there. */
  instead?: string;
}

/** The document of a node as updates, for an editor that keeps its own copy of it (a Yjs document). */
export interface TextNews {
  /** Yjs updates v1 that the mark asked with did not cover, own ones among them; applying one twice changes nothing. */
  updates: Uint8Array[];
  /** What is known now, for the next question. */
  mark: string;
  /** To write with `text.update`: a fresh salt, and the Yjs client id it stands for, this tab's alone. */
  salt: Uint8Array;
  client: number;
}

/** What StateChip shows (UX §5). */
export type CopyState = 'writing' | 'local' | 'shared' | 'waiting' | 'catching-up' | 'looking' | 'absent' | 'stuck' | 'one-copy' | 'newer';

export interface Copies {
  /** This device, and those of present members that confirmed it or wrote it. */
  devices: string[];
  /** Those of them that are counted because they wrote it, without a confirmation. */
  wrote: string[];
  beacons: string[];
  /** ms of the newest ack of another device, null when none. */
  lastConfirmed: number | null;
  state: CopyState;
  /** For waiting and catching-up: how many records; since: ms. */
  count: number;
  since: number | null;
  /** For stuck: code and words. */
  reason: AppErrorShape | null;
}

export interface PeerView {
  device: string;
  uid: string | null;
  name: string | null;
  via: 'direct' | 'relay' | 'tab' | 'beacon';
  /** Kinds of the candidates of a direct link, here and there: host, srflx, prflx, relay (a TURN server); null when unknown. */
  pair: string | null;
  rttMs: number | null;
  bytesIn: number;
  bytesOut: number;
  spaces: SpaceId[];
}

export interface NetworkStatus {
  online: boolean;
  paused: boolean;
  /** This tab holds the links of the profile. */
  leader: boolean;
  signaling: { url: string; state: 'connecting' | 'open' | 'closed' | 'refused'; reason: string | null; retryInMs: number | null }[];
  peers: PeerView[];
  /** Archives of the spaces, one line for each relay. Never counted as a copy. */
  archives: ArchiveRelay[];
  /** Devices around that no link is possible with: their build is newer than this one, or older. */
  versions: { newer: number; older: number };
  /** Devices around that three tries in a row, or more, found no way to; they are tried again once a minute, and at once by `retry` or news of them. since, ms: when the first of the tries ended. */
  unreached: { device: string | null; uid: string | null; name: string | null; tries: number; since: number; trying: boolean }[];
  /** Connections of the last ten minutes that were closed, before anything was said on them or from the changed frame on, because somebody on the way changed them; servers: who introduced the two ends. */ altered: { via: 'direct' | 'relay'; servers: string[]; times: number; since: number; last: number }[];
  /** How the beacons of all spaces stand by what they sign and by checks. */ beacons: BeaconCheckView[];
  /** Own records no other device has confirmed. */ pending: number;
  /** This device's clock against mesh time, ms. */ clockOffsetMs: number;
  clockWarning: boolean;
}

export interface SpaceDigest {
  set: string;
  state: string;
  words: string[];
  /** base64url of the 32-byte digest the words and the tones of the strip come from. */
  seal?: string;
  covers: { fragments: FragmentId[]; reducer: string };
}

export interface Presence {
  uid: string;
  device: string;
  /** Ends by itself. */
  kind: 'here' | 'typing';
  fragment: FragmentId;
}

/** One record in the log inspector of System. */
export interface RecordInfo {
  id: string;
  fragment: FragmentId;
  writer: string;
  uid: string | null;
  seq: number;
  n: number;
  at: number;
  class: 'acl' | 'op' | 'snapshot' | 'witness' | 'unknown';
  bytes: number;
  ops: number | null;
  status: 'applied' | 'parked' | 'waiting' | 'held-back' | 'void' | 'sealed' | 'stub' | 'newer' | 'quarantined';
  /** Why it was accepted or not, in words with the rule id. */
  why: string;
  own: boolean;
}

export interface RecordDetail extends RecordInfo {
  /** Raw bytes of the record. */
  raw: Uint8Array;
  /** Header decoded: key name → readable value. */
  header: [string, string][];
  operations: { stamp: string; primitive: string; verb: string; args: string }[] | null;
  /** Signer, device, person and the grants that give the right, first to last. */
  rights: string[];
  signature: 'valid' | 'invalid';
}

export interface KernelEvent {
  type: 'node_created' | 'node_updated' | 'relation_created' | 'agent_event' | 'record' | 'copies' | 'network' | 'spaces' | 'members' | 'presence' | 'stuck' | 'clock' | 'kernel' | 'locked';
  space?: SpaceId;
  fragment?: FragmentId;
  node?: NodeId;
  origin?: 'local' | 'remote';
}

export interface GraphApi {
  createFragment(options: { type: string; title: string }): Promise<FragmentId>;
  transact(ops: Op[], options?: { fragment?: FragmentId; label?: string }): Promise<{ ids: NodeId[]; record: 'pending' }>;
  get(id: NodeId): Promise<NodeView | { state: 'looking' | 'absent' }>;
  query(query: Query): Promise<NodeView[]>;
  subscribe(query: Query, on: (change: Change) => void): () => void;
  count(query?: Query): Promise<number>;
  /** The highest record seq of each writer (base64url) among what matches, deleted ones too: how far it is held here. */
  tops(query: Query): Promise<Record<string, number>>;
  text(id: NodeId): Promise<string>;
  /** for views: what came into the document of a node after `mark`; null: all. */
  updates(id: NodeId, mark: string | null): Promise<TextNews>;
  digest(): Promise<SpaceDigest>;
  /** for views: with a linked device of the space; names the first difference. Rejects with `not-linked`, `no-answer`. */
  compare(device: string): Promise<Comparison>;
  /** Of one node or edge; or every change of one property of all nodes of some types. */
  history(of: NodeId | PropQuery): Promise<HistoryEntry[]>;
}

export interface LifegraphApi {
  readonly version: string;
  readonly protocol: number;
  /** Everything this device holds is read from its store. */
  ready: Promise<void>;
  /** for views: the person, the spaces, rights and names are there; a query waits for what it asks for. */
  opened: Promise<void>;
  identity: {
    /** From the page's copy of the kernel state; null before the first run. */
    get(): { uid: string; device: string; name: string } | null;
    create(options: { name: string }): Promise<{ uid: string; device: string }>;
    /** for views */ rename(name: string): Promise<void>;
  };
  spaces: {
    create(options: { name: string; kind?: 'team' | 'guild' }): Promise<SpaceId>;
    list(): Promise<SpaceView[]>;
    invite(space: SpaceId, options?: InviteOptions): Promise<string>;
    /** `words`: why, for those who let in by hand. */
    join(link: string, options?: { words?: string }): Promise<{ space: SpaceId; state: AsyncIterable<JoinState> }>;
    members(space: SpaceId): Promise<Member[]>;
    leave(space: SpaceId): Promise<void>;
    /** for views */
    invites(space: SpaceId): Promise<InviteView[]>;
    /** Takes an open invite back: nobody gets in by it from now on, who came in stays. */
    revokeInvite(space: SpaceId, invite: string): Promise<void>;
    /** The archive of the space (FORMATS 7); setArchive with no address turns it off. Rejects with `owner-only`, `bad-relay`, `no-key`. */
    archive(space: SpaceId): Promise<ArchiveView>;
    setArchive(space: SpaceId, urls: string[]): Promise<void>;
    /** Joiners waiting for a hand to accept (approval 'manual'), the oldest first. */
    waiting(space: SpaceId): Promise<JoinRequest[]>;
    /** Lets in, in the role of the invite or as said. Rejects with `unknown`, `invite-over`, `no-key`, `bad-op`, and for more than the invite's role with `no-right`. */
    approve(space: SpaceId, uid: string, role?: 'guest' | 'member'): Promise<void>;
    /** Refuses with words for the person; null takes a refusal back. Rejects with `unknown`. */
    decline(space: SpaceId, uid: string, words: string | null): Promise<void>;
    /** The own request to come into a space; null when there is none. */
    request(space: SpaceId): Promise<OwnRequest | null>;
    /** Takes it back; the space leaves the list. */
    withdraw(space: SpaceId): Promise<void>;
    /** What an invite link claims, without joining. */
    readLink(link: string): Promise<{ space: SpaceId; name: string; by: string; role: RoleName; known: boolean; asks: boolean; fleeting: boolean }>;
  };
  access: AccessApi;
  reading: ReadingApi;
  reports: ReportsApi;
  /** Words signed in the clear, as certificates are saved with. Rejects with `bad-value`, `no-identity`, `no-space`. */
  papers(ask: PaperAsk): Promise<PaperAnswer>;
  graph(space: SpaceId): GraphApi;
  /** `leaving`, for views: the page is about to go, nothing that needs its links is waited for. */
  saved(leaving?: boolean): Promise<{ records: number; ops: number }>;
  copies(id: NodeId): Promise<Copies>;
  network: {
    status(): NetworkStatus;
    pause(): void;
    resume(): void;
    /** for views */
    setServers(urls: string[]): Promise<void>;
    retry(): Promise<void>;
    /** Tries servers, relay and a direct connection with throw-away sessions; takes up to half a minute, never rejects for what it finds. */
    check(): Promise<NetCheckLine[]>;
    /** A connection by hand, and the ways of direct links. */
    act<A extends NetAct>(act: A): Promise<NetAnswer<A>>;
  };
  diagnostics(): Promise<Blob>;
  metrics(): Record<string, number>;

  // ---- for views -------------------------------------------------------------------------------------------------
  /** Files in spaces; left out where there is no room for any. */ files?: FilesApi;
  /** Work that devices do for each other. */ compute?: ComputeApi;
  /** Edits of the text of a node in the total order, out of their records; where the kernel runs in a worker. Rejects with `not-here`. */
  edits?(space: SpaceId, node: NodeId): Promise<TextEditRecord[]>;
  /** Kernel events; returns unsubscribe. */
  on(listener: (event: KernelEvent) => void): () => void;
  /** State of a whole fragment (channel) or, without it, of the space. */ copiesOf(space: SpaceId, fragment?: FragmentId): Promise<Copies>;
  /** The durability meter: of the space, of a fragment, or of a node's last change. Rejects with `not-here`. */ durability(space: SpaceId, of?: { fragment?: FragmentId; node?: NodeId }): Promise<Durability>;
  presence: {
    /** Announces typing or being here, at most as often as the caps allow. */
    set(space: SpaceId, fragment: FragmentId, kind: 'here' | 'typing'): void;
    list(space: SpaceId): Promise<Presence[]>;
  };
  previews: PreviewsApi; calls: CallsApi;
  /** Values of this device that survive reload (drafts, language, theme); never synced. */
  local: {
    get(key: string): Promise<JsonValue | undefined>;
    set(key: string, value: JsonValue | undefined): Promise<void>;
  };
  log: {
    records(space: SpaceId, options?: { fragment?: FragmentId; limit?: number; before?: number }): Promise<RecordInfo[]>;
    record(space: SpaceId, id: string): Promise<RecordDetail | null>;
  };
  recovery: RecoveryApi;
  backup: BackupApi;
  devices: DevicesApi;
  lock: LockApi;
  supervision: SupervisionApi;
  /** Tries again what is stuck ("Not saved"); export gives the unsaved operations as a file. */
  stuck: {
    retry(): Promise<void>;
    exportUnsaved(): Promise<Blob>;
  };
}
