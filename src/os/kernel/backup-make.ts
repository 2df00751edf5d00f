/**
 * A backup file of everything this person may read here (docs/PROTOCOL.md, Backup file): records as they are stored, sealed, and the keys that open them, under
 * the recovery key. What the fragments come to is noted at one moment; the records that were there then are read from the store piece by piece.
 */
import { AppError } from '#base/app-error';
import { must } from '#base/assert';
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { BackupProgress } from '#os/backup-api';
import type { AeadKey } from '#ports/crypto';
import { BACKUP_PIECE_BYTES } from '#vm/backup-limits';
import { REDUCER_VERSION } from '#vm/log/digests';
import { encodeBackupHead, sealBackupPiece } from '#vm/protocol/backup-file';
import { sha256 } from '#base/hash';
import { parseStatement } from '#vm/protocol/identity';
import { keepSecret } from '#vm/protocol/kept-key';
import { keepRows, type BaseRow } from './baseline-row.ts';
import { encodePiece, type BackupPiece, type FragmentSum, type KeptKeys } from './backup-content.ts';
import { ownRecoveryKey } from './device-keys.ts';
import type { KernelParts } from './kernel.ts';
import type { Profile } from './profile.ts';
import { readBack } from './snapshot-rows.ts';
import { ACL_KEY, spaceName } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { pagesOf } from './stored-rows.ts';
import { followOthers } from './tab-notices.ts';

/** Nodes looked at before others have their turn. */
const NODES_AT_ONCE = 2_000;
/** How often a quiet moment is waited for. */
const TRIES = 20;

/** A file that is being made or read. */
export interface BackupJob {
  cancelled: boolean;
  progress: BackupProgress;
}

/** Throws when the person gave it up. */
export function goOn(job: BackupJob): void {
  if (job.cancelled) throw new AppError('backup-cancelled', 'The backup was given up.', 'Nothing was kept of it.', 'Start again when you like.');
}

interface MarkedSpace {
  readonly space: Space;
  readonly sums: readonly FragmentSum[];
  /** Baselines that fragments stand on, by fragment. */
  readonly bases: ReadonlyMap<string, BaseRow>;
}

/** How things stand at one moment. */
interface Mark {
  /** Rows up to here were in the logs. */
  readonly until: number;
  readonly meshMs: number;
  readonly spaces: readonly MarkedSpace[];
}

const turn = ({ deps }: Kernel): Promise<void> => new Promise((resolve) => void deps.clock.setTimer(0, resolve));

/** Spaces whose content this person may read here. */
const kept = (kernel: Kernel): Space[] => [...kernel.spaces.values()].filter((space) => space.standing === 'member');

/** Node digests are remembered by their graph: what is asked for at one moment afterwards is quick. */
async function warm(kernel: Kernel, job: BackupJob): Promise<void> {
  let nodes = 0;
  for (const space of kept(kernel)) {
    for (const { graph } of [...space.fragments.values()]) {
      for (const _ of graph.nodeDigests()) {
        if (++nodes % NODES_AT_ONCE !== 0) continue;
        await turn(kernel);
        goOn(job);
      }
    }
  }
}

function markNow(kernel: Kernel): Mark {
  const spaces = kept(kernel).map((space): MarkedSpace => {
    const held = [...space.fragments.values()].filter(({ log }) => log.size > 0);
    // acl first: without it nothing else can be judged.
    held.sort((a, b) => Number(b.key === ACL_KEY) - Number(a.key === ACL_KEY));
    return {
      space,
      bases: new Map(held.flatMap(({ key, base }) => (base ? [[key, base.row] as const] : []))),
      sums: held.map(({ id, log, graph, pending, sealing }) => ({ fragment: id, count: log.size, set: log.setDigest(), state: pending.length + sealing.length > 0 ? null : graph.stateDigest() })),
    };
  });
  return { until: kernel.scanned, meshMs: kernel.time.now(), spaces };
}

const unsealed = ({ sums }: MarkedSpace): boolean => sums.some(({ state }) => state === null);

/** Between two commits, when memory holds what the store holds. */
async function mark({ kernel, sealer, ingest }: KernelParts, job: BackupJob): Promise<Mark> {
  for (let tries = 1; ; tries++) {
    // What cannot be sealed now waits for a key or a right: its fragment goes without a state.
    await sealer.flushAll().catch(() => undefined);
    goOn(job);
    let made: Mark | null = null;
    await sealer.exclusive(() => ingest.exclusive(async () => {
      await followOthers(kernel);
      // Opened from a snapshot and asked for more than that tells: judged again from its records first.
      for (const space of kept(kernel)) for (const fragment of space.fragments.values()) if (fragment.log.away?.asked) await readBack(kernel, space, fragment);
      made = markNow(kernel);
    }));
    const marked = must<Mark>(made as Mark | null, 'mark');
    if (tries >= TRIES || !marked.spaces.some(unsealed)) return marked;
  }
}

