/** Somebody between two devices (TRUST §3 rows 12 and 14): on the direct way, where an offer was changed, and in the relay. Each is told, and has nothing. */
import { expect, test } from 'vitest';
import { decodeSignal, encodeSignal } from '#ports/signaling';
import type { SocketPort } from '#ports/wire';
import { ALARM_MS } from '#vm/alarm-limits';
import { createChance } from './support/sim-wire.ts';
import { createSimWorld, type SimTab, type SimWorld } from './support/sim-world.ts';
import { born, equal, meet, noFaults, say, standing, texts, until } from './support/walks.ts';

const altered = (tab: SimTab) => tab.api.network.status().altered;

/** Every direct connection made from now on ends at somebody else on both sides, who passes on what is said: the ends see other fingerprints. */
function standBetween(world: SimWorld): { readonly heard: { readonly from: string; readonly frame: Uint8Array }[]; stop(): void } {
  const heard: { from: string; frame: Uint8Array }[] = [];
  let between = true;
  const list = world.network.pairs;
  const push = list.push.bind(list);
  list.push = (...made) => {
    for (const { pair } of between ? made : []) {
      Object.assign(pair.a, { binding: new Uint8Array(64).fill(1) });
      Object.assign(pair.b, { binding: new Uint8Array(64).fill(2) });
    }
    return push(...made);
  };
  world.network.onDeliver = (from, _to, _channel, frame) => void (between && heard.push({ from, frame }));
  return { heard, stop: () => void (between = false) };
}

test('[row 12] somebody stands between on the direct way: only the hello is said there, both ends tell it, the words go by relay', async () => {
  const world = createSimWorld({ seed: 911 });
  const middle = standBetween(world);
  const [a, b] = [await world.open(world.device('anna')), await world.open(world.device('boris'))];
  for (const tab of [a, b]) await born(world, tab);
  const space = await world.wait(a.api.spaces.create({ name: 'River' }));
  await world.wait(b.api.spaces.join(await world.wait(a.api.spaces.invite(space))));
  await until(world, () => standing(b, space) === 'member', 30_000, 'inside, by relay');
  await say(a, space, 'by relay');
  await until(world, () => texts(b, space).length === 1, 5_000, 'it arrived');
  expect(a.running.parts.kernel.network.peers.map((peer) => peer.via)).toEqual(['relay']);
  // One hello each way for each connection, no auth, no envelope.
  const connections = world.network.pairs.length;
  expect(connections).toBeGreaterThan(0);
  expect(middle.heard.length).toBeGreaterThanOrEqual(2);
  expect(middle.heard.length).toBeLessThanOrEqual(2 * connections);
  for (const { frame } of middle.heard) expect(Buffer.from(frame).includes('lgos/link/1') && frame.length < 300).toBe(true);
  for (const tab of [a, b]) {
    expect(altered(tab)).toMatchObject([{ via: 'direct' }]);
    expect(altered(tab)[0]!.times).toBeGreaterThan(0);
    expect(altered(tab)[0]!.servers.length).toBe(1);
  }
  // Gone again: the next direct connection stands. The control: the same wires carry words.
  middle.stop();
  await a.api.network.retry();
  await until(world, () => a.running.parts.kernel.network.peers[0]?.via === 'direct', 200_000, 'direct');
  await say(b, space, 'directly');
  await until(world, () => texts(a, space).length === 2, 5_000, 'it arrived');
  expect(altered(a), 'what happened is still told').toMatchObject([{ via: 'direct' }]);
  noFaults([a, b]);
});

