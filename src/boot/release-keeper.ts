/**
 * The service worker's part in releases: what is served, what is offered, what is refused. It lies in the Cache Storage, which pages of this origin can
 * write: so a release is verified by the pinned keys whenever it is read, and a file by its digest whenever it is served.
 */
import type { Refused, ReleaseStatus } from '#os/release';
import { giveFile, keptFile } from '#boot/release-files';
import { countSignatures, type Release } from '#boot/release-manifest';
import { createPacks, type Packs } from '#boot/release-packs';
import { createReleaseLook } from '#boot/release-look';
import type { ReleasePeers } from '#boot/release-peers';
import { createReleaseStore, type Held, type KeeperDeps, type State } from '#boot/release-store';

/** An install that must not succeed, or a worker that has nothing it may serve. */
export class NotInstalled extends Error {
  override readonly name = 'NotInstalled';
  constructor(readonly refused: Refused | null) {
    super(refused ? `${refused.reason} ${refused.version} ${refused.file}` : 'no release');
  }
}

/** The keeper. */
export interface ReleaseKeeper {
  /** A worker's first act: rejects when the server offers what this worker, or the one before it, does not take. */
  install(): Promise<void>;
  /** This worker is the one that serves now: what it was installed for is taken, and what nobody needs is thrown away. */
  activate(): Promise<void>;
  /** Looks for a newer release and fetches it; what the host does not give, from linked devices where some can be asked. Without a network nothing happens. */
  check(peers?: ReleasePeers | null): Promise<void>;
  /** Is there one that waits? */
  waits(): Promise<boolean>;
  /** The release that waits is served from now on. Does not wait for a look that goes on. Rejects where it cannot be written down; `status` says so from then on. */
  take(): Promise<void>;
  /** Throws away what is not of the release that is served, the one before and the one that waits; after a look that goes on. */
  tidy(): Promise<void>;
  status(): Promise<ReleaseStatus | null>;
  /** The verified answer to a path of the app; null when the release has no such file. Rejects when there is none that may be served. */
  give(path: string): Promise<Response | null>;
  /** For linked devices, out of what is kept whole and verified alone: the newest list by the name `release.json`, else a file by its digest. Null when it is not there as listed. */
  shelved(name: string): Promise<Response | null>;
}

const fileOf = (held: Held | null, path: string): Release | null => (held && Object.hasOwn(held.signed.release.files, path) ? held.signed.release : null);

/** One after another: two tabs ask at the same moment. */
function turns(): <T>(act: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return (act) => {
    const run = tail.then(act, act);
    tail = run.catch(() => undefined);
    return run;
  };
}

/** Out of what is whole: what waits, else what is served. */
async function shelved(deps: KeeperDeps, packs: Packs, read: () => Promise<State | null>, name: string): Promise<Response | null> {
  const state = deps.pins.length > 0 ? await read() : null;
  if (!state) return null;
  if (name === 'release.json') return new Response((state.next && state.kept.next) ?? state.kept.current);
  for (const held of [state.next, state.current]) {
    const release = held?.signed.release;
    const path = release && Object.keys(release.files).find((one) => release.files[one]!.sha384 === name);
    const found = path && ((await packs.give(held!.cache, release, path)) ?? (await keptFile(await deps.caches.open(held!.cache), deps, release, path)));
    if (found) return found;
  }
  return null;
}

async function statusOf({ pins }: KeeperDeps, { current, next, kept }: State, stuck: Refused | null, away: boolean): Promise<ReleaseStatus> {
  const { version, commit, sequence } = current.signed.release;
  return {
    version, commit, sequence, signed: await countSignatures(current.signed, pins), pinned: pins.length, next: next?.signed.release.version ?? null, refused: (next && stuck) ?? kept.refused,
    fromDevices: kept.came?.current ?? 0, nextFromDevices: kept.came?.next ?? 0, away,
  };
}

/** Makes the keeper of one folder. */
export function createReleaseKeeper(deps: KeeperDeps): ReleaseKeeper {
  const store = createReleaseStore(deps);
  const { last, hold, readKept, read, write, clear } = store;
  const look = createReleaseLook(deps, store);
  const packs = createPacks(deps);
  const inTurn = turns();
  /** What could not be taken: with a full disk it cannot be noted either. */
  let stuck: Refused | null = null;
  let away = false;
  const take = async (): Promise<void> => {
    const kept = await readKept();
    const next = kept && (await hold(kept.next));
    if (!kept || !next) return;
    try {
      await write({ ...kept, current: kept.next!, previous: kept.current, next: null, refused: null, came: { current: kept.came?.next ?? 0, next: 0 } });
      stuck = null;
    } catch (error) {
      stuck = { reason: 'full', version: next.signed.release.version, file: '' };
      throw error;
    }
  };
  const tidy = async (): Promise<void> => {
    const state = await read();
    if (state) await clear([state.current.cache, state.previous?.cache ?? '', state.next?.cache ?? '']);
  };

  /** After its caches were thrown away under it, a worker begins anew as at its install. */
  const ready = async (): Promise<State> => {
    const state = last() ?? (await read());
    if (state) return state;
    const refused = await inTurn(async () => ((await read()) ? null : look(false)));
    const now = last();
    if (now === null) throw new NotInstalled(refused);
    return now;
  };

  return {
    install: () => inTurn(async () => {
      const refused = await look(true);
      if (refused) throw new NotInstalled(refused);
    }),
    activate: () => inTurn(async () => {
      // What cannot be written down is taken later.
      await take().catch(() => undefined);
      const state = await read();
      if (state && deps.pins.length > 0) await write({ ...state.kept, pins: deps.pins }).catch(() => undefined);
      await tidy();
    }),
    check: (peers = null) => inTurn(async () => {
      away = false;
      const failed = (): void => void (away = true);
      await look(false, peers && { peers, failed }).catch(failed);
    }),
    waits: async () => (await readKept())?.next != null,
    take,
    tidy: () => inTurn(tidy),
    async status() {
      const state = await read();
      return state && statusOf(deps, state, stuck, away);
    },
    async give(path) {
      const state = await ready();
      // Tabs that are open since before still load their later parts, whose names say their content.
      for (const held of [state.current, state.previous]) {
        const release = fileOf(held, path);
        if (held && release) return giveFile(deps, packs, held.cache, release, path);
      }
      return null;
    },
    shelved: (name) => shelved(deps, packs, read, name),
  };
}
