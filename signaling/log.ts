/**
 * What the server and the beacon say of themselves: one line on stdout for each event, JSON, or words when a person looks on (docs/decisions/0064). An event is
 * named `thing.happened`, its fields are numbers, flags and settings of who runs it: no addresses of others, no rooms, spaces, ids or keys.
 */

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** `words`: the whole line for a person, in place of event and fields. */
type Say = (event: string, fields?: LogFields, words?: string) => void;

export type Log = Readonly<Record<LogLevel, Say>>;

export interface LogOptions {
  readonly level: LogLevel;
  /** Words instead of JSON. */
  readonly human: boolean;
  write(line: string): void;
  /** ms. */
  now(): number;
}

/** The level of a command line; throws for what is none. */
export function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((one) => one === text);
  if (level === undefined) throw new Error(`--log-level ${text} is none of ${LOG_LEVELS.join(', ')}`);
  return level;
}

/** A line stays one line, and commands of a terminal are shown, not done. */
const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const shown = (value: LogFields[string]): string => (typeof value === 'string' && (value === '' || /["\s=\p{Cc}]/u.test(value)) ? plain(JSON.stringify(value)) : String(value));

function inWords(time: string, level: LogLevel, event: string, fields: LogFields, words: string | undefined): string {
  if (words !== undefined) return plain(words);
  return [time.slice(11, 19), level, event, ...Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`)].join(' ');
}

/** A log; what is below its level costs nothing. */
export function createLog({ level, human, write, now }: LogOptions): Log {
  const say = (of: LogLevel): Say => (LOG_LEVELS.indexOf(of) > LOG_LEVELS.indexOf(level) ? () => undefined : (event, fields = {}, words) => {
    const time = new Date(now()).toISOString();
    write(`${human ? inWords(time, of, event, fields, words) : JSON.stringify({ time, level: of, event, ...fields })}\n`);
  });
  return { error: say('error'), warn: say('warn'), info: say('info'), debug: say('debug') };
}

/** Says nothing: of a server inside a test. */
export const SILENT: Log = createLog({ level: 'error', human: false, write: () => undefined, now: () => 0 });

/** The log of this process on stdout. What nobody caught is said, too, before the process ends. */
export function processLog(level: LogLevel): Log {
  // Whoever collected the lines is gone: no reason to stop.
  process.stdout.on('error', () => undefined);
  const log = createLog({ level, human: process.stdout.isTTY === true, write: (line) => void process.stdout.write(line), now: Date.now });
  process.on('uncaughtException', (error) => {
    log.error('process.fault', { fault: String(error instanceof Error ? (error.stack ?? error.message) : error).slice(0, 4_000) });
    process.exit(1);
  });
  return log;
}
