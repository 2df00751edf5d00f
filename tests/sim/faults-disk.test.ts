/** Crashes and disks that refuse, on the production kernel (FORMATS §2 Order of durability, TRUST §4 P1). */
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import type { KernelDeps } from '#os/kernel/deps';
import { crashing, type CrashPlan } from './support/crash-plan.ts';
import { give } from './support/forge.ts';
import { equal, meet, noFaults, noForks, say, texts, until, type Meeting } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const FULL = process.env.LGOS_FULL === '1';
const POINTS = FULL ? 200 : 40;
const PHASES = ['sealed, not handed to the disk', 'handed to the disk, lost', 'on the disk, not told', 'told, not sent', 'sent'] as const;

describe('FORMATS §2: sign, commit, only then send', () => {
  for (let phase = 0; phase < PHASES.length; phase++) {
    test(`{V5} crash at ${POINTS / PHASES.length} points: ${PHASES[phase]}: no fork, nothing shown as saved is lost`, { timeout: 120_000 }, async () => {
      for (let point = 1; point <= POINTS / PHASES.length; point++) {
        const plan: CrashPlan = { armed: false, countdown: 1 + (point % 7), phase, die: () => undefined };
        const m = await meet({ seed: 100 + point, commitMs: () => 3, mutate: (deps, tab) => (tab === 'anna.0' ? crashing(deps, plan) : deps) }, ['anna', 'boris']);
        const [a, b] = m.tabs as [SimTab, SimTab];
        const saved = new Set<string>();
        plan.die = () => {
          plan.armed = false;
          m.world.kill(a);
        };
        await armOnly(plan, async () => {
          for (let i = 0; i < 12 && a.alive; i++) {
            await say(a, m.space, `line ${i}`);
            a.api.saved().then(() => a.alive && saved.add(`line ${i}`), () => undefined);
            await m.world.clock.run(i % 3 === 0 ? 2 : 9);
          }
        });
        expect(a.alive, 'the crash came').toBe(false);
        const again = await m.world.open(m.devices[0]!);
        for (const line of saved) expect(texts(again, m.space)).toContain(line);
        await say(again, m.space, 'afterwards');
        await equalWith(m.world, again, b, m.space);
        for (const line of [...saved, 'afterwards']) expect(texts(b, m.space)).toContain(line);
        noForks(m.devices);
        noFaults([again, b]);
        expect(again.api.metrics()['forks.own'] ?? 0).toBe(0);
      }
    });
  }
});

async function armOnly(plan: CrashPlan, work: () => Promise<void>): Promise<void> {
  plan.armed = true;
  await work();
  plan.armed = false;
}

async function equalWith(world: Parameters<typeof equal>[0], a: SimTab, b: SimTab, space: string): Promise<void> {
  await until(world, () => a.running.parts.kernel.network.peers.length > 0, 20_000, 'linked again');
  await world.clock.run(1_000);
  await equal(world, [a, b], space);
}

/** A message that stands in a channel of its own, and one that will stand in the general one in its place. */
interface Move {
  readonly channel: string;
  readonly old: string;
  readonly id: string;
}

async function toMove({ world, space, tabs }: Meeting): Promise<Move> {
  const graph = tabs[0]!.api.graph(space);
  const channel = await world.wait(graph.createFragment({ type: 'chat/channel@1', title: 'old' }));
  const { ids } = await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'old' } }], { fragment: channel });
  await world.wait(tabs[0]!.api.saved());
  await equal(world, tabs, space);
  return { channel, old: ids[0]!, id: toBase64url(new Uint8Array(16).fill(77)) };
}

/** FORMATS 3, Acts across fragments: the new thing says where it is from, the old one names it. */
const move = (tab: SimTab, space: string, { channel, old, id }: Move) => tab.api.graph(space).transact([
  { op: 'node.create', type: 'chat/message@1', id, props: { text: 'moved', from: `${channel}/${old}` } }, { op: 'node.set', id: old, props: { movedTo: id } },
]);

/** Which halves of the move are there: the new thing, the mark on the old one. */
function halves(tab: SimTab, space: string, { channel, old, id }: Move): [boolean, boolean] {
  return [texts(tab, space).includes('moved'), tab.running.parts.kernel.spaces.get(space)!.source.view(channel, old)?.props.movedTo === id];
}

