/** The desk: rail, the open lens, phone bar, and what floats above them. */
import { Suspense, useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useSpaces } from '#view/kit/kernel.tsx';
import { cycleRegion, useAct } from '#view/kit/keyboard.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { Lens, Parts } from '#view/kit/lens.ts';
import { useNarrow, useTablet } from '#view/kit/media.ts';
import { UnreadContext } from '#view/kit/place.tsx';
import { usePreferences } from '#view/kit/preferences.tsx';
import { isStillAt, navigate, useRoute, type Route } from '#view/kit/router.tsx';
import { CreateSpace, ShareDialog } from '#view/kit/lazy-dialogs.ts';
import { Skeleton } from '#view/kit/states.tsx';
import { useTabKind } from '#view/kit/tab-kind.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { EarlyWords } from './early-words.tsx';
import { Rail } from './rail.tsx';
import { useOfflineStep } from './use-offline-step.ts';
import { useLensRows } from './use-lens-rows.ts';
import { useUnreadElsewhere, type UnreadBySpace } from './use-unread.tsx';

const PhoneBar = lazyPart(async () => (await import('./phone-bar.tsx')).PhoneBar, { alone: true });
const KeysDialog = lazyPart(async () => (await import('./keys-dialog.tsx')).KeysDialog, { alone: true });
const loadPalette = async () => (await import('./palette-here.tsx')).PaletteHere;
const Palette = lazyPart(loadPalette, { alone: true, meanwhile: EarlyWords });
/** The palette comes by itself once the first screen stands, so that it opens under the keys, ms. */
const PALETTE_MS = 1500;
const MorePage = lazyPart(async () => (await import('./more-page.tsx')).MorePage);
const NoRights = lazyPart(async () => (await import('./no-place.tsx')).NoRights);
const NoSpace = lazyPart(async () => (await import('./no-place.tsx')).NoSpace);
const Asking = lazyPart(async () => (await import('#view/welcome/asking.tsx')).Asking);
const JoinByLink = lazyPart(async () => (await import('./join-by-link.tsx')).JoinByLink, { alone: true });

const Helping = lazyPart(async () => (await import('#view/kit/helping.tsx')).Helping, { alone: true, failed: () => null });

/** What floats above the desk; `fleeting`: another tab, one that keeps nothing. */
export type Floating = 'palette' | 'keys' | 'fleeting' | 'space' | 'join' | 'share' | `create:${string}` | null;

/** The desk. */
export function Desk({ parts, fresh, onJoin, onUpdate }: { parts: Parts; fresh: boolean; onJoin: (link: string) => void; onUpdate?: (tell: (apply: (() => void) | null) => void) => void }): ReactNode {
  const route = useRoute();
  const spaces = useSpaces();
  const space = spaces?.find((one) => one.id === route.space) ?? null;
  const lastSpace = useLast(space);
  const lens = parts.lenses.find((one) => one.id === route.lens) ?? null;
  const [floating, float] = useState<Floating>(null);
  const tab = useTabKind();
  const [words, setWords] = useState('');
  const setFloating = useCallback((what: Floating, called = ''): void => (setWords(called), what === 'fleeting' ? tab.open() : float(what)), [tab]);
  const narrow = useNarrow();
  const rail = useRail(route);
  const { unread, probes } = useUnreadElsewhere(parts.home, space, spaces ?? []);
  usePaletteSoon();
  useDefaultRoute(route, spaces, parts, fresh);
  useOfflineStep(spaces?.find((one) => one.kind === 'personal')?.id ?? null);
  useUpdateToast(onUpdate, route.space ?? spaces?.[0]?.id);
  useAct('palette', () => setFloating('palette'));
  useAct('keys', () => setFloating('keys'));
  useAct('region', () => cycleRegion(1));
  useAct('regionBack', () => cycleRegion(-1));
  useAct('rail', rail.toggle);
  useAct('create', lens?.create && space && lens.create.may(space) ? () => setFloating(`create:${lens.id}`) : null);
  useGo(parts.lenses, space);
  const rows = useLensRows(parts.lenses, space);
  const here = rows.reduce((sum, row) => sum + row.unread, 0);
  const elsewhere = [...unread.values()].reduce((sum, n) => sum + n, 0);
  const close = (): void => setFloating(null);
  const Create = parts.lenses.find((one) => floating === `create:${one.id}`)?.create?.Dialog;
  return (
    <div className="desk" data-rail={rail.state} data-narrow={narrow ? '' : undefined}>
      {!narrow && <Rail parts={parts} space={space} spaces={spaces ?? []} route={route} unread={unread} open={rail.state !== 'closed'} onToggle={rail.toggle} onFloat={setFloating} />}
      <UnreadContext value={here + elsewhere}>
        <Suspense fallback={<Loading />}>
          <Screen parts={parts} route={route} space={space} spaces={spaces} lens={lens} unread={unread} onFloat={setFloating} />
        </Suspense>
      </UnreadContext>
      {narrow && space && !(['chat', 'messenger'].includes(route.lens) && route.object) && <PhoneBar route={route} space={space} parts={parts} elsewhere={unread.size > 0} onFloat={setFloating} />}
      {probes}
      {parts.lenses.map(({ id, Above }) => Above && <Above key={id} />)}
      {useHelps(route) && <Helping />}
      {floating === 'palette' && <Palette parts={parts} rows={rows} space={space} spaces={spaces ?? []} onFloat={setFloating} onClose={close} />}
      {floating === 'keys' && <KeysDialog onClose={close} />}
      {floating === 'join' && <JoinByLink onJoin={onJoin} onClose={close} />}
      {floating === 'space' && <CreateSpace onClose={close} onMade={(made) => (close(), navigate({ space: made, lens: parts.home.id }))} />}
      {floating === 'share' && space && <ShareDialog space={space} onClose={close} />}
      {lastSpace && Create && <Create space={lastSpace} words={words} onClose={close} />}
    </div>
  );
}

