/** The course of one run: begin, acts under faults, healing, comparison. */
import { toBase64url, type Bytes } from '#base/bytes';
import { RECORD_CLASS, ROLE } from '#vm/protocol/types';
import { rotateKey } from '#os/kernel/accept';
import { commitOwn, settleUnsure } from '#os/kernel/commit';
import { sealOne, spaceTip, takeStamp } from '#os/kernel/sealer';
import { fragmentOf, generalFragment } from '#os/kernel/spaces';
import { give, nextRecord, rewrite } from './forge.ts';
import { amends, churn, takeIn, type Settles } from './sim-churn.ts';
import { act, askSaved, forgetLost, makeFragment, newModel, type Model } from './sim-acts.ts';
import { checkChains, checkKernel, checkListed, checkSaved, converged, differences, digestOf, type ChainRules } from './sim-check.ts';
import { checkCopies } from './sim-check-copies.ts';
import { checkClocks, checkEpochs, checkRights } from './sim-check-rights.ts';
import { countFault, faultsOf, heal, PEOPLE, randomFault, type FaultState } from './sim-faults.ts';
import { FORGED, type Hostility } from './sim-hostile.ts';
import type { SimOptions } from './sim-options.ts';
import { createChance } from './sim-wire.ts';
import type { SimDevice, SimTab, SimWorld } from './sim-world.ts';

/** Virtual time in which healed peers must be equal, ms. */
export const HEAL_MAX_MS = 120_000;
/** A safety run of at least so many acts goes on until it had so many faults. */
const FULL_OPS = 300;
export const FULL_FAULTS = 500;
/** When the acts are done and faults are lacking, every step is one; some are followed by an act, so that there is something to lose. */
const ACTS_BETWEEN = 0.25;
/** Acts between two looks at what is listed, and said to be on other devices. */
const COPIES_EVERY = 12;
/** How often equality is looked at, virtual ms. */
const LOOK_MS = 200;
/** How often the Owner looks whether everybody has their rights back, virtual ms. */
const AMENDS_MS = 2_000;

/** A tab whose disk lost even the name wrote nothing. */
function distrust(tab: SimTab, model: Model): void {
  const ds = tab.running.parts.kernel.profile?.ds.pub;
  if (ds) model.distrusted.add(toBase64url(ds));
}

/** When the disk lost even the name, somebody begins anew. Of two tabs the second hears of it, as its screen would show, and makes nobody else. */
export async function somebody(world: SimWorld, tab: SimTab): Promise<void> {
  const told = (): boolean => tab.api.identity.get() !== null;
  if (!told() && tab.device.tabs.some((one) => one.api.identity.get() !== null)) await world.clock.until(told, 10_000);
  if (!told()) await world.wait(tab.api.identity.create({ name: tab.device.name }));
}

export class Walk {
  readonly failures: string[] = [];
  healMs = -1;
  private link = '';
  private guestLink = '';
  /** Who left the space, with the tab that was open then. */
  private readonly people: () => number;
  private left: { readonly device: SimDevice; readonly tab: SimTab; readonly record: string } | null = null;

  constructor(
    private readonly world: SimWorld, private readonly o: SimOptions, private readonly state: FaultState, private readonly chance: () => number,
    private readonly hostility: Hostility,
  ) {
    this.people = createChance(Math.imul(o.seed + 11, 0xc2b2ae35)).next;
  }

  async all(): Promise<void> {
    const { o, world } = this;
    await this.begin();
    if (o.mode !== 'small' && o.faults.includes('delay')) world.network.setFaults({ delay: o.delay, delayMs: 500 });
    for (let i = 0; this.goesOn(i); i++) {
      if (o.late && o.seed % 3 === 0 && (i === Math.floor(o.ops / 4) || i === Math.floor(o.ops / 3))) this.rotate();
      if (o.late && i === Math.floor(o.ops / 2)) await this.joinLate();
      if (o.leaver >= 0 && i === Math.floor((o.ops * 2) / 3)) await this.leave();
      if (this.people() < o.churn) await this.churn();
      const acts = i < o.ops;
      if (!acts || this.chance() < o.faultRate) await randomFault(this.state);
      if (acts || this.chance() < ACTS_BETWEEN) await this.step();
      await world.clock.run(Math.floor(this.chance() * o.pauseMs));
      // Two branches of one log under one number are told apart by the settlement only.
      if (i % COPIES_EVERY === 0) for (const tab of this.honest()) this.failures.push(...checkListed(tab, this.model));
      if (i % COPIES_EVERY === 0 && this.state.clones === 0) this.failures.push(...checkCopies(this.honest(), world.tabs, this.model));
    }
    if (o.mode === 'liveness') await this.liveness();
    await heal(this.state);
    for (const key of this.hurtKeys()) this.model.distrusted.add(key);
    await this.converge(() => this.honest());
    await this.check();
  }

