/** Beacons that lie, and honest ones that look like it: who notices, when, what is missing, and what counts as a copy then (docs/decisions/0076). */
import { describe, expect, test } from 'vitest';
import { must } from '#base/assert';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import type { BeaconCheckState } from '#os/api';
import type { KernelDeps } from '#os/kernel/deps';
import { beaconHost } from '#signaling/beacon/service';
import { FRAGMENT } from '#vm/protocol/types';
import { encodeWitness, type Witness, type WitnessFields } from '#vm/protocol/witness';
import { judgeReport } from '#vm/protocol/witness-report';
import type { ReplicationHost } from '#vm/replication/host';
import type { Core } from '#vm/replication/peer-state';
import { WITNESS_LIMITS } from '#vm/witness-limits';
import type { SimTab } from './support/sim-world.ts';
import { meet, noFaults, say, texts, until, type Meeting } from './support/walks.ts';
import { raised } from './support/tower.ts';

const TWO_INTERVALS = WITNESS_LIMITS.alarmMs;
/** Looks are half a minute apart. */
const LATE = WITNESS_LIMITS.lookMs * 2 + 5_000;

/** What a lying beacon does; changed while it runs. */
interface Lie {
  /** Devices from which it keeps what it has; the reserved fragments it shows. */
  hides: Set<string>;
  /** Only these fragments are hidden; null: all but the reserved ones. */
  only: Set<string> | null;
  /** It says nothing by itself: the test speaks for it. */
  mute: boolean;
  /** Whoever asks for records gets none. */
  keeps: boolean;
  core: Core | null;
  /** Looks at what is asked of it. */
  heard: ((event: string, payload: Bytes) => void) | null;
}

const lies = new Map<string, Lie>();
const lieOf = (name: string): Lie => {
  let lie = lies.get(name);
  if (!lie) lies.set(name, (lie = { hides: new Set(), only: null, mute: false, keeps: false, core: null, heard: null }));
  return lie;
};

const RESERVED = new Set([FRAGMENT.acl, FRAGMENT.root, FRAGMENT.witness].map((id) => toBase64url(id)));

/** An honest beacon but for its lie. */
const lying = (name: string): KernelDeps['beacon'] => (host, kernel): ReplicationHost => {
  const honest = beaconHost(host, kernel);
  const lie = lieOf(name);
  const port = must(honest.witness, 'witness');
  return {
    ...honest,
    readRange: async (range) => (lie.keeps ? [] : honest.readRange(range)),
    readable: (space, ds) => {
      const may = honest.readable?.(space, ds) ?? null;
      if (!lie.hides.has(toBase64url(ds))) return may;
      return (fragment) => (lie.only === null ? RESERVED.has(toBase64url(fragment)) : !lie.only.has(toBase64url(fragment))) && (may?.(fragment) ?? true);
    },
    witness: {
      onMessage(core, peer, message) {
        lie.heard?.(message.event, message.payload);
        return lie.mute ? message.event.startsWith('witness:') : port.onMessage(core, peer, message);
      },
    },
    onNetworkChange(core) {
      if (core) lie.core = core;
      honest.onNetworkChange(lie.mute ? undefined : core);
    },
  };
};

const mutate = (deps: KernelDeps, tab: string): KernelDeps => {
  const name = tab.split(/[^a-z0-9]/i)[0]!;
  return name.startsWith('tower') ? { ...deps, beacon: beaconHost } : name.startsWith('liar') ? { ...deps, beacon: lying(name) } : deps;
};

interface Watched extends Meeting {
  readonly anna: SimTab;
  readonly boris: SimTab;
  readonly towers: ReadonlyMap<string, SimTab>;
}

/** Anna, Boris and these beacons in one space, quiet; of those that are mute the test says what they say. */
async function watched(seed: number, names: readonly string[], mute: readonly string[] = []): Promise<Watched> {
  lies.clear();
  for (const name of mute) lieOf(name).mute = true;
  const m = await meet({ seed, mutate }, ['anna', 'boris']);
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const towers = new Map<string, SimTab>();
  for (const name of names) {
    const { tower, address } = await raised(m, name, seed);
    const tab = await m.world.open(tower);
    towers.set(name, tab);
    await m.world.wait(anna.api.access.beacons(m.space, { add: address }));
    await until(m.world, () => tab.running.parts.kernel.spaces.get(m.space)?.standing === 'member', 30_000, `${name} is in`);
  }
  await m.world.clock.run(15_000);
  return { ...m, anna, boris, towers };
}

