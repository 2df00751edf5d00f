/** What a session knows of the logs of its archive: which are listed there, what was hinted of them, how far they lie there. */
import type { Bytes } from '#base/bytes';
import { ARCHIVE_LIMITS } from '#vm/archive-limits';
import type { ArchiveHead } from './archive-fields.ts';
import type { ArchiveKey } from './archive-key.ts';

export interface ArchiveLog {
  readonly name: string;
  readonly fragment: Bytes;
  readonly writer: Bytes;
  /** It stands in the list of the archive. */
  listed: boolean;
  /** The newest head that opened; spoiled and missing ones are null. */
  hint: ArchiveHead | null;
  /** The round in which it was last seen there. */
  hintRound: number;
  /** Greatest seq known to lie there; null: nobody looked yet. */
  there: number | null;
  /** Written by this device while connected. */
  own: boolean;
  /** Heads of the fork that was put, as text. */
  forks: string;
  /** Ids that were hinted, not found, and are below what is held: looked for once. */
  readonly missed: Set<string>;
  /** Records that the last head told for it covers. */
  told: number;
  /** When its head was told last, and one that waits, ms monotone. */
  toldAt: number;
  due: ArchiveHead | null;
}

export interface ArchiveLogs {
  /** The log, known from now on; null at the cap. */
  log(fragment: Bytes, writer: Bytes): ArchiveLog | null;
  all(): IterableIterator<ArchiveLog>;
}

/** Logs of one archive; nothing of it outlives the connection. */
export function createArchiveLogs(archive: ArchiveKey): ArchiveLogs {
  const logs = new Map<string, ArchiveLog>();
  return {
    log(fragment, writer) {
      const name = archive.log(fragment, writer);
      const known = logs.get(name);
      if (known !== undefined) return known;
      if (logs.size >= ARCHIVE_LIMITS.logs) return null;
      const log: ArchiveLog = { name, fragment, writer, listed: false, hint: null, hintRound: 0, there: null, own: false, forks: '', missed: new Set(), told: 0, toldAt: -Infinity, due: null };
      logs.set(name, log);
      return log;
    },
    all: () => logs.values(),
  };
}
