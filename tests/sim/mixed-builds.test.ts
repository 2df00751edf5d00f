/**
 * Builds of three ages in one space (FORMATS §3): each knows one kind of operation and one type more than the one before. All work on what they share, what one does not know is kept and passed
 * on by it, and after the updates everybody has the same. The kinds are `node.set` under other numbers: a build without one cannot read a record that has it.
 */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import type { CryptoPort } from '#ports/crypto';
import type { openPayload } from '#os/kernel/open-content';
import type { sealRecord } from '#vm/protocol/seal';
import { lazyParts } from './support/lazy-parts.ts';
import { createChance } from './support/sim-wire.ts';
import { createSimWorld, type SimDevice, type SimTab, type SimWorld } from './support/sim-world.ts';
import { born, digest, equal, noFaults, noForks, standing, texts, until } from './support/walks.ts';

const SEEDS = process.env.LGOS_FULL === '1' ? 100 : 1;
const ACTS = 40;
/** By the property that it sets: its number, and the first build that knows it. */
const KINDS = new Map([['later', { primitive: 15, age: 1 }], ['newest', { primitive: 16, age: 2 }]]);
/** Builds by their age: what their code is called; each knows one more version of a type. */
const BUILDS = ['older', 'newer', 'newest'] as const;

/** Age of the build that a tab runs, by its crypto. */
const ages = vi.hoisted(() => new WeakMap<object, number>());
const ageOf = (crypto: object): number => ages.get(crypto) ?? 0;

vi.mock('#vm/protocol/seal', async (original) => {
  const real = await original<{ sealRecord: typeof sealRecord }>();
  const seal: typeof sealRecord = (crypto, given) => real.sealRecord(crypto, {
    ...given, ops: given.ops?.map((op) => {
      const kind = op.primitive === 1 ? KINDS.get(String(op.args[1])) : undefined;
      return kind && ageOf(crypto) >= kind.age ? { ...op, primitive: kind.primitive } : op;
    }),
  } as typeof given);
  return { ...real, sealRecord: seal };
});

vi.mock('#os/kernel/open-content', async (original) => {
  const real = await original<{ openPayload: typeof openPayload; contentOf: (opened: Awaited<ReturnType<typeof openPayload>>) => unknown }>();
  const open: typeof openPayload = async (space, record) => {
    const opened = await real.openPayload(space, record);
    const known = [...KINDS.values()].filter(({ age }) => ageOf(space.crypto) >= age).map(({ primitive }) => primitive);
    if (opened.kind !== 'payload' || known.length === 0) return opened;
    const [schema, ms, verbs, ops] = decodeCbor(opened.bytes) as [CborValue, CborValue, CborValue, CborValue[][]];
    if (!ops.some(([primitive]) => known.includes(primitive as number))) return opened;
    return { kind: 'payload', bytes: encodeCbor([schema, ms, verbs, ops.map(([primitive, ...rest]): CborValue => [known.includes(primitive as number) ? 1 : primitive!, ...rest])]) };
  };
  return { ...real, openPayload: open, openContent: async (...args: Parameters<typeof open>) => real.contentOf(await open(...args)) };
});

beforeAll(async () => void (await lazyParts()));

const TYPES = new Map([['chat/message', 1]]);

interface Mixed {
  readonly world: SimWorld;
  readonly devices: SimDevice[];
  readonly space: string;
  readonly link: string;
  /** Age of the build of each device. */
  readonly builds: Map<string, number>;
}

const tabOf = ({ devices }: Mixed, name: string): SimTab => devices.find((one) => one.name === name)!.tabs[0]!;
const tabsOf = ({ devices }: Mixed): SimTab[] => devices.map(({ tabs }) => tabs[0]!);