const stand = (tab: SimTab, name: string) => tab.api.network.status().beacons.find((one) => one.name === name);
const stateOf = (tab: SimTab, name: string): BeaconCheckState | undefined => stand(tab, name)?.state;
const dsOf = (tab: SimTab): string => toBase64url(must(tab.running.parts.kernel.profile, 'profile').ds.pub);

/** What a beacon with the key of this tab signs. */
async function signed(beacon: SimTab, space: string, fields: Partial<WitnessFields>): Promise<Witness> {
  const { kernel } = beacon.running.parts;
  const held = kernel.spaces.get(space)!;
  return encodeWitness(kernel.deps.crypto, must(kernel.profile, 'profile').ds, held.id, { log: new Uint8Array(16).fill(5), seq: 0, prev: null, ms: kernel.time.now(), flags: 0, root: new Uint8Array(32), heads: [], ...fields });
}

/** Tells a witness to one device only. */
function tell(name: string, to: SimTab, space: string, w: Witness): void {
  const held = to.running.parts.kernel.spaces.get(space)!;
  const ds = must(to.running.parts.kernel.profile, 'profile').ds.pub;
  for (const peer of lieOf(name).core!.peers.values()) if (equalBytes(peer.link.device, ds)) peer.link.send('live', 'witness:said:v1:completed', encodeCbor([held.id, [w.bytes]]));
}

