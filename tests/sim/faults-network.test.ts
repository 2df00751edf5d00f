/** Invites, tabs, late joiners, partial holding, servers that die and direct ways that do not exist, on the production kernel. */
import { describe, expect, test } from 'vitest';
import { createSimWorld, type SimTab, type SimWorld } from './support/sim-world.ts';
import { born, digest, equal, joinStates, meet, noFaults, noForks, say, standing, texts, until } from './support/walks.ts';

async function newcomer(world: SimWorld, name: string): Promise<SimTab> {
  const tab = await world.open(world.device(name));
  await born(world, tab);
  return tab;
}

const last = <T>(list: readonly T[]): T | undefined => list[list.length - 1];

describe('FORMATS §6: invites that do not let in say why', () => {
  test('{V8} a broken link', async () => {
    const world = createSimWorld({ seed: 70 });
    const tab = await newcomer(world, 'anna');
    await expect(tab.api.spaces.join('/#/join/AAAA')).rejects.toMatchObject({ code: 'bad-link' });
    await expect(tab.api.spaces.join('hello')).rejects.toMatchObject({ code: 'bad-link' });
  });

  test('{V8} an expired one', async () => {
    const m = await meet({ seed: 71 }, ['anna', 'boris']);
    const link = await m.world.wait(m.tabs[0]!.api.spaces.invite(m.space, { expiresInMs: 2_000 }));
    await m.world.clock.run(5_000);
    const late = await newcomer(m.world, 'late');
    const states = await joinStates(m.world, late, link);
    await m.world.clock.run(30_000);
    expect(last(states)).toMatchObject({ state: 'failed', reason: 'expired', retryable: true });
    expect((await late.api.spaces.list()).map((one) => one.kind)).toEqual(['personal']);
    expect(standing(late, m.space)).not.toBe('member');
  });

  test('{V8} one use, two people: one is in, the other hears why', async () => {
    const m = await meet({ seed: 72 }, ['anna', 'boris']);
    const link = await m.world.wait(m.tabs[0]!.api.spaces.invite(m.space, { uses: 1 }));
    const first = await newcomer(m.world, 'first');
    await m.world.wait(first.api.spaces.join(link));
    await until(m.world, () => standing(first, m.space) === 'member', 20_000, 'the first is inside');
    const second = await newcomer(m.world, 'second');
    const states = await joinStates(m.world, second, link);
    await m.world.clock.run(30_000);
    expect(last(states)).toMatchObject({ state: 'failed', reason: 'used', retryable: true });
    expect(standing(second, m.space)).not.toBe('member');
  });

  test('{V8} nobody online, then somebody: the join waits and ends well', async () => {
    const m = await meet({ seed: 73 }, ['anna']);
    m.world.kill(m.tabs[0]!);
    const guest = await newcomer(m.world, 'guest');
    const states = await joinStates(m.world, guest, m.link);
    await m.world.clock.run(10_000);
    expect(last(states)).toMatchObject({ state: 'waiting', reason: 'nobody-online' });
    await m.world.open(m.devices[0]!);
    await until(m.world, () => standing(guest, m.space) === 'member', 30_000, 'inside');
    await m.world.clock.run(3_000);
    expect(last(states)).toMatchObject({ step: 'done', state: 'done' });
  });

  test('{V8} the server is down: a reason and a retry; up again: inside', async () => {
    const m = await meet({ seed: 74 }, ['anna']);
    const guest = await newcomer(m.world, 'guest');
    m.world.server.down();
    const states = await joinStates(m.world, guest, m.link);
    await m.world.clock.run(10_000);
    expect(last(states)).toMatchObject({ state: 'failed', reason: 'no-server', retryable: true });
    m.world.server.up();
    await until(m.world, () => standing(guest, m.space) === 'member', 40_000, 'inside');
  });
});

describe('FORMATS §8: tabs of one profile', () => {
  test('{V6} one leader, the other tab writes through it, and takes over within a second', async () => {
    const m = await meet({ seed: 75 }, ['anna', 'boris']);
    const [first, b] = m.tabs as [SimTab, SimTab];
    const second = await m.world.open(m.devices[0]!);
    expect([first, second].map((tab) => tab.running.parts.kernel.leader)).toEqual([true, false]);
    await say(second, m.space, 'from the second tab');
    await until(m.world, () => texts(b, m.space).length === 1, 2_000, 'it reached the other device');
    await say(b, m.space, 'answer');
    await until(m.world, () => texts(second, m.space).length === 2, 2_000, 'the answer reached the second tab');
    m.world.kill(first);
    await until(m.world, () => second.running.parts.kernel.leader && second.running.parts.kernel.replication !== null, 1_000, 'the second tab leads');
    await say(second, m.space, 'still here');
    await until(m.world, () => texts(b, m.space).length === 3, 20_000, 'its words arrive');
    await m.world.clock.run(5_000);
    await equal(m.world, [second, b], m.space);
    expect((await b.api.spaces.members(m.space)).length).toBe(2);
    noForks(m.devices);
    noFaults([second, b]);
  });

  test('{V6} eight tabs write at once: one device, no fork', async () => {
    const m = await meet({ seed: 76 }, ['anna', 'boris']);
    const tabs = [m.tabs[0]!];
    for (let i = 0; i < 7; i++) tabs.push(await m.world.open(m.devices[0]!));
    for (let i = 0; i < 5; i++) {
      for (const tab of tabs) await say(tab, m.space, `${tab.name} ${i}`);
      await m.world.clock.run(20);
    }
    await m.world.clock.run(5_000);
    await equal(m.world, [...tabs, m.tabs[1]!], m.space);
    expect(texts(m.tabs[1]!, m.space).length).toBe(40);
    noForks(m.devices);
  });
});

