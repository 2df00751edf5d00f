/** Processes that tests start, and what they write. */
import type { ChildProcess } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Ends with this process at the latest. Resolves with its exit code when it is gone; -1: by a signal. */
export function endWithUs(child: ChildProcess): Promise<number> {
  alive.add(child);
  return new Promise<number>((resolve) => child.once('exit', (code) => {
    alive.delete(child);
    resolve(code ?? -1);
  }));
}

/** Paths of all files below a folder. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    // A file that is being written goes while the list is read.
    const kind = statSync(path, { throwIfNoEntry: false });
    // A socket lies there too, and holds nothing.
    return kind?.isDirectory() ? filesUnder(path) : kind?.isFile() ? [path] : [];
  });
}