async function mixed(seed: number): Promise<Mixed> {
  const builds = new Map([['anna', 0], ['boris', 0], ['clara', 1], ['dora', 2], ['emil', 2]]);
  const world = createSimWorld({
    seed, faults: { latencyMs: 20, jitterMs: 80, delay: 0.05, delayMs: 1_500 },
    mutate: (deps, tab) => {
      const age = builds.get(tab.split('.')[0]!)!;
      ages.set(deps.crypto as CryptoPort & object, age);
      return { ...deps, code: BUILDS[age]!, knownTypes: new Map([...TYPES, ['lab/sample', age + 1]]) };
    },
  });
  const devices = ['anna', 'boris', 'clara', 'dora'].map((name) => world.device(name));
  for (const device of devices) await born(world, await world.open(device));
  const [anna, ...rest] = devices.map(({ tabs }) => tabs[0]!);
  const space = await world.wait(anna!.api.spaces.create({ name: 'River' }));
  const link = await world.wait(anna!.api.spaces.invite(space, { uses: 9 }));
  for (const tab of rest) await world.wait(tab.api.spaces.join(link));
  await until(world, () => rest.every((tab) => standing(tab, space) === 'member'), 60_000, 'everybody is inside');
  return { world, devices, space, link, builds };
}

/** Properties and types of all nodes that a tab shows, by id. */
async function shown({ world, space }: Mixed, tab: SimTab): Promise<Map<string, { later: unknown; newest: unknown; shared: unknown; newer: boolean }>> {
  const out = new Map<string, { later: unknown; newest: unknown; shared: unknown; newer: boolean }>();
  for (const type of ['lab/sample@1', 'lab/sample@2', 'lab/sample@3', 'lab/new@1']) {
    for (const node of await world.wait(tab.api.graph(space).query({ type }))) out.set(node.id, { later: node.props['later'] ?? null, newest: node.props['newest'] ?? null, shared: node.props['shared'] ?? null, newer: node.newer });
  }
  return out;
}

/** Acts of everybody; a tab is cut off, comes back, or dies and starts again meanwhile. How often each new kind was written. */
async function walk(m: Mixed, seed: number): Promise<Record<string, number>> {
  const { next } = createChance(seed * 7_919 + 3);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  await m.world.wait(tabOf(m, 'anna').api.graph(m.space).transact([{ op: 'node.create', type: 'lab/sample@1', props: { shared: 0 } }]));
  const written: Record<string, number> = { later: 0, newest: 0 };
  await m.world.clock.run(4_000);
  for (let at = 0; at < ACTS; at++) {
    const device = pick(m.devices);
    const tab = device.tabs[0]!;
    const graph = tab.api.graph(m.space);
    const roll = next();
    if (roll < 0.08) tab.offline(true);
    else if (roll < 0.2) tab.offline(false);
    else if (roll < 0.27) {
      await m.world.clock.run(300);
      m.world.kill(tab);
      await m.world.open(device);
    } else if (roll < 0.5) await m.world.wait(graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: `${device.name} ${at}` }, verb: 'chat/message.send@1' }]));
    else {
      const known = [...(await shown(m, tab)).keys()];
      const age = m.builds.get(device.name)!;
      const name = age > 0 && next() < 0.6 ? (age > 1 && next() < 0.6 ? 'newest' : 'later') : 'shared';
      // A record that has one operation of it is unknown as a whole: the new kind goes in records of its own (decision 127).
      const apart = async (): Promise<void> => void (name !== 'shared' && (await m.world.wait(tab.api.saved())));
      await apart();
      if (name !== 'shared') written[name]!++;
      if (known.length > 0) await m.world.wait(graph.transact([{ op: 'node.set', id: pick(known), props: { [name]: at } }]));
      await apart();
      if (age > 0 && next() < 0.3) await m.world.wait(graph.transact([{ op: 'node.create', type: pick([`lab/sample@${age + 1}`, 'lab/new@1']), props: {} }]));
    }
    await m.world.clock.run(Math.floor(next() * 900));
  }
  for (const tab of tabsOf(m)) tab.offline(false);
  await m.world.wait(Promise.all(tabsOf(m).map((tab) => tab.api.saved())));
  return written;
}

const setOf = (tab: SimTab, space: string): string => digest(tab, space).split(' ')[0]!;

const unreadBy = (tab: SimTab, space: string): number => [...tab.running.parts.kernel.spaces.get(space)!.fragments.values()].reduce((sum, { log }) => sum + [...log.logs.values()].flatMap((one) => [...one.entries()]).filter(({ status }) => status === 'unknown').length, 0);