/** The order of before: a transaction for each fragment. */
function apart(deps: KernelDeps): KernelDeps {
  const { store } = deps;
  const commit: typeof store.commit = async (input) => {
    const rooms = new Set(input.records.map((record) => toBase64url(record.fragment)));
    let arrival = 0;
    for (const room of rooms) arrival = await store.commit({ ...input, records: input.records.filter((record) => toBase64url(record.fragment) === room) });
    return rooms.size === 0 ? store.commit(input) : arrival;
  };
  return { ...deps, store: Object.create(store, { commit: { value: commit }, onClosed: { get: () => store.onClosed, set: (fn: typeof store.onClosed) => { store.onClosed = fn; } } }) as typeof store };
}

/** Dies around the commit of a move between fragments; answers which halves of it the next start finds. */
async function dieMoving(seed: number, phase: number, wrap: (deps: KernelDeps) => KernelDeps = (deps) => deps): Promise<[boolean, boolean]> {
  const plan: CrashPlan = { armed: false, countdown: 1, phase, die: () => undefined };
  const m = await meet({ seed, commitMs: () => 3, mutate: (deps, tab) => (tab === 'anna.0' ? wrap(crashing(deps, plan)) : deps) }, ['anna', 'boris']);
  const [a, b] = m.tabs as [SimTab, SimTab];
  const what = await toMove(m);
  plan.die = () => {
    plan.armed = false;
    m.world.kill(a);
  };
  await armOnly(plan, async () => {
    // Something of one fragment alone is on its way as well, now before and now behind it.
    if (seed % 2 === 0) await say(a, m.space, 'before');
    await move(a, m.space, what);
    if (seed % 2 === 1) await say(a, m.space, 'behind');
    await m.world.clock.run(60);
  });
  expect(a.alive, 'the crash came').toBe(false);
  const again = await m.world.open(m.devices[0]!);
  const found = halves(again, m.space, what);
  await equalWith(m.world, again, b, m.space);
  expect(halves(b, m.space, what), 'what the others hold').toEqual(halves(again, m.space, what));
  noForks(m.devices);
  noFaults([again, b]);
  return found;
}

