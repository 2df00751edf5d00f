import { describe, expect, it } from 'vitest';
import { concat, toBase64url, type Bytes } from '#base/bytes';
import { sessionOf } from '#ports/session-name';
import type { Channel, Wire } from '#ports/wire';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { createSimServer } from '#tests/sim/support/sim-sockets';
import { createScriptedServers } from '#tests/support/scripted-server';
import { createLink } from '#vm/mesh/link';
import type { Link } from '#vm/mesh/link-types';
import { createSignalingClient, type SignalingClient } from '#vm/mesh/signaling-client';
import { decodePeerSignal, encodePeerSignal } from '#vm/mesh/signal-codec';

const ROOM = new Uint8Array(32).fill(4) as Bytes;
const rooms = new Map([[toBase64url(ROOM), ROOM]]);

function world() {
  const clock = createSimClock();
  const random = createSeededRandom('signaling');
  const server = createSimServer(clock, (n) => random.bytes(n));
  const client = (no: number, openElsewhere: (() => boolean) | null = null, session = new Uint8Array(16).fill(no) as Bytes, secret: Bytes | null = null, linksIn: (() => number | null) | null = null) => {
    const log = { peers: [] as string[], signals: [] as string[], wires: [] as Wire[], offsets: [] as number[], ice: [] as unknown[], downs: 0 };
    const it: SignalingClient = createSignalingClient({
      url: 'ws://sim/signal', session, sockets: server.port, clock, random, ...(openElsewhere && { openElsewhere }), ...(secret && { secret }),
      handlers: {
        onPeer: (_s, _r, peer, present) => log.peers.push(`${present ? '+' : '-'}${peer[0]}`),
        onSignal: (_s, _r, from, data) => log.signals.push(`${from[0]}:${new TextDecoder().decode(data)}`),
        onRelay: (_s, _peer, wire) => log.wires.push(wire),
        onClockOffset: (ms) => log.offsets.push(ms), onIce: (_s, ice) => log.ice.push(ice), onChange: () => {}, onDown: () => (log.downs += 1), ...(linksIn && { linksIn }),
      },
    });
    it.setRooms(rooms);
    it.start();
    return { it, log, session };
  };
  return { clock, server, client };
}

