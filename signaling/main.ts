/** Command line of the server: `tsx signaling/main.ts [--port 4400] [--host 127.0.0.1] [--static dist | --no-static] [--key-file f] [--trust-proxy] [--stun host:3478 …] [--turn host:3478 … --turn-user u --turn-password p] [--log-level info]`. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withEnv } from './flags.ts';
import { iceServers } from './ice.ts';
import { secretOf } from './key-file.ts';
import { logLevel, processLog, type Log, type LogLevel } from './log.ts';
import { startServer } from './server.ts';
import { endWithShell } from './shell.ts';

/** Port when none is named. */
export const DEFAULT_PORT = 4400;

function options(args: readonly string[]): Parameters<typeof startServer>[0] & { readonly level: LogLevel } {
  const { values } = parseArgs({
    args: [...args],
    options: withEnv({
      port: { type: 'string', default: String(DEFAULT_PORT) },
      host: { type: 'string', default: '127.0.0.1' },
      static: { type: 'string', default: join(import.meta.dirname, '..', 'dist') },
      'no-static': { type: 'boolean', default: false },
      'key-file': { type: 'string' },
      'trust-proxy': { type: 'boolean', default: false },
      stun: { type: 'string', multiple: true },
      turn: { type: 'string', multiple: true },
      'turn-user': { type: 'string' },
      'turn-password': { type: 'string' },
      'log-level': { type: 'string', default: 'info' },
    } as const),
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is not a port`);
  return {
    port, host: values.host, staticDir: values['no-static'] ? null : values.static, trustProxy: values['trust-proxy'], ice: iceServers(values), level: logLevel(values['log-level']),
    ...(values['key-file'] !== undefined && { key: secretOf(values['key-file'], 'the key of a server') }),
  };
}

/** Runs the server until SIGTERM or SIGINT; its log says where it is. Ends the process. */
export async function main(args: readonly string[]): Promise<void> {
  let log: Log | null = null;
  try {
    const { level, ...chosen } = options(args);
    const said = (log = processLog(level));
    const server = await startServer({ ...chosen, log: said });
    const end = (reason: string): void => {
      said.info('server.stopping', { reason, sockets: server.stats().sockets });
      void server.stop().then(() => {
        said.info('server.stopped');
        process.exit(0);
      });
    };
    process.once('SIGTERM', () => end('SIGTERM'));
    process.once('SIGINT', () => end('SIGINT'));
    endWithShell(() => end('npm'));
    const words = chosen.staticDir === null ? `LifeGraph signaling is at ${server.signalUrl}` : `LifeGraph OS is at ${server.url}`;
    said.info('server.started', { url: chosen.staticDir === null ? server.signalUrl : server.url, app: chosen.staticDir !== null, proxy: chosen.trustProxy === true, pid: process.pid }, words);
  } catch (error) {
    const fault = error as NodeJS.ErrnoException;
    const hint = fault.code === 'EADDRINUSE' ? 'The port is taken: name another with --port, or --port 0 for any free one.' : fault.message;
    if (log) log.error('server.failed', { reason: hint }, hint);
    else console.error(hint);
    process.exitCode = 1;
  }
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) await main(process.argv.slice(2));
