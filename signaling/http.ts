/** The HTTP side: the app's files, `/health` (JSON) with `/health/live` and `/health/ready`, and `/metrics` (Prometheus text). Nothing about people or rooms is told or kept. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { HubStats } from './hub.ts';
import { LIMITS } from './limits.ts';
import { METRICS_TYPE, metricsText, type Metric } from './metrics-text.ts';
import { setSecurityHeaders, type StaticFiles } from './static.ts';

/** What the HTTP side needs. */
export interface HttpDeps {
  readonly files: StaticFiles | null;
  stats(): HubStats;
  /** Milliseconds since the start. */
  uptime(): number;
  stopping(): boolean;
}

function text(response: ServerResponse, status: number, type: string, body: string): void {
  response.setHeader('Content-Type', type);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.writeHead(status);
  response.end(body);
}

/** An app served from elsewhere may ask whether this server is there. */
function open(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
}

/** Names are those of the first builds: counters without `_total`. */
const HELP: { readonly [K in keyof HubStats]: readonly [Metric['kind'], string] } = {
  sockets: ['gauge', 'Open sockets.'],
  rooms: ['gauge', 'Rooms with anybody in them.'],
  routes: ['gauge', 'Relay routes.'],
  joins: ['counter', 'Requests to join a room.'],
  forwards: ['counter', 'Connection offers passed on.'],
  relayFrames: ['counter', 'Relayed frames.'],
  relayBytes: ['counter', 'Bytes of relayed frames.'],
  refused: ['counter', 'Requests and sockets that were refused.'],
};

function metrics(stats: HubStats, uptime: number): string {
  const names = Object.keys(HELP) as (keyof HubStats)[];
  return metricsText([
    ...names.map((name): Metric => ({ name: `lifegraph_${name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}`, kind: HELP[name][0], help: HELP[name][1], value: stats[name] })),
    { name: 'lifegraph_memory_bytes', kind: 'gauge', help: 'Resident memory of the process.', value: process.memoryUsage().rss },
    { name: 'lifegraph_uptime_seconds', kind: 'gauge', help: 'Seconds since the start.', value: Math.floor(uptime / 1000) },
  ]);
}

/** The exact path of a request without its query; null when it is not one this server reads. */
export function pathOf(url: string | undefined): string | null {
  if (url === undefined || url.length > LIMITS.urlBytes || !url.startsWith('/')) return null;
  try {
    return decodeURIComponent(url.split(/[?#]/, 1)[0]!);
  } catch {
    return null;
  }
}

/** The listener of the HTTP server. */
export function createHttp(deps: HttpDeps): RequestListener {
  return (request: IncomingMessage, response: ServerResponse): void => {
    setSecurityHeaders(response);
    const path = pathOf(request.url);
    if (path === null) return text(response, 400, 'text/plain; charset=utf-8', 'Bad request\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return text(response, 405, 'text/plain; charset=utf-8', 'Method not allowed\n');
    }
    if (path === '/health' || path === '/health/live' || path === '/health/ready') {
      open(response);
      const { sockets, rooms, routes } = deps.stats();
      const status = deps.stopping() ? 'stopping' : 'ok';
      const body = JSON.stringify({ status, uptime_ms: Math.floor(deps.uptime()), sockets, rooms, routes });
      return text(response, status === 'ok' || path === '/health/live' ? 200 : 503, 'application/json; charset=utf-8', `${body}\n`);
    }
    if (path === '/metrics') return text(response, 200, METRICS_TYPE, metrics(deps.stats(), deps.uptime()));
    if (deps.files?.(request, response, path) !== true) text(response, 404, 'text/plain; charset=utf-8', 'Not found\n');
  };
}
