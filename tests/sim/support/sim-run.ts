/** One run of the simulator: peers meet, act at random under faults, heal, and are compared. Everything follows from the options. */
import { ROLE } from '#vm/protocol/types';
import type { KernelDeps } from '#os/kernel/deps';
import { newBatch } from '#os/kernel/deliver';
import { applyLocal } from '#os/kernel/transact';
import { takeStamp } from '#os/kernel/sealer';
import { generalFragment, fragmentOf } from '#os/kernel/spaces';
import { createGunReplica } from '#adapters/gun/gun-replica';
import { act, askSaved, makeFragment, newModel, type Model } from './sim-acts.ts';
import { checkChains, checkKernel, checkSaved, converged, differences, digestOf } from './sim-check.ts';
import { createNobleCrypto, createSeededRandom } from './sim-crypto.ts';
import { heal, randomFault, type FaultState } from './sim-faults.ts';
import type { SimOptions } from './sim-options.ts';
import { createChance } from './sim-wire.ts';
import { createSimWorld, type SimTab, type SimWorld } from './sim-world.ts';

export interface SimResult {
  readonly failures: readonly string[];
  readonly trace: string;
  /** Virtual time from the end of the faults to equality, ms. */
  readonly healMs: number;
  readonly faults: number;
  readonly effects: number;
  readonly saved: number;
  readonly records: number;
}

/** Virtual time in which healed peers must be equal, ms. */
export const HEAL_MAX_MS = 120_000;
const FORGED = 'forged@1';

export interface RunHooks {
  /** Wrong variants for controls. */
  readonly mutate?: (deps: KernelDeps, tab: string) => KernelDeps;
  readonly onTab?: (tab: SimTab) => void;
  readonly onWorld?: (world: SimWorld) => void;
}

/** Runs to the end; a throw inside the harness is a failure too. */
export async function runSim(options: SimOptions, hooks: RunHooks = {}): Promise<SimResult> {
  const { next } = createChance(Math.imul(options.seed + 7, 0x85ebca6b));
  for (let i = 0; i < 8; i++) next();
  const blocked = new Set<string>();
  const world = createSimWorld({
    seed: options.seed, faults: { latencyMs: options.latencyMs, jitterMs: options.jitterMs },
    commitMs: () => (options.commitMs === 0 ? 0 : Math.floor(next() * options.commitMs)),
    ...(options.cryptoMs > 0 ? { cryptoMs: () => Math.floor(next() * (options.cryptoMs + 1)) } : {}),
    ...(options.crypto === 'real' ? { crypto: (name: string) => createNobleCrypto(createSeededRandom(`crypto-${options.seed}-${name}`)) } : {}),
    ...(options.replica === 'gun' ? { createReplica: (replicaHooks, clock, name) => createGunReplica({ hooks: replicaHooks, clock, random: createSeededRandom(`gun-${options.seed}-${name}`) }) } : {}),
    ...(hooks.onTab ? { onTab: hooks.onTab } : {}),
    ...(hooks.mutate ? { mutate: hooks.mutate } : {}),
  });
  hooks.onWorld?.(world);
  const online = world.network.passes;
  world.network.passes = (from, to) => online(from, to) && !blocked.has(`${from}>${to}`);
  const state: FaultState = { world, options, chance: next, devices: [], blocked, serverDown: false, clones: 0, count: 0 };
  const run = new Run(world, options, state, next);
  try {
    await run.all();
  } catch (error) {
    run.failures.push(error instanceof Error ? (error.stack ?? error.message).slice(0, 4_000) : String(error));
  }
  return run.result();
}

class Run {
  readonly failures: string[] = [];
  private model: Model = newModel('');
  private link = '';
  private guestLink = '';
  private healMs = -1;

  constructor(private readonly world: SimWorld, private readonly o: SimOptions, private readonly state: FaultState, private readonly chance: () => number) {}

  async all(): Promise<void> {
    const { o, world } = this;
    await this.begin();
    for (let i = 0; i < o.ops; i++) {
      if (o.late && i === Math.floor(o.ops / 2)) await this.joinLate();
      if (this.chance() < o.faultRate) await randomFault(this.state);
      await this.step();
      await world.clock.run(Math.floor(this.chance() * o.pauseMs));
    }
    await heal(this.state);
    await this.converge();
    await this.check();
  }

  result(): SimResult {
    const { model, world } = this;
    return {
      failures: [...this.failures, ...model.surprises], trace: world.trace(), healMs: this.healMs, faults: this.state.count,
      effects: model.effects.length, saved: model.effects.filter((effect) => effect.saved).length,
      records: Math.max(0, ...world.tabs.map((tab) => tab.running.parts.kernel.index.size)),
    };
  }

  private tabs(): SimTab[] {
    return this.state.devices.flatMap((device) => device.tabs);
  }

