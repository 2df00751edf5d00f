/** Limits of the server that ./hostile.test.ts does not meet: what a burst refills to, what is remembered, and slow or silent connections. */
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { encodeSignal, SIGNAL_LIMITS } from '#ports/signaling';
import { Hub } from '#signaling/hub';
import { LIMITS } from '#signaling/limits';
import { startServer } from '#signaling/server';
import { bytes, FakeServer } from './fake-server.ts';

const room = bytes(32, 7);
const session = (n: number): Uint8Array => bytes(16, n);

describe('what a spent burst refills to', () => {
  const ping = { type: 'signal:ping:v1:requested' } as const;
  /** How many of `count` goes are answered without an error. */
  const passed = (server: FakeServer, id: number, count: number, say: () => void): number => {
    server.heard(id);
    for (let n = 0; n < count; n++) say();
    return count - server.errors(id).length;
  };

  test('[limit SERVER.requestRate] a socket that asks without end is served 20 requests a second, and served at once when it slows down', () => {
    const server = new FakeServer({ strikeBurst: 1e6 });
    const a = server.hello(1);
    passed(server, a, LIMITS.requestBurst, () => server.say(a, ping));
    server.now += 1_000;
    expect(passed(server, a, 100, () => server.say(a, ping))).toBe(20);
    server.now += 60_000;
    expect(passed(server, a, 5, () => server.say(a, ping))).toBe(5);
  });

  test('[limit SERVER.addressRequestRate] an address with many sockets is served 400 requests a second together; other addresses are not touched', () => {
    const server = new FakeServer({ strikeBurst: 1e6, requestBurst: 1e6, requestRate: 1e6 });
    const ids = [1, 2, 3, 4].map((n) => server.hello(n));
    const other = server.hello(9, '10.9.9.9');
    const all = (count: number): number => ids.reduce((sum, id) => sum + passed(server, id, count, () => server.say(id, ping)), 0);
    all(LIMITS.addressRequestBurst / 4);
    server.now += 1_000;
    expect(all(1_000)).toBe(400);
    expect(passed(server, other, 10, () => server.say(other, ping))).toBe(10);
  });

  test('[limit SERVER.forwardRate] signals of a socket: 64 KiB a second after its burst', () => {
    const server = new FakeServer({ strikeBurst: 1e6, requestBurst: 1e6, addressRequestBurst: 1e6 });
    const [a, b] = [server.hello(1), server.hello(2)];
    server.join(a, room);
    server.join(b, room);
    const forward = (): void => server.say(a, { type: 'signal:forward:v1:requested', room, to: session(2), data: bytes(SIGNAL_LIMITS.data, 1) });
    passed(server, a, 100, forward);
    server.heard(b);
    server.now += 1_000;
    expect(passed(server, a, 20, forward)).toBe(4);
    expect(server.heard(b)).toHaveLength(4);
  });

  test('[limit SERVER.frameRate] relay frames of a socket: 5,000 a second after its burst', () => {
    const server = new FakeServer({ frameBurst: 10, strikeBurst: 1e6 });
    const { a, b, route } = server.pair(room);
    const frame = (): void => server.say(a, { type: 'relay:frame:v1:requested', route, channel: 0, frame: bytes(9, 1) });
    for (let n = 0; n < 10; n++) frame();
    server.now += 1;
    for (let n = 0; n < 5; n++) frame();
    expect(server.heard(b).filter((message) => message.type === 'relay:frame:v1:completed')).toHaveLength(15);
    frame();
    expect(server.errors(a)).toEqual(['rate']);
    expect(server.hub.stats().routes).toBe(0);
  });

  test('[limit SERVER.strikeRate] faults are forgiven one a second: a clumsy client stays, a hostile one is closed', () => {
    const server = new FakeServer({ strikeBurst: 3, idleMs: 1e9 });
    const [clumsy, hostile] = [server.hello(1), server.hello(2)];
    for (let n = 0; n < 30; n++) {
      server.raw(clumsy, bytes(40, n));
      server.raw(hostile, bytes(40, n));
      server.raw(hostile, bytes(40, n));
      server.now += 1_000;
    }
    expect([server.closed.get(clumsy), server.closed.get(hostile)]).toEqual([undefined, 'abuse']);
  });
});

