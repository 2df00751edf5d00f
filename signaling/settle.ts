import { closeSync, fsyncSync, openSync } from 'node:fs';

/** The names in a folder are on the disk afterwards. */
export function settle(folder: string): void {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  const at = openSync(folder, 'r');
  fsyncSync(at);
  closeSync(at);
}
