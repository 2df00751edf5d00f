/** Runs tools of this repository as child processes. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Root folder of the repository. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** Path of a tool installed in node_modules. */
export const bin = (name: string): string => join(ROOT, 'node_modules', '.bin', name);

/** How a command is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Milliseconds; then the command and its children are ended. */
  readonly timeoutMs?: number;
}

/** Exit code of the command, whose output goes to ours; 124 when it ran out of time, 127 when it could not start. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: options.cwd ?? ROOT, stdio: 'inherit', detached: true, env: { ...process.env, ...options.env } });
    let late = false;
    const end = (signal: NodeJS.Signals): void => {
      try {
        process.kill(-child.pid!, signal);
      } catch {
        // It ended by itself meanwhile.
      }
    };
    const timer = options.timeoutMs === undefined ? null : setTimeout(() => {
      late = true;
      end('SIGKILL');
    }, options.timeoutMs);
    const pass = (signal: NodeJS.Signals): void => {
      end(signal);
      process.exit(130);
    };
    process.once('SIGINT', pass).once('SIGTERM', pass);
    const done = (code: number): void => {
      if (timer !== null) clearTimeout(timer);
      process.off('SIGINT', pass).off('SIGTERM', pass);
      resolve(late ? 124 : code);
    };
    child.once('error', () => done(127));
    child.once('close', (code) => done(code ?? 1));
  });
}