describe('{V10} two beacons, one lies', () => {
  test('[row 11] WIT4 WIT7 it has what was written and keeps it from Boris: told within two intervals, and nothing is missing, by the other one', async () => {
    const m = await watched(1201, ['tower', 'liar']);
    const { world, space, anna, boris } = m;
    await until(world, () => stateOf(anna, 'liar') === 'ok' && stateOf(anna, 'tower') === 'ok', 120_000, 'both say what they hold');
    world.kill(boris);
    const sent = await say(anna, space, 'for boris');
    await world.clock.run(60_000);
    lieOf('liar').hides.add(dsOf(boris));
    world.kill(anna);
    const again = await world.open(m.devices[1]!);
    await until(world, () => texts(again, space).includes('for boris'), 60_000, 'it is complete');
    await until(world, () => stateOf(again, 'liar') === 'lost' || stateOf(again, 'liar') === 'withholds', TWO_INTERVALS + LATE, 'Boris is told');
    expect(stateOf(again, 'tower')).toBe('ok');
    // What it holds counts no more, what the other one holds does.
    expect(await again.api.copies(must(sent.ids[0], 'message'))).toMatchObject({ beacons: ['tower'] });
    noFaults([again]);
  });

  test('WIT4 it alone has what was written and says so: withholding, after two intervals of its link and not before', async () => {
    const m = await watched(1202, ['liar']);
    const { world, space, anna, boris } = m;
    await until(world, () => stateOf(boris, 'liar') === 'ok', 120_000, 'it says what it holds');
    world.kill(boris);
    const fragment = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'secret' }));
    await anna.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'hidden' }, verb: 'chat/message.send@1' }], { fragment });
    lieOf('liar').hides.add(dsOf(boris));
    lieOf('liar').only = new Set([fragment]);
    await world.clock.run(WITNESS_LIMITS.intervalMs + 60_000);
    world.kill(anna);
    const again = await world.open(m.devices[1]!);
    await until(world, () => (stand(again, 'liar')?.saidAt ?? 0) > 0, 60_000, 'he hears what it says');
    await world.clock.run(TWO_INTERVALS - 90_000);
    expect(stateOf(again, 'liar')).toBe('ok');
    await until(world, () => stateOf(again, 'liar') === 'withholds', 90_000 + LATE, 'Boris is told');
    expect(texts(again, space)).not.toContain('hidden');
    // It gives way: nothing speaks against it any more.
    lieOf('liar').hides.clear();
    await until(world, () => texts(again, space).includes('hidden') && stateOf(again, 'liar') === 'ok', 300_000, 'it gave it');
    noFaults([again]);
  });

  test('WIT3 WIT8 it tells two people two things: proven as soon as both words meet, for everybody, over a reload; the file proves it to anybody', async () => {
    const m = await watched(1203, ['tower', 'liar'], ['liar']);
    const { world, space, anna, boris, towers } = m;
    const liar = towers.get('liar')!;
    const [one, two] = [await signed(liar, space, { flags: 0 }), await signed(liar, space, { flags: 1 })];
    // They never meet: the other beacon passes on what each was told.
    world.kill(boris);
    await until(world, () => anna.api.network.status().peers.some(({ name }) => name === 'liar'), 60_000, 'linked');
    tell('liar', anna, space, one);
    await world.clock.run(20_000);
    world.kill(anna);
    const again = await world.open(m.devices[1]!);
    await until(world, () => again.api.network.status().peers.filter(({ via }) => via === 'beacon').length === 2, 60_000, 'linked with both');
    tell('liar', again, space, two);
    await until(world, () => stateOf(again, 'liar') === 'forked', TWO_INTERVALS, 'Boris has the proof');
    expect(stand(again, 'liar')).toMatchObject({ proof: true });
    const beacon = must((await again.api.access.beacons(space)).find(({ name }) => name === 'liar'), 'liar');
    expect(beacon.check).toMatchObject({ state: 'forked', proof: true });
    const report = await world.wait(again.api.access.beaconReport(space, beacon.id));
    expect(await judgeReport(again.running.parts.kernel.deps.crypto, await report.text())).toMatchObject({ verdict: 'proven', name: 'liar' });
    await world.clock.run(20_000);
    // Anna hears of it from the tower, and after her next start, too.
    const back = await world.open(m.devices[0]!);
    await until(world, () => stateOf(back, 'liar') === 'forked', 60_000, 'Anna has the proof');
    world.kill(back);
    for (const tab of towers.values()) world.kill(tab);
    world.kill(again);
    const alone = await world.open(m.devices[0]!);
    await until(world, () => stateOf(alone, 'liar') === 'forked', 60_000, 'from her own store');
    noFaults([alone]);
  });

  test('[limit WITNESS.silentChecks] WIT7 it proves that it has what it confirmed, and gives it to nobody who asks: told after three checks, and until then it counts', async () => {
    const m = await watched(1211, ['liar']);
    const { world, space, anna, boris } = m;
    world.kill(boris);
    await say(anna, space, 'given');
    await until(world, () => stateOf(anna, 'liar') === 'ok' && stand(anna, 'liar')!.checkedAt !== null, 600_000, 'it proves and gives');
    const { checkedAt } = stand(anna, 'liar')!;
    lieOf('liar').keeps = true;
    await world.clock.run(WITNESS_LIMITS.checkMs * (WITNESS_LIMITS.silentChecks - 1));
    expect(stand(anna, 'liar')).toMatchObject({ state: 'ok', checkedAt });
    await until(world, () => stateOf(anna, 'liar') === 'withholds', WITNESS_LIMITS.checkMs + LATE * 2, 'Anna is told');
    expect((await anna.api.copiesOf(space)).beacons).toEqual([]);
    lieOf('liar').keeps = false;
    await until(world, () => stateOf(anna, 'liar') === 'ok', WITNESS_LIMITS.checkMs + LATE, 'it gives again');
    noFaults([anna]);
  });

  test('WIT4 it confirms and says so to nobody: told to who has the confirmation', async () => {
    const m = await watched(1204, ['liar'], ['liar']);
    const { world, space, anna, towers } = m;
    const liar = towers.get('liar')!;
    await until(world, () => anna.api.network.status().peers.some(({ name }) => name === 'liar'), 60_000, 'linked');
    tell('liar', anna, space, await signed(liar, space, {}));
    await world.clock.run(6 * 60_000);
    const sent = await say(anna, space, 'confirmed');
    await world.clock.run(60_000);
    expect(await anna.api.copies(must(sent.ids[0], 'message'))).toMatchObject({ beacons: ['liar'] });
    await world.clock.run(TWO_INTERVALS - 120_000);
    expect(stateOf(anna, 'liar')).not.toBe('omits');
    await until(world, () => stateOf(anna, 'liar') === 'omits', 60_000 + LATE, 'Anna is told');
    expect(await anna.api.copies(must(sent.ids[0], 'message'))).toMatchObject({ beacons: [] });
  });
});