  /** Whose rights may change, by uid: not of the Owner, of hostile ones, of the Guest, of who leaves. */
  private changeable(): Set<string> {
    const { o, world } = this;
    const fixed = (tab: SimTab): boolean => /^p0\b/.test(tab.name) || this.hostility.isHostile(tab.name) || this.isGuest(tab.device) || tab.device.name.replace('-clone', '') === `p${o.leaver}`;
    return new Set(world.tabs.filter((tab) => !fixed(tab)).flatMap(({ running: { parts: { kernel } } }) => (kernel.profile ? [toBase64url(kernel.profile.uid)] : [])));
  }

  private async churn(): Promise<void> {
    const { model } = this;
    const name = await churn({ space: model.space, actors: this.honest(), people: [...this.changeable()], chance: this.people });
    if (name !== null) countFault(this.state, `${PEOPLE}${name}`);
    await this.world.clock.settle();
  }

  /** The Owner sees to it that everybody has their rights back, and takes in what was set aside meanwhile. False: there was something to do. */
  private async amends(working: readonly SimTab[]): Promise<boolean> {
    const owner = this.state.devices[0]!.tabs.find((tab) => this.standing(tab) === 'member');
    if (!owner) return true;
    const people = this.changeable();
    const still = this.o.churn === 0 || (await this.amendRights(owner, people));
    const uids = (tabs: readonly SimTab[]): Set<string> => new Set(tabs.flatMap(({ running: { parts: { kernel: { profile } } } }) => (profile ? [toBase64url(profile.uid)] : [])));
    const [present, alive] = [uids(working), uids(this.tabs())];
    const settles: Settles = (uid) => (present.has(uid) ? 'self' : alive.has(uid) ? 'nobody' : 'owner');
    return ((await this.drive(owner, takeIn(owner, this.model.space, people, settles))) ?? 0) === 0 && still;
  }

  private async amendRights(owner: SimTab, people: ReadonlySet<string>): Promise<boolean> {
    let still = true;
    for (let next = amends(owner, this.model.space, [...people]); next !== null && owner.alive; next = amends(owner, this.model.space, [...people])) {
      still = false;
      if ((await this.drive(owner, next().then(() => true))) === null) break;
    }
    // Whoever was let in by an Admin whose right had ended comes by the link once more, as a person would.
    const rights = (tab: SimTab) => tab.running.parts.kernel.spaces.get(this.model.space)?.rights;
    const known = (tab: SimTab): boolean => [tab, owner].some((one) => rights(one)?.roleOf(tab.running.parts.kernel.profile!.uid) != null);
    for (const tab of this.honest()) if (this.standing(tab) === 'member' && tab.running.parts.kernel.profile && !known(tab)) await this.drive(tab, tab.api.spaces.join(this.linkOf(tab)));
    return still;
  }

  /** Acts are left; in a full safety run there were not yet 500 faults. Each step from then on makes one at least. */
  private goesOn(done: number): boolean {
    const { o } = this;
    if (done < o.ops) return true;
    return o.mode === 'safety' && o.ops >= FULL_OPS && o.faults.length > 0 && faultsOf(this.state) < FULL_FAULTS;
  }

  private get model() {
    return this.state.model;
  }

  private tabs(): SimTab[] {
    return this.state.devices.flatMap((device) => device.tabs);
  }

  private honest(): SimTab[] {
    return this.tabs().filter((tab) => !this.hostility.isHostile(tab.name));
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
    this.state.model = newModel(await world.wait(host.api.spaces.create({ name: 'River' })));
    this.link = await world.wait(host.api.spaces.invite(this.model.space, { uses: o.peers }));
    if (o.guest) this.guestLink = await world.wait(host.api.spaces.invite(this.model.space, { role: 'guest', uses: 1 }));
    const early = o.late ? rest.slice(0, -1) : rest;
    // A few at a time, as people come.
    const group = o.mode === 'small' ? early.length : 8;
    for (let from = 0; from < early.length; from += group) {
      const now = early.slice(from, from + group);
      for (const tab of now) await world.wait(tab.api.spaces.join(this.linkOf(tab)));
      const inside = await world.clock.until(() => now.every((tab) => this.standing(tab) === 'member'), 60_000);
      if (!inside) throw new Error(`not all came in: ${differences(this.tabs(), this.model).join('\n')}`);
    }
    this.distrustHostile();
  }