/** What was there last: a space that is made is not in the list at once, and what floats over it stays meanwhile. */
function useLast<T>(now: T | null): T | null {
  const [last, set] = useState(now);
  if (now !== null && now !== last) set(now);
  return now ?? last;
}

/** Was this device allowed to work for others? Looked at again with each step, and when another tab changed it. */
function useHelps(route: Route): boolean {
  const api = useKernel();
  const [helps, set] = useState(false);
  useEffect(() => {
    const look = (): void => void api.local.get('compute/on').then((on) => set(on === true), () => undefined);
    look();
    return helps ? undefined : api.compute?.watch(({ type }) => type === 'changed' && look());
  }, [api, route, helps]);
  return helps;
}

function usePaletteSoon(): void {
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette().catch(() => undefined), PALETTE_MS);
    return () => clearTimeout(timer);
  }, []);
}

/** Whether the rail is open: remembered on wide screens, above the page and closed by the next step on a tablet. */
function useRail(route: Route): { state: 'open' | 'closed' | 'over'; toggle: () => void } {
  const { railOpen, change } = usePreferences();
  const tablet = useTablet();
  const [over, setOver] = useState(false);
  useEffect(() => setOver(false), [route, tablet]);
  if (tablet) return { state: over ? 'over' : 'closed', toggle: () => setOver(!over) };
  return { state: railOpen ? 'open' : 'closed', toggle: () => change({ railOpen: !railOpen }) };
}

function Screen({ parts, route, space, spaces, lens, unread, onFloat }: { parts: Parts; route: Route; space: SpaceView | null; spaces: SpaceView[] | null; lens: Lens | null; unread: UnreadBySpace; onFloat: (what: Floating) => void }): ReactNode {
  if (!space) return spaces === null || route.space === null ? <Loading /> : <NoSpace address={route.space} />;
  if (route.lens === 'system') return <parts.System space={space} route={route} />;
  if (route.lens === 'search') return <parts.Search space={space} route={route} />;
  if (route.lens === 'settings') return <parts.Settings space={space} route={route} />;
  if (space.role === 'no-rights' && route.lens !== 'more') return <NoRights space={space} onFloat={onFloat} />;
  if (space.role === 'joining' && route.lens !== 'more') return <Asking key={space.id} space={space} />;
  if (route.lens === 'more') return <MorePage space={space} spaces={spaces ?? []} parts={parts} unread={unread} onFloat={onFloat} />;
  if (lens) return <lens.View key={space.id} space={space} route={route} />;
  return <Loading />;
}

function Loading(): ReactNode {
  const { t } = useI18n();
  return (
    <div className="place">
      <main className="main" data-scroll="">
        <h1 className="hidden">{t('list.loading')}</h1>
        <Skeleton label={t('list.loading')} />
      </main>
    </div>
  );
}

function useDefaultRoute(route: Route, spaces: SpaceView[] | null, parts: Parts, fresh: boolean): void {
  const api = useKernel();
  useEffect(() => {
    if (!spaces || spaces.length === 0) return;
    let alive = true;
    if (route.space === null) {
      void api.local.get('lastSpace').then(
        (last) => {
          const space = spaces.find((one) => one.id === last) ?? spaces.find((one) => one.kind === 'personal') ?? spaces[0]!;
          if (alive && isStillAt(route)) navigate({ space: space.id, lens: parts.home.id, params: fresh ? { start: 'here' } : {} }, { replace: true });
        },
        () => undefined,
      );
    } else if (spaces.some((one) => one.id === route.space)) {
      void api.local.set('lastSpace', route.space).catch(() => undefined);
      if (![...parts.lenses.map((lens) => lens.id), 'system', 'settings', 'search', 'more'].includes(route.lens) && isStillAt(route)) navigate({ space: route.space, lens: parts.home.id }, { replace: true });
    }
    return () => {
      alive = false;
    };
  }, [api, fresh, parts, route.space, route.lens, spaces]);
}

function useGo(lenses: readonly Lens[], space: SpaceView | null): void {
  const go = (act: Lens['go']): (() => void) | null => {
    const lens = lenses.find((one) => one.go === act);
    return lens && space ? () => navigate({ space: space.id, lens: lens.id }) : null;
  };
  useAct('goHub', go('goHub'));
  useAct('goChat', go('goChat'));
  useAct('goMessenger', go('goMessenger'));
  useAct('goDocuments', go('goDocuments'));
  useAct('goGoals', go('goGoals'));
  useAct('goLearn', go('goLearn'));
  useAct('goAccess', go('goAccess'));
}

function useUpdateToast(onUpdate: ((tell: (apply: (() => void) | null) => void) => void) | undefined, space: string | undefined): void {
  const toast = useToast();
  const { t } = useI18n();
  const [news, setNews] = useState<{ apply: (() => void) | null } | null>(null);
  const at = useRef(space);
  at.current = space;
  useEffect(() => onUpdate?.((apply) => setNews({ apply })), [onUpdate]);
  useEffect(() => {
    if (!news) return;
    if (news.apply) toast({ text: t('update.ready'), act: { label: t('update.reload'), run: news.apply } });
    else toast({ text: t('update.refused'), act: { label: t('update.why'), run: () => at.current && navigate({ space: at.current, lens: 'settings', object: 'about' }) } });
  }, [news, toast, t]);
}
