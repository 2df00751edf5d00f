/** Command line of a beacon: `npm run beacon -- [--server ws://127.0.0.1:4400/signal …] [--data beacon-data] [--name beacon] [--relay-only] [--port 4402 --host 127.0.0.1] [--log-level info]`; `npm run beacon -- backup FOLDER [--data beacon-data]` asks the one that runs for a copy. */
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { logLevel, processLog, type Log, type LogLevel } from '#signaling/log';
import { backupCommand } from './backup.ts';
import { startBeacon } from './beacon.ts';
import { keptBy, watchBeacon } from './beacon-log.ts';
import { startStatus } from './status.ts';

const DEFAULT_SERVER = 'ws://127.0.0.1:4400/signal';

interface Chosen {
  readonly servers: string[];
  readonly data: string;
  readonly name: string;
  readonly direct: boolean;
  readonly port: number | null;
  readonly host: string;
  readonly level: LogLevel;
  /** A command for the beacon that runs, in place of starting one. */
  readonly command: readonly string[];
}

function options(args: readonly string[]): Chosen {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      server: { type: 'string', multiple: true, default: [DEFAULT_SERVER] },
      data: { type: 'string', default: 'beacon-data' },
      name: { type: 'string', default: hostname() },
      'relay-only': { type: 'boolean', default: false },
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      'log-level': { type: 'string', default: 'info' },
    },
  });
  if (positionals.length > 0 && (positionals[0] !== 'backup' || positionals.length > 2)) throw new Error(`${positionals.join(' ')} is no command: there is backup FOLDER`);
  const wrong = values.server.find((url) => !/^wss?:\/\//.test(url));
  if (wrong !== undefined) throw new Error(`--server ${wrong} is not the address of a signaling server (ws:// or wss://)`);
  const port = values.port === undefined ? null : Number(values.port);
  if (port !== null && (!Number.isInteger(port) || port < 0 || port > 65_535)) throw new Error(`--port ${values.port} is not a port`);
  return { servers: values.server, data: values.data, name: values.name.slice(0, 80), direct: !values['relay-only'], port, host: values.host, level: logLevel(values['log-level']), command: positionals };
}

/** Runs a beacon until SIGTERM or SIGINT; its log says its address. Ends the process. */
async function main(args: readonly string[]): Promise<void> {
  let log: Log | null = null;
  try {
    const chosen = options(args);
    if (chosen.command.length > 0) return void (process.exitCode = await backupCommand(chosen.data, chosen.command[1], console.log, console.error));
    const said = (log = processLog(chosen.level));
    const beacon = await startBeacon({ ...chosen, version: 'beacon', log: said });
    const status = chosen.port === null ? null : await startStatus(beacon, chosen.port, chosen.host);
    const unwatch = watchBeacon(beacon.kernel.parts, said, chosen.servers);
    let ending = false;
    const end = (reason: string): void => {
      if (ending) return;
      ending = true;
      said.info('beacon.stopping', { reason });
      unwatch();
      void Promise.all([beacon.stop(), status?.stop()]).then(() => {
        said.info('beacon.stopped');
        process.exit(0);
      }, (error: unknown) => {
        said.error('beacon.failed', { reason: (error as Error).message });
        process.exit(1);
      });
    };
    process.once('SIGTERM', () => end('SIGTERM'));
    process.once('SIGINT', () => end('SIGINT'));
    // Timers of the clock keep no process alive.
    setInterval(() => undefined, 60_000);
    const missing = chosen.direct && !beacon.direct;
    said.info('beacon.started', { name: chosen.name, direct: beacon.direct, ...keptBy(beacon.kernel.parts), pid: process.pid }, `Beacon ${chosen.name}: ${beacon.direct ? 'direct links and relay' : 'relay only'}`);
    if (missing) said.warn('direct.missing', { package: '@roamhq/wrtc' }, 'The package @roamhq/wrtc is not installed: no direct links.');
    if (status) said.info('status.started', { url: status.url }, `Health and metrics: ${status.url}`);
    said.info('beacon.address', { address: beacon.address }, beacon.address);
  } catch (error) {
    const { message } = error as Error;
    if (log) log.error('beacon.failed', { reason: message }, message);
    else console.error(message);
    process.exitCode = 1;
  }
}

await main(process.argv.slice(2));
