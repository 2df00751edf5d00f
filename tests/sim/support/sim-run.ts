/** One run of the simulator: peers meet, act at random under faults, heal, and are compared. Everything follows from the options. */
import type { KernelDeps } from '#os/kernel/deps';
import type { Replica } from '#ports/replica';
import { createReplicaDouble } from './replica-double.ts';
import { createNativeCrypto } from './native-crypto.ts';
import { createSeededRandom } from './sim-crypto.ts';
import { newModel } from './sim-acts.ts';
import { faultsOf, countFault, type FaultState } from './sim-faults.ts';
import { gunReplicas } from './sim-gun.ts';
import { createHostility, type Hostility } from './sim-hostile.ts';
import type { SimOptions } from './sim-options.ts';
import { createTraffic, type Traffic } from './sim-traffic.ts';
import { Walk } from './sim-walk.ts';
import { createChance } from './sim-wire.ts';
import { createSimWorld, type SimTab, type SimWorld, type WorldOptions } from './sim-world.ts';

export interface SimResult {
  readonly failures: readonly string[];
  readonly trace: string;
  /** Virtual time from the end of the faults to equality, ms. */
  readonly healMs: number;
  /** Faults by kind; those that hit frames count each frame. */
  readonly faults: Readonly<Record<string, number>>;
  readonly faultCount: number;
  readonly effects: number;
  readonly saved: number;
  /** Confirmed effects that nobody held after their only disk was hurt. */
  readonly lost: number;
  readonly records: number;
  /** Record bytes sent per byte that had to be sent. */
  readonly traffic: number;
  readonly virtualMs: number;
  readonly events: number;
}

/** Record bytes on the wires for each that had to cross them (TRUST 4). */
const TRAFFIC_MAX = 3;

export interface RunHooks {
  /** Wrong variants for controls. */
  readonly mutate?: (deps: KernelDeps, tab: string) => KernelDeps;
  readonly onTab?: (tab: SimTab) => void;
  readonly onWorld?: (world: SimWorld) => void;
}

/** Runs to the end; a throw inside the harness is a failure too. */
export async function runSim(options: SimOptions, hooks: RunHooks = {}): Promise<SimResult> {
  const gun = options.replica === 'gun' ? await gunReplicas(options.seed) : null;
  try {
    return await runIn(options, hooks, gun);
  } finally {
    gun?.restore();
  }
}

async function runIn(options: SimOptions, hooks: RunHooks, gun: Awaited<ReturnType<typeof gunReplicas>> | null): Promise<SimResult> {
  const { next } = createChance(Math.imul(options.seed + 7, 0x85ebca6b));
  for (let i = 0; i < 8; i++) next();
  const traffic = createTraffic();
  const hostility = createHostility(options, next);
  const world = createSimWorld(worldOptions(options, hooks, next, gun, traffic, hostility));
  gun?.attach(world.clock);
  hooks.onWorld?.(world);
  const state = newState(world, options, next);
  watchFrames(world, state, traffic);
  const walk = new Walk(world, options, state, next, hostility);
  try {
    await walk.all();
  } catch (error) {
    walk.failures.push(error instanceof Error ? (error.stack ?? error.message).slice(0, 4_000) : String(error));
  }
  const { model } = state;
  const ratio = traffic.ratio(model.space, world.tabs);
  countFault(state, 'torn row', world.torn());
  // Hostile members send what they like; whoever forgot asks again.
  if (options.hostile === 0 && ratio > TRAFFIC_MAX) walk.failures.push(`traffic: ${ratio.toFixed(2)} × the least`);
  return {
    failures: [...walk.failures, ...model.surprises], trace: world.trace(), healMs: walk.healMs,
    faults: Object.fromEntries([...state.counts].filter(([, n]) => n > 0)), faultCount: faultsOf(state),
    effects: model.effects.length, saved: model.effects.filter((effect) => effect.saved).length, lost: model.lost,
    records: Math.max(0, ...world.tabs.map((tab) => tab.running.parts.kernel.index.size)),
    traffic: ratio, virtualMs: world.clock.monotonic(), events: world.clock.fired ?? 0,
  };
}

/** Counts what the faults do to frames, and which bytes arrive all the same. */
function watchFrames(world: SimWorld, state: FaultState, traffic: Traffic): void {
  world.network.onFault = (kind, bytes) => {
    countFault(state, `frame ${kind}`);
    if (kind === 'lost' || kind === 'cut off') traffic.frame(false, bytes);
  };
  const delivered = world.network.onDeliver;
  world.network.onDeliver = (from, to, channel, frame) => {
    traffic.frame(true, frame.length);
    delivered?.(from, to, channel, frame);
  };
}

function worldOptions(options: SimOptions, hooks: RunHooks, next: () => number, gun: Awaited<ReturnType<typeof gunReplicas>> | null, traffic: Traffic, hostility: Hostility): WorldOptions {
  const make: NonNullable<WorldOptions['createReplica']> = gun?.make ?? ((replicaHooks, clock) => createReplicaDouble({ hooks: replicaHooks, clock }));
  return {
    seed: options.seed, faults: { latencyMs: options.latencyMs, jitterMs: options.jitterMs },
    commitMs: () => (options.commitMs === 0 ? 0 : Math.floor(next() * options.commitMs)),
    torn: options.faults.includes('torn'),
    ...(options.cryptoMs > 0 ? { cryptoMs: () => Math.floor(next() * (options.cryptoMs + 1)) } : {}),
    ...(options.crypto === 'real' ? { crypto: (name: string) => createNativeCrypto(createSeededRandom(`crypto-${options.seed}-${name}`)) } : {}),
    createReplica: (replicaHooks, clock, name): Replica => hostility.replica(name, replicaHooks, (own) => traffic.watch(name, make(own, clock, name))),
    ...(hooks.onTab ? { onTab: hooks.onTab } : {}),
    ...(hooks.mutate ? { mutate: hooks.mutate } : {}),
  };
}

function newState(world: SimWorld, options: SimOptions, chance: () => number): FaultState {
  const state: FaultState = {
    world, options, chance, devices: [], blocked: new Set(), flapping: new Map(), serverDown: false, clones: 0, hurt: 0, counts: new Map(), safe: new Set(), model: newModel(''),
  };
  const online = world.network.passes;
  const flaps = (pair: string): boolean => {
    const half = state.flapping.get(pair);
    return half !== undefined && Math.floor(world.clock.monotonic() / half) % 2 === 1;
  };
  world.network.passes = (from, to) => online(from, to) && !state.blocked.has(`${from}>${to}`) && !flaps(`${from}>${to}`);
  return state;
}
