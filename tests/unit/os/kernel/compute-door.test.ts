/** The door to shared work: of whom its desk is, and when it ends. */
import { describe, expect, test } from 'vitest';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { createComputeDoor } from '#os/kernel/compute-door';
import type { KernelParts } from '#os/kernel/kernel';

function kit() {
  const [clock, random] = [createSimClock(), createSeededRandom('door')];
  const read: string[] = [];
  const person = () => ({ uid: random.bytes(32), ds: { pub: random.bytes(32) } });
  const kernel = {
    deps: { clock, random, tabs: { post: () => undefined } }, profile: person(), loading: Promise.resolve(), reading: null, spaces: new Map(), metric: () => undefined,
    store: { get: async (key: string) => (key === 'compute/consent' && read.push(key), null) },
  };
  return { clock, kernel, person, read, door: createComputeDoor({ kernel } as unknown as KernelParts) };
}

describe('{K3} the door to shared work', () => {
  test('another person in this tab has a desk of their own; the same one keeps theirs', async () => {
    const { kernel, person, read, door } = kit();
    for (let i = 0; i < 2; i++) await door.api.act({ do: 'state' });
    const once = read.length;
    kernel.profile = { ...kernel.profile };
    await door.api.act({ do: 'state' });
    expect([once, read.length]).toEqual([1, 1]);
    kernel.profile = person();
    door.look();
    await door.api.act({ do: 'state' });
    expect(read.length).toBe(2);
  });

  test('MUS1 a consent changed in another tab is told to a page that has done nothing yet, and no code of the desk is loaded for it', async () => {
    const { read, door } = kit();
    const told: string[] = [];
    const stop = door.api.watch(({ type }) => void told.push(type));
    await door.heard();
    expect([told, read]).toEqual([['changed'], []]);
    stop();
    await door.heard();
    expect(told).toEqual(['changed']);
  });

  test('a desk that comes when the door is closed already is closed', async () => {
    const open = kit();
    await open.door.api.act({ do: 'state' });
    await open.clock.run(60_000);
    // The control.
    expect(open.clock.fired).toBeGreaterThan(0);
    const { clock, door } = kit();
    const coming = door.api.act({ do: 'state' });
    door.close();
    await coming;
    await clock.run(60_000);
    expect(clock.fired).toBe(0);
  });
});
