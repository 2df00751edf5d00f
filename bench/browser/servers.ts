/** Servers of a run: ours as a process of its own, and for Yjs a file server, y-websocket's own server and the topics of y-webrtc. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocketServer, type WebSocket } from 'ws';
import { setupWSConnection } from 'y-websocket/bin/utils';
import { PAGES } from './pages.ts';

export interface AppServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Signaling, relay and the built app; on a port of its own, or a given one: a profile belongs to its origin. */
export async function startApp(port = 0): Promise<AppServer> {
  const child = spawn(process.execPath, ['--import', 'tsx', join('signaling', 'main.ts'), '--port', String(port), '--host', '127.0.0.1', '--static', PAGES.app], { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /"url":"([^"]+)"/.exec(line);
    if (found === null) continue;
    child.stdout.resume();
    return {
      url: `http://${new URL(found[1]!).host}/`,
      async stop() {
        child.kill('SIGTERM');
        await gone;
        process.off('exit', end);
      },
    };
  }
  throw new Error('the server ended without saying where it is');
}

export interface YjsServer {
  readonly url: string;
  /** Address of y-websocket, and of the topics of y-webrtc. */
  readonly ws: string;
  readonly rtc: string;
  stop(): void;
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** All that the page with Yjs needs, on one port of this process. */
export async function startYjs(): Promise<YjsServer> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    const file = normalize(join(PAGES.yjs, path === '/' ? 'index.html' : path));
    if (!file.startsWith(PAGES.yjs + sep) || !existsSync(file)) response.writeHead(404).end();
    else response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Cache-Control': 'max-age=3600' }).end(readFileSync(file));
  });
  const sockets = new WebSocketServer({ server });
  const topics = new Map<string, Set<WebSocket>>();
  sockets.on('connection', (socket, request) => {
    if (request.url?.startsWith('/topics')) serveTopics(socket, topics);
    else setupWSConnection(socket, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/`, ws: `ws://${host}`, rtc: `ws://${host}/topics`,
    stop() {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What y-webrtc expects of its signaling server: subscribe, unsubscribe, publish, ping. */
function serveTopics(socket: WebSocket, topics: Map<string, Set<WebSocket>>): void {
  socket.on('close', () => topics.forEach((members) => members.delete(socket)));
  socket.on('message', (raw) => {
    const message = JSON.parse(String(raw)) as { type: string; topics?: string[]; topic?: string; clients?: number };
    if (message.type === 'ping') socket.send('{"type":"pong"}');
    for (const name of message.topics ?? []) {
      const members = topics.get(name) ?? new Set();
      topics.set(name, members);
      if (message.type === 'subscribe') members.add(socket);
      else members.delete(socket);
    }
    if (message.type !== 'publish' || message.topic === undefined) return;
    const members = topics.get(message.topic) ?? new Set();
    for (const member of members) member.send(JSON.stringify({ ...message, clients: members.size }));
  });
}
