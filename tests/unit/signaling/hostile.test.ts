import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeSignal, SIGNAL_LIMITS } from '#ports/signaling';
import { addressGroup, groupOf, networkOf } from '#signaling/address';
import { Bucket, Quota } from '#signaling/bucket';
import { LIMITS } from '#signaling/limits';
import { bytes, FakeServer } from './fake-server.ts';

const room = (n: number): Uint8Array => bytes(32, n);
const session = (n: number): Uint8Array => bytes(16, n);

describe('hostile clients meet each cap', () => {
  test('[limit SERVER.sockets SERVER.socketsPerAddress] sockets of one address, and of the whole server', () => {
    const server = new FakeServer({ socketsPerAddress: 3, sockets: 5 });
    expect([1, 2, 3, 4].map(() => server.connect('a') !== null)).toEqual([true, true, true, false]);
    expect([1, 2, 3].map(() => server.connect('b') !== null)).toEqual([true, true, false]);
    server.hub.disconnect(1);
    expect(server.connect('a')).not.toBeNull();
  });

  test('[limit SERVER.roomsPerSocket] rooms of one socket', () => {
    const server = new FakeServer({ roomsPerSocket: 3 });
    const a = server.hello(1);
    for (let n = 0; n < 5; n++) server.say(a, { type: 'signal:join:v1:requested', room: room(n) });
    expect(server.errors(a)).toEqual(['rooms_full', 'rooms_full']);
    expect(server.hub.stats().rooms).toBe(3);
  });

  test('[limit SERVER.sessionsPerRoom] sessions of one room', () => {
    const server = new FakeServer({ sessionsPerRoom: 2 });
    const ids = [1, 2, 3].map((n) => server.hello(n));
    for (const id of ids) server.say(id, { type: 'signal:join:v1:requested', room: room(1) });
    expect(ids.map((id) => server.errors(id))).toEqual([[], [], ['room_full']]);
  });

  test('[row 10] TRUST §3: a full room is shared by addresses: one that holds most of it gives places to the others, never more than its share', () => {
    const server = new FakeServer({ sessionsPerRoom: 6 });
    const many = Array.from({ length: 6 }, (_, n) => server.hello(n, 'a'));
    for (const id of many) server.join(id, room(1));
    const others = ['b', 'c', 'd'].map((address, n) => server.hello(100 + n, address));
    for (const id of others) server.join(id, room(1));
    const told = many.map((id) => server.heard(id).filter((m) => m.type === 'failed'));
    expect(told.map((list) => list.length)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(told[5]![0]).toMatchObject({ service: 'signal', action: 'join', code: 'room_full', room: room(1) });
    expect(others.map((id) => server.errors(id))).toEqual([[], [], []]);
    // An address with one takes a second from one with three; nobody goes for a third.
    const more = [200, 201].map((n) => server.hello(n, 'b'));
    for (const id of more) server.say(id, { type: 'signal:join:v1:requested', room: room(1) });
    expect(more.map((id) => server.errors(id))).toEqual([[], ['room_full']]);
    // Who was moved out may ask again, and is told that it is full.
    server.say(many[5]!, { type: 'signal:join:v1:requested', room: room(1) });
    expect(server.errors(many[5]!)).toEqual(['room_full']);
  });

  test.each([
    ['one IPv6 /48 with a /64 for each session', (n: number) => addressGroup(`2001:db8:9:${n.toString(16)}::1`), (n: number) => addressGroup(`2001:db8:${n + 10}::1`)],
    ['one IPv4 /24 with an address for each session', (n: number) => `192.0.2.${n}`, (n: number) => `198.51.${n}.1`],
  ])('[row 10] a full room is shared by networks: %s does not keep others out', (_, own, elsewhere) => {
    const server = new FakeServer({ sessionsPerRoom: 8 });
    const many = Array.from({ length: 8 }, (__, n) => server.hello(n, own(n)));
    for (const id of many) server.join(id, room(1));
    const others = [1, 2, 3, 4].map((n) => server.hello(100 + n, elsewhere(n)));
    for (const id of others) server.join(id, room(1));
    // They stay, whatever the many do: each of these has a place that another address of their network had.
    const again = Array.from({ length: 20 }, (__, n) => server.hello(200 + n, own(50 + n)));
    for (const id of [...many, ...again]) server.say(id, { type: 'signal:join:v1:requested', room: room(1) });
    expect(others.flatMap((id) => server.errors(id))).toEqual([]);
    expect(again.flatMap((id) => server.errors(id))).toEqual(again.map(() => 'room_full'));
    const last = server.hello(300, elsewhere(5));
    server.say(last, { type: 'signal:join:v1:requested', room: room(1) });
    expect(server.heard(last).find((message) => message.type === 'signal:join:v1:completed')).toMatchObject({ sessions: expect.arrayContaining([101, 102, 103, 104].map(session)) });
  });

  test('a network with as much of a full room as the others shares it among its own addresses', () => {
    const server = new FakeServer({ sessionsPerRoom: 4 });
    const greedy = [1, 2].map((n) => server.hello(n, '192.0.2.1'));
    const others = [3, 4].map((n) => server.hello(n, `198.51.100.${n}`));
    for (const id of [...greedy, ...others]) server.join(id, room(1));
    const neighbour = server.hello(5, '192.0.2.2');
    server.join(neighbour, room(1));
    expect([...greedy, ...others].map((id) => server.errors(id))).toEqual([[], ['room_full'], [], []]);
  });

  test('[limit SERVER.socketsPerNetwork SERVER.addressesPerNetwork] a network with many addresses takes its share of the server, not all of it', () => {
    const group = (n: number): string => addressGroup(`2001:db8:9:${n.toString(16)}::1`);
    const server = new FakeServer({ socketsPerNetwork: 4, addressesPerNetwork: 6 });
    const ids = [1, 2, 3, 4].map((n) => server.connect(group(n)));
    expect([server.connect(group(5)), server.connect('2001:db8:a:0::/64')]).toEqual([null, expect.any(Number)]);
    for (const id of ids) {
      server.say(id!, { type: 'signal:ping:v1:requested' });
      server.hub.disconnect(id!);
    }
    // Four are remembered for what they asked: two more come, the next new one waits until they are forgotten.
    expect([5, 6, 7, 1].map((n) => server.connect(group(n)) !== null)).toEqual([true, true, false, true]);
    server.now += 1_000;
    server.hub.tick(server.now);
    expect(server.connect(group(7))).not.toBeNull();
  });

  test('[limit SIGNAL.sessions] a room as full as the protocol allows still has a readable answer', () => {
    expect(LIMITS.sessionsPerRoom).toBeLessThanOrEqual(SIGNAL_LIMITS.sessions);
  });

  test('[limit SERVER.requestBurst SERVER.requestRate SERVER.strikeBurst] requests of one socket: refused above the rate, closed when it goes on, served again after a while otherwise', () => {
    const server = new FakeServer({ requestBurst: 10, strikeBurst: 5 });
    const a = server.hello(1);
    for (let n = 0; n < 9; n++) server.say(a, { type: 'signal:ping:v1:requested' });
    expect(server.errors(a)).toEqual([]);
    server.say(a, { type: 'signal:ping:v1:requested' });
    expect(server.errors(a)).toEqual(['rate']);
    server.now += 1_000;
    server.say(a, { type: 'signal:ping:v1:requested' });
    expect(server.errors(a)).toEqual([]);
    for (let n = 0; n < 100; n++) server.say(a, { type: 'signal:ping:v1:requested' });
    expect(server.closed.get(a)).toBe('abuse');
    expect(server.heard(a).length).toBeLessThan(30);
    expect([...server.hub.refusals()]).toEqual([['rate', server.hub.stats().refused]]);
  });

  test('[limit SERVER.addressRequestBurst SERVER.addressRequestRate] requests of one address over many sockets', () => {
    const server = new FakeServer({ addressRequestBurst: 10, addressRequestRate: 1 });
    const ids = Array.from({ length: 12 }, (_, n) => server.hello(n));
    expect(ids.filter((id) => server.errors(id).includes('rate')).length).toBe(2);
  });

  test('[limit SERVER.forwardBurst] bytes of forwarded signals', () => {
    const server = new FakeServer({ forwardBurst: 40_000 });
    const [a, b] = [server.hello(1), server.hello(2)];
    server.join(a, room(1));
    server.join(b, room(1));
    for (let n = 0; n < 4; n++) server.say(a, { type: 'signal:forward:v1:requested', room: room(1), to: session(2), data: bytes(SIGNAL_LIMITS.data, 1) });
    expect(server.errors(a)).toEqual(['rate', 'rate']);
  });

  test('[limit SERVER.frameBurst] relay frames per second: the route ends', () => {
    const server = new FakeServer({ frameBurst: 3 });
    const { a, b, route } = server.pair(room(1));
    for (let n = 0; n < 5; n++) server.say(a, { type: 'relay:frame:v1:requested', route, channel: 0, frame: bytes(9, n) });
    expect(server.errors(a)).toEqual(['rate', 'rate']);
    expect(server.heard(b).map((message) => message.type)).toEqual([...Array.from({ length: 3 }, () => 'relay:frame:v1:completed'), 'relay:close:v1:completed']);
  });

  test.each(['relayBytesPerPair', 'relayBytesPerAddress', 'relayBytesPerNetwork'] as const)('[row 15] [limit SERVER.relayBytesPerPair SERVER.relayBytesPerAddress SERVER.relayBytesPerNetwork SERVER.quotaWindowMs] %s: the route ends, and goes on in the next window', (cap) => {
    const server = new FakeServer({ [cap]: 1_000 });
    const { a, b, route } = server.pair(room(1));
    for (let n = 0; n < 3; n++) server.say(a, { type: 'relay:frame:v1:requested', route, channel: 0, frame: bytes(400, n) });
    expect(server.errors(a)).toEqual(['relay_quota']);
    expect(server.heard(b).at(-1)).toEqual({ type: 'relay:close:v1:completed', route, reason: 'relay_quota' });
    server.now += LIMITS.quotaWindowMs;
    const again = server.join(a, room(1));
    const ofB = server.join(b, room(1));
    server.say(a, { type: 'relay:open:v1:requested', room: room(1), to: session(2), ticket: again });
    expect(server.errors(a)).toEqual([]);
    server.say(b, { type: 'relay:open:v1:requested', room: room(1), to: session(1), ticket: ofB });
    const opened = server.heard(a).find((message) => message.type === 'relay:open:v1:completed');
    server.say(a, { type: 'relay:frame:v1:requested', route: (opened as { route: Uint8Array }).route, channel: 0, frame: bytes(400, 1) });
    expect(server.errors(a)).toEqual([]);
  });

  test('[row 15] two that use up what they may relay take nothing from the other pairs of the room, not even from those of their own peers', () => {
    const server = new FakeServer({ relayBytesPerPair: 1_000 });
    const ids = ['192.0.2.1', '198.51.100.1', '203.0.113.1'].map((address, n) => server.hello(n + 1, address));
    const tickets = ids.map((id) => server.join(id, room(1)));
    const open = (x: number, y: number): Uint8Array => {
      for (const [from, to] of [[x, y], [y, x]] as const) server.say(ids[from]!, { type: 'relay:open:v1:requested', room: room(1), to: session(to + 1), ticket: tickets[from]! });
      return (server.heard(ids[x]!).find((message) => message.type === 'relay:open:v1:completed') as { route: Uint8Array }).route;
    };
    const frame = (from: number, route: Uint8Array): string[] => {
      server.say(ids[from]!, { type: 'relay:frame:v1:requested', route, channel: 0, frame: bytes(400, 1) });
      return server.errors(ids[from]!);
    };
    const [burnt, of0, of1] = [open(0, 1), open(0, 2), open(1, 2)];
    expect([frame(0, burnt), frame(1, burnt), frame(0, burnt)]).toEqual([[], [], ['relay_quota']]);
    expect([frame(2, of0), frame(0, of0), frame(1, of1), frame(2, of1)]).toEqual([[], [], [], []]);
    // The same two with a new route have no more than before.
    expect(frame(1, open(0, 1))).toEqual(['relay_quota']);
  });

  test.each(['routesPerSocket', 'routesPerAddress', 'pendingPerSocket'] as const)('[limit SERVER.routesPerSocket SERVER.routesPerAddress SERVER.pendingPerSocket] %s', (cap) => {
    const server = new FakeServer({ [cap]: 2 });
    const a = server.hello(0, 'a');
    const ticket = server.join(a, room(1));
    for (let n = 1; n <= 4; n++) {
      const other = server.hello(n, `b${n}`);
      const theirs = server.join(other, room(1));
      if (cap !== 'pendingPerSocket') server.say(other, { type: 'relay:open:v1:requested', room: room(1), to: session(0), ticket: theirs });
      server.say(a, { type: 'relay:open:v1:requested', room: room(1), to: session(n), ticket });
    }
    expect(server.errors(a)).toEqual(['relay_full', 'relay_full']);
  });

  test('[limit SERVER.helloMs SERVER.idleMs] silence: no hello in time, then no word in time', () => {
    const server = new FakeServer();
    const silent = server.connect()!;
    const a = server.hello(1);
    server.now += LIMITS.helloMs;
    server.hub.tick(server.now);
    expect([server.closed.get(silent), server.closed.get(a)]).toEqual(['idle', undefined]);
    server.now += LIMITS.idleMs / 2;
    server.hub.heard(a, server.now);
    server.now += LIMITS.idleMs - 1;
    server.hub.tick(server.now);
    expect(server.closed.has(a)).toBe(false);
    server.now += 1;
    server.hub.tick(server.now);
    expect(server.closed.get(a)).toBe('idle');
  });

  test('[limit SERVER.routeIdleMs] an idle route', () => {
    const server = new FakeServer({ idleMs: 1e9 });
    const { b, route } = server.pair(room(1));
    server.now += LIMITS.routeIdleMs;
    server.hub.tick(server.now);
    expect(server.heard(b)).toEqual([{ type: 'relay:close:v1:completed', route, reason: 'idle' }]);
  });

  test('[limit SIGNAL.message] garbage is answered, counted, and ends in a close; nothing throws', () => {
    const server = new FakeServer({ strikeBurst: 5 });
    const a = server.hello(1);
    server.heard(a);
    server.raw(a, bytes(SIGNAL_LIMITS.message + 1, 1));
    server.raw(a, bytes(40, 1));
    expect(server.errors(a)).toEqual(['too_large', 'bad_message']);
    for (let n = 0; n < 20; n++) server.raw(a, bytes(40, n));
    expect(server.closed.get(a)).toBe('abuse');
    server.say(a, { type: 'signal:ping:v1:requested' });
    expect(server.heard(a).at(-1)).toEqual({ type: 'signal:close:v1:completed', reason: 'abuse' });
  });

  test('what only a server says is refused from a client', () => {
    const server = new FakeServer();
    const a = server.hello(1);
    server.say(a, { type: 'signal:peer:v1:completed', room: room(1), session: session(2), present: true });
    server.say(a, { type: 'failed', service: 'relay', action: 'open', code: 'x', message: 'x' });
    expect(server.errors(a)).toEqual(['refused', 'refused']);
  });

  test('random bytes and random orders never throw and leave nothing behind', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(6), fc.nat(2), fc.uint8Array({ maxLength: 60 })), { maxLength: 80 }), (acts) => {
        const server = new FakeServer();
        const ids = [0, 1, 2, 3].map((n) => server.hello(n));
        for (const [who, act, n, raw] of acts) {
          const id = ids[who]!;
          if (act === 0) server.raw(id, raw);
          else if (act === 1) server.say(id, { type: 'signal:join:v1:requested', room: room(n) });
          else if (act === 2) server.say(id, { type: 'signal:leave:v1:requested', room: room(n) });
          else if (act === 3) server.hub.disconnect(id);
          else if (act === 4) server.say(id, { type: 'signal:forward:v1:requested', room: room(n), to: session(n), data: raw });
          else if (act === 5) server.say(id, { type: 'relay:frame:v1:requested', route: bytes(8, n), channel: 0, frame: raw });
          else server.raw(id, encodeSignal({ type: 'relay:open:v1:requested', room: room(n), to: session(n), ticket: raw }));
        }
        for (const id of ids) server.hub.disconnect(id);
        expect(server.hub.stats()).toMatchObject({ sockets: 0, rooms: 0, routes: 0 });
      }),
      { numRuns: 200 },
    );
  });
});