describe('{V10} honest beacons are not called liars', () => {
  test('WIT4 away for an hour, killed in the middle, slow to be linked: nothing is said against it', async () => {
    const m = await watched(1205, ['tower']);
    const { world, space, anna, boris, towers } = m;
    await say(anna, space, 'one');
    await world.clock.run(40_000);
    const tower = towers.get('tower')!;
    world.kill(tower);
    await say(boris, space, 'while it is away');
    await world.clock.run(3_600_000);
    expect(['ok', 'none']).toContain(stateOf(anna, 'tower'));
    const again = await world.open(tower.device);
    await until(world, () => stateOf(anna, 'tower') === 'ok' && stateOf(boris, 'tower') === 'ok', 600_000, 'it says what it holds');
    await say(anna, space, 'two');
    await world.clock.run(TWO_INTERVALS * 2);
    for (const tab of [anna, boris]) expect(stand(tab, 'tower')).toMatchObject({ state: 'ok', proof: false });
    expect(stand(anna, 'tower')!.checkedAt).not.toBeNull();
    noFaults([anna, boris, again]);
  });

  test('WIT9 its disk was set back: it hears so from members, begins a new log, and what it confirmed counts again when it says so', async () => {
    const m = await watched(1206, ['tower']);
    const { world, space, anna, towers } = m;
    const tower = towers.get('tower')!;
    await say(anna, space, 'one');
    await until(world, () => stateOf(anna, 'tower') === 'ok', 120_000, 'it says what it holds');
    const before = tower.device.disk.clone();
    await say(anna, space, 'two');
    await world.clock.run(WITNESS_LIMITS.intervalMs * 2);
    const said = stand(anna, 'tower')!.saidAt!;
    world.kill(tower);
    const again = await world.open(world.device('tower', { disk: before }));
    await until(world, () => (stand(anna, 'tower')?.saidAt ?? 0) > said, WITNESS_LIMITS.intervalMs * 2, 'it says what it holds again');
    await world.clock.run(TWO_INTERVALS);
    expect(stand(anna, 'tower')).toMatchObject({ state: 'ok', proof: false });
    expect(again.running.parts.metrics.get('witness.set_back')).toBe(1);
    expect(anna.running.parts.metrics.get('witness.anew')).toBe(1);
    expect((await anna.api.copiesOf(space)).beacons).toEqual(['tower']);
  });

  test('WIT9 a copy of its store goes on with no log of the store it was made of: a new one from its first word on', async () => {
    const m = await watched(1212, ['tower']);
    const { world, space, anna, towers } = m;
    const tower = towers.get('tower')!;
    await say(anna, space, 'one');
    await until(world, () => stateOf(anna, 'tower') === 'ok', 120_000, 'it says what it holds');
    world.kill(tower);
    // What a backup of a store brings: its rows, under the id of another.
    const store = tower.device.disk.open();
    const name = `witness-log/${space}`;
    const row = (await store.get(name)) as { store: string };
    expect(row.store).toBe(store.id);
    await store.commit({ origin: 'copy', records: [], values: [[name, { ...row, store: 'another' }]] });
    const again = await world.open(tower.device);
    await until(world, () => anna.running.parts.metrics.get('witness.anew') === 1, WITNESS_LIMITS.intervalMs * 2, 'it begins anew');
    await world.clock.run(60_000);
    expect(stand(anna, 'tower')).toMatchObject({ state: 'ok', proof: false });
    expect(again.running.parts.metrics.get('witness.set_back') ?? 0).toBe(0);
    expect((await anna.api.copiesOf(space)).beacons).toEqual(['tower']);
    noFaults([anna, again]);
  });

  test('[row 18] WIT7 what it lost it says itself, when it is asked: it counts no more', async () => {
    const m = await watched(1207, ['tower']);
    const { world, space, anna, towers } = m;
    await say(anna, space, 'one');
    await until(world, () => stateOf(anna, 'tower') === 'ok', 120_000, 'it says what it holds');
    const { index } = towers.get('tower')!.running.parts.kernel;
    // Its disk gives back nothing that was confirmed.
    Object.assign(index, { read: async () => [] as never[] });
    await until(world, () => stateOf(anna, 'tower') === 'lost', WITNESS_LIMITS.checkMs + LATE, 'it is asked');
    expect((await anna.api.copiesOf(space)).beacons).toEqual([]);
    expect(must((await anna.api.access.beacons(space))[0], 'tower').check).toMatchObject({ state: 'lost', proof: false });
  });
});

