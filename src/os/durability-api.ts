/** How safe a thing, a channel or a space is, in the API of the kernel (./api.ts): copies by kind, each by a signed word (docs/decisions/0077). Times are ms. */

/** How many copies a space asks for; an Owner sets it (access.setRules). */
export interface CopyTarget {
  /** Devices and beacons together, this device too. */
  copies: number;
  /** Of these, on beacons. */
  beacons: number;
  /** A backup file that was read back, and is not older than so many days; 0: none is asked for. */
  backupDays: number;
}

export type ShortOf = 'copies' | 'beacons' | 'backup';

export interface Durability {
  /** Devices of present members that hold all of it: this one, those that acknowledged it, the one that wrote it. `people`: whose they are. */
  devices: { n: number; people: number; lastConfirmed: number | null };
  /** Beacons that acknowledged all of it and against which nothing speaks; `lastConfirmed`: by an ack, a witness or a check. */
  beacons: { n: number; names: string[]; lastConfirmed: number | null };
  /** The newest backup file of this person that was read back on this device: `at` the time of its content, `readAt` when it was read; n is 1 when it holds all of it, as it is now. The target asks for its age only: in a lively space no file ever holds the last word. */
  backups: { n: 0 | 1; at: number | null; readAt: number | null };
  target: CopyTarget;
  /** In what the target is not met. */
  below: ShortOf[];
}