describe('what the server remembers', () => {
  test('[limit SERVER.ticketMs] a ticket opens a route for an hour; one who joins again has a fresh one', () => {
    const server = new FakeServer();
    const [a, b] = [server.hello(1), server.hello(2)];
    const [old] = [server.join(a, room), server.join(b, room)];
    server.now += 3_600_000;
    const open = (ticket: Uint8Array): string[] => {
      server.heard(a);
      server.say(a, { type: 'relay:open:v1:requested', room, to: session(2), ticket });
      return server.errors(a);
    };
    expect(open(old!)).toEqual(['bad_ticket']);
    expect(open(server.join(a, room))).toEqual([]);
  });

  test('[limit SERVER.quotaEntries] pairs that pass frames are remembered up to a number; the oldest is forgotten, the server goes on', () => {
    const server = new FakeServer({ quotaEntries: 2, relayBytesPerPair: 100, frameBurst: 1e6 });
    const [a, b] = [server.hello(1), server.hello(2, '10.0.0.2')];
    const send = (n: number): string[] => {
      const at = bytes(32, n);
      const [ofA, ofB] = [server.join(a, at), server.join(b, at)];
      server.say(a, { type: 'relay:open:v1:requested', room: at, to: session(2), ticket: ofA });
      server.say(b, { type: 'relay:open:v1:requested', room: at, to: session(1), ticket: ofB });
      const opened = server.heard(a).find((message) => message.type === 'relay:open:v1:completed') as { route: Uint8Array };
      server.say(a, { type: 'relay:frame:v1:requested', route: opened.route, channel: 0, frame: bytes(80, 1) });
      return server.errors(a);
    };
    expect([send(1), send(1), send(2), send(1)]).toEqual([[], ['relay_quota'], [], ['relay_quota']]);
    // Two newer ones push the first one out: its use counts from nothing again.
    expect([send(3), send(1)]).toEqual([[], []]);
  });

  test('[limit SERVER.addresses] addresses that came and went are forgotten; while too many are remembered, new ones wait and known ones are served', () => {
    const server = new FakeServer({ addresses: 3 });
    const come = (n: number): number | null => {
      const id = server.connect(`10.0.1.${n}`);
      if (id !== null) server.say(id, { type: 'signal:ping:v1:requested' });
      return id;
    };
    for (const n of [1, 2, 3]) server.hub.disconnect(come(n)!);
    expect(come(4)).toBeNull();
    expect(come(1)).not.toBeNull();
    server.now += 1_000;
    server.hub.tick(server.now);
    expect(come(4)).not.toBeNull();
  });

  test('[limit SERVER.sockets] the whole server: one more than 4,096 is refused, and a place that comes free is given', () => {
    const hub = new Hub({ limits: LIMITS, key: bytes(32, 1), random: (n) => bytes(n, 1), wall: () => 0, send: () => {}, probe: () => {}, close: () => {} });
    for (let n = 0; n < 4_096; n++) expect(hub.connect(n, `a${n % 100}`, 0)).toBe(true);
    expect(hub.connect(5_000, 'b', 0)).toBe(false);
    hub.disconnect(7);
    expect(hub.connect(5_000, 'b', 0)).toBe(true);
  });
});

/** A client that says hello as session `n` and hears everything. */
async function open(url: string, n: number): Promise<{ socket: WebSocket; closed: Promise<number> }> {
  const socket = new WebSocket(url);
  socket.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('open', resolve));
  const heard = new Promise((resolve) => socket.once('message', resolve));
  socket.send(encodeSignal({ type: 'signal:hello:v1:requested', session: session(n) }));
  await heard;
  return { socket, closed };
}

afterEach(() => vi.restoreAllMocks());

