/** Adding a file from the page: the kernel reads it, says how far it is, and then which node it has. And a piece that is waited for until who reads leaves. */
import { toAppError } from '#adapters/worker-rpc/protocol';
import type { RpcClient } from '#adapters/worker-rpc/rpc-client';
import { AppError } from '#base/app-error';
import type { AddFile } from '#os/files-api';
import type { KernelCalls, KernelStreams } from './kernel-server.ts';

/** FilesApi.add over RPC. */
export function addFile(client: RpcClient<KernelCalls, KernelStreams>, space: string, fragment: string, blob: Blob, { name, mime, onProgress, signal }: AddFile): Promise<string> {
  return new Promise((resolve, reject) => {
    const over = (): void => {
      stop();
      reject(new AppError('cancelled', 'Adding was given up.', 'Nothing was added.', 'Add it again if you want it.'));
    };
    const stop = client.subscribe('files.add', [space, fragment, blob, { name, ...(mime === undefined ? {} : { mime }) }], (said) => {
      if ('part' in said) return onProgress?.(said.part);
      signal?.removeEventListener('abort', over);
      stop();
      if ('id' in said) resolve(said.id);
      else reject(toAppError(said.error));
    }, (error) => error && reject(error));
    signal?.addEventListener('abort', over, { once: true });
    if (signal?.aborted) over();
  });
}

/** FilesApi.piece with a signal over RPC. */
export function waitPiece(client: RpcClient<KernelCalls, KernelStreams>, space: string, id: string, index: number, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const left = (): void => {
      stop();
      reject(new AppError('cancelled', 'This part of the file is not waited for any more.', 'What came stays.', 'Ask for it again.'));
    };
    const stop = client.subscribe('files.wait', [space, id, index], (said) => {
      signal.removeEventListener('abort', left);
      stop();
      if ('piece' in said) resolve(said.piece);
      else reject(toAppError(said.error));
    }, (error) => error && reject(error));
    signal.addEventListener('abort', left, { once: true });
    if (signal.aborted) left();
  });
}
