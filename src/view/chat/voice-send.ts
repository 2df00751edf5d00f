/** Sends what was recorded: it is kept as a file, then its message is made. Of one that is given up meanwhile, or not taken, nothing stays. */
import type { LifegraphApi } from '#os/api';
import { dropUnsent, noteUnsent } from './unsent-files.ts';

export interface VoiceFile {
  readonly space: string;
  readonly fragment: string;
  readonly blob: Blob;
  readonly name: string;
}

/** `onKept` makes the message and resolves with whether it was taken: from then on it is sent. Rejects with why the file could not be kept. */
export async function sendVoice(api: Pick<LifegraphApi, 'files' | 'graph' | 'local'>, { space, fragment, blob, name }: VoiceFile, onKept: (file: string) => Promise<boolean>, signal: AbortSignal): Promise<'sent' | 'given-up' | 'not-taken'> {
  let [file, taken]: [string | null, boolean] = [null, false];
  try {
    file = await api.files!.add(space, fragment, blob, { name, mime: blob.type, signal });
    // A page may die before the message is made: then it ends like every file that was never sent. A voice has no draft.
    await noteUnsent(api.local, { space, fragment, id: file, place: '', since: Date.now() }).catch(() => undefined);
    if (signal.aborted) return 'given-up';
    taken = await onKept(file);
    return taken ? 'sent' : 'not-taken';
  } catch (error) {
    if (signal.aborted) return 'given-up';
    throw error;
  } finally {
    const over = file !== null && (taken || (await takeBack(api, space, file)));
    if (over) await dropUnsent(api.local, file!).catch(() => undefined);
  }
}

/** Its pieces while its node still says which they are, then the node. False: something of it is left. */
async function takeBack({ files, graph }: Pick<LifegraphApi, 'files' | 'graph'>, space: string, id: string): Promise<boolean> {
  const parts = await Promise.allSettled([files?.drop(space, id)]);
  return [...parts, ...(await Promise.allSettled([graph(space).transact([{ op: 'node.delete', id }])]))].every(({ status }) => status === 'fulfilled');
}
