/** What a beacon tells who runs it: `/health` (JSON) and `/metrics` (Prometheus text). Sums only: nothing about people, spaces or addresses. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Beacon } from './beacon.ts';

export interface Status {
  readonly url: string;
  stop(): Promise<void>;
}

function health({ kernel }: Beacon): { readonly status: 'ok' | 'stuck' | 'offline'; readonly spaces: number; readonly links: number } {
  const { kernel: state } = kernel.parts;
  const spaces = [...state.spaces.values()].filter((space) => space.standing === 'member').length;
  return { status: state.stuck !== null ? 'stuck' : state.network.online ? 'ok' : 'offline', spaces, links: state.network.peers.length };
}

function metrics(beacon: Beacon): string {
  const { kernel: state, metrics: counted } = beacon.kernel.parts;
  const { spaces, links, status } = health(beacon);
  const records = [...state.spaces.values()].reduce((sum, space) => sum + [...space.fragments.values()].reduce((all, fragment) => all + fragment.log.size, 0), 0);
  const lines: [string, number][] = [['up', status === 'ok' ? 1 : 0], ['spaces', spaces], ['links', links], ['records', records], ['memory_bytes', process.memoryUsage().rss], ['uptime_seconds', Math.floor(process.uptime())]];
  for (const [name, value] of counted) lines.push([`${name.replaceAll(/[^a-z0-9]+/gi, '_')}_total`, value]);
  return `${lines.map(([name, value]) => `lifegraph_beacon_${name} ${value}`).join('\n')}\n`;
}

/** Serves both on a port of this machine. */
export async function startStatus(beacon: Beacon, port: number, host: string): Promise<Status> {
  const server = createServer((request, response) => {
    const send = (code: number, type: string, body: string): void => void response.writeHead(code, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
    if (request.method !== 'GET') return send(405, 'text/plain', 'Method not allowed\n');
    if (request.url === '/metrics') return send(200, 'text/plain; version=0.0.4', metrics(beacon));
    if (request.url !== '/health') return send(404, 'text/plain', 'Not found\n');
    const said = health(beacon);
    send(said.status === 'stuck' ? 503 : 200, 'application/json', `${JSON.stringify(said)}\n`);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const { address, port: got } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${got}`,
    stop: () => new Promise((resolve) => (server.close(() => resolve()), server.closeAllConnections())),
  };
}
