/** What a beacon keeps at most (docs/decisions/0066): beyond it nothing is confirmed, nothing confirmed goes, and nobody is asked for the rest again and again. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { KernelDeps } from '#os/kernel/deps';
import { countHeld } from '#os/kernel/author-budget';
import { logKey } from '#os/kernel/log-key';
import type { Profile } from '#os/kernel/profile';
import type { Kernel, Space } from '#os/kernel/state';
import type { Replica } from '#ports/replica';
import type { RecordStore, StoredRecord } from '#ports/record-store';
import { HeldCounts, sumsOf, type Held } from '#signaling/beacon/held-counts';
import { beaconOptions } from '#signaling/beacon/options';
import { Quotas, type QuotaLimits } from '#signaling/beacon/quotas';
import { beaconWithin } from '#signaling/beacon/service';
import { createLog } from '#signaling/log';
import { encodeBeaconLink } from '#vm/protocol/beacon-link';
import { buildInception, linkNonce } from '#vm/protocol/identity';
import { FRAGMENT, RECORD_CLASS } from '#vm/protocol/types';
import type { ReplicationHost } from '#vm/replication/host';
import { entryOf, resign } from './support/forge.ts';
import { createSeededRandom, createStubCrypto } from './support/sim-crypto.ts';
import type { SimDevice, SimTab } from './support/sim-world.ts';
import { meet, say, until, type Meeting } from './support/walks.ts';

const ACL = toBase64url(FRAGMENT.acl);
const PLENTY: QuotaLimits = { spaceRecords: 1e9, spaceBytes: 1e12, authorRecords: 1e9, authorBytes: 1e12, storeRecords: 1e9, storeBytes: 1e12 };

interface Bench extends Meeting {
  readonly anna: SimTab;
  readonly boris: SimTab;
  readonly tower: SimDevice;
  readonly held: HeldCounts;
  readonly lines: Record<string, unknown>[];
  /** Ranges that the beacon asked of others. */
  readonly asked: () => number;
  readonly quotas: () => Quotas;
  /** Starts it anew under other quotas. */
  again(limits: Partial<QuotaLimits>): Promise<SimTab>;
}

/** As the store of a beacon counts: what was committed. */
const counting = (store: RecordStore, held: HeldCounts): RecordStore => new Proxy(store, {
  get(target, name) {
    const value = Reflect.get(target, name, target) as unknown;
    if (name !== 'commit') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    return async (input: Parameters<RecordStore['commit']>[0]) => {
      const arrival = await target.commit(input);
      held.add(sumsOf(input.records));
      return arrival;
    };
  },
});

const counted = (replica: Replica, count: () => void): Replica => {
  const get = replica.get.bind(replica);
  return Object.assign(replica, { get: (...args: Parameters<Replica['get']>) => (count(), get(...args)) });
};

/** Anna and Boris, and a beacon of Anna's with room for everything. */
async function bench(seed: number): Promise<Bench> {
  const held = new HeldCounts();
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: 'info', human: false, now: () => 0, write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  let asked = 0;
  let limits = PLENTY;
  let quotas = new Quotas({ limits, held, log, tag: () => 'tag' });
  const mutate = (deps: KernelDeps, tab: string): KernelDeps => {
    if (!tab.startsWith('tower')) return deps;
    const mine = (quotas = new Quotas({ limits, held, log, tag: () => 'tag' }));
    return { ...deps, store: counting(deps.store, held), beacon: beaconWithin(mine), createReplica: (hooks) => mine.within(counted(deps.createReplica(hooks), () => asked++)) };
  };
  const m = await meet({ seed, mutate }, ['anna', 'boris']);
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const tower = m.world.device('tower');
  const crypto = createStubCrypto(createSeededRandom(`quota-${seed}`));
  const [rk, ds, dx] = [await crypto.generateSigning(), await crypto.generateSigning(), await crypto.generateAgreement()];
  const { statement, uid } = await buildInception(crypto, { rk, ds, dx: dx.pub, nonce: linkNonce(ds.pub) });
  const profile: Profile = { uid, ds, dx, name: 'tower', statements: [statement] };
  await tower.disk.open().commit({ origin: 'profile', records: [], values: [['id/profile', profile]] });
  await m.world.open(tower);
  await m.world.wait(anna.api.access.beacons(m.space, { add: encodeBeaconLink({ inception: statement, name: 'tower', signaling: ['ws://sim'] }) }));
  await until(m.world, () => tower.tabs[0]!.running.parts.kernel.spaces.get(m.space)?.standing === 'member', 30_000, 'the beacon is in');
  await m.world.clock.run(20_000);
  return {
    ...m, anna, boris, tower, held, lines, asked: () => asked, quotas: () => quotas,
    async again(less) {
      limits = { ...PLENTY, ...less };
      m.world.kill(tower.tabs[0]!);
      const tab = await m.world.open(tower);
      await m.world.clock.run(20_000);
      return tab;
    },
  };
}

