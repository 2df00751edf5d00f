/**
 * What a beacon tells who runs it: `/health` (JSON), `/health/live` and `/health/ready` for who starts and stops it, `/metrics` (Prometheus text). Sums only:
 * nothing about people, spaces or addresses. It answers from the first moment, while the store is still read.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { METRICS_TYPE, metricsText, type Metric } from '#signaling/metrics-text';
import type { Beacon } from './beacon.ts';
import { keptBy } from './beacon-log.ts';

export interface Status {
  readonly url: string;
  /** From now on it says that the beacon stops. */
  ending(): void;
  stop(): Promise<void>;
}

/** starting: it reads its store · ok · offline: no signaling server is reached · stuck: its disk refuses · stopping. */
type State = 'starting' | 'ok' | 'offline' | 'stuck' | 'stopping';

interface Health {
  readonly status: State;
  readonly spaces: number;
  readonly links: number;
  readonly full: boolean;
}

function health(beacon: Beacon | null, ending: boolean): Health {
  if (beacon === null) return { status: ending ? 'stopping' : 'starting', spaces: 0, links: 0, full: false };
  const { kernel } = beacon.kernel.parts;
  const { spaces, links } = keptBy(beacon.kernel.parts);
  const { fullSpaces, fullStore } = beacon.quotas.counts();
  return { status: ending ? 'stopping' : kernel.stuck !== null ? 'stuck' : kernel.network.online ? 'ok' : 'offline', spaces, links, full: fullStore || fullSpaces > 0 };
}

const PREFIX = 'lifegraph_beacon_';
const gauge = (name: string, help: string, value: number): Metric => ({ name: PREFIX + name, kind: 'gauge', help, value });
const counter = (name: string, help: string, value: number): Metric => ({ name: `${PREFIX}${name}_total`, kind: 'counter', help, value });

function metrics(beacon: Beacon | null, { status }: Health): string {
  const own = [
    gauge('up', '1: its store takes what comes and a signaling server is reached.', status === 'ok' ? 1 : 0),
    gauge('memory_bytes', 'Resident memory of the process.', process.memoryUsage().rss),
    gauge('uptime_seconds', 'Seconds since the process began.', Math.floor(process.uptime())),
  ];
  if (beacon === null) return metricsText(own);
  const { spaces, links, records, bytes } = keptBy(beacon.kernel.parts);
  const full = beacon.quotas.counts();
  const backup = beacon.backups.counts();
  return metricsText([
    ...own,
    gauge('spaces', 'Spaces that it keeps.', spaces),
    gauge('links', 'Peers that are linked.', links),
    gauge('records', 'Records that it holds.', records),
    gauge('bytes', 'Bytes of these records.', bytes),
    gauge('full_spaces', 'Spaces whose quota is reached.', full.fullSpaces),
    gauge('full_authors', 'Authors whose quota in a space is reached.', full.fullAuthors),
    gauge('full_store', '1: the quota of everything is reached.', full.fullStore ? 1 : 0),
    counter('quota_refused', 'Records that came and were not taken for a quota.', full.refused),
    gauge('backup_running', '1: a backup is being made.', backup.running ? 1 : 0),
    gauge('backup_last_seconds', 'Time at which the newest backup of this run ended well; 0: none did.', Math.floor((backup.last ?? 0) / 1000)),
    counter('backups', 'Backups of this run that ended well.', backup.done),
    counter('backups_failed', 'Backups of this run that did not.', backup.failed),
    ...[...beacon.kernel.parts.metrics].map(([name, value]) => counter(name, `Counter ${name} of the kernel.`, value)),
  ]);
}

/** Serves them on a port of this machine; `beacon` is null until it has started. */
export async function startStatus(beacon: () => Beacon | null, port: number, host: string): Promise<Status> {
  let ending = false;
  const server = createServer((request, response) => {
    const send = (code: number, type: string, body: string): void => void response.writeHead(code, { 'Content-Type': type, 'Cache-Control': 'no-store', 'Content-Length': Buffer.byteLength(body) }).end(body);
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'text/plain', 'Method not allowed\n');
    const said = health(beacon(), ending);
    const json = (fits: boolean): void => send(fits ? 200 : 503, 'application/json', `${JSON.stringify(said)}\n`);
    switch (request.url) {
      case '/metrics': return send(200, METRICS_TYPE, metrics(beacon(), said));
      case '/health': return json(said.status === 'ok' || said.status === 'offline');
      // Nothing of it gets better by a new start: it answers, so it lives.
      case '/health/live': return json(true);
      case '/health/ready': return json(said.status === 'ok');
      default: return send(404, 'text/plain', 'Not found\n');
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const { address, port: got, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${got}`,
    ending: () => void (ending = true),
    stop: () => new Promise((resolve) => (server.close(() => resolve()), server.closeAllConnections())),
  };
}
