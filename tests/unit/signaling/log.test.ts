/** What the server and the beacon say of themselves. The beacon's own lines beside what it must not say: ./beacon.test.ts. */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createLog, LOG_LEVELS, logLevel, type LogLevel } from '#signaling/log';
import { startServer } from '#signaling/server';
import { SocketLog } from '#signaling/server-log';
import { endWithUs } from '#tests/support/child-processes';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const AT = Date.UTC(2026, 10, 29, 5, 57, 1, 250);

function logged(level: LogLevel, human = false): { log: ReturnType<typeof createLog>; lines: string[] } {
  const lines: string[] = [];
  return { lines, log: createLog({ level, human, write: (line) => void lines.push(line), now: () => AT }) };
}

const STATS = { sockets: 3, rooms: 2, routes: 1, joins: 9, forwards: 8, relayFrames: 7, relayBytes: 6, refused: 0 };

/** A process of ours that is stopped as soon as it said `until`. */
async function run(main: string, args: readonly string[], until?: string): Promise<{ code: number; lines: Record<string, unknown>[]; errors: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = endWithUs(child);
  let out = '';
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString();
    if (until !== undefined && out.includes(until) && !child.killed) child.kill('SIGTERM');
  });
  const errors = text(child.stderr);
  const code = await gone;
  return { code, lines: out.trimEnd().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>), errors: await errors };
}

describe('the log', () => {
  test('one line of JSON for each event, with time, level and event first; whatever a field holds, it stays one line', () => {
    const { log, lines } = logged('info');
    log.info('thing.happened', { count: 2, name: 'a "b"\nc', on: true, none: null }, 'words for a person');
    log.error('thing.failed');
    expect(lines).toEqual([
      '{"time":"2026-11-29T05:57:01.250Z","level":"info","event":"thing.happened","count":2,"name":"a \\"b\\"\\nc","on":true,"none":null}\n',
      '{"time":"2026-11-29T05:57:01.250Z","level":"error","event":"thing.failed"}\n',
    ]);
  });

  test.each(LOG_LEVELS)('at %s what is less important is left out', (level) => {
    const { log, lines } = logged(level);
    for (const one of LOG_LEVELS) log[one](`is.${one}`);
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1));
    expect(logLevel(level)).toBe(level);
  });

  test('a person reads words; commands to the terminal are shown and not done', () => {
    const { log, lines } = logged('info', true);
    log.info('server.started', { url: 'http://127.0.0.1:4400' }, 'LifeGraph OS is at http://127.0.0.1:4400');
    log.warn('thing.happened', { count: 2, name: 'two words', bad: '\u001b[2J\nx' });
    log.info('beacon.started', {}, 'Beacon \u001b[2Jtower\n');
    expect(lines).toEqual(['LifeGraph OS is at http://127.0.0.1:4400\n', '05:57:01 warn thing.happened count=2 name="two words" bad="\\u001b[2J\\nx"\n', 'Beacon \\u001b[2Jtower\\u000a\n']);
  });

  test('a level that there is not is refused', () => {
    expect(() => logLevel('loud')).toThrow('--log-level loud is none of error, warn, info, debug');
  });
});

describe('the server', () => {
  test('says sums of a minute: who was refused and closed as a warning, the rest when it was asked to be talkative', () => {
    const { log, lines } = logged('debug');
    const said = new SocketLog(log, 0);
    said.tick({ ...STATS, refused: 4 }, new Map([['rate', 4]]), 59_000);
    expect(lines).toEqual([]);
    said.closed('abuse');
    said.closed('idle');
    said.closed('idle');
    said.cut();
    said.tick({ ...STATS, refused: 5 }, new Map([['rate', 4], ['room_full', 1]]), 60_000);
    said.tick({ ...STATS, refused: 5 }, new Map([['rate', 4], ['room_full', 1]]), 120_000);
    said.tick({ ...STATS, refused: 7 }, new Map([['rate', 4], ['room_full', 3]]), 180_000);
    said.relieved(12);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 'warn', event: 'clients.refused', refused: 5, closed: 1, cut: 1, refused_rate: 4, refused_room_full: 1 },
      { level: 'debug', event: 'sockets.counted', sockets: 3, relayBytes: 6, closed_abuse: 1, closed_idle: 2 },
      { level: 'debug', event: 'sockets.counted', refused: 5 },
      { level: 'warn', event: 'clients.refused', refused: 2, refused_room_full: 2 },
      { level: 'debug', event: 'sockets.counted', refused: 7 },
      { level: 'warn', event: 'sockets.dropped', sockets: 12, reason: 'memory' },
    ]);
    expect(lines[2]).not.toContain('closed_');
    expect(lines[3], 'of this minute alone').not.toContain('refused_rate');
  });

  test('counts what it cuts and closes itself', async () => {
    let done = (): void => undefined;
    const minute = new Promise<void>((resolve) => (done = resolve));
    const lines: Record<string, unknown>[] = [];
    const log = createLog({ level: 'debug', human: false, now: Date.now, write: (line) => {
      const said = JSON.parse(line) as Record<string, unknown>;
      lines.push(said);
      if (said.event === 'sockets.counted') done();
    } });
    const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, log, limits: { connectionsPerAddress: 2 } });
    const opened = async (): Promise<WebSocket> => {
      const socket = new WebSocket(server.signalUrl);
      await new Promise((resolve) => socket.once('open', resolve).once('error', resolve));
      return socket;
    };
    const first = await opened();
    const held = connect(server.port, '127.0.0.1');
    await new Promise((resolve) => held.once('connect', resolve));
    await opened();
    // A minute later; who said no hello meanwhile is closed for it.
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 61_000);
    await minute;
    expect(lines).toMatchObject([{ level: 'warn', event: 'clients.refused', refused: 0, closed: 0, cut: 1 }, { level: 'debug', event: 'sockets.counted', closed_idle: 1 }]);
    vi.restoreAllMocks();
    held.destroy();
    first.terminate();
    await server.stop();
  });

  test('as a process: where it is, that it stops and has stopped; a port that is taken is told and ends it', async () => {
    const held = await startServer({ port: 0, host: '127.0.0.1', staticDir: null });
    const [good, taken, loud, long] = await Promise.all([
      run('signaling/main.ts', ['--port', '0', '--no-static'], 'server.started'), run('signaling/main.ts', ['--port', String(held.port), '--no-static']), run('signaling/main.ts', ['--log-level', 'loud']),
      run('signaling/main.ts', ['--port', '0', '--no-static', '--turn', 't', '--turn-user', 'u', '--turn-password', 'p'.repeat(257)], 'server.started'),
    ]);
    await held.stop();
    expect(good.lines.map(({ level, event }) => `${String(level)} ${String(event)}`)).toEqual(['info server.started', 'info server.stopping', 'info server.stopped']);
    expect(good.lines[0]).toMatchObject({ time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/signal$/), app: false });
    expect([good.code, good.errors]).toEqual([0, '']);
    expect(taken).toMatchObject({ code: 1, lines: [{ level: 'error', event: 'server.failed', reason: expect.stringContaining('The port is taken') }] });
    expect(long, 'at the start, not at the first hello').toMatchObject({ code: 1, lines: [], errors: expect.stringContaining('--turn-password has more than 256 characters') });
    expect(loud).toMatchObject({ code: 1, lines: [], errors: expect.stringContaining('--log-level loud is none of') });
  }, 60_000);
});