const spaceOf = (tab: SimTab, space: string): Space => must(tab.running.parts.kernel.spaces.get(space), 'space');
const writerOf = (tab: SimTab): string => must(tab.running.parts.kernel.slot, 'slot').text;
const rowsOf = ({ disk }: SimDevice, space: string, writer: string): StoredRecord[] => disk.records().filter((row) => toBase64url(row.space) === space && toBase64url(row.writer) === writer);
const aclOf = ({ disk }: SimDevice, space: string): number => disk.records().filter((row) => toBase64url(row.space) === space && toBase64url(row.fragment) === ACL).length;
const stateOf = async (tab: SimTab, space: string) => (await tab.api.access.beacons(space)).map(({ state, behind }) => ({ state, behind: behind > 0 }));

/** Everything that the beacon confirmed to this tab and that is not on the beacon's disk. */
function lost(tab: SimTab, space: string, tower: SimDevice): string[] {
  const { kernel } = tab.running.parts;
  const at = spaceOf(tab, space);
  const device = toBase64url(tower.tabs[0]!.running.parts.kernel.profile!.ds.pub);
  const disk = tower.disk.ids();
  const out: string[] = [];
  for (const fragment of at.fragments.values()) {
    for (const { writer } of fragment.log.frontier()) {
      const to = kernel.copies.heldBy(logKey(at, fragment, toBase64url(writer)), [device])?.seq ?? -1;
      for (let seq = 0; seq <= to; seq++) for (const id of fragment.index.at(toBase64url(writer), seq)) if (!disk.has(id)) out.push(id);
    }
  }
  return out;
}

async function sayAll(m: Meeting, tab: SimTab, count: number): Promise<string> {
  let last = '';
  for (let n = 0; n < count; n++) {
    last = (await m.world.wait(say(tab, m.space, `message ${n}`))).ids[0]!;
    await m.world.clock.run(1_000);
  }
  return last;
}

