/**
 * The service worker's way to linked devices (docs/decisions/0177): a page passes its questions on to its kernel. What comes is judged as what a host gives: lists by the pinned keys and
 * the number, files by their digests. Headers are taken from nobody: a file has those that the host gave to the same one of the release before, or to its page.
 */
import { BUILD_LIMITS } from '#os/build-limits';
import type { WantedFile } from '#os/builds-api';
import { fetchFile, saidOf, type FilesDeps, type FileSource, type KeptRelease } from '#boot/release-files';
import { readRelease, refusalOf, sha384, type Release, type SignedRelease } from '#boot/release-manifest';
import { TYPES } from '#boot/release-packs';
import type { KeeperDeps, State } from '#boot/release-store';

/** What linked devices are asked. */
export interface ReleasePeers {
  /** Texts of lists with a number above this one. */
  lists(above: number): Promise<readonly string[]>;
  /** Bytes that are said to have this digest; null when nobody gives them. */
  file(wanted: WantedFile): Promise<ArrayBuffer | null>;
}

/** A question on the port, and its answer. */
export type PeersAsk = { readonly no: number } & ({ readonly above: number } | { readonly wanted: WantedFile });
export type PeersAnswer = { readonly no: number } & ({ readonly lists: readonly string[] } | { readonly bytes: ArrayBuffer | null });

/** Stands at a file that a linked device gave, in the cache alone. */
const MARK = 'x-lifegraph-from-device';
/** Longer than the page may take: it is gone, ms. */
const LISTS_MS = 2 * BUILD_LIMITS.listMs;
const FILE_MS = 2 * BUILD_LIMITS.fileMs;
/** So often it is looked whether the page is still there: a port does not always say so, and other looks wait for this one. */
const ALIVE_MS = 1_000;

/** The part of a port that is used here. */
export type PeersPort = Pick<MessagePort, 'postMessage'> & { onmessage: ((event: MessageEvent) => void) | null; onclose?: (() => void) | null };

/** Asks over the port of a page, one thing after another. Of a page that went, nothing comes. */
export function peersBy(port: PeersPort, after: (ms: number, act: () => void) => () => void, alive: () => Promise<boolean>): ReleasePeers {
  let [no, gone] = [0, false];
  let tail: Promise<unknown> = Promise.resolve();
  let open: ((answer: PeersAnswer | null) => void) | null = null;
  port.onmessage = ({ data }) => {
    const answer = data as PeersAnswer | null;
    if (answer?.no === no) open?.(answer);
  };
  port.onclose = () => {
    gone = true;
    open?.(null);
  };
  const ask = (question: { above: number } | { wanted: WantedFile }, ms: number): Promise<PeersAnswer | null> => {
    const run = tail.then(() => new Promise<PeersAnswer | null>((resolve) => {
      if (gone) return resolve(null);
      const cancel = after(ms, () => open?.(null));
      let stop = (): void => undefined;
      const mine = (open = (answer) => {
        if (open === mine) open = null;
        cancel();
        stop();
        resolve(answer);
      });
      const watch = (): void => {
        stop = after(ALIVE_MS, () => void alive().then((is) => {
          if (open !== mine) return;
          gone ||= !is;
          if (gone) mine(null);
          else watch();
        }));
      };
      watch();
      port.postMessage({ ...question, no: (no += 1) } satisfies PeersAsk);
    }));
    tail = run;
    return run;
  };
  return {
    async lists(above) {
      const answer = await ask({ above }, LISTS_MS);
      return answer && 'lists' in answer && Array.isArray(answer.lists) ? answer.lists.slice(0, BUILD_LIMITS.devices).filter((text) => typeof text === 'string') : [];
    },
    async file(wanted) {
      const answer = await ask({ wanted: { sha384: wanted.sha384, size: wanted.size } }, FILE_MS);
      return answer && 'bytes' in answer && answer.bytes instanceof ArrayBuffer ? answer.bytes : null;
    },
  };
}

