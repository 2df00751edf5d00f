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
