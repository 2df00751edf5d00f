/** The kernel's memory at the start of a run, with its counters and listeners. What other parts do later comes in as hooks. */
import { toBase64url } from '#base/bytes';
import { faultWords } from '#base/fault-words';
import type { KernelEvent } from '#os/api';
import { createFragmentGraph } from '#vm/graph/fragment-graph';
import { isAdmissibleKey } from '#vm/protocol/admission';
import { unadjusted } from './adjust.ts';
import { createCopyTracker } from './copies.ts';
import type { KernelDeps } from './deps.ts';
import { createFaultList } from './fault-list.ts';
import { createMeshTime } from './mesh-time.ts';
import { createRecordIndex } from './record-index.ts';
import type { Kernel } from './state.ts';
import { createWatch } from './watch.ts';


export interface KernelHooks extends Pick<Kernel, 'onForkEvidence' | 'onBranchHeld' | 'onAclChanged' | 'onDirectoryChanged' | 'onNameHeard' | 'onNetworkChange' | 'sendEphemeral' | 'servers' | 'addServers'> {
  onTime(): void;
}

export interface KernelRoom {
  readonly kernel: Kernel;
  readonly metrics: Map<string, number>;
  readonly faults: string[];
  subscribe(listener: (event: KernelEvent) => void): () => void;
}

/** An empty kernel; `hooks` may refer to parts made afterwards. */
export function createKernelRoom(deps: KernelDeps, hooks: KernelHooks): KernelRoom {
  const listeners = new Set<(event: KernelEvent) => void>();
  const metrics = new Map<string, number>();
  const faults = createFaultList();
  let leave = (): void => undefined;
  const leaving = new Promise<void>((done) => (leave = done));
  const kernel: Kernel = {
    deps, leaving, leave, store: deps.store, boot: toBase64url(deps.random.bytes(16)),
    time: createMeshTime(deps.clock, () => hooks.onTime()),
    spaces: new Map(), index: createRecordIndex(() => kernel.store), bases: new Map(), openBases: null, copies: createCopyTracker(), behind: new Map(),
    profile: null, reading: null, slot: null, revoked: null, pairing: null, pairSeen: null, dropped: new Map(), returning: null, lock: deps.lock ? { idleMinutes: deps.lock.idleMinutes } : null, replication: null, loading: null, loader: null, scanned: 0, arrival: 0, delivering: new Set(), stuck: null, stuckSince: null, ways: { ice: deps.iceServers, hide: false }, leader: false, paused: false,
    network: { online: false, signaling: [], peers: [], archives: [], versions: { newer: 0, older: 0 }, unreached: [], altered: [], beacons: [] }, beacons: [], watch: createWatch(), adjusted: unadjusted(deps.clock.monotonic()),
    sealedOps: new WeakMap(), newGraph: createFragmentGraph,
    emit(event) {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          kernel.fault('listener', error);
        }
      }
    },
    metric: (name, add) => void metrics.set(name, (metrics.get(name) ?? 0) + add),
    fault(where, error) {
      kernel.metric(`faults.${where}`, 1);
      faults.note(`${where}: ${faultWords(error)}`);
    },
    admits: isAdmissibleKey,
    isNewer: (type) => isNewerType(type, deps.knownTypes),
    onForkEvidence: (space, evidence) => hooks.onForkEvidence(space, evidence),
    onBranchHeld: (space) => hooks.onBranchHeld(space),
    onAclChanged: (space) => hooks.onAclChanged(space),
    onNameHeard: (space, uid, name) => hooks.onNameHeard(space, uid, name),
    onDirectoryChanged: (space) => hooks.onDirectoryChanged(space),
    onNetworkChange: () => hooks.onNetworkChange(),
    sendEphemeral: (space, bytes) => hooks.sendEphemeral(space, bytes),
    servers: () => hooks.servers(),
    addServers: (urls) => hooks.addServers(urls),
  };
  return {
    kernel, metrics, faults: faults.lines,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** `name@version` above the version this build knows; a name it does not know at all is somebody else's, not newer. */
function isNewerType(type: string, known: ReadonlyMap<string, number> | undefined): boolean {
  const at = type.lastIndexOf('@');
  const version = known?.get(type.slice(0, at));
  return version !== undefined && Number(type.slice(at + 1)) > version;
}