  /** With a late joiner the guest is another one: the last of those who came early. */
  private linkOf(tab: SimTab): string {
    return this.isGuest(tab.device) ? this.guestLink : this.link;
  }

  private isGuest(device: SimDevice): boolean {
    return this.o.guest && device.name.replace('-clone', '') === `p${this.o.peers - (this.o.late ? 2 : 1)}`;
  }

  /** A new key, as after thirty days, the second perhaps beside the first: who comes later is given the newest and has to find the others. */
  private rotate(): void {
    const tab = this.state.devices[0]!.tabs.find((one) => this.standing(one) === 'member');
    if (tab) rotateKey(tab.running.parts.kernel, tab.running.parts.sealer, tab.running.parts.kernel.spaces.get(this.model.space)!, 'age').catch(() => undefined);
  }

  private async joinLate(): Promise<void> {
    const tab = this.tabs().find((one) => one.device.name === `p${this.o.peers - 1}`);
    if (tab) tab.api.spaces.join(this.link).catch(() => undefined);
    await this.world.clock.settle();
  }

  /** A member goes for good, in every other seed because the Owner says so: the tab stays open and keeps the keys it has. */
  private async leave(): Promise<void> {
    const { state, world } = this;
    const device = state.devices.find((one) => one.name === `p${this.o.leaver}`);
    const tab = device?.tabs[0];
    if (!device || !tab || device.tabs.length > 1 || state.devices.some((one) => one.name === `${device.name}-clone`) || this.hostility.isHostile(tab.name) || this.isGuest(device)) return;
    const host = state.devices[0]!.tabs[0];
    if (this.standing(tab) !== 'member' || !host) return;
    // Who leaves has sent everything: nobody can ask them for the rest afterwards.
    const both = [state.devices[0]!, device];
    for (const one of both) state.safe.add(one);
    await heal(state, both);
    const equal = await world.clock.until(() => host.alive && tab.alive && converged([host, tab], this.model), 30_000);
    const late = equal ? await this.prepared(tab) : null;
    const removed = this.o.seed % 2 === 1;
    let done: unknown = null;
    if (equal) (removed ? host.api.access.remove(this.model.space, toBase64url(tab.running.parts.kernel.profile!.uid)) : tab.api.spaces.leave(this.model.space)).then(() => (done = true), (error: unknown) => (done = error));
    if (equal) await world.clock.until(() => done !== null, 30_000);
    for (const one of both) state.safe.delete(one);
    if (done !== true) return;
    const said = removed ? host : tab;
    const acl = [...said.running.parts.kernel.spaces.get(this.model.space)!.fragments.values()][0]!;
    const record = acl.log.ownTip(said.running.parts.kernel.slot!.writer);
    state.devices.splice(state.devices.indexOf(device), 1);
    // Nobody can ask who left for what nobody else has.
    forgetLost(this.model, device, state.devices);
    const heard = await world.clock.until(() => record !== null && host.running.parts.kernel.spaces.get(this.model.space)!.rights.has(record.id), 20_000);
    if (!heard) this.failures.push('a leaving did not arrive');
    this.left = { device, tab, record: record?.key ?? '' };
    // Written after the leaving, at rights from before it: stored by all, shown by nobody. Behind a removal it is the very next one of its writer.
    const sealed = removed ? late : late && record && (await this.drive(tab, rewrite(tab, this.model.space, late, (fields) => fields.set(7, record.n + 1).set(8, record.id))));
    if (sealed && host.alive) await this.drive(host, give(host, sealed));
  }

  /** A message of the tab that is not written yet. */
  private async prepared(tab: SimTab): Promise<Bytes | null> {
    const { kernel } = tab.running.parts;
    const space = kernel.spaces.get(this.model.space)!;
    if (!generalFragment(space) || !space.rights.sealingEpoch()) return null;
    return this.drive(tab, nextRecord(tab, this.model.space, [{ primitive: 0, verb: '', stamp: takeStamp(kernel, space), args: [kernel.deps.random.bytes(16), FORGED, new Map()] }]));
  }

