/** A beacon as a process of its own, as who runs one types it, and what lies on its disk. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithUs, filesUnder } from '#tests/support/child-processes';

const ROOT = join(import.meta.dirname, '..', '..');
const START_MS = 60_000;

/** A line of its log. */
export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface BeaconProcess {
  /** What is pasted into a space. */
  readonly address: string;
  readonly folder: string;
  /** Its log. */
  readonly said: readonly LogLine[];
  readonly pid: number;
  /** The first line of its log that tells of this event, also one to come. */
  heard(event: string): Promise<LogLine>;
  /** Everything it wrote, one after the other. */
  stored(): Buffer;
  /** kill -9; the folder stays for the next start. */
  kill(): Promise<void>;
  /** SIGTERM; its exit code. */
  end(): Promise<number>;
  /** Kills it and deletes its folder. */
  stop(): Promise<void>;
}

export interface BeaconSetup {
  readonly server: string;
  readonly name?: string;
  readonly folder?: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** What is run: the beacon that is shipped, when nothing is said. */
  readonly entry?: string;
}

/** Starts a beacon; resolves when it has said its address. */
export async function startBeaconProcess({ server, name = 'tower', folder = mkdtempSync(join(tmpdir(), 'lifegraph-beacon-')), args = [], env = {}, entry = 'signaling/beacon/main.ts' }: BeaconSetup): Promise<BeaconProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', entry, '--server', server, '--data', folder, '--name', name, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const gone = endWithUs(child);
  const said: LogLine[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout! }).on('line', (line) => {
    said.push(JSON.parse(line) as LogLine);
    for (const look of [...waiting]) look();
  });
  const heard = (event: string): Promise<LogLine> => new Promise((resolve, reject) => {
    const look = (): void => {
      const found = said.find((line) => line.event === event);
      if (!found) return;
      waiting.delete(look);
      resolve(found);
    };
    waiting.add(look);
    look();
    void gone.then((code) => reject(new Error(`the beacon ended with ${code} before ${event}: ${JSON.stringify(said)}`)));
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
  const { address } = await heard('beacon.address').finally(() => clearTimeout(timer));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  return {
    address: String(address), folder, said, kill, heard, pid: child.pid!,
    stored: () => Buffer.concat(filesUnder(folder).map((path) => readFileSync(path))),
    async end() {
      child.kill('SIGTERM');
      return gone;
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
