/** Everything a kernel is given: the outside world as ports, and its settings. The same kernel runs in the worker, in Node and in the simulator. */
import type { BuildShelf } from '#os/builds-api';
import type { Prover } from './backup-proof.ts';
import type { OpenLock } from './lock-row.ts';
import type { LoadArchive } from '#vm/archive/archives';
import type { ChunkStore } from '#ports/chunk-store';
import type { Clock } from '#ports/clock';
import type { CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { RecordStore } from '#ports/record-store';
import type { Replica, ReplicaHooks } from '#ports/replica';
import type { SecretParts } from '#ports/secret-parts';
import type { TabsPort } from '#ports/tabs';
import type { ReplicationHost } from '#vm/replication/host';
import type { Kernel } from './state.ts';
import type { Dialer, SocketPort, TextSocketPort } from '#ports/wire';

export interface IceServer {
  readonly urls: string | string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface KernelDeps {
  /** Of a locked browser: what its secrets lie under, held in memory only (lock-row.ts). */
  readonly lock?: OpenLock | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  readonly store: RecordStore;
  /** Opens where pieces of files lie; without it there are no files here. */
  readonly chunks?: (() => Promise<ChunkStore>) | undefined;
  readonly tabs: TabsPort;
  readonly createReplica: (hooks: ReplicaHooks) => Replica;
  readonly dialer: Dialer;
  readonly sockets: SocketPort;
  /** Sockets to stock GUN relays; without them archives stay off on this device. */
  readonly archiveSockets?: TextSocketPort | undefined;
  readonly loadArchive?: LoadArchive | undefined;
  /** Acts on people: their code comes when one is asked for. */
  readonly loadAccess: () => Promise<Pick<typeof import('./access-facade.ts'), 'accessApi'>>;
  /** The words of a seal, a list of 2,048: it comes when somebody looks at a seal. */
  readonly loadWords: () => Promise<Pick<typeof import('#vm/log/seal-words'), 'wordsOf'>>;
  /** Cuts a recovery key into parts and joins them; without it people keep none here. */
  readonly loadParts?: (() => Promise<SecretParts>) | undefined;
  /** Proves backups and keys in a worker of its own; without it that is done in this thread. */
  readonly prove?: Prover | undefined;
  /** Starts the search of this tab: another device looks for something here. Without it, what nobody searched yet is not answered. */
  readonly wakeSearch?: (() => void) | undefined;
  /** The release of the app that this device runs; without it none is given to others, and none taken from them. */
  readonly builds?: BuildShelf | undefined;
  /** Nothing is kept on this device: the store is in memory and goes with the tab. So its copies never count (fleeting.ts). */
  readonly fleeting?: boolean | undefined;
  /** Of a beacon: what its links are told instead. It has no slot and no space of its own, and writes nothing (RIGHT34). */
  readonly beacon?: ((host: ReplicationHost, kernel: Kernel) => ReplicationHost) | undefined;
  /** Of a beacon: does it take nothing more of the space? It says so in its witnesses. */
  readonly beaconFull?: ((space: string) => boolean) | undefined;
  readonly iceServers: readonly IceServer[];
  /** Signaling servers of the build or the link; the settings of this device override them. */
  readonly servers: readonly string[];
  readonly version: string;
  /** Name of the code that decides what records mean: a snapshot that other code made is as if it were not there (SNAP3). The version, when left out: builds of one version may differ. */
  readonly code?: string;
  /** What a person would call this device before they give it a name of their own. */
  readonly deviceName?: string;
  /** Node types this build knows and their newest version; a newer one is shown read-only as "made with a newer version". */
  readonly knownTypes?: ReadonlyMap<string, number>;
  /** Rows up to which a start reads the store in one go, when not KERNEL_LIMITS.loadRows: the simulator's stores are small. */
  readonly startRows?: number;
  /** When a fragment gets a snapshot, when not as KERNEL_LIMITS say. */
  readonly snapshots?: { readonly records?: number; readonly quietMs?: number };
  /** How long a beacon waits before what a baseline covers goes, and after how long something missing is taken from it, when not as KERNEL_LIMITS say. */
  readonly baselines?: { readonly holdMs?: number; readonly againMs?: number };
  /** Opens the store again after it was closed from outside; null when that is not possible here. */
  readonly reopen?: () => Promise<RecordStore>;
}

/** Protocol version in the handshake and the API (FORMATS: 0 until step 4). */
export const PROTOCOL = 0;
