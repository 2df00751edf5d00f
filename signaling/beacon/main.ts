/** Command line of a beacon: `npm run beacon -- [--server ws://127.0.0.1:4400/signal …] [--data beacon-data] [--name beacon] [--relay-only] [--port 4402 --host 127.0.0.1] [--log-level info]`; `npm run beacon -- backup FOLDER [--data beacon-data]` asks the one that runs for a copy; `digest [HOURS]` what was written where something is opened to it; `npm run beacon -- proof FILE` looks at what a member saved about a beacon. */
import { processLog, type Log } from '#signaling/log';
import { endWithShell } from '#signaling/shell';
import { addressInTerminal } from './address-code.ts';
import { backupCommand } from './backup.ts';
import { startBeacon, type Beacon } from './beacon.ts';
import { keptBy, watchBeacon } from './beacon-log.ts';
import { digestCommand } from './digest.ts';
import { beaconOptions } from './options.ts';
import { proofCommand } from './proof.ts';
import { startStatus } from './status.ts';

/** Runs a beacon until SIGTERM or SIGINT; its log says its address. Ends the process. */
async function main(args: readonly string[]): Promise<void> {
  let log: Log | null = null;
  // What it writes is its owner's alone, whatever LevelDB asks for.
  process.umask(0o077);
  try {
    const chosen = beaconOptions(args);
    const [command, file, address] = chosen.command;
    if (command === 'proof') return void (process.exitCode = await proofCommand(file, address, console.log, console.error));
    if (command === 'digest') return void (process.exitCode = await digestCommand(chosen.data, file, console.log, console.error));
    if (command !== undefined) return void (process.exitCode = await backupCommand(chosen.data, file, console.log, console.error));
    const said = (log = processLog(chosen.level));
    let started: Beacon | null = null;
    const status = chosen.port === null ? null : await startStatus(() => started, chosen.port, chosen.host);
    if (status) said.info('status.started', { url: status.url }, `Health and metrics: ${status.url}`);
    const beacon = (started = await startBeacon({ ...chosen, version: 'beacon', log: said }));
    const unwatch = watchBeacon(beacon.kernel.parts, said, chosen.servers);
    let ending = false;
    const end = (reason: string): void => {
      if (ending) return;
      ending = true;
      said.info('beacon.stopping', { reason });
      status?.ending();
      unwatch();
      void beacon.stop().then(() => status?.stop()).then(() => {
        said.info('beacon.stopped');
        process.exit(0);
      }, (error: unknown) => {
        said.error('beacon.failed', { reason: (error as Error).message });
        process.exit(1);
      });
    };
    process.once('SIGTERM', () => end('SIGTERM'));
    process.once('SIGINT', () => end('SIGINT'));
    endWithShell(() => end('npm'));
    // Timers of the clock keep no process alive.
    setInterval(() => undefined, 60_000);
    const missing = chosen.direct && !beacon.direct;
    said.info('beacon.started', { name: chosen.name, direct: beacon.direct, ...keptBy(beacon.kernel.parts), pid: process.pid }, `Beacon ${chosen.name}: ${beacon.direct ? 'direct links and relay' : 'relay only'}`);
    if (missing) said.warn('direct.missing', { package: '@roamhq/wrtc' }, 'The package @roamhq/wrtc is not installed: no direct links.');
    said.info('beacon.address', { address: beacon.address }, beacon.address);
    if (process.stdout.isTTY === true && (chosen.level === 'info' || chosen.level === 'debug')) console.log(addressInTerminal(beacon.address, process.stdout.columns));
  } catch (error) {
    const { message } = error as Error;
    if (log) log.error('beacon.failed', { reason: message }, message);
    else console.error(message);
    process.exit(1);
  }
}

await main(process.argv.slice(2));
