/** The Hub of this tab for its screens, and what is done with its rows. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Op } from '#os/api';
import { endVisit, follow, markDone, markSeen, putOff, setSaved, takeBack, type Item } from '#domain/hub';
import type { ComponentManifest } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { feedOf, type Feed, type HubState } from './feed.ts';

/** How often the end of a visit is written at most, and how long one may be away within it, ms. */
const VISIT_MS = 60_000;
const AWAY_MS = 1_800_000;
const nothing = (): (() => void) => () => undefined;

/** The feed of this tab; null until its parts are here. */
export function useFeed(manifests: readonly ComponentManifest[]): Feed | null {
  const api = useKernel();
  const [feed, setFeed] = useState<Feed | null>(null);
  useEffect(() => {
    let alive = true;
    void feedOf(api, manifests).then((begun) => alive && setFeed(begun), () => undefined);
    return () => void (alive = false);
  }, [api, manifests]);
  return feed;
}

/** What it holds now. */
export function useHubState(feed: Feed | null): HubState | null {
  const subscribe = useMemo(() => (feed ? (on: () => void) => feed.subscribe(on) : nothing), [feed]);
  return useSyncExternalStore(subscribe, () => feed?.state() ?? null);
}

/** The visit of this tab: who looks at an entry and comes back is still in it. */
let visited: { readonly since: number | null; left: number } | null = null;

/** When the Hub was left before this visit, ms; says so when it is left now. Undefined until that is known. */
export function useVisit(feed: Feed | null, state: HubState | null): number | null | undefined {
  const [since, setSince] = useState<number | null | undefined>(() => (visited && Date.now() - visited.left < AWAY_MS ? visited.since : undefined));
  const known = state?.spaces ? state.visit : undefined;
  if (since === undefined && known !== undefined) {
    visited = { since: known, left: Date.now() };
    setSince(known);
  }
  useEffect(() => {
    if (!feed) return;
    const leave = (): void => {
      const { personal, visit } = feed.state();
      const now = Date.now();
      if (visited) visited.left = now;
      if (personal !== null && feed.state().spaces !== null && now - (visit ?? 0) > VISIT_MS) void feed.write(endVisit(personal, visit !== null, now));
    };
    const hidden = (): void => void (document.visibilityState === 'hidden' && leave());
    document.addEventListener('visibilitychange', hidden);
    return () => (document.removeEventListener('visibilitychange', hidden), leave());
  }, [feed]);
  return since;
}

export interface HubActs {
  done(items: readonly Item[]): void;
  again(items: readonly Item[]): void;
  save(items: readonly Item[], saved: boolean): void;
  snooze(items: readonly Item[], until: number | null): void;
  seen(item: Item): void;
  follow(where: { space: string; fragment: string }, on: boolean): void;
}

/** The acts; each says in words when it came to nothing, and those that take something out of sight have an Undo. */
export function useHubActs(feed: Feed): HubActs {
  const toast = useToast();
  const i18n = useI18n();
  return useMemo(() => {
    const { t } = i18n;
    const run = async (make: (state: HubState) => Op[] | null, done?: () => void): Promise<void> => {
      const ops = make(feed.state());
      if (ops === null) return toast({ text: t('hub.full') });
      if (await feed.write(ops)) done?.();
      else toast({ text: t('hub.notKept') });
    };
    // What was marked is looked up anew: meanwhile it may stand elsewhere.
    const now = (state: HubState, items: readonly Item[]): Item[] => {
      const ids = new Set(items.map(({ entry }) => entry.id));
      return state.known.all.filter(({ entry }) => ids.has(entry.id));
    };
    const again = (items: readonly Item[]): void => void run((state) => takeBack(now(state, items), state.marks));
    const snooze = (items: readonly Item[], until: number | null): void =>
      void run(
        (state) => putOff(now(state, items), until, state.marks),
        until === null ? undefined : () => toast({ text: t('hub.snoozedN', { n: items.length, at: `${i18n.date(until)}, ${i18n.time(until)}` }), undo: () => snooze(items, null) }),
      );
    return {
      done: (items) => void run((state) => markDone(now(state, items), state.known, state.marks), () => toast({ text: t('hub.doneN', { n: items.length }), undo: () => again(items) })),
      again,
      save: (items, saved) => void run((state) => setSaved(now(state, items), saved, state.marks), saved ? () => toast({ text: t('hub.savedN', { n: items.length }) }) : undefined),
      snooze,
      seen: (item) => void feed.write(markSeen(item, feed.state().marks)),
      follow: (where, on) => void run((state) => follow(where, on, state.marks)),
    };
  }, [feed, i18n, toast]);
}
