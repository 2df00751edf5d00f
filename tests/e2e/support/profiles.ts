/** Profile folders of browser tests: marked when they are made, so that one that somebody took away is not mistaken for one that lost what it held. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { ROOT } from './server.ts';

const MARKER = 'lifegraph-test-profile';
const made = new Set<string>();

/** Removes a profile, also while a browser that was just ended still writes its last files. */
export function removeProfile(profile: string): void {
  rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

process.once('exit', () => {
  for (const profile of made) {
    try {
      removeProfile(profile);
    } catch (error) {
      // One folder that cannot go must not keep the others.
      console.error(`left behind: ${profile} (${String(error)})`);
    }
  }
});

/** A file system that lies in memory, and what must be free there, bytes. */
const MEMORY = '/dev/shm';
const ROOM = 8 * 2 ** 30;

let room: boolean | null = null;

/** Have the browsers of tests room in memory? Looked at once: all that a browser shares or keeps must lie in one place. */
export function roomInMemory(): boolean {
  if (room !== null) return room;
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return (room = bavail * bsize >= ROOM);
  } catch {
    return (room = false);
  }
}

/** A fresh folder; `light`: in memory where there is room, which takes less of the processor than a disk that is made to write at once. */
export function newProfile(name: string, light = false): string {
  const profile = mkdtempSync(join(light && roomInMemory() ? MEMORY : tmpdir(), `lifegraph-${name}-`));
  writeFileSync(join(profile, MARKER), `${name} ${new Date().toISOString()} process ${process.pid}\n`);
  made.add(profile);
  return profile;
}

/** Throws when the folder is not the one that was made: a browser would start in an empty one and say nothing. */
export function checkProfile(name: string, profile: string): void {
  made.add(profile);
  if (existsSync(join(profile, MARKER))) return;
  throw new Error(`${name}: the profile folder ${profile} was taken away since it was made${existsSync(profile) ? ' and stands there anew' : ''}: whatever it held is lost to the test, not to the app`);
}

/** Databases of the profile, each with its files and their bytes. */
export function databasesOf(profile: string): string[] {
  const root = join(profile, 'Default', 'IndexedDB');
  if (!existsSync(root)) return ['no IndexedDB folder'];
  const list = (folder: string): string => readdirSync(folder).sort().map((name) => `${name} ${statSync(join(folder, name)).size}`).join(', ');
  return readdirSync(root).sort().map((name) => `${name}: ${list(join(root, name))}`);
}

/** A copy of the profile that outlives the test, as it lies there now; its folder. */
export function keepProfile(profile: string): string {
  const folder = join(ROOT, 'out', 'e2e', basename(profile));
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(profile, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('Singleton')) continue;
    const to = join(folder, relative(profile, entry.parentPath));
    mkdirSync(to, { recursive: true });
    try {
      copyFileSync(join(entry.parentPath, entry.name), join(to, entry.name));
    } catch {
      // The browser runs: a file of its caches may be gone since the folder was listed.
    }
  }
  return folder;
}
