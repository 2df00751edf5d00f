/** By which ways direct links are made: the own network address hidden from other people, and own STUN and TURN servers. */
import { describe, expect, test } from 'vitest';
import type { NetWays, WayServer } from '#os/net-acts-api';
import type { KernelDeps } from '#os/kernel/deps';
import { WAY_LIMITS } from '#os/way-limits';
import type { DialOptions } from '#ports/wire';
import { born, meet, say, texts, until } from './support/walks.ts';
import { createSimWorld, type SimTab, type SimWorld } from './support/sim-world.ts';

const STUN: WayServer = { urls: ['stun:stun.example.org:3478'] };
const TURN: WayServer = { urls: ['turn:turn.example.org'], username: 'anna', credential: 'river' };

const set = (world: SimWorld, tab: SimTab, ways: NetWays): Promise<NetWays> => world.wait(tab.api.network.act({ act: 'set-ways', ways }));
const vias = (tab: SimTab): string[] => tab.running.parts.kernel.network.peers.map((peer) => peer.via);

/** What the kernels of a world ask their engines for. */
function watched(): { dials: { tab: string; options: DialOptions }[]; mutate: (deps: KernelDeps, tab: string) => KernelDeps } {
  const dials: { tab: string; options: DialOptions }[] = [];
  return {
    dials,
    mutate: (deps, tab) => ({ ...deps, dialer: { dial: (options) => { dials.push({ tab, options }); return deps.dialer.dial(options); } } }),
  };
}

