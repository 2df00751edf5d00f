/** A start on a store that is not read in one go: what is seen first comes first, and the end is the same state. */
import { describe, expect, test } from 'vitest';
import type { Change, NodeView } from '#os/api';
import type { KernelDeps } from '#os/kernel/deps';
import type { RecordStore } from '#ports/record-store';
import { toBase64url } from '#base/bytes';
import { ROOT } from '#domain/shared';
import { FRAGMENT } from '#vm/protocol/types';
import { createSimWorld, type SimDevice, type SimTab, type SimWorld } from './support/sim-world.ts';
import { digest, noFaults } from './support/walks.ts';


interface Filled {
  readonly world: SimWorld;
  readonly device: SimDevice;
  readonly space: string;
  readonly personal: string;
  readonly channels: readonly string[];
  readonly before: string;
  /** Set it before the next start: each further page of the sweep waits here. Null: none does. */
  gate: (() => void)[] | null;
  /** Rows asked by number at once, and tabs that start. */
  readonly asked: number[];
  /** Rows that the store gives of those, where they are large. */
  few: number;
  readonly starting: SimTab[];
}

/** A store of many rows: `lines` messages in each of three channels, a record and a row each. */
async function fill(seed: number, lines: number): Promise<Filled> {
  const out = { gate: null as (() => void)[] | null, asked: [] as number[], few: Infinity, starting: [] as SimTab[] };
  const world = createSimWorld({ seed, onTab: (tab) => void out.starting.push(tab), mutate: (deps) => ({ ...deps, store: gated(deps.store, out) }) });
  const device = world.device('anna');
  const tab = await world.open(device);
  await world.wait(tab.api.identity.create({ name: 'Anna' }));
  const personal = (await tab.api.spaces.list())[0]!.id;
  const space = await world.wait(tab.api.spaces.create({ name: 'River' }));
  const channels: string[] = [];
  for (const title of ['one', 'two', 'three']) channels.push(await world.wait(tab.api.graph(space).createFragment({ type: 'chat/channel@1', title })));
  for (let n = 0; n < lines; n++) {
    for (const [at, fragment] of channels.entries()) {
      await tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: `${at} ${n}` } }], { fragment });
      await world.wait(tab.api.saved());
    }
  }
  await tab.api.graph(personal).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'to myself' } }]);
  await world.wait(tab.api.saved());
  const before = digest(tab, space);
  world.kill(tab);
  return Object.assign(out, { world, device, space, personal, channels, before });
}

/** Gives the first page of the sweep, and each other one when it is let through. */
function gated(store: RecordStore, out: Pick<Filled, 'gate' | 'asked' | 'few'>): KernelDeps['store'] {
  const hold = { store: Object.create(store) as RecordStore };
  Object.defineProperties(hold.store, {
    scan: { value: async (after: number, limit: number) => (after > 0 && out.gate && (await new Promise<void>((go) => out.gate!.push(go))), store.scan(after, limit)) },
    segments: { value: (arrivals: readonly number[]) => (out.asked.push(arrivals.length), store.segments(arrivals).then((rows) => rows.slice(0, out.few))) },
    onClosed: {
      get: () => store.onClosed,
      set(on: RecordStore['onClosed']) {
        store.onClosed = on;
      },
    },
  });
  return hold.store;
}

const messages = (nodes: readonly NodeView[]): string[] => nodes.map((node) => String(node.props.text));
/** Is it unsettled also when the kernel had all the time it wants? */
const pending = async (world: SimWorld, promise: Promise<unknown>): Promise<boolean> => {
  let settled = false;
  promise.then(() => (settled = true), () => (settled = true));
  return !(await world.clock.until(() => settled, 2_000));
};

interface Held {
  readonly tab: SimTab;
  /** Lets one page of the sweep through: before it what was asked for is read. */
  step(): Promise<void>;
  release(): Promise<void>;
}

/** Starts again with the sweep held back; the world's own waiting for the start gives up meanwhile. */
function startHeld(filled: Filled): Held {
  const gate: (() => void)[] = [];
  filled.gate = gate;
  void filled.world.open(filled.device).catch(() => undefined);
  const tab = filled.starting.at(-1)!;
  return {
    tab,
    async step() {
      expect(await filled.world.clock.until(() => gate.length > 0, 1_000), 'the sweep waits').toBe(true);
      gate.shift()!();
    },
    release() {
      filled.gate = null;
      for (const go of gate) go();
      return filled.world.wait(tab.api.ready);
    },
  };
}

