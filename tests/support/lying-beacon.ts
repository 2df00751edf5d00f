/**
 * A beacon process that lies, for tests/unit/signaling/beacon-witness.test.ts: the one that is shipped, with its store, key and links, but that it gives contents to the
 * first device only that it meets, and signs another statement for every other one at the same place of its log.
 */
import { must } from '#base/assert';
import { toBase64url } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import type { KernelDeps } from '#os/kernel/deps';
import { startBeacon } from '#signaling/beacon/beacon';
import { beaconOptions } from '#signaling/beacon/options';
import { beaconWithin } from '#signaling/beacon/service';
import { processLog } from '#signaling/log';
import { FRAGMENT } from '#vm/protocol/types';
import { encodeWitness } from '#vm/protocol/witness';
import type { Core } from '#vm/replication/peer-state';

const TELL_MS = 500;
const RESERVED = new Set([FRAGMENT.acl, FRAGMENT.root, FRAGMENT.witness].map((id) => toBase64url(id)));
/** Devices in the order in which they came. */
const met: string[] = [];
let core: Core | null = null;

const lying = (honest: NonNullable<KernelDeps['beacon']>): NonNullable<KernelDeps['beacon']> => (host, kernel) => {
  const inner = honest(host, kernel);
  const log = kernel.deps.random.bytes(16);
  /** What this device is told: the same bytes each time. */
  const words = new Map<string, Promise<{ readonly bytes: Uint8Array }>>();
  const word = (space: Uint8Array, key: string, at: number): Promise<{ readonly bytes: Uint8Array }> => {
    let known = words.get(key);
    if (!known) words.set(key, (known = encodeWitness(kernel.deps.crypto, must(kernel.profile, 'profile').ds, space.slice(), { log, seq: 0, prev: null, ms: kernel.time.now(), flags: Math.min(at, 1), root: new Uint8Array(32), heads: [] })));
    return known;
  };
  setInterval(() => {
    for (const { link } of core?.peers.values() ?? []) {
      const device = toBase64url(link.device);
      // Other beacons are told nothing.
      if (![...kernel.spaces.values()].some(({ rights }) => rights.view().devices.some((one) => one.ds === device && !one.link))) continue;
      if (!met.includes(device)) met.push(device);
      for (const { id, key } of kernel.spaces.values()) void word(id, `${key}/${device}`, met.indexOf(device)).then(({ bytes }) => link.send('live', 'witness:said:v1:completed', encodeCbor([id, [bytes]])));
    }
  }, TELL_MS);
  return {
    ...inner,
    readable: (space, ds) => {
      const may = inner.readable?.(space, ds) ?? null;
      return met.indexOf(toBase64url(ds)) < 1 ? may : (fragment) => RESERVED.has(toBase64url(fragment)) && (may?.(fragment) ?? true);
    },
    witness: { onMessage: (_core, _peer, message) => message.event.startsWith('witness:') },
    onNetworkChange(now) {
      if (now) core = now;
      inner.onNetworkChange(undefined);
    },
  };
};

const chosen = beaconOptions(process.argv.slice(2));
const log = processLog(chosen.level);
const beacon = await startBeacon({ ...chosen, version: 'beacon', log }, (quotas) => lying(beaconWithin(quotas)));
log.info('beacon.address', { address: beacon.address }, beacon.address);
