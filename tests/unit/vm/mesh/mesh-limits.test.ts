/** Limits of the mesh, met by servers and sessions that say and ask more than they should, and by networks in which nothing works. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import type { DialOptions, Wire } from '#ports/wire';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { createScriptedServers, sessionNo, type ScriptedSocket } from '#tests/support/scripted-server';
import { createMesh } from '#vm/mesh/mesh';
import { createRelayWire } from '#vm/mesh/relay-wire';
import { createSignalingClient } from '#vm/mesh/signaling-client';
import { encodePeerSignal, type PeerSignal } from '#vm/mesh/signal-codec';

const room = (no: number): Bytes => Uint8Array.of(no >> 8, no & 255, ...new Uint8Array(30)) as Bytes;

interface Dial {
  readonly at: number;
  readonly options: DialOptions;
  aborted: boolean;
}

/** A mesh whose servers and direct attempts are the test's. */
async function meshWorld(options: { rooms?: number; servers?: readonly string[] } = {}) {
  const clock = createSimClock();
  const random = createSeededRandom('mesh limits');
  const crypto = createStubCrypto(random);
  const servers = createScriptedServers(clock);
  const dials: Dial[] = [];
  const metrics = new Map<string, number>();
  const mesh = createMesh({
    clock, random, crypto, deviceKey: await crypto.generateSigning(), uid: new Uint8Array(32), sockets: servers.port, 
    dialer: {
      dial(dialOptions) {
        const dial: Dial = { at: clock.monotonic(), options: dialOptions, aborted: false };
        dials.push(dial);
        return { signal: () => {}, abort: () => void (dial.aborted = true) };
      },
    },
    handlers: {
      onLink: () => {}, onLinkClosed: () => {}, onMessage: () => {}, onDrain: () => {}, mayIntroduce: () => true, isStranger: () => false,
      onClockOffset: () => {}, onChange: () => {}, metric: (name, add) => void metrics.set(name, (metrics.get(name) ?? 0) + add),
    },
  });
  const count = options.rooms ?? 1;
  mesh.setRooms(Array.from({ length: count }, (_, no) => room(no)), []);
  mesh.setServers(options.servers ?? ['ws://one/signal']);
  mesh.start();
  await clock.run(50);
  const socket = (): ScriptedSocket => servers.sockets.at(-1)!;
  return {
    clock, servers, mesh, dials, metrics, socket,
    peer: (session: Bytes, present = true, no = 0) => socket().say({ type: 'signal:peer:v1:completed', room: room(no), session, present }),
    signal: (from: Bytes, signal: PeerSignal) => socket().say({ type: 'signal:forward:v1:completed', room: room(0), from, data: encodePeerSignal(signal)! }),
    joined: (no = 0) => socket().say({ type: 'signal:join:v1:completed', room: room(no), sessions: [], ticket: new Uint8Array(9) }),
  };
}

