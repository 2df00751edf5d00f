/** The kernel for views: one LifegraphApi in a context, and hooks that follow its events. */
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Change, Copies, KernelEvent, LifegraphApi, Member, NetworkStatus, NodeView, Presence, Query, SpaceView, SupervisionView } from '#os/api';
import { createGather } from '#view/kit/gather.ts';
import { useI18n } from '#view/kit/i18n.tsx';

const Context = createContext<LifegraphApi | null>(null);

/** Gives the kernel to everything inside. */
export function KernelProvider({ api, children }: { api: LifegraphApi; children: ReactNode }): ReactNode {
  return <Context value={api}>{children}</Context>;
}

/** The kernel. */
export function useKernel(): LifegraphApi {
  const api = use(Context);
  if (!api) throw new Error('useKernel outside of KernelProvider');
  return api;
}

/** Calls back on kernel events of the types. */
export function useKernelEvents(types: KernelEvent['type'][], on: (event: KernelEvent) => void): void {
  const api = useKernel();
  const latest = useRef(on);
  const key = types.join(' ');
  useEffect(() => {
    latest.current = on;
  });
  useEffect(() => {
    const wanted = new Set(key.split(' '));
    return api.on((event) => {
      if (wanted.has(event.type)) latest.current(event);
    });
  }, [api, key]);
}

/**
 * A value read from the kernel, read again on events and at most once per `everyMs`; null until the first answer.
 * A failed read keeps the last value: the next event asks again. When `turn` changes it is read again as well, and the last value stays until the answer:
 * forms below go on, what is read keeps its place.
 */
