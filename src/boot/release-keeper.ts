/**
 * The service worker's part in releases: what is served, what is offered, what is refused. It lies in the Cache Storage, which pages of this origin can
 * write: so a release is verified by the pinned keys whenever it is read, and a file by its digest whenever it is served.
 */
import type { Refused, ReleaseStatus } from '#os/release';
import { giveFile } from '#boot/release-files';
import { countSignatures, type Release } from '#boot/release-manifest';
import { createPacks } from '#boot/release-packs';
import { createReleaseLook } from '#boot/release-look';
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
  /** Looks for a newer release and fetches it. Without a network nothing happens. */
  check(): Promise<void>;
  /** Is there one that waits? */
  waits(): Promise<boolean>;
  /** The release that waits is served from now on. Does not wait for a look that goes on. Rejects where it cannot be written down; `status` says so from then on. */
  take(): Promise<void>;
  /** Throws away what is not of the release that is served, the one before and the one that waits; after a look that goes on. */
  tidy(): Promise<void>;
  status(): Promise<ReleaseStatus | null>;
  /** The verified answer to a path of the app; null when the release has no such file. Rejects when there is none that may be served. */
  give(path: string): Promise<Response | null>;
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

/** Makes the keeper of one folder. */
export function createReleaseKeeper(deps: KeeperDeps): ReleaseKeeper {
  const store = createReleaseStore(deps);
  const { last, hold, readKept, read, write, clear } = store;
  const look = createReleaseLook(deps, store);
  const packs = createPacks(deps);
  const inTurn = turns();
  /** What could not be taken: with a full disk it cannot be noted either. */
  let stuck: Refused | null = null;
  const take = async (): Promise<void> => {
    const kept = await readKept();
    const next = kept && (await hold(kept.next));
    if (!kept || !next) return;
    try {
      await write({ ...kept, current: kept.next!, previous: kept.current, next: null, refused: null });
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
    check: () => inTurn(async () => void (await look(false).catch(() => null))),
    waits: async () => (await readKept())?.next != null,
    take,
    tidy: () => inTurn(tidy),
    async status() {
      const state = await read();
      if (!state) return null;
      const { version, commit, sequence } = state.current.signed.release;
      return { version, commit, sequence, signed: await countSignatures(state.current.signed, deps.pins), pinned: deps.pins.length, next: state.next?.signed.release.version ?? null, refused: (state.next && stuck) ?? state.kept.refused };
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
  };
}
