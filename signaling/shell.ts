/** The shell of npm: `npm start` and `npm run beacon` run us in one which, when npm is killed, dies without passing it on. Then the process has no owner and ends too. */

const shell = process.ppid;

/** Calls `end` once when that shell is gone; does nothing for a process that npm did not start. */
export function endWithShell(end: () => void): void {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    end();
  }, 500);
  timer.unref();
}
