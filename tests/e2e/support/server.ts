/** Servers for browser tests: the real one as a process of its own, and a plain file server that knows nothing of the app. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline';

/** Root folder of the repository. */
export const ROOT = join(import.meta.dirname, '..', '..', '..');
/** Folder of the built app; another one by LGOS_DIST. */
export const DIST = resolve(ROOT, process.env.LGOS_DIST ?? 'dist');

/** Names the file that tests/e2e/support/server-build.ts made of the server; the sources are run where it is not set. */
export const SERVER_FILE = 'LGOS_SERVER';

/** A server process of this repository. */
export interface TestServer {
  /** Address of the app, without a slash at the end. */
  readonly url: string;
  readonly signalUrl: string;
  readonly port: number;
  readonly pid: number;
  /** Counters of /metrics by their names without `lifegraph_`. */
  metrics(): Promise<ReadonlyMap<string, number>>;
  /** SIGTERM and the exit code. Idempotent. */
  stop(): Promise<number>;
  /** kill -9, as a power cut. */
  kill(): Promise<void>;
}

/** How the server is started. */
export interface ServerSetup {
  /** 0 or left out = any free port; a number to come back at the same address. */
  readonly port?: number;
  readonly host?: string;
  /** Signaling and relay only. */
  readonly noStatic?: boolean;
  /** Folder of another build of the app. */
  readonly dist?: string;
  /** Further arguments. */
  readonly args?: readonly string[];
  /** Command put before Node, for a network namespace. */
  readonly prefix?: readonly string[];
}

/** Time for the server to say where it is, ms. */
const START_MS = 20_000;

/** Ends child processes that a failed test left behind. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

function gone(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else if (child.signalCode !== null) resolve(-1);
    else child.once('exit', (code) => resolve(code ?? -1));
  });
}

/** Ports of the servers of this process that run, and that of the first one that gave out the app: the next one has it too when it is free, so that a browser that served an earlier test has the app's code compiled. */
const taken = new Set<number>();
let home = 0;

async function addressOf(child: ChildProcess): Promise<string> {
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
  try {
    for await (const line of createInterface({ input: child.stdout! })) {
      const found = /"url":"([^"]+)"/.exec(line);
      if (found !== null) return found[1]!;
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error('the server ended without saying where it is');
}

/** Starts signaling/main.ts (or the one file built of it) over dist/. The app must be built (`npm run e2e` does). */
export async function startServer(setup: ServerSetup = {}): Promise<TestServer> {
  const common = Object.values(setup).every((value) => value === undefined);
  // Somebody else of this machine may have it meanwhile.
  const server = (common && home > 0 && !taken.has(home) ? await start({ port: home }).catch(() => null) : null) ?? (await start(setup));
  if (common && home === 0) home = server.port;
  return server;
}

async function start(setup: ServerSetup): Promise<TestServer> {
  if (setup.noStatic !== true && !existsSync(join(DIST, 'index.html'))) throw new Error('dist/ is missing. Type: npm run build');
  const file = process.env[SERVER_FILE];
  const node = [process.execPath, ...(file === undefined ? ['--import', 'tsx', join(ROOT, 'signaling', 'main.ts')] : [file]), '--port', String(setup.port ?? 0), '--host', setup.host ?? '127.0.0.1', ...(setup.args ?? [])];
  const [command, ...args] = [...(setup.prefix ?? []), ...node, ...(setup.noStatic === true ? ['--no-static'] : ['--static', setup.dist ?? DIST])];
  const child = spawn(command!, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  const address = new URL(await addressOf(child));
  child.stdout!.resume();
  const port = Number(address.port);
  taken.add(port);
  child.once('exit', () => taken.delete(port));
  const end = async (signal: NodeJS.Signals): Promise<number> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return gone(child);
  };
  const url = `http://${address.host}`;
  return {
    url,
    signalUrl: `ws://${address.host}/signal`,
    port,
    pid: child.pid!,
    async metrics() {
      const lines = (await (await fetch(`${url}/metrics`)).text()).trim().split('\n');
      return new Map(lines.map((line) => line.split(' ')).map(([name, value]) => [name!.replace('lifegraph_', ''), Number(value)]));
    },
    stop: () => end('SIGTERM'),
    async kill() {
      await end('SIGKILL');
    },
  };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.wasm': 'application/wasm', '.webmanifest': 'application/manifest+json',
};

/** A file server as any web host: no headers of ours, no signaling. `path` = a folder of the host under which the files stand. */
export async function startPlainServer(root: string = DIST, path = '/'): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const asked = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    const inside = asked.startsWith(path) ? asked.slice(path.length) : null;
    const file = inside === null ? null : normalize(join(root, inside === '' ? 'index.html' : inside));
    if (file === null || !file.startsWith(root + sep) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
