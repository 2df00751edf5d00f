/**
 * The gun package's own server as a process of its own: nothing of it is changed, it only gets a port, a folder and no multicast. It says which of the
 * package's files it loaded, so that a test can assert their bytes.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithUs, filesUnder } from '#tests/support/child-processes';

const PACKAGE = join(import.meta.dirname, '..', '..', 'node_modules', 'gun');

/** Of a file that went since it was listed: nothing. It was written under another name first. */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** What a self-hoster types, as one line: the package's entry in Node is lib/server. */
const SCRIPT = `
const stock = require(process.argv[1]);
const server = require('http').createServer(stock.serve(process.cwd()));
server.listen(Number(process.argv[2]), process.argv[3], () => {
  stock({ web: server, file: 'radata', multicast: false });
  console.log('LISTENS ' + JSON.stringify({ port: server.address().port, files: Object.keys(require.cache) }));
});`;

export interface GunServer {
  /** ws address of the relay. */
  readonly url: string;
  readonly port: number;
  /** SHA-256 over names and bytes of all files of the package that it loaded. */
  readonly digest: string;
  readonly files: readonly string[];
  readonly folder: string;
  /** Everything it wrote, one after the other; and the names of the files. */
  stored(): Buffer;
  stores(): readonly string[];
  /** Ends the process; the folder stays for start({ folder }). */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface GunServerSetup {
  readonly port?: number;
  readonly host?: string;
  readonly folder?: string;
  /** Put before the command, for a network namespace. */
  readonly prefix?: readonly string[];
}

function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(join(PACKAGE, file))).update('\0');
  return hash.digest('hex');
}

/** Starts the relay. */
export async function startGunServer(setup: GunServerSetup = {}): Promise<GunServer> {
  const folder = setup.folder ?? mkdtempSync(join(tmpdir(), 'lifegraph-gun-'));
  const [command, ...args] = [...(setup.prefix ?? []), process.execPath, '-e', SCRIPT, PACKAGE, String(setup.port ?? 0), setup.host ?? '127.0.0.1'];
  const child = spawn(command!, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = endWithUs(child);
  const said = await new Promise<{ port: number; files: string[] }>((resolve, reject) => {
    gone.then(() => reject(new Error('the relay ended without listening')), reject);
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.startsWith('LISTENS ')) resolve(JSON.parse(line.slice(8)) as { port: number; files: string[] });
    });
  });
  const files = said.files.map((file) => relative(PACKAGE, file)).filter((file) => !file.startsWith('..') && !file.startsWith('node_modules')).sort();
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  return {
    url: `ws://${setup.host ?? '127.0.0.1'}:${said.port}/gun`, port: said.port, folder, files, digest: digestOf(files), kill,
    stored: () => Buffer.concat(filesUnder(folder).map(contentOf)),
    stores: () => filesUnder(folder).map((path) => basename(path)),
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
