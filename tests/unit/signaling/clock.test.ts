/** Somebody sets the clock of the machine while the server runs. */
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { decodeSignal, encodeSignal, type SignalMessage, type SignalReply } from '#ports/signaling';
import { startServer } from '#signaling/server';
import { bytes } from './fake-server.ts';

afterEach(() => vi.restoreAllMocks());

async function connected(url: string): Promise<{ socket: WebSocket; closed: Promise<number>; ask(message: SignalMessage): Promise<SignalReply> }> {
  const socket = new WebSocket(url);
  socket.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('open', resolve));
  const ask = async (message: SignalMessage): Promise<SignalReply> => {
    const answer = new Promise<Buffer>((resolve) => socket.once('message', resolve));
    socket.send(encodeSignal(message));
    const read = decodeSignal(new Uint8Array(await answer));
    if (!read.ok) throw new Error(read.error.message);
    return read.value as SignalReply;
  };
  return { socket, closed, ask };
}

test.each([['two hours ahead', 7_200_000], ['an hour back', -3_600_000]])('the clock is set %s: who is silent is closed in time, who speaks stays and keeps the ticket, and new time is told', async (_, jump) => {
  const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, limits: { helloMs: 300 } });
  const room = bytes(32, 7);
  const calm = await connected(server.signalUrl);
  await calm.ask({ type: 'signal:hello:v1:requested', session: bytes(16, 1) });
  const joined = await calm.ask({ type: 'signal:join:v1:requested', room });
  const silent = await connected(server.signalUrl);
  const real = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => real() + jump);
  // A look at all sockets has passed when the silent one is closed.
  expect(await silent.closed).toBe(1001);
  expect(calm.socket.readyState).toBe(WebSocket.OPEN);
  const { ticket } = joined as SignalReply & { type: 'signal:join:v1:completed' };
  expect(await calm.ask({ type: 'relay:open:v1:requested', room, to: bytes(16, 2), ticket }), 'a good ticket, and nobody there').toMatchObject({ code: 'no_peer' });
  const { time } = (await calm.ask({ type: 'signal:ping:v1:requested' })) as SignalReply & { type: 'signal:ping:v1:completed' };
  expect(Math.abs(time - real() - jump)).toBeLessThan(60_000);
  calm.socket.terminate();
  await server.stop();
}, 20_000);
