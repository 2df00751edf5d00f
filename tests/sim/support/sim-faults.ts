/** Random faults of one step, and the end of all faults. */
import { equalBytes, toBase64url } from '#base/bytes';
import { FRAGMENT } from '#vm/protocol/types';
import type { StoreFailure } from '#ports/record-store';
import { forgetLost, saidShared, type Model } from './sim-acts.ts';
import type { FaultName, SimOptions } from './sim-options.ts';
import type { WireFaults } from './sim-wire.ts';
import type { SimDevice, SimTab, SimWorld } from './sim-world.ts';

export interface FaultState {
  readonly world: SimWorld;
  readonly options: SimOptions;
  readonly chance: () => number;
  /** Devices whose tab is to be opened again at the end, with the clones. */
  readonly devices: SimDevice[];
  /** Pairs of tab names whose frames are lost: `from>to`. */
  readonly blocked: Set<string>;
  /** Pairs that come and go: `from>to` → ms of a half period. */
  readonly flapping: Map<string, number>;
  serverDown: boolean;
  clones: number;
  /** Disks hurt so far: what only they held may be lost. */
  hurt: number;
  /** Faults by kind; those that hit frames count each frame. */
  readonly counts: Map<string, number>;
  /** Devices that no fault may touch now: the healed core. */
  readonly safe: Set<SimDevice>;
  model: Model;
}

const live = (state: FaultState): SimTab[] => state.devices.filter((device) => !state.safe.has(device)).flatMap((device) => device.tabs);
const pick = <T>(list: readonly T[], chance: () => number): T | undefined => list[Math.floor(chance() * list.length)];
const anyDevice = (state: FaultState): SimDevice | undefined => pick(state.devices.filter((device) => !state.safe.has(device)), state.chance);

/** Counts a fault. */
export function countFault(state: FaultState, kind: string, times = 1): void {
  state.counts.set(kind, (state.counts.get(kind) ?? 0) + times);
}

/** Acts on people are counted beside the faults under names that begin so. */
export const PEOPLE = 'people ';

/** All faults so far. */
export const faultsOf = (state: FaultState): number => [...state.counts].reduce((sum, [kind, n]) => sum + (kind.startsWith(PEOPLE) ? 0 : n), 0);

const MAKERS: Readonly<Record<FaultName, (state: FaultState) => void | Promise<void>>> = {
  loss: (state) => frames(state, { loss: state.chance() < 0.5 ? state.options.loss : 0 }),
  dup: (state) => frames(state, { duplicate: state.chance() < 0.5 ? state.options.duplicate : 0 }),
  reorder: (state) => frames(state, { reorder: state.chance() < 0.5 ? state.options.reorder : 0 }),
  delay: (state) => frames(state, { delay: state.chance() < 0.7 ? state.options.delay : 0, delayMs: 100 + state.chance() * 1_900 }),
  partition, island, flap, server, crash, await: awaitCrash, torn: crash, tail, rot, tabs, store, clock, decade, clone, slow, relay, wipe,
};

/** One random fault, or the end of one. */
export async function randomFault(state: FaultState): Promise<void> {
  const name = pick(state.options.faults, state.chance);
  if (name === undefined) return;
  countFault(state, name);
  await MAKERS[name](state);
}

/** Faults of all wires; of a healed core's own wires none. */
function frames(state: FaultState, faults: Partial<WireFaults>): void {
  const core = (name: string): boolean => [...state.safe].some((device) => name.startsWith(`${device.name}.`));
  state.world.network.setFaults(faults, state.safe.size === 0 ? undefined : (a, b) => !(core(a) && core(b)));
}

function server(state: FaultState): void {
  // The core has its server.
  if (state.safe.size > 0) return;
  if (state.serverDown) state.world.server.up();
  else state.world.server.down();
  state.serverDown = !state.serverDown;
}

function partition(state: FaultState): void {
  const { chance, blocked } = state;
  const all = live(state);
  const kind = chance();
  if (kind < 0.3) return blocked.clear();
  const a = pick(all, chance);
  const b = pick(all, chance);
  if (!a || !b || a === b) return;
  if (kind < 0.55) blocked.add(`${a.name}>${b.name}`).add(`${b.name}>${a.name}`);
  else if (kind < 0.75) blocked.add(`${a.name}>${b.name}`);
  else a.offline(a.life.online);
}

