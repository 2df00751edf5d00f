/** Wires kernel, components and shell together and mounts them. */
import { createElement, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import type { JsonValue, LifegraphApi } from '#os/api';
import { keepStorage } from '#boot/keep-storage';
import type { StartWait } from '#boot/kernel-run';
import type { UnlockRequest } from '#os/lock-api';
import { createI18n, I18nProvider, loadWords, pickLang, type I18n, type Key } from '#view/kit/i18n.tsx';
import { BrowserPeopleProvider, type BrowserPeople } from '#view/kit/browser-people.tsx';
import { applyTheme, PREFERENCES_KEY, readPreferences } from '#view/kit/preferences.tsx';
import { loadAgain } from '#view/kit/load-again.ts';
import type { SearchDesk } from '#view/kit/search.ts';
import type { TabKind } from '#view/kit/tab-kind.tsx';
import { App, type AppProps } from '#view/shell/app.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { StopPage } from '#view/shell/stop-page.tsx';
import { chosenDatabase } from './database-name.ts';
import type { KernelStart } from './kernel-client.ts';
import type { KernelRuns } from './kernel-runs.ts';
import { parts } from './components.ts';

declare global {
  interface Window {
    /** The console API (docs/API.md). */
    lifegraph: LifegraphApi;
  }
}

/** What the shell needs to start. */
export interface Start {
  host: HTMLElement;
  /** An invite link taken from the address. */
  join: string | null;
  /** This tab reads by a public link; null when it does not. */
  reading: AppProps['reading'];
  tab: TabKind;
  /** It was to keep nothing and cannot: it does not start. */
  refused?: boolean;
  /** Null where the browser gives us no cryptography (plain http other than localhost). */
  people: BrowserPeople | null;
  search: SearchDesk;
  connect: ((waits: Pick<KernelStart, 'onWait' | 'onLocked'>) => LifegraphApi) | null;
}

/** The words of the language to use; without them it speaks English. */
function speak(chosen: string | undefined): Promise<void> {
  return loadWords(pickLang(chosen, navigator.languages)).catch(() => undefined);
}

const WAIT_WORDS: Record<StartWait, [title: Key, text: Key, fact: string]> = {
  store: ['boot.storeTitle', 'boot.storeText', 'indexedDB.open'],
  upgrade: ['boot.upgradeTitle', 'boot.upgradeText', 'indexedDB.open'],
  script: ['boot.scriptTitle', 'boot.scriptText', 'kernel'],
};

/** Starts the app: kernel, then the look this device remembers, then the first screen. */
export async function compose({ host, join, reading, tab, people, search, connect, refused = false }: Start): Promise<void> {
  const root = createRoot(host);
  const wanted = pickLang(undefined, navigator.languages);
  document.documentElement.lang = wanted;
  // On its way while the kernel starts.
  const spoken = speak(undefined).then(() => createI18n(wanted));
  const stop = (words: I18n, title: Key, text: string, fact: [string, string]): void => root.render(createElement(StopPage, { words, title: words.t(title), text, fact }));
  if (!connect) {
    const words = await spoken;
    if (refused) return stop(words, 'boot.title', words.t('welcome.fleetingRefused'), [words.t('crash.what'), 'sessionStorage']);
    return stop(words, 'insecure.title', words.t('insecure.text'), [words.t('insecure.address'), location.origin]);
  }
  let api: LifegraphApi;
  let look: Promise<JsonValue | undefined>;
  let waits = true;
  let app: (() => void) | null = null;
  let tend: ((api: LifegraphApi) => void) | null = null;
  try {
    if (tab.begun) {
      const { sayFleeting, tendFleeting } = await loadAgain(() => import('./fleeting.ts'));
      sayFleeting();
      tend = tendFleeting;
    }
    // Until it answers, and then the app takes the place of these words.
    api = connect({
      onWait: (what) => void spoken.then((words) => {
        const [title, text, fact] = WAIT_WORDS[what];
        if (waits) stop(words, title, words.t(text), [words.t('crash.what'), fact]);
      }),
      // At the start, and when a kernel that died is started again: the app stands there again once it is open.
      onLocked: (unlock, passkey) => void Promise.all([import('#view/welcome/lock-screen.tsx'), spoken]).then(([{ LockScreen }]) => {
        root.render(createElement(I18nProvider, { lang: wanted, children: createElement(BrowserPeopleProvider, { people, children: createElement(LockScreen, { passkey, unlock: (request: UnlockRequest) => unlock(request).then(() => app?.()) }) }) }));
        void import('./fonts.ts');
      }),
    });
    Object.defineProperty(globalThis, 'lifegraph', { value: api, configurable: true, enumerable: true });
    // Asked for at once: it lies in the store, beside what the kernel is loading.
    look = api.local.get(PREFERENCES_KEY).catch(() => undefined);
    await api.opened.finally(() => (waits = false));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const words = await spoken;
    return stop(words, 'boot.title', errorText(words.t, error, 'boot.text'), [words.t('crash.what'), message]);
  }
  if (tend) tend(api);
  else if (!reading) keepStorage(api, navigator.storage);
  const preferences = readPreferences(await look);
  applyTheme(preferences.theme);
  await speak(preferences.lang);
  app = () => root.render(createElement(Suspense, null, createElement(App, { api, parts, preferences, people, search, joinLink: join, reading, tab, ...(tab.begun ? {} : { onUpdate }) })));
  app();
  // What this page holds in memory goes with it.
  api.on(({ type }) => type === 'locked' && location.reload());
  if (api.lock.get()) void import('./idle-lock.ts').then(({ watchIdle }) => watchIdle(api.lock, { target: window, channel: new BroadcastChannel(`${chosenDatabase()}/idle`), now: Date.now, every: (ms, look) => void setInterval(look, ms) }));
  // Fonts after the first paint, so that text is there at once in the fallback.
  requestAnimationFrame(() => setTimeout(() => void import('./fonts.ts'), 0));
}

type News = (() => void) | null;
let tellNews: ((news: News) => void) | null = null;
const untold: News[] = [];

function onUpdate(tell: (news: News) => void): void {
  tellNews = tell;
  for (const news of untold.splice(0)) tell(news);
}

/** Registers the service worker; a waiting newer build is offered as a toast, and one that was refused is told of. What the host does not give, linked devices of these kernels may. */
export function watchUpdates(runs: KernelRuns): void {
  const tell = (news: News): void => (tellNews ? tellNews(news) : void untold.push(news));
  void import('./updates.ts').then(({ registerServiceWorker }) => registerServiceWorker({ onUpdate: tell, onRefused: () => tell(null) }, runs)).catch(() => undefined);
}