/** Is it of a size that is taken from a device? */
function fits({ files }: Release): boolean {
  const sizes = Object.values(files).map(({ size }) => size).filter((size) => size <= BUILD_LIMITS.fileBytes);
  return Object.keys(files).length <= BUILD_LIMITS.files && sizes.reduce((a, b) => a + b, 0) <= BUILD_LIMITS.allBytes;
}

/**
 * The newest list of linked devices that may be taken: signed by pinned keys, above what is served and what waits, in its time. Without pinned keys nobody but the host is believed, and
 * the end of the app is taken from the host alone: while it is away nothing could be had anew. Null: none; why is told to nobody, others would write on this screen.
 */
export async function bestOf(peers: ReleasePeers, deps: Pick<KeeperDeps, 'pins' | 'now'>, state: State | null): Promise<{ text: string; signed: SignedRelease } | null> {
  if (!state || deps.pins.length === 0) return null;
  const [here, next] = [state.current.signed.release, state.next?.signed.release];
  let floor = next && next.sequence > here.sequence ? next : here;
  let best: { text: string; signed: SignedRelease } | null = null;
  for (const text of await peers.lists(floor.sequence)) {
    const signed = text.length <= BUILD_LIMITS.listBytes ? readRelease(text) : null;
    if (!signed || signed.release.kill || !fits(signed.release) || (await refusalOf(signed, { pins: [deps.pins], current: floor, now: deps.now() })) !== null) continue;
    [best, floor] = [{ text, signed }, signed.release];
  }
  return best;
}

const stem = (path: string): string => path.replace(/-[\w-]{8}(?=\.\w+$)/, '');
const ending = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** What the host said about the same file of the release before, else about its page; the type of a file with the same ending, of which those that lie in one file have none of their own. */
async function headersOf(deps: FilesDeps, before: KeptRelease, path: string): Promise<Headers> {
  const cache = await deps.caches.open(before.name);
  const kept = async (name: string): Promise<Headers | null> => (await cache.match(deps.scope + name))?.headers ?? null;
  const all = Object.keys(before.release.files);
  let said: Headers | null = null;
  for (const name of [path, ...all.filter((one) => stem(one) === stem(path)), 'index.html']) said ??= await kept(name);
  let type: string | null = null;
  for (const name of [path, ...all.filter((one) => stem(one) === stem(path)), ...all]) if (type === null && ending(name) === ending(path)) type = (await kept(name))?.get('content-type') ?? null;
  const headers = new Headers(saidOf(said ?? new Headers()));
  headers.set('content-type', type ?? TYPES[ending(path)] ?? 'application/octet-stream');
  headers.set(MARK, '1');
  return headers;
}

/** Files from the host, and what it does not give, or not in time, from linked devices; while it is `away` from them alone. */
export function besidePeers(deps: FilesDeps & Pick<KeeperDeps, 'late'>, peers: ReleasePeers, before: KeptRelease, away: boolean, failed: () => void): FileSource {
  let slow = false;
  const given: FileSource = async (release, path) => {
    const file = release.files[path]!;
    const bytes = file.size <= BUILD_LIMITS.fileBytes ? await peers.file(file) : null;
    if (!bytes || bytes.byteLength !== file.size || (await sha384(bytes)) !== file.sha384) throw new Error(`${path}: no linked device gives it`);
    return new Response(bytes, { headers: await headersOf(deps, before, path) });
  };
  if (away) return given;
  return async (release, path) => {
    const stop = new AbortController();
    const host = fetchFile(deps, release, path, stop.signal);
    const first = slow ? null : await Promise.race([host.catch(() => null), deps.late().then(() => 'late' as const)]);
    slow ||= first === 'late';
    if (first instanceof Response) return first;
    try {
      return await Promise.any([host, given(release, path)]);
    } catch {
      failed();
      // Rejects with what the host did.
      return await host;
    } finally {
      stop.abort();
    }
  };
}

/** How many files of a kept release came from linked devices. */
export async function countGiven({ caches, scope }: FilesDeps, { name, release }: KeptRelease): Promise<number> {
  const cache = await caches.open(name);
  const kept = await Promise.all(Object.keys(release.files).map((path) => cache.match(scope + path)));
  return kept.filter((one) => one?.headers.has(MARK)).length;
}
