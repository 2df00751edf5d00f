/** A browser may delete what a page stored when the disk gets full, unless it was asked to keep it. Asked once something of a person is there: some browsers ask the person. */
import type { LifegraphApi } from '#os/api';

/** What is used of navigator.storage; missing in old browsers and outside secure contexts. */
export type KeepPort = Pick<StorageManager, 'persist' | 'persisted'>;

/** Asks now when there is a person, else with the first thing they write. */
export function keepStorage(api: Pick<LifegraphApi, 'identity' | 'on'>, storage: KeepPort | undefined): void {
  if (!storage) return;
  const ask = async (): Promise<void> => {
    if (!(await storage.persisted())) await storage.persist();
  };
  // A refusal is no fault: System shows what the browser said.
  const quietly = (): void => void ask().catch(() => undefined);
  if (api.identity.get() !== null) return quietly();
  const stop = api.on((event) => {
    if (event.type !== 'copies') return;
    stop();
    quietly();
  });
}
