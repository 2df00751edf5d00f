/** Backup files and the recovery drill, in the API of the kernel (./api.ts). Times are ms. */
import type { HeldKey } from './lock-api.ts';

/** What opens a backup file: the recovery phrase, a key file, or the passphrase the backup was made with. */
export type BackupKey = HeldKey | { readonly passphrase: string };

/** Where a file that is being made, checked or restored stands; in records. */
export interface BackupProgress {
  step: 'reading' | 'checking' | 'restoring';
  done: number;
  of: number;
}

/** What is known of backups on this device. */
export interface BackupView {
  /** `made`: its content was restored and compared at once, but no saved file was read back yet; `kept`: one was; `differs`: the last one did not come to what is here. */
  state: 'never' | 'made' | 'kept' | 'differs';
  /** When the last one was made, and when its content was last proven. */
  madeAt: number | null;
  verifiedAt: number | null;
  /** When a saved file was last chosen and read back; null: not yet. */
  readBackAt: number | null;
  bytes: number;
  spaces: number;
  records: number;
  /** Records that are here now and were not when it was made. */
  news: number;
  /** Does a passphrase of its own open the last one, besides the phrase and a key file? */
  passphrase: boolean;
  /** A passphrase of its own needs the words: this device does not have them any more. */
  needsWords: boolean;
  running: BackupProgress | null;
  /** Spaces of the file this profile came from that do not come to what it says. */
  differ: number;
  /** When words or a file were last tried here and opened this identity, with which of them, and whether it is time to try again. */
  drill: { at: number | null; by: 'phrase' | 'file' | 'backup' | null; due: boolean };
}

/** What a proven file holds. */
export interface BackupReport {
  uid: string;
  name: string;
  /** When it was made, ms of the mesh. */
  at: number;
  records: number;
  /** `equal`: its records come to the digests that were noted when it was made, fragment by fragment. */
  /** `held`: which records, for the meter (CBOR of the heads of its logs). */
  spaces: { id: string; name: string; fragments: number; records: number; equal: boolean; held?: Uint8Array }[];
}

export interface BackupApi {
  /** Of an empty profile: `never`, and how far a restore is. */
  status(): Promise<BackupView>;
  /**
   * One encrypted file of all records of all spaces here, with their keys; its content is restored in a worker and compared before it is handed out. The recovery phrase and a key
   * file open it; with a passphrase (and the words, once the phrase was checked back) that one too. Rejects with `backup-differs`, `backup-cancelled`, `backup-busy`, `passphrase-weak`, `erased`, `no-identity`, and as words do.
   */
  make(options?: { passphrase?: string; phrase?: string }): Promise<{ file: Blob; report: BackupReport }>;
  /** Restores a saved file in a worker, changes nothing, and notes that it is good. Rejects with `backup-none`, `backup-newer`, `backup-damaged`, `backup-cut`, `backup-differs`, `backup-no-passphrase`, `wrong-passphrase`, `other-key`, and as words and key files do. */
  verify(file: Blob, key: BackupKey): Promise<BackupReport>;
  /** In an empty profile: the person of the file, on a new device of its own, with everything that is in it. Needs nobody else. Rejects like `verify`, and with `already`. */
  restore(file: Blob, key: BackupKey): Promise<BackupReport>;
  /**
   * A file of another device of this person is brought into this profile: records that are not here, each judged as if a stranger had brought it, spaces that are not here, and their keys. Two devices
   * that never meet online go on from each other's files. Resolves with the records that were new. Rejects like `verify`.
   */
  merge(file: Blob, key: BackupKey): Promise<{ added: number; report: BackupReport }>;
  /** The drill: do the words, or a key file, open this identity? Tried in a worker; nothing is kept but when. Rejects with `other-key`, and as words and key files do. */
  tryKey(key: HeldKey): Promise<void>;
  /** Gives up what is being made or checked. */
  cancel(): Promise<void>;
}
