/**
 * Backups and the drill, as a person asks for them (docs/PROTOCOL.md, Backup file; decisions/0041). Loaded then. Rows: `backup/last` what is known of the last file,
 * `backup/drill` when words or a file last opened this identity. A file counts as kept only after it was read back: saving alone proves nothing (decisions/0027).
 */
import { AppError } from '#base/app-error';
import { toBase64url } from '#base/bytes';
import type { BackupKey, BackupReport, BackupView } from '#os/backup-api';
import type { HeldKey } from '#os/lock-api';
import type { RecoveryView } from '#os/recovery-api';
import type { KeyValue } from '#ports/record-store';
import { DRILL_AFTER_MS } from '#vm/backup-limits';
import { makeBackup, type BackupJob } from './backup-make.ts';
import { proveHere, type Prover } from './backup-proof.ts';
import { keepsEntropy, recoveryRow, recoveryStatus, showPhrase } from './recovery-key.ts';
import { makeKeyFile } from './key-file.ts';
import { receiptsOf } from './kept-backups.ts';
import type { KernelParts } from './kernel.ts';
import type { Kernel } from './state.ts';

export const LAST_BACKUP = 'backup/last';
export const LAST_DRILL = 'backup/drill';

/** Row `backup/last`. */
export interface BackupRow {
  readonly madeAt: number;
  /** Mesh time of its content: which of two files is the newer. */
  readonly meshMs: number;
  readonly verifiedAt: number | null;
  readonly readBackAt: number | null;
  readonly bytes: number;
  readonly spaces: number;
  readonly records: number;
  readonly passphrase: boolean;
}

type DrillRow = { readonly at: number; readonly by: 'phrase' | 'file' | 'backup' };

const jobs = new WeakMap<Kernel, BackupJob>();

/** One at a time: each of them takes the machine. */
export async function asJob<T>(kernel: Kernel, step: BackupJob['progress']['step'], work: (job: BackupJob) => Promise<T>): Promise<T> {
  if (jobs.has(kernel)) throw new AppError('backup-busy', 'A backup is being made or checked already.', 'Nothing was changed.', 'Wait until it is done, or give it up.');
  const job: BackupJob = { cancelled: false, progress: { step, done: 0, of: 0 } };
  jobs.set(kernel, job);
  try {
    return await work(job);
  } finally {
    jobs.delete(kernel);
  }
}

/** Gives up what runs. */
export function cancelBackup(kernel: Kernel): void {
  const job = jobs.get(kernel);
  if (job) job.cancelled = true;
}

const proverOf = ({ deps }: Kernel): Prover => deps.prove ?? proveHere(deps);

const here = (kernel: Kernel): number => {
  let count = 0;
  for (const space of kernel.spaces.values()) if (space.standing === 'member') for (const { log } of space.fragments.values()) count += log.size;
  return count;
};

const EMPTY: RecoveryView = { phrase: 'erased', checkedAt: null, fileCheckedAt: null };

/** How things stand. */
export async function backupStatus(kernel: Kernel): Promise<BackupView> {
  const [kept, row, drill] = [kernel.profile ? await recoveryStatus(kernel) : EMPTY, (await kernel.store.get(LAST_BACKUP)) as BackupRow | undefined, (await kernel.store.get(LAST_DRILL)) as DrillRow | undefined];
  const proven = Math.max(kept.checkedAt ?? 0, kept.fileCheckedAt ?? 0, row?.readBackAt ?? 0, drill?.at ?? 0);
  return {
    state: !row ? 'never' : row.verifiedAt === null ? 'differs' : row.readBackAt === null ? 'made' : 'kept',
    madeAt: row?.madeAt ?? null, verifiedAt: row?.verifiedAt ?? null, readBackAt: row?.readBackAt ?? null,
    bytes: row?.bytes ?? 0, spaces: row?.spaces ?? 0, records: row?.records ?? 0, news: row ? Math.max(0, here(kernel) - row.records) : here(kernel), passphrase: row?.passphrase ?? false,
    needsWords: kept.phrase === 'erased', running: jobs.get(kernel)?.progress ?? null, differ: kernel.returning?.restored?.differ ?? 0,
    drill: { at: drill?.at ?? null, by: drill?.by ?? null, due: proven > 0 && kernel.deps.clock.now() - proven >= DRILL_AFTER_MS },
  };
}

