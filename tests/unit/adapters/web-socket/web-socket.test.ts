import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createWebSocketPort, type WebSocketConstructor } from '#adapters/web-socket/web-socket';

const servers: WebSocketServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(on: (socket: WebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  servers.push(server);
  server.on('connection', on);
  await new Promise((resolve) => server.once('listening', resolve));
  return `ws://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

const port = createWebSocketPort(WebSocket as unknown as WebSocketConstructor);

function open(url: string, send: Uint8Array[] = []) {
  const log: string[] = [];
  let done: () => void = () => {};
  const closed = new Promise<void>((resolve) => (done = resolve));
  const socket = port.open(url, {
    onOpen: () => {
      log.push('open');
      for (const message of send) socket.send(message);
    },
    onMessage: (message) => {
      log.push(`message ${[...message.slice(0, 4)].join()}`);
      if (message[0] === 9) socket.close();
    },
    onClose: (reason) => {
      log.push(`close ${reason}`);
      done();
    },
  });
  return { socket, log, closed };
}

describe('message sockets', () => {
  it('carries whole binary messages and closes once', async () => {
    const url = await serve((far) => far.on('message', (data) => far.send(data)));
    const { log, closed, socket } = open(url, [new Uint8Array([1, 2]), new Uint8Array([9])]);
    expect(socket.buffered()).toBe(0);
    await closed;
    socket.send(new Uint8Array([1]));
    socket.close();
    expect(log).toEqual(['open', 'message 1,2', 'message 9', 'close closed here']);
  });

  it('tells when the server goes, refuses, or the address is none', async () => {
    const gone = open(await serve((far) => far.close(1001, 'restart')));
    await gone.closed;
    expect(gone.log).toEqual(['open', 'close restart']);
    const refused = open('ws://127.0.0.1:1/');
    await refused.closed;
    expect(refused.log).toEqual(['close error']);
    const bad = open('not an address');
    await bad.closed;
    expect(bad.log).toEqual(['close address']);
  });

  it('[limit SOCKET_MAX_MESSAGE] closes on text and on messages over the cap', async () => {
    for (const junk of ['text', new Uint8Array(262_145)]) {
      const { log, closed } = open(await serve((far) => far.send(junk)));
      await closed;
      expect(log).toEqual(['open', 'close protocol']);
    }
  });

  it('can be closed before it is open', async () => {
    const { socket, log, closed } = open(await serve(() => {}));
    socket.close();
    await closed;
    expect(log).toEqual(['close closed here']);
  });
});
