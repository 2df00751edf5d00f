/** Looks at what the server offers, or linked devices while it is away: takes it into a cache of its own, or refuses it and says why. */
import type { Refused } from '#os/release';
import { AlteredFile, fetchFile, keepAll } from '#boot/release-files';
import { besidePeers, bestOf, countGiven, type ReleasePeers } from '#boot/release-peers';
import { canonicalJson, readRelease, refusalOf, type SignedRelease } from '#boot/release-manifest';
import type { KeeperDeps, ReleaseStore } from '#boot/release-store';

const isFull = (error: unknown): boolean => error instanceof Error && error.name === 'QuotaExceededError';
const sameRelease = (a: SignedRelease, b: SignedRelease): boolean => canonicalJson(a.release) === canonicalJson(b.release);

/** Linked devices that may be asked what the host does not give. */
export interface Beside {
  readonly peers: ReleasePeers;
  /** The host did not give something. */
  failed(): void;
}

/** An offer: what the host says, or a list that linked devices gave and that may be taken. */
interface Offer {
  readonly text: string;
  readonly away: boolean;
}

async function hostText(deps: KeeperDeps): Promise<string> {
  const response = await deps.fetch(`${deps.scope}release.json`, { cache: 'no-store' });
  if (!response.ok) throw new Error(`release.json: ${response.status}`);
  const text = await response.text();
  // A page of words, of a proxy or of a host without the file: no offer.
  if (!text.startsWith('{')) throw new Error('release.json: not a list');
  return text;
}

/** From the host; where it does not answer, or not in time, the newest of linked devices. Rejects with what the host did. */
async function offerOf(deps: KeeperDeps, beside: Beside | null, read: ReleaseStore['read']): Promise<Offer> {
  const host = hostText(deps).then((text) => ({ text, away: false }));
  if (!beside) return host;
  const first = await Promise.race([host.catch(() => null), deps.late().then(() => null)]);
  if (first) return first;
  const best = await bestOf(beside.peers, deps, await read());
  if (!best) return host;
  beside.failed();
  return { text: best.text, away: true };
}

/** Makes the look. `installing`: for a worker that is to take the place of another, or is the first. Rejects where the server does not answer and nobody stands in for it. */
export function createReleaseLook(deps: KeeperDeps, { cacheOf, readKept, read, write, clear }: ReleaseStore): (installing: boolean, beside?: Beside | null) => Promise<Refused | null> {
  /** Notes why an offer is not taken, for the words on the screen. */
  const refuse = async (refused: Refused): Promise<Refused> => {
    const kept = await readKept();
    if (kept) await write({ ...kept, refused, doubted: null });
    return refused;
  };
  /** Half of a server's files may be of the release before while somebody uploads them: told when two looks in a row say so, of which none is an install. */
  const doubt = async (installing: boolean, cache: string, refused: Refused): Promise<Refused> => {
    const kept = await readKept();
    if (!kept || installing) return refused;
    await write({ ...kept, refused: kept.doubted === cache ? refused : null, doubted: cache });
    return refused;
  };
  /** Half a release takes the room that the one which runs may need. Not those that are kept whole. */
  const dropHalf = async (cache: string): Promise<void> => {
    const kept = await readKept();
    for (const text of kept ? [kept.current, kept.previous, kept.next] : []) {
      const whole = text === null ? null : readRelease(text);
      if (whole && (await cacheOf(whole)) === cache) return;
    }
    await deps.caches.delete(cache);
  };

  return async (installing, beside = null) => {
    const { text, away } = await offerOf(deps, beside, read);
    const offered = readRelease(text);
    const state = await read();
    // What a worker that is being installed cannot verify was taken by the one before it, whose keys and number it respects.
    const kept = installing || state ? await readKept() : null;
    const before = kept && readRelease(kept.current);
    if (offered === null) return refuse({ reason: 'form', version: '', file: '' });
    const { release } = offered;
    const cache = await cacheOf(offered);
    const no = (reason: Refused['reason'], file = ''): Promise<Refused> => refuse({ reason, version: release.version, file });
    const old = before && { name: await cacheOf(before), release: before.release };
    // Without pinned keys the host alone is believed, and at the first visit there is nobody to ask.
    const asks = beside !== null && old !== null && deps.pins.length > 0;
    try {
      if (state && sameRelease(offered, state.current.signed)) {
        if (installing) await fetchFile(deps, release, 'sw.js');
        if (state.kept.next !== null || state.kept.refused !== null) await write({ ...state.kept, next: null, refused: null });
        return null;
      }
      // The keys of the worker before lie where pages can write: they only add to the own ones, and only while that worker's place is taken.
      const refusal = await refusalOf(offered, { pins: [(installing && kept?.pins) || [], deps.pins], current: before?.release ?? null, now: deps.now() });
      if (refusal !== null) return await no(refusal);
      if (release.kill) {
        await clear(null);
        await deps.unregister();
        return { reason: 'kill', version: release.version, file: '' };
      }
      if (installing) await fetchFile(deps, release, 'sw.js');
      await keepAll(deps, cache, release, old, asks ? besidePeers(deps, beside.peers, old, away, () => beside.failed()) : (...file) => fetchFile(deps, ...file));
    } catch (error) {
      if (error instanceof AlteredFile) return doubt(installing, cache, { reason: 'altered', version: release.version, file: error.path });
      if (!isFull(error)) throw error;
      await dropHalf(cache);
      return no('full');
    }
    // Read again: what waited may have been taken meanwhile.
    const now = before && (await readKept());
    const taken = now && readRelease(now.current);
    const came = { current: now?.came?.current ?? 0, next: asks ? await countGiven(deps, { name: cache, release }) : 0 };
    if (now) await write({ ...now, next: taken && sameRelease(taken, offered) ? null : text, refused: null, doubted: null, came });
    else await write({ current: text, previous: null, next: null, pins: deps.pins, refused: null, doubted: null });
    return null;
  };
}
