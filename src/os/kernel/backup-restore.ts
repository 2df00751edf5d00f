/**
 * An empty profile becomes the person of a backup file (docs/PROTOCOL.md, Backup file): on a new device of its own, with everything that is in the file and without
 * anybody else. The person's spaces can be read at once; they are written to when the person goes on, by a record that brings the new device by the recovery key (IDN11).
 */
import { AppError } from '#base/app-error';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { BackupKey, BackupReport } from '#os/backup-api';
import type { KeyValue, StoredRecord } from '#ports/record-store';
import { buildDeviceAdd, recoverySeed } from '#vm/protocol/identity';
import { must } from '#base/assert';
import { shareFor } from './accept.ts';
import { asJob, LAST_BACKUP, LAST_DRILL, type BackupRow } from './backup-acts.ts';
import type { FragmentSum, SpacePiece, WhoPiece } from './backup-content.ts';
import { keysRow } from './backup-keys.ts';
import { goOn, type BackupJob } from './backup-make.ts';
import { backupFault, checkedRecord, openBackup, type OpenBackup } from './backup-read.ts';
import { BASE_ROW } from './baseline-row.ts';
import { newAgreement, newSigning } from './device-keys.ts';
import { stored } from './ingest.ts';
import type { KernelParts } from './kernel.ts';
import { spaceRow } from './membership.ts';
import type { Profile, RecoveryRow } from './profile.ts';
import type { ReturnRow } from './return-host.ts';
import { readPerson } from './returns.ts';
import { REDUCER_VERSION } from '#vm/log/digests';
import type { Kernel } from './state.ts';
import { postNotice } from './tab-notices.ts';

/** What a file said of one space. */
interface Told {
  readonly opening: SpacePiece;
  readonly sums: readonly FragmentSum[];
}

const already = (): AppError => new AppError('already', 'This browser already has an identity.', 'It is untouched.', 'Use a new browser profile.');

/** Every piece opens, and the last one is there: before that nothing is written. */
async function lookThrough(opened: OpenBackup, job: BackupJob): Promise<WhoPiece> {
  let who: WhoPiece | null = null;
  let done = 0;
  for await (const { piece } of opened.pieces()) {
    goOn(job);
    if (piece.kind === 'who') who = piece;
    if (piece.kind === 'records') job.progress = { step: 'checking', done: (done += piece.records.length), of: who?.records ?? 0 };
  }
  if (!who) throw backupFault('damaged');
  return who;
}

/** The person that the file names and the recovery key proves, on a device made now. */
async function newDevice(kernel: Kernel, who: WhoPiece, entropy: Bytes): Promise<{ profile: Profile; rk: Bytes }> {
  const { crypto } = kernel.deps;
  const rk = await crypto.importSigning(recoverySeed(entropy));
  const known = await readPerson(kernel, [...who.statements]);
  const [inception] = known?.statements.filter(({ body }) => body.kind === 0) ?? [];
  if (!known || !inception || !known.person.recoveryKeys.has(toBase64url(rk.pub))) throw new AppError('other-key', 'This is the backup of somebody else.', 'Nothing was changed.', 'Use the phrase or the key file of the person who made it.');
  const ds = await newSigning(kernel.deps, rk.pub);
  const dx = await newAgreement(kernel.deps, rk.pub);
  const add = await buildDeviceAdd(crypto, { uid: inception.uid, by: rk, ds, dx: dx.pub, nbf: Math.max(kernel.time.now(), who.meshMs) });
  return { profile: { uid: inception.uid, ds, dx, name: who.name, statements: [...who.statements, add], restored: true, keys: true }, rk: rk.pub };
}

/** All records into the store, each verified. */
async function writeRecords(kernel: Kernel, opened: OpenBackup, job: BackupJob, of: number): Promise<Told[]> {
  const told: Told[] = [];
  let opening: SpacePiece | null = null;
  let done = 0;
  for await (const { piece } of opened.pieces()) {
    goOn(job);
    if (piece.kind === 'space') opening = piece;
    else if (piece.kind === 'base') {
      const { id } = must(opening, 'space of the baseline');
      await kernel.store.commit({ origin: 'backup', records: [], values: [[`${BASE_ROW}${toBase64url(id)}/${toBase64url(piece.fragment)}`, piece.row]] });
    } else if (piece.kind === 'records') {
      const { id } = must(opening, 'space of the records');
      const records = await Promise.all(piece.records.map((bytes) => checkedRecord(kernel.deps.crypto, kernel.admits, id, bytes)));
      await kernel.store.commit({ origin: 'backup', records: records.map((record): StoredRecord => stored(record, { id })), values: [] });
      job.progress = { step: 'restoring', done: (done += records.length), of };
    } else if (piece.kind === 'sums') told.push({ opening: must(opening, 'space of the sums'), sums: piece.fragments });
  }
  return told;
}