/** All keys of a space that are held here. */
export function keysOf({ keys }: Space): KeptKeys {
  const { epochs, parts } = keys.held();
  const bytes = (text: string): Bytes => must(fromBase64url(text), 'id');
  return { epochs: [...epochs], parts: [...parts].flatMap(([name, held]) => held.map((key) => ({ epoch: bytes(name.slice(0, 22)), fragment: bytes(name.slice(22)), key }))) };
}

/** Records of a fragment as they lie in the store, in the order of their arrival. */
async function* recordsOf(kernel: Kernel, space: Space, fragment: Bytes, until: number): AsyncGenerator<Bytes[]> {
  const rows = (await kernel.store.holding(space.id, fragment)).filter((arrival) => arrival <= until);
  for await (const segments of pagesOf(kernel.store, rows)) {
    yield segments.flatMap(({ records }) => records.filter((one) => equalBytes(one.space, space.id) && equalBytes(one.fragment, fragment)).map(({ bytes }) => bytes as Bytes));
  }
}

async function* spacePieces(kernel: Kernel, { space, sums, bases }: MarkedSpace, until: number): AsyncGenerator<BackupPiece> {
  yield { kind: 'space', id: space.id, name: spaceName(space), ...keysOf(space) };
  for (const { fragment } of sums) {
    const row = bases.get(toBase64url(fragment));
    if (row) yield { kind: 'base', fragment, row };
    let records: Bytes[] = [];
    let size = 0;
    for await (const found of recordsOf(kernel, space, fragment, until)) {
      for (const bytes of found) {
        records.push(bytes);
        size += bytes.length;
        if (size < BACKUP_PIECE_BYTES) continue;
        yield { kind: 'records', fragment, records };
        records = [];
        size = 0;
      }
    }
    if (records.length > 0) yield { kind: 'records', fragment, records };
  }
  yield { kind: 'sums', fragments: sums };
}

async function* pieces(kernel: Kernel, profile: Profile, { spaces, until, meshMs }: Mark, records: number): AsyncGenerator<BackupPiece> {
  const statements = profile.statements.filter((bytes) => {
    const parsed = parseStatement(bytes);
    return parsed.ok && (parsed.value.body.kind === 0 || parsed.value.body.kind === 3);
  });
  yield { kind: 'who', name: profile.name, statements, meshMs, reducer: REDUCER_VERSION, records };
  for (const marked of spaces) yield* spacePieces(kernel, marked, until);
  yield { kind: 'end' };
}

const onBaselines = ({ spaces }: Mark): boolean => spaces.some(({ bases }) => bases.size > 0);

/** Sums over all spaces, for people. */
export interface BackupFigures {
  readonly spaces: number;
  readonly records: number;
}

/** The file, and its key. `keyFile`: a key file of this person, for whoever will have no more than its passphrase. */
export async function makeBackup(parts: KernelParts, job: BackupJob, keyFile: Bytes | null): Promise<{ file: Blob; fileKey: Bytes; figures: BackupFigures }> {
  const release = keepRows(parts.kernel);
  try {
    return await readAll(parts, job, keyFile);
  } finally {
    release();
  }
}

async function readAll(parts: KernelParts, job: BackupJob, keyFile: Bytes | null): ReturnType<typeof makeBackup> {
  const { kernel } = parts;
  const { crypto, random } = kernel.deps;
  const profile = must(kernel.profile, 'profile');
  await warm(kernel, job);
  const marked = await mark(parts, job);
  const figures = { spaces: marked.spaces.length, records: marked.spaces.flatMap(({ sums }) => sums).reduce((sum, { count }) => sum + count, 0) };
  const fileKey = random.bytes(32);
  const head = encodeBackupHead({ id: random.bytes(16), kept: await keepSecret(crypto, ownRecoveryKey(profile.statements), fileKey), keyFile }, onBaselines(marked) ? 2 : 1);
  const headHash = sha256(head);
  const key: AeadKey = await crypto.importAead(fileKey);
  // Each piece is handed to the browser, which keeps large ones on the disk; here no more than one is held.
  const blobs: Blob[] = [new Blob([head])];
  let done = 0;
  let no = 0;
  for await (const piece of pieces(kernel, profile, marked, figures.records)) {
    goOn(job);
    blobs.push(new Blob([await sealBackupPiece(crypto, key, { headHash, no: no++, last: piece.kind === 'end' }, encodePiece(piece))]));
    if (piece.kind === 'records') done += piece.records.length;
    job.progress = { step: 'reading', done, of: figures.records };
  }
  return { file: new Blob(blobs, { type: 'application/octet-stream' }), fileKey, figures };
}
