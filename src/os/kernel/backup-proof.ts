/**
 * A backup file is good when a kernel that has nothing but it comes to the same: here it is opened, verified and replayed in a throw-away kernel without store,
 * links or slot, one fragment after the other, and the digests are compared. Runs in a worker of its own (workers/proof.worker.ts).
 */
import { AppError } from '#base/app-error';
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { BackupKey, BackupProgress, BackupReport } from '#os/backup-api';
import type { HeldKey } from '#os/lock-api';
import { StoreError, type RecordStore } from '#ports/record-store';
import type { BackupPlace } from '#vm/protocol/backup-file';
import { REDUCER_VERSION } from '#vm/log/digests';
import type { FragmentLog } from '#vm/log/fragment-log';
import { parseStatement, recoverySeed } from '#vm/protocol/identity';
import { RECORD_CLASS, type ParsedRecord } from '#vm/protocol/types';
import type { BasePiece, SpacePiece, SumsPiece, WhoPiece } from './backup-content.ts';
import { giveKeys } from './backup-keys.ts';
import { backupFault, checkedRecord, openBackup, type FileKey } from './backup-read.ts';
import type { Snapshot } from './baseline-open.ts';
import type { BaseRow } from './baseline-row.ts';
import { deliverAll, finishBatch, newBatch } from './deliver.ts';
import type { KernelDeps } from './deps.ts';
import { ownRecoveryKey } from './device-keys.ts';
import { loadEngines } from './engines.ts';
import { createKernelRoom } from './kernel-state.ts';
import { entropyOfKey } from './key-file.ts';
import { encodeHeld } from './kept-backups.ts';
import { ACL_KEY, addSpace, fragmentOf, ROOT_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

/** What a proof needs of the outside. */
export type ProofDeps = Pick<KernelDeps, 'clock' | 'crypto' | 'random'>;

/** A file and what opens it; or words or a key file, and the statements of the person whose they should be. */
export type ProofRequest = { readonly file: Blob; readonly key: BackupKey | FileKey } | { readonly key: HeldKey; readonly statements: readonly Bytes[] };

/** Runs a proof; null for a proven key. */
export type Prover = (request: ProofRequest, told: (progress: BackupProgress) => void, cancelled: () => boolean) => Promise<BackupReport | null>;

/** A proof in this thread. */
export const proveHere = (deps: ProofDeps): Prover => async (request, told, cancelled) => {
  if ('statements' in request) return proveKey(deps, request.key, request.statements).then(() => null);
  return proveBackup(deps, request, told, cancelled);
};

/** Does the key open the identity? AppError `other-key`, and as words and key files do. */
async function proveKey({ crypto, random }: ProofDeps, key: HeldKey, statements: readonly Bytes[]): Promise<void> {
  const entropy = await entropyOfKey(crypto, key);
  const rk = await crypto.importSigning(recoverySeed(entropy));
  entropy.fill(0);
  const challenge = random.bytes(32);
  const named = ownRecoveryKey(statements);
  // By what it does: a signature that the identity's own key accepts.
  if (await crypto.verify(named, await crypto.sign(rk, challenge), challenge)) return;
  throw new AppError('other-key', 'This is the key of somebody else.', 'Nothing was changed.', 'Choose the file, or type the words, of the person who uses this browser.');
}

const nothing = async (): Promise<never> => {
  throw new StoreError('unavailable', 'A proof has no store.');
};
const NO_STORE: RecordStore = { id: '', commit: nothing, scan: async () => [], arrivals: async () => [], segments: async () => [], holding: async () => [], get: async () => undefined, list: async () => [], onClosed: null, close: () => undefined };

/** A kernel that only reads what it is given, at the mesh time of the file: what was parked then is parked here. */
async function throwAway({ clock, crypto, random }: ProofDeps, who: WhoPiece): Promise<Kernel> {
  const [first] = who.statements;
  const inception = first && parseStatement(first);
  if (!inception?.ok || inception.value.body.kind !== 0) throw backupFault('damaged');
  const none = (): never => {
    throw new TypeError('a proof has no links');
  };
  const still = { now: () => who.meshMs, monotonic: () => 0, setTimer: (ms: number, fn: () => void) => clock.setTimer(ms, fn) };
  const idle = (): void => undefined;
  const { kernel } = createKernelRoom({
    clock: still, crypto, random, store: NO_STORE, tabs: { tryLock: async () => null, waitLock: none, post: idle, onNotice: null }, createReplica: none, dialer: { dial: none }, sockets: { open: none },
    loadAccess: none, loadWords: none, iceServers: [], servers: [], version: 'proof',
  }, {
    onForkEvidence: idle, onBranchHeld: idle, onAclChanged: idle, onDirectoryChanged: idle, onNameHeard: idle, onNetworkChange: idle, onTime: idle, sendEphemeral: idle, addServers: idle, servers: () => [],
  });
  kernel.profile = { uid: inception.value.uid, ds: await crypto.generateSigning(), dx: await crypto.generateAgreement(), name: who.name, statements: who.statements };
  return kernel;
}

type Sums = Map<string, { count: number; set: Bytes; state: Bytes; held: readonly [Bytes, Pick<FragmentLog, 'frontier'>] }>;

/** The replay of one space. `whole`: all fragments stay; else each goes when the next one begins. */
class Replay {
  readonly space: Space;
  private readonly done: Sums = new Map();
  /** The baseline of the fragment that is read, and the records of its snapshot. */
  private base: { readonly row: BaseRow; readonly pieces: ParsedRecord[] } | null = null;
  private current = '';

  constructor(private readonly kernel: Kernel, readonly opening: SpacePiece, readonly whole: boolean) {
    this.space = addSpace(kernel, opening.id, 'joining');
    giveKeys(this.space, opening);
  }

  /** The fragment begins at the heads that a baseline covers; its rows come with its records. */
  async begin({ fragment, row }: BasePiece): Promise<void> {
    await this.turnTo(toBase64url(fragment));
    this.base = { row, pieces: [] };
    await this.stand(null);
  }

  private async stand(snapshot: Snapshot | null): Promise<void> {
    const { kernel, space, base, current } = this;
    const id = fromBase64url(current);
    if (!base || !id) return;
    const batch = newBatch('remote', true);
    const { take } = await import('./baseline-open.ts');
    take(kernel, space, fragmentOf(kernel, space, id), base.row, snapshot, batch);
    finishBatch(kernel, space, batch);
  }

  private async turnTo(key: string): Promise<void> {
    if (key !== this.current) await this.settle();
    this.current = key;
  }

  async take(fragment: Bytes, records: readonly Bytes[]): Promise<void> {
    const { kernel, space } = this;
    const key = toBase64url(fragment);
    await this.turnTo(key);
    const checked = await Promise.all(records.map((bytes) => checkedRecord(kernel.deps.crypto, kernel.admits, space.id, bytes)));
    if (checked.some(({ header }) => !equalBytes(header.fragment, fragment))) throw backupFault('damaged');
    const seen = new Set<string>();
    const log = space.fragments.get(key)?.log;
    const fresh = checked.filter(({ id }) => {
      const text = toBase64url(id);
      return !log?.has(text) && !seen.has(text) && seen.add(text);
    });
    for (const record of fresh) if (record.header.class === RECORD_CLASS.snapshot) this.base?.pieces.push(record);
    await deliverAll(kernel, space, fresh, 'remote', true);
  }

  /** A fragment is complete. What is in acl rules the others and stays. */
  private async settle(): Promise<void> {
    if (this.base) await this.stand(await (await import('./baseline-open.ts')).openSnapshotOf(this.kernel, this.space, this.base.row, this.base.pieces));
    this.base = null;
    if (this.whole || this.current === '' || this.current === ACL_KEY) return;
    this.note(this.current);
    // Others look at the directory while they are read.
    if (this.current !== ROOT_KEY) this.space.fragments.delete(this.current);
  }

  private note(key: string): void {
    const fragment = this.space.fragments.get(key);
    if (!fragment) return;
    // Without the log itself: a large space is read fragment by fragment.
    const frontier = fragment.log.frontier();
    this.done.set(key, { count: fragment.log.size, set: fragment.log.setDigest(), state: fragment.graph.stateDigest(), held: [fragment.id, { frontier: () => frontier }] });
  }

  /** Fragments that do not come to what was noted when the file was made. */
  async differing({ fragments }: SumsPiece, reducer: number): Promise<number> {
    await this.settle();
    for (const key of this.space.fragments.keys()) if (!this.done.has(key)) this.note(key);
    return fragments.filter(({ fragment, count, set, state }) => {
      const made = this.done.get(toBase64url(fragment));
      if (!made || made.count !== count || !equalBytes(made.set, set)) return true;
      // States are compared under the same rules only.
      return state !== null && reducer === REDUCER_VERSION && !equalBytes(made.state, state);
    }).length;
  }

  /** What the file holds of the space, fragment by fragment. */
  held(): Bytes {
    return encodeHeld([...this.done.values()].map(({ held }) => held));
  }

  end(): void {
    this.kernel.spaces.delete(this.space.key);
    this.kernel.behind.clear();
  }
}

/** Where a space begins, and how many records came before it. */
interface Begin {
  readonly place: BackupPlace;
  readonly done: number;
}

/** Opens, verifies and replays a file. AppError as openBackup, and `backup-cancelled`. */
async function proveBackup(deps: ProofDeps, { file, key }: { file: Blob; key: BackupKey | FileKey }, told: (progress: BackupProgress) => void, cancelled: () => boolean): Promise<BackupReport> {
  await loadEngines();
  const opened = await openBackup(deps.crypto, file, key);
  opened.entropy?.fill(0);
  const spaces: BackupReport['spaces'] = [];
  let who: WhoPiece | null = null;
  let kernel: Kernel | null = null;
  let replay: Replay | null = null;
  let done = 0;
  let begin: Begin | null = null;
  let again: Begin | null = null as Begin | null;
  for (;;) {
    let before: BackupPlace | null = again?.place ?? null;
    let whole = again !== null;
    if (again) done = again.done;
    again = null;
    for await (const { piece, next } of opened.pieces(before ?? undefined)) {
      if (cancelled()) throw new AppError('backup-cancelled', 'The backup was given up.', 'Nothing was kept of it.', 'Start again when you like.');
      if (piece.kind === 'who') kernel = await throwAway(deps, (who = piece));
      else if (!kernel || !who) throw backupFault('damaged');
      else if (piece.kind === 'space') {
        if (!before) throw backupFault('damaged');
        begin = { place: before, done };
        replay = new Replay(kernel, piece, whole);
      } else if (piece.kind === 'base') {
        if (!replay) throw backupFault('damaged');
        await replay.begin(piece);
      } else if (piece.kind === 'records') {
        if (!replay) throw backupFault('damaged');
        await replay.take(piece.fragment, piece.records);
        done += piece.records.length;
        told({ step: 'checking', done, of: who.records });
      } else if (piece.kind === 'sums') {
        if (!replay || !begin) throw backupFault('damaged');
        const differ = await replay.differing(piece, who.reducer);
        replay.end();
        // Forks bind fragments to each other: what differs one by one is looked at as a whole.
        if (differ > 0 && !replay.whole) again = begin;
        else spaces.push({ id: replay.space.key, name: replay.opening.name, fragments: piece.fragments.length, records: piece.fragments.reduce((sum, { count }) => sum + count, 0), equal: differ === 0, held: replay.held() });
        replay = null;
        whole = false;
        if (again) break;
      } else return { uid: toBase64url(kernel.profile!.uid), name: who.name, at: who.meshMs, records: who.records, spaces };
      before = next;
    }
    if (!again) throw backupFault('damaged');
  }
}
