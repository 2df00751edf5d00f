/** The production kernel in the simulator: the walks a person takes, on virtual time. */
import { describe, expect, test } from 'vitest';
import { createSimWorld, type SimTab, type SimWorld } from './support/sim-world.ts';

async function firstSpace(world: SimWorld, tab: SimTab): Promise<string> {
  await world.wait(tab.api.identity.create({ name: tab.name }));
  return (await tab.api.spaces.list())[0]!.id;
}

async function texts(tab: SimTab, space: string): Promise<string[]> {
  return (await tab.api.graph(space).query({ type: 'chat/message@1' })).map((node) => String(node.props.text));
}

const say = (tab: SimTab, space: string, text: string) =>
  tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text }, verb: 'chat/message.send@1' }]);

async function inviteAndJoin(world: SimWorld, host: SimTab, guest: SimTab, role: 'member' | 'guest' = 'member'): Promise<string> {
  const space = await world.wait(host.api.spaces.create({ name: 'River' }));
  const link = await world.wait(host.api.spaces.invite(space, { role }));
  await world.wait(guest.api.spaces.join(link));
  const joined = await world.clock.until(() => guest.running.parts.kernel.spaces.get(space)?.standing === 'member', 20_000);
  expect(joined, JSON.stringify([guest.running.parts.faults, host.running.parts.faults, guest.api.metrics(), host.api.metrics()], null, 1)).toBe(true);
  return space;
}

describe('one tab', () => {
  test('{V4}{V5} what was saved is there after the process died', async () => {
    const world = createSimWorld({ seed: 1 });
    const device = world.device('anna');
    const tab = await world.open(device);
    const space = await firstSpace(world, tab);
    await say(tab, space, 'first words');
    expect(await texts(tab, space)).toEqual(['first words']);
    await world.wait(tab.api.saved());
    world.kill(tab);
    const again = await world.open(device);
    expect(again.api.identity.get()?.name).toBe(tab.name);
    expect(await texts(again, space)).toEqual(['first words']);
    expect(again.running.parts.faults).toEqual([]);
    await say(again, space, 'second');
    await world.wait(again.api.saved());
    const digest = await again.api.graph(space).digest();
    world.kill(again);
    const third = await world.open(device);
    expect(await texts(third, space)).toEqual(['first words', 'second']);
    expect((await third.api.graph(space).digest()).words).toEqual(digest.words);
  });
});

describe('two devices', () => {
  test('{V7}{V8} join by link, talk both ways, equal seals', async () => {
    const world = createSimWorld({ seed: 2 });
    const a = await world.open(world.device('anna'));
    const b = await world.open(world.device('boris'));
    await firstSpace(world, a);
    await firstSpace(world, b);
    const space = await inviteAndJoin(world, a, b);
    await say(a, space, 'hello from a');
    await world.clock.run(2_000);
    expect(await texts(b, space)).toEqual(['hello from a']);
    await say(b, space, 'hello from b');
    await world.clock.run(2_000);
    expect(await texts(a, space)).toEqual(['hello from a', 'hello from b']);
    expect((await a.api.graph(space).digest()).words).toEqual((await b.api.graph(space).digest()).words);
    expect(a.running.parts.faults).toEqual([]);
    expect(b.running.parts.faults).toEqual([]);
  });

  test('{V4} offline edits on both sides meet', async () => {
    const world = createSimWorld({ seed: 3 });
    const a = await world.open(world.device('anna'));
    const b = await world.open(world.device('boris'));
    await firstSpace(world, a);
    await firstSpace(world, b);
    const space = await inviteAndJoin(world, a, b);
    await world.clock.run(3_000);
    a.api.network.pause();
    b.api.network.pause();
    await world.clock.run(1_000);
    for (let i = 0; i < 20; i++) {
      await say(a, space, `a${i}`);
      await say(b, space, `b${i}`);
      await world.clock.run(50);
    }
    a.api.network.resume();
    b.api.network.resume();
    await world.clock.run(15_000);
    expect((await texts(a, space)).length).toBe(40);
    expect(await texts(b, space)).toEqual(await texts(a, space));
    expect((await a.api.graph(space).digest()).words).toEqual((await b.api.graph(space).digest()).words);
  });

  test('{K7} a guest reads and cannot write', async () => {
    const world = createSimWorld({ seed: 4 });
    const a = await world.open(world.device('anna'));
    const b = await world.open(world.device('boris'));
    await firstSpace(world, a);
    await firstSpace(world, b);
    const space = await inviteAndJoin(world, a, b, 'guest');
    await say(a, space, 'only to read');
    await world.clock.run(3_000);
    expect(await texts(b, space)).toEqual(['only to read']);
    await expect(say(b, space, 'no')).rejects.toMatchObject({ code: 'no-right' });
  });
});