  /** Lets time go on until the work of the tab is done; null when its process ends first, or it fails. */
  private async drive<T>(tab: SimTab, work: Promise<T>): Promise<T | null> {
    let value: T | null = null;
    let over = false;
    work.then((done) => (value = done), () => undefined).finally(() => (over = true)).catch(() => undefined);
    await this.world.clock.until(() => over || !tab.alive, 10_000);
    return value;
  }

  /** Also those whose tab is dead just now: what they sent lies with others. */
  private distrustHostile(): void {
    for (const tab of this.world.tabs) if (this.hostility.isHostile(tab.name)) distrust(tab, this.model);
  }

  private standing(tab: SimTab): string | undefined {
    return tab.running.parts.kernel.spaces.get(this.model.space)?.standing;
  }

  private async step(): Promise<void> {
    const tabs = this.tabs().filter((tab) => this.standing(tab) === 'member');
    const tab = tabs[Math.floor(this.chance() * tabs.length)];
    if (!tab) return;
    if (this.hostility.isHostile(tab.name)) {
      if (this.chance() < 0.7) return countFault(this.state, `hostile ${await this.mischief(tab)}`);
      // What hostile members do besides: nothing of it is promised to anybody, and nobody builds on it.
      return act(tab, { ...this.model, nodes: [...this.model.nodes], docs: [...this.model.docs], effects: [] }, this.chance);
    }
    const space = tab.running.parts.kernel.spaces.get(this.model.space)!;
    const { profile } = tab.running.parts.kernel;
    if (profile && space.rights.roleOf(profile.uid) === ROLE.guest) return this.forge(tab);
    if (this.chance() < 0.06) makeFragment(tab, this.model);
    else await act(tab, this.model, this.chance);
    if (this.chance() < 0.35) askSaved(tab, this.model);
  }

  private async mischief(tab: SimTab): Promise<string> {
    return (await this.drive(tab, this.hostility.act(tab, this.model.space))) ?? 'cut short';
  }

  /** A guest's kernel that does not ask for rights: everybody else must. */
  private async forge(tab: SimTab): Promise<void> {
    const { kernel, sealer } = tab.running.parts;
    const space = kernel.spaces.get(this.model.space)!;
    const general = generalFragment(space);
    if (!general) return;
    sealer.exclusive(async () => {
      await settleUnsure(kernel);
      const epoch = space.rights.sealingEpoch();
      const slot = kernel.slot;
      // Who became a Member again while this waited for its turn would forge nothing: it would have effect, beside the graph of this tab.
      if (!epoch || !space.keys.has(epoch) || !slot || !kernel.profile || space.rights.roleOf(kernel.profile.uid) !== ROLE.guest) return;
      const fragment = fragmentOf(kernel, space, general);
      const ops = [{ primitive: 0, verb: '', stamp: takeStamp(kernel, space), args: [kernel.deps.random.bytes(16), FORGED, new Map()] }];
      await commitOwn(kernel, space, await sealOne(kernel, space, fragment, { class: RECORD_CLASS.op, epoch, ops, tip: spaceTip(space, slot), own: fragment.log.ownTip(slot.writer), heads: space.rights.headLinks() }), []);
    }).catch(() => undefined);
    await this.world.clock.settle();
  }

  /** A core that can work together again must become equal whatever the others go through meanwhile. */
  private async liveness(): Promise<void> {
    const { state, chance } = this;
    const [owner, ...rest] = state.devices as [SimDevice, ...SimDevice[]];
    const core = [owner, ...rest.filter(() => chance() < 0.6)];
    for (const device of core) state.safe.add(device);
    for (const device of rest) if (!state.safe.has(device)) for (const tab of device.tabs) distrust(tab, this.model);
    for (const key of this.hurtKeys()) this.model.distrusted.add(key);
    await heal(state, core);
    const healthy = (): SimTab[] => core.flatMap((device) => device.tabs).filter((tab) => !this.hostility.isHostile(tab.name));
    await this.converge(healthy, async () => {
      if (chance() < 0.5) await randomFault(state);
    });
    state.safe.clear();
    this.model.distrusted.clear();
    this.distrustHostile();
  }

