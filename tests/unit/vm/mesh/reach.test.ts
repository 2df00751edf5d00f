/** Supervision of links (K12): three tries in vain, then a state to see; tried again at once by an act or by news, once a minute by itself. */
import { describe, expect, test } from 'vitest';
import type { Bytes } from '#base/bytes';
import { decodeSignal, type IceServer } from '#ports/signaling';
import type { DialOptions } from '#ports/wire';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { createWorld, deviceOf, equalStores, fragmentNo, type World } from '#tests/support/mesh-world';
import { createScriptedServers, sessionNo } from '#tests/support/scripted-server';
import { createMesh } from '#vm/mesh/mesh';
import { encodePeerSignal } from '#vm/mesh/signal-codec';

const room = (no: number): Bytes => Uint8Array.of(no, ...new Uint8Array(31)) as Bytes;
const [ONE, TWO] = ['ws://one/signal', 'ws://two/signal'];
const PEER = sessionNo(1);

/** A mesh in three rooms whose dials lead nowhere, in rooms where whoever signals proves to know their key. */
async function world(options: { urgent?: boolean } = {}) {
  const clock = createSimClock();
  const random = createSeededRandom('reach');
  const crypto = createStubCrypto(random);
  const servers = createScriptedServers(clock);
  const dials: { at: number; options: DialOptions }[] = [];
  let changes = 0;
  const mesh = createMesh({
    clock, random, crypto, deviceKey: await crypto.generateSigning(), uid: new Uint8Array(32) as Bytes, sockets: servers.port,
    dialer: {
      dial(dial) {
        dials.push({ at: clock.monotonic(), options: dial });
        return { signal: () => {}, abort: () => {} };
      },
    },
    handlers: {
      onLink: () => {}, onLinkClosed: () => {}, onMessage: () => {}, onDrain: () => {}, mayIntroduce: () => true, isStranger: () => false, onClockOffset: () => {},
      onChange: () => void (changes += 1), metric: () => {},
    },
    proofs: {
      spacesOf: () => [], shares: () => false, hasProved: () => true, isAnchor: () => false, anchorSessions: () => new Set(), knock: () => null,
      knows: (_from, _to, proof) => proof === 'k'.repeat(22), linksIn: () => null,
    },
  });
  mesh.setRooms([room(0), room(1)], options.urgent ? [room(0)] : []);
  mesh.setServers([ONE]);
  mesh.start();
  await clock.run(50);
  const socket = (url = ONE) => servers.sockets.findLast((one) => one.url === url && one.open)!;
  const seen = (no: number, url = ONE, present = true): void => socket(url).say({ type: 'signal:peer:v1:completed', room: room(no), session: PEER, present });
  const says = (kind: 'want' | 'relay', proof: string | null): void => socket().say({ type: 'signal:forward:v1:completed', room: room(0), from: PEER, data: encodePeerSignal({ kind }, { need: false, knock: proof })! });
  const greet = (url: string, ice: readonly IceServer[]): void => socket(url).say({ type: 'signal:hello:v1:completed', session: mesh.session, time: clock.now(), relay: new Uint8Array(32), limits: { rooms: 1_000, sessions: 64, rate: 100, relay_bytes: 1e9, idle_ms: 60_000 }, ice });
  return { clock, mesh, servers, dials, seen, says, greet, changes: () => changes };
}

/** The session is around, knows the key of its room, and was tried until it counts as not reached; no dial is under way. */
async function unreached() {
  const w = await world();
  w.seen(0);
  await w.clock.run(100);
  w.says('relay', 'k'.repeat(22));
  expect(await w.clock.until(() => w.mesh.unreached().length === 1, 120_000)).toBe(true);
  expect(await w.clock.until(() => w.mesh.unreached()[0]!.trying === false, 60_000)).toBe(true);
  return w;
}

describe('a connection that was changed on its way', () => {
  test('[row 12] another certificate than the signal named is told with the server that introduced the two; a dial that fails otherwise is not', async () => {
    const w = await world();
    w.seen(0);
    await w.clock.run(100);
    w.dials[0]!.options.onFail('ice');
    expect(w.mesh.altered(), 'control').toEqual([]);
    expect(await w.clock.until(() => w.dials.length === 2, 60_000)).toBe(true);
    const before = w.changes();
    w.dials[1]!.options.onFail('fingerprint');
    expect(w.mesh.altered()).toEqual([{ via: 'direct', servers: [ONE], times: 1, since: w.clock.now(), last: w.clock.now() }]);
    expect(w.changes()).toBeGreaterThan(before);
  });
});

