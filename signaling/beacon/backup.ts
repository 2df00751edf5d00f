/** Backups of a beacon that runs: one at a time, with lines in its log and numbers in its metrics; and the command that asks for one. */
import type { Log } from '#signaling/log';
import { askBackup } from './control.ts';
import type { LevelStore } from './level-store.ts';
import { CopyError, type CopyState } from './store-copy.ts';

export interface BackupCounts {
  readonly running: boolean;
  readonly done: number;
  readonly failed: number;
  /** When the newest one of this run ended well, ms. */
  readonly last: number | null;
}

export interface Backups {
  make(to: string, onProgress?: (state: CopyState) => void): Promise<CopyState>;
  counts(): BackupCounts;
  /** Breaks off the one that runs, and waits for that. */
  stop(): Promise<void>;
}

/** The log hears of every tenth. */
const STEPS = 10;

export function createBackups(store: Pick<LevelStore, 'copyTo'>, log: Log): Backups {
  const ending = new AbortController();
  let running: Promise<unknown> | null = null;
  let [done, failed, last]: [number, number, number | null] = [0, 0, null];
  const copy = async (to: string, onProgress: (state: CopyState) => void): Promise<CopyState> => {
    const from = performance.now();
    let step = 0;
    log.info('backup.started', { to });
    try {
      const state = await store.copyTo(to, { signal: ending.signal, onProgress(now) {
        onProgress(now);
        if (Math.floor(now.part * STEPS) <= step) return;
        step = Math.floor(now.part * STEPS);
        log.info('backup.progress', { percent: step * (100 / STEPS), rows: now.rows, bytes: now.bytes });
      } });
      [done, last] = [done + 1, Date.now()];
      log.info('backup.done', { to, rows: state.rows, bytes: state.bytes, ms: Math.round(performance.now() - from) });
      return state;
    } catch (error) {
      failed += 1;
      log.error('backup.failed', { to, reason: error instanceof CopyError ? error.reason : 'failed', text: (error as Error).message });
      throw error;
    }
  };
  return {
    make(to, onProgress = () => undefined) {
      if (running) return Promise.reject(new Error('A backup is being made: wait for its end.'));
      if (ending.signal.aborted) return Promise.reject(new Error('The beacon is stopping: there is no copy.'));
      const made = copy(to, onProgress).finally(() => (running = null));
      running = made.catch(() => undefined);
      return made;
    },
    counts: () => ({ running: running !== null, done, failed, last }),
    async stop() {
      ending.abort();
      await running;
    },
  };
}

/** `npm run beacon -- backup FOLDER [--data beacon-data]`: says how far it is; the exit code. */
export async function backupCommand(data: string, to: string | undefined, print: (line: string) => void, complain: (line: string) => void): Promise<number> {
  if (to === undefined) {
    complain('Name the folder that the backup makes: npm run beacon -- backup FOLDER [--data beacon-data]');
    return 1;
  }
  let code = 1;
  let percent = -1;
  const size = ({ rows, bytes }: CopyState): string => `${rows.toLocaleString('en')} rows, ${(bytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 })} MiB`;
  try {
    await askBackup(data, to, (said) => {
      if (said.said === 'failed') return complain(said.message);
      if (said.said === 'progress') {
        const now = Math.floor(said.state.part * 100);
        if (now > percent) print(`${now} % (${size(said.state)})`);
        percent = Math.max(percent, now);
        return;
      }
      code = 0;
      print(`The copy is whole: ${size(said.state)}. It holds no key: keep beacon.key apart, and put it beside when you start from it.`);
    });
  } catch (error) {
    complain((error as Error).message);
  }
  return code;
}