test('[limit ALARM_MS] the alarm ends ten minutes after the last connection that was changed, and says so to whoever listens', async () => {
  const { world, tabs } = await meet({ seed: 912 }, ['anna', 'boris']);
  const [a] = tabs as [SimTab, SimTab];
  const middle = standBetween(world);
  for (const { pair } of world.network.pairs) pair.cut();
  await until(world, () => altered(a).length === 1, 30_000, 'told');
  middle.stop();
  await a.api.network.retry();
  await until(world, () => a.running.parts.kernel.network.peers[0]?.via === 'direct', 200_000, 'direct');
  const { last } = altered(a)[0]!;
  await world.clock.run(ALARM_MS - (world.clock.now() - last) - 2_000);
  expect(altered(a)).toHaveLength(1);
  await world.clock.run(5_000);
  expect(altered(a)).toEqual([]);
});

/** A relay that changes, drops or repeats so much of the frames it passes on. */
function lyingRelay(world: SimWorld): { told: number; share: number } {
  const chance = createChance(914);
  const out = { told: 0, share: 0 };
  const { port } = world.server as { port: SocketPort };
  const honest = port.open.bind(port);
  port.open = (url, handlers) => {
    const pass = handlers.onMessage.bind(handlers);
    return honest(url, {
      ...handlers, onOpen: () => handlers.onOpen(), onClose: (reason) => handlers.onClose(reason),
      onMessage(bytes) {
        const message = decodeSignal(bytes);
        if (!message.ok || message.value.type !== 'relay:frame:v1:completed' || chance.next() >= out.share) return pass(bytes);
        out.told += 1;
        const lie = chance.next();
        if (lie < 0.33) return;
        if (lie < 0.66) return pass(bytes), pass(bytes);
        const frame = message.value.frame.slice();
        frame[Math.floor(chance.next() * frame.length)]! ^= 1 + Math.floor(chance.next() * 255);
        pass(encodeSignal({ ...message.value, frame }));
      },
    });
  };
  return out;
}

test('[row 14] a relay that drops, repeats and changes frames: nothing false is taken, it is told, and everything arrives', async () => {
  const world = createSimWorld({ seed: 913 });
  world.network.reachable = () => false;
  const relay = lyingRelay(world);
  const [a, b] = [await world.open(world.device('anna')), await world.open(world.device('boris'))];
  for (const tab of [a, b]) await born(world, tab);
  const space = await world.wait(a.api.spaces.create({ name: 'River' }));
  await world.wait(b.api.spaces.join(await world.wait(a.api.spaces.invite(space))));
  await until(world, () => standing(b, space) === 'member', 30_000, 'inside, by relay');
  await world.clock.run(3_000);
  expect([altered(a), altered(b)], 'control: an honest relay raises no alarm').toEqual([[], []]);
  const said: string[] = [];
  const talk = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      said.push(`n${said.length}`);
      await say(said.length % 2 === 0 ? a : b, space, said.at(-1)!);
      await world.clock.run(400);
    }
  };
  const arrived = (): boolean => [a, b].every((tab) => texts(tab, space).length === said.length);
  // One frame in twenty: everything arrives while it goes on lying.
  relay.share = 1 / 20;
  while (relay.told < 12 && said.length < 600) await talk(20);
  await until(world, arrived, 300_000, 'everything arrives over a relay that lies now and then');
  expect(relay.told).toBeGreaterThanOrEqual(12);
  for (const tab of [a, b]) expect(altered(tab).some((way) => way.via === 'relay' && way.times > 0), 'told').toBe(true);
  // One in five: no link lives long, and nothing false is taken.
  relay.share = 0.2;
  await talk(60);
  for (const tab of [a, b]) expect(Object.entries(tab.api.metrics()).filter(([name, count]) => /^records\.refused|^guard\.strikes/.test(name) && count > 0), 'what was changed never came as far as a record').toEqual([]);
  for (const tab of [a, b]) expect(texts(tab, space).every((text) => said.includes(text))).toBe(true);
  relay.share = 0;
  await until(world, arrived, 120_000, 'everything is there when it tells the truth');
  expect(texts(a, space)).toEqual([...said].sort());
  await equal(world, [a, b], space);
  noFaults([a, b]);
});
