/** Random faults of one step, and the end of all faults. */
import type { StoreFailure } from '#ports/record-store';
import type { SimOptions } from './sim-options.ts';
import type { SimDevice, SimTab, SimWorld } from './sim-world.ts';

export interface FaultState {
  readonly world: SimWorld;
  readonly options: SimOptions;
  readonly chance: () => number;
  /** Devices whose tab is to be opened again at the end, with the clones. */
  readonly devices: SimDevice[];
  /** Pairs of tab names whose frames are lost: `from>to`. */
  readonly blocked: Set<string>;
  serverDown: boolean;
  clones: number;
  count: number;
}

const live = (state: FaultState): SimTab[] => state.devices.flatMap((device) => device.tabs);
const pick = <T>(list: readonly T[], chance: () => number): T | undefined => list[Math.floor(chance() * list.length)];

/** One random fault, or the end of one. */
export async function randomFault(state: FaultState): Promise<void> {
  const name = pick(state.options.faults, state.chance);
  if (name === undefined) return;
  state.count++;
  const { world, options, chance } = state;
  switch (name) {
    case 'loss': return world.network.setFaults({ loss: chance() < 0.5 ? options.loss : 0 });
    case 'dup': return world.network.setFaults({ duplicate: chance() < 0.5 ? options.duplicate : 0 });
    case 'reorder': return world.network.setFaults({ reorder: chance() < 0.5 ? options.reorder : 0 });
    case 'partition': return partition(state);
    case 'server':
      if (state.serverDown) world.server.up();
      else world.server.down();
      state.serverDown = !state.serverDown;
      return;
    case 'crash': return crash(state);
    case 'tabs': return tabs(state);
    case 'store': return store(state);
    case 'clock': {
      const device = pick(state.devices, chance);
      if (device) device.clockOffsetMs += Math.floor((chance() - 0.5) * 4_000);
      return;
    }
    case 'clone': return clone(state);
  }
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

async function crash(state: FaultState): Promise<void> {
  const { world, chance } = state;
  const device = pick(state.devices, chance);
  if (!device) return;
  const tab = pick(device.tabs, chance);
  if (tab) {
    // At a random await: in the middle of whatever runs.
    await world.clock.run(Math.floor(chance() * 40));
    world.kill(tab);
  }
  if (device.tabs.length === 0 && chance() < 0.7) await reopen(world, device);
}

/** Opening writes (a slot): a disk that refuses is another test. */
async function reopen(world: SimWorld, device: SimDevice): Promise<void> {
  device.disk.clearFaults();
  device.disk.release();
  await world.open(device);
}

async function tabs(state: FaultState): Promise<void> {
  const device = pick(state.devices, state.chance);
  if (device && device.tabs.length === 1) await reopen(state.world, device);
}

function store(state: FaultState): void {
  const { chance } = state;
  const device = pick(state.devices, chance);
  if (!device) return;
  const kind = chance();
  const reason: StoreFailure = chance() < 0.5 ? 'quota' : 'aborted';
  if (kind < 0.5) device.disk.fail(reason, 1 + Math.floor(chance() * 3));
  else if (kind < 0.75) device.disk.hold();
  else device.disk.release();
}

async function clone(state: FaultState): Promise<void> {
  const { world, chance } = state;
  if (state.clones >= 1) return;
  const source = pick(state.devices, chance);
  if (!source) return;
  state.clones++;
  const copy = world.device(`${source.name}-clone`, { clockOffsetMs: source.clockOffsetMs, disk: source.disk.clone() });
  state.devices.push(copy);
  await world.open(copy);
}

/** Everything works again; every device has an open tab. */
export async function heal(state: FaultState): Promise<void> {
  const { world } = state;
  world.network.setFaults({ loss: 0, duplicate: 0, reorder: 0 });
  state.blocked.clear();
  if (state.serverDown) world.server.up();
  state.serverDown = false;
  for (const device of state.devices) {
    device.disk.clearFaults();
    device.disk.release();
  }
  for (const tab of live(state)) if (!tab.life.online) tab.offline(false);
  for (const device of state.devices) if (device.tabs.length === 0) await world.open(device);
}
