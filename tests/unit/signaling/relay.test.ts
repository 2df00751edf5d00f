import { describe, expect, test } from 'vitest';
import { LIMITS } from '#signaling/limits';
import { Pressure } from '#signaling/pressure';
import type { RelayFrom } from '#signaling/relay';
import { openTicket, sealTicket } from '#signaling/ticket';
import { bytes, FakeServer } from './fake-server.ts';

const room = bytes(32, 7);
const session = (n: number): Uint8Array => bytes(16, n);

describe('relay', () => {
  test('[row 15] {V9} FORMATS §8: nothing is relayed without two joined ends that both asked', () => {
    const server = new FakeServer();
    const [a, b] = [server.hello(1), server.hello(2)];
    const ticket = server.join(a, room);
    server.say(a, { type: 'relay:open:v1:requested', room, to: session(2), ticket });
    expect(server.errors(a)).toEqual(['no_peer']);
    const ofB = server.join(b, room);
    server.heard(a);
    server.say(a, { type: 'relay:open:v1:requested', room, to: session(2), ticket });
    server.say(a, { type: 'relay:open:v1:requested', room, to: session(2), ticket });
    expect(server.heard(a)).toEqual([]);
    expect(server.heard(b)).toEqual([]);
    server.say(b, { type: 'relay:open:v1:requested', room, to: session(1), ticket: ofB });
    expect(server.heard(a)).toMatchObject([{ type: 'relay:open:v1:completed', peer: session(2), initiator: true }]);
    expect(server.heard(b)).toMatchObject([{ type: 'relay:open:v1:completed', peer: session(1), initiator: false }]);
  });

  test('two that share several rooms meet even when each names another one', () => {
    const server = new FakeServer();
    const [a, b] = [server.hello(1), server.hello(2)];
    const other = bytes(32, 8);
    const [ofA] = [server.join(a, room), server.join(a, other), server.join(b, room)];
    const ofB = server.join(b, other);
    for (const id of [a, b]) server.heard(id);
    server.say(a, { type: 'relay:open:v1:requested', room, to: session(2), ticket: ofA! });
    server.say(b, { type: 'relay:open:v1:requested', room: other, to: session(1), ticket: ofB });
    expect([server.heard(a).length, server.heard(b).length]).toEqual([1, 1]);
    expect(server.hub.stats().routes).toBe(1);
  });

  test('a beacon that comes back to 200 spaces, each with a peer that waits, is refused nothing: its rooms, and what leads to a route to each of them, at once', () => {
    const server = new FakeServer();
    const rooms = Array.from({ length: 200 }, (_, n) => bytes(32, 1_000 + n));
    const peers = rooms.map((one, n) => {
      const id = server.hello(n + 1, `10.0.${n % 8}.2`);
      return { id, ticket: server.join(id, one) };
    });
    const tower = server.hello(900, '10.9.9.9');
    const tickets = rooms.map((one) => server.join(tower, one));
    // Half of them hear of its wish before they have their own.
    peers.forEach(({ id, ticket }, n) => n % 2 === 0 && server.say(id, { type: 'relay:open:v1:requested', room: rooms[n]!, to: session(900), ticket }));
    rooms.forEach((one, n) => {
      server.say(tower, { type: 'signal:forward:v1:requested', room: one, to: session(n + 1), data: bytes(40, n) });
      server.say(tower, { type: 'signal:forward:v1:requested', room: one, to: session(n + 1), data: bytes(40, n) });
      server.say(tower, { type: 'relay:open:v1:requested', room: one, to: session(n + 1), ticket: tickets[n]! });
      server.say(tower, { type: 'signal:join:v1:requested', room: one });
    });
    peers.forEach(({ id, ticket }, n) => n % 2 === 1 && server.say(id, { type: 'relay:open:v1:requested', room: rooms[n]!, to: session(900), ticket }));
    expect([server.errors(tower), server.closed.get(tower), server.hub.stats().routes]).toEqual([[], undefined, 200]);
  });

  test('frames go through unchanged, to the other end only', () => {
    const server = new FakeServer();
    const { a, b, route } = server.pair(room);
    const c = server.hello(3);
    server.join(c, room);
    for (const id of [a, b, c]) server.heard(id);
    server.say(a, { type: 'relay:frame:v1:requested', route, channel: 1, frame: bytes(60_005, 5) });
    expect(server.heard(b)).toEqual([{ type: 'relay:frame:v1:completed', route, channel: 1, frame: bytes(60_005, 5) }]);
    server.say(c, { type: 'relay:frame:v1:requested', route, channel: 0, frame: bytes(9, 5) });
    expect([server.heard(a), server.heard(b), server.heard(c)]).toEqual([[], [], []]);
    expect(server.hub.stats()).toMatchObject({ routes: 1, relayFrames: 1, relayBytes: 60_005 });
  });

  test.each([
    ['close', (server: FakeServer, a: number, route: Uint8Array) => server.say(a, { type: 'relay:close:v1:requested', route }), 'closed'],
    ['leave', (server: FakeServer, a: number) => server.say(a, { type: 'signal:leave:v1:requested', room }), 'left'],
    ['disconnect', (server: FakeServer, a: number) => server.hub.disconnect(a), 'left'],
  ] as const)('%s of one end ends the route for the other', (_, act, reason) => {
    const server = new FakeServer();
    const { a, b, route } = server.pair(room);
    act(server, a, route);
    expect(server.heard(b)).toContainEqual({ type: 'relay:close:v1:completed', route, reason });
    expect(server.hub.stats().routes).toBe(0);
  });

  test('a route goes on when its ends share another room, and who left the last one is told too', () => {
    const server = new FakeServer();
    const { a, b, route } = server.pair(room);
    const other = bytes(32, 9);
    for (const id of [a, b]) server.join(id, other);
    for (const id of [a, b]) server.heard(id);
    server.say(b, { type: 'signal:leave:v1:requested', room });
    expect(server.hub.stats().routes).toBe(1);
    server.heard(b);
    server.say(a, { type: 'relay:frame:v1:requested', route, channel: 1, frame: bytes(9, 5) });
    expect(server.heard(b)).toEqual([{ type: 'relay:frame:v1:completed', route, channel: 1, frame: bytes(9, 5) }]);
    server.say(b, { type: 'signal:leave:v1:requested', room: other });
    for (const id of [a, b]) expect(server.heard(id)).toContainEqual({ type: 'relay:close:v1:completed', route, reason: 'left' });
    expect(server.hub.stats().routes).toBe(0);
  });

  test('asking again for a peer one uses a route to replaces the route, and both ends are told; a wish that crossed the news of the route leaves it', () => {
    const server = new FakeServer();
    const { a, b, route } = server.pair(room);
    const ticket = server.join(a, room);
    const frame = (from: number): void => server.say(from, { type: 'relay:frame:v1:requested', route, channel: 0, frame: bytes(9, 5) });
    const again = (): void => server.say(a, { type: 'relay:open:v1:requested', room, to: session(2), ticket });
    frame(b);
    server.heard(a);
    again();
    expect([server.heard(a), server.heard(b), server.hub.stats().routes]).toEqual([[], [], 1]);
    frame(a);
    expect(server.heard(b), 'control: it carries').toMatchObject([{ type: 'relay:frame:v1:completed', route }]);
    again();
    for (const id of [a, b]) expect(server.heard(id)).toEqual([{ type: 'relay:close:v1:completed', route, reason: 'replaced' }]);
    expect(server.hub.stats().routes).toBe(0);
  });

  test('[limit SERVER.pendingMs] a request waits a minute, not longer', () => {
    const server = new FakeServer();
    const [a, b] = [server.hello(1), server.hello(2)];
    const [ofA, ofB] = [server.join(a, room), server.join(b, room)];
    server.say(a, { type: 'relay:open:v1:requested', room, to: session(2), ticket: ofA });
    server.now += LIMITS.pendingMs;
    server.heard(b);
    server.say(b, { type: 'relay:open:v1:requested', room, to: session(1), ticket: ofB });
    expect(server.heard(b)).toEqual([]);
  });

  test('[row 15] FORMATS §8: a ticket is good for its room, its session and its time, and only from this server', () => {
    const key = bytes(32, 1);
    const ticket = sealTicket(key, room, session(1), 1_000);
    expect(openTicket(key, ticket, room, session(1), 999)).toBe(true);
    expect(openTicket(key, ticket, room, session(1), 1_000)).toBe(false);
    expect(openTicket(key, ticket, bytes(32, 8), session(1), 999)).toBe(false);
    expect(openTicket(key, ticket, room, session(2), 999)).toBe(false);
    expect(openTicket(bytes(32, 2), ticket, room, session(1), 999)).toBe(false);
    for (let at = 0; at < ticket.length; at++) {
      const forged = ticket.slice();
      forged[at]! ^= 1;
      expect(openTicket(key, forged, room, session(1), 999)).toBe(false);
    }
    expect(openTicket(key, new Uint8Array(0), room, session(1), 999)).toBe(false);
  });

  test('[row 15] a ticket of another session or room opens nothing', () => {
    const server = new FakeServer();
    const [a, b] = [server.hello(1), server.hello(2)];
    const ofA = server.join(a, room);
    server.join(b, room);
    server.heard(b);
    server.say(b, { type: 'relay:open:v1:requested', room, to: session(1), ticket: ofA });
    expect(server.errors(b)).toEqual(['bad_ticket']);
  });
});

