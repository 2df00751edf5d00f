/** Crashes and disks that refuse, on the production kernel (FORMATS §2 Order of durability, TRUST §4 P1). */
import { describe, expect, test } from 'vitest';
import { crashing, type CrashPlan } from './support/crash-plan.ts';
import { equal, meet, noFaults, noForks, say, texts, until } from './support/walks.ts';
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
