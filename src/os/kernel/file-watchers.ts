/** Who follows the state of which file: told when it is another one than before. */
import type { FileState } from '#os/files-api';

export class FileWatchers {
  private readonly watchers = new Map<string, Set<() => void>>();

  add(key: string, read: () => Promise<FileState>, on: (state: FileState) => void): () => void {
    let [open, running, again, shown] = [true, false, false, ''];
    const look = async (): Promise<void> => {
      if (running) return void (again = true);
      running = true;
      do {
        again = false;
        const state = await read().catch(() => null);
        const said = JSON.stringify(state);
        if (open && state && said !== shown) on(state);
        shown = said;
        // eslint-disable-next-line no-unmodified-loop-condition -- set while the state is read
      } while (again);
      running = false;
    };
    const set = this.watchers.get(key) ?? new Set();
    this.watchers.set(key, set.add(look as () => void));
    void look();
    return () => {
      open = false;
      set.delete(look as () => void);
      if (set.size === 0) this.watchers.delete(key);
    };
  }

  keys(): Iterable<string> {
    return this.watchers.keys();
  }

  tell(key: string): void {
    for (const look of this.watchers.get(key) ?? []) look();
  }
}
