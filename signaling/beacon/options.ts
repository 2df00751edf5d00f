/** The command line of a beacon, and what the environment says in place of it: LIFEGRAPH_SPACE_MIB for --space-mib. */
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { KERNEL_LIMITS } from '#os/limits';
import { countOf, withEnv } from '#signaling/flags';
import { logLevel, type LogLevel } from '#signaling/log';
import { BEACON_LIMITS } from './limits.ts';
import type { QuotaLimits } from './quotas.ts';

const MIB = 2 ** 20;
const DEFAULT_SERVER = 'ws://127.0.0.1:4400/signal';

/** What a beacon was started with. */
export interface Chosen {
  readonly servers: string[];
  readonly data: string;
  readonly name: string;
  readonly direct: boolean;
  readonly port: number | null;
  readonly host: string;
  readonly level: LogLevel;
  readonly quotas: QuotaLimits;
  /** A command for the beacon that runs, in place of starting one. */
  readonly command: readonly string[];
}

/** Above this no peer takes anything of one person in a space, so that a higher quota would say what is not so. */
function checkAuthor({ authorBytes, authorRecords }: QuotaLimits): void {
  if (authorBytes > KERNEL_LIMITS.authorBytes) throw new Error(`--author-mib ${authorBytes / MIB} is more than the ${KERNEL_LIMITS.authorBytes / MIB} MiB that every peer takes of one person in a space`);
  if (authorRecords > KERNEL_LIMITS.authorRecords) throw new Error(`--author-records ${authorRecords} is more than the ${KERNEL_LIMITS.authorRecords} that every peer takes of one person in a space`);
}

/** Reads a command line; throws in words for what it does not know. */
export function beaconOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>> = process.env): Chosen {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: withEnv({
      server: { type: 'string', multiple: true, default: [DEFAULT_SERVER] },
      data: { type: 'string', default: 'beacon-data' },
      name: { type: 'string', default: hostname() },
      'relay-only': { type: 'boolean', default: false },
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      'log-level': { type: 'string', default: 'info' },
      'space-records': { type: 'string', default: String(BEACON_LIMITS.spaceRecords) },
      'space-mib': { type: 'string', default: String(BEACON_LIMITS.spaceMib) },
      'author-records': { type: 'string', default: String(BEACON_LIMITS.authorRecords) },
      'author-mib': { type: 'string', default: String(BEACON_LIMITS.authorMib) },
      'store-records': { type: 'string', default: String(BEACON_LIMITS.storeRecords) },
      'store-mib': { type: 'string', default: String(BEACON_LIMITS.storeMib) },
    } as const, env),
  });
  const most = new Map([['backup', 2], ['digest', 2], ['proof', 3]]).get(positionals[0] ?? '');
  if (positionals.length > 0 && (most === undefined || positionals.length > most)) throw new Error(`${positionals.join(' ')} is no command: there are backup FOLDER, digest HOURS and proof FILE`);
  const wrong = values.server.find((url) => !/^wss?:\/\//.test(url));
  if (wrong !== undefined) throw new Error(`--server ${wrong} is not the address of a signaling server (ws:// or wss://)`);
  const port = values.port === undefined ? null : Number(values.port);
  if (port !== null && (!Number.isInteger(port) || port < 0 || port > 65_535)) throw new Error(`--port ${values.port} is not a port`);
  const count = (name: 'space-records' | 'space-mib' | 'author-records' | 'author-mib' | 'store-records' | 'store-mib'): number => countOf(name, values[name]);
  const quotas: QuotaLimits = {
    spaceRecords: count('space-records'), spaceBytes: count('space-mib') * MIB, authorRecords: count('author-records'), authorBytes: count('author-mib') * MIB, storeRecords: count('store-records'), storeBytes: count('store-mib') * MIB,
  };
  checkAuthor(quotas);
  return { servers: values.server, data: values.data, name: values.name.slice(0, 80), direct: !values['relay-only'], port, host: values.host, level: logLevel(values['log-level']), quotas, command: positionals };
}
