/** A proxy in front of a signaling server that keeps every byte it passes, both ways: what the server's operator could read. */
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer, type RawData } from 'ws';

/** The proxy. */
export interface Tap {
  /** Its address, to be used instead of the server's. */
  readonly url: string;
  /** Everything that passed so far. */
  passed(): Uint8Array;
  /** What the browser in front of it said, without what it heard. */
  said(): Buffer;
  stop(): Promise<void>;
}

/** Starts a tap in front of the server at `target`. */
export async function startTap(target: string): Promise<Tap> {
  const kept: Buffer[] = [];
  const said: Buffer[] = [];
  const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer));
  const proxy = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => proxy.once('listening', resolve));
  proxy.on('connection', (client) => {
    const server = new WebSocket(target);
    const early: Buffer[] = [];
    client.on('message', (data) => {
      kept.push(bytesOf(data));
      said.push(bytesOf(data));
      if (server.readyState === WebSocket.OPEN) server.send(bytesOf(data));
      else early.push(bytesOf(data));
    });
    server.on('open', () => early.splice(0).forEach((data) => server.send(data)));
    server.on('message', (data) => {
      kept.push(bytesOf(data));
      client.send(bytesOf(data));
    });
    for (const [one, other] of [[client, server], [server, client]] as const) {
      one.on('close', () => other.close());
      one.on('error', () => other.terminate());
    }
  });
  return {
    url: `ws://127.0.0.1:${(proxy.address() as AddressInfo).port}/signal`,
    passed: () => Buffer.concat(kept),
    said: () => Buffer.concat(said),
    stop: () =>
      new Promise((resolve) => {
        for (const client of proxy.clients) client.terminate();
        proxy.close(() => resolve());
      }),
  };
}