describe('connections', () => {
  test('[limit SERVER.bufferMax] a client that asks and never reads is dropped before its answers fill the memory; the others are served', async () => {
    const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, limits: { bufferMax: 1_000_000, requestBurst: 1e6, addressRequestBurst: 1e6, forwardBurst: 1e9 } });
    const [deaf, busy] = [await open(server.signalUrl, 1), await open(server.signalUrl, 2)];
    for (const { socket } of [deaf, busy]) socket.send(encodeSignal({ type: 'signal:join:v1:requested', room }));
    deaf.socket.pause();
    const forward = encodeSignal({ type: 'signal:forward:v1:requested', room, to: session(1), data: bytes(SIGNAL_LIMITS.data, 1) });
    // Kernel buffers take some megabytes before anything waits in the server.
    for (let n = 0; n < 3_000 && server.stats().sockets === 2; n++) {
      busy.socket.send(forward);
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await expect.poll(() => server.stats().sockets).toBe(1);
    expect(busy.socket.readyState).toBe(WebSocket.OPEN);
    deaf.socket.terminate();
    await server.stop();
  });

  const raw = (port: number, text: string, localAddress = '127.0.0.1'): { socket: Socket; closed: Promise<string> } => {
    let got = '';
    const socket = connect({ port, host: '127.0.0.1', localAddress }, () => socket.write(text));
    socket.on('data', (data) => (got += data.toString())).on('error', () => undefined);
    return { socket, closed: new Promise((resolve) => socket.once('close', () => resolve(got))) };
  };

  test('[limit SERVER.headersMs SERVER.requestMs] one who never ends the headers, or never the request, is cut off', async () => {
    const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, limits: { headersMs: 200, requestMs: 400 } });
    const headers = raw(server.port, 'GET /health HTTP/1.1\r\nHost: x\r\n');
    const body = raw(server.port, 'POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
    // The defaults of Node are longer than this test may take.
    expect(await headers.closed).toMatch(/408|^$/);
    await body.closed;
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    await server.stop();
  });

  test('[limit SERVER.requestMs] one who asks for a file and takes none of it is cut off; a WebSocket that is silent as long lives on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lifegraph-slow-'));
    const big = openSync(join(folder, 'big.bin'), 'w');
    ftruncateSync(big, 64 * 2 ** 20);
    closeSync(big);
    const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: folder, limits: { connections: 2, headersMs: 200, requestMs: 400 } });
    const { socket } = await open(server.signalUrl, 1);
    const slow = connect({ port: server.port, host: '127.0.0.1' }, () => slow.write('GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n'));
    slow.on('error', () => undefined);
    await new Promise((resolve) => slow.once('readable', resolve));
    expect((await raw(server.port, 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n').closed).length, 'no place').toBe(0);
    await expect.poll(async () => await raw(server.port, 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n').closed, { timeout: 10_000 }).toContain('200 OK');
    const answered = new Promise((resolve) => socket.once('pong', resolve));
    socket.ping();
    await answered;
    slow.destroy();
    socket.terminate();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  test('[limit SERVER.stopMs] who is refused an upgrade and keeps its half of the connection takes no place, and no stop waits for it', async () => {
    const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, limits: { connections: 2, stopMs: 200 } });
    const refused = async (): Promise<Socket> => {
      const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.write('GET /other HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'));
      socket.on('error', () => undefined).resume();
      await new Promise((resolve) => socket.once('end', resolve));
      return socket;
    };
    const held = [await refused(), await refused()];
    await expect.poll(async () => await raw(server.port, 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n').closed).toContain('200 OK');
    held.push(await refused());
    await server.stop();
    for (const socket of held) socket.destroy();
  });

  test('[limit SERVER.pingRate SERVER.pingBurst] WebSocket pings: so many at once and one a second are answered; who sends more is cut off, the others are not', async () => {
    const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null });
    const [calm, flood] = [await open(server.signalUrl, 1), await open(server.signalUrl, 2)];
    const pinged = async (count: number): Promise<void> => {
      let left = count;
      const all = new Promise<void>((resolve) => calm.socket.on('pong', () => void (--left === 0 && resolve())));
      for (let n = 0; n < count; n++) calm.socket.ping();
      await all;
      calm.socket.removeAllListeners('pong');
    };
    // The clock stands still but for what is said here.
    const now = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    await pinged(1);
    now.mockReturnValue(performance.now() + 40_000);
    await pinged(32);
    now.mockReturnValue(performance.now() + 2_000);
    await pinged(2);
    for (let n = 0; n < 33; n++) flood.socket.ping();
    expect(await flood.closed).toBe(1006);
    expect(calm.socket.readyState).toBe(WebSocket.OPEN);
    calm.socket.ping();
    expect(await calm.closed).toBe(1006);
    await server.stop();
  });

  test('[limit SERVER.connections] more open connections than the server takes are cut at once, and the next one after a free place is served', async () => {
    const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, limits: { connections: 2, headersMs: 60_000, requestMs: 60_000 } });
    const held = [raw(server.port, 'GET / HTTP/1.1\r\n'), raw(server.port, 'GET / HTTP/1.1\r\n')];
    await Promise.all(held.map(({ socket }) => new Promise((resolve) => (socket.readyState === 'open' ? resolve(null) : socket.once('connect', resolve)))));
    await expect.poll(async () => (await raw(server.port, 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n').closed).length).toBe(0);
    held[0]!.socket.destroy();
    await expect.poll(async () => await raw(server.port, 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n').closed).toContain('200 OK');
    held[1]!.socket.destroy();
    await server.stop();
  });

  test('[limit SERVER.connectionsPerAddress] one address that opens connections and reads nothing takes so many; another one is served', async () => {
    const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, limits: { connectionsPerAddress: 3, headersMs: 60_000, requestMs: 60_000 } });
    const held = [1, 2, 3].map(() => raw(server.port, 'GET / HTTP/1.1\r\n'));
    await Promise.all(held.map(({ socket }) => new Promise((resolve) => (socket.readyState === 'open' ? resolve(null) : socket.once('connect', resolve)))));
    const ask = 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    await expect.poll(async () => (await raw(server.port, ask).closed).length).toBe(0);
    expect(await raw(server.port, ask, '127.0.0.2').closed).toContain('200 OK');
    held[0]!.socket.destroy();
    await expect.poll(async () => await raw(server.port, ask).closed).toContain('200 OK');
    for (const { socket } of held) socket.destroy();
    await server.stop();
  });

  test('[limit SERVER.connectionsPerNetwork] one network that opens connections from many addresses takes so many; another one is served', async () => {
    const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, limits: { connectionsPerNetwork: 3, headersMs: 60_000, requestMs: 60_000 } });
    const held = [1, 2, 3].map((n) => raw(server.port, 'GET / HTTP/1.1\r\n', `127.0.0.${n}`));
    await Promise.all(held.map(({ socket }) => new Promise((resolve) => (socket.readyState === 'open' ? resolve(null) : socket.once('connect', resolve)))));
    const ask = 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    await expect.poll(async () => (await raw(server.port, ask, '127.0.0.4').closed).length).toBe(0);
    expect(await raw(server.port, ask, '127.0.1.1').closed).toContain('200 OK');
    held[0]!.socket.destroy();
    await expect.poll(async () => await raw(server.port, ask, '127.0.0.4').closed).toContain('200 OK');
    for (const { socket } of held) socket.destroy();
    await server.stop();
  });

  test('[limit SERVER.bufferAll] many who never read, each below its own cap: together they do not fill the memory, who reads stays', async () => {
    const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, limits: { bufferAll: 4_000_000, bufferMax: 1e9, requestBurst: 1e6, requestRate: 1e6, addressRequestBurst: 1e6, forwardBurst: 1e9 } });
    const busy = await open(server.signalUrl, 1);
    const reader = await open(server.signalUrl, 2);
    const deaf = await Promise.all([3, 4, 5, 6].map((n) => open(server.signalUrl, n)));
    for (const { socket } of [busy, reader, ...deaf]) socket.send(encodeSignal({ type: 'signal:join:v1:requested', room }));
    for (const { socket } of deaf) socket.pause();
    let read = 0;
    reader.socket.on('message', () => (read += 1));
    // Kernel buffers take some megabytes of each before anything waits in the server.
    for (let n = 0; n < 3_000 && server.stats().sockets > 3; n++) {
      for (const to of [2, 3, 4, 5, 6]) busy.socket.send(encodeSignal({ type: 'signal:forward:v1:requested', room, to: session(to), data: bytes(SIGNAL_LIMITS.data, 1) }));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await expect.poll(() => server.stats().sockets, { timeout: 10_000 }).toBeLessThanOrEqual(4);
    expect([busy.socket.readyState, reader.socket.readyState, read > 0]).toEqual([WebSocket.OPEN, WebSocket.OPEN, true]);
    for (const { socket } of deaf) socket.terminate();
    await server.stop();
  }, 30_000);
});
