/** An always-on peer in Node: the kernel of every peer, told to keep what it cannot read (service.ts), on LevelDB, over the relay and WebRTC. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHmac, webcrypto } from 'node:crypto';
import { WebSocket } from 'ws';
import { createGunReplica } from '#adapters/gun/gun-replica';
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import { createWebSocketPort, type WebSocketConstructor } from '#adapters/web-socket/web-socket';
import { startKernel, type RunningKernel } from '#os/kernel/kernel';
import { must } from '#base/assert';
import type { RecordStore } from '#ports/record-store';
import type { TabsPort } from '#ports/tabs';
import type { Log } from '#signaling/log';
import { encodeBeaconLink } from '#vm/protocol/beacon-link';
import { createBackups, type Backups } from './backup.ts';
import { startControl, type Control } from './control.ts';
import { digestOf } from './digest.ts';
import { createNodeDialer, relayOnly } from './dialer.ts';
import { beaconKeys, type BeaconKeys } from './keys.ts';
import { openLevelStore } from './level-store.ts';
import { Quotas, type QuotaLimits } from './quotas.ts';
import { beaconWithin } from './service.ts';

export interface BeaconOptions {
  /** Folder of the store and the key. */
  readonly data: string;
  readonly name: string;
  /** Signaling servers where it waits. */
  readonly servers: readonly string[];
  /** Direct links, too. */
  readonly direct: boolean;
  readonly version: string;
  readonly log: Log;
  readonly quotas: QuotaLimits;
}

export interface Beacon {
  /** What is pasted into a space. */
  readonly address: string;
  readonly kernel: RunningKernel;
  /** Are direct links possible here? */
  readonly direct: boolean;
  readonly backups: Backups;
  readonly quotas: Quotas;
  /** Ends the links, writes what is on its way, closes the store. */
  stop(): Promise<void>;
}

/** One process, one kernel: the lock of the store keeps a second one out. */
const alone: TabsPort = {
  tryLock: async () => () => undefined,
  waitLock: async () => () => undefined,
  post: () => undefined,
  onNotice: null,
};

/** Keys never lie in the store: who the beacon is comes from the key file. */
function withProfile(store: RecordStore, { profile }: BeaconKeys): RecordStore {
  return {
    id: store.id,
    commit: (input) => store.commit(input),
    scan: (after, limit) => store.scan(after, limit),
    arrivals: (after) => store.arrivals(after),
    segments: (arrivals) => store.segments(arrivals),
    holding: (space, fragment) => store.holding(space, fragment),
    get: async (key) => (key === 'id/profile' ? profile : store.get(key)),
    list: (prefix) => store.list(prefix),
    get onClosed() {
      return store.onClosed;
    },
    set onClosed(heard) {
      store.onClosed = heard;
    },
    // The beacon closes it itself and waits for that.
    close: () => undefined,
  };
}

/** A store without its key would become another beacon's, of which no space knows. */
function checkKey(data: string): void {
  const [key, store] = [join(data, 'beacon.key'), join(data, 'store')];
  if (!existsSync(key) && existsSync(store)) throw new Error(`${key} is missing beside the store: without it this would be another beacon. Put it back from where you keep it, or move the store away.`);
}

/** The socket by which backups and digests are asked for; the beacon runs without it where there can be none. */
async function controlOf(data: string, backups: Backups, kernel: RunningKernel, log: Log): Promise<Control | null> {
  try {
    return await startControl(data, { backup: (to, onProgress) => backups.make(to, onProgress), digest: (hours) => digestOf(kernel.parts, Date.now() - hours * 3_600_000) });
  } catch (error) {
    log.warn('control.missing', { reason: (error as Error).message });
    return null;
  }
}

/** Starts a beacon; resolves when what it keeps is loaded. `within`: what makes its kernel a beacon. */
export async function startBeacon(options: BeaconOptions, within = beaconWithin): Promise<Beacon> {
  const clock = createSystemClock();
  const random = createWebRandom(webcrypto as Crypto);
  const crypto = createWebCrypto(webcrypto.subtle as SubtleCrypto);
  mkdirSync(options.data, { recursive: true, mode: 0o700 });
  checkKey(options.data);
  const keys = await beaconKeys(crypto, join(options.data, 'beacon.key'), options.name);
  const store = await openLevelStore({ path: join(options.data, 'store'), macKey: keys.macKey });
  const direct = options.direct ? await createNodeDialer() : null;
  const tag = (space: string): string => createHmac('sha256', keys.macKey).update(`log/${space}`).digest('hex').slice(0, 8);
  const quotas = new Quotas({ limits: options.quotas, held: store.held, log: options.log, tag });
  const never = (): Promise<never> => Promise.reject(new Error('A beacon has no such acts.'));
  const kernel = startKernel({
    clock, random, crypto, store: withProfile(store, keys), tabs: alone, createReplica: (hooks) => quotas.within(createGunReplica({ clock, random, hooks })),
    dialer: direct?.dialer ?? relayOnly, sockets: createWebSocketPort(WebSocket as unknown as WebSocketConstructor), loadAccess: never, loadWords: never,
    iceServers: [], servers: options.servers, version: options.version, beacon: within(quotas), beaconFull: (space) => quotas.isFull(space),
  });
  await kernel.api.ready;
  const backups = createBackups(store, options.log);
  const control = await controlOf(options.data, backups, kernel, options.log);
  return {
    address: encodeBeaconLink({ inception: must(keys.profile.statements[0], 'inception'), name: options.name, signaling: options.servers }),
    kernel, direct: direct !== null, backups, quotas,
    async stop() {
      await backups.stop();
      await control?.stop();
      await kernel.stop();
      direct?.close();
      await store.end();
    },
  };
}