  /** Runs until all are equal and have saved everything. */
  private async converge(tabs: () => SimTab[], meanwhile?: () => Promise<void>): Promise<void> {
    const { world } = this;
    // A late joiner whose attempt was lost with its first tab tries again, as a person would.
    for (const tab of tabs()) {
      await somebody(world, tab);
      if (this.standing(tab) !== undefined) continue;
      await world.wait(tab.api.spaces.join(this.linkOf(tab)));
    }
    for (const tab of tabs()) void tab.api.stuck.retry();
    const from = world.clock.monotonic();
    let looked = -Infinity;
    for (;;) {
      if (world.clock.monotonic() - looked >= AMENDS_MS || converged(tabs(), this.model)) {
        looked = world.clock.monotonic();
        if ((await this.amends(tabs())) && converged(tabs(), this.model)) break;
      }
      if (world.clock.monotonic() - from >= HEAL_MAX_MS) {
        this.failures.push(`not equal after ${HEAL_MAX_MS} ms:\n  ${differences(tabs(), this.model).join('\n  ')}`);
        return;
      }
      await meanwhile?.();
      await world.clock.run(LOOK_MS);
    }
    this.healMs = Math.max(this.healMs, world.clock.monotonic() - from);
    for (const tab of tabs()) askSaved(tab, this.model);
    await world.clock.run(2_000);
    const living = new Set(tabs());
    for (const effect of this.model.effects) {
      if (effect.tab.alive && !effect.saved && !effect.gone && living.has(effect.tab)) this.failures.push(`never saved: ${effect.kind} by ${effect.tab.name}`);
    }
  }

  /** Device keys (text) of those whose disk was hurt. */
  private hurtKeys(): Set<string> {
    return new Set([...this.model.hurt].flatMap((device) => this.world.tabs.filter((tab) => tab.device === device)).map((tab) => tab.running.parts.kernel.profile).flatMap((profile) => (profile ? [toBase64url(profile.ds.pub)] : [])));
  }

  private async check(): Promise<void> {
    const { model, state } = this;
    // After a lost tail, too, a seq may be written twice.
    const cloned = state.clones > 0;
    for (const tab of this.honest()) {
      this.failures.push(...checkSaved(tab, model), ...(await this.world.wait(checkKernel(tab))));
      const space = tab.running.parts.kernel.spaces.get(model.space);
      if (space && [...space.fragments.keys()].some((key) => [...space.source.ids(key, FORGED)].length > 0)) this.failures.push(`${tab.name} shows what was forged`);
    }
    this.failures.push(...checkRights(this.honest(), model, (device) => this.isGuest(device), this.left));
    this.failures.push(...checkClocks(this.honest(), model, this.world.clock.now()));
    const hostile = new Set(model.distrusted);
    // What a hurt disk lost between two records that others have never comes again.
    const hurtDevices = this.hurtKeys();
    // Also of tabs that are gone: with its first record a log lost its certificate, too.
    const deviceOf = new Map(this.world.tabs.flatMap((tab) => [...(tab.running.parts.kernel.spaces.get(model.space)?.writerDevice ?? [])]));
    for (const device of state.devices) {
      if (this.hostility.isHostile(device.name)) continue;
      const bad = (writer: string): boolean => hostile.has(deviceOf.get(writer) ?? '');
      const rules: ChainRules = { mayFork: (writer) => cloned || bad(writer), mayGap: (space, writer) => bad(writer) || hurtDevices.has(deviceOf.get(writer) ?? '') || (space !== model.space && model.hurt.has(device)), hurt: state.hurt > 0 || this.world.torn() > 0, twice: device.disk.answersLost > 0 };
      this.failures.push(...checkChains(device.disk.records(), rules).map((text) => `${device.name} ${text}`));
    }
    if (this.left) this.failures.push(...checkEpochs(this.honest(), model, this.left));
    if (this.failures.length > 0) return;
    await this.checkReopened(this.honest()[0]!);
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
    // What a snapshot brought is read whole within a tick where what lies behind it puts it in question (a fork): it stands as it was made until then.
    const isRead = (): boolean => [...again.running.parts.kernel.spaces.values()].every(({ fragments }) => [...fragments.values()].every(({ log }) => log.away?.asked !== true));
    await world.clock.until(isRead, 10_000);
    const after = digestOf(again, model);
    if (!after || after.set !== before.set || after.state !== before.state) this.failures.push(`${tab.name}: another state after reopening\n  ${differences([again], model).join()}`);
    this.failures.push(...checkSaved(again, model), ...(await world.wait(checkKernel(again))));
  }
}