describe('{V8} {V9} ways', () => {
  test('[WAY1] [row 28] hidden and without a TURN server: the engine is asked for nothing, the link goes over the relay, and shown again it is direct', async () => {
    const { dials, mutate } = watched();
    const { world, tabs, space } = await meet({ seed: 821, mutate }, ['anna', 'boris']);
    const [anna, boris] = tabs as [SimTab, SimTab];
    await until(world, () => vias(anna).includes('direct'), 20_000, 'control: direct');
    expect(dials.some((one) => one.tab === anna.name), 'control: its engine was asked').toBe(true);
    dials.length = 0;
    await set(world, anna, { hide: true, ice: [] });
    await until(world, () => vias(anna).includes('relay'), 60_000, 'over the relay');
    await world.clock.run(120_000);
    await say(anna, space, 'hidden');
    await until(world, () => texts(boris, space).includes('hidden'), 20_000, 'it arrives');
    expect([dials.filter((one) => one.tab === anna.name).length, vias(anna), vias(boris)]).toEqual([0, ['relay'], ['relay']]);
    expect(await world.wait(anna.api.network.act({ act: 'hand-offer' }))).toMatchObject({ step: expect.stringMatching(/making|ended/) });
    await world.clock.run(10);
    expect(await world.wait(anna.api.network.act({ act: 'hand' }))).toMatchObject({ step: 'ended', reason: 'hidden' });
    // Kept: after a restart it is as it was.
    const { device } = anna;
    world.kill(anna);
    const again = await world.open(device);
    expect(await world.wait(again.api.network.act({ act: 'ways' }))).toEqual({ hide: true, ice: [] });
    await until(world, () => vias(again).includes('relay'), 60_000, 'still over the relay');
    expect(dials.filter((one) => one.tab === again.name)).toEqual([]);
    await set(world, again, { hide: false, ice: [] });
    await until(world, () => vias(again).includes('direct'), 60_000, 'direct again');
  });

  test('[WAY2] [row 28] hidden with a TURN server: every attempt is for ways through it alone', async () => {
    const { dials, mutate } = watched();
    const { world, tabs } = await meet({ seed: 822, mutate }, ['anna', 'boris']);
    const [anna] = tabs as [SimTab, SimTab];
    expect(dials.every((one) => one.options.relayOnly !== true), 'control').toBe(true);
    dials.length = 0;
    await set(world, anna, { hide: true, ice: [STUN, TURN] });
    await until(world, () => vias(anna).includes('direct'), 60_000, 'through the TURN server');
    const own = dials.filter((one) => one.tab === anna.name);
    expect(own.length).toBeGreaterThan(0);
    expect(own.map((one) => [one.options.relayOnly, one.options.iceServers])).toEqual(own.map(() => [true, [STUN, TURN]]));
  });

  test('[WAY3] [limit WAY.servers] [limit WAY.textChars] what cannot be a server is refused and what was kept stays; a second tab keeps for the one with the links', async () => {
    const { dials, mutate } = watched();
    const world = createSimWorld({ seed: 823, mutate });
    const device = world.device('anna');
    const first = await world.open(device);
    const nobody = await world.wait(first.api.network.act({ act: 'set-ways', ways: { hide: false, ice: [STUN] } }).catch((error: { code: string }) => error.code));
    expect(nobody).toBe('no-identity');
    await born(world, first);
    const refused = (ice: unknown[]): Promise<unknown> => world.wait(first.api.network.act({ act: 'set-ways', ways: { hide: false, ice: ice as WayServer[] } }).then(() => 'kept', (error: { code: string }) => error.code));
    const long = 'x'.repeat(WAY_LIMITS.textChars + 1);
    expect(await refused(Array.from({ length: 8 }, () => STUN))).toBe('kept');
    for (const bad of [[...Array.from({ length: 9 }, () => STUN)], [{ urls: ['https://example.org'] }], [{ urls: ['turn:example.org'] }], [{ ...TURN, credential: long }], [{ urls: [] }], [{ urls: ['stun:a', 'stun:b'] }], [{ urls: ['stun:a b'] }]]) {
      expect(await refused(bad), JSON.stringify(bad).slice(0, 80)).toBe('bad-way');
    }
    expect(await refused([{ ...TURN, credential: 'x'.repeat(WAY_LIMITS.textChars) }])).toBe('kept');
    const second = await world.open(device);
    await set(world, second, { hide: false, ice: [TURN] });
    await world.clock.run(100);
    expect(await world.wait(first.api.network.act({ act: 'ways' }))).toEqual({ hide: false, ice: [TURN] });
    await world.wait(first.api.network.act({ act: 'hand-offer' }));
    expect(dials.at(-1)!.options.iceServers).toEqual([TURN]);
    const rows = JSON.stringify(await world.wait(device.disk.open().get('net/ways') as Promise<unknown>), (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value));
    expect(rows.includes('river'), 'sealed on the disk').toBe(false);
  });

  test('[WAY4] [limit WAY.checkMs] a server is in order when it gave the engine a way, and else not within the time', async () => {
    let answers = true;
    const asked: DialOptions[] = [];
    const world = createSimWorld({
      seed: 824,
      mutate: (deps) => ({ ...deps, dialer: { dial(options) {
        asked.push(options);
        if (answers) deps.clock.setTimer(30, () => options.onSignal({ type: 'candidate', candidate: { candidate: 'candidate:1 1 udp 1 203.0.113.9 5000 typ srflx raddr 0.0.0.0 rport 0' } }));
        else deps.clock.setTimer(30, () => options.onSignal({ type: 'candidate', candidate: { candidate: 'candidate:1 1 udp 1 10.0.0.1 5000 typ host' } }));
        return { signal: () => undefined, abort: () => undefined };
      } } }),
    });
    const anna = await world.open(world.device('anna'));
    expect(await world.wait(anna.api.network.act({ act: 'check-way', server: STUN }))).toEqual({ ok: true, ms: 30, reason: null });
    answers = false;
    expect(await world.wait(anna.api.network.act({ act: 'check-way', server: TURN }), 12_000)).toEqual({ ok: false, ms: WAY_LIMITS.checkMs, reason: 'no-answer' });
    expect(asked.map((one) => [one.iceServers, one.relayOnly])).toEqual([[[STUN], false], [[TURN], true]]);
  });

  test('[HAND4] [limit WAY.handMakeMs] an engine that never has an offer ready: it ends with a reason', async () => {
    const world = createSimWorld({ seed: 825, mutate: (deps) => ({ ...deps, dialer: { dial: () => ({ signal: () => undefined, abort: () => undefined }) } }) });
    const anna = await world.open(world.device('anna'));
    await born(world, anna);
    await world.clock.run(1_000);
    expect(await world.wait(anna.api.network.act({ act: 'hand-offer' }))).toMatchObject({ step: 'making' });
    await world.clock.run(16_000);
    expect(await world.wait(anna.api.network.act({ act: 'hand' }))).toMatchObject({ step: 'ended', reason: 'unsupported' });
  });
});