describe('a server that names too much', () => {
  test('[limit MESH.known MESH.activeMax] a thousand sessions in many rooms: 512 are known, at most 8 are dialled, and who is named again later is known then', async () => {
    const { clock, peer, dials, metrics } = await meshWorld({ rooms: 20 });
    for (let no = 0; no < 1_000; no++) peer(sessionNo(no), true, Math.floor(no / 50));
    await clock.run(50);
    expect(metrics.get('mesh.known_full')).toBe(488);
    expect(dials.length).toBeLessThanOrEqual(8);
    for (let no = 500; no < 512; no++) peer(sessionNo(no), false, 10);
    peer(sessionNo(990), false, 19);
    peer(sessionNo(990), true, 19);
    expect(metrics.get('mesh.known_full')).toBe(488);
  });

  test('[limit SIGNAL.sessions] a thousand sessions in one room: as many as a room may hold are kept of it', async () => {
    const { peer, metrics, dials, clock } = await meshWorld();
    for (let no = 0; no < 1_000; no++) peer(sessionNo(no));
    await clock.run(50);
    expect([metrics.get('mesh.known_full'), dials.length > 0]).toEqual([undefined, true]);
    for (let no = 0; no < 64; no++) peer(sessionNo(no), false);
    peer(sessionNo(2_000));
    await clock.run(30_000);
    expect(dials.length).toBeLessThan(60);
  });

  test('[limit MESH.relayRoutes] routes nobody asked for: 256 of one server are held, the next ones are not taken, and it is told so', async () => {
    const { clock, socket, peer } = await meshWorld();
    const frame = (no: number): Bytes => Uint8Array.of(no >> 8, no, 2, 3, 4, 5, 6, 7) as Bytes;
    for (let no = 0; no < 300; no++) {
      if (no < 64) peer(sessionNo(no));
      socket().say({ type: 'relay:open:v1:completed', room: room(0), peer: sessionNo(0), route: frame(no), initiator: false });
    }
    await clock.run(10);
    // Each route that was taken says its hello.
    expect(new Set(socket().of('relay:frame:v1:requested').map((m) => toBase64url(m.route))).size).toBe(256);
    expect(socket().of('relay:close:v1:requested').map((m) => toBase64url(m.route))).toEqual(Array.from({ length: 44 }, (_, at) => toBase64url(frame(256 + at))));
  });
});

describe('what a peer asks of servers', () => {
  test('[limit MESH.servers] of twelve servers eight are used', async () => {
    const { servers } = await meshWorld({ servers: Array.from({ length: 12 }, (_, no) => `ws://s${no}/signal`) });
    expect(servers.sockets).toHaveLength(8);
  });

  test('[limit MESH.rooms] of 300 rooms 256 are joined', async () => {
    const { socket } = await meshWorld({ rooms: 300 });
    expect(socket().of('signal:join:v1:requested')).toHaveLength(256);
  });

  test('[limit MESH.helloMs MESH.reconnectFirstMs MESH.reconnectMaxMs] a server that takes sockets and never answers is left after 8 s and tried again, ever more rarely', async () => {
    const { clock, servers, mesh } = await meshWorld({ servers: [] });
    servers.greets = false;
    mesh.setServers(['ws://mute/signal']);
    await clock.run(7_900);
    expect(servers.sockets.map((s) => s.open)).toEqual([true]);
    await clock.run(200);
    expect(servers.sockets.map((s) => s.open)).toEqual([false]);
    await clock.run(700);
    expect(servers.sockets).toHaveLength(2);
    await clock.run(600_000);
    // 8 s without a hello and at most 15 s of rest.
    expect(servers.sockets.length).toBeGreaterThan(600 / 24);
    expect(servers.sockets.length).toBeLessThan(600 / 20 + 8);
  });

  test('[limit MESH.serverPingMs MESH.serverDeadMs] a server that falls silent is pinged every 15 s and left after 40 s', async () => {
    const { clock, servers } = await meshWorld();
    servers.pongs = false;
    await clock.run(44_000);
    expect(servers.sockets[0]!.of('signal:ping:v1:requested')).toHaveLength(2);
    expect(servers.sockets[0]!.open).toBe(true);
    await clock.run(3_000);
    expect(servers.sockets[0]!.open).toBe(false);
    expect(servers.sockets).toHaveLength(2);
  });
});