describe('FORMATS §8: late and partial', () => {
  test('{V9} a late joiner gets everything', async () => {
    const m = await meet({ seed: 77 }, ['anna', 'boris']);
    for (let i = 0; i < 300; i++) {
      await say(m.tabs[i % 2]!, m.space, `n${i}`);
      if (i % 10 === 0) await m.world.clock.run(30);
    }
    await m.world.clock.run(3_000);
    const late = await newcomer(m.world, 'late');
    await m.world.wait(late.api.spaces.join(m.link));
    await until(m.world, () => standing(late, m.space) === 'member', 20_000, 'inside');
    await until(m.world, () => texts(late, m.space).length === 300, 20_000, 'all of it');
    await equal(m.world, [...m.tabs, late], m.space);
  });

  test('{V1} a Guild is held by use: still looking, then found; not found here when all have answered', async () => {
    const m = await meet({ seed: 78 }, ['anna', 'boris'], 'member', 'guild');
    const [a, b] = m.tabs as [SimTab, SimTab];
    const room = await m.world.wait(a.api.graph(m.space).createFragment({ type: 'chat/channel@1', title: 'deep' }));
    const { ids: [node] } = await a.api.graph(m.space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'deep thing' } }], { fragment: room });
    await m.world.clock.run(5_000);
    expect(texts(b, m.space)).not.toContain('deep thing');
    const get = (id: string) => m.world.wait(b.api.graph(m.space).get(id));
    expect(await get(node!)).toEqual({ state: 'looking' });
    await m.world.clock.run(3_000);
    expect(await get(node!)).toMatchObject({ state: 'here', props: { text: 'deep thing' } });
    expect(await get('AAAAAAAAAAAAAAAAAAAAAA')).toEqual({ state: 'absent' });
  });

  test('{V1} a member who is alone is still looking, not told that it does not exist', async () => {
    const m = await meet({ seed: 79 }, ['anna', 'boris']);
    m.world.kill(m.tabs[0]!);
    await m.world.clock.run(30_000);
    expect(await m.world.wait(m.tabs[1]!.api.graph(m.space).get('AAAAAAAAAAAAAAAAAAAAAA'))).toEqual({ state: 'looking' });
  });
});

describe('V8: ways between peers', () => {
  test('[row 13] {V8} the server dies: links live on', async () => {
    const m = await meet({ seed: 80 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    m.world.server.down();
    await m.world.clock.run(60_000);
    await say(a, m.space, 'without a server');
    await until(m.world, () => texts(b, m.space).length === 1, 1_000, 'it arrived');
    expect(a.running.parts.kernel.network.peers.map((peer) => peer.via)).toEqual(['direct']);
  });

  test('{V8} no direct way: by relay within 5 s; direct again when it is possible', async () => {
    const world = createSimWorld({ seed: 81 });
    world.network.reachable = () => false;
    const [a, b] = [await newcomer(world, 'anna'), await newcomer(world, 'boris')];
    const space = await world.wait(a.api.spaces.create({ name: 'River' }));
    const link = await world.wait(a.api.spaces.invite(space));
    await world.wait(b.api.spaces.join(link));
    await until(world, () => standing(b, space) === 'member', 8_000, 'inside by relay');
    expect(a.running.parts.kernel.replication === null).toBe(false);
    await world.clock.run(1_500);
    expect(a.running.parts.kernel.network.peers.map((peer) => peer.via)).toEqual(['relay']);
    await say(a, space, 'by relay');
    await until(world, () => texts(b, space).length === 1, 1_000, 'it arrived');
    world.network.reachable = () => true;
    await until(world, () => a.running.parts.kernel.network.peers[0]?.via === 'direct', 200_000, 'direct');
    await say(b, space, 'directly');
    await until(world, () => texts(a, space).length === 2, 1_000, 'it arrived');
  });

  test('{V4} a frame lost, doubled, turned around or changed breaks the link, which comes back; nothing is lost', async () => {
    for (const faults of [{ loss: 0.1 }, { duplicate: 0.1 }, { reorder: 0.2 }]) {
      const m = await meet({ seed: 82 }, ['anna', 'boris']);
      const [a, b] = m.tabs as [SimTab, SimTab];
      m.world.network.setFaults(faults);
      for (let i = 0; i < 40; i++) {
        await say(i % 2 === 0 ? a : b, m.space, `n${i}`);
        await m.world.clock.run(100);
      }
      m.world.network.setFaults({ loss: 0, duplicate: 0, reorder: 0 });
      await m.world.clock.run(20_000);
      await equal(m.world, [a, b], m.space);
      expect(texts(a, m.space).length).toBe(40);
      noFaults([a, b]);
    }
  });

  test('{V2} somebody without the link and without membership is served nothing', async () => {
    const m = await meet({ seed: 83 }, ['anna', 'boris']);
    await say(m.tabs[0]!, m.space, 'secret');
    const stranger = await newcomer(m.world, 'stranger');
    await m.world.clock.run(20_000);
    expect(stranger.running.parts.kernel.spaces.has(m.space)).toBe(false);
    expect(stranger.device.disk.records().some((row) => Buffer.from(row.space).toString('base64url') === m.space)).toBe(false);
    expect(digest(m.tabs[0]!, m.space)).toBe(digest(m.tabs[1]!, m.space));
  });
});
