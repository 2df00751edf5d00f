/** A piece of work for an actor, on this page: its module comes out of the files of the space, is looked at, and runs in the room of actors. */
import type { LifegraphApi } from '#os/api';
import { ACTOR_LIMITS } from '#os/actor-limits';
import { inspectActor } from '#os/actors/inspect';
import { actorName, readPiece, type ActorPiece } from '#os/actors/piece';
import type { FilesApi, FileState } from '#os/files-api';
import type { ActorRoom } from './actor-room.ts';

/** A module is here within so long, ms, or the run fails. */
const FETCH_MS = 10_000;

export interface ActorRunner {
  /** Null: it is no piece, its module is no actor, or it gave nothing in time. Rejects when it could not be run here: its module does not come, or nothing can run. */
  run(space: string, piece: Uint8Array): Promise<Uint8Array | null>;
  /** Ends what runs. */
  stop(): void;
}

/** Until all of the file is here; null when it is none of a module. Rejects when it does not come in time, or is not waited for any more: then it is not fetched any more either. */
function fileHere(files: FilesApi, space: string, file: string, stopped?: AbortSignal): Promise<FileState | null> {
  return new Promise((resolve, reject) => {
    let [over, wanted] = [false, false];
    const end = (state: FileState | null | 'away'): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      stopped?.removeEventListener('abort', away);
      // The first word may come before the way to call it off is known.
      void Promise.resolve().then(() => stop());
      if (state !== 'away') return resolve(state);
      // What somebody asked for before it was needed here stays asked for.
      if (wanted) files.cancel(space, file).catch(() => undefined);
      reject(new Error('the file of the module did not come'));
    };
    const away = (): void => end('away');
    const timer = setTimeout(away, FETCH_MS);
    stopped?.addEventListener('abort', away);
    const stop = files.watch(space, file, (state) => {
      if (state.state === 'here') end(state.size <= ACTOR_LIMITS.moduleBytes ? state : null);
      else if (state.state === 'damaged' || (state.state !== 'looking' && state.size > ACTOR_LIMITS.moduleBytes)) end(null);
      else if (state.state === 'absent') {
        wanted = true;
        files.want(space, file).catch(away);
      }
    });
  });
}

/** The bytes of a file of a module, fetched when they are not here; null when they are too many or damaged. Rejects when they do not come. */
export async function moduleBytesOf(files: FilesApi, space: string, file: string, stopped?: AbortSignal): Promise<Uint8Array | null> {
  const here = await fileHere(files, space, file, stopped);
  return here && new Uint8Array(await new Response(files.read(space, file) as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

/** The module by its name, out of that file; null when its bytes have another name or are no actor. */
async function moduleOf(files: FilesApi, space: string, { file, actor }: ActorPiece, stopped: AbortSignal): Promise<Uint8Array | null> {
  const bytes = await moduleBytesOf(files, space, file, stopped);
  return bytes && actorName(bytes) === actor && inspectActor(bytes).ok ? bytes : null;
}

export function createActorRunner({ files }: Pick<LifegraphApi, 'files'>, room: ActorRoom): ActorRunner {
  const ready = new Map<string, Uint8Array>();
  let over = new AbortController();
  return {
    async run(space, input) {
      const mine = (over = new AbortController()).signal;
      const piece = readPiece(input);
      if (!piece) return null;
      if (!files) throw new Error('there are no files here');
      const module = ready.get(piece.actor) ?? await moduleOf(files, space, piece, mine);
      // It was stopped while the module came.
      if (!module || mine.aborted) return null;
      ready.delete(piece.actor);
      ready.set(piece.actor, module);
      if (ready.size > ACTOR_LIMITS.ready) ready.delete(ready.keys().next().value!);
      return room.run({ module, input: piece.input, grants: piece.grants });
    },
    stop() {
      over.abort();
      room.stop();
    },
  };
}
