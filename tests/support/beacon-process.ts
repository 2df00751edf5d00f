/** A beacon as a process of its own, as who runs one types it, and what lies on its disk. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithUs, filesUnder } from '#tests/support/child-processes';

const ROOT = join(import.meta.dirname, '..', '..');
const START_MS = 60_000;

export interface BeaconProcess {
  /** What is pasted into a space. */
  readonly address: string;
  readonly folder: string;
  /** What it said before its address. */
  readonly said: readonly string[];
  readonly pid: number;
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
}

/** Starts a beacon; resolves when it has printed its address. */
export async function startBeaconProcess({ server, name = 'tower', folder = mkdtempSync(join(tmpdir(), 'lifegraph-beacon-')), args = [] }: BeaconSetup): Promise<BeaconProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'signaling/beacon/main.ts', '--server', server, '--data', folder, '--name', name, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = endWithUs(child);
  const said: string[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the beacon does not start: ${said.join(' | ')}`)), START_MS);
    void gone.then((code) => reject(new Error(`the beacon ended with ${code}: ${said.join(' | ')}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (!line.startsWith('beacon:')) return void said.push(line);
      clearTimeout(timer);
      resolve(line);
    });
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  return {
    address, folder, said, kill, pid: child.pid!,
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