async function run(seed: number): Promise<{ written: Record<string, number>; unread: readonly number[] }> {
  const m = await mixed(seed);
  const { world, space } = m;
  const written = await walk(m, seed);
  const [anna, boris, clara, dora] = ['anna', 'boris', 'clara', 'dora'].map((name) => tabOf(m, name)) as [SimTab, SimTab, SimTab, SimTab];
  const all = [anna, boris, clara, dora];
  await until(world, () => new Set(all.map((tab) => setOf(tab, space))).size === 1, 120_000, `seed ${seed}: all hold the same records, known or not`);
  await equal(world, [anna, boris], space);
  // The shared part: the same lines and things, the same values of what both know.
  const views = await Promise.all(all.map((tab) => shown(m, tab)));
  for (const tab of all) expect(texts(tab, space)).toEqual(texts(anna, space));
  const sharedOf = (view: (typeof views)[number]) => [...view].map(([id, one]) => [id, one.shared]).toSorted();
  for (const view of views) expect(sharedOf(view), `seed ${seed}`).toEqual(sharedOf(views[0]!));
  for (const view of views.slice(0, 2)) expect([...view.values()].filter((one) => one.later !== null), 'the older build does not know it').toEqual([]);
  for (const view of views.slice(0, 3)) expect([...view.values()].filter((one) => one.newest !== null), 'nor does the newer one know that of the newest').toEqual([]);
  const laterOf = (view: (typeof views)[number]) => [...view].map(([id, one]) => [id, one.later]).toSorted();
  const allOf = (view: (typeof views)[number]) => [...view].map(([id, one]) => [id, one.later, one.newest]).toSorted();
  expect(laterOf(views[2]!)).toEqual(laterOf(views[3]!));
  const unread = [anna, clara, dora].map((tab) => unreadBy(tab, space));
  noFaults(all);

  // Somebody new, whom only the older build is there to meet, has what it does not know.
  for (const tab of [clara, dora]) tab.offline(true);
  const device = world.device('emil');
  m.devices.push(device);
  const emil = await world.open(device);
  await born(world, emil);
  await world.wait(emil.api.spaces.join(m.link));
  await until(world, () => standing(emil, space) === 'member' && setOf(emil, space) === setOf(anna, space), 120_000, `seed ${seed}: passed on`);
  expect(allOf(await shown(m, emil))).toEqual(allOf(views[3]!));
  for (const tab of [clara, dora]) tab.offline(false);

  // Everybody has the newest one.
  for (const name of ['anna', 'boris', 'clara']) {
    m.builds.set(name, 2);
    world.kill(tabOf(m, name));
    await world.open(m.devices.find((one) => one.name === name)!);
  }
  await equal(world, tabsOf(m), space, 120_000);
  for (const tab of tabsOf(m)) expect(allOf(await shown(m, tab)), `seed ${seed} ${tab.name}`).toEqual(allOf(views[3]!));
  noFaults(tabsOf(m));
  noForks(m.devices);
  await world.stop();
  return { written, unread };
}

describe('{K9} {V4} an older, a newer and the newest build in one space', () => {
  test(`${SEEDS} seeds: both work on what they share, unknown kinds and types are kept and passed on, and after the update all is equal`, { timeout: 60_000 + SEEDS * 20_000 }, async () => {
    const [sum, unread] = [{ later: 0, newest: 0 }, [0, 0, 0]];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const one = await run(7_000 + seed);
      sum.later += one.written.later!;
      sum.newest += one.written.newest!;
      one.unread.forEach((many, at) => (unread[at]! += many));
    }
    // Controls: there was something that the older build could not read, and something that the newer one could not; the newest read all.
    expect(Math.min(sum.later, sum.newest)).toBeGreaterThan(SEEDS * 2);
    expect(unread[0]).toBeGreaterThan(unread[1]!);
    expect(unread[1]).toBeGreaterThan(SEEDS);
    expect(unread[2]).toBe(0);
  });
});