describe('relay: slow receivers', () => {
  const log: string[] = [];
  const pressure = (): Pressure => {
    log.length = 0;
    return new Pressure(LIMITS, {
      pause: (socket) => log.push(`pause ${socket}`), resume: (socket) => log.push(`resume ${socket}`), slow: (route) => log.push(`slow ${route}`),
      flow: (socket, route, open) => log.push(`${open ? 'go' : 'hold'} ${socket} ${route}`),
    });
  };

  test('[limit SERVER.bufferHigh SERVER.bufferLow] a sender waits while its receiver is behind, and goes on after', () => {
    const p = pressure();
    p.sent(2, { socket: 1, route: 'r', flow: false }, 1, LIMITS.bufferHigh, 0);
    expect(log).toEqual([]);
    p.sent(2, { socket: 1, route: 'r', flow: false }, 1, LIMITS.bufferHigh + 1, 0);
    p.sent(2, { socket: 1, route: 'r', flow: false }, 1, LIMITS.bufferHigh + 2, 0);
    p.drained(2, LIMITS.bufferLow, 0);
    expect(log).toEqual(['pause 1']);
    p.drained(2, LIMITS.bufferLow - 1, 0);
    expect(log).toEqual(['pause 1', 'resume 1']);
  });

  test('[limit SERVER.slowMs] a receiver that reads and never catches up loses the route, and cannot hold its sender for longer', () => {
    const p = pressure();
    p.sent(2, { socket: 1, route: 'r', flow: false }, 1, LIMITS.bufferHigh + 1, 0);
    for (let at = 0; at < LIMITS.slowMs; at += 500) {
      p.drained(2, LIMITS.bufferHigh, at);
      p.tick(at);
    }
    expect(log).toEqual(['pause 1']);
    p.tick(LIMITS.slowMs);
    expect(log).toEqual(['pause 1', 'slow r', 'resume 1']);
  });

  test('[limit SERVER.stallMs] a receiver that takes nothing at all loses the route long before', () => {
    const p = pressure();
    p.sent(2, { socket: 1, route: 'r', flow: false }, 1, LIMITS.bufferHigh + 1, 0);
    p.drained(2, LIMITS.bufferHigh, 1_500);
    p.tick(1_500 + LIMITS.stallMs - 1);
    expect(log).toEqual(['pause 1']);
    p.tick(1_500 + LIMITS.stallMs);
    expect(log).toEqual(['pause 1', 'slow r', 'resume 1']);
  });

  test('a sender held by two receivers goes on after both, and a gone receiver holds nobody', () => {
    const p = pressure();
    p.sent(2, { socket: 1, route: 'r', flow: false }, 1, LIMITS.bufferHigh + 1, 0);
    p.sent(3, { socket: 1, route: 's', flow: false }, 1, LIMITS.bufferHigh + 1, 0);
    p.drained(2, 0, 0);
    expect(log).toEqual(['pause 1']);
    p.gone(3);
    expect(log).toEqual(['pause 1', 'resume 1']);
  });

  test('a sender that can hold one route is told of that one and never paused; a new route of the two is told of, too', () => {
    const p = pressure();
    const from = (route: string): RelayFrom => ({ socket: 1, route, flow: true });
    p.sent(2, from('r'), 9, LIMITS.bufferHigh + 1, 0);
    p.sent(2, from('r'), 9, LIMITS.bufferHigh + 2, 0);
    p.sent(3, from('s'), 9, 100, 0);
    p.sent(2, from('q'), 9, LIMITS.bufferHigh + 3, 0);
    expect(log).toEqual(['hold 1 r', 'hold 1 q']);
    p.drained(2, 0, 0);
    expect(log).toEqual(['hold 1 r', 'hold 1 q', 'go 1 q']);
  });

  test('[limit SERVER.heldBytes] what is under way when a sender is told is taken, 4 MiB of it; who does not listen loses the route, nobody else anything', () => {
    const p = pressure();
    const from = (socket: number, route: string): RelayFrom => ({ socket, route, flow: true });
    for (const socket of [1, 4]) p.sent(2, from(socket, `r${socket}`), 9, LIMITS.bufferHigh + 1, 0);
    p.sent(2, from(1, 'r1'), 4_194_304, LIMITS.bufferHigh + 1, 0);
    expect(log).toEqual(['hold 1 r1', 'hold 4 r4']);
    p.sent(2, from(1, 'r1'), 1, LIMITS.bufferHigh + 1, 0);
    expect(log).toEqual(['hold 1 r1', 'hold 4 r4', 'slow r1']);
    p.drained(2, 0, 0);
    expect(log.slice(3)).toEqual(['go 4 r4']);
  });
});
