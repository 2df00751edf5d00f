/** Names of DOMExceptions → the five failures of the port. */
import { StoreError, type StoreFailure } from '#ports/record-store';

const REASONS = new Map<string, StoreFailure>([
  ['QuotaExceededError', 'quota'],
  ['AbortError', 'aborted'],
  ['InvalidStateError', 'closed'],
  ['NotFoundError', 'closed'],
  ['VersionError', 'blocked'],
  ['SecurityError', 'unavailable'],
  ['NotAllowedError', 'unavailable'],
  ['ReferenceError', 'unavailable'],
]);

/** Any failure of IndexedDB as a StoreError. Unknown ones (UnknownError, DataError, DataCloneError) count as aborted: nothing was written. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { name, message } = typeof error === 'object' && error !== null ? (error as { name?: unknown; message?: unknown }) : { name: '', message: '' };
  // Chromium reports a full disk as AbortError or UnknownError with the quota named in the words only.
  const quota = /quota|disk (is )?full/i.test(String(message));
  const reason = quota ? 'quota' : (REASONS.get(String(name)) ?? 'aborted');
  return new StoreError(reason, `${String(name) || 'Error'}: ${String(message)}`);
}

/** What all the requests of a transaction, and its end, came to. A full disk shows as QuotaExceededError on a request or on the end, and as AbortError on everything else: of several failures the one that says so is thrown. */
export async function whole<T>(requests: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(requests);
  const failed = results.filter((result) => result.status === 'rejected');
  if (failed.length > 0) throw (failed.find(({ reason }) => toStoreError(reason).reason === 'quota') ?? failed[0]!).reason;
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}
