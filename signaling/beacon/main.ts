/** Command line of a beacon: `npm run beacon -- [--server ws://127.0.0.1:4400/signal …] [--data beacon-data] [--name beacon] [--relay-only] [--port 4402 --host 127.0.0.1]`. */
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { startBeacon, type Beacon } from './beacon.ts';
import { startStatus } from './status.ts';

const DEFAULT_SERVER = 'ws://127.0.0.1:4400/signal';

interface Chosen {
  readonly servers: string[];
  readonly data: string;
  readonly name: string;
  readonly direct: boolean;
  readonly port: number | null;
  readonly host: string;
}

function options(args: readonly string[]): Chosen {
  const { values } = parseArgs({
    args: [...args],
    options: {
      server: { type: 'string', multiple: true, default: [DEFAULT_SERVER] },
      data: { type: 'string', default: 'beacon-data' },
      name: { type: 'string', default: hostname() },
      'relay-only': { type: 'boolean', default: false },
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
    },
  });
  const wrong = values.server.find((url) => !/^wss?:\/\//.test(url));
  if (wrong !== undefined) throw new Error(`--server ${wrong} is not the address of a signaling server (ws:// or wss://)`);
  const port = values.port === undefined ? null : Number(values.port);
  if (port !== null && (!Number.isInteger(port) || port < 0 || port > 65_535)) throw new Error(`--port ${values.port} is not a port`);
  return { servers: values.server, data: values.data, name: values.name.slice(0, 80), direct: !values['relay-only'], port, host: values.host };
}

/** Runs a beacon until SIGTERM or SIGINT; prints its address. Ends the process. */
async function main(args: readonly string[]): Promise<void> {
  let beacon: Beacon;
  try {
    const chosen = options(args);
    beacon = await startBeacon({ ...chosen, version: 'beacon' });
    const status = chosen.port === null ? null : await startStatus(beacon, chosen.port, chosen.host);
    let ending = false;
    const end = (): void => {
      if (ending) return;
      ending = true;
      void Promise.all([beacon.stop(), status?.stop()]).then(() => process.exit(0), () => process.exit(1));
    };
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
    // Timers of the clock keep no process alive.
    setInterval(() => undefined, 60_000);
    console.log(`Beacon ${chosen.name}: ${beacon.direct ? 'direct links and relay' : 'relay only'}${chosen.direct && !beacon.direct ? ' (the package @roamhq/wrtc is not installed)' : ''}`);
    if (status) console.log(`Health and metrics: ${status.url}`);
    console.log(beacon.address);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

await main(process.argv.slice(2));