  /** Everybody opens, the first makes a space, the others come in by link. */
  private async begin(): Promise<void> {
    const { o, world } = this;
    for (let i = 0; i < o.peers; i++) this.state.devices.push(world.device(`p${i}`, { clockOffsetMs: o.skews[i]! }));
    for (const device of this.state.devices) {
      const tab = await world.open(device);
      await world.wait(tab.api.identity.create({ name: device.name }));
    }
    const [host, ...rest] = this.tabs() as [SimTab, ...SimTab[]];
    this.model = newModel(await world.wait(host.api.spaces.create({ name: 'River' })));
    this.link = await world.wait(host.api.spaces.invite(this.model.space, { uses: o.peers }));
    if (o.guest) this.guestLink = await world.wait(host.api.spaces.invite(this.model.space, { role: 'guest', uses: 1 }));
    const early = o.late ? rest.slice(0, -1) : rest;
    for (const tab of early) await world.wait(tab.api.spaces.join(this.linkOf(tab)));
    const inside = await world.clock.until(() => early.every((tab) => this.standing(tab) === 'member'), 60_000);
    if (!inside) throw new Error(`not all came in: ${differences(this.tabs(), this.model).join('\n')}`);
  }

  /** With a late joiner the guest is another one: the last of those who came early. */
  private linkOf(tab: SimTab): string {
    const guest = this.o.guest && tab.device.name === `p${this.o.peers - (this.o.late ? 2 : 1)}`;
    return guest ? this.guestLink : this.link;
  }

  private async joinLate(): Promise<void> {
    const tab = this.tabs().find((one) => one.device.name === `p${this.o.peers - 1}`);
    if (tab) tab.api.spaces.join(this.link).catch(() => undefined);
    await this.world.clock.settle();
  }

  private standing(tab: SimTab): string | undefined {
    return tab.running.parts.kernel.spaces.get(this.model.space)?.standing;
  }

  private async step(): Promise<void> {
    const tabs = this.tabs().filter((tab) => this.standing(tab) === 'member');
    const tab = tabs[Math.floor(this.chance() * tabs.length)];
    if (!tab) return;
    const space = tab.running.parts.kernel.spaces.get(this.model.space)!;
    const { profile } = tab.running.parts.kernel;
    if (profile && space.rights.roleOf(profile.uid) === ROLE.guest) return this.forge(tab);
    if (this.chance() < 0.06) makeFragment(tab, this.model);
    else await act(tab, this.model, this.chance);
    if (this.chance() < 0.35) askSaved(tab, this.model);
  }

  /** A guest's kernel that does not ask for rights: everybody else must. */
  private async forge(tab: SimTab): Promise<void> {
    const { kernel, sealer } = tab.running.parts;
    const space = kernel.spaces.get(this.model.space)!;
    const general = generalFragment(space);
    if (!general || !kernel.slot) return;
    const fragment = fragmentOf(kernel, space, general);
    applyLocal(kernel, fragment, [{ primitive: 0, verb: '', stamp: takeStamp(kernel, space), args: [kernel.deps.random.bytes(16), FORGED, new Map()] }], newBatch('local'));
    sealer.schedule(space, fragment, 'act');
  }

  private async converge(): Promise<void> {
    const { world } = this;
    // A late joiner whose attempt was lost with its first tab tries again, as a person would.
    for (const tab of this.tabs()) if (this.standing(tab) === undefined) await world.wait(tab.api.spaces.join(this.linkOf(tab)));
    for (const tab of this.tabs()) void tab.api.stuck.retry();
    const from = world.clock.monotonic();
    while (!converged(this.tabs(), this.model)) {
      if (world.clock.monotonic() - from >= HEAL_MAX_MS) {
        this.failures.push(`not equal after ${HEAL_MAX_MS} ms:\n  ${differences(this.tabs(), this.model).join('\n  ')}`);
        return;
      }
      await world.clock.run(200);
    }
    this.healMs = world.clock.monotonic() - from;
    for (const tab of this.tabs()) askSaved(tab, this.model);
    await world.clock.run(2_000);
    for (const effect of this.model.effects) if (effect.tab.alive && !effect.saved) this.failures.push(`never saved: ${effect.kind} by ${effect.tab.name}`);
  }

  private async check(): Promise<void> {
    const { model, state } = this;
    const cloned = state.clones > 0;
    for (const tab of this.tabs()) {
      this.failures.push(...checkSaved(tab, model), ...checkKernel(tab));
      const space = tab.running.parts.kernel.spaces.get(model.space);
      if (space && [...space.fragments.keys()].some((key) => [...space.source.ids(key, FORGED)].length > 0)) this.failures.push(`${tab.name} shows what a guest wrote`);
    }
    for (const device of state.devices) this.failures.push(...checkChains(device.disk.records(), () => cloned).map((text) => `${device.name} ${text}`));
    if (this.failures.length > 0) return;
    await this.checkReopened(this.tabs()[0]!);
  }

  /** The same disk in a new process without network shows the same. */
  private async checkReopened(tab: SimTab): Promise<void> {
    const { world, model } = this;
    const before = digestOf(tab, model)!;
    for (const other of [...tab.device.tabs]) world.kill(other);
    world.server.down();
    // Without links a clock hours behind parks what others wrote, as FORMATS 4 says; its owner has set it right meanwhile.
    if (Math.abs(tab.device.clockOffsetMs) > 60_000) tab.device.clockOffsetMs = 0;
    const again = await world.open(tab.device);
    const after = digestOf(again, model);
    if (!after || after.set !== before.set || after.state !== before.state) this.failures.push(`${tab.name}: another state after reopening\n  ${differences([again], model).join()}`);
    this.failures.push(...checkSaved(again, model), ...checkKernel(again));
  }
}
