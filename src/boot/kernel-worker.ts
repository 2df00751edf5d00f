/** The start of the kernel worker, apart from its client so that it can come before everything else. */
import { chosenDatabase } from '#boot/database-name';
import { installTrustedTypes } from '#boot/trusted-types';

/** True where the browser gives us cryptography; false on plain http other than localhost. */
export function hasCrypto(): boolean {
  return typeof crypto !== 'undefined' && crypto.subtle !== undefined && globalThis.isSecureContext !== false;
}

/** The first message to a worker. */
export interface Database {
  readonly database: string;
}

/** Starts the worker of this tab; null where it could not work. It waits for its first message. */
export function startKernelWorker(): Worker | null {
  installTrustedTypes();
  return hasCrypto() ? newKernelWorker() : null;
}

/** A further one, when the first has died. */
export function newKernelWorker(): Worker {
  const worker = new Worker(new URL('../../workers/kernel.worker.ts', import.meta.url), { type: 'module', name: 'kernel' });
  // At once: its store opens while the page still loads.
  worker.postMessage({ database: chosenDatabase() } satisfies Database);
  return worker;
}
