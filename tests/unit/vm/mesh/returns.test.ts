/** FORMATS §8: redial at once on online, visibility and signaling events, no fixed back-off first; and nobody is driven to dial without pause. */
import { expect, test } from 'vitest';
import type { Bytes } from '#base/bytes';
import { watchReturns } from '#boot/kernel-client';
import type { DialOptions, SocketHandlers } from '#ports/wire';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { createScriptedServers, sessionNo } from '#tests/support/scripted-server';
import { createMesh } from '#vm/mesh/mesh';

const room = (no: number): Bytes => Uint8Array.of(no, ...new Uint8Array(31)) as Bytes;
const [ONE, TWO] = ['ws://one/signal', 'ws://two/signal'];

/** A mesh in two rooms at two servers; dials fail when the test says so. `dead`: servers that take no socket. */
async function world() {
  const clock = createSimClock();
  const random = createSeededRandom('returns');
  const crypto = createStubCrypto(random);
  const servers = createScriptedServers(clock);
  const dead = new Set<string>();
  const tried: { url: string; at: number }[] = [];
  const dials: { at: number; options: DialOptions }[] = [];
  const mesh = createMesh({
    clock, random, crypto, deviceKey: await crypto.generateSigning(), uid: new Uint8Array(32) as Bytes, 
    sockets: {
      open(url: string, handlers: SocketHandlers) {
        tried.push({ url, at: clock.monotonic() });
        if (!dead.has(url)) return servers.port.open(url, handlers);
        clock.setTimer(1, () => handlers.onClose('unreachable'));
        return { send: () => {}, buffered: () => 0, close: () => {} };
      },
    },
    dialer: {
      dial(options) {
        dials.push({ at: clock.monotonic(), options });
        return { signal: () => {}, abort: () => {} };
      },
    },
    handlers: { onLink: () => {}, onLinkClosed: () => {}, onMessage: () => {}, onDrain: () => {}, mayIntroduce: () => true, isStranger: () => false, onClockOffset: () => {}, onChange: () => {}, metric: () => {} },
  });
  mesh.setRooms([room(0), room(1)], []);
  const say = (session: Bytes, present: boolean, no: number): void => servers.sockets.find((one) => one.open)!.say({ type: 'signal:peer:v1:completed', room: room(no), session, present });
  /** Every dial fails until the next wait is long. */
  const exhaust = async (): Promise<void> => {
    for (let i = 0; i < 6; i++) {
      dials.at(-1)!.options.onFail('nobody');
      const before = dials.length;
      if (i < 5) await clock.until(() => dials.length > before, 60_000);
    }
  };
  return { clock, mesh, servers, dead, tried, dials, say, exhaust };
}

test('{V4} [limit MESH.hurryMs] a session that comes into a room is dialled at once, whatever wait its failures had earned; one that flaps is not', async () => {
  const { clock, mesh, dials, say, exhaust } = await world();
  mesh.setServers([ONE]);
  mesh.start();
  await clock.run(50);
  say(sessionNo(1), true, 0);
  await clock.run(50);
  expect(dials.length).toBe(1);
  await exhaust();
  const before = dials.length;
  // The control: the wait is long, nothing happens by itself.
  await clock.run(5_000);
  expect(dials.length).toBe(before);
  say(sessionNo(1), true, 1);
  await clock.run(10);
  expect(dials.length).toBe(before + 1);
  for (let i = 0; i < 20; i++) {
    dials.at(-1)!.options.onFail('nobody');
    say(sessionNo(1), false, 1);
    say(sessionNo(1), true, 1);
    await clock.run(50);
  }
  // One by the first event after the pause at most, the others by their own waits.
  expect(dials.length).toBeLessThanOrEqual(before + 4);
});

test('{V8} a server that answers ends the wait for the others; a link that comes up as well', async () => {
  const { clock, mesh, dead, tried } = await world();
  dead.add(ONE).add(TWO);
  mesh.setServers([ONE, TWO]);
  mesh.start();
  await clock.run(120_000);
  dead.clear();
  const [one, two] = mesh.servers().map((server) => server.retryInMs!);
  const first = Math.min(one!, two!);
  expect(Math.max(one!, two!) - first).toBeGreaterThan(100);
  const from = tried.length;
  await clock.run(first + 20);
  expect(mesh.servers().map((server) => server.state)).toEqual(['open', 'open']);
  expect(tried.length).toBe(from + 2);
});

test('{V4} the page that is online, looked at, resumed or taken out of the cache again wakes the kernel; the one that is hidden, frozen or left saves', () => {
  const heard = new Map<string, (event?: { persisted: boolean }) => void>();
  const target = { addEventListener: (name: string, fn: () => void) => void heard.set(name, fn) };
  const document = { ...target, visibilityState: 'visible' as DocumentVisibilityState };
  const did: string[] = [];
  watchReturns({ window: target as never, document: document as never, wake: () => did.push('wake'), hide: () => did.push('hide') });
  const after = (name: string, event?: { persisted: boolean }): string[] => (did.splice(0), heard.get(name)!(event), [...did]);
  expect(['online', 'visibilitychange', 'resume'].map((name) => after(name))).toEqual([['wake'], ['wake'], ['wake']]);
  expect([after('pageshow', { persisted: true }), after('pageshow', { persisted: false })]).toEqual([['wake'], []]);
  document.visibilityState = 'hidden';
  expect(['visibilitychange', 'freeze', 'pagehide'].map((name) => after(name))).toEqual([['hide'], ['hide'], ['hide']]);
});

test('{V4} network.retry: what waits is dialled now, servers and sessions', async () => {
  const { clock, mesh, dead, tried, dials, say, exhaust } = await world();
  dead.add(TWO);
  mesh.setServers([ONE, TWO]);
  mesh.start();
  await clock.run(100_000);
  say(sessionNo(1), true, 0);
  await clock.run(50);
  await exhaust();
  const [servers, sessions] = [tried.length, dials.length];
  await clock.run(500);
  expect([tried.length - servers <= 1, dials.length]).toEqual([true, sessions]);
  const tries = tried.length;
  mesh.redial();
  await clock.run(10);
  expect([tried.length, dials.length]).toEqual([tries + 1, sessions + 1]);
});
