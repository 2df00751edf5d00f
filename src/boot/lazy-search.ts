/** The search before anybody searched: its client and its worker come with the first question. */
import type { ElsewhereState } from '#domain/search';
import type { SearchDesk } from '#view/kit/search.ts';
import { loadAgain } from '#view/kit/load-again.ts';
import type { Client } from './search-client.ts';

/** Nobody was asked: the code of the search did not come. */
const UNASKED: ElsewhereState = { phase: 'done', links: true, devices: 0, answered: 0, late: 0, refused: 0, hits: [] };

type Give = (port: MessagePort) => void;

/** What screens ask, and what the kernels of this tab are told to. */
export function lazySearch(): { desk: SearchDesk; onRun: (give: Give) => void; onAsked: () => void } {
  let give: Give | null = null;
  let coming: Promise<Client> | null = null;
  let made: Client | null = null;
  const listeners = new Set<() => void>();
  const client = (): Promise<Client> => (coming ??= loadAgain(() => import('./search-client.ts')).then(({ startSearch }) => {
    made = startSearch(() => listeners.forEach((listener) => listener()));
    if (give) made.run(give);
    return made;
  }).catch((error: unknown) => {
    coming = null;
    throw error;
  }));
  return {
    onRun(next) {
      give = next;
      made?.run(next);
    },
    onAsked: () => void client().catch(() => undefined),
    desk: {
      find: async (query) => (await client()).find(query),
      elsewhere(query, spaces, tell) {
        let stop: (() => void) | null = null;
        let over = false;
        client().then((made) => over || (stop = made.elsewhere(query, spaces, tell)), () => over || tell(UNASKED));
        return () => ((over = true), stop?.());
      },
      status: () => made?.status() ?? null,
      restart() {
        if (made) made.restart();
        // Its code did not come: whoever asks again asks for that, too.
        else listeners.forEach((listener) => listener());
      },
      onChange(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
  };
}