const write = (kernel: Kernel, values: readonly KeyValue[]): Promise<unknown> => kernel.store.commit({ origin: kernel.boot, records: [], values });

const differs = (report: BackupReport): boolean => report.spaces.some(({ equal }) => !equal);

/** The refusal of a file whose records do not come to what it says. */
const differing = (report: BackupReport): AppError => new AppError('backup-differs', `The backup does not come to what was here: ${report.spaces.filter(({ equal }) => !equal).length} of ${report.spaces.length} spaces differ.`, 'What is on this device was not touched.', 'Make another one, and export diagnostics in System if it happens again.');

/** A file, after its content was restored and compared. */
export async function backUp(parts: KernelParts, options: { passphrase?: string; phrase?: string } = {}): Promise<{ file: Blob; report: BackupReport }> {
  const { kernel } = parts;
  await recoveryRow(kernel);
  return asJob(kernel, 'reading', async (job) => {
    const { passphrase, phrase } = options;
    const keyFile = passphrase === undefined || passphrase === '' ? null : await makeKeyFile(kernel, passphrase, phrase);
    const { file, fileKey, figures } = await makeBackup(parts, job, keyFile);
    // By the way that a person will take, where it is known.
    const key: BackupKey | { fileKey: typeof fileKey } = keyFile ? { passphrase: passphrase! } : (await keepsEntropy(kernel)) ? { phrase: (await showPhrase(kernel)).join(' ') } : { fileKey };
    const report = (await proverOf(kernel)({ file, key }, (progress) => void (job.progress = progress), () => job.cancelled))!;
    const now = kernel.deps.clock.now();
    const row: BackupRow = { madeAt: now, meshMs: report.at, verifiedAt: differs(report) ? null : now, readBackAt: null, bytes: file.size, ...figures, passphrase: keyFile !== null };
    await write(kernel, [[LAST_BACKUP, row]]);
    if (differs(report)) throw differing(report);
    return { file, report };
  });
}

/** What a file of this person holds, after it was restored in a worker and compared. AppError `other-key`, `backup-differs`, and as openBackup. */
export async function proveOwn(kernel: Kernel, file: Blob, key: BackupKey, job: BackupJob): Promise<BackupReport> {
  const report = (await proverOf(kernel)({ file, key }, (progress) => void (job.progress = progress), () => job.cancelled))!;
  if (!kernel.profile || report.uid !== toBase64url(kernel.profile.uid)) throw new AppError('other-key', 'This is the backup of somebody else.', 'Nothing was changed.', 'Choose a backup of the person who uses this browser.');
  if (differs(report)) throw differing(report);
  return report;
}

/** A saved file is restored in a worker and compared; nothing else changes. */
export async function verifyBackup(kernel: Kernel, file: Blob, key: BackupKey): Promise<BackupReport> {
  await recoveryRow(kernel);
  return asJob(kernel, 'checking', async (job) => {
    const report = await proveOwn(kernel, file, key, job);
    const now = kernel.deps.clock.now();
    const known = (await kernel.store.get(LAST_BACKUP)) as BackupRow | undefined;
    const values: KeyValue[] = [[LAST_DRILL, { at: now, by: 'backup' } satisfies DrillRow]];
    // An older copy says nothing about the newer one.
    if (!known || report.at >= known.meshMs || known.verifiedAt === null) {
      const same = known?.meshMs === report.at ? known : null;
      values.push([LAST_BACKUP, {
        madeAt: same?.madeAt ?? report.at, meshMs: report.at, verifiedAt: now, readBackAt: now, bytes: file.size, spaces: report.spaces.length, records: report.records, passphrase: same?.passphrase ?? 'passphrase' in key,
      } satisfies BackupRow]);
    }
    await write(kernel, [...values, ...(await receiptsOf(kernel, report, now))]);
    for (const { id } of report.spaces) kernel.emit({ type: 'copies', space: id });
    return report;
  });
}

/** The drill with words or a key file. */
export async function tryKey(kernel: Kernel, key: HeldKey): Promise<void> {
  await recoveryRow(kernel);
  await proverOf(kernel)({ key, statements: kernel.profile!.statements }, () => undefined, () => false);
  const at = kernel.deps.clock.now();
  await write(kernel, [[LAST_DRILL, { at, by: 'phrase' in key ? 'phrase' : 'file' } satisfies DrillRow]]);
}
