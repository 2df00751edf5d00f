/** What the tabs of one profile share: locks and short notices. Names only travel here, never content (FORMATS 8). */
export interface TabsPort {
  /**
   * Takes the named lock if it is free (Web Locks, ifAvailable, requested in the kernel worker, never stolen); null when it is held.
   * The returned function releases it. A dead tab loses its locks.
   */
  tryLock(name: string): Promise<(() => void) | null>;
  /** Waits for the lock; the promise rejects with AbortError when the signal fires. */
  waitLock(name: string, signal: AbortSignal): Promise<() => void>;
  /** A notice to the other tabs of this profile, not to this one. Structured-clonable. */
  post(notice: unknown): void;
  onNotice: ((notice: unknown) => void) | null;
}
