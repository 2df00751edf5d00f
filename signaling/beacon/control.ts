/**
 * The socket beside the store of a beacon that runs, by which `npm run beacon -- backup` asks it for a copy: LevelDB lets no second process read; and `digest` for what is
 * opened to it. Its owner alone may connect. One line of JSON asks, lines of JSON answer.
 */
import { createHash } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { isAbsolute, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { BEACON_LIMITS } from './limits.ts';
import type { SpaceDigest } from './digest.ts';
import type { CopyState } from './store-copy.ts';

/** What comes back: how far it is, that it is done, or why there is none. */
export type BackupSaid = { readonly said: 'progress' | 'done'; readonly state: CopyState } | { readonly said: 'failed'; readonly message: string };

export interface Control {
  stop(): Promise<void>;
}

/** Windows has pipes with names of their own. */
const pathOf = (data: string): string => (process.platform === 'win32' ? `\\\\.\\pipe\\lifegraph-${createHash('sha256').update(resolve(data)).digest('hex').slice(0, 32)}` : join(data, 'control.sock'));

/** What a beacon does for who asks by the socket. */
export interface ControlActs {
  backup(to: string, onProgress: (state: CopyState) => void): Promise<CopyState>;
  /** Of so many hours. */
  digest(hours: number): readonly SpaceDigest[];
}

type Asked = { readonly act: 'backup'; readonly to: string } | { readonly act: 'digest'; readonly hours: number };

/** What the line asks for. */
function readAsked(line: string): Asked | null {
  try {
    const { act, to, hours } = JSON.parse(line) as { act?: unknown; to?: unknown; hours?: unknown };
    if (act === 'digest' && typeof hours === 'number' && hours > 0) return { act, hours };
    return act === 'backup' && typeof to === 'string' && isAbsolute(to) ? { act, to } : null;
  } catch {
    return null;
  }
}

function serve(socket: Socket, acts: ControlActs): void {
  let line = '';
  let asked = false;
  const say = (said: BackupSaid): void => void (socket.writable && socket.write(`${JSON.stringify(said)}\n`));
  // Who asked may go: the backup goes on, and the log says how it ended.
  socket.on('error', () => socket.destroy());
  socket.setEncoding('utf8').on('data', (part: string) => {
    line += part;
    if (line.length > BEACON_LIMITS.controlBytes) return void socket.destroy();
    const end = line.indexOf('\n');
    if (end < 0 || asked) return;
    asked = true;
    const wanted = readAsked(line.slice(0, end));
    if (wanted === null) return void socket.destroy();
    if (wanted.act === 'digest') return void socket.end(`${JSON.stringify(acts.digest(wanted.hours))}\n`);
    acts.backup(wanted.to, (state) => say({ said: 'progress', state })).then((state) => say({ said: 'done', state }), (error: unknown) => say({ said: 'failed', message: (error as Error).message })).finally(() => socket.end());
  });
}

/** Listens beside the store; its lock is held, so a socket that is there is of a process that is gone. */
export async function startControl(data: string, acts: ControlActs): Promise<Control> {
  const path = pathOf(data);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, acts);
  });
  server.maxConnections = BEACON_LIMITS.controlAtOnce;
  if (process.platform !== 'win32') rmSync(path, { force: true });
  await new Promise<void>((done, failed) => server.once('error', failed).listen(path, done));
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  return {
    stop: () => new Promise((done) => {
      server.close(() => done());
      for (const socket of sockets) socket.end();
    }),
  };
}

/** Null: of a line that was torn with its beacon. */
function read(line: string): BackupSaid | null {
  try {
    return JSON.parse(line) as BackupSaid;
  } catch {
    return null;
  }
}

const notThere = (data: string, { code, message }: NodeJS.ErrnoException, so: string): Error => new Error(['ENOENT', 'ECONNREFUSED'].includes(code ?? '') ? `No beacon runs on ${data}${so}.` : message);

/** Asks the beacon that runs on this folder what was written in so many hours where something is opened to it. Rejects when none runs there, or one of an earlier version. */
export function askDigest(data: string, hours: number): Promise<SpaceDigest[]> {
  return new Promise((done, failed) => {
    let said = '';
    const socket = connect(pathOf(data), () => socket.write(`${JSON.stringify({ act: 'digest', hours })}\n`));
    socket.setEncoding('utf8').on('data', (part: string) => (said += part)).once('error', (error: NodeJS.ErrnoException) => failed(notThere(data, error, ': start it first')))
      .once('close', () => (said.endsWith('\n') ? done(JSON.parse(said) as SpaceDigest[]) : failed(new Error('The beacon that runs there gives no digest: start this version of it.'))));
  });
}

/** Asks the beacon that runs on this folder for a backup into `to`. Rejects when none runs there. */
export function askBackup(data: string, to: string, onSaid: (said: BackupSaid) => void): Promise<void> {
  return new Promise((done, failed) => {
    const socket = connect(pathOf(data), () => socket.write(`${JSON.stringify({ act: 'backup', to: resolve(to) })}\n`));
    let last: BackupSaid['said'] | null = null;
    const lines = createInterface({ input: socket });
    // The interface hands on the errors of its socket.
    lines.once('error', (error: NodeJS.ErrnoException) => failed(notThere(data, error, ': its folder may be copied as it is')));
    lines.on('line', (line) => {
      const said = read(line);
      if (said === null) return;
      last = said.said;
      onSaid(said);
    }).once('close', () => (last === 'done' || last === 'failed' ? done() : failed(new Error('The beacon ended before the backup did: there is no copy.'))));
  });
}
