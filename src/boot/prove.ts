/** Proofs of backups and keys in a worker of their own, started by the kernel's: a kernel that has nothing but the file, and no share in the time of the one that serves the person. */
import { AppError, type AppErrorShape } from '#base/app-error';
import type { BackupProgress, BackupReport } from '#os/api';
import type { ProofRequest, Prover } from '#os/kernel/backup-proof';
import { installTrustedTypes } from './trusted-types.ts';

/** What the worker is told once. */
export type ToProof = ProofRequest;
/** What it says: how far it is, then one end. */
export type FromProof = { progress: BackupProgress } | { report: BackupReport | null } | { error: AppErrorShape };

/** How often is looked whether the person gave it up, ms. */
const LOOK_MS = 100;

const asError = ({ code, message, safe, next }: AppErrorShape): AppError => new AppError(code, message, safe, next);

/** The prover of a browser. */
export const proveInWorker: Prover = (request, told, cancelled) => new Promise((resolve, reject) => {
  installTrustedTypes();
  const worker = new Worker(new URL('../../workers/proof.worker.ts', import.meta.url), { type: 'module', name: 'proof' });
  const end = (settle: () => void): void => {
    clearInterval(look);
    worker.terminate();
    settle();
  };
  const look = setInterval(() => cancelled() && end(() => reject(new AppError('backup-cancelled', 'The backup was given up.', 'Nothing was kept of it.', 'Start again when you like.'))), LOOK_MS);
  worker.onmessage = ({ data }: MessageEvent<FromProof>) => {
    if ('progress' in data) told(data.progress);
    else end(() => ('report' in data ? resolve(data.report) : reject(asError(data.error))));
  };
  worker.onerror = (event) => end(() => reject(new AppError('backup-unproven', `The check could not run: ${event.message}`, 'Nothing was changed.', 'Try again, or reload the page.')));
  worker.postMessage(request satisfies ToProof);
});