describe('a session that asks again and again', () => {
  const ours = sessionNo(1, 0);

  test('[limit MESH.relayAskMs] "take a relay" a hundred times in 10 s: the server is asked every 2 s', async () => {
    const { clock, peer, signal, socket, joined } = await meshWorld();
    joined();
    peer(ours);
    for (let i = 0; i < 100; i++) {
      signal(ours, { kind: 'relay' });
      await clock.run(100);
    }
    expect(socket().of('relay:open:v1:requested').length).toBeGreaterThan(3);
    expect(socket().of('relay:open:v1:requested').length).toBeLessThanOrEqual(6);
  });

  test('[limit MESH.wantMs] "dial me" a hundred times in a second: a dial of which nothing was heard is started anew every half second', async () => {
    const { clock, peer, signal, dials } = await meshWorld();
    peer(sessionNo(7));
    for (let i = 0; i < 100; i++) {
      signal(sessionNo(7), { kind: 'want' });
      await clock.run(10);
    }
    expect(dials.length).toBeGreaterThan(1);
    expect(dials.length).toBeLessThanOrEqual(3);
    expect(dials.filter((dial) => !dial.aborted)).toHaveLength(1);
  });

  test('[limit MESH.fullMs] one who says "full" is left alone for 30 s', async () => {
    const { clock, peer, signal, dials } = await meshWorld();
    peer(sessionNo(7));
    await clock.run(10);
    signal(sessionNo(7), { kind: 'full' });
    const before = dials.length;
    await clock.run(29_000);
    expect(dials.length).toBe(before);
    await clock.run(2_000);
    expect(dials.length).toBe(before + 1);
  });

  test('[limit MESH.fullJoinMs] one that a join waits for is asked again after 2 s, as one that must not be lost', async () => {
    const { clock, peer, signal, dials, mesh } = await meshWorld();
    mesh.setRooms([room(0)], [room(0)]);
    peer(sessionNo(7));
    await clock.run(10);
    for (let times = 0; times < 3; times++) {
      signal(sessionNo(7), { kind: 'full' });
      const before = dials.length;
      await clock.run(1_900);
      expect(dials.length).toBe(before);
      await clock.run(200);
      expect(dials.length).toBe(before + 1);
    }
  });

  test('[limit MESH.joinDialMs] one that a join waits for and that nothing is heard of is tried again within 7 s, another one after 20', async () => {
    for (const urgent of [true, false]) {
      const { clock, peer, socket, mesh } = await meshWorld();
      mesh.setRooms([room(0)], urgent ? [room(0)] : []);
      // The greater session starts nothing by itself: it says that it wants to be dialled.
      peer(new Uint8Array(16) as Bytes);
      const wants = (): number => socket().heard.filter(({ type }) => type.startsWith('signal:forward')).length;
      await clock.run(10);
      const before = wants();
      await clock.run(7_000);
      expect(wants() - before, String(urgent)).toBe(urgent ? 2 : 1);
    }
  });

  test('[limit MESH.dialMs MESH.retryMs] attempts that lead nowhere end after 20 s, and are made ever more rarely, at least twice a minute or so', async () => {
    const { clock, peer, dials, mesh } = await meshWorld();
    // A join waits for it: without one it is left alone for longer after three tries (reach.test.ts).
    mesh.setRooms([room(0)], [room(0)]);
    peer(sessionNo(7));
    await clock.run(19_900);
    expect(dials.map((dial) => dial.aborted)).toEqual([false]);
    await clock.run(200);
    expect(dials[0]!.aborted).toBe(true);
    await clock.run(600_000);
    // An attempt takes up to 22.5 s with its relay, a rest up to 30 s.
    expect(dials.length).toBeGreaterThan(600 / 60);
    expect(dials.length).toBeLessThan(600 / 45 + 8);
    expect(dials.filter((dial) => !dial.aborted).length).toBeLessThanOrEqual(1);
  });
});

