/**
 * Addresses `/#/<space>/<lens>/<object>?panel=…` (UX §2). All after `#`, so any static host works and nothing reaches a server.
 * Each history entry has a key under which places keep their scroll.
 */
import { useSyncExternalStore } from 'react';

export interface Route {
  space: string | null;
  lens: string;
  object: string | null;
  /** panel, m (message), section … */
  params: Readonly<Record<string, string>>;
}

const listeners = new Set<() => void>();
/** Of a tab that keeps nothing: where each of its history entries leads. The browser keeps addresses, so it is shown none. */
let secret: Map<string, string> | null = null;
let current = read();
let serial = 0;

/** The route a hash names; segments are decoded, a malformed one is kept as it stands. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?');
  const [space, lens, ...rest] = path.split('/').filter(Boolean).map(decode);
  const params: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) if (/^[a-z]{1,16}$/.test(name)) params[name] = value;
  return { space: space ?? null, lens: lens ?? '', object: rest.length > 0 ? rest.join('/') : null, params };
}

/** The hash of a route. */
export function formatRoute(route: Partial<Route>): string {
  const parts = [route.space, route.lens, route.object].filter((part): part is string => Boolean(part)).map(encodeURIComponent);
  const query = new URLSearchParams(route.params).toString();
  return `#/${parts.join('/')}${query ? `?${query}` : ''}`;
}

/** Goes to a route; `replace` leaves no history entry. */
export function navigate(route: Partial<Route>, options: { replace?: boolean } = {}): void {
  const hash = formatRoute(route);
  if (hash === hashNow()) return;
  const state = { key: options.replace ? entryKey() : newKey() };
  secret?.set(state.key, hash);
  const shown = secret ? '#/' : hash;
  if (options.replace) history.replaceState(state, '', shown);
  else history.pushState(state, '', shown);
  changed();
}

const newKey = (): string => `${Date.now()}.${serial++}`;

function hashNow(): string {
  if (secret) return secret.get(entryKey()) ?? '';
  return typeof location === 'undefined' ? '' : location.hash;
}

/** From here on routes lie there, by the keys of their history entries. Once, before the first screen. */
export function hideRoutes(routes: Map<string, string>): void {
  secret = routes;
  changed();
}

/** Key of the present history entry. */
export function entryKey(): string {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null && 'key' in state && typeof state.key === 'string' ? state.key : 'first';
}

/** The present route; renders again when it changes. */
export function useRoute(): Route {
  return useSyncExternalStore(subscribe, () => current);
}

/** The present route outside of rendering, by the address itself: the event of a change may still be on its way. */
export function currentRoute(): Route {
  return read();
}

/** Does the address still name what was drawn for this route? What a screen chooses by itself must not take the place of one that was put in meanwhile. */
export function isStillAt({ space, lens, object }: Route): boolean {
  const now = read();
  return now.space === space && now.lens === lens && now.object === object;
}

function read(): Route {
  return parseRoute(hashNow());
}

function changed(): void {
  current = read();
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    // The address may have changed before anyone listened.
    if (formatRoute(current) !== formatRoute(read())) current = read();
    addEventListener('popstate', changed);
    addEventListener('hashchange', changed);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    removeEventListener('popstate', changed);
    removeEventListener('hashchange', changed);
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
