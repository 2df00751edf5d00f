import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { sessionOf } from '#ports/session-name';
import { decodeSignal, encodeSignal, SIGNAL_LIMITS, type SignalMessage } from '#ports/signaling';
import { CONTENT_SECURITY_POLICY, policyOf } from '#signaling/headers';
import { startServer, type RunningServer } from '#signaling/server';
import { parseMetrics } from '#tests/support/prometheus';
import { bytes } from './fake-server.ts';

/** A real client: messages are queued, `next` waits for the one of a type. */
class Client {
  readonly #queue: SignalMessage[] = [];
  #wake: (() => void) | null = null;
  readonly closed: Promise<number>;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const read = decodeSignal(new Uint8Array(data));
      if (read.ok) this.#queue.push(read.value);
      this.#wake?.();
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  static async open(server: RunningServer, n: number, hello: SignalMessage = { type: 'signal:hello:v1:requested', session: bytes(16, n) }): Promise<Client> {
    const socket = new WebSocket(server.signalUrl);
    const client = new Client(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    client.say(hello);
    await client.next('signal:hello:v1:completed');
    return client;
  }

  say(message: SignalMessage): void {
    this.socket.send(encodeSignal(message));
  }

  /** Has a message of the type come that nobody took yet? */
  has(type: SignalMessage['type']): boolean {
    return this.#queue.some((message) => message.type === type);
  }

  async next<T extends SignalMessage['type']>(type: T): Promise<Extract<SignalMessage, { type: T }>> {
    for (;;) {
      const at = this.#queue.findIndex((message) => message.type === type);
      if (at >= 0) return this.#queue.splice(at, 1)[0] as Extract<SignalMessage, { type: T }>;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async join(room: Uint8Array): Promise<Uint8Array> {
    this.say({ type: 'signal:join:v1:requested', room });
    return (await this.next('signal:join:v1:completed')).ticket;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'lifegraph-static-'));
let server: RunningServer;

beforeAll(async () => {
  mkdirSync(join(folder, 'dist', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'dist', 'index.html'), '<!doctype html>page');
  writeFileSync(join(folder, 'dist', 'sw.js'), 'sw');
  writeFileSync(join(folder, 'dist', 'assets', 'index-AbCd1234.js'), 'plain');
  writeFileSync(join(folder, 'dist', 'assets', 'index-AbCd1234.js.gz'), gzipSync('plain'));
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'dist', 'link.txt'));
  mkdirSync(join(folder, 'elsewhere'));
  writeFileSync(join(folder, 'elsewhere', 'inside.txt'), 'secret');
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'dist', 'linked'));
  server = await startServer({ port: 0, host: '127.0.0.1', staticDir: join(folder, 'dist') });
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('signaling over real sockets', () => {
  test('{V8} two clients meet, exchange a signal and a relayed frame of full size', async () => {
    const room = bytes(32, 1);
    const [a, b] = [await Client.open(server, 1), await Client.open(server, 2)];
    const [ofA, ofB] = [await a.join(room), await b.join(room)];
    expect(await a.next('signal:peer:v1:completed')).toMatchObject({ present: true, session: bytes(16, 2) });
    a.say({ type: 'signal:forward:v1:requested', room, to: bytes(16, 2), data: bytes(SIGNAL_LIMITS.data, 3) });
    expect((await b.next('signal:forward:v1:completed')).data).toEqual(bytes(SIGNAL_LIMITS.data, 3));
    a.say({ type: 'relay:open:v1:requested', room, to: bytes(16, 2), ticket: ofA });
    b.say({ type: 'relay:open:v1:requested', room, to: bytes(16, 1), ticket: ofB });
    const { route } = await a.next('relay:open:v1:completed');
    await b.next('relay:open:v1:completed');
    a.say({ type: 'relay:frame:v1:requested', route, channel: 1, frame: bytes(SIGNAL_LIMITS.frame, 4) });
    expect(await b.next('relay:frame:v1:completed')).toMatchObject({ channel: 1, frame: bytes(SIGNAL_LIMITS.frame, 4) });
    a.socket.terminate();
    expect(await b.next('relay:close:v1:completed')).toMatchObject({ reason: 'left' });
    expect(await b.next('signal:peer:v1:completed')).toMatchObject({ present: false });
    b.socket.close();
    await b.closed;
  });

  test('8 MB pass to a receiver that reads slowly, all of it and in order', async () => {
    const room = bytes(32, 2);
    const [a, b] = [await Client.open(server, 3), await Client.open(server, 4)];
    const [ofA, ofB] = [await a.join(room), await b.join(room)];
    a.say({ type: 'relay:open:v1:requested', room, to: bytes(16, 4), ticket: ofA });
    b.say({ type: 'relay:open:v1:requested', room, to: bytes(16, 3), ticket: ofB });
    const { route } = await a.next('relay:open:v1:completed');
    b.socket.pause();
    for (let n = 0; n < 134; n++) a.say({ type: 'relay:frame:v1:requested', route, channel: 1, frame: bytes(60_000, n) });
    b.socket.resume();
    for (let n = 0; n < 134; n++) {
      const { frame } = await b.next('relay:frame:v1:completed');
      expect(new DataView(frame.buffer, frame.byteOffset).getUint32(59_996)).toBe(n);
    }
    a.socket.close();
    b.socket.close();
    await Promise.all([a.closed, b.closed]);
  });

  test('a receiver that stops reading loses its route, and the others hear its sender again', async () => {
    const room = bytes(32, 3);
    const [a, b, c] = [await Client.open(server, 5), await Client.open(server, 6), await Client.open(server, 7)];
    const [ofA, ofB] = [await a.join(room), await b.join(room), await c.join(room)];
    a.say({ type: 'relay:open:v1:requested', room, to: bytes(16, 6), ticket: ofA! });
    b.say({ type: 'relay:open:v1:requested', room, to: bytes(16, 5), ticket: ofB! });
    const { route } = await a.next('relay:open:v1:completed');
    b.socket.pause();
    // More than the buffers of both systems between the server and the receiver take (Linux: up to 6 MB each).
    for (let n = 0; n < 400; n++) a.say({ type: 'relay:frame:v1:requested', route, channel: 1, frame: bytes(60_000, n) });
    a.say({ type: 'signal:forward:v1:requested', room, to: bytes(16, 7), data: bytes(8, 1) });
    // A second between two looks, and the time without any reading.
    expect((await c.next('signal:forward:v1:completed')).data).toEqual(bytes(8, 1));
    expect(await a.next('relay:close:v1:completed')).toMatchObject({ reason: 'slow' });
    for (const client of [a, b, c]) client.socket.terminate();
    await Promise.all([a.closed, b.closed, c.closed]);
  });

  test('one slow receiver holds its own route only: its sender is told, is heard by the others meanwhile, and all it sent comes when the receiver reads again', async () => {
    const room = bytes(32, 4);
    const [a, b, c] = [await Client.open(server, 5, { type: 'signal:hello:v2:requested', secret: bytes(32, 5) }), await Client.open(server, 6), await Client.open(server, 7)];
    const [ofA, ofB] = [await a.join(room), await b.join(room), await c.join(room)];
    a.say({ type: 'relay:open:v1:requested', room, to: bytes(16, 6), ticket: ofA! });
    b.say({ type: 'relay:open:v1:requested', room, to: sessionOf(bytes(32, 5)), ticket: ofB! });
    const { route } = await a.next('relay:open:v1:completed');
    b.socket.pause();
    let sent = 0;
    // More than the buffers of both systems between the server and the receiver take; the server has read all of it at each answer.
    while (!a.has('relay:flow:v1:completed') && sent < 400) {
      for (let n = 0; n < 5; n++) a.say({ type: 'relay:frame:v1:requested', route, channel: 1, frame: bytes(60_000, sent++) });
      a.say({ type: 'signal:ping:v1:requested' });
      await a.next('signal:ping:v1:completed');
    }
    expect(await a.next('relay:flow:v1:completed')).toEqual({ type: 'relay:flow:v1:completed', route, open: false });
    a.say({ type: 'signal:forward:v1:requested', room, to: bytes(16, 7), data: bytes(8, 1) });
    expect((await c.next('signal:forward:v1:completed')).data).toEqual(bytes(8, 1));
    b.socket.resume();
    expect(await a.next('relay:flow:v1:completed')).toEqual({ type: 'relay:flow:v1:completed', route, open: true });
    for (let n = 0; n < sent; n++) {
      const { frame } = await b.next('relay:frame:v1:completed');
      expect(new DataView(frame.buffer, frame.byteOffset).getUint32(59_996)).toBe(n);
    }
    for (const client of [a, b, c]) client.socket.terminate();
    await Promise.all([a.closed, b.closed, c.closed]);
  });

  test('a text message and an oversized one end the socket', async () => {
    const a = await Client.open(server, 5);
    a.socket.send('hello');
    expect(await a.closed).toBe(1003);
    const b = await Client.open(server, 6);
    b.socket.send(new Uint8Array(SIGNAL_LIMITS.message + 1));
    expect(await b.closed).toBe(1009);
  });

  test('other paths do not upgrade, and an address with too many sockets is told 429', async () => {
    const status = (url: string): Promise<number> => new Promise((resolve) => {
      const socket = new WebSocket(url);
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.on('open', () => resolve(101));
      socket.on('error', () => undefined);
    });
    expect(await status(server.signalUrl.replace('/signal', '/other'))).toBe(404);
    const small = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, limits: { socketsPerAddress: 1 } });
    const first = await Client.open(small, 1);
    expect(await status(small.signalUrl)).toBe(429);
    first.socket.terminate();
    await small.stop();
  });

  test('a stop tells the clients, closes them and ends within its time', async () => {
    const other = await startServer({ port: 0, host: '127.0.0.1', staticDir: null });
    const a = await Client.open(other, 1);
    const stopped = other.stop();
    expect(await a.next('signal:close:v1:completed')).toMatchObject({ reason: 'stopping' });
    await stopped;
    expect(await a.closed).toBe(1001);
  });

  test('[limit SERVER.stopMs] a stop does not wait for a client that never reads', async () => {
    const other = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, limits: { stopMs: 200 } });
    const a = await Client.open(other, 1);
    a.socket.pause();
    await other.stop();
    a.socket.terminate();
  });
});

