/** Leaving a tab that reads by a public link. */
import type { LifegraphApi } from '#os/api';
import { chosenDatabase, filesDatabase, isFleeting, isReading } from './database-name.ts';

/** Deletes what was read by the link, and starts this tab anew as the browser's own person. Other tabs that read the same let go of it. */
export function leaveReading(api: LifegraphApi): void {
  // Nothing more comes in that would be kept.
  api.network.pause();
  const database = chosenDatabase();
  if (!isFleeting(database)) sessionStorage.removeItem('lgos/database');
  const over = (): void => {
    history.replaceState(null, '', location.pathname + location.search);
    location.reload();
  };
  if (!isReading(database)) return over();
  indexedDB.deleteDatabase(filesDatabase(database));
  Object.assign(indexedDB.deleteDatabase(database), { onsuccess: over, onerror: over, onblocked: over });
}