describe('{V10} quotas of a beacon', () => {
  test('an author whose part is full is confirmed nothing more, others are; what was confirmed stays; nobody is asked for the rest over and over; with more room it takes the rest', async () => {
    const m = await bench(821);
    const { world, space, anna, boris, tower } = m;
    const room = rowsOf(tower, space, writerOf(anna)).length + 3;
    await m.again({ authorRecords: room });
    const mine = await sayAll(m, anna, 6);
    const his = await sayAll(m, boris, 1);
    await world.clock.run(40_000);
    // Records about rights are counted, and taken all the same.
    expect(rowsOf(tower, space, writerOf(anna)).length).toBe(room);
    expect(await stateOf(anna, space)).toEqual([{ state: 'linked', behind: true }]);
    expect((await anna.api.copies(mine)).beacons).toEqual([]);
    expect((await boris.api.copies(his)).beacons).toEqual(['tower']);
    expect(m.quotas().counts()).toMatchObject({ fullAuthors: 1, fullSpaces: 0, fullStore: false });
    expect(m.quotas().counts().refused).toBeGreaterThan(0);
    expect(m.lines).toEqual([{ time: '1970-01-01T00:00:00.000Z', level: 'warn', event: 'quota.reached', of: 'author', space: 'tag', records: room, bytes: expect.any(Number) }]);
    const before = m.asked();
    await world.clock.run(300_000);
    expect(m.asked() - before, 'asked of others in five minutes').toBe(0);
    expect([...lost(anna, space, tower), ...lost(boris, space, tower)]).toEqual([]);
    expect(tower.tabs[0]!.running.parts.kernel.stuck).toBeNull();

    await m.again({ authorRecords: room + 100 });
    await until(world, () => rowsOf(tower, space, writerOf(anna)).length === rowsOf(m.devices[0]!, space, writerOf(anna)).length, 60_000, 'it takes the rest');
    await world.clock.run(20_000);
    expect(await stateOf(anna, space)).toEqual([{ state: 'linked', behind: false }]);
    expect((await anna.api.copies(mine)).beacons).toEqual(['tower']);
    expect(m.quotas().counts()).toEqual({ refused: 0, fullAuthors: 0, fullSpaces: 0, fullStore: false });
  });

  test.each([['space', 822], ['store', 823]] as const)('a full %s is confirmed nothing but records about rights, and is not asked for', async (of, seed) => {
    const m = await bench(seed);
    const { world, space, anna, boris, tower } = m;
    await m.again({ [`${of}Records`]: m.held.total.records + 2 });
    await sayAll(m, anna, 3);
    const his = await sayAll(m, boris, 3);
    await world.clock.run(40_000);
    expect((await boris.api.copies(his)).beacons).toEqual([]);
    expect(m.lines).toMatchObject([{ event: 'quota.reached', of }]);
    expect(m.quotas().counts()).toMatchObject(of === 'space' ? { fullSpaces: 1, fullStore: false } : { fullSpaces: 0, fullStore: true });
    const known = aclOf(tower, space);
    await world.wait(anna.api.spaces.invite(space));
    await until(world, () => aclOf(tower, space) === aclOf(m.devices[0]!, space) && aclOf(tower, space) > known, 30_000, 'the invite is there');
    const before = m.asked();
    await world.clock.run(300_000);
    expect(m.asked() - before, 'asked of others in five minutes').toBe(0);
    expect([...lost(anna, space, tower), ...lost(boris, space, tower)]).toEqual([]);
    expect((await stateOf(boris, space))[0]).toEqual({ state: 'linked', behind: true });
  });

  test('[limit BEACON.spaceRecords BEACON.spaceMib BEACON.authorRecords BEACON.authorMib BEACON.storeRecords BEACON.storeMib] started without further words it keeps so much and no more', async () => {
    const m = await bench(824);
    const { world, space, anna, tower } = m;
    const tab = tower.tabs[0]!;
    world.kill(tab);
    await sayAll(m, anna, 3);
    const writer = writerOf(anna);
    const news = rowsOf(m.devices[0]!, space, writer).filter((row) => !tower.disk.ids().has(toBase64url(row.id)) && toBase64url(row.fragment) !== ACL);
    const acl = must(m.devices[0]!.disk.records().find((row) => toBase64url(row.space) === space && toBase64url(row.fragment) === ACL), 'acl');
    expect(news.length).toBeGreaterThan(2);
    const taken: string[][] = [];
    const host = { wants: () => true, ingest: async (entries: StoredRecord[]) => (taken.push(entries.map((one) => toBase64url(one.id))), { added: entries.length, refused: 0, gaps: [] }) } as unknown as ReplicationHost;
    const { kernel } = tab.running.parts;
    const { quotas: limits } = beaconOptions([], {});
    const left = async (where: string, had: Held, at: Kernel = kernel, entries = news): Promise<{ added: number; refused: number }> => {
      const held = new HeldCounts();
      held.add(new Map([[where, had]]));
      const over = new Quotas({ limits, held, log: createLog({ level: 'error', human: false, now: () => 0, write: () => undefined }), tag: () => '' }).over(host, at);
      const { added, refused } = await over.ingest([...entries, acl] as never, 'live', 'link');
      return { added, refused };
    };
    const one = { added: 2, refused: news.length - 1 };
    const MIB = 2 ** 20;
    for (const [where, records, mib] of [['other/writer', 1_048_576, 8_192], [`${space}/another`, 524_288, 2_048], [`${space}/${writer}`, 131_072, 256]] as const) {
      expect(await left(where, { records: records - 1, bytes: 0 }), `${where}: one record is left`).toEqual(one);
      expect(await left(where, { records: 0, bytes: mib * MIB - 1 }), `${where}: one byte is left`).toEqual(one);
      expect(await left(where, { records: records - news.length, bytes: 0 }), where).toEqual({ added: news.length + 1, refused: 0 });
      expect(await left(where, { records, bytes: 0 }), where).toEqual({ added: 1, refused: news.length });
    }
    expect(taken.every((ids) => ids.at(-1) === toBase64url(acl.id))).toBe(true);
    // What claims to be about rights and lies elsewhere is what lies there.
    const claims = entryOf(await resign(anna, news[0]!.bytes, (header) => header.set(12, RECORD_CLASS.acl).set(13, null).set(14, null)));
    expect(await left('other/writer', { records: 1_048_576, bytes: 0 }, kernel, [claims] as never)).toEqual({ added: 1, refused: 1 });
    // The first record of a writer that nobody knows yet is its author's, too.
    const second = must(rowsOf(m.devices[0]!, space, writer).find((row) => row.seq === 1 && toBase64url(row.fragment) !== ACL), 'second record');
    const first = must(rowsOf(m.devices[0]!, space, writer).find((row) => row.seq === 0 && toBase64url(row.fragment) === toBase64url(second.fragment)), 'first record');
    const { rights } = spaceOf(tab, space);
    const unknown = new Proxy(rights, { get: (target, name) => (name === 'writer' ? () => null : ((value) => (typeof value === 'function' ? (value.bind(target) as unknown) : value))(Reflect.get(target, name, target) as unknown)) });
    const at = { spaces: new Map([[space, { key: space, fragments: new Map(), rights: unknown }]]) } as unknown as Kernel;
    expect(await left(`${space}/${writer}`, { records: 131_072, bytes: 0 }, at, [first])).toEqual({ added: 1, refused: 1 });
    expect(await left(`${space}/${writer}`, { records: 131_071, bytes: 0 }, at, [first])).toEqual({ added: 2, refused: 0 });
    expect(await left(`${space}/${writer}`, { records: 131_071, bytes: 0 }, at, [first, second]), 'and what follows it').toEqual({ added: 2, refused: 1 });
  });

  test('[row 32] [limit BEACON.aclRecords BEACON.aclMib] when all is full the rights of a space are taken up to an amount, so that acts of made-up persons fill no disk', async () => {
    const m = await bench(825);
    const { kernel } = m.tower.tabs[0]!.running.parts;
    const acl = must(m.devices[0]!.disk.records().find((row) => toBase64url(row.space) === m.space && toBase64url(row.fragment) === ACL), 'acl');
    const { quotas: limits } = beaconOptions([], {});
    const host = { wants: () => true, ingest: async (entries: StoredRecord[]) => ({ added: entries.length, refused: 0, gaps: [] }) } as unknown as ReplicationHost;
    for (const [records, size] of [[16_384, 1], [16, 2 ** 20]] as const) {
      // Not held yet, by a kernel that holds so much about the rights of the space.
      const at = new Proxy(spaceOf(m.tower.tabs[0]!, m.space), { get: (target, name) => (name === 'fragments' ? new Map() : (Reflect.get(target, name, target) as unknown)) });
      const over = (held: HeldCounts): ReplicationHost => new Quotas({ limits, held, log: createLog({ level: 'error', human: false, now: () => 0, write: () => undefined }), tag: () => '' }).over(host, { ...kernel, spaces: new Map([[m.space, at]]) });
      const full = new HeldCounts();
      full.add(new Map([['other/writer', { records: 1_048_576, bytes: 0 }]]));
      for (let i = 0; i < records - 1; i++) countHeld(at, acl, 'a writer', size);
      expect(await over(full).ingest([acl] as never, 'live', 'link')).toMatchObject({ added: 1, refused: 0 });
      expect(over(full).wants(acl.space as Bytes, FRAGMENT.acl)).toBe(true);
      countHeld(at, acl, 'a writer', size);
      expect(await over(full).ingest([acl] as never, 'live', 'link')).toMatchObject({ added: 0, refused: 1 });
      expect([over(full).wants(acl.space as Bytes, FRAGMENT.acl), over(new HeldCounts()).wants(acl.space as Bytes, FRAGMENT.acl)]).toEqual([false, true]);
      expect(await over(new HeldCounts()).ingest([acl] as never, 'live', 'link'), 'while there is room it has no bound').toMatchObject({ added: 1, refused: 0 });
    }
  });
});
