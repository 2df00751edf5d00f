/** What a running kernel holds in memory. One kernel per tab; everything here can be rebuilt from the store. */
import type { AppErrorShape } from '#base/app-error';
import type { Bytes } from '#base/bytes';
import type { BeaconCheckView } from '#os/beacon-api';
import type { PairingView } from '#os/devices-api';
import type { KernelEvent, NetworkStatus } from '#os/api';
import type { NodeSource, Subscriptions } from '#os/graph-manager/query';
import type { Scope } from '#os/rights/acl-model';
import type { SpaceRights } from '#os/rights/space-rights';
import type { FragmentGraph } from '#vm/graph/fragment-graph';
import type { FragmentLog } from '#vm/log/fragment-log';
import type { Content } from '#vm/log/held-record';
import type { ForkEvidence, SpaceChain } from '#vm/log/space-chain';
import type { Operation, ParsedRecord, Stamp } from '#vm/protocol/types';
import type { Ways } from '#vm/mesh/ways';
import type { Replication } from '#vm/replication/host';
import type { ArchiveSetting } from './archive-setting.ts';
import type { BaseRow, FragmentBase } from './baseline-row.ts';
import type { AclRoom } from './acl-room.ts';
import type { CopyTracker } from './copies.ts';
import type { Batch } from './deliver.ts';
import type { KernelDeps } from './deps.ts';
import type { Adjustment } from './adjust.ts';
import type { FlushPlan } from './flush-plan.ts';
import type { MeshTime } from './mesh-time.ts';
import type { StoreLoader } from './loader.ts';
import type { Pairing } from './pairing.ts';
import type { Profile } from './profile.ts';
import type { Reading } from './reading-row.ts';
import type { LogIndex, RecordIndex } from './record-index.ts';
import type { ReturnRow } from './return-host.ts';
import type { Slot } from './slots.ts';
import type { SpaceKeys } from './space-keys.ts';
import type { Watch } from './watch.ts';

/** An own operation that is applied and not yet sealed. */
export interface PendingOp {
  readonly op: Operation;
  /** ms, when it was made. */
  readonly at: number;
  /** Bytes of its encoding, when they were counted already. */
  readonly size?: number;
  /** The fragments its act touches, when they are several: they are sealed and committed together (ACT1). */
  readonly act?: readonly Fragment[];
}

export interface Fragment {
  readonly id: Bytes;
  readonly key: string;
  readonly log: FragmentLog;
  graph: FragmentGraph;
  index: LogIndex;
  /** The baseline it stands on; null: its logs begin at their start. */
  base: FragmentBase | null;
  /** Ids of stored records below the heads that a baseline covers: first records, kept for the certificate in them, and what did not go yet. They are in no log. */
  readonly below: Set<string>;
  /** Own operations in stamp order, waiting for the next flush. */
  pending: PendingOp[];
  /** Taken out of `pending` by a flush that has not committed yet. */
  sealing: PendingOp[];
  cancelFlush: (() => void) | null;
  flushPlan: FlushPlan | null;
  /** When the last flush began, ms monotone. */
  lastFlush: number;
  /** Ids of records without key: read and tried again when a key arrives. */
  readonly locked: Set<string>;
  /** Arrival number of the newest change of its heads. */
  changedAt: number;
  /** Writer text → acl heads of the first record of its log. */
  readonly firstAcl: Map<string, readonly Bytes[]>;
  /** Records of unknown versions kept. */
  unjudged: number;
  /** A record that is not the first of its log brought a certificate: no snapshot tells of that. */
  odd: boolean;
  /** Ids that held records name as deps and that are not held: "a part is missing". */
  readonly missingDeps: Set<string>;
  /** Writer text → settlement given to the log. */
  readonly keeps: Map<string, string>;
  /** Writer text → n of the proven fork given to the log. */
  readonly proofs: Map<string, string>;
}

export type SpaceStanding = 'member' | 'joining' | 'left';

export interface Space {
  readonly id: Bytes;
  readonly key: string;
  readonly crypto: KernelDeps['crypto'];
  readonly rights: SpaceRights;
  readonly keys: SpaceKeys;
  readonly chain: SpaceChain;
  readonly fragments: Map<string, Fragment>;
  readonly source: NodeSource;
  readonly subscriptions: Subscriptions;
  /** Records of unknown versions kept in all fragments. */
  unjudged: number;
  /** acl records whose predecessors are not held yet. */
  readonly aclWaiting: AclRoom;
  standing: SpaceStanding;
  /** Own heads were asked of the links once in this run. */
  ownHeadsAsked: boolean;
  /** Greatest stamp this writer gave in the space, and the greatest unparked one seen. */
  lastOwn: Stamp | null;
  seen: Stamp | null;
  /** The archive that is on, as far as this device can read the setting. */
  archive: ArchiveSetting | null;
  /** Text of an invite id → plain room, for invites this device may answer. */
  readonly inviteRooms: Map<string, InviteRoom>;
  /** Writer text → device text, from certificates. */
  readonly writerDevice: Map<string, string>;
  /** Key of the slot that writes here now. */
  ownWriter(): Bytes | null;
  /** Fragments of a Guild this device uses. */
  readonly inUse: Set<string>;
  /** Own records without a confirmation: when the oldest was committed, ms. */
  unconfirmedSince: number | null;
}

