/** Messages that say to be longer than any may be (TRUST §3 row 6), or come in very many parts, over a real socket: closed before anything of that size is put aside. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SIGNAL_LIMITS } from '#ports/signaling';
import { startServer, type RunningServer } from '#signaling/server';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null });
});
afterAll(() => server.stop());

/** A WebSocket as far as its handshake, by hand; `got` is what came after it. */
async function raw(): Promise<{ socket: Socket; got(): Buffer; closed: Promise<void> }> {
  let answer = Buffer.alloc(0);
  const socket = connect({ port: server.port, host: '127.0.0.1' });
  socket.on('data', (data: Buffer) => (answer = Buffer.concat([answer, data]))).on('error', () => undefined);
  socket.write(`GET /signal HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`);
  await expect.poll(() => answer.includes('101 Switching Protocols') && answer.includes('\r\n\r\n')).toBe(true);
  answer = Buffer.alloc(0);
  return { socket, got: () => answer, closed: new Promise((resolve) => socket.once('close', () => resolve())) };
}

/** Head of a masked binary frame that says how many bytes follow. */
function head(length: number): Buffer {
  const out = Buffer.alloc(14);
  out[0] = 0x82;
  out[1] = 0x80 | 127;
  out.writeBigUInt64BE(BigInt(length), 2);
  return out;
}

test('[row 6] a head of 1 GiB, or of one byte more than a message may have: closed with 1009, and the memory does not grow with it', async () => {
  for (const length of [2 ** 30, SIGNAL_LIMITS.message + 1]) {
    const { socket, got, closed } = await raw();
    const before = process.memoryUsage().rss;
    socket.write(head(length));
    await closed;
    expect(got()[0], 'a close').toBe(0x88);
    expect(got().readUInt16BE(2), 'of a message that is too big').toBe(1009);
    expect(process.memoryUsage().rss - before).toBeLessThan(8 * 2 ** 20);
  }
});

test('[row 6] control: a message as long as one may be is read to its end, and answered for what is in it', async () => {
  const { socket, got } = await raw();
  socket.write(Buffer.concat([head(SIGNAL_LIMITS.message), Buffer.alloc(SIGNAL_LIMITS.message)]));
  await expect.poll(() => got().includes('bad_message')).toBe(true);
  socket.destroy();
});

/** A masked frame of one byte; `last`: the message ends with it. */
const part = (first: boolean, last: boolean): Buffer => Buffer.from([(last ? 0x80 : 0) | (first ? 2 : 0), 0x81, 0, 0, 0, 0, 7]);

test('[limit SERVER.fragments] a message in 256 frames is read; one more closes the socket with 1008', async () => {
  const message = (frames: number): Buffer => Buffer.concat(Array.from({ length: frames }, (_, n) => part(n === 0, n === frames - 1)));
  const fits = await raw();
  fits.socket.write(message(256));
  await expect.poll(() => fits.got().includes('bad_message')).toBe(true);
  fits.socket.destroy();
  const { socket, got, closed } = await raw();
  socket.write(message(257));
  await closed;
  expect([got()[0], got().readUInt16BE(2)]).toEqual([0x88, 1008]);
});

test('[limit SERVER.chunks] a frame that is sent byte by byte closes the socket after 1,024 of them; as a hundred pieces it is read', async () => {
  const drip = async (pieces: number, size: number): Promise<Awaited<ReturnType<typeof raw>> & { sent: number }> => {
    const one = await raw();
    let over = false;
    void one.closed.then(() => (over = true));
    one.socket.setNoDelay(true);
    one.socket.write(head(SIGNAL_LIMITS.message));
    let sent = 0;
    for (; sent < pieces && !over; sent++) {
      one.socket.write(Buffer.alloc(size));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { ...one, sent };
  };
  const fits = await drip(100, SIGNAL_LIMITS.message / 100 + 1);
  await expect.poll(() => fits.got().includes('bad_message')).toBe(true);
  fits.socket.destroy();
  // The system may join some of them.
  const { got, closed, sent, socket } = await drip(SIGNAL_LIMITS.message - 1, 1);
  if (sent < SIGNAL_LIMITS.message - 1) await closed;
  socket.destroy();
  expect([got()[0], got().length >= 4 && got().readUInt16BE(2)], `after ${sent}`).toEqual([0x88, 1008]);
  expect(sent).toBeGreaterThan(1_024);
}, 60_000);