/** How many fragments of the space do not come to what the file says. */
function differing(kernel: Kernel, { opening, sums }: Told, reducer: number): number {
  const space = kernel.spaces.get(toBase64url(opening.id));
  return sums.filter(({ fragment, count, set, state }) => {
    const held = space?.fragments.get(toBase64url(fragment));
    if (!held || held.log.size !== count || !equalBytes(held.log.setDigest(), set)) return true;
    return state !== null && reducer === REDUCER_VERSION && !equalBytes(held.graph.stateDigest(), state);
  }).length;
}

/** Restores the file into this profile, which must be empty. AppError `already`, and as openBackup. */
export async function restoreBackup(parts: KernelParts, file: Blob, key: BackupKey): Promise<BackupReport> {
  const { kernel } = parts;
  if (kernel.loading) await kernel.loading;
  if (kernel.profile || kernel.returning || kernel.reading) throw already();
  return asJob(kernel, 'checking', async (job) => {
    const opened = await openBackup(kernel.deps.crypto, file, key);
    const release = await kernel.deps.tabs.tryLock('lgos/first-run');
    try {
      // Another tab may have been quicker.
      if (!release || kernel.profile || (await kernel.store.get('id/profile'))) throw already();
      const who = await lookThrough(opened, job);
      const { profile, rk } = await newDevice(kernel, who, must(opened.entropy, 'a recovery key'));
      const told = await writeRecords(kernel, opened, job, who.records);
      await become(kernel, { who, profile, rk, told, key, bytes: file.size });
      return await openAll(parts, who, told);
    } finally {
      opened.entropy?.fill(0);
      release?.();
    }
  });
}

/** The person, in one transaction: until it is written the profile is empty. */
async function become(kernel: Kernel, { who, profile, rk, told, key, bytes }: { who: WhoPiece; profile: Profile; rk: Bytes; told: readonly Told[]; key: BackupKey; bytes: number }): Promise<void> {
  const { crypto, clock } = kernel.deps;
  const now = clock.now();
  const vault = await crypto.generateAead();
  const by = 'phrase' in key ? 'phrase' : 'file' in key ? 'file' : 'backup';
  const spaces: KeyValue[] = [];
  for (const { opening } of told) spaces.push(spaceRow(opening.id, 'joining'), await keysRow(kernel.deps, vault, toBase64url(opening.id), opening));
  await kernel.store.commit({
    origin: 'profile', records: [],
    values: [
      ['id/profile', profile], ['id/vault', vault], ['id/return', { since: now, restored: { differ: 0 } } satisfies ReturnRow], ['mesh/last', who.meshMs],
      // What opened the file is known to be good.
      ['id/rk', { pub: rk, backedUp: by === 'phrase' ? now : false } satisfies RecoveryRow], ...(by === 'file' ? [['id/key-file', now] as const] : []), [LAST_DRILL, { at: now, by }],
      [LAST_BACKUP, { madeAt: who.meshMs, meshMs: who.meshMs, verifiedAt: now, readBackAt: now, bytes, spaces: told.length, records: who.records, passphrase: by === 'backup' } satisfies BackupRow],
      ...spaces,
    ],
  });
}

/** Everything is read as at any start; what does not come to what the file says is told, here and on the screen. */
async function openAll(parts: KernelParts, who: WhoPiece, told: readonly Told[]): Promise<BackupReport> {
  const { kernel } = parts;
  await parts.open();
  const spaces = told.map((one): BackupReport['spaces'][number] => ({
    id: toBase64url(one.opening.id), name: one.opening.name, fragments: one.sums.length, records: one.sums.reduce((sum, { count }) => sum + count, 0), equal: differing(kernel, one, who.reducer) === 0,
  }));
  const differ = spaces.filter(({ equal }) => !equal).length;
  if (differ > 0) {
    kernel.returning = { since: must(kernel.returning, 'return').since, restored: { differ } };
    await kernel.store.commit({ origin: kernel.boot, records: [], values: [['id/return', kernel.returning]] });
  }
  parts.link();
  postNotice(kernel, { t: 'profile' });
  kernel.emit({ type: 'spaces' });
  return { uid: toBase64url(must(kernel.profile, 'profile').uid), name: who.name, at: who.meshMs, records: who.records, spaces };
}

/** The spaces of the file hear of this device by its own word, and their key is shared with it. Those that others opened to it meanwhile have it already. */
export async function standByOneself({ kernel, sealer }: Pick<KernelParts, 'kernel' | 'sealer'>): Promise<void> {
  const { uid, ds, dx, statements } = must(kernel.profile, 'profile');
  const statement = must(statements.at(-1), 'own statement');
  for (const space of [...kernel.spaces.values()]) {
    const member = space.rights.memberOf(uid);
    if (space.standing !== 'joining' || member === null || space.rights.mayServe(ds.pub)) continue;
    await sealer.writeAcl(space, [{ t: 'ident.attach', statement }, ...(await shareFor(kernel, space, [{ ds: ds.pub, dx: dx.pub }], member))]);
  }
}