/** The sealed field of an invite: where its people meet, whether a hand lets them in, what they get; of a beacon its name and the servers it is at. */
export interface InviteRoom {
  readonly room: Bytes;
  readonly manual: boolean;
  readonly scope: Scope;
  readonly name: string;
  readonly servers: readonly string[];
}

export interface Kernel {
  readonly deps: KernelDeps;
  /** Resolves when the page of this kernel goes, and its links with it. */
  readonly leaving: Promise<void>;
  leave(): void;
  store: KernelDeps['store'];
  /** Random id of this run, base64url of 16 bytes. */
  readonly boot: string;
  readonly time: MeshTime;
  readonly spaces: Map<string, Space>;
  readonly index: RecordIndex;
  /** Baselines that fragments of the store stand on and that were not opened yet, by space/fragment. */
  readonly bases: Map<string, BaseRow>;
  /** Opens those of records that are about to be delivered (baseline-open.ts); loaded where there are any. */
  openBases: ((kernel: Kernel, space: Space, records: readonly ParsedRecord[], batch: Batch) => Promise<void>) | null;
  readonly copies: CopyTracker;
  /** Ids of stored records that wait for a record before them, with their log: not "held" for replication until they have their place. */
  readonly behind: Map<string, FragmentLog>;
  profile: Profile | null;
  /** This browser reads one fragment by a public link: the profile is the link's, there is no slot, and nothing is ever written. */
  reading: Reading | null;
  slot: Slot | null;
  /** When this device was taken away by its person, ms; null while it counts. Then it seals nothing more. */
  revoked: number | null;
  /** A device is being paired: by this tab, and as the tab that holds the links says. */
  pairing: Pairing | null;
  pairSeen: PairingView | null;
  /** Own devices that were taken away (text of the key) and the statement that says so. */
  readonly dropped: Map<string, Bytes>;
  /** A person comes back to this device, known by the recovery key alone or already by name (returns.ts). */
  returning: ReturnRow | null;
  /** The lock of this browser, while it is open; null without one. */
  lock: { readonly idleMinutes: number } | null;
  replication: Replication | null;
  /** While the store is read at the start: nothing may be stamped or sealed before the own logs are known. */
  loading: Promise<unknown> | null;
  /** What is there already while the store is read, and what shall come next. */
  loader: StoreLoader | null;
  /** Greatest arrival scanned from the store. */
  scanned: number;
  /** Arrival number of the newest commit known. */
  arrival: number;
  /** Commits whose records are not in their logs yet: the arrival told to others stays below them, so that their changes are asked for again. */
  readonly delivering: Set<number>;
  stuck: AppErrorShape | null;
  /** ms: stuck since. */
  stuckSince: number | null;
  /** What the pipeline does, and where its adjusters stand (K12). */
  readonly watch: Watch;
  adjusted: Adjustment;
  /** Links and servers as the leader sees them. */
  network: Pick<NetworkStatus, 'online' | 'signaling' | 'peers' | 'archives' | 'versions' | 'unreached' | 'altered' | 'beacons'>;
  /** How beacons stand, as the desk of this tab sees them. */
  beacons: readonly BeaconCheckView[];
  /** By which ways direct links are made (Settings, Network). */
  ways: Ways;
  leader: boolean;
  paused: boolean;
  /** Operations of records this kernel sealed, so that they are not opened again. */
  readonly sealedOps: WeakMap<ParsedRecord, Extract<Content, { kind: 'ops' }>>;
  newGraph(): FragmentGraph;
  /** Two records of one writer that cannot both be honest. */
  onForkEvidence(space: Space, evidence: ForkEvidence): void;
  /** A closed or forked log showed a branch without effect. */
  onBranchHeld(space: Space): void;
  /** Members, keys or invites of a space may have changed. */
  onAclChanged(space: Space): void;
  /** A person's own name came with their presence. */
  onNameHeard(space: Space, uid: string, name: string): void;
  /** Nodes of `root` (names, directory) may have changed. */
  onDirectoryChanged(space: Space): void;
  /** A sealed ephemeral of this tab: over the links, by the leader's if need be, and to the other tabs. */
  sendEphemeral(space: Space, bytes: Bytes): void;
  /** Links, servers or proofs changed. */
  onNetworkChange(): void;
  /** Signaling servers in use. */
  servers(): readonly string[];
  /** Servers named by an invite link, used besides the others. */
  addServers(urls: readonly string[]): void;
  /** Is the writer key one that may sign (FORMATS, Words: admission)? Cached. */
  admits(writer: Uint8Array): boolean;
  /** Is the type made with a newer version than this build knows? */
  isNewer(type: string): boolean;
  emit(event: KernelEvent): void;
  metric(name: string, add: number): void;
  /** A fault of ours that was survived: counted and kept for diagnostics, without private content. */
  fault(where: string, error: unknown): void;
}