describe('a start on a store of many rows', () => {
  test('views ask for the fragment that is read first by its name', () => {
    expect(ROOT).toBe(toBase64url(FRAGMENT.root));
  });

  test('{V5} rights and names come first, then the channel somebody looks at; what is not read yet is waited for, never shown as missing', async () => {
    const filled = await fill(41, 12);
    const { world, space, personal, channels, before } = filled;
    const { tab, step, release } = startHeld(filled);
    await world.wait(tab.api.opened);
    expect(tab.api.identity.get()?.name).toBe('Anna');
    expect((await tab.api.spaces.list()).map(({ name, role }) => [name, role])).toContainEqual(['River', 'owner']);
    const graph = tab.api.graph(space);
    expect((await graph.query({ type: 'fragment@1', fragment: ROOT })).map((node) => node.props.title)).toEqual(['general', 'one', 'two', 'three']);
    const told: Change[] = [];
    graph.subscribe({ type: 'chat/message@1', fragment: channels[1]! }, (change) => told.push(change));
    const rows = graph.query({ type: 'chat/message@1', fragment: channels[1]!, order: '-stamp', limit: 3 });
    const mine = tab.api.graph(personal).query({ type: 'chat/message@1' });
    await step();
    expect(messages(await world.wait(rows))).toEqual(['1 11', '1 10', '1 9']);
    expect(messages(await world.wait(mine))).toEqual(['to myself']);

    // Control: the rest is not there yet, and nobody says that it is missing.
    const third = tab.running.parts.kernel.spaces.get(space)!.fragments.get(channels[2]!);
    expect(third?.graph.size ?? 0).toBeLessThan(12);
    const written = await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'new' } }], { fragment: channels[1]! });
    expect(messages(await graph.query({ type: 'chat/message@1', fragment: channels[1]!, order: '-stamp', limit: 2 })), 'what is written is shown at once').toEqual(['new', '1 11']);
    const records = filled.device.disk.records().length;
    const elsewhere = graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'into the general one' } }]);
    const waiting = { ready: tab.api.ready, digest: graph.digest(), saved: tab.api.saved(), elsewhere, text: graph.transact([{ op: 'text.splice', id: written.ids[0]!, at: 0, remove: 0, insert: 'a' }], { fragment: channels[1]! }) };
    for (const [what, promise] of Object.entries(waiting)) expect([what, await pending(world, promise)]).toEqual([what, true]);
    expect(filled.device.disk.records().length, 'nothing is sealed before the own logs are known').toBe(records);

    const everywhere: Change[] = [];
    graph.subscribe({ type: 'chat/message@1' }, (change) => everywhere.push(change));
    await release();
    await world.wait(Promise.all(Object.values(waiting)));
    await world.wait(tab.api.saved());
    expect(messages(await graph.query({ type: 'chat/message@1', order: 'stamp' })).slice(-2)).toEqual(['new', 'into the general one']);
    expect((await graph.count({ type: 'chat/message@1' }))).toBe(38);
    // What was on the disk is no news: only the new line is told, once.
    expect([told, everywhere].map((list) => list.flatMap((change) => messages(change.added)))).toEqual([['new'], ['into the general one']]);
    expect(tab.api.metrics()['forks.own'] ?? 0).toBe(0);
    expect(tab.running.parts.kernel.index.size).toBe(filled.device.disk.records().length);
    noFaults([tab]);
    // The order in which it was read made no difference.
    const state = digest(tab, space);
    expect(state).not.toBe(before);
    world.kill(tab);
    const plain = await world.open(filled.device);
    expect(digest(plain, space)).toBe(state);
  });

  test('{V5} a process that dies in the middle of such a start loses nothing', async () => {
    const filled = await fill(42, 8);
    const { world, space, before } = filled;
    const first = startHeld(filled);
    await world.wait(first.tab.api.opened);
    world.kill(first.tab);
    filled.gate = null;
    const again = await world.open(filled.device);
    expect(digest(again, space)).toBe(before);
    expect(await again.api.graph(space).count({ type: 'chat/message@1' })).toBe(24);
    noFaults([again]);
  });

  test('{V5} written while the store is read, by a slot that turns out to be short: sealed by another one, shown the same, no fork', async () => {
    const filled = await fill(46, 12);
    const { world, space, channels, device } = filled;
    const rows = device.disk.rows;
    const newest = device.disk.records().filter((record) => toBase64url(record.fragment) === channels[2]).at(-1)!;
    expect(device.disk.loseRows((record) => toBase64url(record.id) === toBase64url(newest.id))).toBe(1);
    expect(device.disk.rows).toBe(rows - 1);
    const { tab, step, release } = startHeld(filled);
    await world.wait(tab.api.opened);
    const slot = tab.running.parts.kernel.slot!.text;
    const write = tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'early' } }], { fragment: channels[0]! });
    await step();
    const [id] = (await world.wait(write)).ids;
    await release();
    await world.wait(tab.api.saved());
    const held = tab.running.parts.kernel;
    expect([tab.api.metrics()['slots.short'], held.slot!.text === slot]).toEqual([1, false]);
    const node = await tab.api.graph(space).get(id!);
    expect(node).toMatchObject({ props: { text: 'early' }, writer: held.slot!.text, saved: true });
    const state = digest(tab, space);
    world.kill(tab);
    const again = await world.open(device);
    expect(digest(again, space)).toBe(state);
    expect([tab, again].map((one) => one.api.metrics()['forks.own'] ?? 0)).toEqual([0, 0]);
    noFaults([again]);
  });

  test('{V5} written while the store is read, on a device whose clock went back since: after all that this slot wrote before', async () => {
    const filled = await fill(47, 12);
    const { world, space, channels, device } = filled;
    device.clockOffsetMs = -20_000;
    const { tab, step, release } = startHeld(filled);
    await world.wait(tab.api.opened);
    const write = tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'early' } }], { fragment: channels[0]! });
    await step();
    await world.wait(write);
    await release();
    await world.wait(tab.api.saved());
    expect(messages(await tab.api.graph(space).query({ type: 'chat/message@1', order: 'stamp' })).at(-1)).toBe('early');
    expect(tab.api.metrics()['forks.own'] ?? 0).toBe(0);
    noFaults([tab]);
  });

  test('{V5} rows so large that the store gives one at a time, and some that are gone: a start reads all that are there, and a part that is asked for is told complete only then', async () => {
    const filled = await fill(48, 40);
    const { world, space, channels, before } = filled;
    filled.few = 1;
    const { tab, step, release } = startHeld(filled);
    await world.wait(tab.api.opened);
    const rows = tab.api.graph(space).query({ type: 'chat/message@1', fragment: channels[0]! });
    await step();
    expect((await world.wait(rows)).length).toBe(40);
    await release();
    expect(digest(tab, space)).toBe(before);
    noFaults([tab]);
  });

  test('[limit KERNEL.loadStepRows] a channel is read 32 rows at a time, so that another one can come between', async () => {
    const filled = await fill(43, 40);
    const { world, space, channels } = filled;
    filled.asked.length = 0;
    const { tab, step, release } = startHeld(filled);
    await world.wait(tab.api.opened);
    filled.asked.length = 0;
    const rows = tab.api.graph(space).query({ type: 'chat/message@1', fragment: channels[0]!, limit: 1 });
    await step();
    await world.wait(rows);
    expect(filled.asked).toEqual([32, 8]);
    await release();
  });

  test('[limit KERNEL.loadSmallSpace] a space with more than 256 rows to be read that is asked for as a whole comes with the rest, one with fewer before it', async () => {
    // The first page of the sweep, 8 rows, is read before anybody can ask.
    for (const [extra, before] of [[0, true], [9, false]] as const) {
      const filled = await fill(before ? 44 : 45, 80);
      const { world, device, space } = filled;
      const rows = (await device.disk.open().holding(Buffer.from(space, 'base64url'), null)).length;
      const writer = await world.open(device);
      for (let n = rows; n < 256 + extra; n++) {
        await writer.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: `more ${n}` } }]);
        await world.wait(writer.api.saved());
      }
      expect((await device.disk.open().holding(Buffer.from(space, 'base64url'), null)).length).toBe(256 + extra);
      world.kill(writer);
      const { tab, step, release } = startHeld(filled);
      await world.wait(tab.api.opened);
      const counted = tab.api.graph(space).count({ type: 'chat/message@1' });
      await step();
      if (before) expect(await world.wait(counted)).toBeGreaterThan(240);
      else expect(await pending(world, counted)).toBe(true);
      await release();
      await counted;
    }
  });
});