/** A part of the devices is cut off from the rest and from the server, without a word; or all are together again. */
function island(state: FaultState): void {
  const { chance } = state;
  const cut = live(state).some((tab) => tab.life.island > 0);
  const share = chance() * 0.6;
  for (const tab of live(state)) tab.move(!cut && chance() < share ? 1 : 0);
}

function flap(state: FaultState): void {
  const { chance, flapping } = state;
  if (chance() < 0.3) return flapping.clear();
  const all = live(state);
  const a = pick(all, chance);
  const b = pick(all, chance);
  if (!a || !b || a === b) return;
  const half = 500 + Math.floor(chance() * 4_000);
  flapping.set(`${a.name}>${b.name}`, half).set(`${b.name}>${a.name}`, half);
}

async function crash(state: FaultState): Promise<void> {
  const { world, chance } = state;
  const device = anyDevice(state);
  if (!device) return;
  const tab = pick(device.tabs, chance);
  if (tab) {
    // At a random moment: in the middle of whatever runs.
    await world.clock.run(Math.floor(chance() * 40));
    world.kill(tab);
  }
  if (device.tabs.length === 0 && chance() < 0.7) await reopen(world, device);
}

/** The process dies inside one of its next calls to the disk, the crypto, a timer or the network. */
async function awaitCrash(state: FaultState): Promise<void> {
  const { chance, world } = state;
  const device = anyDevice(state);
  if (!device) return;
  const tab = pick(device.tabs, chance);
  if (tab) tab.life.fuse ??= 1 + Math.floor(chance() * 120);
  else await reopen(world, device);
}

/** Opening writes (a slot): a disk that refuses is another test. */
async function reopen(world: SimWorld, device: SimDevice): Promise<void> {
  device.disk.clearFaults();
  device.disk.release();
  await world.open(device);
}

/** A disk is hurt while nothing runs on it. What only it held is lost and no longer promised. */
async function hurt(state: FaultState, device: SimDevice, harm: () => number): Promise<void> {
  for (const tab of [...device.tabs]) state.world.kill(tab);
  if (harm() === 0) return;
  state.hurt++;
  forgetLost(state.model, device, state.devices);
}

/** A crash, and the disk had not written what it said it had (power loss with a lying disk). What a space begins with is spared: these devices came in without a link, and one that has nothing of the acl has to be let in anew (seed 804). */
async function tail(state: FaultState): Promise<void> {
  const { chance, world } = state;
  const device = anyDevice(state);
  if (!device || device === state.devices[0] || isCloned(state, device)) return;
  const first = device.disk.records().find(({ space, fragment }) => toBase64url(space) === state.model.space && equalBytes(fragment, FRAGMENT.acl));
  await hurt(state, device, () => device.disk.loseTail(1 + Math.floor(chance() * 6), ({ id }) => first !== undefined && equalBytes(id, first.id)));
  state.clones++;
  await reopen(world, device);
}

/** A bit of a record turned over on a disk; it is met at the next start. Rights and keys are spared: a device that lost them has to be let in anew. */
async function rot(state: FaultState): Promise<void> {
  const { chance, world } = state;
  const device = anyDevice(state);
  const where = chance();
  if (!device || device === state.devices[0] || isCloned(state, device)) return;
  await hurt(state, device, () => (device.disk.rot(where, (record) => !equalBytes(record.fragment, FRAGMENT.acl)) ? 1 : 0));
  await reopen(world, device);
}

const isCloned = (state: FaultState, device: SimDevice): boolean => state.devices.some((other) => other.name === `${device.name}-clone` || device.name === `${other.name}-clone`);