describe('buckets, quotas, addresses', () => {
  test('a clock that steps back gives no tokens', () => {
    const bucket = new Bucket(10, 2, 1_000);
    expect([bucket.take(2, 1_000), bucket.take(1, 0), bucket.take(1, 50), bucket.take(1, 200)]).toEqual([true, false, false, true]);
  });

  test('[limit SERVER.quotaEntries] a quota remembers only so many keys', () => {
    const quota = new Quota(10, 1_000, 3);
    for (let n = 0; n < 100; n++) quota.add(String(n), 1, 0);
    expect(quota.size).toBe(3);
    quota.sweep(1_000);
    expect(quota.size).toBe(0);
  });

  test.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1:aaaa::1', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', 'unknown'],
  ])('the group of %s is %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });

  test.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:0:1::/64', '2001:db8:0::/48'],
    ['0:0:0:0::/64', '0:0:0::/48'],
    ['unknown', 'unknown'],
  ])('the network of %s is %s', (group, network) => {
    expect(networkOf(group)).toBe(network);
  });

  test('X-Forwarded-For counts only behind a trusted proxy, and only its own entry', () => {
    expect(groupOf('10.0.0.1', '192.0.2.1, 192.0.2.2', false)).toBe('10.0.0.1');
    expect(groupOf('10.0.0.1', '192.0.2.1, 192.0.2.2', true)).toBe('192.0.2.2');
    expect(groupOf('10.0.0.1', undefined, true)).toBe('10.0.0.1');
  });
});
