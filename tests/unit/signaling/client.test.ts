import { WebSocket } from 'ws';
import { afterEach, describe, expect, test } from 'vitest';
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import { createWebSocketPort, type WebSocketConstructor } from '#adapters/web-socket/web-socket';
import { toBase64url, type Bytes } from '#base/bytes';
import type { IceServer } from '#ports/signaling';
import type { Wire } from '#ports/wire';
import { startServer, type RunningServer } from '#signaling/server';
import { createSignalingClient, type SignalingClient } from '#vm/mesh/signaling-client';
import { bytes } from './fake-server.ts';

/** The peer's own client against the real server, with what it was told. */
interface Side {
  readonly client: SignalingClient;
  readonly peers: Set<string>;
  readonly signals: Bytes[];
  readonly wires: Wire[];
  readonly offsets: number[];
  readonly ice: IceServer[];
}

const started: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of started.splice(0).reverse()) await stop();
});

async function server(port = 0, ice: readonly IceServer[] = []): Promise<RunningServer> {
  const running = await startServer({ port, host: '127.0.0.1', staticDir: null, ice });
  started.push(() => running.stop());
  return running;
}

function side(url: string, n: number, rooms: readonly Bytes[]): Side {
  const out = { peers: new Set<string>(), signals: [] as Bytes[], wires: [] as Wire[], offsets: [] as number[], ice: [] as IceServer[] };
  const client = createSignalingClient({
    url, session: bytes(16, n) as Bytes, clock: createSystemClock(), random: createWebRandom(crypto),
    sockets: createWebSocketPort(WebSocket as unknown as WebSocketConstructor),
    handlers: {
      onPeer: (_, __, session, present) => void (present ? out.peers.add(toBase64url(session)) : out.peers.delete(toBase64url(session))),
      onSignal: (_, __, ___, data) => void out.signals.push(data.slice()),
      onRelay: (_, __, wire) => void out.wires.push(wire),
      onClockOffset: (ms) => void out.offsets.push(ms),
      onIce: (_, ice) => void out.ice.push(...ice),
      onChange: () => undefined,
      onDown: () => out.peers.clear(),
    },
  });
  client.setRooms(new Map(rooms.map((room) => [toBase64url(room), room])));
  client.start();
  started.push(() => client.stop());
  return { client, ...out };
}

const room = bytes(32, 1) as Bytes;
const other = bytes(32, 2) as Bytes;
const poll = <T>(read: () => T): ReturnType<typeof expect.poll<T>> => expect.poll(read, { timeout: 10_000, interval: 10 });

describe('the client of a peer and the server understand each other', () => {
  test('{V9} a peer learns the STUN and TURN servers of its signaling server', async () => {
    const ice = [{ urls: ['stun:127.0.0.1:3478'] }, { urls: ['turn:127.0.0.1:3478'], username: 'lgos', credential: 'secret' }];
    const { signalUrl } = await server(0, ice);
    const a = side(signalUrl, 1, [room]);
    await poll(() => a.ice.length).toBe(2);
    expect(a.ice).toEqual(ice);
  });

  test('{V8} two peers see each other, learn the server clock, pass a signal and relay both ways', async () => {
    const { signalUrl } = await server();
    // The two name their rooms in different order, as happens around midnight.
    const [a, b] = [side(signalUrl, 1, [room, other]), side(signalUrl, 2, [other, room])];
    await poll(() => [a.peers.size, b.peers.size]).toEqual([1, 1]);
    expect(Math.abs(a.offsets[0]!)).toBeLessThan(1_000);
    expect(a.client.forward(bytes(16, 2) as Bytes, bytes(100, 5) as Bytes)).toBe(true);
    await poll(() => b.signals.length).toBe(1);
    expect(b.signals[0]).toEqual(bytes(100, 5));
    expect([a.client.openRelay(bytes(16, 2) as Bytes), b.client.openRelay(bytes(16, 1) as Bytes)]).toEqual([true, true]);
    await poll(() => [a.wires.length, b.wires.length]).toEqual([1, 1]);
    const [x, y] = [a.wires[0]!, b.wires[0]!];
    expect([x.kind, x.initiator, y.initiator]).toEqual(['relay', true, false]);
    expect(x.binding).toEqual(y.binding);
    const got: string[] = [];
    y.onFrame = (channel, frame) => void got.push(`${channel} ${frame.length}`);
    x.send('live', bytes(60_005, 1));
    x.send('bulk', bytes(7, 1));
    await poll(() => got.length).toBe(2);
    expect(got.sort()).toEqual(['bulk 7', 'live 60005']);
    const closed: string[] = [];
    y.onClose = (reason) => void closed.push(reason);
    x.close('done');
    await poll(() => closed.length).toBe(1);
  });

  test('a server that comes back is found again on a redial, and the rooms are joined again', async () => {
    const first = await server();
    const [a, b] = [side(first.signalUrl, 1, [room]), side(first.signalUrl, 2, [room])];
    await poll(() => [a.peers.size, b.peers.size]).toEqual([1, 1]);
    await first.stop();
    await poll(() => [a.client.open, a.peers.size, b.peers.size]).toEqual([false, 0, 0]);
    await server(first.port);
    a.client.redial();
    b.client.redial();
    await poll(() => [a.client.open, a.peers.size, b.peers.size]).toEqual([true, 1, 1]);
  });
});