export function useAsked<T>(read: () => Promise<T>, types: KernelEvent['type'][], deps: readonly unknown[], everyMs = 80, turn: unknown = 0): T | null {
  const [value, setValue] = useState<T | null>(null);
  const state = useRef({ turn: 0, shown: 0, timer: 0, alive: true });
  const reader = useRef(read);
  useEffect(() => {
    reader.current = read;
  });
  const ask = useCallback(() => {
    const turn = ++state.current.turn;
    void reader.current().then(
      (next) => {
        // A newer question does not void this answer: under steady change none would ever be the newest.
        if (!state.current.alive || turn <= state.current.shown) return;
        state.current.shown = turn;
        setValue(next);
      },
      () => undefined,
    );
  }, []);
  useEffect(() => {
    const own = state.current;
    own.alive = true;
    setValue(null);
    ask();
    return () => {
      own.alive = false;
      own.shown = own.turn;
      clearTimeout(own.timer);
      own.timer = 0;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the caller names what the read depends on
  }, deps);
  const asked = useRef(turn);
  useEffect(() => {
    if (asked.current === turn) return;
    asked.current = turn;
    ask();
  }, [ask, turn]);
  // Of a restarted kernel everything is asked anew.
  useKernelEvents([...types, 'kernel'], () => {
    const own = state.current;
    if (own.timer) return;
    own.timer = window.setTimeout(() => {
      own.timer = 0;
      ask();
    }, everyMs);
  });
  return value;
}

/** All spaces of this person, or null while loading. The Personal space has no name of its own: it is called so in the reader's language. */
export function useSpaces(): SpaceView[] | null {
  const api = useKernel();
  const { t } = useI18n();
  const spaces = useAsked(() => api.spaces.list(), ['spaces', 'members'], [api]);
  return useMemo(() => {
    if (spaces === null) return null;
    const named = spaces.map((space) => (space.role === 'no-rights' ? { ...space, name: t('space.noRights') } : space.kind === 'personal' ? { ...space, name: t('space.personal') } : space));
    // One order on every start: mine first, the others by name.
    return named.sort((a, b) => Number(b.kind === 'personal') - Number(a.kind === 'personal') || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
  }, [spaces, t]);
}

/** My Personal space. */
export function usePersonal(): SpaceView | null {
  return useSpaces()?.find((space) => space.kind === 'personal') ?? null;
}

/** People of a space; empty while loading. */
export function useMembers(space: string | null): Member[] | null {
  const api = useKernel();
  return useAsked(() => (space ? api.spaces.members(space) : Promise.resolve([])), ['members', 'spaces', 'network'], [api, space], 200);
}

/** What the kernel worker of this tab is doing. */
export function useSupervision(): SupervisionView {
  const api = useKernel();
  const [view, setView] = useState(() => api.supervision.status());
  useKernelEvents(['kernel'], () => setView(api.supervision.status()));
  return view;
}

/** Where a fragment or the whole space is held; null while unknown. */
export function useCopies(space: string | null, fragment?: string): Copies | null {
  return useStopped(useAskedCopies(useKernel(), space, fragment));
}

/** Without a kernel nothing can be saved, whatever was known before. */
export function useStopped(copies: Copies | null): Copies | null {
  const { state, since, waiting } = useSupervision();
  return useMemo(() => {
    if (state !== 'stopped' || !copies) return copies;
    return { ...copies, state: 'stuck', count: waiting, since, reason: { code: 'kernel-stopped', message: '', safe: '', next: '' } };
  }, [copies, state, since, waiting]);
}

function useAskedCopies(api: LifegraphApi, space: string | null, fragment?: string): Copies | null {
  return useAsked(() => (space ? api.copiesOf(space, fragment) : Promise.reject(new Error('no space'))), ['copies', 'network', 'stuck', 'record'], [api, space, fragment], 120);
}

/** Links and servers now. */
export function useNetwork(): NetworkStatus {
  const api = useKernel();
  const [status, setStatus] = useState(() => api.network.status());
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  useKernelEvents(['network', 'clock', 'copies', 'kernel'], () => {
    setStatus(api.network.status());
    // The answer is the page's copy, which may be a moment behind the event.
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setStatus(api.network.status()), 200);
  });
  return status;
}

/** Who is here or typing in a space, without me. */
export function usePresence(space: string | null): Presence[] {
  const api = useKernel();
  const me = api.identity.get()?.uid;
  const all = useAsked(() => (space ? api.presence.list(space) : Promise.resolve([])), ['presence', 'network'], [api, space], 150);
  return (all ?? []).filter((one) => one.uid !== me);
}

/**
 * Follows a query: what matches now and every change after, folded by `fold` into a state. The subscription starts before the
 * query, so nothing falls between them; folding must therefore be idempotent.
 */
export function useFolded<S>(space: string | null, query: Query, empty: S, fold: (state: S, change: Change) => S): { state: S; loaded: boolean; take: (nodes: NodeView[]) => void } {
  const api = useKernel();
  const [held, setHeld] = useState({ state: empty, loaded: false, key: '' });
  const key = `${space}:${JSON.stringify(query)}`;
  const { runs, state: kernel } = useSupervision();
  // A restarted kernel knows less than was shown (what was not saved) or more: read anew, and what is shown stays until then.
  const run = kernel === 'running' ? runs : 0;
  const read = useRef('');
  const apply = useRef(fold);
  useEffect(() => {
    apply.current = fold;
  });
  const take = useCallback((nodes: NodeView[]) => {
    setHeld((before) => ({ ...before, state: apply.current(before.state, { added: nodes, changed: [], removed: [], origin: 'remote' }) }));
  }, []);
  useEffect(() => {
    if (!space || run === 0) return;
    let alive = true;
    const follow: Query = { ...(query.type ? { type: query.type } : {}), ...(query.fragment ? { fragment: query.fragment } : {}), ...(query.where ? { where: query.where } : {}), ...(query.edges ? { edges: query.edges } : {}), ...(query.include ? { include: query.include } : {}) };
    const later: Change[] = [];
    let open = false;
    if (read.current !== key) setHeld({ state: empty, loaded: false, key });
    const gather = createGather((change) => setHeld((before) => ({ ...before, state: apply.current(before.state, change) })));
    const stop = api.graph(space).subscribe(follow, (change) => {
      if (!open) later.push(change);
      else gather.take(change);
    });
    const begin = (nodes: NodeView[]): void => {
      if (!alive) return;
      open = true;
      const again = read.current === key && query.limit !== undefined;
      read.current = key;
      // Of a list that is read in pages the older ones stay: what somebody looks at does not move because a kernel was restarted.
      setHeld((before) => {
        const start = again ? before.state : empty;
        return { state: [{ added: nodes, changed: [], removed: [], origin: 'remote' as const }, ...later].reduce((state, change) => apply.current(state, change), start), loaded: true, key };
      });
    };
    // Refused (the kernel stopped before it answered): what was shown before stays, the next kernel is asked again.
    api.graph(space).query(query).then(begin, () => read.current !== key && begin([]));
    return () => {
      alive = false;
      stop();
      gather.stop();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `key` stands for the query; `empty` and `fold` are constants of the caller
  }, [api, key, run]);
  const fresh = held.key === key;
  return { state: fresh ? held.state : empty, loaded: fresh && held.loaded, take };
}

const NO_NODES: ReadonlyMap<string, NodeView> = new Map();

/** The nodes of a query by id, kept up to date. */
export function useNodes(space: string | null, query: Query): { nodes: ReadonlyMap<string, NodeView>; loaded: boolean } {
  const { state, loaded } = useFolded(space, query, NO_NODES, foldNodes);
  return { nodes: state, loaded };
}

function foldNodes(state: ReadonlyMap<string, NodeView>, change: Change): ReadonlyMap<string, NodeView> {
  const next = new Map(state);
  for (const id of change.removed) next.delete(id);
  for (const node of change.added) next.set(node.id, node);
  for (const node of change.changed) next.set(node.id, node);
  return next;
}
