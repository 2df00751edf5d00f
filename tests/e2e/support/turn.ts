/** A TURN server of the system (coturn) inside a network namespace. Where it is missing the test throws with the line to type; it never leaves itself out. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface TurnServer {
  kill(): Promise<void>;
}

export interface TurnSetup {
  readonly prefix: readonly string[];
  /** Addresses it listens and relays on. */
  readonly addresses: readonly string[];
  readonly user: string;
  readonly password: string;
}

export const TURN_PORT = 3478;
const START_MS = 15_000;

const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Starts coturn: UDP and TCP on the same port, no TLS, one user. Resolves when its listeners run. */
export async function startTurn({ prefix, addresses, user, password }: TurnSetup): Promise<TurnServer> {
  if (spawnSync('which', ['turnserver']).status !== 0) throw new Error('No TURN server found. Type: sudo apt-get update && sudo apt-get install -y coturn');
  const [command, ...args] = [
    ...prefix, 'turnserver', '-n', '--lt-cred-mech', `--user=${user}:${password}`, '--realm=lifegraph.test', '--no-tls', '--no-dtls', '--no-cli', '--fingerprint',
    `--listening-port=${TURN_PORT}`, ...addresses.flatMap((at) => [`--listening-ip=${at}`, `--relay-ip=${at}`]), '--log-file=stdout', '--no-stdout-log=false', '--pidfile=/dev/null',
  ];
  const child = spawn(command!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  alive.add(child);
  const gone = new Promise<void>((resolve) => child.once('exit', () => {
    alive.delete(child);
    resolve();
  }));
  const said: string[] = [];
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
  await new Promise<void>((resolve, reject) => {
    gone.then(() => reject(new Error(`coturn ended:\n${said.join('\n')}`)), reject);
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (said.length < 200) said.push(line);
        if (/Total General servers/.test(line)) resolve();
      });
    }
  });
  clearTimeout(timer);
  return {
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
