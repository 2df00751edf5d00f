/** Files of a release: fetched, compared with their digests, and kept in a cache of that release. Nothing else ever comes into such a cache. */
import { sha384, type Release, type ReleaseFile } from '#boot/release-manifest';
import { filesIn, packOf, type Packs } from '#boot/release-packs';

/** Files fetched at the same time. */
const AT_ONCE = 6;
/** Come when they are asked for: the runtime of models, and the worker's own script, which the browser keeps. */
export const ON_DEMAND = /^assets\/ort-[^/]*\.(?:wasm|mjs)$|^sw\.js$/;
/** What a host may say about a file; anything else (a `Refresh`, a `Link`) is no part of the release. */
const HEADERS = ['content-type', 'content-security-policy', 'cross-origin-opener-policy', 'cross-origin-embedder-policy', 'cross-origin-resource-policy', 'permissions-policy', 'referrer-policy', 'x-content-type-options'];

/** The server gives a file whose digest is not that of the release. */
export class AlteredFile extends Error {
  override readonly name = 'AlteredFile';
  constructor(readonly path: string) {
    super(`${path} is not what the release says`);
  }
}

/** The outside world of the files. */
export interface FilesDeps {
  readonly caches: Pick<CacheStorage, 'open' | 'has' | 'delete'>;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Address of the folder the app lies in, with the slash at its end. */
  readonly scope: string;
}

/** Where a file of a release comes from that is not here yet. Rejects with AlteredFile; with another error where it is not given. */
export type FileSource = (release: Release, path: string) => Promise<Response>;

const isIt = async (response: Response, file: ReleaseFile): Promise<ArrayBuffer | null> => {
  const bytes = await response.arrayBuffer();
  return bytes.byteLength === file.size && (await sha384(bytes)) === file.sha384 ? bytes : null;
};

/** What is said about a file, and may be. */
export const saidOf = (headers: Headers): [string, string][] => HEADERS.flatMap((name): [string, string][] => (headers.has(name) ? [[name, headers.get(name)!]] : []));

/** The bytes that were compared, with what may be said about them. */
const plain = (bytes: ArrayBuffer, { headers }: Response): Response =>
  new Response(bytes, { headers: saidOf(headers) });

/** From the network, and only if it is what the release says. Rejects with AlteredFile; with another error where the server does not give it. */
export async function fetchFile(deps: FilesDeps, release: Release, path: string, signal: AbortSignal | null = null): Promise<Response> {
  const file = release.files[path]!;
  // What the browser kept by itself may be older: then once more, past it.
  for (const cache of ['default', 'reload'] as const) {
    const response = await deps.fetch(deps.scope + path, { cache, signal });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    const bytes = await isIt(response, file);
    if (bytes !== null) return plain(bytes, response);
  }
  throw new AlteredFile(path);
}

/** From the cache, and only if it is what the release says. What is given are the bytes that were compared: matched once more it could be another one. */
export async function keptFile(cache: Cache, deps: FilesDeps, release: Release, path: string): Promise<Response | null> {
  const kept = await cache.match(deps.scope + path);
  const bytes = kept ? await isIt(kept, release.files[path]!) : null;
  return kept && bytes ? plain(bytes, kept) : null;
}

/** One file: from the cache, by itself or with the other small ones, else anew from the network and into the cache, where there is room. */
export async function giveFile(deps: FilesDeps, packs: Packs, name: string, release: Release, path: string): Promise<Response> {
  const packed = await packs.give(name, release, path);
  if (packed) return plain(await packed.arrayBuffer(), packed);
  const cache = await deps.caches.open(name);
  const kept = await keptFile(cache, deps, release, path);
  if (kept) return kept;
  const fetched = await fetchFile(deps, release, path);
  await cache.put(deps.scope + path, fetched.clone()).catch(() => undefined);
  return fetched;
}

/** A release that is kept, and the name of its cache. */
export interface KeptRelease {
  readonly name: string;
  readonly release: Release;
}

/** All files of a release into its cache; `before` has those that did not change. Rejects as `from` does; what has come stays for the next try. */
export async function keepAll(deps: FilesDeps, name: string, release: Release, before: KeptRelease | null, from: FileSource): Promise<void> {
  const [cache, old] = [await deps.caches.open(name), before && (await deps.caches.open(before.name))];
  const same = (path: string): boolean => before !== null && Object.hasOwn(before.release.files, path) && before.release.files[path]!.sha384 === release.files[path]!.sha384;
  // What was asked for once stays, where it is the same: without a network it could not come again.
  const inside = new Set<string>();
  const wanted = async (path: string): Promise<boolean> => !inside.has(path) && (!ON_DEMAND.test(path) || (old !== null && same(path) && (await old.match(deps.scope + path)) !== undefined));
  const one = async (path: string): Promise<void> => {
    if (await keptFile(cache, deps, release, path)) return;
    const response = (old && same(path) && (await keptFile(old, deps, release, path))) || (await from(release, path));
    await cache.put(deps.scope + path, response);
  };
  const pack = packOf(release);
  if (pack !== null) {
    await one(pack);
    for (const path of await filesIn(release, await (await keptFile(cache, deps, release, pack))!.arrayBuffer())) inside.add(path);
  }
  const all = Object.keys(release.files);
  const asked = await Promise.all(all.map(wanted));
  const open = all.filter((_, at) => asked[at]);
  const lane = async (): Promise<void> => {
    try {
      for (let path = open.shift(); path !== undefined; path = open.shift()) await one(path);
    } catch (error) {
      open.length = 0;
      throw error;
    }
  };
  // When this rejects, nobody writes into the cache any more.
  const failed = (await Promise.allSettled(Array.from({ length: AT_ONCE }, lane))).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  // A worker beside this one tidies as it takes.
  if (!(await deps.caches.has(name))) throw new Error(`${name} was thrown away meanwhile`);
}
