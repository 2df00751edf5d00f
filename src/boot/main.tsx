/** The page behind the start script: components, screens and their kernel. */
import { compose, watchUpdates } from './compose.ts';
import { chooseFleeting, chosenDatabase, isReading, startFleeting } from '#boot/database-name';
import { connectKernel, type KernelStart } from '#boot/kernel-client';
import { newKernelWorker } from '#boot/kernel-worker';
import { defaultServers } from '#boot/servers';
import { VERSION } from '#boot/version';
import type { LifegraphApi } from '#os/api';
import type { BrowserPeople } from '#view/kit/browser-people.tsx';
import { loadAgain } from '#view/kit/load-again.ts';
import { bringMind } from '#view/kit/mind.ts';
import type { TabKind } from '#view/kit/tab-kind.tsx';
import { kernelRuns } from './kernel-runs.ts';
import { lazySearch } from './lazy-search.ts';
import { refuseStrayFiles } from './stray-files.ts';
import type { TakenAddress } from './take-address.ts';

/** What the start script has done before. */
export interface Started {
  readonly taken: TakenAddress;
  /** Null where this page cannot have a kernel. */
  readonly worker: Worker | null;
  /** The tab was to keep nothing, and the browser lets it remember nothing, not even that: it is not started as one that keeps. */
  readonly refused: boolean;
}

/** Who else is in this browser is asked where somebody could be chosen: its code comes then. */
const here = async (): Promise<BrowserPeople> => (await loadAgain(() => import('./people.ts'))).createPeople();
const people: BrowserPeople = {
  list: async () => (await here()).list(),
  open: (id) => void here().then((found) => found.open(id)),
  add: async () => (await here()).add(),
};

const search = lazySearch();
const runs = kernelRuns();
runs.each(search.onRun);
bringMind(async () => (await loadAgain(() => import('./mind.ts'))).mind());

const again = (): void => {
  onbeforeunload = null;
  location.reload();
};
/** The link this page was opened by: it stood in the address already. One that was pasted does not go there, the browser would note it. */
let opener: string | null = null;
const tab: TabKind = {
  begun: startFleeting(),
  name: chosenDatabase(),
  open: () => void open(`${location.pathname}${location.search}#/keep-nothing`, '_blank', 'noopener'),
  restart(next, link) {
    try {
      chooseFleeting(next);
    } catch {
      return false;
    }
    history.replaceState(null, '', location.pathname + location.search + (link && link === opener ? link.slice(link.indexOf('#')) : ''));
    again();
    return true;
  },
};
const fleeting = tab.begun !== null;
/** It has been open: a kernel that never was has lost nothing, and says why it does not start. */
let opened = false;
/** With the kernel of a tab that keeps nothing its memory is gone: the page begins anew and says so. */
const anew = (): Worker => (fleeting && opened && again(), newKernelWorker());

function tended(api: LifegraphApi): LifegraphApi {
  void api.opened.then(() => (opened = true), () => undefined);
  return api;
}

/** Mounts the app; called once. */
export function main({ taken, worker, refused }: Started): void {
  opener = taken.join;
  const host = document.getElementById('root');
  const connect = worker && ((waits: Pick<KernelStart, 'onWait' | 'onLocked'>) => tended(connectKernel({ worker, again: anew, patient: fleeting, servers: defaultServers(taken.signal), version: VERSION, onRun: runs.now, onAsked: search.onAsked, ...waits })));
  if (host !== null) void compose({ host, join: taken.join, tab, reading: isReading(chosenDatabase()) || (fleeting && taken.read !== null) ? { link: taken.read, onLeave: () => void loadAgain(() => import('./reading.ts')).then(({ leaveReading }) => leaveReading(window.lifegraph)) } : null, people: fleeting ? null : worker && people, search: search.desk, connect, refused });
  watchUpdates(runs);
  refuseStrayFiles();
  // A public link, an invite or a pairing that is put into the address of an open page. A connection by hand is of this page: a new one would not know it.
  addEventListener('hashchange', () => /^#\/?(read\/|join\/|pair\/|keep-nothing$)/.test(location.hash) && location.reload());
}