describe('the served app', () => {
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(`${server.url}${path}`, { headers });

  test('the page comes with the policy, isolation and no caching', async () => {
    const response = await get('/');
    expect(await response.text()).toBe('<!doctype html>page');
    expect(response.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
    expect(CONTENT_SECURITY_POLICY).toContain("require-trusted-types-for 'script'");
    expect(CONTENT_SECURITY_POLICY).not.toContain('unsafe');
    // The worker that runs models compiles them and reaches nobody; the one that fetches them compiles nothing; no other file has either right.
    const [mind, models] = [policyOf('/assets/mind.worker-Ab1.js'), policyOf('/assets/models.worker-Ab1.js')];
    expect([/script-src 'self' 'wasm-unsafe-eval';/.test(mind), /connect-src 'self';/.test(mind), mind.replace(" 'wasm-unsafe-eval'", '').includes('unsafe')]).toEqual([true, true, false]);
    expect([models.includes('unsafe'), /connect-src 'self' https:/.test(models)]).toEqual([false, true]);
    const search = policyOf('/assets/search.worker-Ab1.js');
    expect([/script-src 'self' 'wasm-unsafe-eval';/.test(search), /connect-src 'none';/.test(search)]).toEqual([true, true]);
    for (const path of ['/', '/assets/mind-Ab1.js', '/assets/kernel.worker-Ab1.js', '/mind.worker-Ab1.js', '/x/assets/mind.worker-Ab1.js']) expect(policyOf(path), path).toBe(CONTENT_SECURITY_POLICY);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-cache', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer',
    });
  });

  test('files named by their content are cached for ever, the service worker is not; compressed neighbours are used', async () => {
    const asset = await get('/assets/index-AbCd1234.js', { 'accept-encoding': 'gzip, br;q=0' });
    expect(asset.headers.get('content-encoding')).toBe('gzip');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(await asset.text()).toBe('plain');
    expect((await get('/assets/index-AbCd1234.js', { 'accept-encoding': 'identity' })).headers.get('content-encoding')).toBeNull();
    const sw = await get('/sw.js');
    expect(sw.headers.get('cache-control')).toBe('no-cache');
    expect((await get('/sw.js', { 'if-none-match': sw.headers.get('etag')! })).status).toBe(304);
  });

  test('a file that came later is found', async () => {
    writeFileSync(join(folder, 'dist', 'later.txt'), 'later');
    await expect.poll(async () => (await get('/later.txt')).status).toBe(200);
  });

  test('a file that was listed and became a link since leads to nothing', async () => {
    const root = join(folder, 'swapped');
    mkdirSync(root);
    writeFileSync(join(root, 'a.txt'), 'plain');
    const other = await startServer({ port: 0, host: '127.0.0.1', staticDir: root });
    rmSync(join(root, 'a.txt'));
    symlinkSync(join(folder, 'secret.txt'), join(root, 'a.txt'));
    expect((await fetch(`${other.url}/a.txt`)).status).toBe(404);
    await other.stop();
  });

  test.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/../../secret.txt', '//secret.txt', '/link.txt', '/linked/inside.txt', '/linked', '/assets', '/nothing', '/%00', '/\\..\\secret.txt'])(
    'the address %s leads to nothing', async (path) => {
      const answer = await new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect(server.port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`));
        socket.on('data', (data) => (text += data.toString())).on('end', () => resolve(text)).on('error', reject);
      });
      expect(answer).toMatch(/^HTTP\/1\.1 40[04]/);
      expect(answer).not.toContain('secret');
    },
  );

  test('[limit SERVER.urlBytes] health and metrics are numbers; other methods are refused', async () => {
    expect(await (await get('/health')).json()).toMatchObject({ status: 'ok', sockets: expect.any(Number), rooms: expect.any(Number) });
    expect((await get('/health/live')).status + (await get('/health/ready')).status).toBe(400);
    expect([...parseMetrics(await (await get('/metrics')).text())].map(([name, { kind }]) => `${kind} ${name.replace('lifegraph_', '')}`)).toEqual([
      'gauge sockets', 'gauge rooms', 'gauge routes', 'counter joins', 'counter forwards', 'counter relay_frames', 'counter relay_bytes', 'counter refused', 'gauge memory_bytes', 'gauge uptime_seconds',
    ]);
    expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(405);
    expect((await get(`/${'x'.repeat(3_000)}`)).status).toBe(400);
  });
});
