/** What the service worker knows of releases: one entry of the Cache Storage, read and verified. */
import type { Refused } from '#os/release';
import type { FilesDeps } from '#boot/release-files';
import { countSignatures, readRelease, sha384, signedBytes, SIGNATURES_NEEDED, type SignedRelease } from '#boot/release-manifest';

/** The outside world of the keeper. */
export interface KeeperDeps extends FilesDeps {
  readonly caches: Pick<CacheStorage, 'open' | 'has' | 'delete' | 'keys'>;
  /** Keys compiled into this worker; none = an unsigned build. */
  readonly pins: readonly string[];
  /** Seconds since 1970. */
  now(): number;
  /** Resolves when a host that is silent has been waited for. */
  late(): Promise<void>;
  /** A release says that nothing is to be kept: the worker goes. */
  unregister(): Promise<unknown>;
}

/** What is kept: texts of release.json. */
export interface Kept {
  readonly current: string;
  readonly previous: string | null;
  readonly next: string | null;
  /** Keys that the next release has to be signed by, also when the next worker brings others. */
  readonly pins: readonly string[];
  readonly refused: Refused | null;
  /** Cache name of an offer of which a file was not as listed at the last look: it is told of when the next look says the same. */
  readonly doubted: string | null;
  /** Files of them that linked devices gave. */
  readonly came?: { readonly current: number; readonly next: number };
}

export interface Held {
  readonly signed: SignedRelease;
  readonly cache: string;
}

/** The same with its releases read and verified. */
export interface State {
  readonly kept: Kept;
  readonly current: Held;
  readonly previous: Held | null;
  readonly next: Held | null;
}

/** The entry. */
export interface ReleaseStore {
  /** As it was read or written last. */
  last(): State | null;
  /** Name of the cache a release has. */
  cacheOf(signed: SignedRelease): Promise<string>;
  /** A release this worker may serve; null when it cannot be verified. */
  hold(text: string | null): Promise<Held | null>;
  /** Not verified: also what only the worker before this one could. */
  readKept(): Promise<Kept | null>;
  read(): Promise<State | null>;
  write(kept: Kept): Promise<void>;
  /** Throws caches away but these and the entry; without a list, everything. */
  clear(but: readonly string[] | null): Promise<void>;
}

/** Makes the store of one folder. */
export function createReleaseStore(deps: KeeperDeps): ReleaseStore {
  const prefix = `lifegraph-release:${deps.scope}:`;
  const entry = `${prefix}state`;
  const place = `${deps.scope}release-state`;
  let memo: State | null = null;
  const cacheOf = async ({ release }: SignedRelease): Promise<string> => prefix + (await sha384(signedBytes(release)));
  const hold = async (text: string | null): Promise<Held | null> => {
    const signed = text === null ? null : readRelease(text);
    if (signed === null || (deps.pins.length > 0 && (await countSignatures(signed, deps.pins)) < SIGNATURES_NEEDED)) return null;
    return { signed, cache: await cacheOf(signed) };
  };
  const readKept = async (): Promise<Kept | null> => {
    // To open is to make.
    const found = (await deps.caches.has(entry)) ? await (await deps.caches.open(entry)).match(place) : null;
    return found ? ((await found.json().catch(() => null)) as Kept | null) : null;
  };
  const read = async (): Promise<State | null> => {
    const kept = await readKept();
    const current = kept && (await hold(kept.current));
    return (memo = current && { kept, current, previous: await hold(kept.previous), next: await hold(kept.next) });
  };
  const write = async (kept: Kept): Promise<void> => {
    await (await deps.caches.open(entry)).put(place, new Response(JSON.stringify(kept)));
    await read();
  };
  const clear = async (but: readonly string[] | null): Promise<void> => {
    if (but === null) memo = null;
    // Those of the generated worker of older builds too.
    for (const name of await deps.caches.keys()) if ((name.startsWith(prefix) && (but === null || (name !== entry && !but.includes(name)))) || (name.startsWith('workbox-precache') && name.endsWith(deps.scope))) await deps.caches.delete(name);
  };
  return { last: () => memo, cacheOf, hold, readKept, read, write, clear };
}
