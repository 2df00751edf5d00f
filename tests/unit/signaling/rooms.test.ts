import { describe, expect, test } from 'vitest';
import { sessionOf } from '#ports/session-name';
import { bytes, FakeServer } from './fake-server.ts';

const room = bytes(32, 7);
const session = (n: number): Uint8Array => bytes(16, n);

describe('signaling: hello and rooms', () => {
  test('hello answers with clock, relay id and limits', () => {
    const server = new FakeServer();
    const a = server.hello(1);
    expect(server.heard(a)).toEqual([
      expect.objectContaining({ type: 'signal:hello:v1:completed', session: session(1), time: server.now, limits: expect.objectContaining({ sessions: 64 }) }),
    ]);
  });

  test('nothing but hello and ping works before hello, and hello only once', () => {
    const server = new FakeServer();
    const a = server.connect()!;
    server.say(a, { type: 'signal:join:v1:requested', room });
    server.say(a, { type: 'relay:frame:v1:requested', route: bytes(8, 1), channel: 0, frame: bytes(9, 1) });
    expect(server.errors(a)).toEqual(['hello_first', 'hello_first']);
    server.say(a, { type: 'signal:ping:v1:requested' });
    expect(server.heard(a)).toEqual([{ type: 'signal:ping:v1:completed', time: server.now }]);
    server.say(a, { type: 'signal:hello:v1:requested', session: session(1) });
    server.say(a, { type: 'signal:hello:v1:requested', session: session(2) });
    expect(server.errors(a)).toEqual(['hello_twice']);
  });

  test('who joins is told who is there, and those are told who came and went', () => {
    const server = new FakeServer();
    const [a, b] = [server.hello(1), server.hello(2)];
    server.join(a, room);
    server.heard(b);
    server.say(b, { type: 'signal:join:v1:requested', room });
    expect(server.heard(b)).toMatchObject([{ type: 'signal:join:v1:completed', sessions: [session(1)] }]);
    expect(server.heard(a)).toEqual([{ type: 'signal:peer:v1:completed', room, session: session(2), present: true }]);
    server.say(b, { type: 'signal:leave:v1:requested', room });
    expect(server.heard(a)).toEqual([{ type: 'signal:peer:v1:completed', room, session: session(2), present: false }]);
    server.join(b, room);
    server.heard(a);
    server.hub.disconnect(b);
    expect(server.heard(a)).toEqual([{ type: 'signal:peer:v1:completed', room, session: session(2), present: false }]);
  });

  test('joining again gives the same answer and no news to the others', () => {
    const server = new FakeServer();
    const [a, b] = [server.hello(1), server.hello(2)];
    server.join(a, room);
    server.join(b, room);
    server.heard(a);
    server.join(b, room);
    expect(server.heard(a)).toEqual([]);
  });

  test('{V8} a room is forgotten with its last member', () => {
    const server = new FakeServer();
    const a = server.hello(1);
    server.join(a, room);
    expect(server.hub.stats().rooms).toBe(1);
    server.hub.disconnect(a);
    expect(server.hub.stats()).toMatchObject({ rooms: 0, sockets: 0 });
  });

  test('signals go only between two members of one room, unchanged', () => {
    const server = new FakeServer();
    const [a, b, c] = [server.hello(1), server.hello(2), server.hello(3)];
    server.join(a, room);
    server.join(b, room);
    for (const id of [a, b, c]) server.heard(id);
    const data = bytes(50, 5);
    server.say(a, { type: 'signal:forward:v1:requested', room, to: session(2), data });
    expect(server.heard(b)).toEqual([{ type: 'signal:forward:v1:completed', room, from: session(1), data }]);
    server.say(c, { type: 'signal:forward:v1:requested', room, to: session(2), data });
    server.say(a, { type: 'signal:forward:v1:requested', room, to: session(3), data });
    server.say(a, { type: 'signal:forward:v1:requested', room, to: session(1), data });
    expect(server.errors(c)).toEqual(['not_joined']);
    expect(server.errors(a)).toEqual(['no_peer', 'no_peer']);
    expect(server.heard(b)).toEqual([]);
  });

  test('a session that connects again from its address takes its place; a stranger with it does not', () => {
    const server = new FakeServer();
    const old = server.hello(1);
    const stranger = server.hello(1, '192.0.2.9');
    expect(server.errors(stranger)).toEqual(['session_taken']);
    expect(server.closed.has(old)).toBe(false);
    const fresh = server.hello(1);
    expect(server.closed.get(old)).toBe('replaced');
    expect(server.heard(fresh)).toMatchObject([{ type: 'signal:hello:v1:completed' }]);
  });

  test('[limit SERVER.probeMs] a session whose network changed gets its place when the old socket gives no sign of life; a living one keeps it', () => {
    const server = new FakeServer();
    const old = server.hello(1);
    const moved = server.hello(1, '192.0.2.9');
    expect(server.probed).toEqual([old]);
    server.now += 1_000;
    server.hub.heard(old, server.now);
    server.now += 2_000;
    server.hub.tick(server.now);
    expect(server.closed.has(old)).toBe(false);
    server.say(moved, { type: 'signal:hello:v1:requested', session: session(1) });
    server.now += 2_000;
    server.hub.tick(server.now);
    expect(server.closed.get(old)).toBe('replaced');
    server.heard(moved);
    server.say(moved, { type: 'signal:hello:v1:requested', session: session(1) });
    expect(server.heard(moved)).toMatchObject([{ type: 'signal:hello:v1:completed' }]);
  });

  test('a session named after a secret is given to who shows it and to nobody else: who saw it in a room gets it neither while it is away nor from its own address', () => {
    const server = new FakeServer();
    const secret = bytes(32, 5);
    const owned = sessionOf(secret);
    const owner = (address: string): number => {
      const id = server.connect(address)!;
      server.say(id, { type: 'signal:hello:v2:requested', secret });
      return id;
    };
    const here = owner('192.0.2.1');
    expect(server.heard(here)).toMatchObject([{ type: 'signal:hello:v1:completed', session: owned }]);
    let own = 6;
    const thief = (address: string): string[] => {
      const id = server.connect(address)!;
      server.say(id, { type: 'signal:hello:v1:requested', session: owned });
      server.say(id, { type: 'signal:hello:v2:requested', secret: bytes(32, own++) });
      return server.heard(id).map((message) => (message.type === 'failed' ? message.code : message.type === 'signal:hello:v1:completed' && message.session.join() === owned.join() ? 'taken over' : 'another session'));
    };
    expect([thief('192.0.2.1'), thief('198.51.100.9')]).toEqual([['session_taken', 'another session'], ['session_taken', 'another session']]);
    expect([server.closed.has(here), server.probed], 'nobody is asked for a sign of life for a thief').toEqual([false, []]);
    server.hub.disconnect(here);
    expect(thief('198.51.100.9')[0]).toBe('session_taken');
    expect(server.heard(owner('203.0.113.7'))).toMatchObject([{ type: 'signal:hello:v1:completed', session: owned }]);
  });

  test('a stop tells every client', () => {
    const server = new FakeServer();
    const a = server.hello(1);
    server.heard(a);
    server.hub.stop();
    expect(server.heard(a)).toEqual([{ type: 'signal:close:v1:completed', reason: 'stopping' }]);
    expect(server.closed.get(a)).toBe('stopping');
  });
});
