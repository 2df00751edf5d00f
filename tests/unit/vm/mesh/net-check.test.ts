/** The network check finds what is well, and says what is not: server down, wrong server, relay refused, no direct way. */
import { expect, test } from 'vitest';
import type { Bytes } from '#base/bytes';
import type { SocketPort } from '#ports/wire';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { createSimServer } from '#tests/sim/support/sim-sockets';
import { createSimDialNetwork } from '#tests/sim/support/sim-wire';
import { checkNetwork, type CheckLine, type NetCheckDeps } from '#vm/mesh/net-check';

function world(change: (deps: NetCheckDeps) => Partial<NetCheckDeps> = () => ({})) {
  const clock = createSimClock();
  const random = createSeededRandom('net-check');
  const server = createSimServer(clock, (n) => random.bytes(n) as Bytes);
  const network = createSimDialNetwork(clock, () => 0.5, { latencyMs: 4 });
  const deps: NetCheckDeps = { clock, random, sockets: server.port, dialer: network.dialer('me'), servers: ['ws://one/signal'], iceServers: [] };
  const run = async (): Promise<CheckLine[]> => {
    let lines: CheckLine[] | null = null;
    void checkNetwork({ ...deps, ...change(deps) }).then((found) => (lines = found));
    await clock.until(() => lines !== null, 60_000);
    return lines!;
  };
  return { clock, server, network, run };
}

const states = (lines: readonly CheckLine[]): string[] => lines.map(({ name, state, reason }) => `${name} ${state}${reason === null ? '' : ` ${reason}`}`);

test('{V8}{V9} all is well: server, introduction, relay and a direct connection, each with its time; sockets and connections are closed again', async () => {
  const { server, run, clock } = world();
  const lines = await run();
  expect(states(lines)).toEqual(['server ok', 'signal ok', 'relay ok', expect.stringMatching(/^direct ok/), 'stun skipped none-named']);
  for (const line of lines.slice(0, 4)) expect(line.ms, line.name).toBeGreaterThan(0);
  expect(lines[2]!.ms, 'there and back through the server').toBeGreaterThanOrEqual(20);
  await clock.run(1_000);
  expect(server.stats()).toMatchObject({ sockets: 0, rooms: 0 });
});

test('the server is down, or is no signaling server: the step that failed and why; the rest is checked all the same', async () => {
  const down = world();
  down.server.down();
  expect(states(await down.run())).toEqual([expect.stringMatching(/^server failed (?!timeout)./), 'signal skipped no-server', 'relay skipped no-server', expect.stringMatching(/^direct ok/), 'stun skipped none-named']);
  const silent: SocketPort = { open: (_url, handlers) => (handlers.onOpen(), { send: () => undefined, buffered: () => 0, close: () => undefined }) };
  const deaf = world(() => ({ sockets: silent }));
  const from = deaf.clock.monotonic();
  expect(states(await deaf.run())[0]).toBe('server failed timeout');
  expect(deaf.clock.monotonic() - from).toBeLessThan(15_000);
});

test('two servers, one of them dead: each has its own lines', async () => {
  const { run } = world((deps) => ({
    servers: ['ws://one/signal', 'ws://dead/signal'],
    sockets: { open: (url, handlers) => {
      if (!url.includes('dead')) return deps.sockets.open(url, handlers);
      deps.clock.setTimer(3, () => handlers.onClose('unreachable'));
      return { send: () => undefined, buffered: () => 0, close: () => undefined };
    } },
  }));
  const lines = await run();
  expect(lines.filter((line) => line.url === 'ws://one/signal').map((line) => line.state)).toEqual(['ok', 'ok', 'ok']);
  expect(lines.filter((line) => line.url === 'ws://dead/signal').map((line) => line.state)).toEqual(['failed', 'skipped', 'skipped']);
});

test('no direct way, no WebRTC at all, and a STUN server that does not answer', async () => {
  const blocked = world();
  blocked.network.passes = () => false;
  expect(states(await blocked.run()).slice(3)).toEqual([expect.stringMatching(/^direct failed/), 'stun skipped none-named']);
  const without = world(() => ({ dialer: { dial: (options) => (options.onFail('unsupported'), { signal: () => undefined, abort: () => undefined }) } }));
  expect(states(await without.run())[3]).toBe('direct failed unsupported');
  const named = world(() => ({ iceServers: [{ urls: 'stun:198.51.100.1' }] }));
  expect(states(await named.run())[4]).toBe('stun failed timeout');
});

test('[limit MESH.checkMs MESH.checkStunMs] connections that never come up and STUN servers that never answer: the check goes on after 6 s and 3 s', async () => {
  const took = async (change: (deps: NetCheckDeps) => Partial<NetCheckDeps>): Promise<number> => {
    const one = world((deps) => ({ servers: [], ...change(deps) }));
    const from = one.clock.monotonic();
    await one.run();
    return one.clock.monotonic() - from;
  };
  const never = await took(() => ({ dialer: { dial: () => ({ signal: () => undefined, abort: () => undefined }) } }));
  expect([never >= 6_000, never < 6_500]).toEqual([true, true]);
  const stun = await took(() => ({ iceServers: [{ urls: 'stun:198.51.100.1' }] }));
  expect([stun >= 3_000, stun < 3_500]).toEqual([true, true]);
});
