/** The whole app: providers, then Welcome, Join or the desk. */
import { useEffect, useState, type ReactNode } from 'react';
import type { LifegraphApi } from '#os/api';
import { CrashBoundary } from '#view/kit/crash.tsx';
import { I18nProvider, loadWords, pickLang } from '#view/kit/i18n.tsx';
import { loadAgain } from '#view/kit/load-again.ts';
import { KernelProvider } from '#view/kit/kernel.tsx';
import { KernelNote } from '#view/kit/kernel-note.tsx';
import { KeyboardProvider } from '#view/kit/keyboard.tsx';
import type { Parts } from '#view/kit/lens.ts';
import { ManifestsProvider } from '#view/kit/node-card.tsx';
import { BrowserPeopleProvider, type BrowserPeople } from '#view/kit/browser-people.tsx';
import { QuietProvider } from '#view/kit/quiet-provider.tsx';
import { ClockAlarm } from '#view/kit/place.tsx';
import { PreferencesProvider, usePreferences, type Preferences } from '#view/kit/preferences.tsx';
import { navigate } from '#view/kit/router.tsx';
import { FleetingBanner } from '#view/kit/tab-banner.tsx';
import { TabKindProvider, type TabKind } from '#view/kit/tab-kind.tsx';
import { SearchContext, type SearchDesk } from '#view/kit/search.ts';
import { ToastProvider } from '#view/kit/toast.tsx';
import { ComeBack, Welcome } from '#view/welcome/welcome.tsx';
import { Desk } from './desk.tsx';

export interface AppProps {
  api: LifegraphApi;
  parts: Parts;
  preferences: Preferences;
  /** An invite link taken from the address at boot, null when there was none. */
  joinLink: string | null;
  /** This tab reads by a public link, taken from the address (null after a reload), and belongs to nobody. */
  reading: { link: string | null; onLeave(): void } | null;
  tab: TabKind;
  /** Several people in this browser; null where there can be only one. */
  people: BrowserPeople | null;
  search: SearchDesk;
  /** Tells when a newer build waits: the callback gets what reloads into it, or null when the build that is offered was refused. */
  onUpdate?(tell: (apply: (() => void) | null) => void): void;
}

/** The app. */
export function App(props: AppProps): ReactNode {
  return (
    <KernelProvider api={props.api}>
      <PreferencesProvider api={props.api} initial={props.preferences}>
        <Speaking>
          <CrashBoundary api={props.api}>
            <ToastProvider>
              <KeyboardProvider>
                <ManifestsProvider manifests={props.parts.manifests}>
                  <BrowserPeopleProvider people={props.people}>
                    <TabKindProvider tab={props.tab}>
                      {props.tab.begun === 'closed' ? <FleetingBanner /> : props.reading ? <Alone><props.parts.Reading {...props.reading} Document={props.parts.ReadingDocument} /></Alone> : <Door {...props} />}
                    </TabKindProvider>
                  </BrowserPeopleProvider>
                </ManifestsProvider>
              </KeyboardProvider>
            </ToastProvider>
          </CrashBoundary>
        </Speaking>
      </PreferencesProvider>
    </KernelProvider>
  );
}

function Speaking({ children }: { children: ReactNode }): ReactNode {
  const { lang } = usePreferences();
  const picked = pickLang(lang, navigator.languages);
  // What is on the screen stays in the language it is in until the words of the other are here.
  const [spoken, setSpoken] = useState(picked);
  useEffect(() => {
    let alive = true;
    void loadWords(picked).then(
      () => alive && setSpoken(picked),
      () => undefined,
    );
    return () => {
      alive = false;
    };
  }, [picked]);
  // Nobody is refused anything before the first screen is drawn.
  useEffect(() => void loadAgain(() => import('#view/kit/refusal-words.ts')).catch(() => undefined), []);
  useEffect(() => {
    document.documentElement.lang = spoken;
  }, [spoken]);
  return <I18nProvider lang={spoken}>{children}</I18nProvider>;
}

/** How often the first-run screen looks whether there is an identity by now, ms. */
const KNOWN_LOOK_MS = 150;

function Door({ api, parts, search, joinLink, onUpdate }: AppProps): ReactNode {
  const [known, setKnown] = useState(() => api.identity.get() !== null);
  const [link, setLink] = useState(joinLink);
  const [fresh, setFresh] = useState(false);
  // Somebody comes back to this browser: until they open it, the page of that stands before everything else.
  const [returning, setReturning] = useState(() => api.recovery.returning() !== null);
  const [opened, setOpened] = useState(false);
  // The identity may be made elsewhere: in the console or in another tab of this profile. Looked at rather than awaited: what the
  // page knows of the kernel is a snapshot, and it may be renewed after the last event of the first run.
  useEffect(() => {
    if (known) return;
    const timer = setInterval(() => {
      setReturning(api.recovery.returning() !== null);
      setKnown(api.identity.get() !== null);
    }, KNOWN_LOOK_MS);
    return () => clearInterval(timer);
  }, [api, known]);
  if (returning && !opened) return <Alone><ComeBack onDone={() => (setLink((now) => (now?.includes('#/pair/') ? null : now)), setOpened(true), setKnown(true))} onLeave={() => setReturning(false)} /></Alone>;
  if (link?.includes('#/pair/')) return <Alone><ComeBack code={link} onDone={() => (setLink(null), setOpened(true), setKnown(true))} onLeave={() => setLink(null)} /></Alone>;
  if (link !== null) {
    const done = (space: string | null): void => {
      setLink(null);
      setKnown(api.identity.get() !== null);
      // Someone who was let in comes to see what is there: straight into the first channel, on a phone too.
      navigate(space ? { space, lens: parts.home.id, params: { start: 'here' } } : {}, { replace: true });
    };
    return <Alone><parts.Join link={link} onDone={done} /></Alone>;
  }
  if (!known) return <Alone><Welcome onDone={() => (setFresh(true), setOpened(true), setKnown(true))} onLink={setLink} /></Alone>;
  return <SearchContext value={search}><QuietProvider><Desk parts={parts} fresh={fresh} onJoin={setLink} {...(onUpdate ? { onUpdate } : {})} /></QuietProvider></SearchContext>;
}

/** A page without the regions of the desk: what the desk says in its notes stands above it. */
function Alone({ children }: { children: ReactNode }): ReactNode {
  return (
    <>
      <FleetingBanner />
      <KernelNote />
      <ClockAlarm />
      {children}
    </>
  );
}