test('WIT1 what nobody of the space signed, or another person did, is not taken; a bad signature costs the link', async () => {
  const m = await watched(1208, ['liar'], ['liar']);
  const { world, space, anna, boris, towers } = m;
  await until(world, () => anna.api.network.status().peers.some(({ name }) => name === 'liar'), 60_000, 'linked');
  const mine = await signed(boris, space, {});
  tell('liar', anna, space, mine);
  await world.clock.run(2_000);
  expect(stateOf(anna, 'liar')).not.toBe('ok');
  const good = await signed(towers.get('liar')!, space, {});
  const bad: Witness = { ...good, bytes: good.bytes.with(good.bytes.length - 1, good.bytes.at(-1)! ^ 1) as Bytes };
  tell('liar', anna, space, bad);
  await world.clock.run(2_000);
  expect(anna.running.parts.metrics.get('witness.refused')).toBe(1);
  expect(stateOf(anna, 'liar')).not.toBe('ok');
});

test('[limit WITNESS.burst WITNESS.everyMs] {K8} who floods with its own words is heard so far and no further', async () => {
  const m = await watched(1209, ['liar'], ['liar']);
  const { world, space, anna, towers } = m;
  await until(world, () => anna.api.network.status().peers.some(({ name }) => name === 'liar'), 60_000, 'linked');
  const more = 5;
  let before: Witness | null = null;
  const next = async (): Promise<Witness> => {
    const w: Witness = await signed(towers.get('liar')!, space, { seq: before === null ? 0 : before.seq + 1, prev: before?.id ?? null, ms: 1_000 + (before?.seq ?? -1) });
    before = w;
    return w;
  };
  for (let at = 0; at < WITNESS_LIMITS.burst + more; at++) tell('liar', anna, space, await next());
  await world.clock.run(1_000);
  const over = (): number => anna.running.parts.metrics.get('witness.over') ?? 0;
  expect(over()).toBe(more);
  await world.clock.run(WITNESS_LIMITS.everyMs);
  for (let at = 0; at < 2; at++) tell('liar', anna, space, await next());
  await world.clock.run(1_000);
  expect(over()).toBe(more + 1);
});

test('[limit WITNESS.checks WITNESS.checkMs] a check asks for few records, and not oftener than that', async () => {
  const m = await watched(1210, ['liar']);
  const { world, space, anna, boris } = m;
  world.kill(boris);
  const asked: { at: number; count: number }[] = [];
  lieOf('liar').heard = (event, payload) => {
    if (event === 'witness:held:v1:requested') asked.push({ at: world.clock.monotonic(), count: ((decodeCbor(payload) as CborValue[])[2] as CborValue[]).length });
  };
  for (let at = 0; at < 12; at++) await say(anna, space, `words ${at}`);
  await world.clock.run(WITNESS_LIMITS.checkMs * 4);
  expect(asked.length).toBeGreaterThanOrEqual(3);
  expect(Math.max(...asked.map(({ count }) => count))).toBe(WITNESS_LIMITS.checks);
  for (const [i, { at }] of asked.entries()) if (i > 0) expect(at - asked[i - 1]!.at).toBeGreaterThanOrEqual(WITNESS_LIMITS.checkMs);
});