describe('signaling client', () => {
  it('hello, rooms, peers, signals; leaving a room tells the others', async () => {
    const { clock, client } = world();
    const [a, b] = [client(1), client(2)];
    await clock.run(200);
    expect([a.log.peers, b.log.peers]).toEqual([['+2'], ['+1']]);
    expect(a.it.forward(b.session, new TextEncoder().encode('hi') as Bytes)).toBe(true);
    expect(a.it.forward(new Uint8Array(16).fill(9) as Bytes, new Uint8Array(1) as Bytes)).toBe(false);
    b.it.setRooms(new Map());
    await clock.run(200);
    expect(b.log.signals).toEqual(['1:hi']);
    expect(a.log.peers).toEqual(['+2', '-2']);
    expect(Math.abs(a.log.offsets[0]!)).toBeLessThanOrEqual(5);
  });

  it('70 who wait in a room for a beacon that comes back do not keep it out: the room thins out, and who has a route by it stays. Control: where all want to be met it is full', async () => {
    for (const [waiting, inside] of [[Infinity, true], [null, false]] as const) {
      const { clock, client } = world();
      const crowd = Array.from({ length: 70 }, (_, no) => client(no + 1, null, undefined, null, () => waiting));
      await clock.run(30_000);
      const beacon = client(100, null, undefined, null, () => null);
      await clock.run(30_000);
      const met = beacon.log.peers.filter((peer) => peer.startsWith('+')).length;
      expect(met > 0, `${waiting}: it is in the room`).toBe(inside);
      if (!inside) continue;
      expect(met, 'and meets those whose lot it is').toBeGreaterThanOrEqual(24);
      const asked = crowd.filter((one) => one.it.openRelay(beacon.session));
      for (const one of asked) beacon.it.openRelay(one.session);
      await clock.run(5_000);
      expect(asked.filter((one) => one.log.wires.length === 1).length).toBe(asked.length);
      // Nobody waits for it any more, the routes go on: without a room in common the server would end them.
      const ended: string[] = [];
      for (const { log } of asked) log.wires[0]!.onClose = (reason) => void ended.push(reason);
      for (const one of asked) one.it.setRooms(new Map());
      await clock.run(20_000);
      expect(ended).toEqual([]);
      beacon.it.stop();
      await clock.run(1_000);
      expect(ended.length, 'control: told when it goes').toBe(asked.length);
    }
  });

  it('one server under two addresses: the replaced client rests while the other is open, then comes back', async () => {
    const { clock, client } = world();
    const both: ReturnType<typeof client>[] = [];
    for (const no of [0, 1]) {
      both.push(client(1, () => both[1 - no]?.it.open === true));
      await clock.run(200);
    }
    const [on, off] = both.sort((x, y) => Number(y.it.open) - Number(x.it.open));
    await clock.run(40_000);
    off!.it.redial();
    await clock.run(200);
    expect([on!.it.open, off!.it.open, on!.log.downs], 'no struggle').toEqual([true, false, 0]);
    on!.it.stop();
    await clock.run(20_000);
    expect(off!.it.open).toBe(true);
  });

  it('who saw a session in a room and says hello with it cannot keep its owner out, also when it was there first', async () => {
    const { clock, client } = world();
    const secret = new Uint8Array(32).fill(9) as Bytes;
    const session = sessionOf(secret);
    const stranger = client(0, null, session);
    await clock.run(200);
    const owner = client(0, null, session, secret);
    const other = client(1);
    await clock.run(60_000);
    expect([owner.it.status().state, stranger.it.status()]).toMatchObject(['open', { state: 'closed', reason: 'session_taken' }]);
    expect(other.it.forward(session, new Uint8Array(1) as Bytes)).toBe(true);
    await clock.run(200);
    expect([owner.log.signals.length, stranger.log.signals.length]).toEqual([1, 0]);
  });

  it('a server of a build before, which does not know the hello with a secret, is greeted as it wants', async () => {
    const clock = createSimClock();
    const servers = createScriptedServers(clock);
    servers.greets = false;
    const secret = new Uint8Array(32).fill(9) as Bytes;
    const session = sessionOf(secret);
    const client = createSignalingClient({
      url: 'ws://old/signal', session, secret, sockets: servers.port, clock, random: createSeededRandom('old'),
      handlers: { onPeer: () => {}, onSignal: () => {}, onRelay: () => {}, onClockOffset: () => {}, onIce: () => {}, onChange: () => {}, onDown: () => {} },
    });
    client.start();
    await clock.run(50);
    const socket = servers.sockets[0]!;
    expect(socket.heard).toEqual([{ type: 'signal:hello:v2:requested', secret }]);
    // What every build before answers to an event it does not know.
    socket.say({ type: 'failed', service: 'signal', action: 'message', code: 'refused', message: 'The server refused.' });
    expect(socket.of('signal:hello:v1:requested')).toEqual([{ type: 'signal:hello:v1:requested', session }]);
    socket.say({ type: 'signal:hello:v1:completed', session, time: clock.now(), relay: new Uint8Array(32), limits: { rooms: 9, sessions: 64, rate: 9, relay_bytes: 9, idle_ms: 60_000 }, ice: [] });
    expect([client.status().state, servers.sockets.length]).toEqual(['open', 1]);
    client.stop();
  });

  it('a relay route when both ask: frames keep their channel and order; closing ends both', async () => {
    const { clock, client } = world();
    const [a, b] = [client(1), client(2)];
    await clock.run(200);
    a.it.openRelay(b.session);
    await clock.run(500);
    expect(a.log.wires).toHaveLength(0);
    b.it.openRelay(a.session);
    await clock.run(200);
    const [x, y] = [a.log.wires[0]!, b.log.wires[0]!];
    expect([x.initiator, y.initiator, x.kind, toBase64url(x.binding) === toBase64url(y.binding)]).toEqual([true, false, 'relay', true]);
    const got: [Channel, number][] = [];
    x.send('live', Uint8Array.of(1));
    x.send('bulk', Uint8Array.of(2));
    await clock.run(100);
    y.onFrame = (channel, frame) => got.push([channel, frame[0]!]);
    x.send('live', Uint8Array.of(3));
    await clock.run(100);
    expect(got).toEqual([['live', 1], ['bulk', 2], ['live', 3]]);
    let ended = '';
    y.onClose = (reason) => (ended = reason);
    x.close('done');
    await clock.run(100);
    expect(ended).not.toBe('');
  });

  it('FORMATS §2: over a relay live goes before bulk, bulk keeps to 256 KiB of socket, and sealed frames stay in order', async () => {
    const { clock, server, client } = world();
    const [a, b] = [client(1), client(2)];
    await clock.run(200);
    a.it.openRelay(b.session);
    b.it.openRelay(a.session);
    await clock.run(200);
    const random = createSeededRandom('relay link');
    const crypto = createStubCrypto(random);
    const got: string[] = [];
    let closed = '';
    const link = async (wire: Wire): Promise<Link> => createLink({
      wire, clock, random, crypto, deviceKey: await crypto.generateSigning(), uid: new Uint8Array(32),
      handlers: { onOpen: () => {}, onMessage: (_l, m) => got.push(m.channel), onClose: (_l, code) => (closed = code), onDrain: () => {}, onOffset: () => {}, onState: () => {} },
    });
    const [x] = [await link(a.log.wires[0]!), await link(b.log.wires[0]!)];
    await clock.run(500);
    server.bandwidth = 500;
    for (let i = 0; i < 20; i++) x.send('bulk', 'test:bulk:v1:completed', new Uint8Array(100_000));
    await clock.run(20);
    expect(a.log.wires[0]!.buffered('bulk')).toBeLessThan(262_144 + 70_000);
    x.send('live', 'test:live:v1:completed', new Uint8Array(10));
    await clock.run(1_000);
    expect(got).toContain('live');
    expect(got.indexOf('live')).toBeLessThan(5);
    await clock.run(10_000);
    expect([got.length, closed]).toEqual([21, '']);
  });

  it('[limit MESH.reconnectFirstMs MESH.reconnectMaxMs] a server that is gone: first try after about 0.5 s, doubling to at most 15 s; redial() at once; reasons are told', async () => {
    const { clock, server, client } = world();
    const a = client(1);
    await clock.run(200);
    server.down();
    const first = a.it.status();
    expect(first).toMatchObject({ state: 'closed', reason: 'down' });
    expect(first.retryInMs).toBeGreaterThanOrEqual(400);
    expect(first.retryInMs).toBeLessThanOrEqual(600);
    await clock.run(300_000);
    expect(a.it.status().retryInMs ?? 0).toBeLessThanOrEqual(15_000);
    server.up();
    if (a.it.status().state === 'closed') a.it.redial();
    await clock.run(100);
    expect(a.it.status()).toEqual({ url: 'ws://sim/signal', state: 'open', reason: null, retryInMs: null });
    expect(a.log.downs).toBeGreaterThan(0);
  });
});

describe('signals between peers', () => {
  it('round trip; anything else is refused without a throw', () => {
    for (const signal of [{ kind: 'want' }, { kind: 'full' }, { kind: 'relay' }, { kind: 'rtc', attempt: 'abc', data: { sdp: 'x' } }] as const) {
      expect(decodePeerSignal(encodePeerSignal(signal)!)).toEqual({ ...signal, need: false, knock: null });
    }
    const bad = ['', 'null', '[]', '{"k":"rtc"}', '{"k":"rtc","a":"<>","d":{}}', '{"k":"rtc","a":"a","d":1}', '{"k":"else"}', '{'];
    for (const text of bad) expect(decodePeerSignal(new TextEncoder().encode(text))).toBe(null);
    expect(decodePeerSignal(concat(Uint8Array.of(255)))).toBe(null);
    expect(encodePeerSignal({ kind: 'rtc', attempt: 'a', data: { x: 'y'.repeat(20_000) } })).toBe(null);
  });
});