describe('FORMATS §3: acts across fragments', () => {
  for (const [phase, what] of PHASES.entries()) {
    test(`[ACT1] {V5} crash: ${what}: the next start finds both halves of a move or neither`, { timeout: 60_000 }, async () => {
      for (let seed = 300; seed < (FULL ? 320 : 304); seed++) {
        const [fresh, mark] = await dieMoving(seed, phase);
        expect(mark, `seed ${seed}`).toBe(fresh);
        // What was handed to the disk lands or not.
        if (phase !== 1) expect(fresh, `seed ${seed}`).toBe(phase > 1);
      }
    });
  }

  test('[ACT1] control: a transaction for each fragment leaves half of it', async () => {
    const [fresh, mark] = await dieMoving(300, 2, apart);
    expect(fresh).not.toBe(mark);
  });

  test('[ACT1] refused by the disk it waits whole, and is one transaction when it is saved', async () => {
    const m = await meet({ seed: 41 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    const what = await toMove(m);
    const { disk } = m.devices[0]!;
    disk.fail('aborted', 1_000);
    await move(a, m.space, what);
    await until(m.world, () => a.running.parts.kernel.stuck !== null, 2_000, 'stuck is shown');
    expect([halves(a, m.space, what), halves(b, m.space, what)]).toEqual([[true, true], [false, false]]);
    disk.clearFaults();
    const { rows } = disk;
    await m.world.wait(a.api.stuck.retry());
    expect(disk.rows).toBe(rows + 1);
    await equal(m.world, [a, b], m.space);
    expect(halves(b, m.space, what)).toEqual([true, true]);
    noForks(m.devices);
  });

  test('[ACT2] a peer that got one record of it shows that half, and both when it meets somebody who has both', async () => {
    for (const half of [0, 1]) {
      const m = await meet({ seed: 42 + half }, ['anna', 'boris']);
      const [a, b] = m.tabs as [SimTab, SimTab];
      const what = await toMove(m);
      b.offline(true);
      await m.world.clock.run(1_000);
      const before = new Set(m.devices[0]!.disk.ids());
      await move(a, m.space, what);
      await m.world.wait(a.api.saved());
      const records = m.devices[0]!.disk.records().filter((record) => !before.has(toBase64url(record.id)));
      expect(records).toHaveLength(2);
      const of = records.find((record) => (toBase64url(record.fragment) === what.channel) === (half === 1))!;
      expect(await m.world.wait(give(b, of.bytes))).toMatchObject({ added: 1, refused: 0 });
      await m.world.clock.run(500);
      expect(halves(b, m.space, what)).toEqual([half === 0, half === 1]);
      b.offline(false);
      await equalWith(m.world, a, b, m.space);
      expect(halves(b, m.space, what)).toEqual([true, true]);
      noForks(m.devices);
      noFaults([a, b]);
    }
  });
});

describe('a disk that refuses', () => {
  for (const reason of ['aborted', 'quota'] as const) {
    test(`{V5} ${reason}: "not saved" within 2 s, nothing announced, nothing lost, saved by retry`, async () => {
      const m = await meet({ seed: 31 }, ['anna', 'boris']);
      const [a, b] = m.tabs as [SimTab, SimTab];
      m.devices[0]!.disk.fail(reason, 1_000);
      await say(a, m.space, 'not yet');
      await until(m.world, () => a.running.parts.kernel.stuck !== null, 2_000, 'stuck is shown');
      expect(a.running.parts.kernel.stuck!.code).toBe(`store-${reason}`);
      expect((await a.api.copiesOf(m.space)).state).toBe('stuck');
      await expect(m.world.wait(a.api.saved())).rejects.toMatchObject({ code: `store-${reason}` });
      await m.world.clock.run(5_000);
      expect(texts(a, m.space)).toEqual(['not yet']);
      expect(texts(b, m.space)).toEqual([]);
      expect(await (await a.api.stuck.exportUnsaved()).text()).toContain('not yet');
      m.devices[0]!.disk.clearFaults();
      await m.world.wait(a.api.stuck.retry());
      await m.world.wait(a.api.saved());
      await equal(m.world, [a, b], m.space);
      expect(texts(b, m.space)).toEqual(['not yet']);
      expect(a.running.parts.kernel.stuck).toBeNull();
      noForks(m.devices);
    });
  }

  test('{V5} closed from outside: shown at once, saved after the database opened again', async () => {
    const m = await meet({ seed: 32, mutate: (deps, tab) => (tab === 'anna.0' ? { ...deps, reopen: async () => m.devices[0]!.disk.open() } : deps) }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    m.devices[0]!.disk.closeAll('closed');
    await say(a, m.space, 'while closed');
    await until(m.world, () => a.running.parts.kernel.stuck !== null, 2_000, 'stuck is shown');
    await m.world.wait(a.api.stuck.retry());
    await m.world.wait(a.api.saved());
    await equal(m.world, [a, b], m.space);
    expect(texts(b, m.space)).toEqual(['while closed']);
    m.world.kill(a);
    expect(texts(await m.world.open(m.devices[0]!), m.space)).toEqual(['while closed']);
    noForks(m.devices);
  });

  test('FORMATS §11: a torn last row is verified anew and nothing of it is lost', async () => {
    const m = await meet({ seed: 33 }, ['anna', 'boris']);
    const [a] = m.tabs as [SimTab, SimTab];
    await say(a, m.space, 'last words');
    await m.world.wait(a.api.saved());
    m.world.kill(a);
    m.devices[0]!.disk.tearTail();
    const again = await m.world.open(m.devices[0]!);
    expect(texts(again, m.space)).toEqual(['last words']);
  });

  test('{V5} a long store is read whole before anything is sealed: 300 acts, reopened, one more, no fork', async () => {
    const m = await meet({ seed: 34 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    for (let i = 0; i < 300; i++) {
      await say(a, m.space, `n${i}`);
      await m.world.clock.run(1);
    }
    await m.world.wait(a.api.saved());
    m.world.kill(a);
    const again = await m.world.open(m.devices[0]!);
    await say(again, m.space, 'one more');
    await equal(m.world, [again, b], m.space);
    expect(texts(b, m.space).length).toBe(301);
    noForks(m.devices);
    noFaults([again, b]);
  });
});
