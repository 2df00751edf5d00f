/** A file of another device of the same person is brought into this profile (docs/PROTOCOL.md, Backup file): two devices that never meet online go on from each other's files. Loaded when asked for. */
import { toBase64url } from '#base/bytes';
import type { BackupKey, BackupReport } from '#os/backup-api';
import { KERNEL_LIMITS } from '#os/limits';
import type { AeadKey } from '#ports/crypto';
import type { KeyValue } from '#ports/record-store';
import type { RecordEntry } from '#ports/replica';
import { must } from '#base/assert';
import { asJob, proveOwn } from './backup-acts.ts';
import type { RecordsPiece, SpacePiece } from './backup-content.ts';
import { giveKeys, keysRow } from './backup-keys.ts';
import { goOn, keysOf } from './backup-make.ts';
import { checkedRecord, openBackup } from './backup-read.ts';
import { stored } from './ingest.ts';
import type { KernelParts } from './kernel.ts';
import { spaceRow } from './membership.ts';
import { recoveryRow } from './recovery-key.ts';
import { addSpace } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

/** The link that records of a file come by, in counters. */
const FROM_FILE = 'file';

/** The space here, with the keys of the file; null where this device left it, or has no room. */
async function spaceOf(kernel: Kernel, piece: SpacePiece): Promise<Space | null> {
  const key = toBase64url(piece.id);
  const known = kernel.spaces.get(key);
  if (known?.standing === 'left' || (!known && kernel.spaces.size >= KERNEL_LIMITS.spaces)) return null;
  const space = known ?? addSpace(kernel, piece.id, 'joining');
  const before = space.keys.size;
  giveKeys(space, piece);
  const values: KeyValue[] = known ? [] : [spaceRow(piece.id, 'joining')];
  if (space.keys.size > before) {
    const vault = must((await kernel.store.get('id/vault')) as AeadKey | undefined, 'vault');
    const profile = { ...must(kernel.profile, 'profile'), keys: true as const };
    values.push(await keysRow(kernel.deps, vault, key, keysOf(space)), ['id/profile', profile]);
    kernel.profile = profile;
  }
  if (values.length > 0) await kernel.store.commit({ origin: kernel.boot, records: [], values });
  return space;
}

/** As from a link: signature, certificate, rights, budgets. How many were not here. */
async function bring({ kernel, ingest }: KernelParts, space: Space, { records }: RecordsPiece): Promise<number> {
  const checked = await Promise.all(records.map((bytes) => checkedRecord(kernel.deps.crypto, kernel.admits, space.id, bytes)));
  const entries = checked.map((record): RecordEntry => stored(record, space)).filter(({ id }) => !kernel.index.has(toBase64url(id)));
  if (entries.length === 0) return 0;
  return (await ingest.ingest(entries, 'bulk', FROM_FILE)).added;
}

/** Brings the file in. AppError as verifyBackup. */
export async function mergeBackup(parts: KernelParts, file: Blob, key: BackupKey): Promise<{ added: number; report: BackupReport }> {
  const { kernel } = parts;
  await recoveryRow(kernel);
  return asJob(kernel, 'checking', async (job) => {
    // Nothing of a file that is not whole comes in.
    const report = await proveOwn(kernel, file, key, job);
    const opened = await openBackup(kernel.deps.crypto, file, key);
    opened.entropy?.fill(0);
    let space: Space | null = null;
    let [added, done] = [0, 0];
    for await (const { piece } of opened.pieces()) {
      goOn(job);
      if (piece.kind === 'space') space = await spaceOf(kernel, piece);
      if (piece.kind !== 'records') continue;
      if (space) added += await bring(parts, space, piece);
      job.progress = { step: 'restoring', done: (done += piece.records.length), of: report.records };
    }
    kernel.emit({ type: 'spaces' });
    return { added, report };
  });
}