describe('a relay route', () => {
  const route = () => {
    const pipe = { buffered: 0, woken: 0, closed: null as string | null, sent: 0 };
    const relay = createRelayWire(new Uint8Array(32), true, {
      send: () => void (pipe.sent += 1), buffered: () => pipe.buffered, wake: () => void (pipe.woken += 1), closed: (reason) => void (pipe.closed = reason),
    });
    return { pipe, relay, wire: relay.wire as Wire };
  };

  test('[limit MESH.earlyFrames] frames before anybody listens: 64 are kept, in order; one more closes the route', () => {
    const kept = route();
    for (let i = 0; i < 64; i++) kept.relay.deliver('live', Uint8Array.of(i));
    const got: number[] = [];
    kept.wire.onFrame = (_channel, frame) => void got.push(frame[0]!);
    expect(got).toEqual(Array.from({ length: 64 }, (_, i) => i));
    const flooded = route();
    for (let i = 0; i < 65; i++) flooded.relay.deliver('live', Uint8Array.of(i));
    expect([kept.pipe.closed, flooded.pipe.closed]).toEqual([null, 'flood']);
    flooded.wire.onFrame = () => void got.push(-1);
    expect(got).toHaveLength(64);
  });

  test('[limit MESH.socketHighWater MESH.relayQueueBytes] a socket that does not empty: above 256 KiB bulk waits for a drain, a route that goes on above 4 MiB is closed', () => {
    const { pipe, relay, wire } = route();
    const drained: string[] = [];
    wire.onDrain = (channel) => void drained.push(channel);
    pipe.buffered = 262_143;
    expect([wire.buffered('bulk'), pipe.woken]).toEqual([262_143, 0]);
    pipe.buffered = 262_144;
    expect([wire.buffered('bulk'), pipe.woken]).toEqual([262_144, 1]);
    relay.pump();
    expect(drained).toEqual([]);
    pipe.buffered = 1_000;
    relay.pump();
    expect(drained).toEqual(['live', 'bulk']);
    pipe.buffered = 4_194_304;
    wire.send('live', new Uint8Array(1));
    expect(pipe.closed).toBe(null);
    pipe.buffered += 1;
    wire.send('live', new Uint8Array(1));
    expect(pipe.closed).toBe('slow');
  });

  test('a route that is held takes nothing more, whatever room the socket has, and goes on when it is let go', () => {
    const { pipe, relay, wire } = route();
    const drained: string[] = [];
    wire.onDrain = (channel) => void drained.push(channel);
    relay.hold(true);
    expect([wire.buffered('live'), wire.buffered('bulk'), pipe.woken]).toEqual([Infinity, Infinity, 0]);
    relay.pump();
    expect(drained).toEqual([]);
    relay.hold(false);
    expect([drained, wire.buffered('bulk')]).toEqual([['live', 'bulk'], 0]);
  });

  test('[limit MESH.wakeMs] however many routes meet a full socket, it is looked at again every 20 ms, and all go on when it is not full', async () => {
    const clock = createSimClock();
    const servers = createScriptedServers(clock);
    const wires: Wire[] = [];
    const client = createSignalingClient({
      url: 'ws://one/signal', session: sessionNo(1), sockets: servers.port, clock, random: createSeededRandom('wake'),
      handlers: { onPeer: () => {}, onSignal: () => {}, onRelay: (_s, _peer, wire) => void wires.push(wire), onClockOffset: () => {}, onIce: () => {}, onChange: () => {}, onDown: () => {} },
    });
    client.start();
    await clock.run(50);
    const socket = servers.sockets[0]!;
    for (let no = 0; no < 10; no++) socket.say({ type: 'relay:open:v1:completed', room: room(0), peer: sessionNo(no), route: Uint8Array.of(no, 0, 0, 0, 0, 0, 0, 0), initiator: false });
    let [looks, full, drains] = [0, 300_000, 0];
    Object.defineProperty(socket, 'buffered', { get: () => ((looks += 1), full) });
    for (const wire of wires) wire.onDrain = (channel) => void (drains += channel === 'bulk' ? 1 : 0);
    for (const wire of wires) for (let i = 0; i < 5; i++) wire.buffered('bulk');
    looks = 0;
    await clock.run(1_000);
    expect(looks).toBeGreaterThan((1_000 / 20 - 3) * wires.length);
    expect(looks).toBeLessThanOrEqual((1_000 / 20 + 1) * wires.length);
    full = 0;
    await clock.run(21);
    expect([drains, wires.length]).toEqual([10, 10]);
  });
});