/** The device is lost for good. What others said they hold of it stays. */
async function wipe(state: FaultState): Promise<void> {
  const { devices, world, options } = state;
  const device = anyDevice(state);
  // The Owner stays (somebody must let people in), and most of the others.
  if (!device || device === devices[0] || isCloned(state, device) || devices.length <= options.peers - 1) return;
  const shared = await saidShared(state.model, device, (promise) => world.wait(promise));
  for (const tab of [...device.tabs]) world.kill(tab);
  state.hurt++;
  forgetLost(state.model, device, devices, shared);
  devices.splice(devices.indexOf(device), 1);
}

async function tabs(state: FaultState): Promise<void> {
  const device = anyDevice(state);
  if (device && device.tabs.length === 1) await reopen(state.world, device);
}

function store(state: FaultState): void {
  const { chance } = state;
  const device = anyDevice(state);
  if (!device) return;
  const kind = chance();
  const reason: StoreFailure = chance() < 0.5 ? 'quota' : 'aborted';
  if (kind < 0.12) device.disk.loseAnswer();
  else if (kind < 0.5) device.disk.fail(reason, 1 + Math.floor(chance() * 3));
  else if (kind < 0.75) device.disk.hold();
  else device.disk.release();
}

function clock(state: FaultState): void {
  const device = anyDevice(state);
  if (device) device.clockOffsetMs += Math.floor((state.chance() - 0.5) * 4_000);
}

/** The device whose clock is ten years off jumps to the right time, or away again. */
function decade(state: FaultState): void {
  const i = state.options.skews.findIndex((skew) => Math.abs(skew) > 86_400_000 * 365);
  const device = state.devices.find((one) => one.name === `p${i}`);
  if (!device || state.safe.has(device)) return;
  device.clockOffsetMs = Math.abs(device.clockOffsetMs) > 86_400_000 ? 0 : state.options.skews[i]!;
}

async function clone(state: FaultState): Promise<void> {
  const { world } = state;
  if (state.clones >= 1) return;
  const source = anyDevice(state);
  if (!source) return;
  state.clones++;
  const copy = world.device(`${source.name}-clone`, { clockOffsetMs: source.clockOffsetMs, disk: source.disk.clone() });
  state.devices.push(copy);
  await world.open(copy);
}

/** One peer's lines are slow, or all are as fast as before. */
function slow(state: FaultState): void {
  const { world, chance } = state;
  const tab = pick(live(state), chance);
  if (!tab) return;
  const on = chance() < 0.6;
  world.network.setFaults({ bandwidth: on ? 4 + chance() * 60 : 0, latencyMs: state.options.latencyMs + (on ? 200 + chance() * 400 : 0) }, (a, b) => a === tab.name || b === tab.name);
}

/** From here on a peer is reached over the relay only; what is open stays. */
function relay(state: FaultState): void {
  const { world, chance } = state;
  const tab = pick(live(state), chance);
  if (!tab) return;
  const { reachable } = world.network;
  world.network.reachable = (a, b) => a !== tab.name && b !== tab.name && reachable(a, b);
  for (const { names, pair } of world.network.pairs) if (names.includes(tab.name)) pair.cut('no direct way');
}

/** Everything works again; every device has an open tab. */
export async function heal(state: FaultState, devices: readonly SimDevice[] = state.devices): Promise<void> {
  const { world } = state;
  const all = devices === state.devices;
  const mine = (name: string): boolean => all || devices.some((device) => name.startsWith(`${device.name}.`));
  const calm = { loss: 0, duplicate: 0, reorder: 0, delay: 0, bandwidth: 0, latencyMs: state.options.latencyMs };
  if (all) world.network.setFaults(calm);
  else {
    world.network.setFaults(calm, (a, b) => mine(a) && mine(b));
    world.network.faultsOf = (a, b) => (mine(a) && mine(b) ? calm : {});
  }
  for (const list of [state.blocked, state.flapping]) for (const key of [...list.keys()]) if (key.split('>').every(mine)) list.delete(key);
  if (state.serverDown) world.server.up();
  state.serverDown = false;
  for (const device of devices) {
    device.disk.clearFaults();
    device.disk.release();
    for (const tab of device.tabs) {
      tab.life.fuse = null;
      tab.move(0);
      if (!tab.life.online) tab.offline(false);
    }
  }
  for (const device of devices) if (device.tabs.length === 0) await world.open(device);
}
