/**
 * The small files of a release in one file of it: fetched, kept and read as one. They are listed each by themselves too, so each is compared with its own digest before it is served, as any
 * file is, and one that is not right is fetched by itself.
 */
import { type Bytes } from '#base/bytes';
import { readPack } from '#base/pack';
import { sha384, type Release } from '#boot/release-manifest';

const PACK = /^assets\/small-[\w-]+\.bin$/;
/** What small files are, which lie in one file without headers of their own. */
export const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', woff2: 'font/woff2' };
/** Releases of which a worker holds the small files: the one that is served, and the one that open tabs are of. */
const HELD = 2;

/** Path of the file that holds the small ones; null in a release without. */
export const packOf = (release: Release): string | null => Object.keys(release.files).find((path) => PACK.test(path)) ?? null;

const isFile = async (release: Release, path: string, bytes: Bytes): Promise<boolean> =>
  Object.hasOwn(release.files, path) && bytes.length === release.files[path]!.size && (await sha384(bytes)) === release.files[path]!.sha384;

/** Which files of the release need not come by themselves: those that lie in these bytes as they are listed. */
export async function filesIn(release: Release, pack: ArrayBuffer): Promise<ReadonlySet<string>> {
  const found = [...(readPack(new Uint8Array(pack)) ?? [])];
  const right = await Promise.all(found.map(([path, bytes]) => isFile(release, path, bytes)));
  return new Set(found.filter((_, at) => right[at]).map(([path]) => path));
}

/** What a file is, with headers of the file it lay in. */
interface Held {
  readonly files: ReadonlyMap<string, Bytes>;
  readonly headers: Headers;
}

/** The packs that a worker has read. */
export interface Packs {
  /** One file out of the pack of this cache; null when it is not there, or is not what the release says. */
  give(name: string, release: Release, path: string): Promise<Response | null>;
}

/** Reads a pack once in the life of a worker: a page that starts asks for many of its files. Memory of a worker is no place where pages can write. */
export function createPacks({ caches, scope }: { readonly caches: Pick<CacheStorage, 'open'>; readonly scope: string }): Packs {
  const held = new Map<string, Promise<Held | null>>();
  const read = async (name: string, pack: string): Promise<Held | null> => {
    const kept = await (await caches.open(name)).match(scope + pack);
    const files = kept && readPack(new Uint8Array(await kept.arrayBuffer()));
    return kept && files ? { files, headers: kept.headers } : null;
  };
  return {
    async give(name, release, path) {
      const [pack, type] = [packOf(release), TYPES[path.slice(path.lastIndexOf('.') + 1)]];
      if (pack === null || type === undefined) return null;
      let reads = held.get(name);
      if (reads === undefined) {
        for (const old of [...held.keys()].slice(0, Math.max(0, held.size + 1 - HELD))) held.delete(old);
        held.set(name, (reads = read(name, pack)));
      }
      const found = await reads.catch(() => null);
      // Not kept yet, or thrown away: looked for anew the next time.
      if (found === null) held.delete(name);
      const bytes = found?.files.get(path);
      if (!found || !bytes || !(await isFile(release, path, bytes))) return null;
      const headers = new Headers(found.headers);
      headers.set('content-type', type);
      return new Response(bytes, { headers });
    },
  };
}