describe('a session that no way leads to', () => {
  test('[limit MESH.tries MESH.unreachedMs] {K12} after two tries in vain nothing is told, after three it is, since the first; then one try a minute', async () => {
    const w = await world();
    w.seen(0);
    await w.clock.run(100);
    w.says('relay', 'k'.repeat(22));
    expect(await w.clock.until(() => w.dials.length === 3, 120_000)).toBe(true);
    expect(w.mesh.unreached()).toEqual([]);
    const before = w.changes();
    expect(await w.clock.until(() => w.mesh.unreached().length === 1, 30_000)).toBe(true);
    expect(w.mesh.unreached()).toMatchObject([{ device: null, tries: 3, trying: false }]);
    // The first try ended a good 20 s after it began.
    const since = w.clock.now() - w.mesh.unreached()[0]!.since;
    expect(since).toBeGreaterThan(40_000);
    expect(since).toBeLessThan(70_000);
    expect(w.changes()).toBeGreaterThan(before);
    const at = w.clock.monotonic();
    await w.clock.run(59_000);
    expect(w.dials).toHaveLength(3);
    await w.clock.run(2_000);
    expect(w.dials).toHaveLength(4);
    expect(w.mesh.unreached()).toMatchObject([{ tries: 3, trying: true }]);
    expect(w.dials[3]!.at - at).toBeGreaterThanOrEqual(59_900);
    await w.clock.run(600_000);
    expect(w.mesh.unreached()).toHaveLength(1);
    expect(w.dials.length).toBeGreaterThan(600 / 90);
    expect(w.dials.length).toBeLessThan(600 / 60 + 5);
  });

  test('a session that says nothing, or cannot prove to know a room, is tried as often and never told: a server can invent it', async () => {
    for (const proof of [undefined, null, 'x'.repeat(22)]) {
      const w = await world();
      w.seen(0);
      await w.clock.run(100);
      if (proof !== undefined) w.says('relay', proof);
      await w.clock.run(300_000);
      expect(w.dials.length).toBeGreaterThan(3);
      expect(w.mesh.unreached()).toEqual([]);
    }
  });

  test('one that left every room is no longer told', async () => {
    const w = await unreached();
    w.seen(0, ONE, false);
    expect(w.mesh.unreached()).toEqual([]);
  });

  test('one that a join waits for is told as well, and tried as often as before', async () => {
    const w = await world({ urgent: true });
    w.seen(0);
    await w.clock.run(100);
    w.says('relay', 'k'.repeat(22));
    await w.clock.run(600_000);
    expect(w.mesh.unreached()).toHaveLength(1);
    expect(w.dials.length).toBeGreaterThan(600 / 60);
  });
});

describe('what ends the wait at once', () => {
  const news: readonly [name: string, happens: (w: Awaited<ReturnType<typeof unreached>>) => Promise<void>][] = [
    ['the act "Try now", the network back, the page looked at', async ({ mesh }) => mesh.redial()],
    ['it comes into another room', async ({ seen }) => seen(1)],
    ['it leaves and announces itself anew', async ({ seen }) => (seen(0, ONE, false), seen(0))],
    ['another server names it', async ({ mesh, clock, seen }) => {
      mesh.setServers([ONE, TWO]);
      await clock.run(50);
      seen(0, TWO);
    }],
    ['a server offers a TURN server', async ({ clock, greet, mesh }) => {
      mesh.setServers([ONE, TWO]);
      await clock.run(2);
      greet(TWO, [{ urls: ['turn:turn.example.org'], username: 'u', credential: 'c' }] as never);
    }],
    ['it asks to be dialled itself', async ({ says }) => says('want', 'k'.repeat(22))],
  ];

  test.each(news)('%s', async (_name, happens) => {
    const w = await unreached();
    await w.clock.run(5_000);
    // The control: nothing happens by itself meanwhile.
    expect(w.dials).toHaveLength(3);
    await happens(w);
    await w.clock.run(60);
    expect(w.dials).toHaveLength(4);
  });
});

/** Servers that carry no relay frame: with no direct way two peers see each other and cannot meet. */
function withoutRelay(world: World): void {
  const { port } = world.server;
  const { open } = port;
  Object.assign(port, {
    open: (...args: Parameters<typeof open>) => {
      const socket = open.call(port, ...args);
      return {
        send: (bytes: Uint8Array) => {
          const read = decodeSignal(bytes.slice());
          if (!read.ok || !read.value.type.startsWith('relay:')) socket.send(bytes as never);
        },
        buffered: () => socket.buffered(),
        close: (...why: []) => socket.close(...why),
      };
    },
  });
}

describe('two peers behind a wall', () => {
  test('both say so; when the wall falls without a word they meet within two minutes, by the act at once; and a link that comes up clears it', async () => {
    for (const act of [false, true]) {
      const w = createWorld('wall');
      withoutRelay(w);
      let reachable = false;
      w.net.reachable = () => reachable;
      const [a, b] = [await w.peer('a'), await w.peer('b')];
      await a.write(fragmentNo(1));
      expect(await w.clock.until(() => [a, b].every((peer) => peer.replication.unreached().length === 1), 300_000)).toBe(true);
      expect(a.replication.unreached()[0]!.tries).toBeGreaterThanOrEqual(3);
      await w.clock.run(600_000);
      reachable = true;
      if (act) b.replication.redial();
      expect(await w.clock.until(() => equalStores([a, b]), act ? 3_000 : 120_000)).toBe(true);
      expect([a, b].map((peer) => peer.replication.unreached())).toEqual([[], []]);
    }
  });

  test('a device that was linked once is named', async () => {
    const w = createWorld('named');
    const [a, b] = [await w.peer('a'), await w.peer('b')];
    await a.write(fragmentNo(1));
    expect(await w.clock.until(() => equalStores([a, b]), 3_000)).toBe(true);
    await w.clock.run(1_000);
    w.net.reachable = () => false;
    w.net.passes = () => false;
    expect(await w.clock.until(() => a.replication.unreached().length > 0, 300_000)).toBe(false);
    // The relay carries the link; without it nothing does.
    const c = createWorld('named');
    withoutRelay(c);
    const [d, e] = [await c.peer('a'), await c.peer('b')];
    await d.write(fragmentNo(1));
    expect(await c.clock.until(() => equalStores([d, e]), 3_000)).toBe(true);
    await c.clock.run(1_000);
    c.net.reachable = () => false;
    c.net.pairs[0]!.pair.cut();
    expect(await c.clock.until(() => d.replication.unreached().length === 1, 300_000)).toBe(true);
    expect(d.replication.unreached()[0]!.device).toBe(deviceOf(e));
  });
});
